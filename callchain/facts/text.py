"""The words of one file: names used and strings written in each function, for ranking and for artefacts."""

from __future__ import annotations

import ast
from typing import Any

import msgspec

from callchain.facts.children import children

_LONGEST = 200
_BINDING = frozenset({ast.Assign, ast.AnnAssign, ast.For, ast.AsyncFor})
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class TextFact(msgspec.Struct, frozen=True, array_like=True):
    """A string written in a function, or all the names it uses.

    A `callback` is a call of something that the function was given or looked up: a parameter of its own or of a
    function around it, an item, a result, what a loop goes through (by its name), an attribute (`self.name`). A
    `string` keeps its line; the parts of an f-string that are not literal read `{expression}`. A function has
    one `name` fact: the distinct identifiers of its body, in order of first use, joined by blanks.
    """

    qualname: str
    line: int
    kind: str
    """`string`, `callback` or `name`."""
    text: str


class _Scope:
    """What is gathered of one module body, class body or function."""

    __slots__ = ("callbacks", "given", "line", "names", "qualname", "strings")

    def __init__(self, qualname: str, line: int, given: frozenset[str] = frozenset()) -> None:
        self.qualname = qualname
        self.line = line
        self.given = set(given)  # names that hold what was given or looked up
        self.callbacks: dict[str, int] = {}
        self.names: dict[str, None] = {}
        self.strings: dict[str, int] = {}

    def facts(self) -> list[TextFact]:
        found = [TextFact(self.qualname, line, "string", text) for text, line in self.strings.items()]
        found += [TextFact(self.qualname, line, "callback", text) for text, line in self.callbacks.items()]
        if self.names:
            found.append(TextFact(self.qualname, self.line, "name", " ".join(self.names)))
        return found


def text_facts(tree: ast.Module, path: str) -> tuple[TextFact, ...]:  # noqa: ARG001 - one signature for all facts
    """The strings and names of each scope of a file, in source order; lambdas belong to the scope around them."""
    pending: list[tuple[_Scope, list[ast.AST]]] = [(_Scope("<module>", 1), _body(tree))]
    facts: list[TextFact] = []
    while pending:
        scope, nodes = pending.pop()
        inner = _gather(scope, nodes)
        facts.extend(scope.facts())
        pending.extend(reversed(inner))
    return tuple(facts)


def _gather(scope: _Scope, nodes: list[ast.AST]) -> list[tuple[_Scope, list[ast.AST]]]:
    """Fill `scope` from `nodes`; give back the scopes that are defined inside it."""
    names, strings = scope.names, scope.strings
    inner: list[tuple[_Scope, list[ast.AST]]] = []
    stack: list[Any] = nodes[::-1]  # of any node class: the class is compared, which costs less than isinstance
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is ast.Name:
            names[node.id] = None
            continue
        if kind is ast.Constant:
            _keep(strings, node.value, node.lineno)
            continue
        if kind is ast.JoinedStr:
            _keep(strings, f_string_text(node), node.lineno)
        elif isinstance(node, _DEFINITIONS):
            inner.append(
                (_Scope(_inside(scope.qualname, node.name), node.lineno, _given(scope, node)), _body(node))
            )
            stack.extend(reversed(_header(node)))
            continue
        elif kind is ast.Call:
            _note_callback(scope, node)
        elif kind is ast.Attribute:
            names[node.attr] = None
        elif kind in _BINDING:
            _note_looked_up(scope, node)
        elif kind is ast.keyword and node.arg:
            names[node.arg] = None
        elif kind is ast.alias:
            names[node.name.rpartition(".")[2]] = None
            continue
        stack.extend(reversed(children(node)))
    return inner


def _given(scope: _Scope, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> frozenset[str]:
    """What a definition's body may call that was given: its parameters and those around it."""
    if isinstance(node, ast.ClassDef) or scope.qualname == "<module>":
        return frozenset() if isinstance(node, ast.ClassDef) else _parameters(node)
    return _parameters(node) | scope.given


def _note_looked_up(scope: _Scope, node: ast.Assign | ast.AnnAssign | ast.For | ast.AsyncFor) -> None:
    """A name that a loop binds, or that holds an attribute, an item or, under conditions, something given."""
    if scope.qualname == "<module>":
        return
    if isinstance(node, (ast.For, ast.AsyncFor)):
        targets = [node.target]
    elif node.value is not None and _is_looked_up(node.value, scope.given):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    else:
        return
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        scope.given.update(part.id for part in parts if isinstance(part, ast.Name))


def _is_looked_up(value: ast.expr, given: set[str]) -> bool:
    if isinstance(value, ast.IfExp):
        return _is_looked_up(value.body, given) or _is_looked_up(value.orelse, given)
    if isinstance(value, ast.BoolOp):
        return any(_is_looked_up(part, given) for part in value.values)
    return isinstance(value, (ast.Attribute, ast.Subscript)) or (isinstance(value, ast.Name) and value.id in given)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    arguments = node.args
    named = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return frozenset(argument.arg for argument in named) - {"self", "cls"}


def _note_callback(scope: _Scope, node: ast.Call) -> None:
    function = node.func
    if isinstance(function, ast.Name):
        if function.id in scope.given:
            scope.callbacks.setdefault(function.id, node.lineno)
    elif isinstance(function, ast.Attribute):
        if isinstance(function.value, ast.Name) and function.value.id == "self":
            scope.callbacks.setdefault(f"self.{function.attr}", node.lineno)
    elif isinstance(function, ast.Subscript):
        scope.callbacks.setdefault("[…]", node.lineno)
    elif isinstance(function, ast.Call):
        scope.callbacks.setdefault("…(…)", node.lineno)


def _keep(strings: dict[str, int], value: object, line: int) -> None:
    if isinstance(value, str) and 1 < len(value) <= _LONGEST:
        strings.setdefault(encodable(value), line)


def encodable(text: str) -> str:
    """The text with `?` for lone surrogates, which a literal may hold and no record can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def f_string_text(node: ast.JoinedStr) -> str:
    """An f-string as a pattern: literal parts as they are, the others as `{expression}`."""
    parts = [
        str(part.value) if isinstance(part, ast.Constant) else "{" + _short(part) + "}" for part in node.values
    ]
    return "".join(parts)


def _short(node: ast.AST) -> str:
    value = getattr(node, "value", node)
    if isinstance(value, ast.Name):
        return value.id
    return value.attr if isinstance(value, ast.Attribute) else ""


def _inside(outer: str, name: str) -> str:
    return name if outer == "<module>" else f"{outer}.{name}"


def _body(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    """The statements of a body without its docstring, which definitions already hold."""
    body: list[ast.AST] = list(node.body)
    first = body[0] if body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return body[1:]
    return body


def _header(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    """What a definition evaluates in the scope around it: decorators, bases and defaults."""
    header: list[ast.AST] = list(node.decorator_list)
    if isinstance(node, ast.ClassDef):
        return [*header, *node.bases, *node.keywords]
    defaults = [value for value in (*node.args.defaults, *node.args.kw_defaults) if value is not None]
    return [*header, *defaults]
