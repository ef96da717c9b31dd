"""Read each package of `packages.txt` cold, in a process of its own, and write a table.

usage: python -m bench.sweep.run [--packages FILE] [--folder FOLDER] [--out FILE] [--most N]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_TIMEOUT_S = 1800


def main() -> None:
    """Download, read, and tell; exit 1 when a package failed."""
    words = _words()
    lines = words.packages.read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")][: words.most]
    words.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for pin in wanted:
        rows.append(_swept(pin, words.folder))
        sys.stderr.write(f"{_row(rows[-1])}\n")
    text = _table(rows)
    if words.out is not None:
        words.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    sys.exit(1 if any("failure" in row for row in rows) else 0)


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path, default=HERE / "packages.txt")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "callchain-sweep")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--most", type=int, default=1000)
    return parser.parse_args()


def _swept(pin: str, folder: Path) -> dict[str, Any]:
    place = folder / pin
    if not place.exists():
        told = _fetch(pin, place)
        if told:
            return {"package": pin, "failure": told}
    command = [sys.executable, "-m", "bench.sweep.one", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)  # noqa: S603 # our own module
    except subprocess.TimeoutExpired:
        return {"package": pin, "failure": f"not read within {_TIMEOUT_S} s"}
    if done.returncode:
        return {"package": pin, "failure": (done.stderr.strip().splitlines() or ["no word"])[-1][:120]}
    return {"package": pin, **json.loads(done.stdout)}


def _fetch(pin: str, place: Path) -> str:
    """Unpack a package without building or running anything of it; what went wrong, if anything did."""
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
        command = [*pip, "--only-binary", ":all:", "--dest", scratch, pin]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # the registry's own client
        files = list(Path(scratch).iterdir())
        if done.returncode or not files:
            return f"no wheel: {(done.stderr.strip().splitlines() or ['no word'])[-1][:100]}"
        place.mkdir(parents=True)
        if files[0].suffix == ".whl":
            zipfile.ZipFile(files[0]).extractall(place)  # noqa: S202 # zipfile takes no names that lead outside
        else:
            with tarfile.open(files[0]) as archive:
                archive.extractall(place, filter="data")
    return ""


def _table(rows: list[dict[str, Any]]) -> str:
    head = "| package | files | lines | CPU s | MB | edges | outside | open | of ast.parse | left out |"
    lines = [head, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|", *map(_row, rows)]
    good = [row for row in rows if "failure" not in row]
    total = sum(row["lines"] for row in good)
    lines.append("")
    lines.append(f"{len(good)} of {len(rows)} packages read, {total:,} lines, {len(rows) - len(good)} failures.")
    return "\n".join(lines) + "\n"


def _row(row: dict[str, Any]) -> str:
    if "failure" in row:
        return f"| {row['package']} | {row['failure']} |"
    names = ("files", "lines", "cpu_s", "megabytes", "edges", "outside", "open", "times_parse", "left_out")
    return "| " + " | ".join([row["package"], *(str(row[name]) for name in names)]) + " |"


if __name__ == "__main__":
    main()
