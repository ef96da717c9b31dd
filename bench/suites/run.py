"""Run a published suite: `python -m bench.suites.run SUITE --out OUT`.

A suite is a folder of `<category>/<snippet>/` with Python files and the truth in `callgraph.json`. The truth may
stand in a folder of its own (`--truth`), under the same names.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.suites.convert import Dotted, convert
from bench.suites.naming import CONVENTIONS, Convention
from bench.suites.score import Score, score, summary

_TRUTH = "callgraph.json"


def snippets(truth: Path, sources: Path) -> Iterator[tuple[str, Path, Path]]:
    """Name, truth file and source folder of each snippet that has both, in order of name."""
    for file in sorted(truth.glob(f"*/*/{_TRUTH}")):
        name = file.parent.relative_to(truth).as_posix()
        folder = sources / name
        if any(folder.rglob("*.py")):
            yield name, file, folder


def run(truth: Path, sources: Path, out: Path | None, convention: Convention, least: float) -> list[Score]:
    """Convert and score every snippet; each graph lands in `out/<category>/<snippet>.json`."""
    scores = []
    for name, file, folder in snippets(truth, sources):
        ours = convert(folder, convention, least=least)
        if out is not None:
            _write(out / f"{name}.json", ours)
        scores.append(score(name, json.loads(file.read_text(encoding="utf-8")), ours))
    return scores


def _write(file: Path, graph: Dotted) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(graph, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def failures(scores: list[Score]) -> Iterator[str]:
    """A line for each false and each missed edge."""
    for each in scores:
        for word, found in (("false ", each.false), ("missed", each.missed)):
            yield from (f"{word} {each.name}: {caller} -> {callee}" for caller, callee in found)


def main(arguments: list[str] | None = None) -> int:
    """Print the score as JSON and the failing edges on stderr; 2 when the suite is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path, help="folder of <category>/<snippet>/ with sources")
    parser.add_argument(
        "--truth", type=Path, help="folder of <category>/<snippet>/callgraph.json; the suite's own by default"
    )
    parser.add_argument("--out", type=Path, help="folder for our graphs, one JSON file a snippet")
    parser.add_argument("--convention", choices=sorted(CONVENTIONS), default="pycg")
    parser.add_argument(
        "--every-class", action="store_true", help="a call of a class is one of its own __init__, always"
    )
    parser.add_argument("--min-confidence", type=float, default=0.0)
    options = parser.parse_args(arguments)
    convention = replace(CONVENTIONS[options.convention], every_class=options.every_class)
    scores = run(options.truth or options.suite, options.suite, options.out, convention, options.min_confidence)
    if not scores:
        print(f"no <category>/<snippet>/{_TRUTH} with sources under {options.suite}", file=sys.stderr)
        return 2
    for line in failures(scores):
        print(line, file=sys.stderr)
    print(json.dumps(summary(scores), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
