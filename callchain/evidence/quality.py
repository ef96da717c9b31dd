"""Evidence quality in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from callchain.evidence.anchors import AnchorReport
from callchain.evidence.verdicts import VERDICTS
from callchain.model.chain import Flow
from callchain.model.graph import BlindSpot
from callchain.model.package import Quality
from callchain.model.tap import TapResult

_EXPECTATIONS = ("pass", "fail", "not reached", "error")


def measure(
    flows: Sequence[Flow],
    taps: Sequence[TapResult],
    blind_spots: Sequence[BlindSpot],
    anchors: AnchorReport,
    files_read: int,
    files_skipped: int,
) -> Quality:
    """Count verdicts, hits, open call sites and proved anchors; an edge on two flows counts once."""
    verdicts = {(edge.caller, edge.line, edge.callee): edge.verdict for flow in flows for edge in flow.edges}
    return Quality(
        anchors_checked=anchors.checked,
        anchors_false=len(anchors.false),
        edges=_counted(verdicts.values(), VERDICTS),
        taps=_counted(("hit" if tap.hits else "not reached" for tap in taps), ("hit", "not reached")),
        expectations=_counted((e.verdict for tap in taps for e in tap.expectations), _EXPECTATIONS),
        files_read=files_read,
        files_skipped=files_skipped,
        call_sites_open=sum(spot.kind == "call" for spot in blind_spots),
        anchors_refuted=tuple(str(false) for false in anchors.false),
    )


def _counted(words: Iterable[str], order: Sequence[str]) -> dict[str, int]:
    """Counts in a fixed order of words, the unknown ones after; zeros are left out."""
    counts = Counter(words)
    known = {word: counts[word] for word in order if counts[word]}
    return known | {word: counts[word] for word in sorted(counts) if word not in known}
