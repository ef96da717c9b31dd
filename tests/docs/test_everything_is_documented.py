"""Nothing that a user can meet is undocumented: kinds, rules, engines, tools, names, variables."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio

import callchain
from callchain.ask.read import read_codebase
from callchain.probe.chooser import PREFERENCE

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def document(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def tables(folder: str) -> Iterator[dict[str, Any]]:
    for file in sorted((ROOT / "callchain" / folder).glob("*.toml")):
        for value in tomllib.loads(file.read_text(encoding="utf-8")).values():
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict))


def rows(text: str) -> set[str]:
    """What stands in backquotes in the first column of the tables."""
    return {
        name
        for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }


def test_every_kind_of_effect() -> None:
    kinds = {table["kind"] for table in tables("question/catalogue") if "kind" in table}
    assert len(kinds) > 8
    assert kinds - rows(document("resolution.md")) == set()


def test_every_rule() -> None:
    files = sorted((ROOT / "callchain" / "callgraph" / "rules").glob("*.toml"))
    told = {
        name for file in files for name in re.findall(r'^rule = "(.+)"$', file.read_text("utf-8"), re.MULTILINE)
    }
    graph = read_codebase(ROOT / "tests" / "assets" / "mechanisms", lambda _: None).graph
    seen = {edge.rule for edge in (*graph.edges, *graph.external)}
    assert min(len(told), len(seen)) > 10
    assert (told | seen) - rows(document("resolution.md")) == set()


def test_every_engine() -> None:
    assert {name for name in PREFERENCE if f"`{name}`" not in document("engines.md")} == set()


def test_every_public_name_of_the_library() -> None:
    text = document("library.md")
    assert {
        name for name in callchain.__all__ if not name.startswith("_") and f"callchain.{name}" not in text
    } == set()


def test_every_tool_for_agents_with_its_arguments() -> None:
    from callchain.ask.request import AskRequest
    from callchain.mcp.server import build
    from callchain.mcp.session import Session

    server = build(Session(AskRequest(question="", root=ROOT), ROOT, allow_run=True))
    text = document("mcp.md")
    for tool in anyio.run(server.list_tools):
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{tool.name}` |")]
        for argument in set(tool.input_schema["properties"]) - {"cursor"}:
            assert f"`{argument}`" in row, (tool.name, argument)


def test_every_variable_of_the_environment() -> None:
    internal = {"CALLCHAIN_PROBE"}
    used = {
        name
        for file in (ROOT / "callchain").rglob("*.py")
        for name in re.findall(r'environ[^\n]*"(CALLCHAIN_[A-Z_]+)"', file.read_text(encoding="utf-8"))
    }
    assert "CALLCHAIN_CACHE_DIR" in used
    assert (used - internal) - rows(document("settings.md")) == set()


def test_every_document_is_on_the_site() -> None:
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r"^ *- (?:[^:\n]+: )?([a-z-]+\.md)$", site, re.MULTILINE))
    assert listed == {path.name for path in DOCS.glob("*.md")}


def test_the_picture_of_a_terminal_shows_what_the_command_prints() -> None:
    picture = (DOCS / "img" / "terminal.svg").read_text(encoding="utf-8")
    for words in ("callchain&#160;run", "&#160;fail", "25&#160;proved,&#160;0&#160;false", "direct&#160;1.00"):
        assert words in picture, "run `make recording`"
