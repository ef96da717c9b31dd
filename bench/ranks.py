"""Parquet parts of many ranks, written and merged: one rank is recorded, and its recording stands for all of them.

Each rank gets a part of its own, as `callchain trace export --format parquet` writes it, with a role and a process
number of its own; then DuckDB answers over all parts at once.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import machine
from bench.table import markdown
from callchain.trace.export.parts import query_parts
from callchain.trace.export.recordings import Run, runs_in
from callchain.trace.export.tables import write_parquet

_QUERIES = {
    "count of all calls": "SELECT sum(entered) FROM calls",
    "the ten functions called most": (
        "SELECT callee, sum(entered) n FROM calls GROUP BY callee ORDER BY n DESC, callee LIMIT 10"
    ),
    "calls of each rank": (
        "SELECT p.role, sum(c.entered) FROM calls c JOIN processes p USING (run, process) GROUP BY p.role"
    ),
    "edges that some rank lacks": (
        "SELECT caller, line, callee FROM calls GROUP BY ALL "
        "HAVING count(DISTINCT run) < (SELECT count(DISTINCT run) FROM processes)"
    ),
    "who wrote what": "SELECT p.role, e.target FROM effects e JOIN processes p USING (run, process)",
}


def program(places: int, calls: int) -> str:
    """A program with `places` call places, each entered `calls` times."""
    functions = [f"def f{number}():\n    return {number}\n" for number in range(places)]
    body = "\n".join(f"    f{number}()" for number in range(places))
    return (
        "\n".join(functions)
        + f"\ndef step():\n{body}\n\nfor _ in range({calls}):\n    step()\nopen('out', 'w').close()\n"
    )


def recorded(folder: Path, places: int, calls: int) -> Run:
    """The recording of one rank."""
    (folder / "work").mkdir()
    (folder / "work/train.py").write_text(program(places, calls), encoding="utf-8")
    words = [
        "trace",
        "--root",
        str(folder / "work"),
        "--out",
        str(folder / "recording"),
        "--",
        sys.executable,
        "train.py",
    ]
    environment = {**os.environ, "RANK": "0", "WORLD_SIZE": "2", "PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "callchain", *words],
        check=True,
        cwd=folder / "work",
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    (run,) = runs_in(folder / "recording")
    return run


def write_parts(run: Run, ranks: int, folder: Path) -> None:
    """A part for each rank: one is exported, the others are copies that name themselves."""
    import duckdb

    first = folder / "rank-000000"
    write_parquet([run], first)
    with duckdb.connect() as base:
        processes = base.read_parquet(str(first / "processes.parquet"))
        for rank in range(ranks):
            part = folder / f"rank-{rank:06}"
            if rank:
                shutil.copytree(first, part)
            star = f"* REPLACE ({rank} + 1 AS pid, 'rank {rank} of {ranks}' AS role)"
            processes.project(star).write_parquet(str(part / "new"))
            (part / "new").replace(part / "processes.parquet")


def rows(ranks: int, places: int, calls: int) -> Iterator[tuple[str, str, str]]:
    """A row for each step: what, seconds, what came out."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, parts = Path(name), Path(name) / "parts"
        run = recorded(folder, places, calls)
        start = time.perf_counter()
        write_parquet([run], folder / "one")
        yield "exporting one rank", f"{time.perf_counter() - start:.2f}", f"{places * calls:,} calls"
        start = time.perf_counter()
        write_parts(run, ranks, parts)
        spent = time.perf_counter() - start
        files = list(parts.rglob("*.parquet"))
        size = sum(file.stat().st_size for file in files)
        yield f"copying it to {ranks:,} parts", f"{spent:.1f}", f"{len(files):,} files, {size / 1e6:.1f} MB"
        for what, sql in _QUERIES.items():
            start = time.perf_counter()
            answer = query_parts(parts, sql)
            spent = time.perf_counter() - start
            first = f"{answer.rows[0][-1]:,}" if answer.rows and isinstance(answer.rows[0][-1], int) else ""
            yield what, f"{spent:.2f}", f"{len(answer.rows):,} rows" if len(answer.rows) != 1 else first


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ranks", type=int, default=1_000)
    parser.add_argument("--places", type=int, default=500, help="call places of a rank")
    parser.add_argument("--calls", type=int, default=2_000, help="calls at each place")
    given = parser.parse_args()
    found = list(rows(given.ranks, given.places, given.calls))
    print(f"Measured on {machine.line()}; {given.ranks:,} ranks of {given.places * given.calls:,} calls\n")
    print(markdown(("what", "seconds", "result"), found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
