"""Clauses of documents against what a run wrote."""

import pytest

from callchain.evidence.clauses import judge_clauses
from callchain.model.chain import Artefact, DocumentMention, Flow, FlowEdge, Member, Stage, StateAccess, StateKey
from callchain.model.symbol import Anchor

WRITER = Anchor("keeper.py", 7, 7, "keeper.py::save")
BUNDLE = Artefact(
    "bundle.zip",
    "archive",
    writers=(WRITER,),
    members=(Member("bundle.zip", 10), Member("one/params.dill", 5, ("N", "_version"))),
)
MANIFEST = Artefact(
    "manifest.dill", "pickle", writers=(WRITER,), members=(Member("bundle.zip!manifest.dill", 5, ("models",)),)
)
WEIGHTS = Artefact("model.h5", "hdf5", writers=(WRITER,), members=(Member("bundle.zip!model.h5", 5),))
UNWRITTEN = Artefact("notes.json", "json", writers=(WRITER,))
EDGE = FlowEdge("keeper.py::main", "keeper.py::save", "keeper.py", 3, verdict="confirmed")
FLOW = Flow("save", "", (Stage("keeper.py::save", "keeper.py", 5, 9, "sink"),), (EDGE,))
ACCESS = StateAccess("app/params.py::cfg", "N", "read", "keeper.py", 8, "keeper.py::save")
STATE = StateKey("app/params.py::cfg", "N", accesses=(ACCESS,))


@pytest.mark.parametrize(
    ("text", "verdict", "told"),
    [
        ("It MUST be named `bundle.zip`.", "met", ("bundle.zip was written at `keeper.py:7`",)),
        ("`bundle.zip` MUST hold `params.dill` with `_version`.", "met", "it holds params.dill, _version"),
        ("`manifest.dill` SHALL list `models`.", "met", "it holds models"),
        ("`manifest.dill` SHALL carry a `version`.", "not met", "version not in it: it holds models"),
        ("`manifest.dill` MUST NOT carry a `version`.", "not seen", "manifest.dill was written at `keeper.py:7`"),
        ("`model.h5` SHOULD carry `scale`.", "not seen", "model.h5 was written at `keeper.py:7`"),
        ("`notes.json` MUST be written.", "not seen", "notes.json is written at `keeper.py:7`"),
        ("`save(path)` MUST be atomic.", "not seen", "save ran: `keeper.py:5`"),
        ("`bundle.zip` MUST be a copy of `params.cfg`.", "not seen", "params.cfg is used at `keeper.py:8`"),
        ("It MUST be fast.", "not seen", ()),
        ("`bundle.zip` MUST hold every layer.", "not seen", "bundle.zip was written at `keeper.py:7`"),
    ],
)
def test_a_clause_is_judged_by_what_was_written_alone(
    text: str, verdict: str, told: str | tuple[str, ...]
) -> None:
    clause = DocumentMention("docs/spec.md", 3, text, (), "clause")
    (judged,) = judge_clauses([clause], [FLOW], [BUNDLE, MANIFEST, WEIGHTS, UNWRITTEN], [STATE])
    assert judged.verdict == verdict
    if isinstance(told, str):
        assert told in judged.rests_on
    else:
        assert judged.rests_on == told


def test_other_passages_get_no_verdict() -> None:
    passage = DocumentMention("docs/spec.md", 3, "`bundle.zip` is nice", (), "mention")
    assert judge_clauses([passage], [FLOW], [BUNDLE], [STATE]) == (passage,)
