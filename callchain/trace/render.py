"""A recorded snapshot in a few words, for lines that have no room for more."""

from __future__ import annotations

from typing import Any

ABSENT = "<absent>"
_MAX = 256


def brief(snapshot: Any) -> str:
    """The snapshot (plain JSON; None where there was no value) as one bounded line."""
    if snapshot is None:
        return ABSENT
    text = _brief(snapshot)
    return text if len(text) <= _MAX else text[: _MAX - 1] + "…"


def _brief(snapshot: dict[str, Any]) -> str:
    kind = snapshot.get("type", "")
    if snapshot.get("error"):
        return f"<error: {snapshot['error']}>"
    if snapshot.get("array"):
        return f"{kind}{_array(snapshot['array'])}"
    if "items" in snapshot:
        inner = ", ".join(_brief(item) for item in snapshot["items"])
        return f"{_brackets(kind, inner)}{_more(snapshot)}"
    if "fields" in snapshot:
        inner = ", ".join(f"{name}: {_brief(value)}" for name, value in snapshot["fields"])
        return f"{'' if kind == 'dict' else kind}{{{inner}}}{_more(snapshot)}"
    if "value" in snapshot:
        value = snapshot["value"]
        return repr(value) if kind == "str" else str(value)
    if kind == "None":
        return "None"
    return f"<{kind} {snapshot['omitted']}>" if snapshot.get("omitted") else f"<{kind}>"


def _array(facts: dict[str, Any]) -> str:
    shown = [f"shape={tuple(facts.get('shape', ()))}", f"dtype={facts.get('dtype', '')}"]
    for name in ("min", "max", "mean"):
        value = facts.get(name)
        if isinstance(value, int | float):
            shown.append(f"{name}={value:.6g}")
    shown += [f"digest={facts['digest']}"] if "digest" in facts else []
    return f"({', '.join(shown)})"


def _brackets(kind: str, inner: str) -> str:
    pair = {"tuple": "()", "set": "{}", "frozenset": "{}"}.get(kind, "[]")
    return f"{pair[0]}{inner}{pair[1]}"


def _more(snapshot: dict[str, Any]) -> str:
    return " …" if snapshot.get("omitted") else ""
