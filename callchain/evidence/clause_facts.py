"""What the record has of the things that clauses name: artefacts, functions, calls, configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from callchain.model.chain import Artefact, Effect, Flow, FlowEdge, StateKey
from callchain.model.symbol import MODULE, split

_RAN = frozenset({"confirmed", "observed-only"})


class ClauseFacts:
    """The things of a chain by the names that documents use; a name that means several functions shows nothing."""

    def __init__(
        self,
        flows: Sequence[Flow],
        artefacts: Sequence[Artefact],
        state: Sequence[StateKey],
        effects: Sequence[Effect],
    ) -> None:
        self.written = {artefact.name: artefact for artefact in artefacts if artefact.members}
        self.keys: dict[str, list[StateKey]] = {}
        for key in state:
            self.keys.setdefault(key.key, []).append(key)
        self._edges = [edge for flow in flows for edge in flow.edges if edge.verdict in _RAN]
        self._following: dict[str, list[FlowEdge]] = {}
        for edge in self._edges:
            self._following.setdefault(edge.caller, []).append(edge)
        self._ran = {symbol for edge in self._edges for symbol in (edge.caller, edge.callee)}
        self._places = {stage.symbol: f"`{stage.path}:{stage.line}`" for flow in flows for stage in flow.chain}
        self._symbols = _by_name(self._places)
        self._effects = [effect for effect in effects if effect.verdict in _RAN]
        self._artefacts = {artefact.name: artefact for artefact in artefacts}
        self._known = {**_stores(state), **self._functions(), **_read(artefacts)}

    def is_known(self, name: str) -> bool:
        """Whether a name is a function, a store or an artefact of the chain."""
        return name in self._known or name in self.written

    def told(self, names: Iterable[str]) -> Iterator[str]:
        """What was seen of each name that is known."""
        for name in names:
            if name in self.written:
                yield f"{name} was written{place(self.written[name])}"
            elif name in self._known:
                yield f"{name} {self._known[name]}"

    def reached_from(self, name: str) -> set[str]:
        """The function of a name and all that it led to in the runs; nothing where it did not run."""
        symbols = self._symbols.get(name, set())
        if len(symbols) != 1 or not symbols <= self._ran:
            return set()
        found, pending = set(symbols), list(symbols)
        while pending:
            for edge in self._following.get(pending.pop(), ()):
                if edge.callee not in found:
                    found.add(edge.callee)
                    pending.append(edge.callee)
        return found

    def call(self, actor: str, thing: str) -> str:
        """The call of a function that was seen, from another one where an actor is named; empty where none was."""
        callees, callers = self._symbols.get(thing, set()), self._symbols.get(actor, set())
        if len(callees) != 1 or (actor and len(callers) != 1):
            return ""
        for edge in self._edges:
            if edge.callee in callees and (not actor or edge.caller in callers):
                return f"{split(edge.caller)[1]} called {thing} at `{edge.path}:{edge.line}`"
        return ""

    def touched(self, act: str, actor: str, thing: str) -> str:
        """The write or read of an artefact that was seen, below the actor where one is named."""
        artefact = self._artefacts.get(thing)
        if artefact is None or (act == "write" and thing not in self.written):
            return ""
        doers = self.reached_from(actor) if actor else self._ran
        alone = len({anchor.symbol for anchor in artefact.writers}) == 1
        done = {(effect.path, effect.line) for effect in self._effects if effect.action == act}
        for anchor in artefact.writers if act == "write" else artefact.readers:
            seen = (act == "write" and alone) or (anchor.path, anchor.line) in done
            if seen and (anchor.symbol in doers or (act == "write" and not actor)):
                verb = "wrote" if act == "write" else "read"
                return f"{split(anchor.symbol)[1]} {verb} {thing} at `{anchor.path}:{anchor.line}`"
        return ""

    def _functions(self) -> dict[str, str]:
        """The names of the functions on the flows, with whether they ran."""
        found: dict[str, str] = {}
        for name, symbols in self._symbols.items():
            if len(symbols) == 1:
                (symbol,) = symbols
                word = "ran" if symbol in self._ran else "is on the chain"
                found[name] = f"{word}: {self._places[symbol]}"
        return found


def _by_name(symbols: Iterable[str]) -> dict[str, set[str]]:
    """Qualified and last names → the functions they mean; a whole qualname means only itself."""
    found: dict[str, set[str]] = {}
    whole: dict[str, set[str]] = {}
    for symbol in symbols:
        qualname = split(symbol)[1]
        if qualname != MODULE:
            whole.setdefault(qualname, set()).add(symbol)
            found.setdefault(qualname.rpartition(".")[2], set()).add(symbol)
    return {**found, **whole}


def place(artefact: Artefact) -> str:
    """Where it is first written."""
    return f" at `{artefact.writers[0].path}:{artefact.writers[0].line}`" if artefact.writers else ""


def names_in(artefact: Artefact) -> set[str]:
    """The members and keys of what was written."""
    members = [member.name.rpartition("!")[2] for member in artefact.members]
    return {
        *(name for name in members if name != artefact.name),
        *(name.rpartition("/")[2] for name in members if name.rpartition("/")[2] != artefact.name),
        *(key for member in artefact.members for key in member.keys),
    }


def _read(artefacts: Iterable[Artefact]) -> dict[str, str]:
    """The names of artefacts that no run left to be looked at, with the lines that write and read them."""
    found: dict[str, str] = {}
    for artefact in artefacts:
        ends = (("is written at", artefact.writers), ("is read at", artefact.readers))
        told = [f"{word} `{each[0].path}:{each[0].line}`" for word, each in ends if each]
        if told and not artefact.members:
            found[artefact.name] = " and ".join(told)
    return found


def _stores(state: Iterable[StateKey]) -> dict[str, str]:
    """The names of the stores of the chain, as documents write them."""
    found: dict[str, str] = {}
    for key in state:
        path, _, name = key.store.partition("::")
        if name and key.accesses:
            first = key.accesses[0]
            module = path.rpartition("/")[2].removesuffix(".py")
            found.setdefault(f"{module}.{name}", f"is used at `{first.path}:{first.line}`")
    return found
