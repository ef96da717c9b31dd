"""What the words and names of a question count for: by where they stand, by whether the code speaks so."""

from pathlib import Path

import pytest

from callchain.question.brought import calls_given
from callchain.question.inheritance import find_member
from callchain.question.matching import matches
from callchain.question.terms import terms
from callchain.question.understand import understand
from tests.chain.asking import Asked, ask

CODE = '''
class _Logger:
    def info(self, text):
        """Whether the text is right is not checked."""

class Task:
    def __init__(self, func):
        self.func = func

    def run(self):
        return self.func()

class Steps:
    def func(self): ...

    def run(self):
        return self.func()

def wrap():
    def func(): ...
    return Task(func)

def check(text): ...

logger = _Logger()
'''


@pytest.fixture
def code(tmp_path: Path) -> Asked:
    (tmp_path / "m.py").write_text(CODE)
    return ask(tmp_path, "Is the text that I check right?")


def _places(text: str) -> dict[str, float]:
    return {term.word: term.place for term in terms(understand(text))}


def test_what_the_asker_does_comes_first_wherever_it_is_said() -> None:
    places = _places("How is a document parsed into nodes when I open it?")
    assert places["open"] < places["document"] < places["parsed"] < places["nodes"]


def test_without_an_act_of_the_asker_words_count_by_their_place() -> None:
    places = _places("How is a document parsed when the cache is empty?")
    assert places["document"] < places["parsed"] < places["cache"] < places["empty"]


def test_a_word_that_no_function_is_called_after_counts_less_than_one_that_some_are(code: Asked) -> None:
    weight = matches(code.question, code.ranking, code.graph, code.facts, code.tree).weight
    assert weight["right"] < weight["check"]


def test_an_object_called_after_its_class_means_the_class(code: Asked) -> None:
    assert find_member(code.graph, "logger.info") == ("m.py::_Logger.info",)
    assert find_member(code.graph, "logging.info") == ()


def test_an_attribute_that_may_hold_a_nested_function_is_something_given(code: Asked) -> None:
    assert any(edge.callee == "m.py::wrap.func" for edge in code.graph.calls_from("m.py::Task.run"))
    assert calls_given("m.py::Task.run", "self.func", {"func"}, code.graph, strict=True) > 0
    assert calls_given("m.py::Steps.run", "self.func", {"func"}, code.graph, strict=True) == 0
