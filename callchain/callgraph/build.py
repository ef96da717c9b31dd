"""From the facts of all files to the call graph."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.known import Resolved, encoded, last_run, relined, stored, tree_key
from callchain.callgraph.names import Names
from callchain.callgraph.rule_files import Rules, shipped_digest
from callchain.callgraph.spot_text import with_text
from callchain.facts import ir
from callchain.facts.cache import code_digest, open_cache
from callchain.facts.collection import no_collection
from callchain.facts.records import FileFacts
from callchain.model.graph import BlindSpot
from callchain.model.symbol import Definition
from callchain.source.tree import SourceTree

_CODE = Path(__file__).parent
_FACTS = Path(ir.__file__).parent


def build(
    tree: SourceTree, facts: Mapping[str, FileFacts], *, cache: bool = True, rules: Rules | None = None
) -> CallGraph:
    """Link the files and resolve their calls.

    Args:
        tree: the code base, for the text of call sites that stay open.
        facts: path → facts of each file.
        cache: whether what was resolved may be kept in, and taken from, the user's cache; it holds while no file
            and no rule changed.
        rules: how what lies outside calls back; the shipped ones unless given.
    """
    store = open_cache() if cache else None
    try:
        digest = rules.digest if rules is not None else shipped_digest()
        key = _key(facts, digest)
        found = stored(store, key)
        if found is None:
            of_tree = tree_key(facts, _versions(digest))
            found = relined(tree, facts, store, of_tree) or _resolved(tree, facts, rules)
            if store is not None:
                store.put({key: encoded(found), of_tree: last_run(key, facts)})
    finally:
        if store is not None:
            store.close()
    named = key if cache and any(each.texts or each.state for each in facts.values()) else b""
    return CallGraph(definitions(facts), found.edges, found.external, found.blind_spots, Names(facts), named)


def _key(facts: Mapping[str, FileFacts], rules: bytes) -> bytes:
    """All that the graph depends on: every file's intermediate form and name, the rules, this code's version."""
    digest = hashlib.blake2b(_versions(rules), digest_size=16)
    for path in sorted(facts):
        each = facts[path]
        for part in (
            path.encode("utf-8", "surrogatepass"),
            each.module.encode("utf-8", "surrogatepass"),
            each.source,
        ):
            digest.update(len(part).to_bytes(4, "big") + part)
    return digest.digest()


def _versions(rules: bytes) -> bytes:
    return code_digest(_CODE) + code_digest(_FACTS) + rules


def _resolved(tree: SourceTree, facts: Mapping[str, FileFacts], rules: Rules | None) -> Resolved:
    from callchain.callgraph import solving  # half of the program: not even imported where the graph is known

    with no_collection():
        edges, external, spots = solving.collected(solving.solve(facts, rules))
        return Resolved(edges, external, with_text(tree, (*spots, *_unreadable(facts))))


def definitions(facts: Mapping[str, FileFacts]) -> dict[str, Definition]:
    """Symbol → definition in order of path and line; of several with one symbol the last counts, as when run."""
    found: dict[str, Definition] = {}
    for path in sorted(facts):
        for definition in facts[path].definitions:
            found[definition.symbol] = definition
    return found


def _unreadable(facts: Mapping[str, FileFacts]) -> list[BlindSpot]:
    return [
        BlindSpot(path=path, line=0, symbol=f"{path}::<module>", kind="file", reason=each.error)
        for path, each in facts.items()
        if each.error
    ]
