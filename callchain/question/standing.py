"""Which functions are offered to users: public by name, exported by a package."""

from __future__ import annotations

from collections.abc import Collection

from callchain.callgraph.graph import CallGraph
from callchain.model.symbol import MODULE, split


def is_public(symbol: str) -> bool:
    """Whether no part of the name is private; the dunders that make an object callable are public."""
    qualname = split(symbol)[1]
    if qualname == MODULE:
        return False
    return all(not part.startswith("_") or part == "__call__" for part in qualname.split("."))


def is_exported(symbol: str, graph: CallGraph) -> bool:
    """Whether a package above offers the function or its class under its own name."""
    path, qualname = split(symbol)
    folders = path.split("/")[:-1]
    outer = qualname.partition(".")[0]
    home = f"{path}::{outer}"
    packages = ("/".join((*folders[:end], "__init__.py")) for end in range(len(folders), 0, -1))
    return any(path != package and graph.resolve_name(package, outer) == home for package in packages)


def fronts(within: Collection[str]) -> tuple[str, ...]:
    """The outermost modules among some files: packages at the top, and modules that stand alone."""
    top = min((path.count("/") for path in within), default=0)
    shallow = [path for path in within if path.count("/") == top]
    packages = [path for path in shallow if path.rpartition("/")[2] == "__init__.py"]
    return tuple(sorted(packages or shallow))


def offers(front: str, path: str, name: str, graph: CallGraph) -> bool:
    """Whether an outermost module holds what `path` defines as `name`, or gives it out under that name."""
    return path == front or graph.resolve_name(front, name) == f"{path}::{name}"


def is_in_front(symbol: str, within: Collection[str], graph: CallGraph) -> bool:
    """Whether an outermost module of some files offers the function or its class."""
    path, qualname = split(symbol)
    return any(offers(front, path, qualname.partition(".")[0], graph) for front in fronts(within))
