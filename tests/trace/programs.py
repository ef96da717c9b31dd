"""Small programs, run for real under the probe."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Any

import msgspec

from callchain.model.recording import CallNode, RunRecord
from callchain.model.tap import LocatedTap, TapSpec
from callchain.taps.capture import compile_expression
from callchain.trace.launch import RunRequest, WatchedStore, run


class Traced:
    """Writes the files below `root`, runs the command in `work`, and returns its record."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "subject"
        self.work = folder / "work"
        self.recording = folder / "recording"
        for place in (self.root, self.work):
            place.mkdir()

    def __call__(self, files: dict[str, str], *command: str, **options: Any) -> RunRecord:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        paths = options.pop("paths", None) or [name for name in files if name.endswith(".py")]
        words = command or (sys.executable, str(self.root / next(iter(files))))
        settings: dict[str, Any] = {"time_budget_s": 60.0, **options}
        request = RunRequest(
            name="run",
            command=words,
            cwd=self.work,
            root=self.root,
            paths=frozenset(paths),
            recording=self.recording,
            **settings,
        )
        return run(request)


def tap(place: str, where: str, lines: tuple[int, int], defined: int, **captures: str) -> LocatedTap:
    """A located tap on `path::qualname` as the taps room would make it."""
    spec = TapSpec(key="look", purpose="", symbol=place, where=where, capture=captures)
    return LocatedTap(
        spec=spec,
        path=place.partition("::")[0],
        line=lines[0],
        end_line=lines[1],
        definition_line=defined,
        programs={name: compile_expression(text) for name, text in captures.items()},
    )


def watch(module: str, name: str) -> WatchedStore:
    return WatchedStore(module=module, name=name, symbol=f"{module}::{name}")


def comparable(record: RunRecord) -> dict[str, object]:
    """All that two engines must agree on."""
    parts = {
        "trees": [[(thread.name, thread.roots) for thread in process.threads] for process in record.processes],
        "edges": record.edges,
        "lines": record.lines,
        "hits": record.hits,
        "mutations": record.mutations,
        "exceptions": record.exceptions,
        "dropped": record.dropped,
    }
    return {name: msgspec.to_builtins(part) for name, part in parts.items()}


def edges(record: RunRecord) -> dict[str, tuple[int, tuple[str, ...]]]:
    """`caller:line → callee` by qualnames, with count and via."""
    return {
        f"{edge.caller.partition('::')[2]}:{edge.line} → {edge.callee.partition('::')[2]}": (edge.count, edge.via)
        for edge in record.edges
    }


def outline(record: RunRecord, process: int = 0, thread: int = 0) -> list[str]:
    """The call tree as indented lines of qualnames."""
    lines: list[str] = []

    def walk(node: CallNode, depth: int) -> None:
        count = f" x{node.count}" if node.count > 1 else ""
        outcome = "" if node.outcome == "return" else f" {node.outcome}"
        lines.append(f"{'  ' * depth}{node.symbol.partition('::')[2]}{count}{outcome}")
        for child in node.children:
            walk(child, depth + 1)

    threads = record.processes[process].threads
    for root in threads[thread].roots if threads else ():
        walk(root, 0)
    return lines
