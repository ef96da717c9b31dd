"""A file's syntax tree to units of constraints, its definitions and the names of its scopes."""

from __future__ import annotations

import ast
from typing import Any

import msgspec

from callchain.facts import ir, narrowing, statements, targets
from callchain.facts.annotations import declared, dotted
from callchain.facts.copies import passes, varies
from callchain.facts.emitting import implicit
from callchain.facts.expressions import expression
from callchain.facts.literals import handed_on
from callchain.facts.scopes import read_scopes
from callchain.facts.unit import ClassFrame, Narrowed, Unit
from callchain.model.symbol import MODULE, Definition, symbol

_ENCODER = msgspec.msgpack.Encoder()
_NOTHING = msgspec.Raw()


class Lowering:
    """One file while it is read."""

    def __init__(self, path: str, module: str, is_package: bool) -> None:
        self.path = path
        self.module = module
        self.package = module if is_package else module.rpartition(".")[0]
        self.units: list[ir.UnitIR] = []
        self.classes: list[ir.ClassIR] = []
        self.definitions: list[Definition] = []
        self.names: dict[str, dict[str, tuple[str, ...]]] = {}
        self.stars: list[str] = []
        self.globals: list[str] = []
        self.conditional_imports: list[int] = []
        self.platforms: dict[str, bool | None] = {}
        """Names of the module that stand for a test of the interpreter or platform, and whether it holds."""
        self.conditional = 0
        """How many tests of the interpreter or platform stand around this point."""
        self._bodies: list[tuple[Unit, Any, int]] = []
        self._finished: list[tuple[Unit, ir.UnitIR]] = []

    def read(self, tree: ast.Module, lines: int) -> None:
        """Lower the whole file."""
        scope = read_scopes(tree)
        doc = ast.get_docstring(tree, clean=True) or ""
        self.definitions.append(Definition(symbol(self.path), "module", 1, max(lines, 1), 1, docstring=doc))
        unit = Unit(0, MODULE, scope, None)
        self.units.append(_placeholder(unit, 1, "module", -1))
        self.globals = sorted(scope.bound)
        statements.block(self, unit, tree.body)
        self._finish(unit, 0)
        while self._bodies:
            inner, node, index = self._bodies.pop()
            self._body(inner, node, index)

    # -- definitions ------------------------------------------------------------------------------------------

    def function(self, unit: Unit, node: Any, name: str) -> int:
        """A `def` or lambda: its unit is queued, its value returned."""
        scope = unit.scope.inner.get(id(node)) or _class_scope(unit).inner[id(node)]
        qualname = unit.prefix() + name
        index = len(self.units)
        inner = Unit(index, qualname, scope, unit)
        owner = unit.frames[-1].index if unit.frames else -1
        record = _placeholder(inner, node.lineno, "lambda" if name == "<lambda>" else "function", owner)
        record.parent = unit.index
        self.units.append(record)
        defaults = self._signature(unit, inner, record, node.args)
        record.is_generator = scope.is_generator
        record.is_conditional = self.conditional > 0
        record.is_async = node.__class__ is ast.AsyncFunctionDef
        if node.__class__ is not ast.Lambda:
            record.decorators = [_decorator_name(each) for each in node.decorator_list]
            record.is_abstract = _is_abstract(node, record.decorators)
            returns = declared(node.returns)
            if returns is not None:
                record.annotations["return"] = returns
        self._define(
            node, qualname, "lambda" if name == "<lambda>" else "method" if owner >= 0 else "function", scope
        )
        self._bodies.append((inner, node, index))
        found = unit.node()
        unit.emit(ir.FUNCTION, found, index, defaults)
        return found

    def _signature(self, unit: Unit, inner: Unit, record: ir.UnitIR, arguments: ast.arguments) -> list[Any]:
        """Number the parameters; the defaults are evaluated where the function is defined."""
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[Any] = []
        for argument in (*positional, *arguments.kwonlyargs):
            record.parameters.append(argument.arg)
            self._parameter(inner, record, argument)
        record.positional = len(positional)
        inner.parameters = len(record.parameters)
        first = len(positional) - len(arguments.defaults)
        pairs = [(first + index, value) for index, value in enumerate(arguments.defaults)]
        pairs += [
            (len(positional) + i, value) for i, value in enumerate(arguments.kw_defaults) if value is not None
        ]
        for index, value in pairs:
            if value.__class__ is ast.Constant and value.value is None:
                inner.optional.add(ir.FIRST_PARAMETER + index)
            held = handed_on(self, unit, value)
            if held:
                defaults.append((index, held))
        if arguments.vararg is not None:
            record.vararg = self._parameter(inner, record, arguments.vararg)
        if arguments.kwarg is not None:
            record.kwarg = self._parameter(inner, record, arguments.kwarg)
        for name in tuple(inner.env):
            if name in inner.scope.captured:  # after all parameters: their nodes follow one another
                inner.emit(ir.COPY, inner.cell(name), inner.env[name])
        return defaults

    def _parameter(self, inner: Unit, record: ir.UnitIR, argument: ast.arg) -> int:
        node = inner.node()
        inner.env[argument.arg] = node
        kind = declared(argument.annotation)
        if kind is not None:
            record.annotations[argument.arg] = kind
        return node

    def _define(self, node: Any, qualname: str, kind: str, scope: Any) -> None:
        decorators = getattr(node, "decorator_list", [])
        arguments = getattr(node, "args", None)
        self.definitions.append(
            Definition(
                symbol=symbol(self.path, qualname),
                kind=kind,
                line=node.lineno,
                end_line=node.end_lineno,
                first_line=decorators[0].lineno if decorators else node.lineno,
                parameters=_parameter_names(arguments) if arguments is not None else (),
                decorators=tuple(ast.unparse(decorator) for decorator in decorators),
                bases=tuple(ast.unparse(base) for base in getattr(node, "bases", ())),
                docstring=(ast.get_docstring(node, clean=True) or "") if kind != "lambda" else "",
                is_async=node.__class__ is ast.AsyncFunctionDef,
                is_generator=bool(scope.is_generator) if kind != "class" else False,
            )
        )
        names = self.names.setdefault(qualname, {})
        if arguments is not None:
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                names[argument.arg] = ("P:",)

    def _body(self, inner: Unit, node: Any, index: int) -> None:
        if node.__class__ is ast.Lambda:
            value = expression(self, inner, node.body)
            if value:
                inner.emit(ir.COPY, ir.RETURN, value)
                inner.returned.append(value)
        else:
            statements.block(self, inner, node.body)
        self._finish(inner, index)

    def _finish(self, unit: Unit, index: int) -> None:
        record = self.units[index]
        record.cells = unit.cells
        record.nodes = unit.count
        self._finished.append((unit, record))

    def close(self) -> None:
        """Settle what depends on inner units: nodes and cells they asked for, and which units vary by call."""
        for unit, record in self._finished:
            record.nodes = unit.count
            record.is_poly = varies(unit, record)
            record.is_passing = not record.is_poly and passes(unit, record)
            record.regions = unit.regions if record.is_poly or record.is_passing else []
            record.size = len(unit.code)
            record.code = msgspec.Raw(_ENCODER.encode(unit.code))

    def class_(self, unit: Unit, node: Any) -> int:
        """A `class` statement; its body runs here."""
        holder = _class_scope(unit)
        qualname = unit.prefix() + node.name
        index = len(self.classes)
        record = ir.ClassIR(qualname, node.lineno, unit.index, [], {}, [], [], {})
        self.classes.append(record)
        bases = [expression(self, unit, base) for base in node.bases]
        record.bases = [declared(base) for base in node.bases]
        keywords = [(each.arg or "", expression(self, unit, each.value)) for each in node.keywords]
        record.keywords = {each.arg or "": declared(each.value) for each in node.keywords}
        self._define(node, qualname, "class", holder)
        scope = holder.inner[id(node)]
        frame = ClassFrame(index, qualname, scope)
        found = unit.node()
        unit.emit(ir.CLASS, found, index, bases, keywords, node.lineno)
        unit.frames.append(frame)
        statements.block(self, unit, node.body)
        unit.frames.pop()
        for name, value in frame.env.items():
            if "." not in name:
                record.members.append(name)
                if value:
                    unit.emit(ir.SET_STATIC, index, name, value)
        record.annotations = frame.annotations
        record.decorators = [_decorator_name(each) for each in node.decorator_list]
        return found

    def bound_name(self, unit: Unit, name: str, target: str) -> None:
        """Remember for name look-ups what a scope binds."""
        scope = self.names.setdefault(unit.here(), {})
        known = scope.get(name, ())
        if target not in known and len(known) < 6:
            scope[name] = (*known, target)

    # -- what statements and expressions ask for ----------------------------------------------------------------

    def expression(self, unit: Unit, node: Any) -> int:
        """The node that holds what an expression yields; 0 when nothing can be said of it."""
        return expression(self, unit, node)

    def block(self, unit: Unit, body: list[Any]) -> bool:
        """Lower statements in order; False when control never reaches the end."""
        return statements.block(self, unit, body)

    def bind(self, unit: Unit, target: Any, value: int, local: bool = False) -> None:
        """Assign the node `value` to a target."""
        targets.assign(self, unit, target, value, local)

    def test(self, unit: Unit, condition: Any) -> None:
        """Evaluate a condition for its truth."""
        value = expression(self, unit, condition)
        if isinstance(condition, _VALUES):
            implicit(unit, value, "__bool__", int(condition.lineno))

    def assume(self, unit: Unit, condition: Any, holds: bool) -> list[Narrowed]:
        """Narrow names by a condition that was evaluated already."""
        return narrowing.assume(self, unit, condition, holds)

    def unknown_call(self, unit: Unit, node: Any) -> None:
        """A call of something that nothing is known of: kept as a blind spot."""
        unit.emit(ir.CALL, 0, 0, [], [], [], [], node.lineno, node.func.end_col_offset, "")


