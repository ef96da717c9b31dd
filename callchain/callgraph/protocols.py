"""Methods that the language calls: iteration, context managers, operators, truth, formatting."""

from __future__ import annotations

from callchain.callgraph import calls
from callchain.callgraph import values as v
from callchain.callgraph.attributes import attribute, is_enum, static_node
from callchain.callgraph.containers import builtin_base
from callchain.callgraph.contents import elements, new
from callchain.callgraph.hierarchy import below, defining
from callchain.callgraph.solver import Instance, Solver
from callchain.facts import ir

INSTEAD = {
    "__bool__": ("__len__",),
    "__str__": ("__repr__",),
    "__format__": ("__str__", "__repr__"),
    "__contains__": ("__iter__", "__getitem__"),
    "__ne__": ("__eq__",),
    "__index__": (),
    "__reversed__": ("__len__", "__getitem__"),
}
_RULE = {
    "__bool__": "truth",
    "__str__": "format",
    "__repr__": "format",
    "__format__": "format",
    "__enter__": "context-manager",
    "__exit__": "context-manager",
    "__aenter__": "context-manager",
    "__aexit__": "context-manager",
    "__iter__": "iterator",
    "__next__": "iterator",
    "__aiter__": "iterator",
    "__anext__": "iterator",
    "__await__": "await",
}
_SURE = 0.95
_PATH = (v.INSTANCE, "pathlib.Path")


def has_method(s: Solver, value: int, method: str) -> bool:
    """Whether instances of the value's class, or of one below a declared one, have a method."""
    if method not in s.program.members:
        return False
    found = s.methods.get((value, method))
    if found is None:
        found = s.methods[value, method] = _look_up(s, value, method)
    return found


def _look_up(s: Solver, value: int, method: str) -> bool:
    kind, number = s.facts[value]
    if defining(s.program, number, method) >= 0:
        return True
    if kind != v.DECLARED:
        return False
    return any(method in s.program.classes[each].members for each in below(s.program, number))


def implicit(
    s: Solver,
    value: int,
    inst: Instance,
    target: int,
    method: str,
    arguments: list[int],
    line: int,
    source: int = 0,
) -> None:
    """The language calls `method` on a value, or what it falls back to."""
    fact = s.facts[value]
    if fact[0] in (v.CLASS, v.SUBCLASS):
        _on_class(s, value, inst, target, method, arguments, line)
        return
    if fact[0] not in v.OBJECTS:
        return
    for name in (method, *INSTEAD.get(method, ())):
        if has_method(s, value, name):
            run(s, value, inst, target if name == method else 0, name, arguments, line, source)
            if name == "__iter__":
                iterate(s, value, inst, 0, line, False, True)
            return


def _on_class(
    s: Solver, value: int, inst: Instance, target: int, method: str, arguments: list[int], line: int
) -> None:
    """An operator on a class asks its metaclass."""
    name = method
    number = s.facts[value][1]
    if name == "__class_getitem__":
        run(s, value, inst, target, name, arguments, line)
        return
    meta = s.program.classes[number].metaclass
    home = defining(s.program, meta, name) if meta >= 0 else -1
    if home >= 0:
        site = s.site(inst, target, arguments, line=line, manner="operator")
        s.on(static_node(s, home, name), calls.call_on, site, value, _RULE.get(name, "operator"), 0.9)


def run(
    s: Solver,
    value: int,
    inst: Instance,
    target: int,
    method: str,
    arguments: list[int],
    line: int,
    source: int = 0,
) -> None:
    """Call a special method that is there."""
    site = s.site(inst, target, list(arguments), line=line, manner="operator", source=source)
    s.on(attribute(s, value, method), calls.call_by, site, _RULE.get(method, "operator"), _SURE)


def iterate(
    s: Solver,
    value: int,
    inst: Instance,
    target: int,
    line: int,
    is_async: bool,
    only_next: bool = False,
    source: int = 0,
) -> None:
    """`for target in value`; `source` is the node that holds the value."""
    fact = s.facts[value]
    if fact[0] in (v.CONTAINER, v.GENERATOR):
        s.flow(elements(s, value), target)
    elif fact[0] in v.OBJECTS:
        _iterate_object(s, value, inst, target, line, is_async, only_next, source)
    elif fact[0] in (v.CLASS, v.SUBCLASS):
        if is_enum(s, fact[1]):
            s.add(target, s.of(v.OBJECT, fact[1]))
        else:
            _on_class(s, value, inst, target, "__iter__", [], line)
    elif fact[0] == v.TEXT:
        s.add(target, s.of(v.INSTANCE, "builtins.str"))
    elif fact[0] in v.INSTANCES:
        from callchain.callgraph.rules import attribute_type, implied_call

        known = attribute_type(s, f"{fact[1]}[]")
        if known:
            s.add(target, s.of(v.INSTANCE, known))
        elif fact[0] == v.HOLDER:
            implied_call(s, value, "__next__", s.site(inst, target, [], line=line, manner="operator"))


def _iterate_object(
    s: Solver,
    value: int,
    inst: Instance,
    target: int,
    line: int,
    is_async: bool,
    only_next: bool,
    source: int,
) -> None:
    start, step = ("__aiter__", "__anext__") if is_async else ("__iter__", "__next__")
    if has_method(s, value, start):
        got = s.node()
        run(s, value, inst, got, start, [], line, source)
        s.on(got, _step, inst, target, step, line)
    elif only_next:
        return
    elif builtin_base(s, s.facts[value][1]) >= 0:
        s.flow(elements(s, builtin_base(s, s.facts[value][1])), target)
    elif has_method(s, value, "__getitem__"):
        run(s, value, inst, target, "__getitem__", [], line, source)
    elif s.program.classes[s.facts[value][1]].outside:
        from callchain.callgraph.rules import implied_call

        implied_call(s, value, step, s.site(inst, target, [], line=line, manner="operator"))


