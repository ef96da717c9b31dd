"""How likely a call that was found is to run, by what stands beside it.

What resolving alone says of an edge (`calls`) is capped by its surroundings. The caps come from the calls that
the test suites of twenty packages were seen to make (CPython's own monitoring; 21,000 edges whose line ran).
Share of the edges that were seen, no package counting more than 40 times in a row of the table:

| what                                                                            | seen      |
|---------------------------------------------------------------------------------|-----------|
| one candidate of its name on the line: direct, self, super, method, constructor | .97 - 1.0 |
| two candidates                                                                  | .7 - .9   |
| three or more candidates, none of which is one at another place                 | .8 - .95  |
| three to nine candidates that are so at up to fifteen places                    | .5 - .7   |
| the same at sixteen places and more                                             | .3 - .5   |
| ten or more candidates that are so at two places and more                       | .15 - .4  |
| ten or more properties of one name                                              | .3        |
| six or more candidates of a declared type                                       | .05 - .4  |
| what the language calls on a value that may also be none of the root's objects  | .05 - .25 |
| the same, where the very class of the object arrives (`for`, operators)         | .4        |
| the same, with a second candidate                                               | .1 - .3   |
| a method that the language calls, three or more candidates of a declared type   | .1        |
| a property of the declared class beside the one that overrides it: the latter   | .15       |
| a property of a class below, where the declared one has a plain attribute        | .0        |
| the only override of a method that is there, called by its own class            | .3 - .4   |

A method that the declared type has not, neither it nor a base of it, comes from a class below: a mixin calls it.

That the places count is plain: who is written to be called is called somewhere. Where a function can be meant at
one place only, however many others can be meant there too, it is what that place is for; where the same functions
can be meant at many places, what flowed to each was not told apart.
"""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.solver import Solver

SURE_OF_NOTHING = 0.5
"""Below what is shown unless it is asked for."""
_MANY = 3
_HORDE = 10
_MOST_DECLARED = 5
_MOST_PLACES = ((_HORDE, 1), (_MANY, 15))
"""Candidates at a place, and at how many places, this one too, one of them is still likely."""
_CROWDED = 0.85
_EXACT = 0.95
_BESIDE_EXACT = 0.8
"""What a declared type allows is less likely where the very classes that arrive are known."""
_ON_OBJECTS = frozenset({"self", "method", "annotation", "override", "super"})
_DOUBTFUL = frozenset({"truth", "format", "getattr"})
"""Calls that the language makes, or not, by what exactly the value is."""
_BY_OPERAND = frozenset({"operator", "iterator"})
_LANGUAGE = _BY_OPERAND | _DOUBTFUL
_ALWAYS = frozenset({"import", "class", "context-manager"})
_ONE_FOR_EACH = _ALWAYS | _DOUBTFUL | {"decorator", "metaclass", "subclass-hook", "super", "property", "dispatch"}
"""Calls whose candidates each have a value of their own, or a name."""

Place = tuple[int, int, str]
"""Unit, line and last name of what is called."""
Key = tuple[int, int, str]
"""Unit, line and symbol of what is called."""


class Surroundings:
    """What stands beside each edge: other candidates at its place, and other places where it is one."""

    def __init__(self, s: Solver) -> None:
        self._s = s
        self._crowd: dict[Place, int] = {}
        self._choices: dict[tuple[int, int, int], int] = {}
        """Unit, line and column of a call → how many callees it may have, whatever they are named."""
        self._exact: set[Place] = set()
        self._properties: dict[Place, list[str]] = {}
        self._there: set[Place] = set()
        """Where the declared type has the method itself."""
        has_owners = False
        for (unit, line, callee), (confidence, rule, site, _) in s.edges.items():
            column = s.sites[site].column if site >= 0 else 0
            if column:
                self._choices[unit, line, column] = self._choices.get((unit, line, column), 0) + 1
            place = (unit, line, callee.rpartition(".")[2])
            self._crowd[place] = self._crowd.get(place, 0) + 1
            if rule in _ON_OBJECTS and confidence >= _EXACT:
                self._exact.add(place)
            if rule != "override":
                self._there.add(place)
            if rule == "property":
                self._properties.setdefault(place, []).append(callee)
            has_owners = has_owners or rule in ("property", "override")
        self._owners = {code.symbol: code.owner for code in s.program.codes if code.owner >= 0 and has_owners}
        self._places = self._count_places()

    def capped(self, unit: int, line: int, callee: str) -> float:
        """The confidence of one of the solver's edges."""
        key = (unit, line, callee)
        confidence = self._at_its_place(key)
        rule = self._s.edges[key][1]
        if confidence > SURE_OF_NOTHING and rule not in _ONE_FOR_EACH:
            candidates = self._candidates(key)
            places = self._places.get(callee, 0)
            if any(candidates >= least and places > most for least, most in _MOST_PLACES):
                return SURE_OF_NOTHING
        return confidence

    def _count_places(self) -> dict[str, int]:
        """Callee → at how many places it is one of many that are likely there."""
        places: dict[str, int] = {}
        for key, (_, rule, *_rest) in self._s.edges.items():
            if rule in _ONE_FOR_EACH or self._candidates(key) < _MANY:
                continue
            if self._at_its_place(key) > SURE_OF_NOTHING:
                places[key[2]] = places.get(key[2], 0) + 1
        return places

    def _candidates(self, key: Key) -> int:
        unit, line, callee = key
        site = self._s.edges[key][2]
        column = self._s.sites[site].column if site >= 0 else 0
        named = self._crowd[unit, line, callee.rpartition(".")[2]]
        return max(named, self._choices[unit, line, column]) if column else named

    def _at_its_place(self, key: Key) -> float:
        """The confidence by the other candidates of its name on the line."""
        unit, line, callee = key
        confidence, rule, site, receiver = self._s.edges[key]
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
            return self._is_doubtful_value(rule, site, receiver, crowd)
        if rule == "annotation":
            return crowd > _MOST_DECLARED
        if rule == "override":
            return crowd < _MANY and place in self._there and not self._is_mixed_in(callee, receiver)
        return rule == "property" and (
            crowd >= _HORDE or (crowd < _MANY and self._overrides_another(callee, place))
        )

    def _is_doubtful_value(self, rule: str, site: int, receiver: int, crowd: int) -> bool:
        source = self._s.sites[site].source if site >= 0 else 0
        mixed = source > 0 and _is_mixed(self._s, source)
        if mixed and crowd > 1 and rule in _BY_OPERAND:
            return True
        declared = rule in _DOUBTFUL or (receiver >= 0 and self._s.facts[receiver][0] == v.DECLARED)
        return declared and (crowd >= _MANY or mixed)

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
