"""Expectations that a reader may start from: read from annotations and docstrings, or seen in earlier runs."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from callchain.chain.syntax import Syntax
from callchain.model.chain import Chain
from callchain.model.errors import CallchainError
from callchain.model.symbol import split
from callchain.model.tap import Snapshot, TapResult, TapSpec
from callchain.taps.expect import check_expectation
from callchain.taps.values import NONE

_MOST = 8
_PLAIN = {"int", "str", "bool", "bytes", "list", "dict", "tuple", "set"}
_LONGEST = 60
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_SAID = (
    (re.compile(r"\bnon-?negative\b|>= ?0\b"), "{name} >= 0"),
    (re.compile(r"(?<!non-)(?<!non)\bpositive\b|> ?0(?!\.)\b"), "{name} > 0"),
    (re.compile(r"\bnon-?empty\b|\bnot (?:be )?empty\b"), "len({name}) > 0"),
    (re.compile(r"\b(?:must|may|can)(?:\s?not) be None\b|\bnever None\b"), "{name} is not None"),
    (re.compile(rf"\bat least {_NUMBER}\b"), "{name} >= {0}"),
    (re.compile(rf"\bat most {_NUMBER}\b"), "{name} <= {0}"),
    (re.compile(rf"\bbetween {_NUMBER} and {_NUMBER}\b"), "{name} >= {0} and {name} <= {1}"),
    (re.compile(rf"\bin \[{_NUMBER}, ?{_NUMBER}\]"), "{name} >= {0} and {name} <= {1}"),
)


@dataclass(frozen=True)
class Proposal:
    """An expectation and where it comes from."""

    expression: str
    source: str

    def __str__(self) -> str:
        return f"{self.expression} ({self.source})"


def propose(
    spec: TapSpec, chain: Chain, syntax: Syntax, earlier: Sequence[TapResult] = ()
) -> tuple[Proposal, ...]:
    """Expectations on the captured names; of equal ones the first, at most eight."""
    found: dict[str, Proposal] = {}
    for proposal in (
        *_seen(spec, earlier),
        *_annotated(spec, syntax),
        *_documented(spec, syntax),
        *_kept(spec, chain),
    ):
        try:
            check_expectation(proposal.expression)
        except CallchainError:
            continue
        found.setdefault(proposal.expression, proposal)
    return tuple(found.values())[:_MOST]


# ---- annotations and docstrings -----------------------------------------------------------------------------


def _annotated(spec: TapSpec, syntax: Syntax) -> Iterator[Proposal]:
    known = annotated_names(spec.symbol, syntax)
    for name, expression in spec.capture.items():
        annotation = known.get("return" if expression == "result" else expression)
        if annotation is None:
            continue
        text = ast.unparse(annotation)
        head = text.partition("[")[0]
        if "None" in text or "Optional" in text or head.rpartition(".")[2] in {"Any", "object"}:
            continue
        source = f"annotated {text}"
        yield Proposal(f"type_name({name}) == {head!r}" if head in _PLAIN else f"{name} is not None", source)


def annotated_names(symbol: str, syntax: Syntax) -> dict[str, ast.expr]:
    """Parameter, annotated local or `return` → annotation."""
    node = syntax.file(split(symbol)[0]).definitions.get(split(symbol)[1])
    found: dict[str, ast.expr] = {}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            if argument.annotation is not None:
                found[argument.arg] = argument.annotation
        if node.returns is not None and not (
            isinstance(node.returns, ast.Constant) and node.returns.value is None
        ):
            found["return"] = node.returns
    for inner in syntax.nodes(symbol):
        if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            found[inner.target.id] = inner.annotation
    return found


def _documented(spec: TapSpec, syntax: Syntax) -> Iterator[Proposal]:
    node = syntax.file(split(spec.symbol)[0]).definitions.get(split(spec.symbol)[1])
    text = ast.get_docstring(node) if node is not None else None
    if not text:
        return
    for name, expression in spec.capture.items():
        told = _told_of(expression, text)
        for pattern, form in _SAID:
            match = pattern.search(told)
            if match:
                yield Proposal(form.format(*match.groups(), name=name), f"docstring: {told[:_LONGEST]}")


def _told_of(name: str, docstring: str) -> str:
    """What a docstring says of a parameter: the entry of its name, in Google, NumPy or Sphinx form."""
    head = rf"^(?P<indent>[ \t]*)(?:[:@]param(?:eter)? (?:\w+ )?)?{re.escape(name)}(?: ?\([^)\n]*\))?"
    match = re.search(rf"{head}[ \t]*:[ \t]*(?P<told>.*(?:\n(?P=indent)[ \t]+\S.*)*)", docstring, re.MULTILINE)
    return " ".join(match["told"].split()) if match else ""


# ---- configuration and earlier runs -------------------------------------------------------------------------


def _kept(spec: TapSpec, chain: Chain) -> Iterator[Proposal]:
    """A key of the state that has a default other than None is there."""
    defaults: Mapping[str, str] = {key.key: key.default for key in chain.state if key.default}
    for name, expression in spec.capture.items():
        default = defaults.get(name, "None")
        if expression.endswith(f"[{name!r}]") and default != "None":
            yield Proposal(f"{name} is not None", f"default {default[:_LONGEST]}")


def _seen(spec: TapSpec, earlier: Sequence[TapResult]) -> Iterator[Proposal]:
    hits = [hit for tap in earlier if tap.key == spec.key for hit in tap.snapshots]
    if not hits:
        return
    for name in spec.capture:
        values = [hit.values[name] for hit in hits if name in hit.values]
        source = f"seen in {len(values)} earlier hit{'s' if len(values) != 1 else ''}"
        if values:
            yield from (Proposal(text, source) for text in _common(name, values))


def _common(name: str, values: Sequence[Snapshot]) -> Iterator[str]:
    """What all recorded values have in common."""
    if any(value.error or value.omitted == "redacted" for value in values):
        return
    if all(value.type in NONE for value in values):
        yield f"{name} is None"
        return
    if any(value.type in NONE for value in values):
        return
    scalars = {repr(value.value) for value in values if _is_scalar(value)}
    if len(scalars) == 1 and all(_is_scalar(value) for value in values):
        yield f"{name} == {scalars.pop()}"
    elif all(_is_scalar(value) and isinstance(value.value, int | float) for value in values):
        low = min(float(value.value) for value in values if isinstance(value.value, int | float))
        yield f"{name} > 0" if low > 0 else f"{name} >= 0" if low == 0 else f"{name} is not None"
    elif all(value.array is not None for value in values):
        shapes = {tuple(value.array.get("shape", ())) for value in values if value.array is not None}
        yield f"{name}.shape == {list(shapes.pop())!r}" if len(shapes) == 1 else f"{name} is not None"
    else:
        lengths = {value.length for value in values}
        yield (
            f"len({name}) == {lengths.pop()}"
            if len(lengths) == 1 and None not in lengths
            else f"{name} is not None"
        )


def _is_scalar(value: Snapshot) -> bool:
    plain = value.array is None and value.items is None and value.fields is None and not value.omitted
    if not plain or value.type not in {"int", "float", "bool", "str"} or "<" in str(value.value):
        return False
    return not isinstance(value.value, float) or math.isfinite(value.value)
