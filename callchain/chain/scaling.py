"""Arithmetic that scales a value on the way of a chain, in order, with the function that owns it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from callchain.chain.syntax import Syntax
from callchain.facts.state_calls import source_text
from callchain.facts.state_scope import dotted_name
from callchain.model.chain import ScaleStep
from callchain.model.symbol import split
from callchain.question.language import pieces

_FACTORS = frozenset(
    pieces("scale scaling scaler rescale norm normalize normalise normed intensity factor mean std sigma rms gain")
)
_SKIPPED = re.compile(r"^(?:n_|num_|len|idx|index)")
_MOST = 40


def names_a_factor(name: str) -> bool:
    """Whether a name speaks of scaling: `intensity_scale`, `norm_Y_I`, `rms`."""
    return not _SKIPPED.match(name) and bool(_FACTORS & set(pieces(name)))


def scale_steps(symbols: Iterable[str], syntax: Syntax) -> tuple[ScaleStep, ...]:
    """Products, quotients and powers with a factor, in order of `symbols` and then of lines; at most 40."""
    found: list[ScaleStep] = []
    for symbol in dict.fromkeys(symbols):
        seen: set[int] = set()
        for node in syntax.nodes(symbol):
            factor = _factor(node)
            line = getattr(node, "lineno", 0)
            if factor and line not in seen:
                seen.add(line)
                text = source_text(node)
                found.append(ScaleStep(len(found) + 1, factor, text, split(symbol)[0], line, symbol))
                if len(found) == _MOST:
                    return tuple(found)
    return tuple(found)


def _factor(node: ast.AST) -> str:
    """The name of the factor of a scaling operation, or an empty string."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.Pow):
        if _is_text(node.left) or _is_text(node.right):
            return ""
        sides = [node.right, node.left] if isinstance(node.op, ast.Div) else [node.left, node.right]
        return next((name for side in sides for name in _names(side) if names_a_factor(name)), "")
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult | ast.Div):
        return next((name for name in _names(node.value) if names_a_factor(name)), "")
    return ""


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _names(node: ast.expr) -> list[str]:
    """Names an operand is made of; a key given as text (`get('intensity_scale')`) is one too."""
    if isinstance(node, ast.Call):
        keys = [item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        inner = [name for item in node.args[:1] for name in _names(item)] if not keys else []
        return [*keys, dotted_name(node.func).rpartition(".")[2], *inner]
    if isinstance(node, ast.Subscript):
        key = node.slice
        named = [key.value] if isinstance(key, ast.Constant) and isinstance(key.value, str) else []
        return [*named, *_names(node.value)]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.BinOp):
        return [*_names(node.left), *_names(node.right)]
    return []
