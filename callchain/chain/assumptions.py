"""What an answer rests on without proof: optional packages, doubtful calls, entries that nobody calls."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from callchain.callgraph.graph import CallGraph
from callchain.chain.syntax import Syntax
from callchain.facts.state_scope import dotted_name
from callchain.model.chain import Assumption, Flow
from callchain.model.symbol import split
from callchain.question.nearest import Respelled

_SURE = 0.8
RESPELLED = "of the question is nowhere in the code; it was taken for"


def assumptions_of(flows: Iterable[Flow], graph: CallGraph, syntax: Syntax) -> tuple[Assumption, ...]:
    """The assumptions of all flows, each once, in order of their anchors."""
    flows = tuple(flows)
    paths = sorted({stage.path for flow in flows for stage in flow.chain})
    inside = {module.partition(".")[0] for module in graph.names.modules}
    found = [item for path in paths for item in optional_imports(path, syntax, inside)]
    for flow in flows:
        found.extend(_doubtful_calls(flow))
        found.extend(_uncalled_entry(flow, graph))
    return tuple(dict.fromkeys(found))


def respellings(found: Iterable[Respelled], graph: CallGraph) -> Iterator[Assumption]:
    """Names of the question that are nowhere in the code, with what each was taken for."""
    for item in found:
        definition = graph.definitions[item.symbol]
        text = f"{item.name} {RESPELLED} {definition.qualname}"
        yield Assumption(text, f"{definition.path}:{definition.line}")


def optional_imports(path: str, syntax: Syntax, inside: Collection[str] = ()) -> Iterator[Assumption]:
    """Imports guarded against absence; whether the guard raises says if the package must be there.

    Packages in `inside` belong to the code base and are always there.
    """
    at_import = set(map(id, syntax.file(path).module.body))
    for node in ast.walk(syntax.file(path).module):
        if not isinstance(node, ast.Try):
            continue
        handlers = [handler for handler in node.handlers if _catches_import(handler)]
        for statement in node.body if handlers else ():
            when = "is imported" if id(node) in at_import else f"runs line {statement.lineno}"
            for package in _imported(statement):
                if package.partition(".")[0] in inside:
                    continue
                raises = any(isinstance(item, ast.Raise) for handler in handlers for item in ast.walk(handler))
                text = (
                    f"{package} must be installed: without it {path} raises when it {when}"
                    if raises
                    else f"{package} is optional: whether it is installed decides what {path} does"
                )
                yield Assumption(text, f"{path}:{statement.lineno}")


def _catches_import(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = [caught] if not isinstance(caught, ast.Tuple) else caught.elts
    return any(dotted_name(name) in ("ImportError", "ModuleNotFoundError") for name in names if name is not None)


def _imported(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield alias.name
    elif isinstance(statement, ast.ImportFrom) and statement.module:
        yield statement.module


def _doubtful_calls(flow: Flow) -> Iterator[Assumption]:
    for edge in flow.edges:
        if edge.rule and edge.confidence < _SURE:
            text = (
                f"{split(edge.caller)[1]} calls {split(edge.callee)[1]} here (rule {edge.rule}, "
                f"confidence {edge.confidence:.2f}: one of several candidates)"
            )
            yield Assumption(text, f"{edge.path}:{edge.line}")


def _uncalled_entry(flow: Flow, graph: CallGraph) -> Iterator[Assumption]:
    if flow.chain and not graph.calls_to(flow.chain[0].symbol):
        first = flow.chain[0]
        name = split(first.symbol)[1]
        if name != "<module>":
            yield Assumption(
                f"{name} is called from outside the code that was read: nothing in it does",
                f"{first.path}:{first.line}",
            )
