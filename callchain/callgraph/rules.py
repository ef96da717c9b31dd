"""Rules as data: how functions and classes outside the root call back into it and what they return.

Every file in `rules/` is TOML. `[call."dotted.name"]` says what a call of it does:

* `names`: other dotted names of the same thing;
* `calls`: code that runs because of the call, such as `key(0[])`: the argument `key` is called with an element of
  the first argument; `0|target(1..)`: the first or `target`, with the further arguments; `self.on_start()`;
* `gives`: what comes back: a source as above, `list(0[])`, or `=dotted.Type` for an instance;
* `passes`: a decorator that hands its function on;
* `confidence`: of the edges, 0.9 unless given; `rule`: their rule, else the file's name.

`[object."dotted.Class"]` says which method runs when an instance of a class below it is called.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from callchain.callgraph import calls, sources
from callchain.callgraph import values as v
from callchain.callgraph.solver import CallSite, Solver


class CallRule(msgspec.Struct, frozen=True):
    """What a call of something outside the root does."""

    calls: tuple[sources.Source, ...] = ()
    gives: tuple[sources.Source, ...] = ()
    passes: bool = False
    confidence: float = 0.9
    rule: str = ""


class Rules(msgspec.Struct, frozen=True):
    """All rule files together."""

    calls: dict[str, CallRule]
    objects: dict[str, tuple[str, ...]]
    types: dict[str, str]


@cache
def load_rules() -> Rules:
    """The rule files of the package, in order of name."""
    loaded = Rules({}, {}, {})
    for file in _files():
        _merge(loaded, file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8")))
    return loaded


@cache
def rules_digest() -> bytes:
    """Changes with any rule file."""
    digest = hashlib.blake2b(digest_size=16)
    for file in _files():
        digest.update(file.name.encode() + file.read_bytes())
    return digest.digest()


def _files() -> list[Traversable]:
    folder = resources.files("callchain.callgraph").joinpath("rules")
    return sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)


def _merge(loaded: Rules, name: str, table: dict[str, Any]) -> None:
    for dotted, entry in table.get("call", {}).items():
        rule = CallRule(
            calls=tuple(sources.parse(text) for text in entry.get("calls", ())),
            gives=tuple(sources.parse(text) for text in _listed(entry.get("gives", ()))),
            passes=bool(entry.get("passes", False)),
            confidence=float(entry.get("confidence", 0.9)),
            rule=str(entry.get("rule", name)),
        )
        for each in (dotted, *entry.get("names", ())):
            loaded.calls[each] = rule
    for dotted, entry in table.get("object", {}).items():
        for each in (dotted, *entry.get("names", ())):
            loaded.objects[each] = tuple(entry["called"])
    loaded.types.update(table.get("types", {}))


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def attribute_type(dotted: str) -> str:
    """The type of an attribute, or of an element (`re.Match[]`), of an outside class; empty when not known."""
    return load_rules().types.get(dotted, "")


def outside_call(s: Solver, dotted: str, receiver: int, site: CallSite, rule: str, confidence: float) -> None:
    """Something outside the root is called."""
    from callchain.callgraph.models import MODELS

    if not site.first(("outside", dotted, receiver)):
        return
    s.leaves(site, dotted, rule, confidence)
    model = MODELS.get(dotted)
    if model is not None:
        model(s, site, receiver)
        return
    known = load_rules().calls.get(dotted)
    if known is None:
        _unknown(s, dotted, site)
        return
    for source in known.calls:
        sources.evaluate(s, source, site, receiver, known.rule, known.confidence)
    for source in known.gives:
        s.flow(sources.evaluate(s, source, site, receiver, known.rule, known.confidence), site.result)
    if known.passes and site.arguments:
        s.flow(site.arguments[0], site.result)


def _unknown(s: Solver, dotted: str, site: CallSite) -> None:
    """Nothing is known of it: a class makes its instance, a decorator is taken to hand on what it decorates."""
    if site.manner == "decorator" and site.arguments:
        s.flow(site.arguments[0], site.result)
    if not site.result:
        return
    known = attribute_type(f"{dotted}()")
    last = dotted.rpartition(".")[2]
    if known:
        s.add(site.result, s.of(v.INSTANCE, known))
    elif last[:1].isupper() and not last.isupper():
        s.add(site.result, s.of(v.INSTANCE, dotted))
    elif "()" not in dotted and site.manner != "decorator":
        s.add(site.result, s.of(v.INSTANCE, f"{dotted}()"))


def object_call(s: Solver, value: int, site: CallSite) -> None:
    """Calling an instance of a class with an outside base may run a method that the base names."""
    from callchain.callgraph.attributes import attribute

    objects = load_rules().objects
    for base in s.program.classes[s.facts[value][1]].outside:
        for method in objects.get(base, ()):
            s.on(attribute(s, value, method), calls.call_by, site, "framework", 0.9)
