"""Bounded pictures of values, made without running code of the program.

Types are told by identity and by the real method resolution order, never by `isinstance` (`__class__` may lie); no
`__repr__`, `__len__`, `__iter__`, `__getattr__`, `__eq__` or `__hash__` of the program is called.
"""

from __future__ import annotations

import itertools
import math
import time
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from . import arrays, describe, redact

DEPTH, WIDTH, CHARS, VALUE_CHARS = 3, 20, 256, 4096
_LEAST_PIN = 10_000
_MOST_ORDERED, _ORDER_MICROSECONDS = 2000, 0.3
HIT_MICROSECONDS, ELEMENT_MICROSECONDS, HARD_SECONDS = 2000.0, 4.0, 0.1


class Meter:
    """What the values of one hit may still cost, in estimated microseconds.

    An estimate stops two runs at the same place, where a clock would not; the clock (of this thread's own work)
    is the outer guard for what the estimate got wrong.
    """

    __slots__ = ("has_taken_much", "left", "stop_at")

    def __init__(self) -> None:
        self.left = HIT_MICROSECONDS
        self.has_taken_much = False
        self.stop_at = time.thread_time() + HARD_SECONDS

    def take(self, microseconds: float) -> bool:
        """Whether something of that cost may still be done; it is charged."""
        if self.left < microseconds or time.thread_time() > self.stop_at:
            return False
        self.left -= microseconds
        return True

    def take_much(self, microseconds: float) -> bool:
        """The same for one value of many: the first may have all, each further one a quarter of the rest."""
        if self.has_taken_much and microseconds > self.left / 4:
            return False
        self.has_taken_much |= microseconds > HIT_MICROSECONDS / 10
        return self.take(microseconds)


class Budget:
    """What one value may still cost: characters of its own, time shared with the other values of the hit."""

    __slots__ = ("chars", "meter")

    def __init__(self, meter: Meter | None = None) -> None:
        self.chars = VALUE_CHARS
        self.meter = meter or Meter()

    def spent(self) -> str:
        """Why to stop, or empty."""
        if self.chars <= 0:
            return "chars"
        return "" if self.meter.take(ELEMENT_MICROSECONDS) else "time"


def snapshot(value: Any, name: str = "", budget: Budget | None = None) -> dict[str, Any]:
    """`value` as plain JSON in the form of the model's `Snapshot`; `name` decides on redaction."""
    return _picture(value, name, budget or Budget(), 0, ())


def failure(error: Exception) -> dict[str, Any]:
    """The snapshot of a capture that could not be made."""
    return {"type": "", "error": redact.prose(f"{error}")[:CHARS] or type(error).__name__}


def _picture(value: Any, name: str, budget: Budget, depth: int, above: tuple[int, ...]) -> dict[str, Any]:
    cls = type(value)
    if name and _may_hold_secret(value, cls) and redact.is_secret_name(name):
        _learn(value, cls)
        return {"type": describe.full_type_name(cls), "omitted": "redacted"}
    plain = _scalar(value, cls)
    if plain is not None:
        budget.chars -= len(str(plain.get("value", ""))) + 8
        return plain
    kind = describe.full_type_name(cls)
    if id(value) in above:
        return {"type": kind, "omitted": "cycle"}
    stop = budget.spent()
    if stop:
        shown = arrays.outline(value) if stop == "time" else None
        return {"type": kind, "array": {**shown, "omitted": stop}} if shown else {"type": kind, "omitted": stop}
    array = arrays.describe(value, budget.meter.take, budget.meter.take_much)
    if array is not None:
        budget.chars -= 160
        return {"type": kind, "array": array}
    return _compound(value, cls, kind, budget, depth, (*above, id(value)))


def _may_hold_secret(value: Any, cls: type) -> bool:
    """Counts and switches are none; a number as long as a PIN may be one."""
    return cls not in (bool, float, type(None)) and not (cls is int and -_LEAST_PIN < value < _LEAST_PIN)


def _learn(value: Any, cls: type) -> None:
    """Hide what is redacted here wherever else it stands."""
    if cls is str:
        redact.know(value)
    elif cls in (dict, list, tuple):
        inner = dict.values(value) if cls is dict else value
        for one in itertools.islice(inner, WIDTH):
            if type(one) is str:
                redact.know(one)


def _scalar(value: Any, cls: type) -> dict[str, Any] | None:
    if value is None:
        return {"type": "None"}
    if cls is bool:
        return {"type": "bool", "value": value}
    if cls is int:
        # JSON readers keep 64 bits; a larger number would also be slow to write out.
        small = -(2**63) <= value < 2**63
        return {"type": "int", "value": value if small else f"int of {value.bit_length()} bits"}
    if cls is float:
        return {"type": "float", "value": value if math.isfinite(value) else str(value)}
    if cls is complex:
        return {"type": "complex", "value": repr(value)}
    if cls is str:
        return _text(value)
    if cls in (bytes, bytearray):
        shown = redact.text(bytes(value[:CHARS]).decode("latin-1"))
        cut = {"omitted": "chars"} if len(value) > CHARS else {}
        return {"type": cls.__name__, "value": shown, "length": len(value), **cut}
    return _named(value, cls)


def _text(value: str) -> dict[str, Any]:
    # A secret may straddle the cut, so a margin is read before the shapes are looked for.
    shown = redact.prose(value[: CHARS * 4])
    if len(value) <= CHARS and len(shown) <= CHARS:
        return {"type": "str", "value": shown}
    tail = redact.prose(value[-CHARS * 4 :])[-64:] if len(value) > CHARS * 4 else shown[-64:]
    return {"type": "str", "value": f"{shown[: CHARS - 66]}…{tail}", "length": len(value), "omitted": "chars"}


