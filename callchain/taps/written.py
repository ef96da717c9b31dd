"""Taps in the files of a code base: written in and taken out. The one place that writes into the target tree."""

from __future__ import annotations

import stat
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from callchain.model.errors import CallchainError
from callchain.model.tap import LocatedTap
from callchain.source.git import read_repository
from callchain.source.tree import SourceTree
from callchain.taps.codemod import applied_keys, apply_taps, remove_taps


class Written(msgspec.Struct, frozen=True, order=True):
    """A file and the taps that were written into it or taken out of it."""

    path: str
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path}: {', '.join(self.keys)}"


def write_taps(taps: Sequence[LocatedTap], tree: SourceTree, *, dirty_too: bool = False) -> tuple[Written, ...]:
    """Write each tap into its file as a logging statement; either every file is written or none.

    Raises:
        CallchainError: a file has changes that are not committed and `dirty_too` is not given, holds taps already,
            or a tap has no form as a statement.
    """
    by_path: dict[str, list[LocatedTap]] = defaultdict(list)
    for tap in taps:
        by_path[tap.path].append(tap)
    if not dirty_too:
        _refuse_dirty(by_path, tree.root)
    edited = {}
    for path, here in sorted(by_path.items()):
        try:
            edited[path] = apply_taps(tree.data(path), here)
        except CallchainError as error:
            raise CallchainError(error.what, hint=error.hint, where=_both(path, error.where)) from None
    for path, data in edited.items():
        _replace(tree.root / path, data)
    return tuple(Written(path, tuple(tap.spec.key for tap in by_path[path])) for path in edited)


def take_out(tree: SourceTree, keys: Collection[str] = ()) -> tuple[Written, ...]:
    """Take the taps out of every file that holds some; of all keys where none are given."""
    found = []
    for file in tree.files:
        data = tree.data(file.path)
        here = tuple(key for key in applied_keys(data) if not keys or key in keys)
        if here:
            _replace(tree.root / file.path, remove_taps(data, keys))
            found.append(Written(file.path, here))
    return tuple(found)


def _both(path: str, where: str) -> str:
    return f"{path}: {where}" if where else path


def _refuse_dirty(paths: Collection[str], root: Path) -> None:
    repository = read_repository(root)
    if repository is None:
        return
    dirty = sorted({*repository.changed, *repository.untracked} & set(paths))
    if dirty:
        raise CallchainError(
            f"{', '.join(dirty)} has changes that are not committed", hint="commit them, or give --dirty"
        )


def _replace(file: Path, data: bytes) -> None:
    """Replace a file as a whole, with its mode."""
    draft = file.with_name(f".{file.name}.callchain")
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        draft.write_bytes(data)
        draft.chmod(mode)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CallchainError(f"cannot be written: {error.strerror}", where=str(file)) from None
