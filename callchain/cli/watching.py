"""Waiting for the files of a code base to change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from callchain.ask.request import AskRequest
from callchain.model.errors import CallchainError
from callchain.source.exclusions import split

_SUFFIXES = (".py", ".pyi", ".pyw", ".ipynb", ".toml")
_MOST_NAMED = 5
_TURN_MS = 100


def watched_places(request: AskRequest) -> tuple[Path, ...]:
    """The root, and the tap file where it lies elsewhere."""
    root = request.root.absolute()
    taps = request.taps.absolute() if request.taps is not None else root
    return (root,) if taps.is_relative_to(root) else (root, taps)


def changes(places: tuple[Path, ...]) -> Iterator[tuple[str, ...]]:
    """The names of the files that changed, a tuple for each time some did; it ends when it is interrupted.

    Raises:
        CallchainError: the package that watches is not installed; known before the first change is waited for.
    """
    try:
        import watchfiles
    except ImportError:
        raise CallchainError(
            "--watch needs the package watchfiles, which this environment lacks",
            hint="pip install 'callchain-evidence[watch]'",
        ) from None

    def counts(_change: object, path: str) -> bool:
        return is_watched(places, Path(path))

    rounds = watchfiles.watch(
        *places, watch_filter=counts, rust_timeout=_TURN_MS, yield_on_timeout=True, ignore_permission_denied=True
    )
    next(rounds)  # the watch begins here, so that a change during the first package is not missed
    return (_named(places[0], {Path(path) for _, path in found}) for found in rounds if found)


def is_watched(places: tuple[Path, ...], path: Path) -> bool:
    """Whether a file is one that an answer may depend on, in a folder that is read."""
    if path in places:
        return True
    root = next((place for place in places if path.is_relative_to(place)), None)
    if root is None or path.suffix not in _SUFFIXES:
        return False
    return bool(split([path.relative_to(root).as_posix()])[0])


def _named(root: Path, paths: set[Path]) -> tuple[str, ...]:
    names = sorted(path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name for path in paths)
    rest = len(names) - _MOST_NAMED
    return (*names[:_MOST_NAMED], f"and {rest} more") if rest > 0 else tuple(names)
