"""`callchain.ask` and `callchain.review` do what the commands do; importing the package costs next to nothing."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import callchain


def test_a_question_gives_a_package_that_shows_itself(root: Path) -> None:
    package = callchain.ask(
        "How is it saved?",
        root,
        run=[sys.executable, str(root / "go.py")],
        namespaces=["librarian"],
        taps="taps.toml",
        out="package",
    )
    assert package.flows["produce"][-2:] == ("librarian/core.py::main", "librarian/core.py::save")
    assert package.verdicts["confirmed"] == 1
    assert "1 confirmed" in str(package)
    assert package.read("summary.md").startswith("#")
    (tap,) = package.taps
    assert (tap.hits, tap.expectations[0].verdict) == (1, "pass")
    assert "what is saved &amp; &lt;where&gt;" in tap._repr_html_()
    assert "main → save" in package._repr_html_()
    again = callchain.Package.load("package")
    assert again.evidence == package.evidence
    assert callchain.review("package", root=root).refuted == ()
    (claim,) = callchain.review(root=root, text="`main` → `fail` at `librarian/core.py:10`").refuted[:1]
    assert claim.verdict == "false"


def test_runs_have_names_and_errors_are_the_tools_own(root: Path) -> None:
    package = callchain.ask(
        "How is it saved?", root, runs={"one": f"{sys.executable} root/go.py"}, namespaces=["librarian"]
    )
    assert [run.name for run in package.evidence.runs] == ["one"]
    with pytest.raises(callchain.CallchainError, match="nowhere"):
        callchain.ask("How?", root / "nowhere")
    with pytest.raises(callchain.CallchainError, match="no such file"):
        callchain.review("missing.md", root=root)


def test_functions_and_rooms_share_their_names() -> None:
    import callchain.ask.package
    import callchain.review.claim
    import callchain.trace.request

    assert callchain.ask.package.ask is not callchain.ask
    assert "question" in inspect.signature(callchain.ask).parameters
    assert "text" in inspect.signature(callchain.review).parameters
    assert {"ask", "review", "trace", "Package", "Tap", "CallchainError"} <= set(dir(callchain))
    assert set(callchain.__all__) <= set(dir(callchain))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = callchain.nothing


def test_importing_the_package_imports_nothing_else() -> None:
    program = "import sys; before = set(sys.modules); import callchain; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(Path.cwd())!r}); {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = done.stdout.split()
    assert not [
        name for name in loaded if name.partition(".")[0] in {"rich", "typer", "msgspec", "numpy", "libcst"}
    ]
    assert sum(name.startswith("callchain") for name in loaded) == 3
