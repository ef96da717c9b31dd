"""A snapshot as one short line of text."""

from __future__ import annotations

from callchain.model.tap import Snapshot

WIDEST = 400
_BRACKETS = {"tuple": ("(", ")"), "set": ("{", "}"), "frozenset": ("{", "}")}


def brief(snapshot: Snapshot, width: int = WIDEST) -> str:
    """The value on one line, cut to `width` characters; what was omitted is named."""
    text = _text(snapshot, 2)
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _text(snapshot: Snapshot, depth: int) -> str:
    if snapshot.error:
        return f"<error: {snapshot.error}>"
    if snapshot.array is not None:
        return _array(snapshot)
    if snapshot.fields is not None:
        return _fields(snapshot, depth)
    if snapshot.items is not None:
        return _items(snapshot, depth)
    if snapshot.value is None and snapshot.type != "NoneType":
        return f"<{snapshot.type}{_omission(snapshot, ': ')}>"
    return f"{snapshot.value!r}{_omission(snapshot, ' … ')}"


def _omission(snapshot: Snapshot, before: str) -> str:
    return f"{before}omitted: {snapshot.omitted}" if snapshot.omitted else ""


def _array(snapshot: Snapshot) -> str:
    facts = snapshot.array or {}
    shown = ", ".join(f"{key}={_plain(facts[key])}" for key in facts)
    return f"{snapshot.type}({shown})"


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return "x".join(str(part) for part in value) or "()"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _fields(snapshot: Snapshot, depth: int) -> str:
    pairs = snapshot.fields or ()
    name = "" if snapshot.type in {"dict", "OrderedDict"} else snapshot.type
    if depth == 0:
        return f"{name}{{… {_length(snapshot, len(pairs))} keys}}"
    inner = ", ".join(f"{key}: {_text(value, depth - 1)}" for key, value in pairs)
    return f"{name}{{{inner}{_rest(snapshot, len(pairs))}}}"


def _items(snapshot: Snapshot, depth: int) -> str:
    items = snapshot.items or ()
    opening, closing = _BRACKETS.get(snapshot.type, ("[", "]"))
    if depth == 0:
        return f"{opening}… {_length(snapshot, len(items))} items{closing}"
    inner = ", ".join(_text(item, depth - 1) for item in items)
    return f"{opening}{inner}{_rest(snapshot, len(items))}{closing}"


def _length(snapshot: Snapshot, shown: int) -> int:
    return shown if snapshot.length is None else snapshot.length


def _rest(snapshot: Snapshot, shown: int) -> str:
    more = _length(snapshot, shown) - shown
    return f", … {more} more" if more > 0 else ""
