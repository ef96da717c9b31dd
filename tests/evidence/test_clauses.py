"""Clauses of documents against what a run wrote."""

import pytest

from callchain.evidence.clauses import judge_clauses
from callchain.model.chain import (
    Artefact,
    DocumentMention,
    Effect,
    Flow,
    FlowEdge,
    Member,
    Stage,
    StateAccess,
    StateKey,
)
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
UNWRITTEN = Artefact(
    "notes.json", "json", writers=(WRITER,), readers=(Anchor("keeper.py", 8, 8, "keeper.py::save"),)
)
READ = Effect("json", "read", "keeper.py", 8, "keeper.py::save", "json.load", "notes.json", verdict="confirmed")
EDGE = FlowEdge("keeper.py::main", "keeper.py::save", "keeper.py", 3, verdict="confirmed")
FLOW = Flow(
    "save",
    "",
    (
        Stage("keeper.py::main", "keeper.py", 1, 4, "entry"),
        Stage("keeper.py::save", "keeper.py", 5, 9, "sink"),
        Stage("keeper.py::idle", "keeper.py", 20, 21, "core"),
        Stage("keeper.py::A.twice", "keeper.py", 30, 31, "core"),
        Stage("keeper.py::B.twice", "keeper.py", 40, 41, "core"),
    ),
    (EDGE, FlowEdge("keeper.py::main", "keeper.py::A.twice", "keeper.py", 3, verdict="confirmed")),
)
ACCESS = StateAccess("app/params.py::cfg", "N", "read", "keeper.py", 8, "keeper.py::save")
STATE = [
    StateKey("app/params.py::cfg", "N", accesses=(ACCESS,), observed=("3", "4")),
    StateKey("app/params.py::cfg", "kind", accesses=()),
    StateKey("app/params.py::cfg", "shape", accesses=(), observed=("Array(3,)",)),
]

IDLE = "idle is on the chain: `keeper.py:20`"
NOTES = "notes.json is written at `keeper.py:7` and is read at `keeper.py:8`"
LACKING = "notes.dill not in it: it holds N, _version, one/params.dill, params.dill"
LISTED = "manifest.dill was written at `keeper.py:7`"
WEIGHED = "model.h5 was written at `keeper.py:7`"
BUNDLED = "bundle.zip was written at `keeper.py:7`"