def _named(value: Any, cls: type) -> dict[str, Any] | None:
    """Things that are told by their name: functions, classes, modules, paths, numpy numbers."""
    if cls in (FunctionType, BuiltinFunctionType):
        module = value.__module__ if type(value.__module__) is str else ""
        return {"type": "function", "value": f"{module}.{value.__qualname__}".strip(".")}
    if cls is MethodType:
        owner = describe.full_type_name(type(value.__self__))
        function = value.__func__
        name = function.__name__ if type(function) is FunctionType else describe.full_type_name(type(function))
        return {"type": "method", "value": f"{owner}.{name}"}
    if type in describe.mro(cls):
        return {"type": "type", "value": describe.full_type_name(value)}
    if ModuleType in describe.mro(cls):
        return {"type": "module", "value": str(describe.module_dict(value).get("__name__", ""))}
    if describe.class_dict(cls).get("__module__") in ("pathlib", "pathlib._local"):
        return {"type": "pathlib." + cls.__name__, "value": redact.text(str(value))[:CHARS]}
    number = arrays.number(value)
    if number is not None:
        plain = _scalar(number, type(number)) or {}
        return {**plain, "type": describe.full_type_name(cls)}
    return None


def _compound(
    value: Any, cls: type, kind: str, budget: Budget, depth: int, above: tuple[int, ...]
) -> dict[str, Any]:
    classes = describe.mro(cls)
    if dict in classes:
        return _pairs(kind, dict.__len__(value), dict.items(value), budget, depth, above)
    for base in (list, tuple, set, frozenset):
        if base in classes:
            names = describe.class_dict(cls).get("_fields") if base is tuple and cls is not tuple else None
            elements = base.__iter__(value)
            length = base.__len__(value)
            if type(names) is tuple:
                return _pairs(kind, len(names), zip(names, elements, strict=False), budget, depth, above)
            if base in (set, frozenset) and length > WIDTH:
                return _some_of_set(kind, length, elements, budget, depth, above)
            return _elements(kind, length, elements, budget, depth, above)
    fields = _fields(value, classes)
    if fields is None:
        return {"type": kind, "omitted": "user object"}
    return _pairs(kind, None, fields, budget, depth, above)


def _fields(value: Any, classes: tuple[type, ...]) -> list[tuple[str, Any]] | None:
    from .capture import (
        instance_dict,
    )  # capture imports arrays and describe only, but stands above in reading order

    own = instance_dict(value)
    first = list(itertools.islice(own.items(), WIDTH + 1)) if own else []
    pairs = [(key, item) for key, item in first if type(key) is str]
    for cls in classes:
        slots: Any = describe.class_dict(cls).get("__slots__")
        for name in (slots,) if type(slots) is str else slots if type(slots) in (tuple, list) else ():
            member: Any = describe.class_dict(cls).get(name)
            if type(member).__name__ == "member_descriptor":
                try:
                    pairs.append((name, member.__get__(value, type(value))))
                except AttributeError:
                    continue
    return pairs if pairs or own is not None else None


def _some_of_set(
    kind: str, length: int, elements: Any, budget: Budget, depth: int, above: tuple[int, ...]
) -> dict[str, Any]:
    """The least elements of a set that is too large to be shown whole.

    Whichever come first would follow the hash seed or addresses, and differ from run to run. Of sets whose members
    cannot be put in order without code of the program, or not in time, none are shown.
    """
    if length <= _MOST_ORDERED and budget.meter.take(length * _ORDER_MICROSECONDS):
        found = list(elements)
        types = set(map(type, found))
        if types <= {int, bool} or types in ({str}, {bytes}):
            return _elements(kind, length, sorted(found)[:WIDTH], budget, depth, above)
    return {"type": kind, "length": length, "omitted": "order"}


def _elements(
    kind: str, length: int, elements: Any, budget: Budget, depth: int, above: tuple[int, ...]
) -> dict[str, Any]:
    if depth >= DEPTH:
        return {"type": kind, "length": length, "omitted": "depth"}
    shown: list[dict[str, Any]] = []
    omitted = "width" if length > WIDTH else ""
    for element in elements:
        if len(shown) >= WIDTH:
            break
        stop = budget.spent()
        if stop:
            omitted = stop
            break
        shown.append(_picture(element, "", budget, depth + 1, above))
    if kind in ("set", "frozenset"):
        shown.sort(key=repr)  # the order of a set follows the hash seed
    picture: dict[str, Any] = {"type": kind, "length": length, "items": shown}
    return {**picture, "omitted": omitted} if omitted else picture


def _pairs(
    kind: str, length: int | None, pairs: Any, budget: Budget, depth: int, above: tuple[int, ...]
) -> dict[str, Any]:
    sized = {} if length is None else {"length": length}
    if depth >= DEPTH:
        return {"type": kind, **sized, "omitted": "depth"}
    shown: list[tuple[str, dict[str, Any]]] = []
    omitted = ""
    for key, value in pairs:
        stop = budget.spent() or ("width" if len(shown) >= WIDTH else "")
        if stop:
            omitted = stop
            break
        name = key_text(key)
        budget.chars -= len(name)
        shown.append((name, _picture(value, name, budget, depth + 1, above)))
    picture = {"type": kind, **sized, "fields": shown}
    return {**picture, "omitted": omitted} if omitted else picture


def key_text(key: Any) -> str:
    """A dict key as text."""
    if type(key) is str:
        return redact.text(key)[:CHARS]
    if type(key) in (int, float, bool, bytes, type(None)):
        return redact.text(repr(key)[:CHARS])
    if type(key) is tuple and all(type(part) in (str, int, float, bool, type(None)) for part in key[:WIDTH]):
        return redact.text(repr(key[:WIDTH]))[:CHARS]
    return f"<{describe.full_type_name(type(key))}>"
