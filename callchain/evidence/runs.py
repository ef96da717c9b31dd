"""Runs as the package tells of them: processes without pids, trees within bounds, versions."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import msgspec

from callchain.evidence import plain_json
from callchain.evidence.verdicts import merge_edges
from callchain.model.package import ProcessTree, RunSummary
from callchain.model.recording import CallNode, ProcessRecord, RunRecord, ThreadTree

MOST_NODES = 20_000
"""Nodes of a process's call tree that are kept, nearest to the roots first."""
MOST_LEVELS = 100
"""Levels that are kept: readers of JSON give up on records nested much deeper."""


def summarise(run: RunRecord, namespaces: Sequence[str] = ()) -> RunSummary:
    """The run without what differs from one time to the next."""
    kept, dropped = _process_trees(run.processes)
    counts = dict(run.dropped)
    if dropped:
        counts["nodes of the call tree beyond the package's bound"] = dropped
    return RunSummary(
        name=run.name,
        command=shown_command(run.command),
        exit_code=run.exit_code,
        engine=run.engine,
        reason=run.reason,
        ended=run.ended,
        processes=kept,
        edges=merge_edges(run.edges),
        exceptions=tuple(dict.fromkeys(run.exceptions)),
        dropped=dict(sorted(counts.items())),
        namespaces=tuple(namespaces),
        versions=versions_of(run.environment),
    )


def shown_command(command: Sequence[str]) -> tuple[str, ...]:
    """The command with an interpreter's absolute path as `python`: where it lies is a matter of the machine."""
    if not command:
        return ()
    path = PureWindowsPath(command[0]) if "\\" in command[0] else PurePosixPath(command[0])
    named = path.is_absolute() and path.name.lower().startswith("python")
    return ("python", *command[1:]) if named else tuple(command)


def versions_of(environment: Mapping[str, Any]) -> dict[str, str]:
    """Interpreter and packages of the target's process out of its environment record, flat."""
    target = environment.get("target")
    facts: Mapping[str, Any] = target if isinstance(target, Mapping) else {}
    found = {key: str(facts[key]) for key in ("implementation", "python") if facts.get(key)}
    packages = facts.get("packages")
    if isinstance(packages, Mapping):
        # Modules of the interpreter that carry a version of their own say nothing beyond the interpreter's.
        names = sorted(name for name in packages if name not in sys.stdlib_module_names)
        found |= {str(name): str(packages[name]) for name in names}
    return found


def _process_trees(processes: Sequence[ProcessRecord]) -> tuple[tuple[ProcessTree, ...], int]:
    bounded = [_bounded(process.threads) for process in processes]
    names = _names(processes, [threads for threads, _ in bounded])
    trees = [
        ProcessTree(name=names[at], threads=bounded[at][0], clean=process.clean, role=process.role)
        for at, process in sorted(enumerate(processes), key=lambda pair: _natural(names[pair[0]]))
    ]
    return tuple(trees), sum(dropped for _, dropped in bounded)


def _names(processes: Sequence[ProcessRecord], threads: Sequence[tuple[ThreadTree, ...]]) -> dict[int, str]:
    """`main`, `main.1`, `main.1.2` …: siblings are ordered by their rank and by what they ran, never by pid."""
    children: dict[int, list[int]] = {}
    for at in range(len(processes)):
        children.setdefault(_parent(processes, at), []).append(at)
    names: dict[int, str] = {}
    waiting = [(-1, "")]
    while waiting:
        parent, prefix = waiting.pop()
        siblings = sorted(children.get(parent, ()), key=lambda at: _signature(processes[at], threads[at]))
        for number, at in enumerate(siblings, 1):
            names[at] = f"{prefix}.{number}" if prefix else _root_name(number)
            waiting.append((at, names[at]))
    return names


def _parent(processes: Sequence[ProcessRecord], at: int) -> int:
    """The process that made this one, -1 for none: itself before `exec`, else the youngest of its parent's pid."""
    for pid in (processes[at].pid, processes[at].parent):
        older = [other for other in range(at) if processes[other].pid == pid]
        if older:
            return older[-1]
    return -1


def _root_name(number: int) -> str:
    return "main" if number == 1 else f"main-{number}"


def _signature(
    process: ProcessRecord, threads: tuple[ThreadTree, ...]
) -> tuple[tuple[tuple[int, str], ...], bool, bytes]:
    role = _natural(process.role.replace(" ", "."))
    return role, not threads, plain_json.encode((process.argv, threads))


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in name.split("."))


def _bounded(threads: Sequence[ThreadTree]) -> tuple[tuple[ThreadTree, ...], int]:
    """The threads with at most `MOST_NODES` nodes in all: the deepest levels go first."""
    levels: list[list[CallNode]] = []
    level = [root for thread in threads for root in thread.roots]
    total = 0
    while level and len(levels) < MOST_LEVELS and total + len(level) <= MOST_NODES:
        levels.append(level)
        total += len(level)
        level = [child for node in level for child in node.children]
    if not level:
        return _sorted(threads), 0
    lost = _size(level)
    cut = tuple(ThreadTree(t.name, tuple(_cut(root, len(levels)) for root in t.roots)) for t in threads)
    return _sorted(cut), lost


def _sorted(threads: Sequence[ThreadTree]) -> tuple[ThreadTree, ...]:
    return tuple(sorted(threads, key=lambda t: (t.name != "MainThread", t.name)))


def _size(nodes: Sequence[CallNode]) -> int:
    waiting, count = list(nodes), 0
    while waiting:
        node = waiting.pop()
        count += 1
        waiting += node.children
    return count


def _cut(node: CallNode, levels: int) -> CallNode:
    if not node.children:
        return node
    if levels <= 1:
        return msgspec.structs.replace(node, children=())
    return msgspec.structs.replace(node, children=tuple(_cut(child, levels - 1) for child in node.children))
