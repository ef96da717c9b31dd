"""The solver's findings as sorted edges and blind spots."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.likelihood import SURE_OF_NOTHING, Surroundings
from callchain.callgraph.solver import CallSite, Solver
from callchain.model.graph import BlindSpot, Edge

_NAMED = frozenset({"direct", "super", "module", "decorator"})
_OPERATORS = ("import", "class", "operator", "property", "getattr", "raise")


def edges(s: Solver) -> tuple[Edge, ...]:
    """Calls inside the root, each with how likely it is to run."""
    found: list[Edge] = []
    uncertain = _conditional(s)
    whole = {code.symbol for code in s.program.codes if not code.ir.is_abstract}  # overloads share a symbol
    abstract = frozenset(code.symbol for code in s.program.codes if code.ir.is_abstract) - whole
    around = Surroundings(s)
    for (unit, line, callee), (_, rule, *_rest) in s.edges.items():
        confidence = around.capped(unit, line, callee)
        if callee in uncertain or (callee in abstract and rule not in _NAMED):
            confidence = min(confidence, SURE_OF_NOTHING)
        found.append(Edge(s.program.codes[unit].symbol, line, callee, rule, round(confidence, 3)))
    return tuple(sorted(_unique(found)))


def _conditional(s: Solver) -> frozenset[str]:
    """Functions that exist only on some interpreters or platforms."""
    every: dict[str, int] = {}
    for code in s.program.codes:
        every[code.symbol] = every.get(code.symbol, 0) + 1
    some = {code.symbol for code in s.program.codes if code.ir.is_conditional and every[code.symbol] == 1}
    modules = _imported_on_condition(s)
    some.update(code.symbol for code in s.program.codes if code.module.number in modules)
    return frozenset(some)


def _imported_on_condition(s: Solver) -> set[int]:
    """Modules that some file imports, and each only on some interpreters or platforms."""
    if not any(module.ir.conditional_imports for module in s.program.modules):
        return set()
    always: dict[str, bool] = {}
    for (unit, line, callee), (_, rule, *_) in s.edges.items():
        if rule == "import":
            free = line not in s.program.codes[unit].module.ir.conditional_imports
            always[callee] = always.get(callee, False) or free
    return {
        module.number
        for module in s.program.modules
        if always.get(s.program.codes[module.first_unit].symbol) is False
    }


def external(s: Solver) -> tuple[Edge, ...]:
    """Calls that leave the root."""
    found = [
        Edge(s.program.codes[unit].symbol, line, callee, rule, round(confidence, 3))
        for (unit, line, callee), (confidence, rule) in s.outside.items()
    ]
    return tuple(sorted(_unique(found)))


def _unique(found: list[Edge]) -> list[Edge]:
    """Two units may share a symbol (overloads, lambdas): the surest edge stays."""
    best: dict[tuple[str, int, str], Edge] = {}
    for edge in found:
        key = (edge.caller, edge.line, edge.callee)
        if key not in best or (edge.confidence, edge.rule) > (best[key].confidence, best[key].rule):
            best[key] = edge
    return list(best.values())


def blind_spots(s: Solver) -> tuple[BlindSpot, ...]:
    """Written calls that no instance of their unit could resolve, with the reason."""
    found: dict[tuple[int, int, int], str] = {}
    for site in s.sites:
        code = site.instance.code
        key = (code.number, site.line, site.column)
        if not site.column or site.manner in _OPERATORS or key in s.resolved:
            continue
        reason = _reason(s, site)
        if reason:
            found.setdefault(key, reason)
    codes = s.program.codes
    return tuple(
        sorted(
            BlindSpot(
                path=codes[unit].module.path, line=line, symbol=codes[unit].symbol, kind="call", reason=reason
            )
            for (unit, line, _), reason in found.items()
        )
    )


def _reason(s: Solver, site: CallSite) -> str:
    held = s.held(site.function)
    if not held:
        return "what is called is not known here: no assignment, type or import says it"
    kinds = {s.facts[value][0] for value in held}
    if kinds <= {v.INSTANCE, v.OUTSIDE}:
        return ""
    return "what is called holds values that are not callable by any rule"
