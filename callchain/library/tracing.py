"""`callchain.trace`: a part of this process recorded, as a context manager and as a decorator."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from callchain.ask.observe import locate_taps
from callchain.ask.package import judge_taps
from callchain.ask.settings import load_settings
from callchain.library.html import trace_html
from callchain.library.package import Tap
from callchain.model.errors import CallchainError
from callchain.model.recording import ObservedEdge, RunRecord
from callchain.model.tap import LocatedTap
from callchain.probe.chooser import AUTO, PREFERENCE
from callchain.report.dynamic_txt import render_runs
from callchain.source.namespace import select
from callchain.source.tree import read_tree
from callchain.trace.inside import Inside
from callchain.trace.request import RunRequest

P = ParamSpec("P")
R = TypeVar("R")


class trace:  # noqa: N801 # it reads as a statement: with callchain.trace(...)
    """Record the calls of a part of this process in a namespace.

    Threads that run meanwhile are recorded too, and so are forked processes that end before the block does. One
    trace runs at a time in a process. Nothing is written but a temporary recording.

    Args:
        root: the code base.
        namespaces: packages or path prefixes below it; by default those of its settings, else all.
        taps: a tap file.
        engine: the tracing engine; by default the best that there is.

    Raises:
        CallchainError: a bad root, namespace, tap file or engine, or a trace inside a trace.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] = ".",
        *,
        namespaces: Sequence[str] = (),
        taps: str | os.PathLike[str] | None = None,
        engine: str = "",
    ) -> None:
        base = Path(root)
        settings = load_settings(base)
        tree = read_tree(base)
        settled = base / settings.taps if settings.taps else None
        self._taps: tuple[LocatedTap, ...] = locate_taps(Path(taps) if taps is not None else settled, tree)
        self._request = RunRequest(
            name="trace",
            command=("python",),
            cwd=Path.cwd(),
            root=tree.root,
            paths=select(tree, tuple(namespaces) or settings.namespaces),
            recording=Path(),
            taps=self._taps,
            engine=engine or settings.engine,
            limits=settings.limits.limits(),
            redact=settings.redact.rules(),
        )
        if self._request.engine not in (AUTO, *PREFERENCE):
            known = ", ".join((AUTO, *PREFERENCE))
            raise CallchainError(f"no such engine: {self._request.engine}", hint=f"one of {known}")
        self._inside: Inside | None = None
        self._record: RunRecord | None = None

    def __enter__(self) -> Self:
        self._inside = Inside(self._request)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._inside is not None:
            self._record, self._inside = self._inside.end(), None

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Record each call of a function; the last one's recording is kept here.

        A call from within a recorded one belongs to that recording.
        """

        @functools.wraps(function)
        def recorded(*args: P.args, **kwargs: P.kwargs) -> R:
            if self._inside is not None:
                return function(*args, **kwargs)
            with self:
                return function(*args, **kwargs)

        return recorded

    @property
    def record(self) -> RunRecord:
        """All that was recorded.

        Raises:
            CallchainError: the trace has not ended.
        """
        if self._record is None:
            raise CallchainError("the trace has not ended yet", hint="leave the with block first")
        return self._record

    @property
    def edges(self) -> tuple[ObservedEdge, ...]:
        """The calls that ran, each with its line and count."""
        return self.record.edges

    @property
    def taps(self) -> tuple[Tap, ...]:
        """The taps of the file with what they saw."""
        return tuple(Tap(result) for result in judge_taps(self._taps, (self.record,)))

    @property
    def text(self) -> str:
        """The call tree as in `callgraph/dynamic.txt`."""
        return render_runs((self.record,))

    def __str__(self) -> str:
        return self.text if self._record is not None else "a trace that has not ended"

    def _repr_html_(self) -> str:
        return trace_html(self.record, self.text, judge_taps(self._taps, (self.record,)))
