"""Taps in tests: armed in the test's process, or recorded from a command; and the sum over all tests of a run."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from callchain.ask.request import RunSpec
from callchain.ask.trace import trace_command
from callchain.model.errors import CallchainError
from callchain.model.tap import Hit, LocatedTap, TapSpec
from callchain.source.tree import SourceTree, read_tree
from callchain.taps.expect import check_expectation
from callchain.taps.locate import locate_all
from callchain.taps.observed import Observed
from callchain.taps.tapfile import load
from callchain.trace.in_process import TapSession


@functools.lru_cache(maxsize=4)
def _tree(root: Path) -> SourceTree:
    return read_tree(root)


@functools.lru_cache(maxsize=16)
def _located(file: Path, root: Path) -> tuple[LocatedTap, ...]:
    return locate_all(load(file), _tree(root))


class TestTaps:
    """The taps of one test; what the fixture `tap` gives."""

    __test__ = False

    def __init__(self, root: Path) -> None:
        self._session = TapSession(root)
        self._root = root

    def load(self, files: Sequence[Path]) -> tuple[LocatedTap, ...]:
        """The taps of tap files, found in the source; files are read once for all tests.

        Raises:
            CallchainError: a file cannot be used, or a tap is not found.
        """
        return tuple(tap for file in files for tap in _located(file, self._root))

    def arm(self, taps: Sequence[LocatedTap]) -> None:
        """Record these taps from here on."""
        self._session.arm(taps)

    def __call__(
        self,
        what: str,
        *,
        before: str = "",
        after: str = "",
        on: str = "",
        capture: Mapping[str, str] | None = None,
        expect: Sequence[str] = (),
    ) -> Observed:
        """What a tap sees: one of the tap file by its key, or a new one at a symbol.

        Args:
            what: the key of an armed tap, or `path.py::Class.method`.
            before: a statement of the function, as code; so is `after`.
            after: the same, once it has completed.
            on: `entry`, `return` or `raise`.
            capture: name → capture expression.
            expect: expectations over the captured names.

        Raises:
            CallchainError: there is no such tap, or its place is not found.
        """
        if "::" not in what:
            return self._known(what)
        given = [(where, code) for where, code in (("before", before), ("after", after)) if code]
        given += [(on, "")] if on else []
        if len(given) != 1:
            raise CallchainError("give one of before, after and on", where=what)
        for expression in expect:
            check_expectation(expression)
        number = len(self._session.taps) + 1
        spec = TapSpec(f"tap_{number}", "", what, *given[0], dict(capture or {}), expect=tuple(expect))
        located = locate_all([spec], _tree(self._root))
        self.arm(located)
        return self._observed(located[0])

    def file(self, file: Path | str, root: Path | str = "") -> dict[str, Observed]:
        """Arm every tap of a tap file; what each sees, by key."""
        if root and Path(root).resolve() != self._root.resolve():
            if self._session.taps:
                raise CallchainError("taps of two code bases cannot be armed in one test", where=str(root))
            self._root = Path(root).resolve()
            self._session = TapSession(self._root)
        located = self.load([Path(file)])
        self.arm(located)
        return {tap.spec.key: self._observed(tap) for tap in located}

    def _known(self, key: str) -> Observed:
        for tap in self._session.taps:
            if tap.spec.key == key:
                return self._observed(tap)
        keys = ", ".join(tap.spec.key for tap in self._session.taps) or "none"
        raise CallchainError(
            f"no tap {key!r} is armed", hint=f"armed: {keys}; see --callchain-taps and tap.file()"
        )

    def _observed(self, tap: LocatedTap) -> Observed:
        lines = _tree(self._root).lines(tap.path)
        return Observed(tap, lambda: self._session.hits(tap.spec.key), lines[tap.line - 1].strip())

    def stop(self) -> None:
        """Record no longer; what was seen stays."""
        self._session.stop()

    def close(self) -> None:
        """Stop for good."""
        self._session.close()

    def as_json(self) -> str:
        """Hits and verdicts of each tap, to travel with a report."""
        rows = []
        for tap in self._session.taps:
            seen = self._observed(tap)
            result = seen.result
            told = {each.expression: seen.told(each) for each in result.expectations if each.verdict == "fail"}
            verdicts = {each.expression: each.verdict for each in result.expectations}
            rows.append(Row(tap.spec.key, result.hits, verdicts, told))
        return msgspec.json.encode(rows).decode()

    def as_text(self) -> str:
        """What every tap saw, for the report of a failed test."""
        lines = []
        for tap in self._session.taps:
            seen = self._observed(tap)
            lines.append(
                f"{tap.spec.key}: {seen.hits} hit{'s' if seen.hits != 1 else ''} at {tap.path}:{tap.line}"
            )
            lines += [f"  {seen.values(name)[-1]!r}" for name in tap.spec.capture if seen.hits]
        return "\n".join([*lines, *self._session.notes])


class RunTaps:
    """Commands recorded from outside; what the fixture `tap_run` gives.

    Args:
        root: the code base, where a call names no other.
        folder: makes a fresh folder.
    """

    def __init__(self, root: Path, folder: Callable[[], Path]) -> None:
        self._root = root
        self._folder = folder

    def __call__(
        self, file: Path | str, command: Sequence[str], *, root: Path | str = "", timeout_s: float = 600.0
    ) -> dict[str, Observed]:
        """Run the command at the root under the tracer; what each tap of the file saw, by key.

        Raises:
            CallchainError: the command does not start, or a tap is not found.
            AssertionError: the command failed; its exit code and last lines are told.
        """
        top = Path(root).resolve() if root else self._root
        place = self._folder()
        record, _ = trace_command(
            RunSpec("run", tuple(command)),
            root=top,
            namespaces=(),
            taps=Path(file),
            workdir=top,
            recording=place,
            time_budget_s=timeout_s,
            engine="auto",
            phase=lambda _: None,
        )
        if record.exit_code != 0:
            output = (place / "run.out").read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
            raise AssertionError("\n".join([f"exit code {record.exit_code} ({record.ended})", *output]))
        return {tap.spec.key: _of_run(tap, record.hits, top) for tap in _located(Path(file), top)}


def _of_run(tap: LocatedTap, hits: Mapping[str, Sequence[Hit]], root: Path) -> Observed:
    code = _tree(root).lines(tap.path)[tap.line - 1].strip()
    return Observed(tap, lambda: hits.get(tap.spec.key, ()), code)


# ---- the sum of a run ----------------------------------------------------------------------------------------


class Row(msgspec.Struct, frozen=True):
    """What one test saw of one tap."""

    key: str
    hits: int
    verdicts: dict[str, str]
    told: dict[str, str]
    """Failed expectation → the message."""


@dataclass(frozen=True)
class Sum:
    """A tap over all tests."""

    key: str
    hits: int
    tests: int
    verdicts: Mapping[str, str]
    told: Mapping[str, str]

    @property
    def failed(self) -> bool:
        """Whether an expectation failed in a test."""
        return bool(self.told)

    @property
    def lines(self) -> Iterator[str]:
        """How the tap is shown at the end of the run."""
        counts = f"{self.hits} hits in {self.tests} tests" if self.hits else "not reached"
        verdicts = ", ".join(f"{verdict}: {expression}" for expression, verdict in self.verdicts.items())
        yield f"{self.key}: {counts}{f'; {verdicts}' if verdicts else ''}"
        for text in self.told.values():
            yield from text.splitlines()


_ORDER = ("fail", "error", "pass", "not reached")


def summed(texts: Sequence[tuple[str, str]]) -> tuple[Sum, ...]:
    """Each tap over the reports of all tests, which come as pairs of a test's name and its rows."""
    rows = [(node, row) for node, text in texts for row in msgspec.json.decode(text, type=list[Row])]
    sums = []
    for key in dict.fromkeys(row.key for _, row in rows):
        mine = [(node, row) for node, row in rows if row.key == key]
        expressions = dict.fromkeys(expression for _, row in mine for expression in row.verdicts)
        verdicts = {
            expression: min((row.verdicts[expression] for _, row in mine), key=_ORDER.index)
            for expression in expressions
        }
        told: dict[str, str] = {}
        for node, row in mine:
            for expression, text in row.told.items():
                told.setdefault(expression, f"{text}\n  in        {node}")
        hit = [row.hits for _, row in mine if row.hits]
        sums.append(Sum(key, sum(hit), len(hit), verdicts, told))
    return tuple(sums)
