"""Code that TensorFlow's AutoGraph wrote from a namespace function, mapped back to that function.

AutoGraph runs a rewritten copy from a temporary file. Its caller holds the converted function, whose
`ag_source_map` leads from each generated line to the original file and line, beside the original function.
"""

from __future__ import annotations

from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any

from .plan import FOLDED, FUNCTION, Namespace, Plan, qualname_of

_MAX_FRAMES = 6
_PREFIX = "tf__"


class Origin:
    """Where a generated file came from."""

    __slots__ = ("function", "lines", "path")

    def __init__(self, path: str, lines: dict[int, int], function: CodeType) -> None:
        self.path = path
        self.lines = lines
        self.function = function


class Origins:
    """The generated files seen so far."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._known: dict[str, Origin | None] = {}

    def plan(self, frame: FrameType) -> Plan | None:
        """A plan for the generated code that `frame` runs; None when it is not of the namespace."""
        code = frame.f_code
        if code.co_filename not in self._known:
            converted, target = _converted(frame)
            if converted is None:
                return None  # the factory around it runs first; ask again at the next code object
            self._known[code.co_filename] = _origin(code.co_filename, converted, target, self._namespace)
        origin = self._known[code.co_filename]
        return None if origin is None else _plan(code, origin, self._namespace)


def _plan(code: CodeType, origin: Origin, namespace: Namespace) -> Plan:
    own = _PREFIX + origin.function.co_name
    named = code.co_name.startswith(_PREFIX)
    plan = Plan(code, origin.path, FUNCTION if named else FOLDED, namespace.lines_of(origin.path))
    plan.mapping = origin.lines
    plan.qualname = qualname_of(origin.function)
    plan.first_line = origin.function.co_firstlineno
    if named and code.co_name != own:  # a function nested in the converted one
        plan.qualname = f"{plan.qualname}.{code.co_name.removeprefix(_PREFIX)}"
        plan.first_line = origin.lines.get(code.co_firstlineno, plan.first_line)
    return plan


def _origin(generated: str, converted: FunctionType, target: Any, namespace: Namespace) -> Origin | None:
    function = target.__func__ if type(target) is MethodType else target
    if type(function) is not FunctionType:
        return None
    path = namespace.path_of(function.__code__.co_filename)
    source_map = vars(converted)["ag_source_map"]
    if not path or type(source_map) is not dict:
        return None
    lines = {
        int(place.lineno): int(origin.loc.lineno)
        for place, origin in source_map.items()
        if place.filename == generated
    }
    return Origin(path, lines, function.__code__)


def _converted(frame: FrameType) -> tuple[FunctionType | None, Any]:
    """The function object whose code is running and the original it was written from."""
    back = frame.f_back
    for _ in range(_MAX_FRAMES):
        if back is None:
            break
        names = dict(back.f_locals)
        converted = names.get("converted_f")
        is_running = type(converted) is FunctionType and converted.__code__ is frame.f_code
        if is_running and type(vars(converted).get("ag_source_map")) is dict:
            return converted, names.get("target_entity")
        back = back.f_back
    return None, None
