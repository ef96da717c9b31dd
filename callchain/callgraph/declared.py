"""Declared types to values: what an annotation says that a variable may hold."""

from __future__ import annotations

from typing import Any

from callchain.callgraph import values as v
from callchain.callgraph.contents import KEYS, content, new
from callchain.callgraph.program import Code
from callchain.callgraph.solver import Instance, Solver
from callchain.callgraph.stubs import ABSOLUTE
from callchain.facts import ir

_SEQUENCES = {
    **dict.fromkeys(
        ("list", "List", "Sequence", "MutableSequence", "Iterable", "Collection", "deque", "Deque"), "list"
    ),
    **dict.fromkeys(("Iterator", "AsyncIterator", "AsyncIterable", "Generator", "AsyncGenerator"), "generator"),
    **dict.fromkeys(("set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet"), "set"),
}
_MAPPINGS = frozenset(
    {"dict", "Dict", "Mapping", "MutableMapping", "DefaultDict", "defaultdict", "OrderedDict", "ChainMap"}
)
_AWAITABLES = {"Awaitable": 0, "Coroutine": 2, "Task": 0, "Future": 0}
_MANAGERS = frozenset(
    {"ContextManager", "AbstractContextManager", "AsyncContextManager", "AbstractAsyncContextManager"}
)
_TYPING = ("typing", "collections.abc", "builtins", "typing_extensions", "collections", "contextlib", "asyncio")
_FORMS_ONLY = ("typing", "typing_extensions", "collections.abc")
"""Modules whose names, those above aside, stand for no class with methods that a rule could speak of."""
_NOTHING = frozenset({"typing.Any", "builtins.object", "typing.NoReturn", "typing.Never", "typing.Hashable"})
_DEEPEST = 6


def seed(s: Solver, target: int, kind: Any, code: Code, scope: str, depth: int = 0) -> None:
    """Let `target` hold what the declared type `kind`, written in `scope`, stands for."""
    if kind is None or depth > _DEEPEST:
        return
    if isinstance(kind, list):
        _generic(s, target, kind, code, scope, depth)
        return
    found = resolved(s, code, kind, scope)
    if isinstance(found, int):
        s.add(target, s.of(v.DECLARED, found))
    elif found == "self":
        owner = _owner(s, code)
        if owner >= 0:
            s.add(target, s.of(v.DECLARED, owner))
    elif "::" in found:
        s.on(_variable(s, found), _alias, target)
    elif found and found not in _NOTHING:
        _outside(s, target, found)


def _outside(s: Solver, target: int, dotted: str) -> None:
    module, _, last = dotted.rpartition(".")
    if module in _TYPING:
        bare = _SEQUENCES.get(last) or (
            "dict" if last in _MAPPINGS else "tuple" if last in ("tuple", "Tuple") else ""
        )
        if bare:
            s.add(target, new(s, bare, ("declared", target)))
            return
        if module in _FORMS_ONLY or (module == "builtins" and last in ("None", "type")):
            return
    s.add(target, s.of(v.INSTANCE, dotted))


def resolved(s: Solver, code: Code, name: str, scope: str) -> int | str:
    """The class of the root that a name in an annotation means, or its symbol or dotted name."""
    key = (code.module.number, scope, name)
    found: int | str | None = s.annotated.get(key)
    if found is None:
        found = s.annotated[key] = _look_up(s, code, name, scope)
    return found


def _look_up(s: Solver, code: Code, name: str, scope: str) -> int | str:
    path = code.module.path
    found = name[1:] if name.startswith(ABSOLUTE) else s.program.names.resolve(path, name, scope)
    if found in ("typing.Self", "typing_extensions.Self"):
        return "self"
    if "::" in found:
        number = s.program.class_of.get(found)
        return found if number is None else number
    return found


def _owner(s: Solver, code: Code) -> int:
    while code.owner < 0 and code.parent >= 0:
        code = s.program.codes[code.parent]
    return code.owner


def _variable(s: Solver, found: str) -> int:
    path, _, qualname = found.partition("::")
    module = s.program.by_path.get(path)
    return s.global_node(module.number, qualname) if module is not None and "." not in qualname else 0


def _alias(s: Solver, value: int, target: int) -> None:
    """A variable that stands for a type: an alias, or one of `A | B`."""
    fact = s.facts[value]
    if fact[0] == v.CLASS:
        s.add(target, s.of(v.DECLARED, fact[1]))


# -- generics -------------------------------------------------------------------------------------------------


