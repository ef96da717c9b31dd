"""Starting the probe in a process: read the order, choose an engine, install, and close at the end."""

from __future__ import annotations

import atexit
import functools
import json
import os
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import forked, redact
from .calls import NODE_CELLS
from .chooser import choose
from .compilers import Compilers
from .effects import Effects
from .environ import EnvironReads
from .guard import Guard
from .heirs import Heirs
from .imports import ImportSeam
from .plan import Namespace
from .recorder import Recorder
from .role import role
from .running import compiled_core
from .segment import MAX_BYTES, MAX_RECORDS, Segment
from .writers import Writers

Hook = Callable[[ModuleType], None]

# Bound at import: the target may replace them.
_getpid, _getppid, _now, _clock = os.getpid, os.getppid, time.time_ns, time.monotonic_ns


class Probe:
    """All parts of the probe in this process.

    Args:
        order: what the launcher wrote: root, paths, taps, watch, engine, folder, limits and rules.
        order_file: where it lies; children find it by that name.
    """

    def __init__(self, order: dict[str, Any], order_file: str) -> None:
        self.order = order
        redactor = redact.Redactor(redact.Rules(*map(tuple, order.get("redact", ()))))
        redactor.learn(os.environ)
        redact.use(redactor)
        limits = order.get("limits", {})
        self.segment = Segment(
            order["folder"], int(limits.get("bytes", MAX_BYTES)), int(limits.get("records", MAX_RECORDS))
        )
        self.guard = Guard(self.segment)
        core = compiled_core(pure=bool(order.get("pure")))
        self.recorder = Recorder(Namespace(order["root"], order["paths"]), self.segment, core)
        self.recorder.failed = self.guard.failed
        self.effects = Effects(self.recorder, self.guard)
        self.writers = Writers(self.effects, self.guard)
        self.environ = EnvironReads(self.effects, self.guard)
        self._ask_more(limits)
        self.engine, self.engine_name, self.reason = choose(self.recorder, self.guard, order)
        self.compilers = Compilers(self.recorder, self.guard)
        self.heirs = Heirs(order_file, self.guard)
        parts = (self.writers, self.compilers, self.heirs, self.engine)
        hooks = joined([getattr(part, "hooks", dict)() for part in parts])
        loaded = getattr(self.engine, "loaded", None)
        self.seam = ImportSeam(self.recorder, self.engine, hooks, self.guard, loaded)
        self._exit = os._exit
        self._closed_in = 0
        self._role = ""

    def _ask_more(self, limits: dict[str, Any]) -> None:
        """Taps and watched state, loaded where there are any: every process of a run starts the probe."""
        if self.order.get("taps"):
            from .taps import MAX_HITS, Taps

            self.recorder.taps = Taps(self.recorder, self.order["taps"], int(limits.get("hits", MAX_HITS)))
        if self.order.get("watch"):
            from .watch import Watch

            self.recorder.watch = Watch(self.recorder, self.order["watch"])

    def start(self) -> None:
        """Record from here on."""
        self._header()
        self.seam.install()
        self.effects.install()
        self.effects.before_exec = self._flush
        self.effects.on_role = self._tell_role
        self.heirs.install()
        self.environ.install()
        self.effects.heartbeat = self.engine.heartbeat
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._flush, after_in_child=self._after_fork)
        self._wrap_exit()
        self.engine.install()

    def close(self) -> None:
        """Stop and close the recording; what is wrapped is put back."""
        if self._closed_in == _getpid():
            return
        self._closed_in = _getpid()
        parts = (self.engine.heartbeat, self.engine.remove, self.seam.remove, self.writers.undo)
        for part in (
            *parts,
            self.compilers.undo,
            self.heirs.undo,
            self.environ.undo,
            self._unwrap_exit,
            self._end,
        ):
            try:
                part()
            except Exception as error:
                self.guard.failed(error)

    def _unwrap_exit(self) -> None:
        os._exit = self._exit

    def _flush(self) -> None:
        if self.recorder.is_closed:
            return
        self._tell_role()
        self.guard.flush()
        self.recorder.flush()

    def _tell_role(self) -> None:
        told = role()
        if told != self._role:
            self._role = told
            self.segment.write(["role", told], vital=True)

    def _end(self) -> None:
        self._flush()
        self.recorder.close()
        self.segment.write(["v", loaded_versions()], vital=True)
        self.segment.write(["end"], vital=True)

    def _header(self) -> None:
        self.segment.write(
            [
                "head",
                {
                    "pid": _getpid(),
                    "parent": _getppid(),
                    "argv": redact.arguments(list(getattr(sys, "orig_argv", sys.argv))),
                    "python": python_version(),
                    "implementation": sys.implementation.name,
                    "executable": sys.executable,
                    "prefix": sys.prefix,
                    "platform": sys.platform,
                    "engine": self.engine_name,
                    "reason": self.reason,
                    "core": "compiled" if self.recorder.core is not None else "python",
                    "start": _now(),
                    "clock": _clock(),
                    "node_cells": NODE_CELLS,
                    "cwd": os.getcwd(),
                },
            ],
            vital=True,
        )
        self._role = ""
        self._tell_role()

    def _wrap_exit(self) -> None:
        original = self._exit

        # Ends the process without atexit; forked workers of multiprocessing leave this way.
        @functools.wraps(original)
        def leave(status: int) -> None:
            if self._closed_in != _getpid():
                self._end()
            original(status)

        os._exit = leave  # type: ignore[assignment] # the wrapper returns as little as the original

    def _after_fork(self) -> None:
        if self._closed_in:  # in a process before this one, which goes on after its trace
            return
        try:
            self.segment.open()
            self.engine_name, self.reason = self.engine_name, "forked from a traced process"
            self._header()
            forked.go_on(self.recorder)
            self.effects.after_fork()
        except Exception as error:
            self.guard.failed(error)


def joined(parts: list[dict[str, Hook]]) -> dict[str, Hook]:
    """All hooks by module, those of the same module one after the other."""
    hooks: dict[str, Hook] = {}
    for name, hook in [item for part in parts for item in part.items()]:
        hooks[name] = _both(hooks[name], hook) if name in hooks else hook
    return hooks


def _both(first: Hook, second: Hook) -> Hook:
    def hook(module: ModuleType) -> None:
        first(module)
        second(module)

    return hook


def loaded_versions() -> dict[str, str]:
    """`__version__` of the top-level modules that are loaded, by name."""
    found: dict[str, str] = {}
    for name, module in sorted(sys.modules.items()):
        names: Any = getattr(module, "__dict__", None)
        version = names.get("__version__") if type(names) is dict else None
        if "." not in name and not name.startswith("_") and type(version) is str:
            found[name] = version
    return found


_probe: Probe | None = None


def build(order_file: str) -> Probe:
    """The probe that the launcher ordered, not started yet."""
    global _probe
    with open(order_file, encoding="utf-8") as stream:
        order = json.load(stream)
    _probe = Probe(order, order_file)
    return _probe


def python_version() -> str:
    """The interpreter's version, as `3.11.7`."""
    return ".".join(str(part) for part in sys.version_info[:3])
