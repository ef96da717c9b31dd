"""Taps written into the source as temporary statements, and taken out again byte for byte.

Whole lines are put in, each marked with the tap's key, in the file's own encoding and line ends; a tapped `return`
has its keyword replaced by an assignment of the same kind of text, which is put back. Nothing else is touched, so
taking out is the exact inverse, and every edit is tried both ways before a file is written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from callchain.model.errors import CallchainError
from callchain.model.symbol import MODULE, split
from callchain.model.tap import LocatedTap
from callchain.source.decoding import decode
from callchain.taps.log_statement import MARK, RESULT, statement_of

_END = "end of file"
_MARKED = re.compile(rb"# callchain: tap (\S+)(?: \((end of file|return)\))?[ \t]*(?:\r\n|\n|\r)?\Z")
_RESULT = f"{RESULT} =".encode()
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


@dataclass(frozen=True, order=True)
class _Edit:
    """Lines put in before a line of the file (from 1); `swap` is the line of a `return` that is rewritten."""

    line: int
    order: tuple[int, int, int]
    """At one line: what follows a statement before what precedes the next, deeper blocks first, then the taps."""
    lines: tuple[str, ...]
    swap: tuple[int, int, str] | None = None
    """Line, byte column and key of the `return` keyword."""


def apply_taps(data: bytes, taps: Sequence[LocatedTap]) -> bytes:
    """A file's bytes with a logging statement for each tap.

    Raises:
        CallchainError: a tap has no form as a statement, or shares its line with other code; nothing was changed.
    """
    if any(_MARKED.search(line) for line in _LINE.findall(data)):
        raise CallchainError("taps are applied already", hint="take them out with `callchain taps remove`")
    text = decode(data)
    module = ast.parse(text)
    edits = sorted(edit for number, tap in enumerate(taps) for edit in _edits(tap, module, text, number))
    changed = _insert(data, edits)
    try:
        ast.parse(decode(changed))
    except SyntaxError as error:
        raise CallchainError(f"the statements do not fit in: {error.msg}, line {error.lineno}") from error
    if remove_taps(changed) != data:
        raise CallchainError("taking the statements out again would not give the same bytes")
    return changed


def remove_taps(data: bytes, keys: Collection[str] = ()) -> bytes:
    """The bytes without the statements of the taps; of all where no keys are given."""
    out: list[bytes] = []
    for line in _LINE.findall(data):
        match = _MARKED.search(line)
        if match is None or (keys and match[1].decode() not in keys):
            out.append(line)
        elif match[2] == b"return":
            _put_back(out)
        elif match[2] is not None and out:
            out[-1] = out[-1].rstrip(b"\r\n")  # the file did not end in a line end
    return b"".join(out)


def applied_keys(data: bytes) -> tuple[str, ...]:
    """The keys of the taps that are written into a file, in order."""
    found = (_MARKED.search(line) for line in _LINE.findall(data))
    return tuple(dict.fromkeys(match[1].decode("ascii", "replace") for match in found if match))


def _put_back(out: list[bytes]) -> None:
    """Make the nearest assignment above a `return` again."""
    for at in range(len(out) - 1, -1, -1):
        if _RESULT in out[at]:
            out[at] = out[at].replace(_RESULT, b"return", 1)
            return


# ---- where lines go -------------------------------------------------------------------------------------------


def _edits(tap: LocatedTap, module: ast.Module, text: str, order: int) -> Iterator[_Edit]:
    where = tap.spec.where
    lines = text.split("\n")
    if where == "raise":
        raise CallchainError(
            "a tap on raise cannot be written as a statement", hint="record it with a run", where=tap.spec.key
        )
    if where in ("before", "after"):
        statement = _statement_at(module, tap)
        _require_alone(statement, tap, lines)
        end = statement.end_lineno or statement.lineno
        line = statement_start(statement) if where == "before" else end + 1
        indent = _indent(statement, lines)
        place = _order(indent, order, after=where == "after")
        yield _Edit(line, place, tuple(statement_of(tap, indent)))
        return
    body = _body(module, tap)
    for statement in body:
        _require_alone(statement, tap, lines)
    if where == "entry":
        first = body[1] if len(body) > 1 and _is_docstring(body[0]) else body[0]
        after = first is body[0] and _is_docstring(first)
        line = (first.end_lineno or first.lineno) + 1 if after else statement_start(first)
        indent = _indent(first, lines)
        yield _Edit(line, _order(indent, order, after=after), tuple(statement_of(tap, indent)))
        return
    yield from _returns(tap, body, lines, order)


def _order(indent: str, number: int, *, after: bool) -> tuple[int, int, int]:
    return (0 if after else 1, -len(indent), number)


def _returns(tap: LocatedTap, body: list[ast.stmt], lines: list[str], order: int) -> Iterator[_Edit]:
    """Before each `return`, whose value is kept in a local; and at the end, where the function just ends."""
    mark = f"{MARK} {tap.spec.key}"
    for node in _own_returns(body):
        _require_alone(node, tap, lines)
        indent = _indent(node, lines)
        end = (node.end_lineno or node.lineno) + 1
        if node.value is None:
            none = f"{indent}{RESULT} = None  {mark}"
            yield _Edit(node.lineno, _order(indent, order, after=False), (none, *statement_of(tap, indent)))
            continue
        back = f"{indent}return {RESULT}  {mark} (return)"
        swap = (node.lineno, node.col_offset, tap.spec.key)
        yield _Edit(end, _order(indent, order, after=True), (*statement_of(tap, indent), back), swap)
    last = body[-1]
    if not isinstance(last, ast.Return | ast.Raise):
        indent = _indent(last, lines)
        none = f"{indent}{RESULT} = None  {mark}"
        end = (last.end_lineno or last.lineno) + 1
        yield _Edit(end, _order(indent, order, after=True), (none, *statement_of(tap, indent)))


def _own_returns(body: list[ast.stmt]) -> Iterator[ast.Return]:
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Return):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += list(ast.iter_child_nodes(node))


def _statement_at(module: ast.Module, tap: LocatedTap) -> ast.stmt:
    found = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.stmt) and (statement_start(node), node.end_lineno) == (tap.line, tap.end_line)
    ]
    if found:  # of a block on one line the outer statement was meant only where its header was written
        return found[0 if tap.spec.code.rstrip().endswith(":") else -1]
    raise CallchainError(
        f"a clause of another statement at line {tap.line} has no place of its own",
        hint="name a statement inside it",
        where=tap.spec.key,
    )


def statement_start(node: ast.stmt) -> int:
    """The line on which a statement begins, its decorators included."""
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(int(decorator.lineno) for decorator in decorators)])


def _body(module: ast.Module, tap: LocatedTap) -> list[ast.stmt]:
    if split(tap.spec.symbol)[1] == MODULE:
        return module.body
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == tap.definition_line:
            return node.body
    raise CallchainError(f"no function begins at line {tap.definition_line}", where=tap.spec.key)


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )


def _indent(node: ast.stmt, lines: list[str]) -> str:
    line = lines[statement_start(node) - 1]
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def _require_alone(node: ast.stmt, tap: LocatedTap, lines: list[str]) -> None:
    """A statement that shares its lines with another has no place for lines before or after it."""
    first, last = lines[statement_start(node) - 1], lines[(node.end_lineno or node.lineno) - 1]
    before = first.encode()[: node.col_offset].decode() if node.lineno == statement_start(node) else ""
    after = last.encode()[node.end_col_offset or 0 :].decode().strip()
    if before.strip() or (after and not after.startswith("#")):
        raise CallchainError(
            f"the statement at line {node.lineno} shares its line with other code",
            hint="record the tap with a run",
            where=tap.spec.key,
        )


# ---- bytes ----------------------------------------------------------------------------------------------------


def _insert(data: bytes, edits: Sequence[_Edit]) -> bytes:
    rows = _LINE.findall(data)
    newline = _newline(rows)
    for edit in edits:
        if edit.swap is not None:
            line, column, _ = edit.swap
            rows[line - 1] = _swapped(rows[line - 1], column, first=line == 1)
    out: list[bytes] = []
    waiting = list(edits)
    for number, row in enumerate(rows, 1):
        while waiting and waiting[0].line == number:
            out += [_bytes(line) + newline for line in waiting.pop(0).lines]
        out.append(row)
    for edit in waiting:
        out += _at_end(out, edit, newline)
    return b"".join(out)


def _at_end(out: list[bytes], edit: _Edit, newline: bytes) -> list[bytes]:
    """Lines past the last one; where that has no line end it gets one, and the mark says so."""
    lines = [_bytes(line) for line in edit.lines]
    if out and not out[-1].endswith((b"\n", b"\r")):
        out[-1] += newline
        first = lines[0]
        lines[0] = first + f" ({_END})".encode()
    return [line + newline for line in lines]


def _bytes(line: str) -> bytes:
    try:
        return line.encode("ascii")
    except UnicodeEncodeError:
        raise CallchainError("a capture names something that is not ASCII", hint="record it with a run") from None


def _swapped(row: bytes, column: int, *, first: bool) -> bytes:
    bom = 3 if first and row.startswith(b"\xef\xbb\xbf") else 0
    at = column + bom
    if row[at : at + 6] != b"return":
        at = row.index(b"return")
    return row[:at] + _RESULT + row[at + 6 :]


def _newline(rows: Sequence[bytes]) -> bytes:
    for row in rows:
        match = re.search(rb"\r\n|\n|\r", row)
        if match:
            return match[0]
    return b"\n"
