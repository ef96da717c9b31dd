"""Texts of which something is known: templates, cases, parts."""

from __future__ import annotations

from collections.abc import Callable

from callchain.callgraph import protocols
from callchain.callgraph import values as v
from callchain.callgraph.arguments import Model, argument
from callchain.callgraph.contents import content, new
from callchain.callgraph.solver import CallSite, Solver


def _template(s: Solver, site: CallSite, receiver: int) -> None:
    """`"visit_{}".format(x)`: the beginning is known."""
    if not site.result:
        return
    s.add(site.result, s.of(v.INSTANCE, "builtins.str"))
    if receiver >= 0 and s.facts[receiver][0] in (v.TEXT, v.PREFIX):
        start = s.facts[receiver][1].partition("{")[0].partition("%")[0]
        if start:
            s.add(site.result, s.of(v.PREFIX, start))


def _recased(change: Callable[[str], str]) -> Model:
    """A method of a string that gives another string of which something is known."""

    def model(s: Solver, site: CallSite, receiver: int) -> None:
        if not site.result:
            return
        fact = s.facts[receiver] if receiver >= 0 else (v.INSTANCE, "")
        if fact[0] in (v.TEXT, v.PREFIX):
            s.add(site.result, s.of(fact[0], change(fact[1])))
        else:
            s.add(site.result, s.of(v.INSTANCE, "builtins.str"))

    return model


def _parted(method: str) -> Model:
    """`"package.module:name".partition(":")` and its kin, of known texts."""

    def model(s: Solver, site: CallSite, receiver: int) -> None:
        text = s.facts[receiver] if receiver >= 0 else (v.INSTANCE, "")
        if site.result and text[0] == v.TEXT:
            s.on(argument(site, 0), _part, text[1], method, site)

    return model


def _part(s: Solver, separator: int, text: str, method: str, site: CallSite) -> None:
    fact = s.facts[separator]
    if fact[0] != v.TEXT:
        return
    parts = getattr(text, method)(*((fact[1],) if "part" in method else (fact[1], len(site.arguments) > 1 or -1)))
    value = new(s, "tuple", ("parts", method, text, fact[1]))
    for index, part in enumerate(parts):
        s.add(content(s, value, index), s.of(v.TEXT, part))
        s.add(content(s, value, index - len(parts)), s.of(v.TEXT, part))
    s.add(site.result, value)


def _text_of(method: str) -> Model:
    def model(s: Solver, site: CallSite, _receiver: int) -> None:
        s.on(argument(site, 0), protocols.implicit, site.instance, 0, method, [], site.line, argument(site, 0))
        if site.result:
            s.add(site.result, s.of(v.INSTANCE, "builtins.str"))

    return model


TEXT_MODELS: dict[str, Model] = {
    "builtins.str": _text_of("__str__"),
    "builtins.repr": _text_of("__repr__"),
    "builtins.format": _text_of("__format__"),
    "builtins.str.format": _template,
    "builtins.str.lower": _recased(str.lower),
    "builtins.str.upper": _recased(str.upper),
    "builtins.str.strip": _recased(str.strip),
    **{f"builtins.str.{method}": _parted(method) for method in ("partition", "rpartition", "split", "rsplit")},
}
