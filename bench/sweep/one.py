"""One code base read cold, measured: `python -m bench.sweep.one FOLDER` prints JSON."""

from __future__ import annotations

import ast
import json
import re
import resource
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

from callchain.callgraph.build import build
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree


def main() -> None:
    """Parse once for comparison, then read and link without any cache, on one core."""
    tree = read_tree(Path(sys.argv[1]))
    parse_s = _parse([tree.data(file.path) for file in tree.files])
    begin = time.process_time()
    facts = read_facts(tree, cache=False, jobs=1)
    graph = build(tree, facts, cache=False)
    spent = time.process_time() - begin
    found = {
        "files": len(tree.files),
        "lines": sum(each.lines for each in facts.values()),
        "cpu_s": round(spent, 2),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "edges": len(graph.edges),
        "outside": len(graph.external),
        "open": len(graph.blind_spots),
        "reasons": Counter(f"{spot.kind}: {plain(spot.reason)}" for spot in graph.blind_spots),
        "times_parse": round(spent / parse_s, 1) if parse_s else 0.0,
        "left_out": len(tree.skipped) + sum(1 for each in facts.values() if each.error),
    }
    sys.stdout.write(json.dumps(found))


def plain(reason: str) -> str:
    """A reason without what it says of one place: what follows a colon, numbers, names in quotes."""
    return re.sub(r"'[^']*'|`[^`]*`|\d+", "…", reason).partition(":")[0]


def _parse(files: list[bytes]) -> float:
    begin = time.process_time()
    for data in files:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ast.parse(data)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return time.process_time() - begin


if __name__ == "__main__":
    main()