@pytest.mark.parametrize(
    ("text", "verdict", "told"),
    [
        ("It MUST be named `bundle.zip`.", "met", ("bundle.zip was written at `keeper.py:7`",)),
        ("`bundle.zip` MUST hold `params.dill` with `_version`.", "met", "it holds params.dill, _version"),
        ("`manifest.dill` SHALL list `models`.", "met", "it holds models"),
        ("`manifest.dill` SHALL carry a `version`.", "not met", "version not in it: it holds models"),
        ("`manifest.dill` MUST NOT carry a `version`.", "met", "version not in it: it holds models"),
        ("`manifest.dill` MUST NOT carry `models`.", "not met", "it holds models"),
        ("`model.h5` MUST NOT carry `scale`.", "not seen", WEIGHED),
        ("Archives SHALL include `params.dill`.", "met", "it holds params.dill"),
        (
            "Archives SHALL include `notes.dill`.",
            "not met",
            "notes.dill not in it: it holds N, _version, one/params.dill, params.dill",
        ),
        ("`manifest.dill` MUST hold `{'models': [1], 'N': 2}`.", "not met", "N not in it: it holds models"),
        (
            "`manifest.dill` MUST hold `models` or `version`.",
            "not seen",
            (LISTED,),
        ),
        ("`bundle.zip` MUST be checked by `verify`.", "not seen", (BUNDLED,)),
        (
            "When small, `manifest.dill` MUST hold `size`.",
            "not seen",
            (LISTED,),
        ),
        ("`bundle.zip` MUST be packed with `params.dill`.", "not seen", (BUNDLED,)),
        (
            "`manifest.dill` MUST be written next to `model.h5`.",
            "not seen",
            "model.h5 was written at `keeper.py:7`",
        ),
        ("`manifest.dill` MUST be written by `main`.", "met", "main ran: `keeper.py:1`"),
        ("`N` MUST be 3 or 4.", "not seen", ()),
        ("`N` MUST be 3D.", "not seen", ()),
        ("`bundle.zip` MUST hold `params.dill`, written by `save`.", "met", "it holds params.dill"),
        (
            "`bundle.zip` MUST hold `params.dill`, written by `idle`.",
            "not seen",
            "idle is on the chain: `keeper.py:20`",
        ),
        ("`main` MUST call `save`.", "met", "main called save at `keeper.py:3`"),
        ("`save` MUST be called by `main`.", "met", "main called save at `keeper.py:3`"),
        ("`save` MUST be called.", "met", "main called save at `keeper.py:3`"),
        ("`idle` MUST be called.", "not seen", IDLE),
        ("`save` MUST call `idle`.", "not seen", "save ran: `keeper.py:5`"),
        ("`main` MUST call `save` before `idle`.", "not seen", "save ran: `keeper.py:5`"),
        ("`main` MUST always call `save` when asked.", "not seen", "save ran: `keeper.py:5`"),
        ("`main` MUST NOT call `save`.", "not met", "main called save at `keeper.py:3`"),
        ("`save` MUST NOT call `main`.", "not seen", "save ran: `keeper.py:5`"),
        ("Implementations MUST call `save`.", "not seen", "save ran: `keeper.py:5`"),
        ("`main` MUST write `manifest.dill`.", "met", "save wrote manifest.dill at `keeper.py:7`"),
        ("`idle` MUST write `manifest.dill`.", "not seen", "manifest.dill was written at `keeper.py:7`"),
        ("`main` MUST write `notes.json`.", "not seen", "main ran: `keeper.py:1`"),
        ("`main` MUST read `notes.json`.", "met", "save read notes.json at `keeper.py:8`"),
        ("`idle` MUST read `notes.json`.", "not seen", IDLE),
        ("`N` MUST be > 0.", "met", "N was seen as 3, 4 at `keeper.py:8`"),
        ("`N` MUST be >= 4.", "not met", "N was seen as 3 at `keeper.py:8`"),
        ("`N` MUST be one of `[3, 4]`.", "met", "N was seen as 3, 4 at `keeper.py:8`"),
        ("`N` MUST be 3.", "not met", "N was seen as 4 at `keeper.py:8`"),
        ("`N` MUST NOT be 5.", "met", "N was seen as 3, 4 at `keeper.py:8`"),
        ("When asked, `N` MUST be 3.", "not seen", ()),
        ("`kind` MUST be 'a'.", "not seen", ()),
        ("`shape` MUST be > 0.", "not seen", ()),
        ("`twice` MUST be called.", "not seen", ()),
        ("`model.h5` SHOULD carry `scale`.", "not seen", WEIGHED),
        (
            "`notes.json` MUST be written.",
            "not seen",
            NOTES,
        ),
        ("`save(path)` MUST be atomic.", "not seen", "save ran: `keeper.py:5`"),
        ("`bundle.zip` MUST be a copy of `params.cfg`.", "not seen", "params.cfg is used at `keeper.py:8`"),
        ("It MUST be fast.", "not seen", ()),
        ("`bundle.zip` MUST hold every layer.", "not seen", "bundle.zip was written at `keeper.py:7`"),
    ],
)
def test_a_clause_is_judged_by_what_was_seen_alone(text: str, verdict: str, told: str | tuple[str, ...]) -> None:
    clause = DocumentMention("docs/spec.md", 3, text, (), "clause")
    (judged,) = judge_clauses([clause], [FLOW], [BUNDLE, MANIFEST, WEIGHTS, UNWRITTEN], STATE, [READ])
    assert judged.verdict == verdict
    if isinstance(told, str):
        assert told in judged.rests_on
    else:
        assert judged.rests_on == told


def test_other_passages_get_no_verdict() -> None:
    passage = DocumentMention("docs/spec.md", 3, "`bundle.zip` is nice", (), "mention")
    assert judge_clauses([passage], [FLOW], [BUNDLE], STATE) == (passage,)
