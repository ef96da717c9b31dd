"""Choosing the subject: the files of the namespaces that were asked about."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from callchain.model.errors import CallchainError
from callchain.source.tree import SourceFile, SourceTree


def select(tree: SourceTree, namespaces: Sequence[str]) -> frozenset[str]:
    """Paths of the files whose module is one of `namespaces` or lies below it; all of them when none is given.

    A namespace may also be written as a path (`ptycho/workflows`, `scripts/train.py`). Stubs are never chosen
    beside the module they describe.

    Raises:
        CallchainError: a namespace matches nothing; near names are shown.
    """
    if not namespaces:
        return frozenset(file.path for file in _readable(tree))
    chosen: set[str] = set()
    for namespace in namespaces:
        found = {file.path for file in _readable(tree) if _is_below(file, namespace)}
        if not found:
            raise CallchainError(f"the namespace {namespace!r} matches no file", hint=_advice(tree, namespace))
        chosen |= found
    return frozenset(chosen)


def _readable(tree: SourceTree) -> list[SourceFile]:
    modules = {file.module for file in tree.files if file.kind != "stub"}
    return [file for file in tree.files if file.kind != "stub" or file.module not in modules]


def _is_below(file: SourceFile, namespace: str) -> bool:
    if file.module == namespace or file.module.startswith(f"{namespace}."):
        return bool(namespace)
    folder = namespace.strip().removeprefix("./").rstrip("/")
    return bool(folder) and (file.path == folder or file.path.startswith(f"{folder}/"))


def _advice(tree: SourceTree, namespace: str) -> str:
    names = sorted({prefix for file in tree.files for prefix in _prefixes(file.module)})
    near = difflib.get_close_matches(namespace, names, n=3, cutoff=0.5)
    if near:
        return f"near names: {', '.join(near)}"
    top = sorted({name.partition(".")[0] for name in names})
    return f"the root holds: {', '.join(top[:8])}{' …' if len(top) > 8 else ''}"


def _prefixes(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
