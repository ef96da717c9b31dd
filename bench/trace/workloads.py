"""The programs that are traced, and what of them is recorded."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import callchain
from bench.child import Limits
from bench.child import run as child
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
    python: str = ""
    """The interpreter that has what it imports, where the one that is asked for has it not."""
    needs: tuple[str, ...] = ()
    """What is run once before it, in the folder that `GIVEN` in its words stands for."""


GIVEN = "{given}"


def workloads(*, short: bool, peers: str = "") -> Iterator[Workload]:
    """All programs that can run in this environment; shorter ones, and no training, when `short`.

    Args:
        short: whether they are to end soon.
        peers: a further interpreter that may have the package whose import is traced.
    """
    part = 4 if short else 1
    yield _small("start of an empty program", "nothing.py", 0)
    # Long enough that the start of the tracer, which has a row of its own, is a small part.
    yield _small("99 % of the calls outside", "outside_calls.py", 400_000 // part)
    yield replace(_small("all calls inside", "inside_calls.py", 240 // part), calls=240 // part * 50_000)
    yield _small("a tap outside the loop", "tapped_loop.py", 960 // part, _TAP)
    for package in _HEAVY_PACKAGES:
        python = peers if peers and _has(peers, package) else ""
        if python or importlib.util.find_spec(package) is not None:
            yield replace(_import_of(package), python=python)
            break
    if not short and all(importlib.util.find_spec(each) is not None for each in _NEEDED_BY_DEMO):
        yield _of_demo("the demo's training", *_TRAINING)
        yield replace(
            _of_demo("the demo's load", "load.py", "--output_dir", f"{GIVEN}/outputs"), needs=_script(*_TRAINING)
        )


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


def _has(python: str, package: str) -> bool:
    found = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({package!r}) is None)"
    return child([python, "-c", found], limits=Limits(cpu_s=60), cwd=PROGRAMS).ended == ""


_DEMO = Path(callchain.__file__).parent / "demo"
_TRAINING = ("train.py", "--output_dir", "outputs")


def _script(name: str, *words: str) -> tuple[str, ...]:
    return (str(_DEMO / "scripts" / name), *words)


def _of_demo(name: str, script: str, *words: str) -> Workload:
    return Workload(
        name=name,
        words=_script(script, *words),
        root=_DEMO,
        namespace="ptycho",
        paths=select(read_tree(_DEMO), ("ptycho",)),
        slow=True,
    )
