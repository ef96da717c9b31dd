"""Questions that compare: which they are, and what each side is asked."""

import pytest

from callchain.question.comparison import compared
from callchain.question.understand import understand


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        (
            "Contrast the Alpha and Beta save paths",
            [("Alpha", "the Alpha save paths"), ("Beta", "Beta save paths")],
        ),
        (
            "Compare `Writer.save` with `other.dump`",
            [("Writer.save", "`Writer.save`"), ("other.dump", "`other.dump`")],
        ),
        (
            "How does the CSV exporter differ from the JSON exporter?",
            [("CSV exporter", "the CSV exporter"), ("JSON exporter", "the JSON exporter")],
        ),
        ("zip vs. tar archives", [("zip", "zip archives"), ("tar", "tar archives")]),
        (
            "What is the difference between saving a model and loading a model?",
            [("saving a model", "saving a model"), ("loading a model", "loading a model")],
        ),
        (
            "Explain the differences in caching between the disk backend and the memory backend.",
            [("disk backend", "the disk backend in caching"), ("memory backend", "the memory backend in caching")],
        ),
        (
            "How does caching differ between disk and memory?",
            [("disk", "disk caching"), ("memory", "memory caching")],
        ),
        (
            "Contrast the save path of Alpha with that of Beta",
            [("Alpha", "the save path of Alpha"), ("Beta", "the save path Beta")],
        ),
        (
            "How do sync and async clients differ when a request times out?",
            [
                ("sync", "sync clients when a request times out"),
                ("async", "async clients when a request times out"),
            ],
        ),
        (
            "What does the old saver write that the new saver doesn't?",
            [("old saver", "the old saver write"), ("new saver", "the new saver write")],
        ),
        (
            "Look at persistence. Compare how rows are written by CsvWriter and JsonWriter.",
            [("CsvWriter", "rows are written by CsvWriter"), ("JsonWriter", "rows written JsonWriter")],
        ),
        (
            "Compare reading a config with `Store.write` versions",
            [("reading a config", "reading a config"), ("Store.write versions", "`Store.write` versions")],
        ),
    ],
)
def test_both_sides_with_the_words_that_they_share(text: str, sides: list[tuple[str, str]]):
    assert [(side.label, side.text) for side in compared(text)] == sides


@pytest.mark.parametrize(
    "text",
    [
        "How does the validator compare numbers and booleans?",
        "How does the diff command compare two trees?",
        "How does `Tree.diff` find differences between two commits and print them?",
        "How are values that differ from the default written?",
        "How does the workflow save? Contrast with `x.y`.",
        "Compare it with the other one",
        "Which parts are different?",
    ],
)
def test_programs_that_compare_are_no_comparison(text: str):
    assert compared(text) == ()


def test_a_contrast_that_the_user_names_is_the_only_one():
    assert understand("Contrast `a.b` with `c.d`", contrast="x.y").sides == ()
    question = understand("Contrast `a.b` with `c.d`")
    assert (question.contrast, question.contrast_words, len(question.sides)) == ("", (), 2)
