"""The graph in the words of the published suites, and their score."""

from __future__ import annotations

import json
import textwrap

import pytest

from bench.suites.convert import convert
from bench.suites.macro import main as measure_applications
from bench.suites.naming import JARVIS, PYCG, Convention
from bench.suites.run import main as run_suite
from bench.suites.score import score, summary


@pytest.fixture
def write(tmp_path):
    def make(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        return tmp_path

    return make


def test_functions_builtins_and_methods_of_literals(write):
    root = write(main="def f():\n    return len('a'.join(['b']))\n\nf()\n")
    assert convert(root, PYCG) == {"main": ["main.f"], "main.f": ["<**PyStr**>.join", "<builtin>.len"]}
    assert convert(root, JARVIS)["main.f"] == ["<builtin>.len", "<str>.join"]


def test_lambdas_are_numbered_in_their_scope(write):
    root = write(main="first = lambda: 1\nsecond = lambda: (lambda: first())()\nsecond()\n")
    graph = convert(root, PYCG)
    assert graph["main"] == ["main.<lambda2>"]
    assert graph["main.<lambda2>"] == ["main.<lambda2>.<lambda1>"]
    assert graph["main.<lambda2>.<lambda1>"] == ["main.<lambda1>"]


CLASSES = """
    def number():
        return 1

    class Base:
        def __init__(self):
            pass

    class Child(Base):
        size = number()

    class Bare:
        @staticmethod
        def run():
            pass

    Child()
    Bare()
"""


def test_the_constructor_is_named_by_the_class_that_has_it(write):
    graph = convert(write(main=CLASSES), PYCG)
    assert graph["main"] == ["main.Base.__init__", "main.number"]


def test_class_bodies_call_where_the_convention_says_so(write):
    graph = convert(write(main=CLASSES), JARVIS)
    assert graph["main"] == ["main.Base.__init__"]
    assert graph["main.Child"] == ["main.number"]
    assert graph["main.Bare"] == ["<builtin>.staticmethod"]


def test_every_class_call_can_be_one_of_its_own_constructor(write):
    convention = Convention(PYCG.types, class_bodies=False, builtin_decorators=False, every_class=True)
    graph = convert(write(main=CLASSES), convention)
    assert graph["main"] == ["main.Bare.__init__", "main.Child.__init__", "main.number"]


def test_imports_and_raised_names_are_no_calls(write):
    root = write(main="import other\n\ndef f():\n    raise ValueError\n", other="x = 1\n")
    assert convert(root, PYCG) == {"main": [], "main.f": [], "other": []}


def test_a_score_tells_false_from_missed():
    found = score("case", {"a": ["b", "c"]}, {"a": ["b", "d"]})
    assert (found.right, found.false, found.missed) == (1, (("a", "d"),), (("a", "c"),))
    total = summary([found, score("fine", {"a": ["b"]}, {"a": ["b"], "b": []})])
    assert (total["complete"], total["sound"], total["both"]) == (1, 1, 1)
    assert (total["precision"], total["recall"]) == (0.6667, 0.6667)


def test_a_suite_is_run_and_written(tmp_path, capsys):
    folder = tmp_path / "suite" / "functions" / "call"
    folder.mkdir(parents=True)
    (folder / "main.py").write_text("def f(): pass\n\nf()\n")
    (folder / "callgraph.json").write_text(json.dumps({"main": ["main.f", "main.g"]}))
    assert run_suite([str(tmp_path / "suite"), "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["sound"] == 0
    assert json.loads(printed.out)["complete"] == 1
    assert printed.err == "missed functions/call: main -> main.g\n"
    written = json.loads((tmp_path / "out" / "functions" / "call.json").read_text())
    assert written == {"main": ["main.f"], "main.f": []}


def test_a_folder_without_snippets_is_an_error(tmp_path, capsys):
    assert run_suite([str(tmp_path)]) == 2
    assert "callgraph.json" in capsys.readouterr().err


def test_applications_count_edges_to_their_own_functions(tmp_path, capsys):
    app = tmp_path / "apps" / "tool"
    app.mkdir(parents=True)
    (app / "tool.py").write_text("def f(): print(1)\n\ndef g(): f()\n\ng()\n")
    truth = tmp_path / "truth" / "tool"
    truth.mkdir(parents=True)
    expected = {"tool": ["tool.g", "os"], "tool.f": ["<builtin>.print"], "tool.g": []}
    (truth / "EA.json").write_text(json.dumps(expected))
    ran = tmp_path / "ran"
    ran.mkdir()
    (ran / "tool.json").write_text(json.dumps([["tool.g", "tool.f"]]))
    assert measure_applications([str(tmp_path / "apps"), "--truth", str(tmp_path / "truth")]) == 0
    assert "precision 0.5000 recall 1.0000" in capsys.readouterr().out
    arguments = [str(tmp_path / "apps"), "--truth", str(tmp_path / "truth"), "--observed", str(ran)]
    assert measure_applications(arguments) == 0
    assert "precision 1.0000 recall 1.0000" in capsys.readouterr().out
