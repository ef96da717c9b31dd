"""The proof of `A → B`: a call, a call through others, or none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from callchain.callgraph.graph import CallGraph
from callchain.model.graph import Edge
from callchain.model.symbol import last_name, split
from callchain.review.arrows import Arrow
from callchain.review.claim import FALSE, INDIRECT, TRUE, UNPROVABLE, Verdict
from callchain.review.subject import Subject
from callchain.review.usage import is_accounted, names_used

_MOST_MEANINGS = 6
_MOST_LOOKED_AT = 200


@dataclass(frozen=True)
class Calls:
    """All calls that are known: those read, and those a package's runs saw."""

    subject: Subject
    observed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Caller and callee → the line of the call."""
    _reached: dict[str, dict[str, str]] = field(default_factory=dict)
    _used: dict[str, Mapping[tuple[str, bool], tuple[int, ...]]] = field(default_factory=dict)

    @property
    def graph(self) -> CallGraph:
        """The calls that were read."""
        return self.subject.graph

    def after(self, symbol: str) -> dict[str, str]:
        """Everything reached from a symbol → the symbol before it on a shortest way."""
        if symbol not in self._reached:
            came: dict[str, str] = {symbol: ""}
            waiting = [symbol]
            for here in waiting:
                for callee in self._callees(here):
                    if callee not in came:
                        came[callee] = here
                        waiting.append(callee)
            self._reached[symbol] = came
        return self._reached[symbol]

    def uses(self, symbol: str, name: str, *, alone: bool) -> int:
        """A line of the symbol's code that uses a name in a way the graph does not explain; 0 without one.

        Args:
            symbol: whose code is looked at.
            name: the bare name.
            alone: leave attributes (`x.name`) out.
        """
        if symbol not in self._used:
            self._used[symbol] = names_used(symbol, self.subject.sources)
        lines = self._used[symbol].get((name, True), ()) + (
            () if alone else self._used[symbol].get((name, False), ())
        )
        return next((line for line in lines if not is_accounted(self.graph, symbol, line, name)), 0)

    def _callees(self, symbol: str) -> Iterable[str]:
        yield from (edge.callee for edge in self.graph.calls_from(symbol))
        yield from sorted(callee for caller, callee in self.observed if caller == symbol)

    def direct(self, caller: str, callee: str) -> int:
        """The line of a direct call; 0 where there is none."""
        for edge in self.graph.calls_from(caller):
            if edge.callee == callee:
                return edge.line
        return self.observed.get((caller, callee), 0)

    def lines(self, caller: str, callee: str) -> tuple[int, ...]:
        """All lines of the direct calls."""
        found = {edge.line for edge in self.graph.calls_from(caller) if edge.callee == callee}
        seen = self.observed.get((caller, callee), 0)
        return tuple(sorted(found | ({seen} if seen else set())))

    def way(self, caller: str, callee: str) -> tuple[str, ...]:
        """The symbols of a shortest way, both ends included; empty where there is none."""
        came = self.after(caller)
        if callee not in came or caller == callee:
            return ()
        way = [callee]
        while came[way[-1]]:
            way.append(came[way[-1]])
        return tuple(reversed(way))


@dataclass(frozen=True)
class Ends:
    """What the two ends of an arrow may mean, as symbols; classes stand for their methods too."""

    callers: tuple[str, ...]
    callees: tuple[str, ...]


def ends_of(arrow: Arrow, subject: Subject) -> Ends:
    """The meanings of both ends, the best first."""
    return Ends(_meanings(arrow.caller, subject), _meanings(arrow.callee, subject))


def _meanings(name: str, subject: Subject) -> tuple[str, ...]:
    found = subject.graph.find(_with_place(name, subject))
    return tuple(found[:_MOST_MEANINGS])


def _with_place(name: str, subject: Subject) -> str:
    """`path::name` with the path as the tree writes it."""
    path, marks, qualname = name.partition("::")
    if not marks:
        return name
    place = subject.place(path)
    return f"{place.path}::{qualname}" if place.kind in {"here", "renamed"} else name


def _parts(symbol: str, graph: CallGraph, *, caller: bool) -> tuple[str, ...]:
    """A class with its constructor and, as a caller, all its methods; anything else alone."""
    definition = graph.definitions.get(symbol)
    if definition is None or definition.kind != "class":
        return (symbol,)
    path, qualname = split(symbol)
    if not caller:
        special = (f"{path}::{qualname}.{name}" for name in ("__init__", "__new__", "__post_init__", "__call__"))
        return (symbol, *(name for name in special if name in graph.definitions))
    prefix = f"{path}::{qualname}."
    return (symbol, *(key for key in graph.definitions if key.startswith(prefix)))


def prove_edge(arrow: Arrow, calls: Calls) -> Verdict | None:
    """The verdict on an arrow; None where it means no call, for an end names nothing that is known."""
    subject, graph = calls.subject, calls.graph
    ends = ends_of(arrow, subject)
    if not ends.callers:
        return None
    callers = tuple(dict.fromkeys(part for end in ends.callers for part in _parts(end, graph, caller=True)))
    callees = tuple(dict.fromkeys(part for end in ends.callees for part in _parts(end, graph, caller=False)))
    outside = _outside(arrow, callers, graph)
    if outside is not None:
        return outside
    if not callees:
        return _unknown_callee(arrow)
    return (
        _direct(callers, callees, calls)
        or _through(callers, callees, calls)
        or _not_called(arrow, ends, callers, callees, calls)
    )


def _direct(callers: Collection[str], callees: Collection[str], calls: Calls) -> Verdict | None:
    for caller in callers:
        for callee in callees:
            line = calls.direct(caller, callee)
            if line:
                return Verdict(
                    TRUE, f"{split(caller)[0]}:{line}", f"{last_name(caller)} calls {last_name(callee)} there"
                )
    return None


def _outside(arrow: Arrow, callers: Collection[str], graph: CallGraph) -> Verdict | None:
    """A callee that lies outside the code base, by its dotted name or an ending of it."""
    wanted = arrow.callee.partition("::")[2] or arrow.callee
    for caller in callers:
        for edge in graph.external_from(caller):
            if edge.callee == wanted or edge.callee.endswith(f".{wanted}"):
                return Verdict(TRUE, f"{edge.path}:{edge.line}", f"{last_name(caller)} calls {edge.callee} there")
    return None


def _unknown_callee(arrow: Arrow) -> Verdict | None:
    if not arrow.strict:
        return None
    return Verdict(UNPROVABLE, "", f"{arrow.callee} is no function or class of the code base")


def _through(callers: Collection[str], callees: Collection[str], calls: Calls) -> Verdict | None:
    ways = [way for caller in callers for callee in callees if (way := calls.way(caller, callee))]
    if not ways:
        return None
    best = min(ways, key=lambda way: (len(way), way))
    return Verdict(INDIRECT, " \u2192 ".join(_short(symbol) for symbol in best), f"through {len(best) - 2} others")


def _not_called(
    arrow: Arrow, ends: Ends, callers: Collection[str], callees: Collection[str], calls: Calls
) -> Verdict | None:
    graph = calls.graph
    if not _functions(ends.callers, graph) or not _functions(ends.callees, graph):
        return (
            Verdict(UNPROVABLE, "", "an end is no function: the arrow need not mean a call")
            if arrow.strict
            else None
        )
    if not arrow.strict:
        return Verdict(UNPROVABLE, "", "no call leads there; the arrow need not mean one")
    open_call = _open_call(callers, callees, arrow, calls)
    if open_call:
        return Verdict(
            UNPROVABLE, open_call, "the name is used there in a way that reading alone does not explain"
        )
    back = _direct(callees, callers, calls) or _through(callees, callers, calls)
    if back is not None:
        return Verdict(FALSE, back.found, "the call goes the other way")
    if all(_called_from_outside(callee, calls) for callee in callees):
        return Verdict(UNPROVABLE, "", "nothing of the code base calls it by name: a framework may")
    return Verdict(FALSE, _really_called_by(callees, graph), "no call leads there, directly or through others")


def _functions(symbols: Collection[str], graph: CallGraph) -> bool:
    kinds = {graph.definitions[symbol].kind for symbol in symbols if symbol in graph.definitions}
    return bool(kinds) and kinds <= {"function", "method", "lambda", "class", "module"} and kinds != {"class"}


def _open_call(callers: Collection[str], callees: Collection[str], arrow: Arrow, calls: Calls) -> str:
    """A place in the caller, or in what it reaches, that names the callee and is not explained by the graph."""
    wanted = last_name(arrow.callee) if "::" in arrow.callee else arrow.callee.rpartition(".")[2]
    for caller in callers:
        for spot in calls.graph.blind_from(caller):
            if re.search(rf"\b{re.escape(wanted)}\b", spot.expression):
                return f"{spot.path}:{spot.line}"
        for number, symbol in enumerate(calls.after(caller)):
            line = calls.uses(symbol, wanted, alone=number > 0) if symbol not in callees else 0
            if line and number < _MOST_LOOKED_AT:
                return f"{split(symbol)[0]}:{line}"
    return ""


def _called_from_outside(symbol: str, calls: Calls) -> bool:
    """Whether a function that nothing calls by name may be entered by the language or a framework."""
    graph = calls.graph
    if graph.calls_to(symbol):
        return False
    path, qualname = split(symbol)
    owner, _, name = qualname.rpartition(".")
    if name.startswith("__") and name.endswith("__"):
        return True
    holder = graph.definitions.get(f"{path}::{owner}") if owner else None
    definition = graph.definitions.get(symbol)
    if definition is not None and definition.decorators:
        return True
    if holder is not None and holder.kind == "class" and (holder.bases or holder.decorators):
        return True
    return _is_passed(symbol, calls)


def _is_passed(symbol: str, calls: Calls) -> bool:
    """Whether some file mentions the function's name otherwise than in its definition."""
    name = last_name(symbol)
    word = re.compile(rf"\b{re.escape(name)}\b")
    head = re.compile(rf"\b(?:def|class)\s+{re.escape(name)}\b")
    for file in calls.subject.tree.files:
        if name not in calls.subject.tree.text(file.path):
            continue
        for line in calls.subject.tree.lines(file.path):
            if word.search(line.partition("#")[0]) and not head.search(line):
                return True
    return False


def _really_called_by(callees: Collection[str], graph: CallGraph) -> str:
    edges: list[Edge] = [edge for callee in callees for edge in graph.calls_to(callee)]
    if not edges:
        return "nobody calls it"
    shown = [f"{_short(edge.caller)} ({edge.path}:{edge.line})" for edge in edges[:3]]
    return f"called by {', '.join(shown)}"


def _short(symbol: str) -> str:
    path, qualname = split(symbol)
    return path if qualname == "<module>" else qualname