_VALUES = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)


def _class_scope(unit: Unit) -> Any:
    return unit.frames[-1].scope if unit.frames else unit.scope


def _placeholder(unit: Unit, line: int, kind: str, owner: int) -> ir.UnitIR:
    return ir.UnitIR(unit.qualname, line, kind, -1, owner, [], 0, 0, 0, 0, _NOTHING, {}, annotations={})


def _is_abstract(node: Any, decorators: list[str]) -> bool:
    if any(name.rpartition(".")[2].startswith("abstract") for name in decorators):
        return True
    body = [
        each for each in node.body if not (each.__class__ is ast.Expr and each.value.__class__ is ast.Constant)
    ]
    if not body:
        return node.body[-1].value.value is Ellipsis
    raised = body[0].exc if len(body) == 1 and isinstance(body[0], ast.Raise) else None
    if isinstance(raised, ast.Call):
        raised = raised.func
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _decorator_name(node: Any) -> str:
    return dotted(node.func if node.__class__ is ast.Call else node)


def _parameter_names(arguments: ast.arguments) -> tuple[str, ...]:
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg is not None:
        names.append(f"*{arguments.vararg.arg}")
    names += [each.arg for each in arguments.kwonlyargs]
    if arguments.kwarg is not None:
        names.append(f"**{arguments.kwarg.arg}")
    return tuple(names)
