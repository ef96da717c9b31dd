"""The commands of a code base: scripts that its packaging declares, their subcommands, and mains."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator

from callchain.callgraph.graph import CallGraph
from callchain.model.errors import CallchainError
from callchain.model.symbol import MODULE, Definition, split
from callchain.question.standing import fronts
from callchain.question.steps import reach, steps_from
from callchain.source.tree import SourceTree

_MAINS = ("main", "cli", "run", "app")
_MAIN_FILE = "__main__.py"
_TARGET = re.compile(r"^\s*[\"']?[\w.-]+\s*=\s*[\"']?(?P<module>[\w.]+):(?P<name>[\w.]+)", re.MULTILINE)
_SETUP = ("setup.cfg", "setup.py")
_SUBCOMMAND = re.compile(r"^(?P<owner>[\w.]+)\.(?:command|group|callback)\b")


def commands(graph: CallGraph, tree: SourceTree, within: Collection[str]) -> dict[str, str]:
    """The functions that commands begin at, with what makes each of them one, the surest first.

    Declared are the scripts of `pyproject.toml`, `setup.cfg` and `setup.py`; where such a script is a group of
    commands, the functions that are registered at it count as well. Then comes what `__main__` calls.
    """
    found: dict[str, str] = {}
    for dotted, place in _declared(tree):
        for symbol, why in _begun_by(dotted, place, graph, within):
            found.setdefault(symbol, why)
    for symbol in _called_by_main(graph, within):
        found.setdefault(symbol, f"{split(symbol)[1]} is what {_MAIN_FILE} calls")
    return found


def _declared(tree: SourceTree) -> Iterator[tuple[str, str]]:
    """The dotted names of declared scripts, each with the file that declares it."""
    for table in _project_tables(tree):
        scripts = table.get("scripts", {})
        for target in scripts.values() if isinstance(scripts, dict) else ():
            if isinstance(target, str):
                yield target.replace(":", "."), "pyproject.toml"
    for name in _SETUP:
        for found in _TARGET.finditer(_text(tree, name)):
            yield f"{found['module']}.{found['name']}", name


def _project_tables(tree: SourceTree) -> list[dict[str, object]]:
    try:
        project = tomllib.loads(_text(tree, "pyproject.toml"))
    except tomllib.TOMLDecodeError:
        return []
    tool = project.get("tool", {})
    tables = (project.get("project", {}), tool.get("poetry", {}) if isinstance(tool, dict) else {})
    return [table for table in tables if isinstance(table, dict)]


def _text(tree: SourceTree, name: str) -> str:
    try:
        return tree.text(name) if name in tree else (tree.root / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError, CallchainError):
        return ""


def _begun_by(dotted: str, place: str, graph: CallGraph, within: Collection[str]) -> Iterator[tuple[str, str]]:
    """The function of a declared script, wherever it lies, and the commands registered at what it names."""
    for symbol in graph.find(dotted):
        definition = graph.definitions.get(symbol)
        if definition is not None and definition.kind in ("function", "method"):
            yield symbol, f"declared in {place}"
            yield from _registered(dotted, graph, within)
            return
    yield from _registered(dotted, graph, within)


def _registered(dotted: str, graph: CallGraph, within: Collection[str]) -> Iterator[tuple[str, str]]:
    """Functions whose decorator registers them at a declared object (`@app.command()`)."""
    module, _, name = dotted.rpartition(".")
    home = graph.names.modules.get(module)
    if home is None:
        return
    for symbol, definition in graph.definitions.items():
        if definition.path in within and any(
            _is_at(text, name, home, definition, graph) for text in definition.decorators
        ):
            yield symbol, f"a command of {dotted}"


def _is_at(decorator: str, name: str, home: str, definition: Definition, graph: CallGraph) -> bool:
    found = _SUBCOMMAND.match(decorator)
    if found is None:
        return False
    if definition.path == home:
        return found["owner"] == name
    return graph.resolve_name(definition.path, found["owner"]) == f"{home}::{name}"


def _called_by_main(graph: CallGraph, within: Collection[str]) -> Iterator[str]:
    """Of what the outermost `__main__` modules call, the function that reaches most."""
    for front in fronts(within):
        path = f"{front.rpartition('/')[0]}/{_MAIN_FILE}".lstrip("/")
        called = [
            edge.callee
            for edge in steps_from(graph, f"{path}::{MODULE}", within)
            if split(edge.callee)[1] != MODULE
        ]
        if path in within and called:
            yield max(called, key=lambda symbol: (len(reach(graph, symbol, within)), symbol))


def mains(graph: CallGraph, within: Collection[str]) -> list[str]:
    """Functions with the name of a main that no other function calls, those nearest to the top first."""
    found = [
        symbol
        for symbol, item in graph.definitions.items()
        if item.path in within and item.qualname in _MAINS and item.kind == "function"
        if all(split(edge.caller)[1] == MODULE for edge in graph.calls_to(symbol))
    ]
    return sorted(found, key=lambda symbol: (_MAINS.index(split(symbol)[1]), symbol.count("/"), symbol))
