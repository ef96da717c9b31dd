"""Where classes without a constructor of their own are called or named, of which the graph has no edge."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator

from callchain.callgraph.graph import CallGraph
from callchain.model.graph import Edge
from callchain.model.symbol import MODULE, last_name, symbol
from callchain.source.tree import SourceTree

INSTANCE = "instance"
"""The class is called: an instance is made."""
SUBCLASS = "subclass"
NAMED = "named"
"""It is named otherwise: in an annotation, a check, a table."""
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def without_constructor(graph: CallGraph, symbols: Iterable[str]) -> tuple[str, ...]:
    """Those of the symbols that are classes and define neither `__init__` nor `__new__`."""
    own = [each for each in symbols if each in graph.definitions and graph.definitions[each].kind == "class"]
    made_by = {f"{each}.{method}": each for each in own for method in ("__init__", "__new__")}
    made = {made_by[name] for name in made_by if name in graph.definitions}
    return tuple(each for each in own if each not in made)


def uses_of(graph: CallGraph, tree: SourceTree, classes: Collection[str]) -> tuple[Edge, ...]:
    """Every place that names one of the classes, as an edge whose rule says how; sorted."""
    wanted = {last_name(each) for each in classes}
    is_there = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(wanted)))})\b").search
    found = {
        edge
        for file in tree.files
        if classes and is_there(tree.text(file.path))
        for edge in _in_file(graph, file.path, tree.text(file.path), frozenset(classes), wanted)
    }
    return tuple(sorted(found))


def _in_file(
    graph: CallGraph, path: str, text: str, classes: frozenset[str], wanted: Collection[str]
) -> Iterator[Edge]:
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    names = {*wanted, *_aliases(module, wanted)}
    pending: list[tuple[ast.AST, str, str]] = [(module, MODULE, NAMED)]
    while pending:
        node, scope, rule = pending.pop()
        if isinstance(node, ast.Name | ast.Attribute):
            meant = _meant(graph, path, node, scope, names)
            if meant in classes:
                yield Edge(symbol(path, scope), node.lineno, meant, rule, 1.0)
                continue
        pending += [
            (child, _scope(node, child, scope), _rule(node, child)) for child in ast.iter_child_nodes(node)
        ]


def _scope(node: ast.AST, child: ast.AST, scope: str) -> str:
    """What stands in a body belongs to its function or class, a base to its class; all else to what is around."""
    inner = [*node.body, *getattr(node, "bases", ())] if isinstance(node, _SCOPES) else []
    if not isinstance(node, _SCOPES) or child not in inner:
        return scope
    return node.name if scope == MODULE else f"{scope}.{node.name}"


def _rule(node: ast.AST, child: ast.AST) -> str:
    if isinstance(node, ast.Call) and child is node.func:
        return INSTANCE
    if isinstance(node, ast.ClassDef) and child in node.bases:
        return SUBCLASS
    return NAMED


def _aliases(module: ast.Module, wanted: Collection[str]) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.asname for alias in node.names if alias.asname and alias.name in wanted)


def _meant(graph: CallGraph, path: str, node: ast.Name | ast.Attribute, scope: str, names: Collection[str]) -> str:
    last = node.id if isinstance(node, ast.Name) else node.attr
    if last not in names:
        return ""
    return graph.resolve_name(path, ast.unparse(node), scope)
