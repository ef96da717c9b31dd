"""The taps that a program's marks ask for: see `engine_programs`."""

from __future__ import annotations

import ast
import textwrap

import msgspec

from callchain.model.tap import LocatedTap
from tests.trace.programs import tap

LOOKS = {"cfg": "cfg", "total": "total", "i": "i"}
"""What the taps capture; a name that a program does not have is captured as an error, by every engine alike."""


def marked(text: str) -> tuple[LocatedTap, ...]:
    """Taps of every kind at the statement whose last line is marked, and at the function around it."""
    source = textwrap.dedent(text)
    number = next(at for at, line in enumerate(source.splitlines(), 1) if line.endswith("# tap"))
    statement, names, defined = _innermost(ast.parse(source), number, (), 1)
    place = f"main.py::{'.'.join(names) or '<module>'}"
    lines = (statement.lineno, statement.end_lineno or number)
    found = [_named(tap(place, where, lines, defined, **LOOKS)) for where in ("before", "after")]
    if names:
        around = (defined, defined)
        found.append(_named(tap(place, "entry", around, defined, cfg="cfg")))
        found.append(_named(tap(place, "return", around, defined, result="result", cfg="cfg")))
        found.append(_named(tap(place, "raise", around, defined, kind="type_name(error)")))
    return tuple(found)


def _named(located: LocatedTap) -> LocatedTap:
    return msgspec.structs.replace(located, spec=msgspec.structs.replace(located.spec, key=located.spec.where))


def _innermost(
    node: ast.AST, line: int, names: tuple[str, ...], defined: int
) -> tuple[ast.stmt, tuple[str, ...], int]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt | ast.match_case | ast.excepthandler):
            continue
        last = max(getattr(each, "end_lineno", 0) or 0 for each in ast.walk(child))
        first = min(getattr(each, "lineno", last) for each in ast.walk(child))
        if not first <= line <= last:
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return _innermost(child, line, (*names, child.name), child.lineno)
        if any(isinstance(each, ast.stmt) for each in ast.iter_child_nodes(child)) or not isinstance(
            child, ast.stmt
        ):
            return _innermost(child, line, names, defined)
        return child, names, defined
    raise LookupError(f"no statement at line {line}")
