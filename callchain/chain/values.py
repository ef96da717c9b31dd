"""What an expression stands for on a chain: names followed to assignments, parameters to arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from callchain.callgraph.graph import CallGraph
from callchain.chain.syntax import Syntax
from callchain.facts.state_scope import dotted_name
from callchain.model.chain import FlowEdge
from callchain.model.symbol import MODULE, split
from callchain.model.symbol import symbol as made_symbol

_DEEPEST = 12
_TEMPORARY = ("TemporaryDirectory", "mkdtemp", "NamedTemporaryFile", "mkstemp")
_SAME = ("str", "Path", "PurePath", "PosixPath", "fspath", "abspath", "realpath", "expanduser", "normpath")
_SAME_METHODS = ("resolve", "absolute", "expanduser", "as_posix", "format", "strip", "name")
TEMPORARY = "<tmp>"
Place = tuple[ast.AST, str]
"""An expression and the symbol in whose scope it is read."""


class Values:
    """Follows names through the functions of a chain; `edges` say who calls whom with what."""

    def __init__(
        self,
        graph: CallGraph,
        syntax: Syntax,
        edges: Iterable[FlowEdge],
        defaults: Mapping[tuple[str, int, str], str],
    ) -> None:
        self._graph = graph
        self._syntax = syntax
        self._defaults = defaults
        """(path, line, key) of a read of configuration → the literal default of that key."""
        self._calls: dict[str, FlowEdge] = {}
        for edge in edges:
            self._calls.setdefault(edge.callee, edge)
        self._assigned: dict[str, dict[str, list[tuple[int, ast.AST]]]] = {}

    def source(self, node: ast.AST, symbol: str, depth: int = 0) -> Place:
        """The expression behind a name: the last assignment before it, or the argument of the chain's call."""
        if depth > _DEEPEST or not isinstance(node, ast.Name):
            return node, symbol
        before = [value for line, value in self._assignments(symbol).get(node.id, ()) if line <= node.lineno]
        if before and before[-1] is not node:
            return self.source(before[-1], symbol, depth + 1)
        given = self._given(node.id, symbol) or self._constant(node.id, symbol)
        return self.source(*given, depth + 1) if given else (node, symbol)

    def pattern(self, node: ast.AST | None, symbol: str, depth: int = 0) -> str:
        """A path or name as text; what is not known reads `{expression}`."""
        if node is None or depth > _DEEPEST:
            return "{}"
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.Name):
            found, home = self.source(node, symbol)
            return (
                "{" + node.id + "}"
                if found is node or isinstance(found, ast.Name)
                else self.pattern(found, home, depth + 1)
            )
        if isinstance(node, ast.JoinedStr):
            return "".join(self.pattern(part, symbol, depth + 1) for part in node.values)
        if isinstance(node, ast.FormattedValue):
            return self.pattern(node.value, symbol, depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div | ast.Mod):
            return self._joined(node, symbol, depth)
        if isinstance(node, ast.Call):
            return self._call(node, symbol, depth)
        if isinstance(node, ast.Attribute) and node.attr in _SAME_METHODS:
            return self.pattern(node.value, symbol, depth + 1)
        name = dotted_name(node)
        return "{" + (name or "…") + "}"

    def _joined(self, node: ast.BinOp, symbol: str, depth: int) -> str:
        left = self.pattern(node.left, symbol, depth + 1)
        if isinstance(node.op, ast.Mod):
            return left.replace("%s", "{}")
        right = self.pattern(node.right, symbol, depth + 1)
        return left + ("/" if isinstance(node.op, ast.Div) else "") + right

    def _call(self, node: ast.Call, symbol: str, depth: int) -> str:
        name = dotted_name(node.func)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else name
        default = self._default(node, symbol)
        if default:
            return default
        if last in _TEMPORARY:
            return TEMPORARY
        if last in ("join", "joinpath") and not isinstance(getattr(node.func, "value", None), ast.Constant):
            base = [] if last == "join" else [getattr(node.func, "value", None)]
            return "/".join(self.pattern(part, symbol, depth + 1) for part in (*base, *node.args))
        if last in _SAME and node.args:
            return self.pattern(node.args[0], symbol, depth + 1)
        if last in _SAME_METHODS and isinstance(node.func, ast.Attribute):
            return self.pattern(node.func.value, symbol, depth + 1)
        if last in ("open", "File", "ZipFile") and node.args:
            return self.pattern(node.args[0], symbol, depth + 1)
        return "{" + (name or last or "…") + "()}"

    def _default(self, node: ast.Call, symbol: str) -> str:
        """The default of the configuration key that a call reads, where it is a literal text."""
        for argument in node.args[:1]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                text = self._defaults.get((split(symbol)[0], node.lineno, argument.value), "")
                return text[1:-1] if len(text) > 1 and text[0] in "'\"" else ""
        return ""

    def _given(self, name: str, symbol: str) -> Place | None:
        """The argument for a parameter at the call by which the chain enters the function."""
        edge = self._calls.get(symbol)
        definition = self._graph.definitions.get(symbol)
        if edge is None or definition is None or name not in definition.parameters:
            return None
        call = self._syntax.call(edge.path, edge.line, symbol)
        if call is None:
            return None
        for keyword in call.keywords:
            if keyword.arg == name:
                return keyword.value, edge.caller
        plain = [item for item in definition.parameters if item not in ("self", "cls")]
        place = plain.index(name) if name in plain else -1
        return (call.args[place], edge.caller) if 0 <= place < len(call.args) else None

    def _constant(self, name: str, symbol: str) -> Place | None:
        """The one value that a module gives to a name, here or where the name is imported from."""
        path = split(symbol)[0]
        definition = self._graph.definitions.get(symbol)
        if name in self._assignments(symbol) or (definition is not None and name in definition.parameters):
            return None
        found = self._graph.resolve_name(path, name, "")
        home, qualname = split(found) if "::" in found else (path, name)
        module = made_symbol(home, MODULE)
        values = self._assignments(module).get(qualname, ()) if found not in self._graph.definitions else ()
        return (values[0][1], module) if len(values) == 1 and module != symbol else None

    def _assignments(self, symbol: str) -> dict[str, list[tuple[int, ast.AST]]]:
        if symbol not in self._assigned:
            found: dict[str, list[tuple[int, ast.AST]]] = {}
            for node in self._syntax.nodes(symbol):
                if (
                    isinstance(node, ast.Assign)
                    and len(node.targets) == 1
                    and isinstance(node.targets[0], ast.Name)
                ):
                    found.setdefault(node.targets[0].id, []).append((node.lineno, node.value))
                elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                    found.setdefault(node.target.id, []).append((node.lineno, node.value))
                elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
                    found.setdefault(node.optional_vars.id, []).append(
                        (node.optional_vars.lineno, node.context_expr)
                    )
            self._assigned[symbol] = found
        return self._assigned[symbol]
