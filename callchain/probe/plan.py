"""Which code objects lie in the namespace, and under which symbol."""

from __future__ import annotations

import os
import re
from types import CodeType, FrameType
from typing import Any

FUNCTION, MODULE, FOLDED = "function", "module", "folded"

_COMPREHENSION = r"\.?<(?:genexpr|listcomp|setcomp|dictcomp)>"
_FOLDED_NAMES = {"<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"}
_OPTIMIZED = 0x1
_GENERATOR_FLAGS = 0x20 | 0x80 | 0x100 | 0x200
GENERATED = "__autograph_generated_file"


def qualname_of(code: CodeType) -> str:
    """The dotted name of a code object in the project's form: no `<locals>`, comprehensions folded."""
    name = getattr(code, "co_qualname", code.co_name)
    if "<" not in name:
        return name
    return re.sub(_COMPREHENSION, "", name.replace(".<locals>", "")) or "<module>"


class Plan:
    """What is known of one code object of the namespace."""

    __slots__ = (
        "code",
        "core",
        "first_line",
        "is_generator",
        "kind",
        "lines",
        "mapping",
        "missing",
        "path",
        "places",
        "plain",
        "qualname",
        "quiet",
        "symbol",
        "taps",
    )

    def __init__(self, code: CodeType, path: str, kind: str, lines: set[int]) -> None:
        self.code = code
        self.path = path
        self.qualname = qualname_of(code)
        self.kind = kind
        self.first_line = code.co_firstlineno
        self.lines = lines
        self.is_generator = bool(code.co_flags & _GENERATOR_FLAGS)
        self.symbol = -1
        self.plain = False
        """Nothing is asked of its calls but their place, their number and how they ended."""
        self.core: Any = None
        """The same plan for the compiled core."""
        self.places: dict[int, Any] = {}
        """Where calls from another call with nothing in between belong, by the caller's base and instruction."""
        self.taps: Any = None
        self.missing: set[int] = set()
        """Lines of a quiet code object that have not run yet."""
        self.quiet = False
        """Nothing waits for its lines but the record of which ones ran."""
        self.mapping: dict[int, int] | None = None
        """Generated line → original line, for code that a compiler wrote from a namespace function."""

    def forget(self) -> None:
        """Let go of the places of its calls."""
        self.places.clear()
        if self.core is not None:
            self.core.forget()

    def hush(self) -> None:
        """Let go of lines that ran once already; generators need theirs to tell a yield from an exception."""
        if self.mapping is None and not self.is_generator:
            own = {line for _, _, line in self.code.co_lines() if line}
            # The line of a `def` is its module's to tell; no event of the function need name it.
            self.missing = own - self.lines - (set() if self.kind == MODULE else {self.code.co_firstlineno})
            self.quiet = True

    def line_of(self, frame: FrameType) -> int:
        """The source line that `frame` of this code is at."""
        return self.source_line(frame.f_lineno or 0)

    def source_line(self, line: int) -> int:
        """The line in the source of a line that the interpreter names; the first where it names none."""
        if self.mapping is None:
            return line or self.first_line
        return self.mapping.get(line, self.first_line)


class Namespace:
    """The files under study, found again from the names that code objects carry."""

    def __init__(self, root: str, paths: list[str]) -> None:
        self.root = os.path.realpath(root)
        self.paths = frozenset(paths)
        # A script started by a relative name keeps it in its code objects, and the program may change directory.
        self.start = os.getcwd()
        self.outside: set[str] = set()
        self._relative: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._plans: dict[int, Plan | None] = {}
        self._lines: dict[str, set[int]] = {}
        self.modules = frozenset(name for path in paths for name in module_names(path))

    def path_of(self, filename: str) -> str:
        """The path relative to the root of a file of the namespace, `""` for any other."""
        known = self._relative.get(filename)
        if known is not None:
            return known
        path = ""
        if not filename.startswith("<"):
            real = self._real(os.path.join(self.start, filename))
            if real.startswith(self.root + os.sep):
                path = real[len(self.root) + 1 :].replace(os.sep, "/")
        path = path if path in self.paths else ""
        self._relative[filename] = path
        return path

    def _real(self, filename: str) -> str:
        """The file without symbolic links; those of its folder are followed once, for all files in it."""
        folder, name = os.path.split(filename)
        if os.path.islink(filename) or name in ("", "..", "."):
            return os.path.realpath(filename)
        real = self._folders.get(folder)
        if real is None:
            real = self._folders[folder] = os.path.realpath(folder)
        return os.path.join(real, name)

    def plan(self, code: CodeType) -> Plan | None:
        """The plan of a code object, None outside the namespace."""
        filename = code.co_filename
        if filename in self.outside:
            return None
        # Equal code objects of two files compare equal, so identity is the key; a plan keeps its code alive.
        known = self._plans.get(id(code))
        if known is not None and known.code is code:
            return known
        path = self.path_of(filename)
        if not path:
            if GENERATED not in filename:
                self.outside.add(filename)
            return None
        plan = Plan(code, path, _kind(code), self.lines_of(path))
        self._plans[id(code)] = plan
        return plan

    def adopt(self, code: CodeType, plan: Plan) -> None:
        """Give generated code the plan of the function it was written from."""
        self._plans[id(code)] = plan

    def adopted(self, code: CodeType) -> Plan | None:
        """The plan given to generated code, if any."""
        plan = self._plans.get(id(code))
        return plan if plan is not None and plan.code is code else None

    def plans(self) -> list[Plan]:
        """All plans made so far."""
        return [plan for plan in list(self._plans.values()) if plan is not None]

    def lines_of(self, path: str) -> set[int]:
        """The lines of a file that ran so far."""
        return self._lines.setdefault(path, set())


def _kind(code: CodeType) -> str:
    if code.co_name == "<module>":
        return MODULE
    if code.co_name in _FOLDED_NAMES or not code.co_flags & _OPTIMIZED:
        return FOLDED  # comprehensions and class bodies belong to the scope they stand in
    return FUNCTION


def module_names(path: str) -> list[str]:
    """Every dotted name under which the file might be imported, whichever folder is on the search path."""
    parts = path[: -len(".py")].split("/") if path.endswith(".py") else path.split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return [".".join(parts[start:]) for start in range(len(parts))]
