"""What to run and what to record of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callchain.model.tap import LocatedTap
from callchain.probe.redact import HOUSE, Rules


@dataclass(frozen=True)
class WatchedStore:
    """A module-level dict whose changes are recorded.

    Args:
        module: dotted import name of the module that holds it, as the program imports it.
        name: its name in that module.
        symbol: its symbol, for the report (`ptycho/params.py::cfg`).
    """

    module: str
    name: str
    symbol: str


@dataclass(frozen=True)
class Limits:
    """What a run may record; beyond it things are counted by reason.

    Args:
        megabytes: of all processes of the run together, and of what the program prints.
        records: of one process: places of calls, lines, hits, effects, changes.
        hits: hits of one tap in one process whose values are kept.
        processes: how many may record themselves until the run is ended.
    """

    megabytes: float = 256.0
    records: int = 5_000_000
    hits: int = 200
    processes: int = 512


DEFAULTS = Limits()


@dataclass(frozen=True)
class RunRequest:
    """One command to trace.

    Args:
        name: the run's name, used for its files.
        command: the words after `--`.
        cwd: where to start it.
        root: the root of the code under study.
        paths: the files of the namespace, relative to the root.
        recording: the folder for the raw segments and the program's output.
        time_budget_s: seconds until the process group is ended.
        limits: what is recorded at most.
        redact: the project's own rules of what is a secret.
        stdin: whether the program reads the standard input of this process; else it finds it empty.
        engine: `auto`, `monitoring`, `hunter` or `settrace`; one that cannot be used gives way to the next.
    """

    name: str
    command: tuple[str, ...]
    cwd: Path
    root: Path
    paths: frozenset[str]
    recording: Path
    taps: tuple[LocatedTap, ...] = ()
    watch: tuple[WatchedStore, ...] = ()
    time_budget_s: float = 1800.0
    engine: str = "auto"
    pure: bool = False
    """Record without the compiled core, as where there was no compiler; the results are the same."""
    limits: Limits = DEFAULTS
    redact: Rules = HOUSE
    stdin: bool = False
