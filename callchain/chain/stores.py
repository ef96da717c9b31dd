"""Which store each access means, over all files, through accessors and functions that fill a dict."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from callchain.callgraph.derived import derived
from callchain.callgraph.graph import CallGraph
from callchain.chain.syntax import Syntax
from callchain.facts.records import FileFacts
from callchain.facts.state_calls import source_text
from callchain.facts.state_fact import ENVIRONMENT, FLAGS, PARAMETER, StateFact
from callchain.model.chain import StateAccess
from callchain.model.symbol import MODULE, split, symbol

ENV = "env"
_WRITES = ("write", "update", "pop", "clear")


class Linked(msgspec.Struct, frozen=True, array_like=True):
    """What linking gives, as it is cached."""

    accesses: tuple[StateAccess, ...]
    accessors: frozenset[str]


class Stores:
    """All state accesses of a code base, linked to what they mean."""

    def __init__(self, graph: CallGraph, facts: Mapping[str, FileFacts], syntax: Syntax) -> None:
        self._graph = graph
        self._facts = facts
        self._syntax = syntax
        self._accessors: dict[str, list[tuple[str, StateFact]]] = {}
        self._fillers: dict[str, list[StateFact]] = {}
        linked = derived(graph, "state", Linked, Path(__file__).parent, self._linked)
        self.accesses = linked.accesses
        self.accessors = linked.accessors
        """Functions that read or write the key that they are given."""

    def _linked(self) -> Linked:
        found: set[StateAccess] = set()
        for path, file in self._facts.items():
            for fact in file.state:
                found.update(self._one(path, fact))
        for accessor in sorted(self._accessors):
            found.update(self._through(accessor))
        for path, file in self._facts.items():
            for fact in file.state:
                if fact.kind == "pass":
                    found.update(self._handed_over(path, fact))
        return Linked(tuple(sorted(found)), frozenset(self._accessors))

    def _one(self, path: str, fact: StateFact) -> Iterator[StateAccess]:
        here = symbol(path, fact.qualname)
        if fact.kind == "pass":
            return
        if fact.store.startswith(PARAMETER):
            if fact.kind in _WRITES and "." not in fact.store:
                self._fillers.setdefault(here, []).append(fact)
            return
        store, key = self._meaning(path, fact)
        if not store:
            return
        if fact.key_parameter:
            self._accessors.setdefault(here, []).append((store, fact))
            return
        yield StateAccess(store, key, fact.kind, path, fact.line, here, fact.expression, fact.value)

    def _meaning(self, path: str, fact: StateFact) -> tuple[str, str]:
        """The store's symbol and the key; an empty store where the expression is no state of the code base."""
        if fact.store == FLAGS:
            return FLAGS, fact.key
        found = self._graph.resolve_name(path, fact.store, fact.qualname)
        if ENVIRONMENT in (found, fact.store) or found == "os.environ":
            return ENV, fact.key
        if "::" not in found:
            return "", ""
        if split(found)[1] == MODULE:
            if fact.kind in ("write", "update") and fact.expression.endswith(f".{fact.key}"):
                return symbol(split(found)[0], fact.key), "*"
            return "", ""
        definition = self._graph.definitions.get(found)
        if definition is None:
            return found, fact.key
        if definition.kind != "class":
            return "", ""
        return self._field(found, fact.key)

    def _field(self, owner: str, key: str) -> tuple[str, str]:
        """`model.N` of a config class is the key `N` of the class that its field `model` is declared as."""
        path, qualname = split(owner)
        name, _, rest = key.partition(".")
        declared = self._facts[path].names.get(qualname, {}).get(name, ()) if path in self._facts else ()
        for target in declared:
            if rest and target.startswith("A:"):
                inner = self._graph.resolve_name(path, target[2:].strip("'\""), qualname)
                if "::" in inner and inner != owner:
                    return self._field(inner, rest)
        return owner, name

    def _through(self, accessor: str) -> Iterator[StateAccess]:
        """Calls of a function that reads or writes the key that it is given."""
        definition = self._graph.definitions.get(accessor)
        if definition is None:
            return
        for edge in self._graph.calls_to(accessor):
            call = self._syntax.call(edge.path, edge.line, accessor)
            if call is None:
                continue
            for store, fact in self._accessors[accessor]:
                key = _argument(call, definition.parameters, fact.key)
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    value = _argument(call, definition.parameters, fact.value) if fact.value else None
                    yield StateAccess(
                        store,
                        key.value,
                        fact.kind,
                        edge.path,
                        call.lineno,
                        edge.caller,
                        source_text(call),
                        source_text(value),
                    )

    def _handed_over(self, path: str, fact: StateFact) -> Iterator[StateAccess]:
        """`fill(params.cfg, config)` where `fill` changes its first parameter."""
        store, _ = self._meaning(path, fact)
        callee = self._graph.resolve_name(path, fact.expression, fact.qualname)
        definition = self._graph.definitions.get(callee)
        if not store or definition is None:
            return
        place = int(fact.key) if fact.key.isdigit() else -1
        named = definition.parameters[place] if 0 <= place < len(definition.parameters) else fact.key
        filled = [item for item in self._fillers.get(callee, ()) if item.store == f"{PARAMETER}{named}"]
        for key in sorted({"*" if item.key_parameter else item.key for item in filled}):
            here = symbol(path, fact.qualname)
            yield StateAccess(store, key, "update", path, fact.line, here, fact.value, "")


def _argument(call: ast.Call, parameters: tuple[str, ...], name: str) -> ast.expr | None:
    """The expression that a call gives to a parameter by position or keyword."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    plain = [item for item in parameters if item not in ("self", "cls")]
    place = plain.index(name) if name in plain else -1
    return call.args[place] if 0 <= place < len(call.args) else None
