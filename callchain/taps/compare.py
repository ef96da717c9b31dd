"""Comparing operands of expectations: plain values and snapshots, three-valued by exception."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from callchain.model.tap import Snapshot
from callchain.taps.values import REDACTED, AbsentError, UnjudgeableError, cut_reason, is_cut, key_of, scalar

_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SETS = ("set", "frozenset")


def equal(left: Any, right: Any) -> bool:
    """Whether two operands are equal; a list and a tuple with equal items are, for snapshots travel as lists.

    Raises:
        UnjudgeableError: it depends on something that was left out.
    """
    if _texts_of_other_lengths(left, right) or _texts_of_other_lengths(right, left):
        return False
    left, right = scalar(left, ""), scalar(right, "")
    if isinstance(right, Snapshot) and not isinstance(left, Snapshot):
        left, right = right, left
    if not isinstance(left, Snapshot):
        return _plain_equal(left, right)
    if left.array is not None or (isinstance(right, Snapshot) and right.array is not None):
        raise UnjudgeableError("arrays are recorded as facts, not as items; compare `.shape`, `.min`, `.max` …")
    if left.fields is not None:
        return _equal_fields(left, right)
    if left.items is not None:
        return _equal_items(left, right)
    if right is None or isinstance(right, bool | int | float | str):
        raise UnjudgeableError(f"the content of a {left.type} was not recorded: {left.omitted or 'user object'}")
    raise UnjudgeableError(f"values of type {left.type} are not compared")


def ordered(symbol: str, left: Any, right: Any) -> bool:
    """`<`, `<=`, `>` or `>=` of two numbers or two texts.

    Raises:
        AbsentError: the two have no order.
        UnjudgeableError: one of them was left out.
    """
    left, right = scalar(left, ""), scalar(right, "")
    numbers = isinstance(left, bool | int | float) and isinstance(right, bool | int | float)
    if numbers or (isinstance(left, str) and isinstance(right, str)):
        return _ORDERINGS[symbol](left, right)
    raise AbsentError(f"`{symbol}` has no meaning between {_kind(left)} and {_kind(right)}")


def _texts_of_other_lengths(cut: Any, other: Any) -> bool:
    """A text that was cut still has its length, which can settle that it is not another."""
    if not (isinstance(cut, Snapshot) and cut.type == "str" and cut.length is not None):
        return False
    if isinstance(other, Snapshot):
        other = other.value if other.type == "str" and not other.omitted else None
    return isinstance(other, str) and REDACTED not in other and len(other) != cut.length


def _plain_equal(left: Any, right: Any) -> bool:
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_plain_equal, left, right))
    return bool(left == right)


def _equal_fields(left: Snapshot, right: Any) -> bool:
    """Dicts by their keys; an object with attributes has no recorded length and is never equal to a literal."""
    if left.length is None and left.type != "dict" and not isinstance(right, Snapshot):
        return False
    others = _pairs(right)
    if others is None:
        return False
    mine = dict(left.fields or ())
    cut = is_cut(left) or (isinstance(right, Snapshot) and is_cut(right))
    if not cut and set(mine) != set(others):
        return False
    if not isinstance(right, Snapshot) and not set(mine) <= set(others):
        return False
    shared = [key for key in mine if key in others]
    return _all(((mine[key], others[key]) for key in shared), left if is_cut(left) else right, cut=cut)


def _pairs(operand: Any) -> dict[str, Any] | None:
    if isinstance(operand, dict):
        return {key_of(key): value for key, value in operand.items()}
    if isinstance(operand, Snapshot) and operand.fields is not None:
        return dict(operand.fields)
    return None


def _equal_items(left: Snapshot, right: Any) -> bool:
    others: Sequence[Any] | None = None
    if isinstance(right, list | tuple | set | frozenset):
        others = list(right)
    elif isinstance(right, Snapshot):
        others = right.items
    if others is None:
        return False
    cut = is_cut(left) or (isinstance(right, Snapshot) and is_cut(right))
    if _length(left) != (_length(right) if isinstance(right, Snapshot) else len(others)):
        return False
    unordered = left.type in _SETS
    if unordered != (isinstance(right, set | frozenset) or (isinstance(right, Snapshot) and right.type in _SETS)):
        return False
    if unordered:
        if cut:
            raise UnjudgeableError(f"the value was cut: {cut_reason(left)}")
        return all(any(equal(mine, other) for other in others) for mine in left.items or ())
    return _all(zip(left.items or (), others, strict=False), left if is_cut(left) else right, cut=cut)


def _all(pairs: Iterable[tuple[Any, Any]], whole: Any, *, cut: bool) -> bool:
    """One definite difference settles it; without one, a cut value or an open pair settles nothing."""
    open_pair: UnjudgeableError | None = None
    for mine, other in pairs:
        try:
            if not equal(mine, other):
                return False
        except UnjudgeableError as error:
            open_pair = open_pair or error
    if open_pair is not None:
        raise open_pair
    if cut:
        raise UnjudgeableError(f"the value was cut: {cut_reason(whole)}")
    return True


def _length(snapshot: Snapshot) -> int:
    return len(snapshot.items or ()) if snapshot.length is None else snapshot.length


def _kind(operand: Any) -> str:
    if operand is None:
        return "None"
    return operand.type if isinstance(operand, Snapshot) else type(operand).__name__
