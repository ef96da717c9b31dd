"""Names of code that a question writes as words: "the training step" for `training_step`."""

from __future__ import annotations

import re
from collections import defaultdict

from callchain.callgraph.graph import CallGraph
from callchain.question.language import is_stop, pieces, stem

_LONGEST = 4
_MANY = 12
"""A phrase that names more functions than these tells of none."""
_RUNS = re.compile(r"[a-z]+(?:[ -][a-z]+)+")
_TICKED = re.compile(r"`[^`]*`")


def spelled_out(text: str, graph: CallGraph) -> dict[str, float]:
    """Function → where in the question, from 0 to 1, its whole name stands as two words or more."""
    places = _phrases(text)
    named: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for symbol, definition in graph.definitions.items():
        if definition.kind in ("function", "method") and _has_parts(definition.name):
            parts = pieces(definition.name)
            if parts in places:
                named[parts].append(symbol)
    return {
        symbol: places[parts] for parts, symbols in named.items() if len(symbols) <= _MANY for symbol in symbols
    }


def _has_parts(name: str) -> bool:
    """Whether a name may be of several words; most are not, and it is cheap to see."""
    return not name.startswith("__") and ("_" in name or not name.islower())


def _phrases(text: str) -> dict[tuple[str, ...], float]:
    """The stems of each run of words, with the place of the first that is so spelled."""
    said = _TICKED.sub(lambda ticked: "." * len(ticked.group()), text.lower())
    found: dict[tuple[str, ...], float] = {}
    for run in _RUNS.finditer(said):
        words = [(part.start() + run.start(), part.group()) for part in re.finditer(r"[a-z]+", run.group())]
        for first in range(len(words)):
            for last in range(first + 2, min(first + _LONGEST, len(words)) + 1):
                part = words[first:last]
                if not all(is_stop(word) for _, word in part):
                    found.setdefault(tuple(stem(word) for _, word in part), part[0][0] / len(said))
    return found
