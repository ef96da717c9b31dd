"""What an author may have meant: symbols like the one given, names a function really has."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Collection, Iterator

from callchain.model.symbol import MODULE, split, symbol
from callchain.source.outline import Entry, outline
from callchain.source.tree import SourceTree

_SHOWN = 3
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_NAMED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar


def near_symbols(tree: SourceTree, wanted: str) -> list[str]:
    """Symbols that resemble one that is not there: in its file, else of the same name anywhere, else files."""
    path, qualname = split(wanted)
    if path in tree:
        names = sorted({entry.qualname for entry in _entries(tree, path)} - {MODULE})
        last = qualname.rpartition(".")[2]
        same = [name for name in names if name.rpartition(".")[2] == last]
        near = difflib.get_close_matches(qualname, names, n=_SHOWN, cutoff=0.5)
        if same or near:
            return [symbol(path, name) for name in dict.fromkeys([*same, *near])][:_SHOWN]
    elsewhere = _same_name(tree, qualname) if qualname != MODULE else []
    if elsewhere:
        return sorted(elsewhere, key=lambda name: (-_likeness(name, wanted), name))[:_SHOWN]
    return difflib.get_close_matches(path, [file.path for file in tree.files], n=_SHOWN, cutoff=0.5)


def unknown_names(module: ast.Module, owner: Entry, wanted: Collection[str]) -> dict[str, str]:
    """Of the names wanted those that code in `owner` cannot see, each with the nearest that it can, or empty.

    Nothing is said of a module that imports `*`, for its names are not in its text.
    """
    nodes = list(ast.walk(module))
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in nodes):
        return {}
    inside = [node for node in nodes if _lies_in(node, owner)]
    visible = {name for node in inside for name in _bound(node)} | set(dir(builtins)) | {"__name__", "__file__"}
    visible |= {name for statement in module.body for node in _own(statement) for name in _bound(node)}
    visible |= {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    missing = sorted(set(wanted) - visible)
    candidates = sorted(visible - set(dir(builtins)))
    return {name: next(iter(difflib.get_close_matches(name, candidates, n=1)), "") for name in missing}


def _entries(tree: SourceTree, path: str) -> list[Entry]:
    try:
        return outline(tree.text(path))
    except SyntaxError:
        return []


def _same_name(tree: SourceTree, qualname: str) -> list[str]:
    last = qualname.rpartition(".")[2]
    definition = re.compile(rf"\b(?:def|class)\s+{re.escape(last)}\b")
    return [
        symbol(file.path, entry.qualname)
        for file in tree.files
        if definition.search(tree.text(file.path))
        for entry in _entries(tree, file.path)
        if entry.qualname.rpartition(".")[2] == last
    ]


def _likeness(name: str, wanted: str) -> float:
    return difflib.SequenceMatcher(None, name, wanted, autojunk=False).ratio()


def _lies_in(node: ast.AST, owner: Entry) -> bool:
    line: int = getattr(node, "lineno", 0)
    end: int = getattr(node, "end_lineno", 0)
    return owner.first_line <= line and end <= owner.end_line


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """A module-level statement and what it holds, without the insides of functions and classes."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a node brings into view or uses; a name that is used is taken to exist."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
    elif isinstance(node, _NAMED) and node.name:
        yield node.name
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
