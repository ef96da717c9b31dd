"""Reads and writes of global state and configuration in one file: dicts of modules, config objects, flags."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from callchain.facts.children import children
from callchain.facts.state_calls import call_facts, key_of, source_text
from callchain.facts.state_fact import PARAMETER, StateFact
from callchain.facts.state_scope import CONFIG_NAME, Scope, config_class_of, dotted_name
from callchain.facts.text import encodable

__all__ = ["StateFact", "state_facts"]

_MANY = 400


def state_facts(tree: ast.Module, path: str) -> tuple[StateFact, ...]:  # noqa: ARG001 - one signature for all facts
    """All accesses of a file in source order; a name that is local to its function is no global state."""
    module = Scope("<module>")
    _walk(tree.body, module)
    facts = [fact for _, fact in module.close()]
    return tuple(sorted(facts, key=lambda fact: fact.line))


def _walk(body: list[Any], scope: Scope) -> None:
    stack = body[::-1]
    while stack:
        node = stack.pop()
        if node.__class__ is ast.Constant:
            continue
        if node.__class__ is ast.Name:
            if node.ctx.__class__ is not ast.Load:
                scope.bound.add(node.id)
            continue
        handler = _HANDLERS.get(node.__class__)
        found = handler(node, scope) if handler else None
        if found is None:
            found = children(node)
        stack.extend(reversed(found))


def _function(node: Any, scope: Scope) -> list[Any]:
    scope.bound.add(node.name)
    inner = Scope(_inside(scope, node.name), scope)
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    inner.parameters = {argument.arg: config_class_of(argument.annotation) for argument in named}
    for extra in (arguments.vararg, arguments.kwarg):
        if extra is not None:
            inner.bound.add(extra.arg)
    inner.parameters.pop("self", None)
    _walk(node.body, inner)
    scope.found.extend(inner.close())
    return [*node.decorator_list, *arguments.defaults, *(value for value in arguments.kw_defaults if value)]


def _class(node: Any, scope: Scope) -> list[Any]:
    scope.bound.add(node.name)
    inner = Scope(_inside(scope, node.name), scope, is_class=True)
    if _holds_fields(node):
        for statement in node.body:
            _field(statement, inner)
    _walk(node.body, inner)
    scope.found.extend(inner.found)
    return [*node.decorator_list, *node.bases]


def _holds_fields(node: ast.ClassDef) -> bool:
    """A dataclass, a named tuple, or a class named or derived like a configuration."""
    names = [node.name, *(dotted_name(base) for base in node.bases)]
    decorators = [dotted_name(getattr(item, "func", item)).rpartition(".")[2] for item in node.decorator_list]
    return (
        any(name in ("dataclass", "define", "frozen", "attrs") for name in decorators)
        or any(name.rpartition(".")[2] in ("NamedTuple", "BaseSettings", "BaseModel", "Struct") for name in names)
        or bool(config_class_of(ast.Name(node.name)))
    )


def _field(statement: ast.stmt, scope: Scope) -> None:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        value = source_text(statement.value) if statement.value is not None else ""
        fact = StateFact(scope.qualname, statement.target.id, "field", statement.lineno, scope.qualname, "", value)
        scope.add(fact, "")


def _assign(node: Any, scope: Scope) -> list[Any]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    value = node.value
    rest: list[Any] = [] if value is None else [value]
    kind = "update" if isinstance(node, ast.AugAssign) else "write"
    rest.extend(target for target in targets if not _assign_one(target, value, scope, kind))
    return rest


def _assign_one(target: Any, value: Any, scope: Scope, kind: str) -> bool:
    """Note what one target of an assignment changes; whether all of the target was dealt with."""
    if isinstance(target, ast.Subscript):
        _subscript_write(target, value, scope)
        return True
    if isinstance(target, ast.Attribute):
        _attribute_write(target, value, scope)
        return True
    if not isinstance(target, ast.Name):
        return False
    name = target.id
    if name in scope.globals:
        scope.add(StateFact(name, "*", kind, target.lineno, scope.qualname, name, source_text(value)), name)
    elif scope.is_module and isinstance(value, ast.Dict):
        _defaults(name, value, scope)
    scope.bound.add(name)
    _remember_alias(name, value, scope)
    return True


def _remember_alias(name: str, value: Any, scope: Scope) -> None:
    """`cfg = params.cfg`, `config = RunConfig(...)`, `args = parser.parse_args()`: the name means that store."""
    scope.aliases.pop(name, None)
    if isinstance(value, ast.Attribute):
        store, root = scope.store_of(value)
        if root and CONFIG_NAME.search(store):
            scope.aliases[name] = store
    elif isinstance(value, ast.Name) and scope.parameter(value.id):
        scope.aliases[name] = scope.parameter(value.id) or ""
    elif isinstance(value, ast.Call):
        if isinstance(value.func, ast.Attribute) and value.func.attr in ("parse_args", "parse_known_args"):
            scope.aliases[name] = "argparse"
        else:
            config_class = config_class_of(value.func)
            if config_class:
                scope.aliases[name] = config_class


def _defaults(name: str, value: ast.Dict, scope: Scope) -> None:
    for key, item in list(zip(value.keys, value.values, strict=True))[:_MANY]:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            scope.add(
                StateFact(name, encodable(key.value), "default", key.lineno, "<module>", name, source_text(item)),
                "",
            )


def _subscript_write(target: ast.Subscript, value: Any, scope: Scope) -> None:
    store, root = scope.store_of(target.value)
    if store:
        key, by_parameter = key_of(target.slice, scope)
        text = source_text(value) if value is not None else ""
        expression = source_text(target)
        fact = StateFact(store, key, "write", target.lineno, scope.qualname, expression, text, by_parameter)
        scope.add(fact, root)


def _attribute_write(target: ast.Attribute, value: Any, scope: Scope) -> None:
    if isinstance(target.value, ast.Name) and target.value.id in ("self", "cls"):
        store, _ = scope.store_of(value) if isinstance(value, ast.Name | ast.Attribute) else ("", "")
        home = scope.parent
        if store and home is not None and home.is_class and not store.startswith(PARAMETER):
            home.aliases[f"self.{target.attr}"] = store
        return
    store, root = scope.store_of(target.value)
    if store and not store.startswith(PARAMETER):
        text = source_text(value) if value is not None else ""
        fact = StateFact(store, target.attr, "write", target.lineno, scope.qualname, source_text(target), text)
        scope.add(fact, root)


def _subscript(node: Any, scope: Scope) -> None:
    store, root = scope.store_of(node.value)
    if not store:
        return
    key, by_parameter = key_of(node.slice, scope)
    if isinstance(node.ctx, ast.Load) and key == "*" and not CONFIG_NAME.search(store):
        return
    if isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Slice):
        return
    kind = {ast.Load: "read", ast.Store: "write", ast.Del: "pop"}[type(node.ctx)]
    scope.add(StateFact(store, key, kind, node.lineno, scope.qualname, source_text(node), "", by_parameter), root)


def _attribute(node: Any, scope: Scope) -> list[Any] | None:
    """`config.nepochs` where `config` is known to be a config object."""
    dotted = dotted_name(node)
    if not dotted:
        return None
    head = dotted.split(".")[:2] if dotted.startswith("self.") else dotted.split(".")[:1]
    name = ".".join(head)
    store = scope.alias(name) or scope.parameter(name) or ""
    key = dotted[len(name) + 1 :]
    if store and key and not key.startswith("__"):
        scope.add(StateFact(store, key, "read", node.lineno, scope.qualname, dotted), "")
    return []


def _call(node: Any, scope: Scope) -> list[Any]:
    for fact, root in call_facts(node, scope):
        scope.add(fact, root)
    function = node.func
    receiver = [function.value] if isinstance(function, ast.Attribute) else [function]
    return [*receiver, *node.args, *(keyword.value for keyword in node.keywords)]


def _compare(node: Any, scope: Scope) -> None:
    """`'gridsize' in params.cfg` reads the key."""
    left, right = node.left, node.comparators[0]
    if (
        isinstance(node.ops[0], ast.In | ast.NotIn)
        and isinstance(left, ast.Constant)
        and isinstance(left.value, str)
    ):
        store, root = scope.store_of(right)
        if store and CONFIG_NAME.search(store):
            fact = StateFact(store, encodable(left.value), "read", node.lineno, scope.qualname, source_text(node))
            scope.add(fact, root)


def _import(node: Any, scope: Scope) -> list[Any]:
    scope.imported.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
    return []


def _global(node: Any, scope: Scope) -> list[Any]:
    scope.globals.update(node.names)
    return []


def _inside(scope: Scope, name: str) -> str:
    return name if scope.is_module else f"{scope.qualname}.{name}"


_HANDLERS: dict[type, Callable[[Any, Scope], list[Any] | None]] = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Assign: _assign,
    ast.AnnAssign: _assign,
    ast.AugAssign: _assign,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Global: _global,
}
