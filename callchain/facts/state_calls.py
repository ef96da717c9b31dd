"""What a call says of global state: dict methods, accessors of the environment, flags, `setattr`, handing over."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from callchain.facts.state_fact import ENVIRONMENT, FLAGS, PARAMETER, StateFact
from callchain.facts.state_scope import CONFIG_NAME, Scope, config_class_of, dotted_name
from callchain.facts.text import encodable

_LONGEST = 80
_DICT_METHODS = {
    "get": "read",
    "setdefault": "write",
    "pop": "pop",
    "popitem": "pop",
    "update": "update",
    "copy": "copy",
    "clear": "clear",
    "items": "read",
    "keys": "read",
    "values": "read",
}
_WHOLE = {"copy", "clear", "items", "keys", "values", "popitem"}

Found = Iterator[tuple[StateFact, str]]


def source_text(node: ast.AST | None) -> str:
    """An expression as one line of source, cut at 80 characters."""
    if node is None:
        return ""
    text = encodable(repr(node.value) if isinstance(node, ast.Constant) else dotted_name(node) or _unparsed(node))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _unparsed(node: ast.AST) -> str:
    """A large display is not worth its text: its size tells more."""
    if isinstance(node, ast.Dict) and len(node.keys) > 4:
        return f"{{… {len(node.keys)} keys}}"
    return " ".join(ast.unparse(node).split())


def call_facts(node: ast.Call, scope: Scope) -> Found:
    """All accesses that one call shows, each with the name that must prove global."""
    function = node.func
    name = dotted_name(function)
    last = name.rpartition(".")[2]
    if last in ("getenv", "putenv", "unsetenv") and node.args:
        yield _environment(node, last, scope), ""
    elif last in ("add_argument", "option", "argument"):
        yield from _flag(node, scope)
    elif name in ("setattr", "getattr") and len(node.args) >= 2:
        yield from _attribute_by_name(node, name, scope)
    elif name == "dict" and len(node.args) == 1:
        store, root = scope.store_of(node.args[0])
        if store and CONFIG_NAME.search(store):
            yield _fact(scope, node, store, "*", "copy"), root
    elif isinstance(function, ast.Attribute) and function.attr in _DICT_METHODS:
        yield from _method(node, function, scope)
    yield from _handed_over(node, name, scope)


def _fact(scope: Scope, node: ast.AST, store: str, key: str, kind: str, value: str = "") -> StateFact:
    line = node.lineno if isinstance(node, ast.expr) else 0
    return StateFact(store, key, kind, line, scope.qualname, source_text(node), value)


def _method(node: ast.Call, function: ast.Attribute, scope: Scope) -> Found:
    store, root = scope.store_of(function.value)
    if not store:
        return
    kind = _DICT_METHODS[function.attr]
    if function.attr == "update":
        for fact in _update(node, store, scope):
            yield fact, root
    elif function.attr in _WHOLE:
        if function.attr in ("copy", "clear") or CONFIG_NAME.search(store):
            yield _fact(scope, node, store, "*", kind), root
    elif node.args:
        key, by_parameter = key_of(node.args[0], scope)
        if key == "*" and not CONFIG_NAME.search(store):
            return
        value = source_text(node.args[1]) if len(node.args) > 1 else ""
        fact = StateFact(store, key, kind, node.lineno, scope.qualname, source_text(node), value, by_parameter)
        yield fact, root


def key_of(node: ast.AST, scope: Scope) -> tuple[str, bool]:
    """A literal key; or a parameter's name and True; else `*`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return encodable(node.value), False
    if isinstance(node, ast.Name) and node.id in scope.parameters:
        return node.id, True
    return "*", False


def _update(node: ast.Call, store: str, scope: Scope) -> Iterator[StateFact]:
    """One fact a literal key; a dict that is not literal updates `*`."""
    expression = source_text(node)
    for argument in node.args[:1]:
        pairs = zip(argument.keys, argument.values, strict=True) if isinstance(argument, ast.Dict) else ()
        literal = False
        for key, value in pairs:
            literal = True
            name, by_parameter = key_of(key, scope) if key is not None else ("*", False)
            line = key.lineno if key is not None else node.lineno
            yield StateFact(
                store, name, "update", line, scope.qualname, expression, source_text(value), by_parameter
            )
        if not literal:
            yield _fact(scope, node, store, "*", "update", source_text(argument))
    for keyword in node.keywords:
        key_name = keyword.arg or "*"
        value_text = source_text(keyword.value)
        yield StateFact(store, key_name, "update", keyword.value.lineno, scope.qualname, expression, value_text)


def _environment(node: ast.Call, name: str, scope: Scope) -> StateFact:
    key, by_parameter = key_of(node.args[0], scope)
    kind = {"getenv": "read", "putenv": "write", "unsetenv": "pop"}[name]
    value = source_text(node.args[1]) if len(node.args) > 1 else ""
    return StateFact(ENVIRONMENT, key, kind, node.lineno, scope.qualname, source_text(node), value, by_parameter)


def _flag(node: ast.Call, scope: Scope) -> Found:
    names = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if not names:
        return
    options = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    longest = max(names, key=len)
    written = options.get("dest")
    dest = written.value if isinstance(written, ast.Constant) and isinstance(written.value, str) else ""
    key = dest or longest.lstrip("-").replace("-", "_")
    yield (
        StateFact(
            FLAGS, key, "flag", node.lineno, scope.qualname, _flag_text(longest, options), _default(options)
        ),
        "",
    )


def _flag_text(name: str, options: dict[str, ast.expr]) -> str:
    described = options.get("help")
    if isinstance(described, ast.Constant) and isinstance(described.value, str):
        text = f"{name}: {' '.join(described.value.split())}"
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return name


def _default(options: dict[str, ast.expr]) -> str:
    if "default" in options:
        return source_text(options["default"])
    action = options.get("action")
    if isinstance(action, ast.Constant):
        return {"store_true": "False", "store_false": "True"}.get(str(action.value), "")
    return ""


def _attribute_by_name(node: ast.Call, name: str, scope: Scope) -> Found:
    """`setattr(config, key, value)` on something that is known or named as configuration."""
    store, root = scope.store_of(node.args[0])
    if not store or not (CONFIG_NAME.search(store) or config_class_of(node.args[0]) or not root):
        return
    key, by_parameter = key_of(node.args[1], scope)
    kind = "write" if name == "setattr" else "read"
    value = source_text(node.args[2]) if len(node.args) > 2 else ""
    fact = StateFact(store, key, kind, node.lineno, scope.qualname, source_text(node), value, by_parameter)
    yield fact, root


def _handed_over(node: ast.Call, name: str, scope: Scope) -> Found:
    """A store given to a function, which may change it there."""
    if not name or name in ("dict", "len", "print", "setattr", "getattr", "isinstance"):
        return
    places = [(str(place), argument) for place, argument in enumerate(node.args)]
    places += [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg]
    for place, argument in places:
        if isinstance(argument, ast.Name | ast.Attribute):
            store, root = scope.store_of(argument)
            if root and CONFIG_NAME.search(store) and not store.startswith(PARAMETER):
                yield StateFact(store, place, "pass", node.lineno, scope.qualname, name, source_text(node)), root
