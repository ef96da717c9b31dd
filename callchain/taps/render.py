"""A snapshot as one line of text: the same for the same snapshot, and never longer than asked."""

from __future__ import annotations

import ast
from typing import Any

from callchain.model.tap import Snapshot
from callchain.taps.values import NONE

WIDEST = 160
_DEPTH = 3
_DRAWN = "histogram"
"""A fact of an array that is drawn, and says little as text."""
_BRACKETS = {"tuple": ("(", ")"), "set": ("{", "}"), "frozenset": ("{", "}")}


def render(snapshot: Snapshot, width: int = WIDEST) -> str:
    """The value as Python would write it, as far as it was recorded; what was left out is named.

    Args:
        snapshot: what was captured.
        width: the most characters of the result; what does not fit ends in `…`.
    """
    return _cut(_text(snapshot, _DEPTH), width)


def render_operand(operand: Any, width: int = WIDEST) -> str:
    """The same for an operand of an expectation, which may be a plain value."""
    return render(operand, width) if isinstance(operand, Snapshot) else _cut(_plain(operand), width)


def _text(snapshot: Snapshot, depth: int) -> str:
    if snapshot.error:
        return f"<error: {snapshot.error}>"
    if snapshot.array is not None:
        return _array(snapshot)
    if snapshot.fields is not None:
        return _fields(snapshot, depth)
    if snapshot.items is not None:
        return _items(snapshot, depth)
    if snapshot.value is None and snapshot.type not in NONE:
        return f"<{snapshot.type}{_left_out(snapshot, ': ')}>"
    return f"{_scalar(snapshot)}{_left_out(snapshot, ' … ')}"


def _scalar(snapshot: Snapshot) -> str:
    """Numbers that JSON cannot carry, and names of code, were recorded as text and are shown without quotes."""
    bare = ("int", "float", "complex", "function", "method", "type", "module")
    number = snapshot.type in bare and isinstance(snapshot.value, str)
    return str(snapshot.value) if number else _plain(snapshot.value)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(render_operand(item) for item in value)}]"
    if isinstance(value, set):
        return f"{{{', '.join(sorted(map(repr, value)))}}}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {render_operand(item)}' for key, item in value.items())}}}"
    return repr(value)


def _array(snapshot: Snapshot) -> str:
    facts = snapshot.array or {}
    return (
        f"{snapshot.type}({', '.join(f'{key}={_fact(value)}' for key, value in facts.items() if key != _DRAWN)})"
    )


def _fact(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "x".join(str(part) for part in value) or "()"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _fields(snapshot: Snapshot, depth: int) -> str:
    pairs = snapshot.fields or ()
    total = len(pairs) if snapshot.length is None else snapshot.length
    if snapshot.type != "dict":
        inner = [f"{key}={_text(value, depth - 1)}" for key, value in pairs] if depth else [f"… {total} fields"]
        return f"{snapshot.type}({_joined(inner, snapshot)})"
    if depth == 0 and pairs:
        return f"{{… {total} keys}}"
    return f"{{{_joined([f'{_key(key)}: {_text(value, depth - 1)}' for key, value in pairs], snapshot)}}}"


def _key(text: str) -> str:
    """A dict key with the quotes of a text; what reads as another literal (or `<type>`) stands as it is."""
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text if text.startswith("<") else repr(text)
    return text


def _items(snapshot: Snapshot, depth: int) -> str:
    items = snapshot.items or ()
    opening, closing = _BRACKETS.get(snapshot.type, ("[", "]"))
    if depth == 0 and items:
        return f"{opening}… {len(items) if snapshot.length is None else snapshot.length} items{closing}"
    single = "," if snapshot.type == "tuple" and len(items) == 1 and snapshot.length in (None, 1) else ""
    return f"{opening}{_joined([_text(item, depth - 1) for item in items], snapshot)}{single}{closing}"


def _joined(parts: list[str], snapshot: Snapshot) -> str:
    """The parts, how many more there are, and the reason."""
    more = (snapshot.length or 0) - len(parts)
    if more > 0:
        parts = [*parts, f"… {more} more{_left_out(snapshot, ', ')}"]
    elif snapshot.omitted:
        parts = [*parts, f"… omitted: {snapshot.omitted}"]
    return ", ".join(parts)


def _left_out(snapshot: Snapshot, before: str) -> str:
    return f"{before}omitted: {snapshot.omitted}" if snapshot.omitted else ""


def _cut(text: str, width: int) -> str:
    text = " ".join(text.splitlines())
    return text if len(text) <= width else f"{text[: width - 1]}…"
