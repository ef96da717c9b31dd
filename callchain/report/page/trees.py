"""The call trees as flat rows, which the page shows as a tree and as a flame."""

from __future__ import annotations

from callchain.model.package import Evidence
from callchain.model.recording import CallNode
from callchain.report.page.symbols import Symbols
from callchain.report.visible import visible

MOST_ROWS = 60_000
"""Rows of all trees together; the text of the package has the same calls, and the record has them all."""


class _Words:
    """Texts that come again and again, numbered; 0 is the empty one."""

    def __init__(self) -> None:
        self.numbers = {"": 0}

    def number(self, text: str) -> int:
        return self.numbers.setdefault(visible(text), len(self.numbers))


def trees_of(evidence: Evidence, symbols: Symbols) -> dict[str, object]:
    """`words`, and for each thread `rows`: depth, function, call line, count, via, outcome, six by six."""
    words, trees, left = _Words(), [], MOST_ROWS
    for number, run in enumerate(evidence.runs):
        for process in run.processes:
            for thread in process.threads:
                rows, cut = _flat(thread.roots, symbols, words, left)
                left -= len(rows) // 6
                trees.append(
                    {
                        "run": number,
                        "process": visible(process.name),
                        "thread": visible(thread.name),
                        "clean": process.clean,
                        "rows": rows,
                        "cut": cut,
                    }
                )
    return {"words": list(words.numbers), "trees": trees}


def _flat(roots: tuple[CallNode, ...], symbols: Symbols, words: _Words, room: int) -> tuple[list[int], int]:
    """The rows in the order of the calls, and how many did not fit."""
    rows: list[int] = []
    cut = 0
    waiting = [(root, 0) for root in reversed(roots)]
    while waiting:
        node, depth = waiting.pop()
        waiting += [(child, depth + 1) for child in reversed(node.children)]
        if len(rows) // 6 >= room:
            cut += 1
            continue
        rows += (
            depth,
            symbols.number(node.symbol, node.path, node.line),
            node.call_line,
            node.count,
            words.number(", ".join(node.via)),
            words.number("" if node.outcome == "return" else node.outcome),
        )
    return rows, cut
