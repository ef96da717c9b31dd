"""A bill of materials of the installed tool and all it needs, as CycloneDX 1.5 JSON; the same bytes each time.

usage: python -m release.sbom > sbom.json
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = "callchain-evidence"


def closure(root: str = ROOT) -> dict[str, Distribution]:
    """The distributions that `root` needs here, itself among them, by canonical name; extras are left out."""
    found: dict[str, Distribution] = {}
    waiting = [canonicalize_name(root)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = importlib.metadata.distribution(name)
            waiting += needs(found[name])
    return dict(sorted(found.items()))


def needs(distribution: Distribution) -> list[str]:
    """The canonical names of what a distribution requires on this interpreter and platform."""
    names = []
    for text in distribution.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            names.append(canonicalize_name(requirement.name))
    return sorted(set(names))


def bill(root: str = ROOT) -> dict[str, object]:
    """The CycloneDX document."""
    found = closure(root)
    own = found.pop(canonicalize_name(root))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": _component(own, "application")},
        "components": [_component(each, "library") for each in found.values()],
        "dependencies": [
            {"ref": _reference(each), "dependsOn": _references(needs(each), found)}
            for each in (own, *found.values())
        ],
    }


def _references(names: Iterable[str], found: dict[str, Distribution]) -> list[str]:
    return sorted(_reference(found[name]) for name in names if name in found)


def _component(distribution: Distribution, kind: str) -> dict[str, object]:
    component: dict[str, object] = {
        "type": kind,
        "bom-ref": _reference(distribution),
        "name": canonicalize_name(distribution.metadata["Name"]),
        "version": distribution.version,
        "purl": _reference(distribution),
    }
    licence = _licence(distribution)
    if licence:
        component["licenses"] = [licence]
    return component


def _licence(distribution: Distribution) -> dict[str, object]:
    expression = distribution.metadata.get("License-Expression")
    if expression:
        return {"expression": expression}
    classified = [
        line.rpartition(" :: ")[2]
        for line in distribution.metadata.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    name = classified[0] if classified else (distribution.metadata.get("License") or "").partition("\n")[0][:100]
    return {"license": {"name": name}} if name else {}


def _reference(distribution: Distribution) -> str:
    return f"pkg:pypi/{canonicalize_name(distribution.metadata['Name'])}@{distribution.version}"


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(bill(), indent=2, ensure_ascii=False) + "\n")
    except PackageNotFoundError as error:
        sys.exit(f"not installed here: {error.name}")
