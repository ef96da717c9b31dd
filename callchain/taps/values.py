"""Snapshots as operands: what is known of a value, and what was left out and may not be guessed."""

from __future__ import annotations

from typing import Any

from callchain.model.tap import Snapshot

NONE = ("None", "NoneType")
REDACTED = "<redacted>"


class UnjudgeableError(Exception):
    """A question that the snapshot cannot answer; the message says what was left out."""


class AbsentError(Exception):
    """Something that the value definitely does not have; the message says what."""


def known(operand: Any, name: str) -> Any:
    """A snapshot checked for errors; plain values pass.

    Raises:
        UnjudgeableError: the capture failed, or the value as a whole was left out.
    """
    if isinstance(operand, Snapshot):
        if operand.error:
            raise UnjudgeableError(f"{_called(name)} was not captured: {operand.error}")
        if operand.omitted and not _has_content(operand):
            raise UnjudgeableError(f"{_called(name)} was left out: {operand.omitted}")
    return operand


def scalar(operand: Any, name: str) -> Any:
    """The plain value of a number, text, None, or array without dimensions; the snapshot itself for anything else.

    Raises:
        UnjudgeableError: the value was cut.
    """
    operand = known(operand, name)
    if not isinstance(operand, Snapshot):
        return operand
    if operand.array is not None:
        return _array_scalar(operand)
    if operand.items is not None or operand.fields is not None:
        return operand
    if operand.omitted:
        raise UnjudgeableError(f"{_called(name)} was cut: {operand.omitted}")
    if operand.value is None and operand.type not in NONE:
        return operand
    if isinstance(operand.value, str) and REDACTED in operand.value:
        raise UnjudgeableError(f"{_called(name)} was redacted")
    return _number(operand.value, operand.type, name)


def is_none(operand: Any, name: str) -> bool:
    """Whether a value is None; known even of values whose content was left out."""
    if not isinstance(operand, Snapshot):
        return operand is None
    if operand.error:
        raise UnjudgeableError(f"{_called(name)} was not captured: {operand.error}")
    if operand.omitted and operand.type in ("", *NONE):
        raise UnjudgeableError(f"{_called(name)} was left out: {operand.omitted}")
    return operand.type in NONE


def length(operand: Any, name: str) -> int:
    """`len`, from the recorded length where the content was cut."""
    if not isinstance(operand, Snapshot):
        return len(operand)
    if operand.error:
        raise UnjudgeableError(f"{_called(name)} was not captured: {operand.error}")
    if operand.array is not None:
        shape = operand.array.get("shape") or ()
        if not shape:
            raise AbsentError(f"{_called(name)} has no length")
        return int(shape[0])
    if operand.length is not None:
        return operand.length
    if operand.omitted:
        raise UnjudgeableError(f"{_called(name)} was left out: {operand.omitted}")
    if isinstance(operand.value, str):
        return len(operand.value)
    content = operand.items if operand.items is not None else operand.fields
    if content is None:
        raise AbsentError(f"{_called(name)} has no length, it is of type {operand.type}")
    return len(content)


def keys(operand: Any, name: str) -> list[str]:
    """The keys of a dict or the attribute names of an object, as text, in their order."""
    operand = known(operand, name)
    if isinstance(operand, dict):
        return [key_of(key) for key in operand]
    if not isinstance(operand, Snapshot) or operand.fields is None:
        raise AbsentError(f"{_called(name)} has no keys")
    if is_cut(operand):
        raise UnjudgeableError(f"{_called(name)} was cut: {cut_reason(operand)}")
    return [key for key, _ in operand.fields]


def item(operand: Any, key: Any, name: str) -> Any:
    """An item of a dict or list, or an attribute of an object.

    Raises:
        AbsentError: the value is whole and has no such item.
        UnjudgeableError: it may have been in what was cut.
    """
    operand = known(operand, name)
    if not isinstance(operand, Snapshot):
        return _plain_item(operand, key, name)
    if operand.array is not None:
        return _array_fact(operand.array, key, name)
    if operand.fields is not None:
        for text, value in operand.fields:
            if text == key_of(key):
                return value
    elif operand.items is not None and type(key) is int:
        total = operand.length if operand.length is not None else len(operand.items)
        index = key + total if key < 0 else key
        if 0 <= index < len(operand.items):
            return operand.items[index]
        if not 0 <= index < total:
            raise AbsentError(f"{_called(name)} has no item {key}, its length is {total}")
    elif isinstance(operand.value, str) and not operand.omitted:
        return _plain_item(operand.value, key, name)
    if is_cut(operand):
        raise UnjudgeableError(f"{_called(name)} was cut before {key!r}: {cut_reason(operand)}")
    raise AbsentError(f"{_called(name)} has no {key!r}")


