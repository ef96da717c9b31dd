"""The sample: a depot that packs crates into an archive, with configuration, taps and a script that runs it."""

from pathlib import Path

QUESTION = (
    "How does `fill_depot` write the archive `depot.zip` through `Packer.pack_all`, "
    "and how does `load_depot` read it?"
)

SETTINGS = '''"""Settings of the depot."""

cfg = {"width": 4, "label": "depot", "limit": None}


def get(key):
    """Read a setting."""
    return cfg[key]


def put(key, value):
    """Write a setting."""
    cfg[key] = value
'''

PACKER = '''"""Packing crates into an archive."""

import json
import zipfile

from depot import settings


class Crate:
    """One crate."""

    def __init__(self, name, weight):
        self.name = name
        self.weight = weight

    def describe(self):
        """What stands on the lid."""
        return {"name": self.name, "weight": self.weight, "width": settings.get("width")}


class Packer:
    """Packs and unpacks."""

    def __init__(self, target):
        self.target = target
        self.count = 0

    def pack_one(self, archive, crate):
        """Pack one crate."""
        text = json.dumps(crate.describe())
        archive.writestr(f"{crate.name}.json", text)
        self.count += 1

    def pack_all(self, crates):
        """Pack every crate into one archive."""
        with zipfile.ZipFile(self.target, "w") as archive:
            for crate in crates:
                self.pack_one(archive, crate)
        return self.count

    def unpack_all(self):
        """Read every crate back."""
        with zipfile.ZipFile(self.target) as archive:
            return [json.loads(archive.read(name)) for name in archive.namelist()]
'''

WORKFLOW = '''"""Filling and reading a depot."""

import os

from depot import settings
from depot.packer import Crate, Packer

SCALE = 2.5


def weigh(values):
    """Scale raw weights."""
    settings.put("limit", max(values))
    return [value * SCALE for value in values]


def make_crates(values):
    """A crate for each weight."""
    return [Crate(f"crate{number}", weight) for number, weight in enumerate(weigh(values))]


def archive_path(folder):
    """Where the archive goes."""
    return os.path.join(folder, settings.get("label") + ".zip")


def fill_depot(folder, values):
    """Write depot.zip."""
    packer = Packer(archive_path(folder))
    return packer.pack_all(make_crates(values))


def load_depot(folder):
    """Read depot.zip."""
    return Packer(archive_path(folder)).unpack_all()


def forget():
    """Drop the limit."""
    settings.put("limit", None)
'''

SCRIPT = '''"""Fill a depot and read it."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from depot.workflow import fill_depot, load_depot


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    print(fill_depot(folder, [1, 2, 3]))
    print(len(load_depot(folder)))


if __name__ == "__main__":
    main()
'''

TAPS = """[[tap]]
key = "tap_crates"
purpose = "every crate is packed"
at = { symbol = "depot/packer.py::Packer.pack_one", before = "archive.writestr(f\\"{crate.name}.json\\", text)" }
capture = { name = "crate.name", weight = "crate.weight", packed = "self.count" }
units = "weight in kg"
expect = ["weight > 0", "packed < 3"]

[[tap]]
key = "tap_count"
purpose = "all crates are counted"
at = { symbol = "depot/packer.py::Packer.pack_all", on = "return" }
capture = { count = "result" }
units = "crates"
expect = ["count == 3", "count > 5"]
"""


def write_program(root: Path) -> Path:
    files = {
        "depot/__init__.py": "",
        "depot/settings.py": SETTINGS,
        "depot/packer.py": PACKER,
        "depot/workflow.py": WORKFLOW,
        "scripts/fill.py": SCRIPT,
        "taps.toml": TAPS,
        "docs/spec.md": "# Spec\n\nThe archive `depot.zip` MUST hold one file for each crate.\n",
    }
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root
