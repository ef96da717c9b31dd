"""The source beside the evidence: what was read, around every anchor that is shown, and no more than fits."""

from __future__ import annotations

import msgspec

from callchain.evidence import excerpts
from callchain.evidence.excerpts import excerpts_of
from callchain.evidence.sources import Sources
from callchain.model.package import Evidence
from callchain.source.tree import SourceTree

replace = msgspec.structs.replace


def shown(evidence: Evidence) -> dict[tuple[str, int], str]:
    return {(e.path, e.line + n): text for e in evidence.excerpts for n, text in enumerate(e.lines)}


def test_every_shown_line_is_the_source_s(evidence: Evidence, tree: SourceTree):
    lines = shown(evidence)
    assert len(lines) > 30
    for (path, number), text in lines.items():
        assert tree.lines(path)[number - 1] == text


def test_every_edge_tap_and_stage_has_its_lines(evidence: Evidence):
    lines = shown(evidence)
    for flow in evidence.flows:
        assert {(edge.path, edge.line) for edge in flow.edges} <= lines.keys()
        assert {(stage.path, stage.line) for stage in flow.chain} <= lines.keys()
    assert {(tap.path, tap.line) for tap in evidence.taps} <= lines.keys()


def test_excerpts_of_a_file_neither_touch_nor_overlap(evidence: Evidence):
    ends: dict[str, int] = {}
    for excerpt in evidence.excerpts:
        assert excerpt.line > ends.get(excerpt.path, -1) + 1
        ends[excerpt.path] = excerpt.line + len(excerpt.lines) - 1


def test_what_does_not_fit_is_left_out_and_the_answer_comes_first(
    evidence: Evidence, tree: SourceTree, monkeypatch
):
    monkeypatch.setattr(excerpts, "MOST_LINES", 12)
    few = replace(evidence, excerpts=excerpts_of(evidence, Sources(tree)))
    lines = shown(few)
    assert 0 < len(lines) <= 12
    first = evidence.flows[0].chain[0]
    assert (first.path, first.line) in lines


class OneLongLine:
    def lines(self, path: str) -> list[str]:
        return ["x" * 5_000]


def test_a_line_too_long_is_cut(evidence: Evidence):
    cut = [line for excerpt in excerpts_of(evidence, Sources(OneLongLine())) for line in excerpt.lines]
    assert cut
    assert {len(line) for line in cut} == {excerpts.WIDEST}
