"""What the tools share: the code base, read again when a file changed, and the packages made so far."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from callchain.ask.packages import packages_below
from callchain.ask.read import Codebase, read_codebase
from callchain.ask.request import AskRequest
from callchain.evidence.package import load
from callchain.model.errors import CallchainError
from callchain.model.package import Evidence
from callchain.source.discovery import list_files

T = TypeVar("T")


@dataclass
class Session:
    """One agent's stay.

    Args:
        defaults: the request that every question starts from: root, namespaces, settings.
        reports: the folder whose packages may be read, and which `run` writes to.
        allow_run: whether a command may be run.
    """

    defaults: AskRequest
    reports: Path
    allow_run: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _stamp: str = ""
    _codebase: Codebase | None = None
    _kept: tuple[tuple[object, ...], Any] = ((), None)

    def codebase(self) -> Codebase:
        """The code base as it is now."""
        with self._lock:
            stamp = _stamp_of(self.defaults.root)
            if self._codebase is None or stamp != self._stamp:
                self._codebase, self._stamp = read_codebase(self.defaults.root, _silent), stamp
            return self._codebase

    @property
    def stamp(self) -> str:
        """Changes with the code base that was read last."""
        return self._stamp

    def once(self, asked: tuple[object, ...], found: Callable[[], T]) -> T:
        """What was found for the same question a moment ago, so that further pages of an answer cost little."""
        key, kept = self._kept
        if key != asked:
            kept = found()
            self._kept = (asked, kept)
        return cast("T", kept)

    def packages(self) -> Mapping[str, Path]:
        """`initiative/run id` → folder, the newest last."""
        return {f"{folder.parent.name}/{folder.name}": folder for folder in packages_below(self.reports)}

    def package(self, name: str) -> tuple[str, Evidence]:
        """A package by its name, the newest where none is given.

        Raises:
            CallchainError: there is none of that name, or it is damaged.
        """
        known = self.packages()
        names = list(known)
        wanted = name or (names[-1] if names else "")
        if wanted not in known:
            what = f"there is no package {name!r}" if name else "there is no package"
            raise CallchainError(what, hint=f"packages: {', '.join(names[-5:]) or 'none yet'}")
        return wanted, load(known[wanted])


def _stamp_of(root: Path) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in list_files(root).paths if root.is_dir() else ():
        try:
            facts = (root / path).stat()
        except OSError:
            continue
        digest.update(f"{path}\0{facts.st_mtime_ns}\0{facts.st_size}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _silent(_phase: str) -> None:
    return
