"""Which names each scope of a file binds, takes from outside, and hands to the scopes inside it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from callchain.facts.children import children
from callchain.facts.scope import Scope, binder_of

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = frozenset({ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp})
_LOOPS = frozenset({ast.For, ast.AsyncFor, ast.While})
_LEAVES = frozenset({ast.Constant, ast.Pass, ast.Break, ast.Continue, ast.Load, ast.Store, type(None)})


def read_scopes(tree: ast.Module) -> Scope:
    """The module's scope, with the scopes of all that is nested in it, captures settled."""
    module = Scope("module", None)
    everything = [module]
    pending: list[tuple[Scope, list[Any]]] = [(module, tree.body)]
    while pending:
        scope, body = pending.pop()
        _read(scope, body, pending)
        if scope is not module:
            everything.append(scope)
    for scope in everything:
        _settle(scope, module)
    return module


def _read(scope: Scope, body: list[Any], pending: list[tuple[Scope, list[Any]]]) -> None:
    """Walk the statements of one scope; what opens another is put on `pending`."""
    stack: list[Any] = list(body)
    pop, push = stack.pop, stack.append
    use, bind = scope.used.add, scope.bound.add
    while stack:
        node = pop()
        kind = node.__class__
        if kind is ast.Name:
            if node.ctx.__class__ is ast.Load:
                use(node.id)
            else:
                bind(node.id)
        elif kind is ast.Attribute:
            push(node.value)
        elif kind is ast.Call:
            push(node.func)
            stack += node.args
            for keyword in node.keywords:
                push(keyword.value)
        elif kind is ast.Assign:
            stack += node.targets
            push(node.value)
        elif kind is ast.Expr or kind is ast.Starred or kind is ast.Return:
            push(node.value)
        elif kind not in _LEAVES:
            shape = _SHAPES.get(kind)
            if shape is not None:
                shape(node, stack)
                continue
            special = _SPECIAL.get(kind)
            if special is not None:
                special(scope, node, stack, pending)
            else:
                stack.extend(children(node))


def _push_if(node: Any, stack: list[Any]) -> None:
    stack.append(node.test)
    stack += node.body
    stack += node.orelse


def _push_with(node: Any, stack: list[Any]) -> None:
    for item in node.items:
        stack.append(item.context_expr)
        stack.append(item.optional_vars)
    stack += node.body


def _push_try(node: Any, stack: list[Any]) -> None:
    for part in (node.body, node.handlers, node.orelse, node.finalbody):
        stack += part


def _push_compare(node: Any, stack: list[Any]) -> None:
    stack.append(node.left)
    stack += node.comparators


def _push_dict(node: Any, stack: list[Any]) -> None:
    stack += node.keys
    stack += node.values


_SHAPES: dict[type, Callable[[Any, list[Any]], object]] = {
    ast.BinOp: lambda node, stack: stack.extend((node.left, node.right)),
    ast.Compare: _push_compare,
    ast.BoolOp: lambda node, stack: stack.extend(node.values),
    ast.UnaryOp: lambda node, stack: stack.append(node.operand),
    ast.IfExp: lambda node, stack: stack.extend((node.test, node.body, node.orelse)),
    ast.Subscript: lambda node, stack: stack.extend((node.value, node.slice)),
    ast.Slice: lambda node, stack: stack.extend((node.lower, node.upper, node.step)),
    ast.Tuple: lambda node, stack: stack.extend(node.elts),
    ast.List: lambda node, stack: stack.extend(node.elts),
    ast.Dict: _push_dict,
    ast.JoinedStr: lambda node, stack: stack.extend(node.values),
    ast.FormattedValue: lambda node, stack: stack.extend((node.value, node.format_spec)),
    ast.AugAssign: lambda node, stack: stack.extend((node.target, node.value)),
    ast.Raise: lambda node, stack: stack.extend((node.exc, node.cause)),
    ast.Assert: lambda node, stack: stack.extend((node.test, node.msg)),
    ast.If: _push_if,
    ast.With: _push_with,
    ast.AsyncWith: _push_with,
    ast.Try: _push_try,
}
"""How the children of the commonest nodes are reached: to ask each for its fields takes three times as long."""


