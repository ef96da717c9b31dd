"""The call graph of each snippet of a published micro-suite, with the dotted names that the suite uses.

    python bench/micro_suites.py SNIPPETS OUT [--class-is-init]

`SNIPPETS/<category>/<snippet>/` holds the program, `OUT/<category>/<snippet>.json` is written as
`{caller: [callees]}`. With `--class-is-init` a class whose constructor is not written is named `Class.__init__`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from callchain.callgraph.build import build
from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.facts.store import read_facts
from callchain.model.symbol import MODULE, split
from callchain.source.tree import read_tree

_LEAST = 0.85
_SYNTAX = frozenset({"builtins.staticmethod", "builtins.classmethod"})
"""The suites take these decorators for syntax."""
_LITERALS = {"str": "PyStr", "dict": "PyDict", "list": "PyList", "tuple": "PyTuple", "set": "PySet"}


def main() -> None:
    """Write one file for each snippet."""
    parser = argparse.ArgumentParser()
    parser.add_argument("snippets", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--class-is-init", action="store_true")
    given = parser.parse_args()
    for folder in sorted(path.parent for path in given.snippets.glob("*/*/main.py")):
        target = given.out / folder.parent.name / f"{folder.name}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(snippet(folder), indent=1, sort_keys=True))


def snippet(folder: Path) -> dict[str, list[str]]:
    """The suite's form of one snippet's graph."""
    tree = read_tree(folder)
    facts = read_facts(tree, cache=False, jobs=1)
    graph = build(tree, facts, cache=False)
    names = Dotted(graph, facts)
    found: dict[str, set[str]] = {
        names.of(symbol): set()
        for symbol, definition in graph.definitions.items()
        if definition.kind not in ("class",)
    }
    for edge in graph.edges:
        if edge.confidence >= _LEAST and edge.rule not in ("import", "truth") and not edge.callee.endswith(f"::{MODULE}"):
            found.setdefault(names.of(edge.caller), set()).add(names.of(edge.callee))
    for edge in graph.external:
        if edge.callee not in _SYNTAX:
            found.setdefault(names.of(edge.caller), set()).add(_outside(edge.callee))
    return {caller: sorted(callees) for caller, callees in sorted(found.items())}


class Dotted:
    """Symbols as the suites write them."""

    def __init__(self, graph: CallGraph, facts: dict[str, FileFacts]) -> None:
        self._facts = facts
        self._graph = graph

    def of(self, symbol: str) -> str:
        """`pkg/mod.py::C.m` as `pkg.mod.C.m`; lambdas numbered in their scope."""
        path, qualname = split(symbol)
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if qualname == MODULE:
            return module
        return f"{module}.{qualname.replace('<lambda>', '<lambda1>')}"


def _outside(dotted: str) -> str:
    if not dotted.startswith("builtins."):
        return dotted
    rest = dotted.removeprefix("builtins.")
    kind, dot, method = rest.partition(".")
    if dot and kind in _LITERALS:
        return f"<**{_LITERALS[kind]}**>.{method}"
    return f"<builtin>.{rest}"


if __name__ == "__main__":
    main()
