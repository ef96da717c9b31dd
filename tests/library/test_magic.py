"""`%%callchain` in a real IPython shell."""

from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from callchain.library.tracing import trace


@pytest.fixture
def shell(root: Path) -> InteractiveShell:
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(colors="nocolor")
    shell.run_line_magic("load_ext", "callchain")
    return shell


def test_a_cell_is_recorded_and_its_names_stay(shell: InteractiveShell) -> None:
    with capture_output() as said:
        shell.run_cell(
            "%%callchain --root root --namespace librarian --into seen\n"
            "from librarian.core import main\n"
            "answer = main('a.txt') or 42\n"
        )
    assert shell.user_ns["answer"] == 42
    seen = shell.user_ns["seen"]
    assert isinstance(seen, trace)
    assert seen.edges[-1].callee == "librarian/core.py::save"
    (shown,) = said.outputs
    assert "main" in shown.data["text/plain"]
    assert shown.data["text/html"].startswith("<div>")


def test_a_cell_that_fails_is_shown_with_its_trace(shell: InteractiveShell) -> None:
    with capture_output() as said:
        shell.run_cell("%%callchain --root root\nfrom librarian.core import fail\nfail()\n")
    assert "ValueError" in said.stdout + said.stderr
    assert len(said.outputs) == 1


@pytest.mark.parametrize(
    ("words", "wanted"), [("--nonsense", "--nonsense"), ("--root nowhere", "nowhere"), ("--root 'x", "quotation")]
)
def test_a_wrong_word_is_one_line(shell: InteractiveShell, words: str, wanted: str) -> None:
    with capture_output() as said:
        shell.run_cell(f"%%callchain {words}\npass\n")
    text = said.stdout + said.stderr
    assert "UsageError" in text
    assert wanted in text
    assert "Traceback" not in text
