"""Our edges beside those that a package's own tests were seen to run.

A truth is a folder of `<package>.json.gz`, each with `package`, `import_root` (below the folder of the sources),
`edges` (`caller`, `callee` as `path::qualname`, `kind`, `caller_kind`), `via` (the same through outside code) and
`lines` (path → lines that ran). It lies outside the project.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figures import Figure
from callchain.ask.read import read_codebase
from callchain.callgraph.select import SURE

_COMPREHENSION = re.compile(r"\.?<(genexpr|listcomp|setcomp|dictcomp)>")
Pair = tuple[str, str]


def accuracy(truth: Path, sources: Path) -> Iterator[Figure]:
    """Recall and precision for each package of a truth, and over all of them together."""
    sums = [0, 0, 0, 0]
    for file in sorted(truth.glob("*.json.gz")):
        seen: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
        root = sources / seen["import_root"]
        if not root.is_dir():
            yield Figure(f"accuracy, {seen['package']}", "ours", ended=f"no sources at {seen['import_root']}")
            continue
        counts = compare(seen, _edges(root))
        sums = [before + now for before, now in zip(sums, counts, strict=True)]
        yield from _figures(seen["package"], counts)
    yield from _figures("all packages", sums)


def compare(seen: dict[str, Any], ours: set[tuple[str, int, str]]) -> list[int]:
    """Edges that ran and are found, edges that ran; our edges on lines that ran and seen to run, all of these."""
    bodies = {edge["caller"] for edge in seen["edges"] if edge["caller_kind"] == "class_body"}
    ran = {_pair(edge, bodies) for edge in seen["edges"] if edge["kind"] == "call"}
    told = ran | {_pair(edge, bodies) for edge in (*seen["edges"], *seen["via"])}
    found = {(plain(caller), plain(callee)) for caller, _, callee in ours}
    lines = {path: set(numbers) for path, numbers in seen["lines"].items()}
    tried = [
        (plain(caller), plain(callee))
        for caller, line, callee in ours
        if line in lines.get(caller.partition("::")[0], ()) and not callee.endswith("::<module>")
    ]
    return [len(ran & found), len(ran), sum(pair in told for pair in tried), len(tried)]


def plain(symbol: str) -> str:
    """A symbol without what names only a frame: enclosing functions' marks, comprehensions, numbers of lambdas."""
    path, _, name = symbol.partition("::")
    name = _COMPREHENSION.sub("", name.replace(".<locals>", ""))
    return f"{path}::{re.sub(r'<lambda[0-9]*>', '<lambda>', name) or '<module>'}"


def _pair(edge: dict[str, Any], bodies: set[str]) -> Pair:
    """Caller and callee; what a class body calls is called by what the class stands in."""
    caller = edge["caller"]
    while caller in bodies:
        path, _, name = caller.partition("::")
        caller = f"{path}::{name.rpartition('.')[0].removesuffix('.<locals>') or '<module>'}"
    return plain(caller), plain(edge["callee"])


def _edges(root: Path) -> set[tuple[str, int, str]]:
    """The edges that `callchain graph` shows."""
    graph = read_codebase(root, lambda _: None, words=False).graph
    return {(edge.caller, edge.line, edge.callee) for edge in graph.edges if edge.confidence >= SURE}


def _figures(name: str, counts: list[int]) -> Iterator[Figure]:
    found, ran, right, tried = counts
    if ran:
        yield Figure(f"accuracy, {name}", f"recall of {ran:,} edges that ran", share=found / ran)
    if tried:
        yield Figure(f"accuracy, {name}", "precision on lines that ran, at least", share=right / tried)
