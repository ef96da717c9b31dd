"""Taps in TensorFlow's graphs: their steps run without Python, so a call back to the tap is put into the graph.

Only for taps that ask for it: the graph gets one more operation. Under XLA nothing can be called back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from . import describe

_IN_GRAPH = ("SymbolicTensor", "Tensor")
_BLOCKS = ("CondBranchFuncGraph", "WhileBodyFuncGraph")
_SHAPES = "scratch_graph"  # where Keras works out shapes; it never runs
_CONDITION = "WhileCondFuncGraph"  # runs for its result alone
_COMPILED = "tensorflow.python.eager.polymorphic_function.polymorphic_function"
_MAX_WALK, _DEPTH, _WIDTH = 1000, 3, 20


class _Place:
    """Where the values of a step go in what a tap captured."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


def template_of(value: Any, tensors: list[Any], depth: int = 0) -> Any:
    """The value with places for the tensors of the graph that is being traced, which are added to `tensors`."""
    cls = type(value)
    if _is_symbolic(cls):
        tensors.append(value)
        return _Place(len(tensors) - 1)
    if depth == _DEPTH or cls not in (list, tuple, dict):
        return value
    if cls is dict:
        return {key: template_of(one, tensors, depth + 1) for key, one in list(value.items())[:_WIDTH]}
    return cls(template_of(one, tensors, depth + 1) for one in value[:_WIDTH])


def filled(template: Any, arrays: tuple[Any, ...]) -> Any:
    """What `template_of` made, with the values of a step in the places of the tensors."""
    cls = type(template)
    if cls is _Place:
        return arrays[template.number]
    if cls is dict:
        return {key: filled(one, arrays) for key, one in template.items()}
    return cls(filled(one, arrays) for one in template) if cls in (list, tuple) else template


def call_back(tensors: list[Any], frame: FrameType, tell: Callable[[tuple[Any, ...]], None]) -> bool:
    """Let the graph tell the tensors' values at each step, as numpy arrays; False where it cannot.

    The operation has no outputs: nothing depends on it, and the graph runs it because it has effects.
    """
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None or not all(_is_within(tensor, tensorflow) for tensor in tensors) or _is_for_xla(frame):
        return False

    def step(*arrays: Any) -> None:
        tell(arrays)

    tensorflow.numpy_function(step, tensors, [], stateful=True)
    return True


def _is_symbolic(cls: type) -> bool:
    module = describe.class_dict(cls).get("__module__")
    return type(module) is str and module.startswith("tensorflow.") and describe.type_name(cls) in _IN_GRAPH


def _is_within(tensor: Any, tensorflow: Any) -> bool:
    """Whether the graph that is being traced may use a tensor: its own, or one from around its branch or loop.

    A tensor of a graph that is finished is taken without complaint and fails when the graph runs.
    """
    if tensorflow.executing_eagerly():
        return False
    graph = tensorflow.compat.v1.get_default_graph()
    while tensor.graph is not graph:
        if type(graph).__name__ not in _BLOCKS and not getattr(graph, "name", "").startswith(_SHAPES):
            return False
        graph = graph.outer_graph
    return type(graph).__name__ != _CONDITION


def _is_for_xla(start: FrameType) -> bool:
    """Whether a `tf.function` that is being traced below is compiled by XLA."""
    frame: FrameType | None = start
    for _ in range(_MAX_WALK):
        if frame is None:
            return False
        if frame.f_globals.get("__name__") == _COMPILED:
            owner = dict(frame.f_locals).get("self")
            if getattr(owner, "_jit_compile", None):
                return True
        frame = frame.f_back
    return False
