"""The one kind of error a user is shown: what, where, what to do, and the exit code."""

from __future__ import annotations

USAGE = 2
TARGET_FAILED = 3
FALSE_CLAIM = 4
OUT_OF_TIME = 124


class CallchainError(Exception):
    """Bad input or a failed precondition, told in one line.

    Args:
        what: what went wrong, naming the value that was given.
        hint: what the user can do about it.
        where: the file, option or tap that is meant; empty when `what` says it.
        exit_code: the status the command ends with.
    """

    def __init__(self, what: str, *, hint: str = "", where: str = "", exit_code: int = USAGE) -> None:
        super().__init__(what, hint, where, exit_code)
        self.what = what
        self.hint = hint
        self.where = where
        self.exit_code = exit_code

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{advice}"

    def __reduce__(self) -> tuple[object, tuple[str, str, str, int]]:
        # Exceptions cross process pools; keyword-only arguments do not survive the default reduction.
        return (_rebuild, (self.what, self.hint, self.where, self.exit_code))


def _rebuild(what: str, hint: str, where: str, exit_code: int) -> CallchainError:
    return CallchainError(what, hint=hint, where=where, exit_code=exit_code)
