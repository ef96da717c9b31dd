"""Named constants, units, devices and number types on a chain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from callchain.chain.syntax import Syntax
from callchain.facts.state_calls import source_text
from callchain.facts.state_scope import dotted_name
from callchain.model.chain import Constant
from callchain.model.symbol import MODULE, split, symbol

_UNITS = re.compile(
    r"(?<![A-Za-z])(?:seconds?|secs?|ms|milliseconds?|minutes?|hours?|bytes?|kib|mib|gib|kb|mb|gb|pixels?|px|photons?|metres?|meters?|"
    r"nm|um|µm|mm|angstroms?|kev|ev|hz|khz|mhz|degrees?|deg|radians?|rad|percent|epochs?|counts?)(?![A-Za-z])",
    re.IGNORECASE,
)
_NUMBER_TYPE = re.compile(r"^(?:float|complex|int|uint|bfloat)(?:8|16|32|64|128)$|^(?:double|half|cfloat|long)$")
_DEVICE_NAMES = frozenset({"accelerator", "device", "devices", "map_location", "device_ids", "device_type"})
_DEVICE_METHODS = frozenset({"to", "cuda", "cpu", "pin_memory", "is_available", "device"})
_TYPE_METHODS = frozenset({"astype", "float", "half", "double", "bfloat16", "cast", "set_default_dtype"})
_MOST = 60


def constants_of(symbols: Iterable[str], syntax: Syntax) -> tuple[Constant, ...]:
    """Constants that functions use or set, in order of kind, path and line; at most 60 of each kind."""
    chain = list(dict.fromkeys(symbols))
    found: set[Constant] = set()
    for name in chain:
        for node in syntax.nodes(name):
            found.update(_of_node(node, name, syntax))
    found.update(_module_constants(chain, syntax))
    ordered = sorted(found, key=lambda item: (item.kind, item.path, item.line, item.name, item.value))
    kinds: dict[str, int] = {}
    kept: list[Constant] = []
    for item in ordered:
        kinds[item.kind] = kinds.get(item.kind, 0) + 1
        if kinds[item.kind] <= _MOST:
            kept.append(item)
    return tuple(kept)


def _of_node(node: ast.AST, owner: str, syntax: Syntax) -> Iterator[Constant]:
    if isinstance(node, ast.Call):
        yield from _of_call(node, owner)
    elif isinstance(node, ast.keyword):
        yield from _of_keyword(node, owner)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        yield from _unit(node, owner, syntax)


def _of_call(node: ast.Call, owner: str) -> Iterator[Constant]:
    if not isinstance(node.func, ast.Attribute):
        return
    method = node.func.attr
    line = node.func.end_lineno or node.lineno
    path = split(owner)[0]
    arguments = ", ".join(source_text(item) for item in node.args)
    typed = [item for item in node.args if _is_number_type(item)]
    if method in _TYPE_METHODS and (typed or not node.args):
        yield Constant("dtype", method, arguments or method, path, line, owner)
    elif method in _DEVICE_METHODS and not (method == "to" and not node.args):
        kind = "dtype" if typed else "device"
        if method != "device" or "cuda" in arguments or "cpu" in arguments:
            yield Constant(kind, f".{method}", arguments or source_text(node), path, line, owner)


def _of_keyword(node: ast.keyword, owner: str) -> Iterator[Constant]:
    path, line = split(owner)[0], node.value.lineno
    if node.arg == "dtype":
        yield Constant("dtype", "dtype", source_text(node.value), path, line, owner)
    elif node.arg in _DEVICE_NAMES:
        yield Constant("device", str(node.arg), source_text(node.value), path, line, owner)


def _is_number_type(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(_NUMBER_TYPE.match(node.value))
    return bool(_NUMBER_TYPE.match(dotted_name(node).rpartition(".")[2]))


def _unit(node: ast.Assign | ast.AnnAssign, owner: str, syntax: Syntax) -> Iterator[Constant]:
    """A number whose name or comment on the same line holds a unit."""
    value = node.value
    if not _is_number(value):
        return
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    name = dotted_name(target) or source_text(target)
    path = split(owner)[0]
    comment = syntax.line(path, node.lineno).partition("#")[2]
    match = _UNITS.search(name.replace("_", " ")) or _UNITS.search(comment)
    if match:
        text = f"{source_text(value)} ({match.group().lower()})"
        yield Constant("unit", name, text, path, node.lineno, owner)


def _is_number(node: ast.AST | None) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
    )


def _module_constants(chain: list[str], syntax: Syntax) -> Iterator[Constant]:
    """Upper-case names of the chain's modules that its functions use, with a literal value."""
    used: dict[str, set[str]] = {}
    for name in chain:
        names = used.setdefault(split(name)[0], set())
        names.update(node.id for node in syntax.nodes(name) if isinstance(node, ast.Name))
    for path, names in sorted(used.items()):
        for statement in syntax.file(path).module.body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id in names and target.id.isupper():
                assert isinstance(statement, ast.Assign)  # noqa: S101 - narrows the type, see the line above
                if isinstance(statement.value, ast.Constant | ast.UnaryOp | ast.BinOp | ast.Tuple):
                    text = source_text(statement.value)
                    yield Constant("constant", target.id, text, path, statement.lineno, symbol(path, MODULE))
