"""Notebooks are read as code, with anchors at their own lines."""

import json
from pathlib import Path

import pytest

from callchain.ask.read import read_codebase
from callchain.source.notebooks import NotebookError, as_python

CELLS = [
    "import subject\n",
    "%matplotlib inline\nfiles = !ls\n!pip list\nsubject?\n",
    "%%bash\nls -l\n",
    "%%time\nsubject.go(1)\n",
    "def broken(:\n",
    "def f():\n    return subject.go(2)\n\n\nf()\n",
]


def notebook(cells: list[str], *, lines: bool = True, language: str = "python") -> str:
    document = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["f()\n"]},
            *(
                {
                    "cell_type": "code",
                    "metadata": {},
                    "outputs": [{"text": ["f()\n"]}],
                    "source": cell.splitlines(keepends=True),
                }
                for cell in cells
            ),
        ],
        "metadata": {"language_info": {"name": language}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1 if lines else None)


def test_calls_of_a_notebook_are_anchored_at_its_own_lines(tmp_path: Path) -> None:
    text = notebook(CELLS)
    (tmp_path / "subject.py").write_text("def go(n):\n    return n\n")
    (tmp_path / "Look at it.ipynb").write_text(text)
    codebase = read_codebase(tmp_path, lambda _: None)
    name = "Look at it.ipynb"
    calls = {(edge.caller, edge.line, edge.callee) for edge in codebase.graph.edges if edge.path == name}
    lines = text.split("\n")
    went = {line for _, line, callee in calls if callee == "subject.py::go"}
    assert {lines[line - 1].strip().rstrip(",") for line in went} == {
        '"subject.go(1)\\n"',
        '"    return subject.go(2)\\n"',
    }
    (own,) = [line for _, line, callee in calls if callee.endswith("::f")]
    assert lines[own - 1].strip() == '"f()\\n"'
    assert codebase.tree.lines(name)[own - 1] == "f()"
    assert codebase.tree.file(name).kind == "script"
    (spot,) = codebase.tree.skipped
    assert (spot.path, spot.reason) == (name, "code cell 5 is no Python: line 1: invalid syntax")
    assert "def broken" in lines[spot.line - 1]


def test_a_notebook_on_one_line_is_numbered_by_its_code() -> None:
    found = as_python(notebook(["a = 1\nb = 2", "c = 3"], lines=False).encode())
    assert found.data == b"a = 1\nb = 2\nc = 3\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b"[]", "without cells"),
        (b'{"worksheets": []}', "before 4"),
        (notebook(["x <- 1"], language="R").encode(), "a notebook in r"),
    ],
)
def test_what_holds_no_python_says_why(data: bytes, said: str) -> None:
    with pytest.raises(NotebookError, match=said):
        as_python(data)


def test_a_notebook_with_odd_fields_is_read_as_far_as_it_goes() -> None:
    odd = {
        "cells": [
            1,
            {"cell_type": "code"},
            {"cell_type": "code", "source": 5},
            {"cell_type": "code", "source": "x = 1"},
        ]
    }
    assert as_python(json.dumps(odd).encode()).data.split() == [b"5", b"x", b"=", b"1"]
