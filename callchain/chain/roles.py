"""The role of a function in a flow, by what it does: entry, config, core, normalisation or sink."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from callchain.chain.effects import stays_in_memory
from callchain.model.chain import Effect, StateAccess
from callchain.model.symbol import split
from callchain.question.language import pieces

_CONFIG_WORDS = frozenset(
    pieces("config configuration cfg params parameters settings options setup arguments args flags")
)
_NORMAL_WORDS = frozenset(pieces("normalize normalise normalization norm scale rescale scaler"))
_QUIET = frozenset({"logging", "state", "env", "randomness"})


def role_of(
    symbol: str,
    first: bool,
    effects: Mapping[str, Collection[Effect]],
    accesses: Mapping[str, Collection[StateAccess]],
    scaling: Collection[str],
) -> tuple[str, str]:
    """The role and the fact that gives it.

    Args:
        symbol: the function.
        first: whether the flow begins with it.
        effects: the effects of each function.
        accesses: the state accesses of each function.
        scaling: functions with arithmetic that scales.
    """
    own = [
        effect for effect in effects.get(symbol, ()) if effect.kind not in _QUIET and not stays_in_memory(effect)
    ]
    sinks = sorted({f"{effect.kind} {effect.action}" for effect in own if effect.sink})
    reads = sorted(
        {f"{effect.kind} {effect.action}" for effect in own if not effect.sink and effect.action == "read"}
    )
    if first:
        return "entry", "; ".join(["where the flow begins", *sinks])
    if sinks:
        return "sink", ", ".join(sinks)
    if reads and not _named(symbol, _CONFIG_WORDS):
        return "sink", f"takes up: {', '.join(reads)}"
    writes = [access for access in accesses.get(symbol, ()) if access.kind in ("write", "update", "pop", "clear")]
    if _named(symbol, _CONFIG_WORDS) or (writes and len(writes) >= 2):
        plural = "" if len(writes) == 1 else "s"
        written = f"{len(writes)} write{plural} to configuration"
        return "config", written if writes else "its name speaks of configuration"
    if symbol in scaling and (_named(symbol, _NORMAL_WORDS) or not own):
        return "normalisation", "scales values"
    return "core", ""


def _named(symbol: str, words: frozenset[str]) -> bool:
    return bool(words & set(pieces(split(symbol)[1].rpartition(".")[2])))
