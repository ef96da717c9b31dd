"""How likely a call that was found is to run, by what stands beside it.

What resolving alone says of an edge (`calls`) is capped by its surroundings. The caps come from the calls that
the test suites of eleven packages were seen to make (CPython's own monitoring; 13,000 edges whose line ran). Share
of the edges that were seen, no package counting more than 40 times in a row of the table:

| what                                                                            | seen      |
|---------------------------------------------------------------------------------|-----------|
| one candidate of its name on the line: direct, self, super, method, constructor | .97 - 1.0 |
| two or three candidates, methods on objects                                     | .8 - .9   |
| three or more candidates, calls on objects                                      | .6 - .7   |
| ten or more candidates of one name, methods and properties of objects           | .25 - .4  |
| what the language calls on a value that may also be none of the root's objects  | .05 - .25 |
| the same, where the very class of the object arrives (`for`, operators)         | .4        |
| a method that the language calls, three or more candidates of a declared type   | .1        |
| a property of the declared class beside the one that overrides it: the latter   | .15       |
| a property of a class below, where the declared one has a plain attribute        | .0        |
| an override of a method that is there, called by its own class on 1 - 7 lines   | .5        |
| the same on 8 lines and more: a helper that all use, and a subclass that differs| .2        |
"""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.solver import Solver

SURE_OF_NOTHING = 0.5
"""Below what is shown unless it is asked for."""
_MANY = 3
_HORDE = 10
_CROWDED = 0.85
_EXACT = 0.95
_BESIDE_EXACT = 0.8
"""What a declared type allows is less likely where the very classes that arrive are known."""
_HOOK = 8
"""Lines from which a class calls its own method: what is called from so many is a helper, and no hook."""
_ON_OBJECTS = frozenset({"self", "method", "annotation", "override", "super"})
_DOUBTFUL = frozenset({"truth", "format", "getattr"})
"""Calls that the language makes, or not, by what exactly the value is."""
_BY_TYPE = frozenset({"method", "annotation", "property"})
_LANGUAGE = frozenset({"operator", "iterator", *_DOUBTFUL})
_ALWAYS = frozenset({"import", "class", "context-manager"})

Place = tuple[int, int, str]
"""Unit, line and last name of what is called."""


class Surroundings:
    """What stands beside each edge: other candidates of its name on its line, and other lines of its kind."""

    def __init__(self, s: Solver) -> None:
        self._s = s
        self._crowd: dict[Place, int] = {}
        self._exact: set[Place] = set()
        self._properties: dict[Place, list[str]] = {}
        self._override_lines: dict[str, int] = {}
        for (unit, line, callee), (confidence, rule, *_) in s.edges.items():
            place = (unit, line, callee.rpartition(".")[2])
            self._crowd[place] = self._crowd.get(place, 0) + 1
            if rule in _ON_OBJECTS and confidence >= _EXACT:
                self._exact.add(place)
            if rule == "property":
                self._properties.setdefault(place, []).append(callee)
            elif rule == "override":
                self._override_lines[callee] = self._override_lines.get(callee, 0) + 1
        wanted = self._properties or self._override_lines
        self._owners = {code.symbol: code.owner for code in s.program.codes if code.owner >= 0 and wanted}

    def capped(self, unit: int, line: int, callee: str) -> float:
        """The confidence of one of the solver's edges."""
        confidence, rule, site, receiver = self._s.edges[unit, line, callee]
        place = (unit, line, callee.rpartition(".")[2])
        crowd = self._crowd[place]
        if rule in _ON_OBJECTS and confidence < _EXACT and place in self._exact:
            confidence = min(confidence, _BESIDE_EXACT)
        if crowd >= _MANY and rule not in _ALWAYS:
            confidence = min(confidence, _CROWDED)
        if self._is_doubtful(rule, site, receiver, crowd, callee, place):
            confidence = min(confidence, SURE_OF_NOTHING)
        return confidence

    def _is_doubtful(self, rule: str, site: int, receiver: int, crowd: int, callee: str, place: Place) -> bool:
        if rule in _LANGUAGE:
            source = self._s.sites[site].source if site >= 0 else 0
            declared = rule in _DOUBTFUL or (receiver >= 0 and self._s.facts[receiver][0] == v.DECLARED)
            return declared and (crowd >= _MANY or (source > 0 and _is_mixed(self._s, source)))
        if rule in _BY_TYPE and crowd >= _HORDE:
            return True
        if rule == "override":
            return (
                crowd < _MANY and self._override_lines[callee] >= _HOOK and not self._is_mixed_in(callee, receiver)
            )
        return rule == "property" and crowd < _MANY and self._overrides_another(callee, place)

    def _is_mixed_in(self, callee: str, receiver: int) -> bool:
        """Whether the receiver's class has the method from a base: who puts one before the others means it."""
        return receiver >= 0 and self._s.facts[receiver][1] != self._owners.get(callee)

    def _overrides_another(self, callee: str, place: Place) -> bool:
        """Whether a class above has a property of the name on the same line too, or a plain attribute of it."""
        if callee not in self._owners:
            return False
        order = self._s.program.classes[self._owners[callee]].mro
        if any(other != callee and self._owners.get(other) in order for other in self._properties[place]):
            return True
        fields = self._s.field_nodes.get(place[2], {})
        return self._s.edges[place[0], place[1], callee][0] < _CROWDED and any(
            each in fields for each in order[1:]
        )


def _is_mixed(s: Solver, node: int) -> bool:
    """Whether a receiver may also be something that has no code of the root."""
    held = s.held(node)
    return len(held) > 1 and any(s.facts[value][0] not in v.OBJECTS for value in held)
