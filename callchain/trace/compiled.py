"""What must be said of taps whose function a compiler ran: TensorFlow's graphs and torch.compile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from callchain.model.symbol import symbol
from callchain.model.tap import Hit, LocatedTap, Snapshot
from callchain.trace.segments import SegmentData

_TORCH = "torch.compile"
_WAYS = {
    _TORCH: "give the tap `compiled = true` (not under `fullgraph=True`), put `torch.compiler.disable` on the "
    "function, or set TORCH_COMPILE_DISABLE=1, to see each call",
    "AutoGraph": "give the tap `compiled = true` (needs `jit_compile=False`, as XLA tells nothing), compile the "
    "model with `run_eagerly=True`, or call `tf.config.run_functions_eagerly(True)`, to see each step",
}


def tap_notes(
    segments: Sequence[SegmentData], taps: Sequence[LocatedTap], hits: Mapping[str, Sequence[Hit]]
) -> dict[str, str]:
    """Tap key → note, for the taps whose hits are not what every call of the program saw."""
    compilers = _compilers(segments)
    notes = {tap.spec.key: _note(compilers.get(tap.spec.symbol, ()), hits.get(tap.spec.key, ())) for tap in taps}
    return {key: note for key, note in sorted(notes.items()) if note}


def process_notes(data: SegmentData, taps: Sequence[LocatedTap]) -> list[str]:
    """The compilers that took over a tapped function in one process."""
    compilers = _compilers([data])
    return [
        f"tap {tap.spec.key}: its function was compiled by {' and '.join(compilers[tap.spec.symbol])}"
        for tap in taps
        if tap.spec.symbol in compilers
    ]


def _compilers(segments: Iterable[SegmentData]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for data in segments:
        for path, qualname, compiler in data.compiled:
            found.setdefault(symbol(path, qualname), set()).add(compiler)
    return {name: tuple(sorted(compilers)) for name, compilers in found.items()}


def _note(compilers: Sequence[str], hits: Sequence[Hit]) -> str:
    ways = "; ".join(_WAYS[compiler] for compiler in compilers)
    by = " and ".join(compilers)
    if compilers and not hits:
        return f"not reached (compiled): {by} ran a copy of the function; {ways}"
    symbolic = sum(1 for hit in hits if any(_is_symbolic(picture) for picture in hit.values.values()))
    if symbolic:
        count = (
            "only symbolic values"
            if symbolic == len(hits)
            else f"symbolic values in {symbolic} of {len(hits)} hits"
        )
        return f"saw {count}: a graph was traced, and its steps run without Python; {ways or _WAYS['AutoGraph']}"
    if _TORCH in compilers:
        return f"{_TORCH} also ran a copy of the function, whose calls are not among the hits; {_WAYS[_TORCH]}"
    return ""


def _is_symbolic(picture: Snapshot) -> bool:
    if (picture.array or {}).get("omitted") == "symbolic":
        return True
    inner = [*(picture.items or ()), *(value for _, value in picture.fields or ())]
    return any(_is_symbolic(each) for each in inner)
