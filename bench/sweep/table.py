"""The page of a sweep: what was read, what it cost, what stayed open and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bench import machine
from bench.table import markdown

_COLUMNS = {
    "files": "files",
    "lines": "lines",
    "cpu_s": "CPU s",
    "megabytes": "MB",
    "edges": "edges",
    "outside": "outside",
    "open": "open",
    "times_parse": "of ast.parse",
    "left_out": "left out",
}
_INTRO = """\
# Sweep

Popular packages of the registry, each read and linked cold in a process of its own on one core. The command
`make sweep ARGS="--out docs/sweep.md"` writes this page from the versions that `bench/sweep/packages.txt` pins.
Nothing of a package is built, imported or run. `--rows FILE` goes on where an earlier run was ended.

*Edges* lead from one function of the package to another, *outside* from the package to what it imports; *open* are
calls that are reported as blind spots; *of ast.parse* is the CPU time beside that of `ast.parse` over the same
files; *left out* are files that are listed as not read, each with its reason (templates, say, that are no Python).
"""


def page(rows: Sequence[dict[str, Any]], unread: Sequence[str]) -> str:
    """The whole page in Markdown."""
    good = [row for row in rows if "failure" not in row]
    bad = [row for row in rows if "failure" in row]
    parts = [
        _INTRO,
        f"Measured on {machine.line(load=False)}.\n",
        markdown(["package", *_COLUMNS.values()], [cells(row) for row in good]) + "\n",
        _sums(good, bad),
        *(f"- {row['package']} failed: {row['failure']}\n" for row in bad),
        *([f"Not read in the time given: {', '.join(unread)}.\n"] if unread else []),
        "## Why calls stay open\n",
        _reasons(good),
    ]
    return "\n".join(parts)


def cells(row: dict[str, Any]) -> list[str]:
    """A package that was read, as cells."""
    return [row["package"], *(f"{row[name]:,}" for name in _COLUMNS)]


def _sums(good: Sequence[dict[str, Any]], bad: Sequence[dict[str, Any]]) -> str:
    total = {name: sum(row[name] for row in good) for name in ("files", "lines", "cpu_s", "edges", "open")}
    parsed = sum(row["cpu_s"] / row["times_parse"] for row in good if row["times_parse"])
    ratio = total["cpu_s"] / parsed if parsed else 0.0
    return (
        f"{len(good)} packages read, {len(bad)} failures: {total['files']:,} files, {total['lines']:,} lines, "
        f"{total['cpu_s']:,.0f} CPU seconds ({ratio:.1f} times `ast.parse`), {total['edges']:,} edges and "
        f"{total['open']:,} open calls.\n"
    )


def _reasons(rows: Sequence[dict[str, Any]]) -> str:
    found: Counter[str] = Counter()
    counted = [row["reasons"] for row in rows if "reasons" in row]
    for each in counted:
        found.update(each)
    most = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    table = markdown(["reason", "places"], [[why.replace("|", "\\|"), f"{count:,}"] for why, count in most])
    return f"Counted in {len(counted)} of the {len(rows)} packages.\n\n{table}\n"
