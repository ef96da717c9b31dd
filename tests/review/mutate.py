"""Plants false claims into any package and counts what the review says of them.

python -m tests.review.mutate reports/INTEGRATE-PYTORCH-001/sample callchain/demo --most 150 --seed 1
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import random
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from callchain.evidence.package import load
from callchain.review.claim import FALSE, MOVED, STALE, Claim
from callchain.review.package_proof import Package, review_package
from callchain.review.prove_edge import Calls
from callchain.review.rerender import TEXTS
from tests.review.conftest import read_calls
from tests.review.planting import Plant, plants, strangers_of

REFUTED = {FALSE, MOVED, STALE}


@dataclass
class Outcome:
    """What came of the plants in one package."""

    untouched: list[Claim]
    """Claims of the package as it is that are refuted: there should be none."""
    planted: collections.Counter[str] = field(default_factory=collections.Counter)
    missed: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    """Plants that were found, but another line was named."""
    unrelated: list[str] = field(default_factory=list)
    """Untouched lines that were refuted."""


def refuted(folder: Path, calls: Calls) -> list[Claim]:
    """The claims of a package that do not hold."""
    found = review_package(Package(folder, "p"), calls)
    return [each.claim for each in found if each.claim.verdict in REFUTED]


def drawn(folder: Path, most: int, seed: int) -> list[Plant]:
    """Plants in all documents of a package, drawn at random so that each kind has its share."""
    strangers = strangers_of(load(folder))
    every = [p for name in TEXTS for p in plants(name, (folder / name).read_text("utf-8"), strangers)]
    by_kind: dict[str, list[Plant]] = {}
    generator = random.Random(seed)  # noqa: S311 - a draw for a test
    for plant in generator.sample(every, len(every)):
        by_kind.setdefault(plant.kind, []).append(plant)
    rounds = [plant for turn in range(len(every)) for kind in by_kind.values() for plant in kind[turn : turn + 1]]
    return rounds[:most]


def mutate(package: Path, calls: Calls, *, most: int, seed: int = 0) -> Outcome:
    """Plant false claims one by one; every second with the digest in the record made to fit."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(package, Path(place) / "package"))
        outcome = Outcome(refuted(copy, calls))
        record = (copy / "evidence.json").read_text(encoding="utf-8")
        for number, plant in enumerate(drawn(copy, most, seed)):
            _try(plant, copy, calls, outcome, record if number % 2 else "")
        return outcome


def _try(plant: Plant, copy: Path, calls: Calls, outcome: Outcome, record: str) -> None:
    file = copy / plant.file
    sound = file.read_bytes()
    outcome.planted[plant.kind.partition(" ")[0]] += 1
    file.write_bytes(plant.text.encode())
    if record:
        digests = [hashlib.sha256(data).hexdigest() for data in (sound, plant.text.encode())]
        (copy / "evidence.json").write_text(record.replace(*digests), encoding="utf-8")
    told = [claim for claim in refuted(copy, calls) if not claim.text.startswith("sha256")]
    file.write_bytes(sound)
    if record:
        (copy / "evidence.json").write_text(record, encoding="utf-8")
    here = [c for c in told if c.document == f"p/{plant.file}" and c.document_line == plant.line]
    if not told:
        outcome.missed.append(str(plant))
    elif plant.line and not here:
        outcome.elsewhere.append(str(plant))
    if plant.line and len(here) != len(told):
        outcome.unrelated.append(str(plant))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("root", type=Path)
    parser.add_argument("--most", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    outcome = mutate(given.package, read_calls(given.root.resolve()), most=given.most, seed=given.seed)
    print(f"{sum(outcome.planted.values())} planted: {dict(sorted(outcome.planted.items()))}")
    for name in ("untouched", "missed", "elsewhere", "unrelated"):
        found = getattr(outcome, name)
        print(f"{name}: {len(found)}")
        for each in found[:10]:
            print(f"  {each}")


if __name__ == "__main__":
    main()
