"""Which engine records in this process, and why it and not another."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from .engine import Engine, Unusable
from .guard import Guard
from .recorder import Recorder

AUTO = "auto"
PREFERENCE = ("monitoring", "rewrite", "hunter", "settrace")
"""The engines, the best first; one that cannot be used leaves the place to the next."""


class Choice(NamedTuple):
    """An engine, its name with its version, and the reason for it."""

    engine: Engine
    name: str
    reason: str


def choose(recorder: Recorder, guard: Guard, order: dict[str, Any]) -> Choice:
    """The engine that was asked for, or the best, or else the next that can be used here."""
    wanted = order.get("engine", AUTO)
    names = PREFERENCE[PREFERENCE.index(wanted) :] if wanted in PREFERENCE else PREFERENCE
    failures: list[str] = []
    for name in names:
        try:
            engine, full_name, merit = _BUILDERS[name](recorder, guard, order)
        except Exception as error:
            failures.append(_why_not(name, error))
            continue
        reason = "asked for" if name == wanted else "; ".join([*failures, merit] if merit else failures)
        return Choice(engine, full_name, reason)
    raise RuntimeError("; ".join(failures))


def _why_not(name: str, error: Exception) -> str:
    if isinstance(error, Unusable):
        return str(error)
    return f"{name} cannot be imported here ({type(error).__name__}: {error})"


# Each engine is loaded where it is built: every process of a run starts the probe, and one of them serves it.


def _monitoring(recorder: Recorder, guard: Guard, _order: dict[str, Any]) -> Choice:
    from . import monitoring

    merit = f"Python {monitoring.version()} has sys.monitoring: outside code is switched off per code object"
    return Choice(monitoring.build(recorder, guard), "monitoring", merit)


def _rewrite(recorder: Recorder, guard: Guard, _order: dict[str, Any]) -> Choice:
    from . import rewrite

    merit = "probes are put into the code of the namespace alone, so outside code runs at full speed"
    return Choice(rewrite.build(recorder, guard), "rewrite", merit)


def _hunter(recorder: Recorder, guard: Guard, order: dict[str, Any]) -> Choice:
    from . import hunter_engine

    with importable(order.get("site", ""), order.get("tag", "")):
        engine = hunter_engine.build(recorder, guard)
    return Choice(engine, f"hunter {hunter_engine.version()}", "hunter is the engine of record")


def _settrace(recorder: Recorder, guard: Guard, _order: dict[str, Any]) -> Choice:
    from . import settrace

    return Choice(settrace.plain(recorder, guard), "settrace", "")


_BUILDERS: dict[str, Callable[[Recorder, Guard, dict[str, Any]], Choice]] = {
    "monitoring": _monitoring,
    "rewrite": _rewrite,
    "hunter": _hunter,
    "settrace": _settrace,
}


class importable:  # noqa: N801 # reads as a statement: with importable(...)
    """Lets `hunter` be found in the tool's own site-packages while the interpreter is of the same kind."""

    def __init__(self, site: str, tag: str) -> None:
        self._site = site if tag == sys.implementation.cache_tag else ""

    def find_spec(self, name: str, _path: Any = None, target: Any = None) -> Any:
        """The finder's one method; it answers for hunter alone and only after all others."""
        if name != "hunter":
            return None
        from importlib.machinery import PathFinder

        return PathFinder.find_spec(name, [self._site], target)

    def __enter__(self) -> None:
        if self._site:
            sys.meta_path.append(self)

    def __exit__(self, *_: object) -> None:
        if self._site:
            sys.meta_path.remove(self)
