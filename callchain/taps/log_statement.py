"""A tap as a temporary logging statement: plain Python that needs only the standard library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callchain.model.errors import CallchainError
from callchain.model.tap import LocatedTap

MARK = "# callchain: tap"
RESULT = "callchain_tap_result"
"""The local that holds a return value while a tap is applied."""
LOGGER = "callchain.tap"

_CALLS: dict[str, Callable[[str], str]] = {
    "len": lambda x: f"len({x})",
    "keys": lambda x: f"list({x})",
    "sorted": lambda x: f"sorted({x})",
    "type_name": lambda x: f"type({x}).__module__ + '.' + type({x}).__qualname__",
    "exists": lambda x: f"__import__('os').path.exists({x})",
    "files": lambda x: (
        f"sorted(p.relative_to({x}).as_posix() for p in __import__('pathlib').Path({x}).rglob('*') if p.is_file())"
    ),
    "members": lambda x: f"sorted(__import__('zipfile').ZipFile({x}).namelist())",
}


def statement_of(tap: LocatedTap, indent: str) -> list[str]:
    """The lines that log the tap's captures, each marked with its key; an error in them stays in them.

    Raises:
        CallchainError: a capture has no form in plain Python.
    """
    mark = f"{MARK} {tap.spec.key}"
    pairs = ", ".join(f"{_literal(name)}: {_python(program, tap)}" for name, program in tap.programs.items())
    say = f"__import__('logging').getLogger({LOGGER!r}).warning('%s %r', {_literal(tap.spec.key)}, {{{pairs}}})"
    inner = f"{indent}\t" if "\t" in indent else f"{indent}    "
    return [
        f"{indent}try:  {mark}",
        f"{inner}{say}  {mark}",
        f"{indent}except Exception as callchain_tap_error:  {mark}",
        f"{inner}__import__('logging').getLogger({LOGGER!r}).warning("
        f"'%s cannot be read: %r', {_literal(tap.spec.key)}, callchain_tap_error)  {mark}",
    ]


def _python(program: Any, tap: LocatedTap) -> str:
    kind = program[0]
    if kind == "name":
        return RESULT if program[1] == "result" and tap.spec.where == "return" else str(program[1])
    if kind == "const":
        return _literal(program[1])
    if kind == "attr":
        return f"{_python(program[1], tap)}.{program[2]}"
    if kind == "item":
        return f"{_python(program[1], tap)}[{_python(program[2], tap)}]"
    if kind == "list":
        return f"[{', '.join(_python(part, tap) for part in program[1])}]"
    if kind == "dict":
        pairs = (f"{_python(key, tap)}: {_python(value, tap)}" for key, value in program[1])
        return f"{{{', '.join(pairs)}}}"
    if kind == "call" and program[1] in _CALLS:
        return _CALLS[program[1]](_python(program[2][0], tap))
    raise CallchainError(
        f"{program[1]}() has no form in plain Python", hint="record the tap with a run", where=tap.spec.key
    )


def _literal(value: Any) -> str:
    """A literal in ASCII, whatever the file's encoding."""
    return ascii(value)
