import pytest

from callchain.question.language import families_of, language, pieces, stem


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("save", "saving"),
        ("saved", "saves"),
        ("sent", "send"),
        ("mapping", "maps"),
        ("written", "write"),
        ("parses", "parsed"),
    ],
)
def test_forms_of_one_word_share_a_stem(first: str, second: str):
    assert stem(first) == stem(second)


def test_words_that_differ_keep_apart():
    assert stem("class") != stem("clas")
    assert stem("status") == "status"


def test_pieces_of_snake_camel_and_acronyms():
    assert pieces("save_multipleModels") == tuple(map(stem, ("save", "multiple", "models")))
    assert pieces("HTTPAdapter2") == ("http", "adapter", "2")


def test_families_by_verb():
    assert [family.name for family in families_of(["written", "csv"])] == ["produce"]
    assert [family.name for family in families_of(["produce", "consume"])] == ["produce", "consume"]
    assert families_of(["banana"]) == ()


def test_synonyms_go_both_ways():
    synonyms = language().synonyms
    assert stem("invoke") in synonyms[stem("call")]
    assert stem("call") in synonyms[stem("invoke")]


def test_programs_abbreviate_words():
    synonyms = language().synonyms
    assert stem("dict") in synonyms[stem("dictionary")]
    assert stem("directory") in synonyms[stem("dir")]
