"""`python -m bench.static.run`: what reading a code base costs, ours beside the parsers and the peers.

Each tool runs as a child on a copy of the same files; CPU seconds and peak memory are the child's. Trees are
given as `NAME=FOLDER[,FOLDER]` or as the name of an installed package; without any, small packages of this
environment.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import machine
from bench.child import Limits
from bench.static.measure import Row, measure
from bench.static.tools import LOSSLESS, PROJECT, Tool, peers
from bench.static.trees import Tree, copy_tree, package_folder
from bench.table import markdown

DEFAULT_TREES = ("rich", "networkx")


def packages_of(text: str) -> tuple[str, list[Path]]:
    """Name and folders of a tree as given on the command line."""
    name, equals, folders = text.partition("=")
    if not equals:
        return name, [package_folder(name)]
    found = [Path(folder).resolve() for folder in folders.split(",")]
    for folder in found:
        if not folder.exists():
            raise SystemExit(f"no such folder: {folder}")
    return name, found


def trees(options: argparse.Namespace, scratch: Path) -> Iterator[Tree]:
    """The trees that were asked for, one after the other, then the growing ones."""
    for text in options.trees or ([] if options.growth else DEFAULT_TREES):
        name, folders = packages_of(text)
        yield copy_tree(name, folders, scratch)
    for lines in options.growth:
        name, folders = packages_of(options.growth_from)
        yield copy_tree(f"{name}-{lines // 1000}k", folders, scratch, most_lines=lines)


def render(tree: Tree, rows: Sequence[Row]) -> str:
    """The table of a tree."""
    floor = rows[0].cpu_s
    cells = [
        (row.tool, _seconds(row), _ratio(row, floor), f"{row.peak_mb:.0f}", str(len(row.runs))) for row in rows
    ]
    head = f"### {tree.name}: {len(tree.files):,} files, {tree.lines:,} lines, {tree.size / 1e6:.1f} MB"
    return f"{head}\n\n{markdown(('tool', 'CPU s', 'x ast.parse', 'peak MB', 'runs'), cells)}\n"


def _seconds(row: Row) -> str:
    return f"{row.ended} after {row.cpu_s:.1f}" if row.ended else f"{row.cpu_s:.2f}"


def _ratio(row: Row, floor: float) -> str:
    ratio = f"{row.cpu_s / floor:.1f}"
    return f"> {ratio}" if row.ended else ratio


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="*", metavar="TREE")
    parser.add_argument("--peers", type=Path, default=PROJECT / ".venv-peers", help="environment with the peers")
    parser.add_argument("--only", action="append", default=[], help="another tool to run; may be repeated")
    parser.add_argument("--bare", action="store_true", help="only ast.parse and ours")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--cpu-limit", type=int, default=150, help="CPU seconds after which a program is ended (DNF)"
    )
    parser.add_argument("--growth", type=_sizes, default=[], help="line counts such as 10000,100000,1000000")
    parser.add_argument("--growth-from", default="networkx", help="the tree that the growing trees are cut from")
    parser.add_argument("--json", type=Path, help="write all runs and the machine's description to this file")
    return parser.parse_args(arguments)


def _sizes(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def chosen(options: argparse.Namespace) -> tuple[Tool, ...]:
    """What runs beside `ast.parse` and ours."""
    if options.bare:
        return ()
    found = peers(options.peers)
    if not found:
        print(f"no peers in {options.peers}: `make bench-static` installs them in .venv-peers", file=sys.stderr)
    return tuple(tool for tool in (LOSSLESS, *found) if not options.only or tool.name in options.only)


def main(arguments: list[str] | None = None) -> int:
    """Print a table for each tree; progress on stderr."""
    options = parse(arguments)
    tools = chosen(options)
    results: list[dict[str, object]] = []
    print(f"Measured on {machine.line()}\n")
    with tempfile.TemporaryDirectory(prefix="bench-static-") as folder:
        for tree in trees(options, Path(folder)):
            rows = list(measure(tree, tools, Path(folder), options.repeat, Limits(options.cpu_limit), _say))
            print(render(tree, rows), flush=True)
            results.append(as_json(tree, rows))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine.describe(), "trees": results}, indent=1) + "\n")
    return 0


def as_json(tree: Tree, rows: Sequence[Row]) -> dict[str, object]:
    """A tree's rows with every run."""
    return {
        "name": tree.name,
        "files": len(tree.files),
        "lines": tree.lines,
        "bytes": tree.size,
        "rows": [row.as_json(rows[0].cpu_s) for row in rows],
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
