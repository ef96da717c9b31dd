"""The segments of all processes of a run, merged into one record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from callchain.model.chain import Mutation
from callchain.model.recording import CallNode, ObservedEdge, ObservedEffect, ProcessRecord, ThreadTree
from callchain.model.symbol import symbol
from callchain.model.tap import Hit, LocatedTap, Snapshot
from callchain.trace.compiled import process_notes, tap_notes
from callchain.trace.definitions import DefinitionLines
from callchain.trace.render import brief
from callchain.trace.scrub import Scrubber
from callchain.trace.segments import NodeRow, SegmentData

_MAX_DEPTH = 400


class Merged(msgspec.Struct, frozen=True):
    """The parts of a `RunRecord` that come out of the segments."""

    processes: tuple[ProcessRecord, ...]
    edges: tuple[ObservedEdge, ...]
    lines: dict[str, tuple[int, ...]]
    hits: dict[str, tuple[Hit, ...]]
    effects: tuple[ObservedEffect, ...]
    mutations: tuple[Mutation, ...]
    exceptions: tuple[str, ...]
    dropped: dict[str, int]
    hits_total: dict[str, int]
    tap_notes: dict[str, str]


def merge(
    segments: Sequence[SegmentData], run: str, taps: Sequence[LocatedTap], scrub: Scrubber, lines: DefinitionLines
) -> Merged:
    """One record of all processes; every list in a total order that does not depend on pids or times."""
    hits = _hits(segments, run, scrub)
    return Merged(
        processes=tuple(_process(data, taps, scrub, lines) for data in segments),
        edges=_edges(segments),
        lines=_lines(segments),
        hits=hits,
        effects=_effects(segments, scrub),
        mutations=_mutations(segments, run, scrub),
        exceptions=_exceptions(segments, scrub),
        dropped=_dropped(segments),
        hits_total=_hits_total(segments),
        tap_notes=tap_notes(segments, taps, hits),
    )


def _process(
    data: SegmentData, taps: Sequence[LocatedTap], scrub: Scrubber, lines: DefinitionLines
) -> ProcessRecord:
    threads = [
        ThreadTree(name=_thread_name(data, number), roots=_roots(data, number, lines))
        for number in sorted(data.nodes, key=lambda number: _thread_order(data, number))
    ]
    head = data.head
    return ProcessRecord(
        pid=int(head.get("pid", 0)),
        parent=int(head.get("parent", 0)),
        argv=tuple(scrub.text(word) for word in head.get("argv", [])),
        python=str(head.get("python", "")),
        engine=str(head.get("engine", "")),
        clean=data.clean,
        role=data.role,
        threads=tuple(threads),
        notes=tuple(scrub.text(note) for note in [*data.notes, *process_notes(data, taps)]),
    )


def _is_main(data: SegmentData, number: int) -> bool:
    return data.threads.get(number, ("", False))[1]


def _thread_order(data: SegmentData, number: int) -> tuple[bool, list[str], int]:
    """Main first, then by name, numbers as numbers: threads that start at once are first seen in any order."""
    parts = re.split(r"(\d+)", _thread_name(data, number))
    return not _is_main(data, number), [part.zfill(9) if part.isdigit() else part for part in parts], number


def _thread_name(data: SegmentData, number: int) -> str:
    return data.threads.get(number, ("", False))[0] or f"Thread-{number}"


# ---- the tree ------------------------------------------------------------


def _roots(data: SegmentData, thread: int, lines: DefinitionLines) -> tuple[CallNode, ...]:
    children: dict[int, list[NodeRow]] = {}
    for node in data.nodes[thread].values():
        children.setdefault(node.parent, []).append(node)
    return tuple(_call_nodes(data, children.get(0, []), children, lines, 0))


def _call_nodes(
    data: SegmentData,
    rows: Iterable[NodeRow],
    children: dict[int, list[NodeRow]],
    lines: DefinitionLines,
    depth: int,
) -> list[CallNode]:
    found: list[CallNode] = []
    for row in rows:
        if row.symbol not in data.symbols:
            continue
        path, qualname, first_line = data.symbols[row.symbol]
        inner = children.get(row.number, []) if depth < _MAX_DEPTH else []
        nested = tuple(_call_nodes(data, inner, children, lines, depth + 1))
        for at, (outcome, count) in enumerate(_outcomes(row)):
            node = CallNode(
                symbol=symbol(path, qualname),
                path=path,
                line=1 if qualname == "<module>" else lines.line(path, first_line),
                call_line=row.line,
                count=count,
                via=row.via,
                outcome=outcome,
                # Several outcomes of one place become siblings; what it called stands below the first.
                children=nested if at == 0 else (),
            )
            found.append(node)
    return found


def _outcomes(row: NodeRow) -> list[tuple[str, int]]:
    outcomes = Counter(row.outcomes)
    if row.suspended > 0:
        outcomes["yield"] += row.suspended
    unfinished = row.entered - sum(outcomes.values())
    if unfinished > 0:
        outcomes["open"] += unfinished
    return sorted(outcomes.items(), key=lambda pair: (-pair[1], pair[0])) or [("open", max(row.entered, 1))]


# ---- edges and lines ------------------------------------------------------------


def _edges(segments: Sequence[SegmentData]) -> tuple[ObservedEdge, ...]:
    counts: Counter[tuple[str, int, str, tuple[str, ...]]] = Counter()
    for data in segments:
        names = {number: symbol(path, qualname) for number, (path, qualname, _) in data.symbols.items()}
        for nodes in data.nodes.values():
            for node in nodes.values():
                caller = _caller(node, nodes)
                if caller in names and node.symbol in names and node.entered > 0:
                    counts[names[caller], node.line, names[node.symbol], node.via] += node.entered
    return tuple(
        ObservedEdge(caller=caller, line=line, callee=callee, count=count, via=via)
        for (caller, line, callee, via), count in sorted(counts.items())
    )


def _caller(node: NodeRow, nodes: dict[int, NodeRow]) -> int:
    if node.parent < -1:  # a place outside the tree names its caller's symbol
        return -node.parent - 2
    parent = nodes.get(node.parent)
    return parent.symbol if parent is not None else -1


def _lines(segments: Sequence[SegmentData]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for data in segments:
        for path, lines in data.lines.items():
            found.setdefault(path, set()).update(lines)
    return {path: tuple(sorted(found[path])) for path in sorted(found)}


# ---- values, effects, state ------------------------------------------------------------


def _hits(segments: Sequence[SegmentData], run: str, scrub: Scrubber) -> dict[str, tuple[Hit, ...]]:
    found: dict[str, list[Hit]] = {}
    for index, data in enumerate(segments):
        for key, sequence, thread, values, stack in data.hits:
            hit = Hit(
                sequence=sequence,
                process=index,
                thread=_thread_name(data, thread),
                values={name: msgspec.convert(scrub.tree(value), Snapshot) for name, value in values.items()},
                stack=tuple(stack),
                run=run,
            )
            found.setdefault(key, []).append(hit)
    return {key: tuple(sorted(found[key], key=lambda hit: (hit.process, hit.sequence))) for key in sorted(found)}


def _effects(segments: Sequence[SegmentData], scrub: Scrubber) -> tuple[ObservedEffect, ...]:
    counts: Counter[tuple[Any, ...]] = Counter()
    reals: dict[tuple[Any, ...], str] = {}
    for data in segments:
        for (kind, action, target, event, path, line, qualname, real), count in data.effects.items():
            key = (kind, action, scrub.target(target), path, int(line), symbol(path, qualname), event)
            counts[key] += count
            reals.setdefault(key, real)
    return tuple(
        ObservedEffect(
            kind=key[0],
            action=key[1],
            target=key[2],
            path=key[3],
            line=key[4],
            symbol=key[5],
            event=key[6],
            count=count,
            real=reals[key],
        )
        for key, count in sorted(counts.items())
    )


def _mutations(segments: Sequence[SegmentData], run: str, scrub: Scrubber) -> tuple[Mutation, ...]:
    """Changes in the order in which they happened first; equal ones are folded."""
    counts: dict[tuple[str, str, str, str, str, int, str], int] = {}
    for data in segments:
        for store, key, path, line, qualname, before, after in data.mutations:
            shown = (scrub.text(brief(before)), scrub.text(brief(after)))
            change = (store, scrub.text(key), *shown, path, line, symbol(path, qualname))
            counts[change] = counts.get(change, 0) + 1
    return tuple(
        Mutation(
            store=store,
            key=key,
            before=before,
            after=after,
            path=path,
            line=line,
            symbol=name,
            run=run,
            count=count,
        )
        for (store, key, before, after, path, line, name), count in counts.items()
    )


def _exceptions(segments: Sequence[SegmentData], scrub: Scrubber) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for data in segments:
        for number, line, name, message in data.exceptions:
            if number in data.symbols:
                path, qualname, _ = data.symbols[number]
                found[f"{symbol(path, qualname)}:{line} {name}: {scrub.text(message)}".rstrip(": ")] = None
    return tuple(found)


def _hits_total(segments: Sequence[SegmentData]) -> dict[str, int]:
    """A killed process did not write its last count; then the hits that it wrote are what is known."""
    totals: Counter[str] = Counter()
    for data in segments:
        written = Counter(record[0] for record in data.hits)
        for key in written.keys() | data.hit_counts.keys():
            totals[key] += max(written[key], data.hit_counts.get(key, 0))
    return dict(sorted(totals.items()))


def _dropped(segments: Sequence[SegmentData]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for data in segments:
        counts.update(data.dropped)
        for key, seen in data.hit_counts.items():
            kept = sum(1 for record in data.hits if record[0] == key)
            if seen > kept:
                counts[f"values of tap {key} (hit, not kept)"] += seen - kept
    return dict(sorted(counts.items()))
