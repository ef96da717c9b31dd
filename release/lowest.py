"""The oldest dependencies that the project and its extras for users declare, as constraints: `>=` read as `==`.

usage: python -m release.lowest > lowest.txt
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


EXTRAS = ("query", "notebook", "fleet", "watch")
"""Not `mcp`: what it needs itself asks for newer versions of what the project needs."""


def lowest(project: Path = PROJECT, extras: Sequence[str] = EXTRAS) -> list[str]:
    """`name==version` for each dependency of the project itself and of these extras, each name once."""
    about = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    optional = about["optional-dependencies"]
    pins = []
    for text in dict.fromkeys([*about["dependencies"], *(each for extra in extras for each in optional[extra])]):
        requirement = Requirement(text)
        bounds = [each.version for each in requirement.specifier if each.operator == ">="]
        if len(bounds) != 1:
            raise SystemExit(f"{text}: a dependency needs exactly one lower bound")
        pins.append(f"{requirement.name}=={bounds[0]}")
    return pins


if __name__ == "__main__":
    sys.stdout.write("".join(f"{pin}\n" for pin in lowest()))
