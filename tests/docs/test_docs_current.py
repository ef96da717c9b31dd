"""The documents say what the code does now."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = ("run", "graph", "trace", "demo", "review", "diff", "taps", "view", "mcp", "index")


def test_the_command_reference_is_current(tmp_path: Path) -> None:
    made = tmp_path / "cli.md"
    words = ["utils", "docs", "--name", "callchain", "--title", "Command line", "--output", str(made)]
    subprocess.run([sys.executable, "-m", "typer", "callchain.cli.app", *words], check=True, cwd=ROOT)
    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8") == made.read_text(encoding="utf-8"), (
        "run `make docs`"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`callchain {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_target_of_the_makefile_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split())  # type: ignore[union-attr]  # the line is there
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    assert phony == explained


@pytest.mark.parametrize(
    "document", [*sorted(ROOT.glob("docs/*.md")), ROOT / "README.md"], ids=lambda path: path.name
)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_every_room_is_in_the_architecture() -> None:
    rooms = {path.parent.name for path in (ROOT / "callchain").glob("*/__init__.py")}
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    assert {room for room in rooms if f"| `{room}` |" not in text} == set()