def contains(container: Any, member: Any, name: str, *, equal: Any) -> bool:
    """`in`, over a list's items, a dict's keys or a text; `equal` compares two operands."""
    container = known(container, name)
    if isinstance(container, Snapshot) and container.fields is not None:
        texts = [key for key, _ in container.fields]
        if key_of(scalar(member, "")) in texts:
            return True
        members: list[Any] = []
    elif isinstance(container, Snapshot) and container.items is not None:
        members = list(container.items)
    elif isinstance(container, Snapshot) and isinstance(container.value, str):
        return _in_text(container, scalar(member, name), name)
    elif isinstance(container, str):
        return isinstance(member, str) and member in container
    elif isinstance(container, Snapshot):
        raise AbsentError(f"{_called(name)} holds no items, it is of type {container.type}")
    else:
        members = list(container)
    if any(equal(candidate, member) for candidate in members):
        return True
    if isinstance(container, Snapshot) and is_cut(container):
        raise UnjudgeableError(f"{_called(name)} was cut: {cut_reason(container)}")
    return False


def is_cut(snapshot: Snapshot) -> bool:
    """Whether items or characters of a value were left out."""
    content = snapshot.items if snapshot.items is not None else snapshot.fields
    shown = len(content) if content is not None else snapshot.length
    return bool(snapshot.omitted) or (snapshot.length is not None and shown != snapshot.length)


def cut_reason(snapshot: Snapshot) -> str:
    """What was left out, in words."""
    content = snapshot.items if snapshot.items is not None else snapshot.fields or ()
    reason = f"omitted: {snapshot.omitted}" if snapshot.omitted else "omitted"
    return f"{reason}, {len(content)} of {snapshot.length} shown" if snapshot.length is not None else reason


def key_of(key: Any) -> str:
    """A dict's key the way snapshots write keys: text as it is, anything else as its `repr`."""
    return key if isinstance(key, str) else repr(key)


def _in_text(container: Snapshot, member: Any, name: str) -> bool:
    text = str(container.value)
    shows_a_part = container.length is not None and len(text) <= container.length
    if isinstance(member, str) and member in text and (shows_a_part or not container.omitted):
        return True
    if container.omitted:
        raise UnjudgeableError(f"{_called(name)} was cut: {container.omitted}")
    return False


def _plain_item(value: Any, key: Any, name: str) -> Any:
    try:
        return value[key]
    except (LookupError, TypeError) as error:
        raise AbsentError(f"{_called(name)} has no {key!r}") from error


def _number(value: Any, kind: str, name: str) -> Any:
    """JSON has no NaN and no infinities, which were recorded as text; of very large integers only the size was."""
    last = kind.rpartition(".")[2]
    if not isinstance(value, str) or not last.startswith(("int", "float")):
        return value
    try:
        return float(value)
    except ValueError as error:
        raise UnjudgeableError(f"{_called(name)} was recorded as {value}") from error


def _called(name: str) -> str:
    return f"`{name}`" if name else "the value"


def _has_content(snapshot: Snapshot) -> bool:
    return (
        snapshot.items is not None
        or snapshot.fields is not None
        or snapshot.array is not None
        or snapshot.value is not None
        or snapshot.length is not None
    )


def _array_scalar(snapshot: Snapshot) -> Any:
    """The number that an array of shape `()` holds; other arrays stay what they are."""
    facts = snapshot.array or {}
    if list(facts.get("shape", [0])):
        return snapshot
    if facts.get("nan"):
        return float("nan")
    # Of one number the least is the number itself; a complex one was recorded by its magnitude.
    value = facts.get("min")
    if value is None or str(facts.get("dtype", "")).startswith("complex"):
        raise UnjudgeableError(f"the {snapshot.type} was recorded without its value: {facts.get('omitted', '')}")
    return float(value) if isinstance(value, str) else value


def _array_fact(facts: dict[str, Any], key: Any, name: str) -> Any:
    """A recorded fact of an array (`.shape`, `.dtype`, `.min` …); its items were not recorded."""
    if key in facts:
        return facts[key]
    if "omitted" in facts or type(key) is int:
        raise UnjudgeableError(f"{_called(name)} was recorded as {', '.join(facts)}")
    raise AbsentError(f"{_called(name)} has no {key!r}; recorded: {', '.join(facts)}")
