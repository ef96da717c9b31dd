"""Risks and open questions: each told once, however many places it has."""

from __future__ import annotations

import msgspec

from callchain.model.chain import Artefact, Assumption, Effect
from callchain.model.graph import BlindSpot
from callchain.model.package import Evidence
from callchain.model.symbol import Anchor
from callchain.report.names import names_of
from callchain.report.risks import open_questions, risks

replace = msgspec.structs.replace


def test_open_questions_of_one_reason_are_one_line(evidence: Evidence):
    spots = tuple(BlindSpot("shop/app.py", n, "", "call", "not known", command=f"settle {n}") for n in (4, 5, 6))
    other = BlindSpot("shop/app.py", 7, "", "call", "dynamic")
    record = replace(evidence, blind_spots=(*spots, other, spots[0]), assumptions=(), absent={})
    assert list(open_questions(record)) == [
        "not known `shop/app.py:4` … 2 more; settle with `settle 4`",
        "dynamic `shop/app.py:7`",
    ]


def test_assumptions_that_differ_in_their_subject_are_one_line(evidence: Evidence):
    made = [Assumption(f"{name} must be there", f"a.py:{n}") for n, name in enumerate(["x", "y", "z"], 1)]
    record = replace(evidence, blind_spots=(), assumptions=(*made, Assumption("other", "b.py:1")), absent={})
    assert list(open_questions(record)) == ["assumed: x, y, z must be there `a.py:1`", "assumed: other `b.py:1`"]


def test_keys_in_the_same_danger_are_one_line(evidence: Evidence):
    first = evidence.state[0]
    keys = tuple(
        replace(first, key=key, hazard=f"written in {n} files (a.py, {key}.py): the last one wins")
        for n, key in enumerate("abc", 2)
    )
    other = replace(first, key="d", hazard="read at import")
    told = [line for line in risks(replace(evidence, state=(*keys, other)), names_of(evidence)) if "cfg[" in line]
    assert told == [
        "`shop/settings.py::cfg['a']`: written in 2 files (a.py, a.py): the last one wins `shop/settings.py:3`;"
        " likewise `b`, `c`",
        "`shop/settings.py::cfg['d']`: read at import `shop/settings.py:3`",
    ]


def test_a_member_whose_writer_was_not_reached_is_not_called_lost(evidence: Evidence):
    writer = Anchor("shop/app.py", 42, 42, "shop/app.py::export")
    silent = Effect("pickle", "write", writer.path, writer.line, writer.symbol, verdict="static-only: not reached")
    artefact = Artefact("manifest.json", "json", writers=(writer,))
    record = replace(evidence, artefacts=(*evidence.artefacts, artefact), effects=(silent,))
    assert (
        "`out.zip`: `manifest.json` (no run reached the lines that write it) named in the source, not written "
        "`shop/store.py:11`" in risks(record, names_of(evidence))
    )
