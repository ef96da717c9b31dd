"""Statements named as code: where they stand, to the line, whatever moved around them."""

from __future__ import annotations

from collections.abc import Sequence

from callchain.model.errors import CallchainError
from callchain.source.cst_jobs import Found, Place, SearchJob, Span
from callchain.source.cst_process import ParsingFailedError, ask

__all__ = ["Found", "Place", "Span", "locate", "search"]


def locate(text: str, qualname: str, code: str) -> tuple[Span, ...]:
    """Where the statement `code` stands directly in `qualname` (`<module>`, `Class.method`, `outer.inner`).

    Structure is compared: blanks, comments, quotes, brackets and line breaks do not count. Of a compound statement
    the first line is enough (`with open(path) as f:`, `elif x:`, `except OSError:`), and its span covers all it
    holds. A lone expression also finds the statements that contain it exactly once, if no whole statement is it.

    Raises:
        CallchainError: `code` is not one statement, or LibCST cannot read the text within its limits.
    """
    found = search(text, [(qualname, code)])[0]
    if found.error:
        raise CallchainError(f"`{code}` cannot be located: {found.error}")
    return found.spans


def search(text: str, queries: Sequence[tuple[str, str]], *, where: str = "") -> tuple[Found, ...]:
    """Answer several (qualname, code) queries on one text, with what is near when nothing matches.

    Raises:
        CallchainError: LibCST cannot read the text within its limits; `where` names the file.
    """
    try:
        return ask(SearchJob(text, tuple(queries))).found
    except ParsingFailedError as error:
        raise CallchainError(f"statements cannot be located: {error}", where=where) from error
