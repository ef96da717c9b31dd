"""The folder that a package speaks of, where it is not the one that the reader stands in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from callchain.evidence.package import load
from callchain.model.errors import CallchainError
from callchain.review.history import History


def root_of(packages: Iterable[Path], root: Path) -> Path:
    """The root where it holds a file of the packages' answers, else the one folder in it that holds them all.

    A package that cannot be read says nothing of it: to tell what is wrong with it is the review's affair.

    Args:
        packages: folders of evidence.
        root: the folder that was asked for.
    """
    try:
        records = [load(package) for package in packages]
    except CallchainError:
        return root
    wanted = {stage.path for record in records for flow in record.flows for stage in flow.chain}
    if not wanted or any((root / path).is_file() for path in wanted):
        return root
    tracked = frozenset(History(root).tracked)
    first = min(wanted)
    homes = [path.removesuffix(f"/{first}") for path in tracked if path.endswith(f"/{first}")]
    found = sorted(home for home in homes if all(f"{home}/{path}" in tracked for path in wanted))
    return root / found[0] if len(found) == 1 else root
