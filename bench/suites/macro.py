"""Real applications with hand-made truth: `python -m bench.suites.macro APPS --truth TRUTH`.

`APPS/<application>/` holds the sources and `TRUTH/<application>/EA.json` the truth, as the JARVIS artifact has
them. The truth also lists imports, class bodies and library calls; scored are the edges to functions that the
application defines itself, from any scope of the application.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.suites.convert import Dotted, convert
from bench.suites.naming import JARVIS, Convention
from bench.suites.run import failures
from bench.suites.score import Score, score, summary
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree

_FUNCTIONS = ("function", "method")


def applications(apps: Path, truth: Path) -> Iterator[tuple[str, Path, Path]]:
    """Name, truth file and source folder of each application."""
    for file in sorted(truth.glob("*/EA.json")):
        if (apps / file.parent.name).is_dir():
            yield file.parent.name, file, apps / file.parent.name


def scopes(root: Path) -> dict[str, str]:
    """Dotted name → kind of every definition below `root`."""
    tree = read_tree(root)
    facts = read_facts(tree, cache=False, jobs=1)
    found: dict[str, str] = {}
    for file in tree.files:
        for each in facts[file.path].definitions:
            name = file.module if each.kind == "module" else f"{file.module}.{each.qualname}"
            found[name] = each.kind
    return found


def between_functions(graph: Dotted, kinds: dict[str, str]) -> Dotted:
    """The edges that are scored."""
    return {
        caller: [callee for callee in callees if kinds.get(callee) in _FUNCTIONS]
        for caller, callees in graph.items()
        if caller in kinds
    }


def also_ran(expected: Dotted, observed: Path | None) -> Dotted:
    """The truth with the edges that a run has shown: a JSON list of (caller, callee)."""
    if observed is None or not observed.is_file():
        return expected
    joined = {caller: list(callees) for caller, callees in expected.items()}
    for caller, callee in json.loads(observed.read_text(encoding="utf-8")):
        joined.setdefault(caller, []).append(callee)
    return joined


def measure(name: str, truth: Path, root: Path, convention: Convention, options: argparse.Namespace) -> Score:
    """Score one application; an edge that ran is right, but only those of the truth can be missed."""
    expected: Dotted = json.loads(truth.read_text(encoding="utf-8"))
    kinds = scopes(root)
    tops = {caller.partition(".")[0] for caller in expected} & {scope.partition(".")[0] for scope in kinds}
    ours = convert(root, convention, least=options.min_confidence, tops=tops)
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / f"{name}.json").write_text(json.dumps(ours, indent=1) + "\n", encoding="utf-8")
    right = between_functions(ours, kinds)
    found = score(name, between_functions(expected, kinds), right)
    ran = options.observed / f"{name}.json" if options.observed else None
    false = score(name, also_ran(expected, ran), right).false
    return replace(found, right=found.right + len(found.false) - len(false), false=false)


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each application and the sum; failing edges on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("apps", type=Path)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--observed",
        type=Path,
        help="folder of <application>.json: [caller, callee] pairs that ran; they are right",
    )
    parser.add_argument("--min-confidence", type=float, default=0.0)
    parser.add_argument(
        "--every-class", action="store_true", help="a call of a class is one of its own __init__, always"
    )
    options = parser.parse_args(arguments)
    convention = replace(JARVIS, every_class=options.every_class)
    scores = [
        measure(name, truth, root, convention, options)
        for name, truth, root in applications(options.apps, options.truth)
    ]
    for line in failures(scores):
        print(line, file=sys.stderr)
    table = {each.name: summary([each]) for each in scores} | {"all": summary(scores)}
    for name, row in table.items():
        print(f"{name:14} precision {row['precision']:.4f} recall {row['recall']:.4f} {row}")
    return 0 if scores else 2


if __name__ == "__main__":
    raise SystemExit(main())