def _generic(s: Solver, target: int, kind: list[Any], code: Code, scope: str, depth: int) -> None:
    if kind[0] == "|":
        for each in kind[1:]:
            seed(s, target, each, code, scope, depth + 1)
        return
    found = resolved(s, code, kind[0], scope) if isinstance(kind[0], str) else ""
    if not isinstance(found, str) or "::" in found:
        seed(s, target, kind[0], code, scope, depth)
        return
    last = found.rpartition(".")[2]
    parts = kind[1:]
    if last in _SEQUENCES:
        _held(s, target, _SEQUENCES[last], [(None, parts[0])], code, scope, depth)
    elif last in _MAPPINGS:
        _held(s, target, "dict", [(KEYS, parts[0]), (None, parts[-1])], code, scope, depth)
    elif last in ("tuple", "Tuple"):
        many = len(parts) == 2 and parts[1] is None
        pairs = [(None, parts[0])] if many else list(enumerate(parts))
        _held(s, target, "tuple", pairs, code, scope, depth)
    elif last in ("type", "Type"):
        _class_object(s, target, parts[0], code, scope)
    elif last in ("Callable",):
        _callable(s, target, parts, code, scope, depth)
    elif last in _AWAITABLES:
        _held(s, target, "awaitable", [(None, parts[min(_AWAITABLES[last], len(parts) - 1)])], code, scope, depth)
    elif last in _MANAGERS:
        _held(s, target, "manager", [(None, parts[0])], code, scope, depth)
    else:
        seed(s, target, kind[0], code, scope, depth)


def _held(
    s: Solver, target: int, kind: str, pairs: list[tuple[Any, Any]], code: Code, scope: str, depth: int
) -> None:
    value = new(s, kind, ("declared", target))
    for key, part in pairs:
        if part is not None:
            seed(s, content(s, value, key), part, code, scope, depth + 1)
    s.add(target, value)


def _class_object(s: Solver, target: int, part: Any, code: Code, scope: str) -> None:
    for each in part[1:] if isinstance(part, list) and part and part[0] == "|" else [part]:
        name = each[0] if isinstance(each, list) and each else each
        if not isinstance(name, str):
            continue
        found = resolved(s, code, name, scope)
        if isinstance(found, int):
            s.add(target, s.of(v.SUBCLASS, found))
        elif found == "self" and _owner(s, code) >= 0:
            s.add(target, s.of(v.SUBCLASS, _owner(s, code)))


def _callable(s: Solver, target: int, parts: list[Any], code: Code, scope: str, depth: int) -> None:
    returns = parts[-1] if len(parts) > 1 else None
    if returns is not None:
        result = s.node()
        seed(s, result, returns, code, scope, depth + 1)
        s.add(target, s.of(v.CALLABLE, result))


# -- parameters -----------------------------------------------------------------------------------------------


def seed_parameters(s: Solver, inst: Instance) -> None:
    """What the parameters and the result of a unit hold by declaration alone; `self` among them."""
    code = inst.code
    record = code.ir
    first = inst.base + ir.FIRST_PARAMETER
    if code.owner >= 0 and record.positional:
        if code.kind == "self":
            s.add(first, _self_value(s, code.owner))
        elif code.kind == "class":
            s.add(first, s.of(v.SUBCLASS, code.owner))
    if record.vararg:
        s.add(inst.base + record.vararg, new(s, "tuple", ("args", inst.number)))
    if record.kwarg:
        s.add(inst.base + record.kwarg, new(s, "dict", ("kwargs", inst.number)))
    for name, kind in record.annotations.items():
        _seed_one(s, inst, name, kind, first)


def _self_value(s: Solver, owner: int) -> int:
    """`self` in a metaclass is a class."""
    return s.of(v.DECLARED, owner)


def _seed_one(s: Solver, inst: Instance, name: str, kind: Any, first: int) -> None:
    record = inst.code.ir
    scope = record.qualname
    if name == "return":
        if record.is_generator:
            if isinstance(kind, list) and len(kind) > 1:
                seed(s, inst.base + ir.YIELD, kind[1], inst.code, scope)
        else:
            seed(s, inst.base + ir.RETURN, kind, inst.code, scope)
    elif name in record.parameters:
        seed(s, first + record.parameters.index(name), kind, inst.code, scope)
    elif record.vararg and not (record.kwarg and _is_last(record, name)):
        held = new(s, "tuple", ("args", inst.number))
        seed(s, content(s, held, None), kind, inst.code, scope)
    elif record.kwarg:
        held = new(s, "dict", ("kwargs", inst.number))
        seed(s, content(s, held, None), kind, inst.code, scope)


def _is_last(record: ir.UnitIR, name: str) -> bool:
    """Both `*args` and `**kwargs` are annotated: the later one is `**kwargs`."""
    others = [each for each in record.annotations if each not in record.parameters and each != "return"]
    return len(others) > 1 and others[-1] == name
