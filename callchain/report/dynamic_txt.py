"""`callgraph/dynamic.txt`: what ran, as call trees."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from callchain.evidence.runs import summarise
from callchain.model.package import Evidence, ProcessTree, RunSummary
from callchain.model.recording import CallNode, RunRecord
from callchain.model.symbol import MODULE, split
from callchain.model.tap import TapResult
from callchain.report.counts import TIMES, plural, times
from callchain.report.names import Names, names_of, tree_symbols
from callchain.report.reasons import why_nothing_ran
from callchain.report.visible import visible

DEEPEST = 24
WIDEST = 60
"""Different calls shown below one call; what is beyond either bound is counted at the place."""


def render(evidence: Evidence) -> str:
    """The trees of all runs; without a run, why there is none."""
    if not evidence.runs:
        return f"Nothing was run: {visible(why_nothing_ran(evidence))}\n"
    names = names_of(evidence)
    return "\n".join(_joined(_run(run, names)) for run in evidence.runs)


def render_runs(records: Sequence[RunRecord], taps: Sequence[TapResult] = ()) -> str:
    """The same for recordings alone, with a line for each tap and expectation."""
    summaries = [summarise(record) for record in records]
    roots = (root for run in summaries for process in run.processes for t in process.threads for root in t.roots)
    names = Names(tree_symbols(roots))
    blocks = [_joined(_run(run, names)) for run in summaries]
    return "\n".join([*blocks, *([_joined(_taps(taps))] if taps else [])])


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _run(run: RunSummary, names: Names) -> Iterator[str]:
    yield from _head(run)
    for process in run.processes:
        yield ""
        yield from _process(process, names)
    if not run.processes:
        yield from ("", "no process left a recording")
    if run.exceptions:
        yield from ("", "exceptions that left a function of the namespace")
        yield from (f"  {visible(text)}" for text in run.exceptions)


def _head(run: RunSummary) -> Iterator[str]:
    rows = [
        ("run", run.name),
        ("command", shlex.join(run.command)),
        ("engine", run.engine + (f" ({run.reason})" if run.reason else "")),
        ("versions", ", ".join(f"{name} {version}" for name, version in run.versions.items()) or "not recorded"),
        ("filter", ", ".join(run.namespaces) or "every file under the root"),
        ("ended", _ended(run)),
        ("recorded", _recorded(run)),
        *(("not recorded", f"{count}: {reason}") for reason, count in sorted(run.dropped.items())),
        (
            "shown",
            f"to depth {DEEPEST}, at most {WIDEST} different calls below one call; {TIMES}N: called N times",
        ),
    ]
    return (f"{label:<13} {visible(value)}" for label, value in rows)


def _ended(run: RunSummary) -> str:
    status = "no exit code" if run.exit_code is None else f"exit code {run.exit_code}"
    return status if run.ended == "exit" else f"{run.ended}, {status}"


def _recorded(run: RunSummary) -> str:
    threads = sum(len(process.threads) for process in run.processes)
    calls = sum(edge.count for edge in run.edges)
    return ", ".join(
        (
            plural(len(run.processes), "process"),
            plural(threads, "thread"),
            plural(len(run.edges), "edge"),
            plural(calls, "call"),
        )
    )


def _process(process: ProcessTree, names: Names) -> Iterator[str]:
    role = f", {process.role}" if process.role else ""
    mark = "" if process.clean else " (its recording was not closed)"
    yield f"process {visible(process.name + role)}{mark}"
    for thread in process.threads:
        yield f"  thread {visible(thread.name)}"
        yield from _children(thread.roots, "  ", names)


def _children(roots: Sequence[CallNode], indent: str, names: Names) -> Iterator[str]:
    """The trees below one point, without recursion: a recorded call chain can be deeper than the stack."""
    waiting = list(reversed(_rows(roots, indent, 1)))
    while waiting:
        prefix, below, node, depth = waiting.pop()
        if node is None:
            yield prefix
            continue
        yield f"{prefix}{_call(node, names)}"
        if node.children and depth >= DEEPEST:
            yield f"{below}└─ … {_size(node.children)} calls deeper"
        else:
            waiting += reversed(_rows(node.children, below, depth + 1))


_Row = tuple[str, str, CallNode | None, int]


def _rows(nodes: Sequence[CallNode], indent: str, depth: int) -> list[_Row]:
    shown, left = nodes[:WIDEST], nodes[WIDEST:]
    rows: list[_Row] = []
    for index, node in enumerate(shown):
        last = index == len(shown) - 1 and not left
        rows.append((indent + ("└─ " if last else "├─ "), indent + ("   " if last else "│  "), node, depth))
    if left:
        rows.append(
            (f"{indent}└─ … {len(left)} more different calls, {_size(left)} with what is below", "", None, depth)
        )
    return rows


def _call(node: CallNode, names: Names) -> str:
    module = split(node.symbol)[1] == MODULE
    parts = [
        visible("import" if module else names.short(node.symbol)),
        times(node.count) if node.count > 1 else "",
        visible(f"{node.path}:{max(node.line, 1)}"),
        f"called at line {node.call_line}" if node.call_line else "",
        visible(f"via {', '.join(node.via)}") if node.via else "",
        "" if node.outcome == "return" else visible(node.outcome),
    ]
    return "  ".join(part for part in parts if part)


def _size(nodes: Sequence[CallNode]) -> int:
    waiting, count = list(nodes), 0
    while waiting:
        node = waiting.pop()
        count += node.count
        waiting += node.children
    return count


def _taps(taps: Sequence[TapResult]) -> Iterator[str]:
    yield "taps"
    for tap in taps:
        yield visible(
            f"  {tap.key}  {tap.path}:{tap.line}  hits {tap.hits}" + (f"  {tap.note}" if tap.note else "")
        )
        for found in tap.expectations:
            yield visible(
                f"    {found.verdict:<11}  {found.expression}" + (f"  [{found.value}]" if found.value else "")
            )
