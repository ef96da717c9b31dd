"""Packages of the registry on the disk, unpacked without building or running anything of them."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_AT_ONCE = 4


def fetch_all(pins: Sequence[str], folder: Path) -> dict[str, str]:
    """Fetch what is not in `folder/<pin>` yet; why not, by pin, for each that could not be had."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        told = dict(zip(pins, pool.map(lambda pin: _fetch(pin, folder / pin), pins), strict=True))
    return {pin: why for pin, why in told.items() if why}


def _fetch(pin: str, place: Path) -> str:
    """Unpack a package beside its place and move it there whole; what went wrong, if anything did."""
    if place.exists():
        return ""
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        got = Path(scratch) / "got"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
        command = [*pip, "--only-binary", ":all:", "--dest", str(got), pin]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # the registry's own client
        files = list(got.glob("*"))
        if done.returncode or not files:
            return f"no wheel: {(done.stderr.strip().splitlines() or ['no word'])[-1][:100]}"
        unpack(files[0], Path(scratch) / "tree")
        (Path(scratch) / "tree").rename(place)
    return ""


def unpack(archive: Path, to: Path) -> None:
    """Unpack a wheel or a source distribution into a new folder; names that lead outside are refused."""
    to.mkdir()
    if archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(to)  # noqa: S202 # zipfile takes no names that lead outside
    else:
        with tarfile.open(archive) as opened:
            opened.extractall(to, filter="data")


def size(place: Path) -> int:
    """Bytes of Python in a fetched package."""
    return sum(file.stat().st_size for file in place.rglob("*.py") if file.is_file())
