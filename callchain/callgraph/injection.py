"""Parameters that a framework fills by their name: fixtures, and what else the rules declare as providers."""

from __future__ import annotations

from fnmatch import fnmatchcase

from callchain.callgraph import attributes, calls
from callchain.callgraph import values as v
from callchain.callgraph.contents import elements
from callchain.callgraph.program import Code
from callchain.callgraph.rule_files import ProviderEntry
from callchain.callgraph.solver import Instance, Solver
from callchain.facts import ir

_SHARED = "conftest.py"
_CONFIDENCE = 0.6


def providers(s: Solver) -> dict[str, list[tuple[Code, ProviderEntry]]]:
    """Functions that provide a value, by their name."""
    if s.provided is None:
        s.provided = {}
        marks = {dotted.rpartition(".")[2] for dotted in s.rules.providers}
        for code in s.program.codes:
            entry = _entry(s, code, marks) if code.ir.decorators else None
            if entry is not None:
                s.provided.setdefault(code.ir.qualname.rpartition(".")[2], []).append((code, entry))
    return s.provided


def _entry(s: Solver, code: Code, marks: set[str]) -> ProviderEntry | None:
    for decorator in code.ir.decorators:
        if decorator.rpartition(".")[2] in marks:
            found = s.program.names.resolve(code.module.path, decorator, code.ir.qualname.rpartition(".")[0])
            if found in s.rules.providers:
                return s.rules.providers[found]
    return None


def fill_parameters(s: Solver, inst: Instance) -> None:
    """Let the parameters of a consumer hold what the providers of their names give."""
    known = providers(s)
    if not known or not inst.is_general or inst.code.ir.kind != "function":
        return
    for index, name in enumerate(inst.code.ir.parameters):
        for provider, entry in known.get(name, ()):
            if provider is not inst.code and _consumes(s, inst.code, entry) and _sees(inst.code, provider):
                _fill(s, inst, inst.base + ir.FIRST_PARAMETER + index, provider)


def _consumes(s: Solver, code: Code, entry: ProviderEntry) -> bool:
    name = code.ir.qualname.rpartition(".")[2]
    own = any(code is other for other, _ in providers(s).get(name, ()))
    return own or any(fnmatchcase(name, pattern) for pattern in entry.consumers)


def _sees(code: Code, provider: Code) -> bool:
    """Providers of the same file count, and those of a `conftest.py` beside or above it."""
    folder, _, file = provider.module.path.rpartition("/")
    if provider.module is code.module:
        return True
    return file == _SHARED and (not folder or code.module.path.startswith(f"{folder}/"))


def _fill(s: Solver, inst: Instance, parameter: int, provider: Code) -> None:
    given = s.node()
    site = s.site(inst, given, [], line=inst.code.ir.line, manner="fixture")
    name = provider.ir.qualname.rpartition(".")[2]
    if provider.owner >= 0:
        receiver = s.of(v.OBJECT, provider.owner)
        node = attributes.static_node(s, provider.owner, name)
        s.on(node, calls.call_on, site, receiver, "fixture", _CONFIDENCE)
    else:
        s.on(s.global_node(provider.module.number, name), calls.call_by, site, "fixture", _CONFIDENCE)
    s.on(given, _given, parameter)


def _given(s: Solver, value: int, parameter: int) -> None:
    """A generator gives what it yields."""
    if s.facts[value][0] == v.GENERATOR:
        s.flow(elements(s, value), parameter)
    else:
        s.add(parameter, value)
