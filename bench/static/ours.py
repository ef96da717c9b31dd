"""Our reading of a folder, from files to edges. Run as a child; the cache is where CALLCHAIN_CACHE_DIR says."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from callchain.callgraph.build import build
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree

if __name__ == "__main__":
    tree = read_tree(Path(sys.argv[1]))
    graph = build(tree, read_facts(tree, words=False))
    Path(sys.argv[2]).write_bytes(msgspec.json.encode({"edges": graph.edges, "external": graph.external}))
    print(f"{len(tree.files)} files, {len(graph.edges)} edges, {len(graph.external)} outside")
