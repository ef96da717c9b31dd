"""Read each package of `packages.txt` cold, in a process of its own, and write a page with a table.

The smallest come first; no package is begun when `--minutes` have passed, and the page says which were left.
Exit 1 when a package failed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.sweep.fetch import fetch_all, size
from bench.sweep.table import cells, page

HERE = Path(__file__).parent
_TIMEOUT_S = 1800


def main() -> int:
    """Fetch, read, and tell."""
    words = _words()
    lines = words.packages.read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")][: words.most]
    missing = fetch_all(wanted, words.folder)
    places = sorted((words.folder / pin for pin in wanted if pin not in missing), key=size)
    known = _known(words.rows)
    fresh = [place for place in places if "failure" in known.get(place.name, {"failure": "not begun"})]
    for row in _read_all(fresh, words.jobs, time.monotonic() + words.minutes * 60):
        known[row["package"]] = row
        if words.rows is not None:
            with words.rows.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(row) + "\n")
    read = [known[place.name] for place in places if place.name in known]
    failed = [{"package": pin, "failure": why} for pin, why in missing.items()]
    rows = sorted([*read, *failed], key=lambda row: wanted.index(row["package"]))
    text = page(rows, sorted({place.name for place in places} - {row["package"] for row in rows}))
    if words.out is not None:
        words.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 1 if any("failure" in row for row in rows) else 0


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, default=HERE / "packages.txt")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "callchain-sweep")
    parser.add_argument("--rows", type=Path, help="keep what was read in this file, and go on from it")
    parser.add_argument("--out", type=Path, help="write the page here as well")
    parser.add_argument("--most", type=int, default=1000, help="only the first N packages of the list")
    parser.add_argument("--jobs", type=int, default=1, help="packages that are read at once")
    parser.add_argument("--minutes", type=float, default=600, help="begin no package after so long")
    return parser.parse_args()


def _known(rows: Path | None) -> dict[str, dict[str, Any]]:
    """Packages that an earlier run has read, by pin, or has failed to."""
    if rows is None or not rows.exists():
        return {}
    found = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    return {row["package"]: row for row in found}


def _read_all(places: Sequence[Path], jobs: int, until: float) -> Iterator[dict[str, Any]]:
    with ThreadPoolExecutor(jobs) as pool:
        for row in pool.map(lambda place: swept(place) if time.monotonic() < until else None, places):
            if row is not None:
                sys.stderr.write(f"{row['package']}: {row.get('failure') or ' '.join(cells(row)[1:])}\n")
                yield row


def swept(place: Path) -> dict[str, Any]:
    """What reading the package in a folder found and cost, or its `failure`."""
    command = [sys.executable, "-m", "bench.sweep.one", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)  # noqa: S603 # our own module
    except subprocess.TimeoutExpired:
        return {"package": place.name, "failure": f"not read within {_TIMEOUT_S} s"}
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no word"]
        return {"package": place.name, "failure": f"exit {done.returncode}, {said[-1][:120]}"}
    return {"package": place.name, **json.loads(done.stdout)}


if __name__ == "__main__":
    raise SystemExit(main())
