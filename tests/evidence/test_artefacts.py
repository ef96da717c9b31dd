"""Artefacts that lie in an archive, and what is known of those that no run left."""

from __future__ import annotations

from callchain.evidence.artefacts import UNREAD, join_artefacts, unreached, was_seen
from callchain.model.chain import Artefact, Effect, Member
from callchain.model.recording import ObservedEffect
from callchain.model.symbol import Anchor

WRITER = Anchor("a.py", 3, 3, "a.py::save")
BUNDLE = Artefact(
    "outputs/w.zip",
    "archive",
    writers=(WRITER,),
    members=(Member("net/params.dill", 9, ("N",)), Member("gen/params.dill", 8), Member("manifest.dill", 5)),
)


def test_an_artefact_inside_an_archive_is_linked_to_its_members():
    (joined, _) = join_artefacts([Artefact("params.dill", "pickle")], [BUNDLE])
    assert joined.note == "written as outputs/w.zip!net/params.dill, outputs/w.zip!gen/params.dill"
    assert joined.members == (
        Member("outputs/w.zip!net/params.dill", 9, ("N",)),
        Member("outputs/w.zip!gen/params.dill", 8),
    )


def test_an_archive_told_of_by_several_runs_is_one():
    read_later = Artefact(BUNDLE.name, "archive", readers=(WRITER,), members=BUNDLE.members)
    joined = join_artefacts([Artefact("manifest.dill", "pickle", note="n")], [BUNDLE, read_later])[0]
    assert joined.note == "n; written as outputs/w.zip!manifest.dill"
    assert len(joined.members) == 1


def test_an_archive_that_was_only_read_is_not_called_written():
    found = Artefact(BUNDLE.name, "archive", readers=(WRITER,), members=BUNDLE.members)
    joined = join_artefacts([Artefact("manifest.dill", "pickle")], [found])[0]
    assert joined.note == "found as outputs/w.zip!manifest.dill"


def test_a_name_with_holes_takes_the_members_that_fit():
    joined = join_artefacts([Artefact("{name}.dill", "pickle")], [BUNDLE])[0]
    assert len(joined.members) == 3


def test_an_artefact_that_was_left_by_itself_is_not_looked_for_in_archives():
    loose = Artefact("outputs/params.dill", "pickle", members=(Member("x"),))
    joined = join_artefacts([Artefact("params.dill", "pickle")], [BUNDLE, loose])[0]
    assert [member.name for member in joined.members] == ["x"]


def test_an_archive_that_is_gone_is_known_by_its_events():
    def packed(target: str, action: str = "write") -> ObservedEffect:
        return ObservedEffect("archive", action, target, "a.py", 3, "a.py::save")

    events = [
        packed("<tmp>/w.zip!net/params.dill"),
        packed("<tmp>/w.zip"),
        packed("<tmp>/r.zip!params.dill", "read"),
    ]
    (joined,) = join_artefacts([Artefact("params.dill", "pickle")], [], events)
    assert joined.note == "written as <tmp>/w.zip!net/params.dill"
    assert joined.members == (Member("<tmp>/w.zip!net/params.dill"),)


def test_a_file_of_no_known_kind_is_told_to_be_there():
    joined = join_artefacts(
        [Artefact("a.npy", "file")], [Artefact("out/a.npy", "file"), Artefact("b.npy", "file")]
    )
    assert [artefact.note for artefact in joined] == [f"written as out/a.npy; {UNREAD}", UNREAD]
    assert all(map(was_seen, joined))
    assert not was_seen(Artefact("a.npy", "file"))


def test_whether_runs_came_to_the_writers():
    def effect(verdict: str, line: int = 3) -> Effect:
        return Effect("pickle", "write", "a.py", line, "a.py::save", verdict=verdict)

    artefact = Artefact("params.dill", "pickle", writers=(WRITER,))
    assert unreached(artefact, [effect("static-only: not reached"), effect("confirmed", 9)])
    assert not unreached(artefact, [effect("static-only: not reached"), effect("line ran")])
    assert not unreached(artefact, [])
