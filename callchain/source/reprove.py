"""Proving call sites a second time, by a reader that shares no code with the first."""

from __future__ import annotations

from collections.abc import Collection

from callchain.model.errors import CallchainError
from callchain.source.cst_jobs import CallsJob
from callchain.source.cst_process import ParsingFailedError, ask


def call_names(text: str, line: int) -> tuple[str, ...]:
    """The names called on a line, as written, sorted: `params.cfg.copy`, `super().save`, `_registry[]`.

    A call counts on the line where it begins and on the line of the name that is called, so both readings of a
    call that is spread over lines are proved. A decorator counts as a call of what it names.

    Raises:
        CallchainError: LibCST cannot read the text within its limits.
    """
    return call_names_by_line(text, {line})[line]


def call_names_by_line(text: str, lines: Collection[int], *, where: str = "") -> dict[int, tuple[str, ...]]:
    """The same for several lines of one text."""
    try:
        return ask(CallsJob(text, tuple(sorted(set(lines))))).calls
    except ParsingFailedError as error:
        raise CallchainError(f"call sites cannot be proved again: {error}", where=where) from error
