"""Numbers for lambdas: the suites tell the lambdas of a scope apart, the product's symbols do not."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from callchain.facts.ir import ModuleIR
from callchain.facts.records import FileFacts

_LAMBDA = "<lambda>"


def number_lambdas(facts: Mapping[str, FileFacts]) -> dict[str, FileFacts]:
    """The same facts with `<lambda1>`, `<lambda2>`, … for the lambdas of a scope, in order of the source."""
    return {path: _numbered(each) for path, each in facts.items()}


def _numbered(facts: FileFacts) -> FileFacts:
    if not facts.ir:
        return facts
    module = msgspec.msgpack.decode(facts.ir, type=ModuleIR)
    before = [unit.qualname for unit in module.units]
    counts: dict[str, int] = {}
    for unit, old in zip(module.units, before, strict=True):
        if unit.parent > 0 and old.startswith(before[unit.parent]):
            unit.qualname = module.units[unit.parent].qualname + old[len(before[unit.parent]) :]
        if unit.kind == "lambda":
            scope = unit.qualname.removesuffix(_LAMBDA)
            counts[scope] = counts.get(scope, 0) + 1
            unit.qualname = f"{scope}<lambda{counts[scope]}>"
    return msgspec.structs.replace(facts, ir=msgspec.msgpack.encode(module))
