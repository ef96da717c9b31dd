"""The programs that are traced, and what of them is recorded."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import callchain
from callchain.model.tap import LocatedTap, TapSpec
from callchain.source.namespace import select
from callchain.source.tree import read_tree
from callchain.taps.locate import locate_all

PROGRAMS = Path(__file__).resolve().parent / "programs"
_HEAVY_PACKAGES = ("pandas", "networkx")
_NEEDED_BY_DEMO = ("tensorflow", "h5py", "dill")


@dataclass(frozen=True)
class Workload:
    """A program, its namespace and taps."""

    name: str
    words: tuple[str, ...]
    """What follows `python`."""
    root: Path
    namespace: str
    paths: frozenset[str]
    taps: tuple[LocatedTap, ...] = ()
    slow: bool = False
    """Whether it runs too long to be run under every engine."""
    calls: int = 0
    """Calls inside the namespace, where their number is what the program is about."""


def workloads(*, short: bool) -> Iterator[Workload]:
    """All programs that can run in this environment; shorter ones, and no training, when `short`."""
    part = 4 if short else 1
    yield _small("start of an empty program", "nothing.py", 0)
    # Long enough that the start of the tracer, which has a row of its own, is a small part.
    yield _small("99 % of the calls outside", "outside_calls.py", 400_000 // part)
    yield replace(_small("all calls inside", "inside_calls.py", 240 // part), calls=240 // part * 50_000)
    yield _small("a tap outside the loop", "tapped_loop.py", 240 // part, _TAP)
    for package in _HEAVY_PACKAGES:
        if importlib.util.find_spec(package) is not None:
            yield _import_of(package)
            break
    if not short and all(importlib.util.find_spec(each) is not None for each in _NEEDED_BY_DEMO):
        yield _demo_training()


_TAP = TapSpec(
    key="start",
    purpose="the value in front of the loop",
    symbol="inside.py::prepared",
    where="after",
    code="total = start",
    capture={"total": "total"},
)


def _small(name: str, program: str, count: int, *taps: TapSpec) -> Workload:
    tree = read_tree(PROGRAMS)
    return Workload(
        name=name,
        words=(str(PROGRAMS / program), str(count)),
        root=PROGRAMS,
        namespace="inside",
        paths=frozenset({"inside.py"}),
        taps=locate_all(taps, tree),
    )


def _import_of(package: str) -> Workload:
    return Workload(
        name=f"import {package}",
        words=("-c", f"import {package}"),
        root=PROGRAMS,
        namespace="inside",
        paths=frozenset({"inside.py"}),
    )


def _demo_training() -> Workload:
    root = Path(callchain.__file__).parent / "demo"
    return Workload(
        name="the demo's training",
        words=(str(root / "scripts" / "train.py"), "--output_dir", "outputs"),
        root=root,
        namespace="ptycho",
        paths=select(read_tree(root), ("ptycho",)),
        slow=True,
    )
