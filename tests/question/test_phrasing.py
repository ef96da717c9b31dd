"""The act that a question is about."""

import pytest

from callchain.question.phrasing import act_of, attributes, does


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How does saving a model write the weights?", "save_model"),
        ("How does calling compute execute the tasks?", "compute"),
        ("How does calling `Graph.compute` execute the tasks?", "compute"),
        ("When is reading a file done?", "read"),
    ],
)
def test_the_act_is_the_subject_of_the_sentence(text: str, name: str) -> None:
    assert does(name, act_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "How does a model save its weights?",
        "How does calling it help?",
        "How are strings built?",
        "During training",
    ],
)
def test_other_sentences_have_none(text: str) -> None:
    assert act_of(text) == ""
    assert not does("save", act_of(text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("How is a saved model loaded for inference?", {"saved"}),
        ("What reads the previously written file?", {"written"}),
        ("How is the model saved and loaded?", set()),
        ("How does it read each file?", set()),
        ("How are its saved and loaded?", set()),
    ],
)
def test_a_participle_before_a_noun_asks_for_nothing(text: str, told: set[str]) -> None:
    assert attributes(text) == told
