"""Side effects of functions: their outside calls matched with the catalogue, mode and target read at the call."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from callchain.callgraph.graph import CallGraph
from callchain.chain.syntax import Syntax
from callchain.facts.state_calls import source_text
from callchain.model.chain import Effect
from callchain.model.graph import Edge
from callchain.question.effect_rules import RECEIVER, EffectRule, rule_for

_BUFFERS = ("io.BytesIO.", "io.StringIO.")
"""What is written there stays in the process."""
_CONVERTING = frozenset({"dumps", "loads", "load_state_dict"})
_WRITING = frozenset("wax+")


def effects_of(symbols: Iterable[str], graph: CallGraph, syntax: Syntax) -> tuple[Effect, ...]:
    """The effects that the catalogue knows of, in order of kind, action and place."""
    found: set[Effect] = set()
    for symbol in symbols:
        for edge in graph.external_from(symbol):
            rule = rule_for(edge.callee)
            if rule is not None and not edge.callee.startswith(_BUFFERS):
                found.add(_effect(edge, rule, syntax))
    return tuple(sorted(found))


def stays_in_memory(effect: Effect) -> bool:
    """Whether it turns a value into text, bytes or weights, or back, and touches no file itself."""
    return effect.callee.rpartition(".")[2] in _CONVERTING


def _effect(edge: Edge, rule: EffectRule, syntax: Syntax) -> Effect:
    call = syntax.call(edge.path, edge.line, edge.callee)
    mode = _mode(call, rule)
    action, note = rule.action, ""
    if rule.mode_default:
        action = "write" if mode is not None and _WRITING & set(mode) else "read"
        note = f", mode {mode!r}" if mode is not None else ", mode not literal"
    return Effect(
        kind=rule.kind,
        action=action,
        path=edge.path,
        line=edge.line,
        symbol=edge.caller,
        callee=edge.callee,
        target=_target(call, rule),
        rule=f"{rule.family.removesuffix('.toml')}: {edge.callee}{note}",
        sink=action != "read" if rule.mode_default else rule.sink,
    )


def _mode(call: ast.Call | None, rule: EffectRule) -> str | None:
    """The mode as a literal; None where it is an expression or the call cannot be seen."""
    if call is None or not rule.mode_default:
        return None
    node = argument(call, rule.mode, rule.mode_name)
    if node is None:
        return rule.mode_default
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _target(call: ast.Call | None, rule: EffectRule) -> str:
    if call is None:
        return ""
    if rule.target == RECEIVER:
        return source_text(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    node = argument(call, rule.target, rule.target_name)
    return source_text(node) if node is not None else ""


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """An argument by keyword, else by position; None where the call does not give it or unpacks before it."""
    for keyword in call.keywords:
        if name and keyword.arg == name:
            return keyword.value
    before = call.args[: position + 1] if position >= 0 else []
    if any(isinstance(item, ast.Starred) for item in before):
        return None
    return call.args[position] if 0 <= position < len(call.args) else None
