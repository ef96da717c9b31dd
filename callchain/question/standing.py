"""Which functions are offered to users: public by name, exported by a package."""

from __future__ import annotations

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
