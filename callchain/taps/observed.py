"""What a tap saw, for tests: values compare like plain ones, failures say value, line and expectation."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from callchain.model.symbol import split
from callchain.model.tap import ExpectationResult, Hit, LocatedTap, Snapshot, TapResult
from callchain.taps.expect import judge, judge_expectation
from callchain.taps.render import render

_STACK = 6


class Captured:
    """One captured value: it compares, contains and indexes as the plain value does, and shows where it was seen.

    `value` is the plain value: a number, text, None, a list or a dict as far as they were recorded, and of an
    array the dict of its facts (`shape`, `dtype`, `min` …).
    """

    def __init__(self, snapshot: Snapshot, label: str, place: str) -> None:
        self.snapshot = snapshot
        self._label = label
        self._place = place

    @property
    def value(self) -> Any:
        """The plain value."""
        return plain(self.snapshot)

    def __repr__(self) -> str:
        return f"{self._label} = {render(self.snapshot)} [{self._place}]"

    def _compare(self, other: object, how: Callable[[Any, Any], bool]) -> bool:
        return how(self.value, other.value if isinstance(other, Captured) else other)

    def __eq__(self, other: object) -> bool:
        return self._compare(other, operator.eq)

    def __lt__(self, other: object) -> bool:
        return self._compare(other, operator.lt)

    def __le__(self, other: object) -> bool:
        return self._compare(other, operator.le)

    def __gt__(self, other: object) -> bool:
        return self._compare(other, operator.gt)

    def __ge__(self, other: object) -> bool:
        return self._compare(other, operator.ge)

    def __contains__(self, item: object) -> bool:
        return item in self.value

    def __getitem__(self, key: Any) -> Any:
        return self.value[key]

    def __len__(self) -> int:
        return len(self.value) if self.snapshot.length is None else self.snapshot.length

    def __iter__(self) -> Iterator[Any]:
        return iter(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __hash__(self) -> int:
        return hash(self._label)


def plain(snapshot: Snapshot) -> Any:
    """A snapshot as the Python value it was made of, as far as it was recorded."""
    if snapshot.array is not None:
        return dict(snapshot.array)
    if snapshot.fields is not None:
        return {key: plain(value) for key, value in snapshot.fields}
    if snapshot.items is not None:
        items = [plain(item) for item in snapshot.items]
        return {"tuple": tuple, "set": set, "frozenset": frozenset}.get(snapshot.type, list)(items)
    return snapshot.value


class Observed:
    """A tap and the hits that were recorded of it.

    Args:
        tap: the tap as it was found in the source.
        hits: gives the hits so far, in order.
        code: the line of source at the tap.
    """

    def __init__(self, tap: LocatedTap, hits: Callable[[], Sequence[Hit]], code: str = "") -> None:
        self._tap = tap
        self._hits = hits
        self._code = code

    @property
    def key(self) -> str:
        """The tap's key."""
        return self._tap.spec.key

    @property
    def hits(self) -> int:
        """How often the tap was hit."""
        return len(self._hits())

    @property
    def result(self) -> TapResult:
        """All hits and the verdict of each expectation of the tap file."""
        return judge(self._tap, self._hits())

    def values(self, name: str) -> list[Captured]:
        """A captured value of every hit, in order."""
        hits = self._hits()
        found = [(number, hit.values[name]) for number, hit in enumerate(hits, 1) if name in hit.values]
        if hits and not found:
            raise KeyError(f"{self.key} does not capture {name!r}; it has {', '.join(self._tap.spec.capture)}")
        return [
            Captured(value, f"{self.key}.{name}", f"{self._place}, hit {number} of {len(hits)}")
            for number, value in found
        ]

    def __getitem__(self, name: str) -> Captured:
        """A captured value of the last hit; a tap that was not reached is a failed assertion."""
        __tracebackhide__ = True
        self.check_reached()
        return self.values(name)[-1]

    def check_reached(self) -> None:
        """Assert that the tap was hit."""
        __tracebackhide__ = True
        if not self._hits():
            raise AssertionError(f"{self.key} was not reached\n{self._where()}")

    def check(self, expectation: str = "") -> None:
        """Assert an expectation over all hits, or without one all those of the tap file.

        The message names the value, the line and what was expected.
        """
        __tracebackhide__ = True
        self.check_reached()
        wanted = (expectation,) if expectation else self._tap.spec.expect
        results = [judge_expectation(each, self._hits()) for each in wanted]
        failed = [result for result in results if result.verdict != "pass"]
        if failed:
            raise AssertionError("\n".join(self.told(result) for result in failed))

    def told(self, result: ExpectationResult) -> str:
        """A verdict with the value, the line and what was expected."""
        spec, hits = self._tap.spec, self._hits()
        verb = "failed" if result.verdict == "fail" else "cannot be judged"
        lines = [f"{self.key}: {result.expression} {verb} on hit {result.hit} of {len(hits)}"]
        lines.append(f"  seen      {result.value}")
        words = f" \u2014 {' '.join(spec.expected.split())}" if spec.expected else ""
        units = f" [{spec.units}]" if spec.units else ""
        lines += [f"  expected  {result.expression}{words}{units}", self._where()]
        stack = hits[result.hit - 1].stack[-_STACK:] if 0 < result.hit <= len(hits) else ()
        return "\n".join([*lines, *(f"  {'stack' if not n else '':9} {row}" for n, row in enumerate(stack))])

    @property
    def _place(self) -> str:
        return f"{self._tap.path}:{self._tap.line}"

    def _where(self) -> str:
        spec = self._tap.spec
        moment = f"{spec.where} this line" if spec.code else f"on {spec.where}"
        code = f"\n            {self._code}" if self._code else ""
        return f"  at        {self._place} ({moment}, in {split(spec.symbol)[1]}){code}"