def _function(scope: Scope, node: Any, stack: list[Any], pending: list[Any]) -> None:
    scope.bound.add(node.name)
    stack.extend(node.decorator_list)
    _enter(scope, node, node.body, "function", stack, pending)


def _lambda(scope: Scope, node: Any, stack: list[Any], pending: list[Any]) -> None:
    _enter(scope, node, [node.body], "lambda", stack, pending)


def _enter(scope: Scope, node: Any, body: list[Any], kind: str, stack: list[Any], pending: list[Any]) -> None:
    arguments = node.args
    stack.extend(arguments.defaults)
    stack.extend(default for default in arguments.kw_defaults if default is not None)
    inner = Scope(kind, scope)
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        inner.bound.add(argument.arg)
    for argument in (arguments.vararg, arguments.kwarg):
        if argument is not None:
            inner.bound.add(argument.arg)
    scope.inner[id(node)] = inner
    pending.append((inner, body))


def _class(scope: Scope, node: Any, stack: list[Any], pending: list[Any]) -> None:
    scope.bound.add(node.name)
    stack.extend(node.decorator_list)
    stack.extend(node.bases)
    stack.extend(keyword.value for keyword in node.keywords)
    inner = Scope("class", scope)
    scope.inner[id(node)] = inner
    pending.append((inner, node.body))


def _import(scope: Scope, node: Any, _stack: list[Any], _pending: list[Any]) -> None:
    for alias in node.names:
        scope.bound.add(alias.asname or alias.name.partition(".")[0])


def _comprehension(scope: Scope, node: Any, stack: list[Any], _pending: list[Any]) -> None:
    for generator in node.generators:
        for target in ast.walk(generator.target):
            if target.__class__ is ast.Name:
                scope.comprehension.add(target.id)
        stack.append(generator.iter)
        stack.extend(generator.ifs)
    if node.__class__ is ast.DictComp:
        stack.append(node.key)
        stack.append(node.value)
    else:
        stack.append(node.elt)


def _loop(scope: Scope, node: Any, _stack: list[Any], pending: list[Any]) -> None:
    """Names assigned in the loop are gathered apart, to be merged where the loop starts over."""
    outer, scope.bound = scope.bound, set()
    _read(scope, children(node), pending)
    scope.loops[id(node)] = scope.bound
    outer |= scope.bound
    scope.bound = outer


def _yield(scope: Scope, node: Any, stack: list[Any], _pending: list[Any]) -> None:
    scope.is_generator = True
    if node.value is not None:
        stack.append(node.value)


def _handler(scope: Scope, node: Any, stack: list[Any], _pending: list[Any]) -> None:
    if node.name:
        scope.bound.add(node.name)
    stack.extend(children(node))


def _pattern(scope: Scope, node: Any, stack: list[Any], _pending: list[Any]) -> None:
    name = node.rest if node.__class__ is ast.MatchMapping else node.name
    if name:
        scope.bound.add(name)
    stack.extend(children(node))


def _annotated(_scope: Scope, node: Any, stack: list[Any], _pending: list[Any]) -> None:
    stack.append(node.target)
    if node.value is not None:
        stack.append(node.value)


def _declared(scope: Scope, node: Any, _stack: list[Any], _pending: list[Any]) -> None:
    (scope.globals if node.__class__ is ast.Global else scope.nonlocals).update(node.names)


_SPECIAL = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Lambda: _lambda,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.ExceptHandler: _handler,
    ast.MatchAs: _pattern,
    ast.MatchStar: _pattern,
    ast.MatchMapping: _pattern,
    ast.AnnAssign: _annotated,
    ast.Global: _declared,
    ast.Nonlocal: _declared,
    **dict.fromkeys(_COMPREHENSIONS, _comprehension),
    **dict.fromkeys(_LOOPS, _loop),
}


def _settle(scope: Scope, module: Scope) -> None:
    """Tell the scopes around which of their names this one reads or assigns."""
    scope.bound -= scope.globals
    scope.bound -= scope.nonlocals
    for name in scope.globals:
        module.bound.add(name)
        if scope is not module:
            module.rebound.add(name)
    if scope is module:
        return
    for name in scope.used | scope.nonlocals:
        if name in scope.bound or name in scope.globals:
            continue
        binder = binder_of(scope, name)
        if binder is not None:
            binder.captured.add(name)
            if name in scope.nonlocals:
                binder.rebound.add(name)
