"""The oldest dependencies that the project declares, as constraints: `>=` read as `==`.

usage: python -m release.lowest > lowest.txt
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def lowest(project: Path = PROJECT) -> list[str]:
    """`name==version` for each dependency of the project itself; those of extras stay free."""
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    pins = []
    for text in declared:
        requirement = Requirement(text)
        bounds = [each.version for each in requirement.specifier if each.operator == ">="]
        if len(bounds) != 1:
            raise SystemExit(f"{text}: a dependency needs exactly one lower bound")
        pins.append(f"{requirement.name}=={bounds[0]}")
    return pins


if __name__ == "__main__":
    sys.stdout.write("".join(f"{pin}\n" for pin in lowest()))
