"""All files linked: units and classes with global numbers, the module table, the class hierarchy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from callchain.callgraph.names import Names
from callchain.callgraph.stubs import ABSOLUTE, add_declarations
from callchain.facts.ir import ClassIR, ModuleIR, UnitIR
from callchain.facts.records import FileFacts
from callchain.model.symbol import symbol

_INSTRUCTIONS = msgspec.msgpack.Decoder(list[Any])
_DECODER = msgspec.msgpack.Decoder(ModuleIR)


class Module:
    """A file in the program; its units and classes are numbered on from the first ones."""

    __slots__ = ("facts", "first_class", "first_unit", "globals", "ir", "number", "path")

    def __init__(self, number: int, facts: FileFacts, ir: ModuleIR, first_unit: int, first_class: int) -> None:
        self.number = number
        self.path = facts.path
        self.facts = facts
        self.ir = ir
        self.first_unit = first_unit
        self.first_class = first_class
        self.globals = frozenset(ir.globals)


class Code:
    """A unit with its place in the program."""

    __slots__ = ("_instructions", "copies", "ir", "kind", "module", "number", "owner", "parent", "symbol")

    def __init__(self, number: int, ir: UnitIR, module: Module) -> None:
        self.number = number
        self.ir = ir
        self.module = module
        self.symbol = symbol(module.path, ir.qualname)
        self.parent = module.first_unit + ir.parent if ir.parent >= 0 else -1
        self.owner = module.first_class + ir.owner if ir.owner >= 0 else -1
        self.kind = _binding(ir) if ir.owner >= 0 else ""
        self.copies = 0
        self._instructions: list[Any] | None = None

    def instructions(self) -> list[Any]:
        """The constraints; kept only of units that are worth copies."""
        if self._instructions is not None:
            return self._instructions
        found: list[Any] = _INSTRUCTIONS.decode(self.ir.code)
        if self.ir.is_poly or self.ir.is_passing:
            self._instructions = found
        return found


def _binding(ir: UnitIR) -> str:
    """How a function in a class body is bound: `self`, `class` or `static`."""
    name = ir.qualname.rpartition(".")[2]
    if "staticmethod" in ir.decorators:
        return "static"
    if "classmethod" in ir.decorators or name in ("__new__", "__init_subclass__", "__class_getitem__"):
        return "class"
    return "self" if ir.kind == "function" else ""


class Class:
    """A class with its place in the hierarchy."""

    __slots__ = (
        "bases",
        "children",
        "fields",
        "homes",
        "ir",
        "lower",
        "members",
        "metaclass",
        "module",
        "mro",
        "mro_set",
        "number",
        "outside",
        "statics",
        "symbol",
    )

    def __init__(self, number: int, ir: ClassIR, module: Module) -> None:
        self.number = number
        self.ir = ir
        self.module = module
        self.symbol = symbol(module.path, ir.qualname)
        self.members = frozenset(ir.members)
        self.bases: list[int] = []
        self.outside: list[str] = []
        """Dotted names of bases that are not part of the root, own and inherited."""
        self.mro: list[int] = [number]
        self.mro_set: frozenset[int] = frozenset(self.mro)
        self.children: list[int] = []
        self.statics: dict[str, int] = {}
        self.fields: dict[str, int] = {}
        self.metaclass = -1
        self.homes: dict[str, int] = {}
        """Name → the class of the MRO that has it in its body, -1 for none, as far as it was asked for."""
        self.lower: list[int] | None = None
        """All classes below, once they were asked for."""


class Program:
    """Every module, unit and class of the root."""

    def __init__(self, facts: Mapping[str, FileFacts]) -> None:
        self.names = Names(facts)
        self.modules: list[Module] = []
        self.codes: list[Code] = []
        self.classes: list[Class] = []
        self.by_name: dict[str, Module] = {}
        self.by_path: dict[str, Module] = {}
        self.class_of: dict[str, int] = {}
        self._methods: dict[int, list[Code]] | None = None
        for path in sorted(facts):
            if facts[path].ir and not (path.endswith(".pyi") and path[:-1] in facts):
                self._add(facts[path], facts.get(f"{path}i"))
        self.members = frozenset(name for each in self.classes for name in each.members)
        """Every name that some class body binds."""
        for name, path in self.names.modules.items():
            if path in self.by_path:
                self.by_name[name] = self.by_path[path]

    def _add(self, facts: FileFacts, stub: FileFacts | None) -> None:
        ir = _DECODER.decode(facts.ir)
        if stub is not None and stub.ir:
            add_declarations(ir, facts.path, _DECODER.decode(stub.ir), stub.path, self.names)
        module = Module(len(self.modules), facts, ir, len(self.codes), len(self.classes))
        self.modules.append(module)
        self.by_path[facts.path] = module
        for unit in ir.units:
            self.codes.append(Code(len(self.codes), unit, module))
        for each in ir.classes:
            found = Class(len(self.classes), each, module)
            self.classes.append(found)
            self.class_of[found.symbol] = found.number

    def defines(self, *names: str) -> bool:
        """Whether any class of the root has one of the names in its body."""
        return not self.members.isdisjoint(names)

    def methods_of(self, number: int) -> list[Code]:
        """The functions in a class body."""
        if self._methods is None:
            self._methods = {}
            for code in self.codes:
                if code.owner >= 0:
                    self._methods.setdefault(code.owner, []).append(code)
        return self._methods.get(number, [])

    def scope_of(self, found: Class) -> str:
        """The scope that a class statement stands in."""
        outer = found.ir.qualname.rpartition(".")[0]
        return outer or "<module>"

    def class_named(self, path: str, dotted: Any, scope: str) -> int | str:
        """The class that a declared name means: its number, or a dotted name outside the root, or empty."""
        name = dotted[0] if isinstance(dotted, list) and dotted else dotted
        if not isinstance(name, str) or name in ("|", "[]"):
            return ""
        found = name[1:] if name.startswith(ABSOLUTE) else self.names.resolve(path, name, scope)
        if "::" in found:
            number = self.class_of.get(found)
            return number if number is not None else ""
        return found
