"""Code whose probes have told runs as it was written; what it does, tells and raises never changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from callchain.probe.instrument import Wanted, instrument
from callchain.probe.patch import Patch


class _Told:
    """A function with probes on its lines that are wanted once, and what they told."""

    def __init__(self, function: Callable[..., Any], **wanted: Callable[..., None]) -> None:
        self.lines: list[int] = []
        self._patch = Patch()
        code, self._sites = instrument(function.__code__, Wanted(line=self._line, **wanted), lambda code: code)
        self.code: CodeType = code
        self.function = FunctionType(code, function.__globals__)

    def _line(self, number: int, _offset: int) -> tuple[Callable[[], None], bool]:
        def told() -> None:
            self.lines.append(number)
            for change in self._sites.pop(number, ()):
                self._patch.put(self.code, change)

        return told, True


def _events(function: Callable[..., Any], *arguments: object) -> tuple[int, list[tuple[str, int]]]:
    """The number of instructions run, and the events that a trace function hears."""
    count, events = 0, []

    def trace(frame: FrameType, event: str, _value: object) -> Any:
        nonlocal count
        if frame.f_code.co_name != function.__code__.co_name:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            count += 1
        else:
            events.append((event, frame.f_lineno - function.__code__.co_firstlineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count, events


class _Box:
    total = 0


def _loop(count: int) -> int:
    box = _Box()
    rest: dict[int, int] = {}
    total = 0
    for each in range(count):
        total += each
        box.total = total
        rest[each % 3] = total
        str(total)
    return total + box.total + len(rest)


def _branches(count: int) -> int:
    total = 0
    while count:
        count -= 1
        if count % 3 == 0:
            continue
        if count % 5 == 0:
            total += 2
        else:
            total -= 1
        try:
            total += 10 // (count % 7)
        except ZeroDivisionError:
            total += 100
    else:
        total += 1
    return total if total > 3 else -total


def _generator(count: int) -> Iterator[int]:
    for each in range(count):
        value = each
        yield (
            value
            or
            -1
        )  # fmt: skip
        value = 2


def _long(count: int) -> int:
    total = 0
    for each in range(count):
        total += each
    return total


_LONG: dict[str, Any] = {}
exec(  # noqa: S102 # a function whose jumps need wide arguments
    "def wide(count):\n    total = 0\n    for each in range(count):\n"
    + "".join(f"        total = total + each * {number}\n        str(total)\n" for number in range(60))
    + "    return total\n",
    _LONG,
)

_PROGRAMS = [(_loop, 20), (_branches, 40), (_long, 20), (_LONG["wide"], 12)]


@pytest.mark.parametrize(("function", "count"), _PROGRAMS)
@pytest.mark.parametrize("first", [1, 20])
def test_results_are_the_same_before_and_after(function: Callable[[int], int], count: int, first: int) -> None:
    told = _Told(function)
    for each in (first, count, count):
        assert told.function(each) == function(each)
    assert sorted(set(told.lines)) == sorted(
        {line for _, _, line in function.__code__.co_lines() if line} - {function.__code__.co_firstlineno}
    )


@pytest.mark.parametrize(("function", "count"), [(_loop, 20), (_long, 20)])
def test_a_loop_whose_probes_have_told_runs_the_instructions_that_were_written(
    function: Callable[[int], int], count: int
) -> None:
    told = _Told(function)
    told.function(3)  # not under a trace function: later interpreters mark the code for it
    run = []
    for each in (told.function, function):
        _events(each, 3)  # Python 3.12 tells of no instruction the first time
        run.append(_events(each, 3 + count)[0] - _events(each, 3)[0])
    assert run[0] == run[1] > 0


@pytest.mark.parametrize(("function", "count"), _PROGRAMS)
def test_a_trace_function_of_the_program_hears_each_line_as_often_as_without_probes(
    function: Callable[[int], int], count: int
) -> None:
    told = _Told(function)
    for each in (count, count):
        assert _events(told.function, each)[1] == _events(function, each)[1]


def test_probes_in_front_of_yields_and_ends_are_kept() -> None:
    suspended: list[int] = []
    left: list[object] = []
    told = _Told(_generator, suspend=lambda: suspended.append(1), leave=left.append)
    for _ in range(3):
        assert list(told.function(4)) == list(_generator(4))
    assert len(suspended) == 12 and left == [None, None, None]


def test_an_exception_is_raised_at_its_line() -> None:
    told = _Told(_branches)
    for _ in range(2):
        with pytest.raises(TypeError) as raised:
            told.function("x")
        with pytest.raises(TypeError) as expected:
            _branches("x")  # type: ignore[arg-type] # to be raised
        assert raised.traceback[-1].lineno == expected.traceback[-1].lineno