def _step(s: Solver, value: int, inst: Instance, target: int, step: str, line: int) -> None:
    if s.facts[value][0] in v.OBJECTS:
        if has_method(s, value, step):
            run(s, value, inst, target, step, [], line)
    else:
        iterate(s, value, inst, target, line, False)


def enter(s: Solver, value: int, inst: Instance, target: int, line: int, is_async: bool) -> None:
    """`with value as target`."""
    fact = s.facts[value]
    if fact[0] in v.OBJECTS:
        first, last = ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__")
        entered = s.node() if is_async else target
        if has_method(s, value, first):
            run(s, value, inst, entered, first, [], line)
        elif s.program.classes[fact[1]].outside:
            _outside_manager(s, value, inst, target, first, line)
        if has_method(s, value, last):
            run(s, value, inst, 0, last, [], line)
        elif s.program.classes[fact[1]].outside:
            _outside_manager(s, value, inst, 0, last, line)
        if is_async:
            s.on(entered, awaited, inst, target, line)
    elif fact[0] == v.MANAGER:
        s.flow(s.instances[fact[1]].base + ir.YIELD, target)
    elif fact[0] == v.CONTAINER and fact[1] == "manager":
        s.flow(elements(s, value), target)
    elif fact[0] in v.INSTANCES:
        _outside_manager(s, value, inst, target, "__enter__", line)
        _outside_manager(s, value, inst, 0, "__exit__", line)
    elif fact[0] == v.OUTSIDE:
        s.add(target, value)


def _outside_manager(s: Solver, value: int, inst: Instance, target: int, method: str, line: int) -> None:
    """Entering an object of an outside class gives itself unless a rule says otherwise."""
    from callchain.callgraph.rules import implied_call

    site = s.site(inst, target, [], line=line, manner="operator")
    if not implied_call(s, value, method, site) and target:
        s.add(target, value)


def awaited(s: Solver, value: int, inst: Instance, target: int, line: int) -> None:
    """`await value`, and what `yield from` evaluates to."""
    fact = s.facts[value]
    if fact[0] in (v.COROUTINE, v.GENERATOR):
        s.flow(s.instances[fact[1]].base + ir.RETURN, target)
    elif fact[0] in v.OBJECTS:
        if has_method(s, value, "__await__"):
            run(s, value, inst, target, "__await__", [], line)
    elif fact[0] == v.CONTAINER and fact[1] == "awaitable":
        s.flow(elements(s, value), target)


def operate(
    s: Solver, inst: Instance, target: int, left: int, right: int, method: str, reflected: str, line: int
) -> None:
    """`left op right`: the left operand's method, else the reflected one of the right."""
    s.on(left, _left, inst, target, right, method, line, left)
    s.on(right, _right, inst, target, left, reflected, line, right)


def _left(
    s: Solver, value: int, inst: Instance, target: int, right: int, method: str, line: int, source: int
) -> None:
    fact = s.facts[value]
    if fact[0] in v.OBJECTS:
        plain = "__" + method[3:] if method.startswith("__i") and method not in ("__index__",) else method
        for name in (method, plain, *INSTEAD.get(method, ())):
            if has_method(s, value, name):
                run(s, value, inst, target, name, [right], line, source)
                return
    elif fact[0] in (v.TEXT, v.PREFIX) or fact == (v.INSTANCE, "builtins.str"):
        if method in ("__add__", "__mod__", "__iadd__", "__mul__"):
            s.add(target, s.of(v.INSTANCE, "builtins.str"))
            if fact[0] != v.INSTANCE and method in ("__add__", "__mod__"):
                start = fact[1].partition("%")[0] if method == "__mod__" else fact[1]
                s.add(target, s.of(v.PREFIX, start)) if start else None
    elif fact[0] == v.CONTAINER and method in ("__add__", "__iadd__", "__or__", "__ior__", "__sub__", "__mul__"):
        _joined(s, value, target, right, method)
    elif (fact[0], method) == (v.OUTSIDE, "__or__") or (fact, method) == (_PATH, "__truediv__"):
        s.add(target, value)
    elif fact[0] in (v.CLASS, v.SUBCLASS):
        _on_class(s, value, inst, target, method, [right], line)


def _joined(s: Solver, value: int, target: int, right: int, method: str) -> None:
    from callchain.callgraph.containers import _take_over

    kind = s.facts[value][1]
    both = value if method.startswith("__i") else new(s, kind, ("sum", target))
    if both != value:
        _take_over(s, value, both, kind)
    s.on(right, _take_over, both, kind)
    s.add(target, both)


def _right(
    s: Solver, value: int, inst: Instance, target: int, left: int, method: str, line: int, source: int
) -> None:
    if s.facts[value][0] not in v.OBJECTS or not has_method(s, value, method):
        return
    if not left:
        run(s, value, inst, target, method, [0], line, source)
        return
    s.late.append((_late_right, (value, inst, target, left, method, line, source)))


def _late_right(
    s: Solver, value: int, inst: Instance, target: int, left: int, method: str, line: int, source: int
) -> None:
    """The right operand is asked when the left one is nothing that answers for itself."""
    if not any(s.facts[each][0] in v.OBJECTS for each in s.held(left)):
        run(s, value, inst, target, method, [left], line, source)
