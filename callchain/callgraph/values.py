"""Abstract values: what a variable may hold. Each is a small tuple, interned to a number."""

from __future__ import annotations

from typing import Any

FUNCTION = 0  # (unit, instance it closes over)
BOUND = 1  # (function value, receiver value, level)
CLASS = 2  # (class,)
OBJECT = 3  # (class,): made by calling exactly this class
DECLARED = 4  # (class,): of this class or below
SUBCLASS = 5  # (class,): this class or one below it (`type[C]`, `cls`)
OUTSIDE = 6  # (dotted name,): a module, class or function that is not part of the root
INSTANCE = 7  # (dotted name,): an instance of an outside class
MODULE = 8  # (module number,)
CONTAINER = 9  # (kind, site): list, tuple, set, dict, generator
TEXT = 10  # (text,)
PREFIX = 11  # (text,)
GENERATOR = 12  # (instance,)
COROUTINE = 13  # (instance,)
PROPERTY = 14  # (getter, setter, deleter values or -1)
CLASS_METHOD = 15  # (function value,)
STATIC_METHOD = 16  # (function value,)
SUPER = 17  # (class, receiver value)
PARTIAL = 18  # (call site number,)
METHOD_OF = 19  # (container value, name): a method of a builtin container
GETTER = 20  # (kind, names): operator.attrgetter and its kin
ACCESS = 21  # (property or descriptor value, receiver value, level): runs code when it is read
MANAGED = 22  # (function value,): a generator function as a context manager factory
MANAGER = 23  # (instance,): the context manager it makes
PACKAGE = 24  # (dotted name,): a namespace package of the root
CALLABLE = 25  # (annotation site,): something declared callable, with what it returns
DISPATCHER = 26  # (function value,): functools.singledispatch
BOUND_OUTSIDE = 27  # (dotted name, receiver value): an outside method on something of the root
HOLDER = 28  # (dotted name, call site number): an instance of an outside class that keeps something it was given
NUMBER = 29  # (number,)

CALLABLES = frozenset(
    {FUNCTION, BOUND, CLASS, SUBCLASS, PARTIAL, METHOD_OF, GETTER, MANAGED, CALLABLE, DISPATCHER}
)
OBJECTS = frozenset({OBJECT, DECLARED})
INSTANCES = frozenset({INSTANCE, HOLDER})
"""Of outside classes; both begin with the dotted name of the class."""

FROM_BELOW = -1
"""Level of what only classes below the declared one have."""
BY_NAME = 2
"""Level of a bound method that was found by a part of its name; 0: in the receiver's class, 1: in one below it."""
BY_WHOLE_NAME = 3
"""Level of one that `getattr` was asked for by its whole name."""

Fact = tuple[Any, ...]


class Values:
    """Facts and their numbers, given out in order of first sight."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self._numbers: dict[Fact, int] = {}

    def of(self, *fact: Any) -> int:
        """The number of a fact."""
        number = self._numbers.get(fact)
        if number is None:
            number = self._numbers[fact] = len(self.facts)
            self.facts.append(fact)
        return number
