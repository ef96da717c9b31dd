"""What to capture at a site: the names that its statement works with, in the capture language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from callchain.chain.syntax import Syntax
from callchain.facts.state_scope import dotted_name
from callchain.model.chain import Chain
from callchain.model.errors import CallchainError
from callchain.model.symbol import MODULE, split
from callchain.taps.capture import compile_expression
from callchain.taps.sites import CONFIG, LOAD, Site

_MOST = 6
_FOLDERS = re.compile(r"(?:^|_)(?:dir|folder|directory)$")
_IGNORED = frozenset({"self", "cls", "f", "fh", "fp", "file", "stream", "handle"})


def captures_at(site: Site, statement: ast.stmt | None, chain: Chain, syntax: Syntax) -> dict[str, str]:
    """Capture name → expression, at most six; empty where there is nothing to name."""
    found: list[tuple[str, str]] = []
    if site.where == "return":
        found.append(("result", "result"))
    if site.where == "entry" or statement is None:
        found += [(name, name) for name in parameters(site.symbol, syntax)]
    else:
        modules = _modules(syntax.file(split(site.symbol)[0]).module) - {*parameters(site.symbol, syntax)}
        found += _stored(site, statement, chain) if site.role == CONFIG else ()
        found += [pair for pair in _of_statement(site, statement) if _root(pair[1]) not in modules]
    return dict(_usable(found))


def _modules(module: ast.Module) -> frozenset[str]:
    """The names that imports of a file bind: modules, and functions and classes of others."""
    nodes = [node for node in ast.walk(module) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [alias.asname or alias.name for node in nodes for alias in node.names]
    return frozenset(name.partition(".")[0] for name in names)


def _root(expression: str) -> str:
    return re.split(r"\W", expression, maxsplit=1)[0]


def parameters(symbol: str, syntax: Syntax) -> tuple[str, ...]:
    """The parameters of a function, without `self` and `cls`."""
    node = syntax.file(split(symbol)[0]).definitions.get(split(symbol)[1])
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ()
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return tuple(argument.arg for argument in every if argument.arg not in {"self", "cls"})


def _usable(found: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Those that the capture language has, each name once."""
    names: set[str] = set()
    for name, expression in found:
        plain = re.sub(r"\W+", "_", name).strip("_")
        if not plain.isidentifier() or plain in names or len(names) == _MOST:
            continue
        try:
            compile_expression(expression)
        except CallchainError:
            continue
        names.add(plain)
        yield plain, expression


def _stored(site: Site, statement: ast.stmt, chain: Chain) -> Iterator[tuple[str, str]]:
    """The keys of the store that the chain reads, where the statement names the store or its module."""
    place = _place_of_store(site, statement)
    if place:
        for key in sorted(_keys_read(site.store, chain)):
            yield key, f"{place}[{key!r}]"
        yield f"{site.what}_size", f"len({place})"


def _place_of_store(site: Site, statement: ast.stmt) -> str:
    path, name = split(site.store)
    module = path.removesuffix(".py").rpartition("/")[2]
    for node in ast.walk(statement):
        if "." not in name and _ends_in(node, name):
            return ast.unparse(node)
    for node in ast.walk(statement):
        if "." not in name and isinstance(node, ast.Attribute) and _ends_in(node.value, module):
            return f"{ast.unparse(node.value)}.{name}"
    return ""


def _ends_in(node: ast.AST, name: str) -> bool:
    dotted = dotted_name(node) if isinstance(node, ast.Attribute | ast.Name) else ""
    return bool(dotted) and dotted.rpartition(".")[2] == name


def _keys_read(store: str, chain: Chain) -> set[str]:
    stages = {stage.symbol for flow in chain.flows for stage in flow.chain}
    keys = [key for key in chain.state if key.store == store and key.key.isidentifier()]
    near = {key.key for key in keys if any(access.symbol in stages for access in key.accesses)}
    return near or {key.key for key in keys}


def _of_statement(site: Site, statement: ast.stmt) -> Iterator[tuple[str, str]]:
    targets = list(_targets(statement)) if site.role == LOAD and site.where == "after" else []
    yield from ((target, target) for target in targets)
    for node in _arguments(statement, site):
        expression = ast.unparse(node)
        name = dotted_name(node).rpartition(".")[2] if isinstance(node, ast.Attribute | ast.Name) else expression
        if name in _IGNORED or isinstance(node, ast.Constant):
            continue
        if site.role == LOAD and site.where == "after" and _FOLDERS.search(name):
            yield f"{name}_files", f"files({expression})"
        yield name, expression


def _targets(statement: ast.stmt) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        yield from (part.id for part in parts if isinstance(part, ast.Name))


def _arguments(statement: ast.stmt, site: Site) -> Iterator[ast.expr]:
    """What the call at the site is given, and its receiver; without such a call all that is read."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    here = [call for call in calls if call.lineno <= site.line <= (call.end_lineno or call.lineno)]
    call = next((call for call in here if _ends_in(call.func, site.what)), None)
    roots: list[ast.AST] = [call] if call is not None else [_own_part(statement)]
    seen: set[str] = set()
    while roots:
        node = roots.pop(0)
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and _is_plain(node):
            text = ast.unparse(node)
            if text not in seen and isinstance(node.ctx, ast.Load):
                seen.add(text)
                yield node
        elif isinstance(node, ast.Call):
            # A function's own name says nothing; the object that a method is called on does.
            receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
            is_object = isinstance(receiver, ast.Name) and receiver.id.islower() and node is call
            roots += [*([receiver] if is_object and receiver is not None else []), *node.args]
            roots += [keyword.value for keyword in node.keywords]
        elif not isinstance(node, ast.Lambda | ast.comprehension):
            roots += list(ast.iter_child_nodes(node))


def _own_part(statement: ast.stmt) -> ast.AST:
    """The expression that runs first in a compound statement, or the whole simple one."""
    if isinstance(statement, ast.With | ast.AsyncWith):
        return statement.items[0].context_expr
    for name in ("iter", "test", "subject"):
        part = getattr(statement, name, None)
        if isinstance(part, ast.expr) and hasattr(statement, "body"):
            return part
    return statement


def _is_plain(node: ast.expr) -> bool:
    """A chain of names and constant items: what the capture language can follow."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
            return False
        node = node.value
    return isinstance(node, ast.Name) and node.id != MODULE
