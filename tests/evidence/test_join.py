"""Effects, artefacts, state, taps, runs and figures after the join."""

from __future__ import annotations

import msgspec
import pytest

from callchain.evidence.artefacts import join_artefacts, not_foretold, not_written
from callchain.evidence.effects import MOST_OUTSIDE, join_effects
from callchain.evidence.join import cross_reference
from callchain.evidence.runs import MOST_NODES, summarise
from callchain.evidence.sources import Sources
from callchain.evidence.state import join_mutations
from callchain.evidence.verdicts import observe
from callchain.model.chain import Artefact, Effect, Member, Mutation
from callchain.model.package import Evidence
from callchain.model.recording import CallNode, ObservedEffect, ProcessRecord, RunRecord, ThreadTree
from tests.evidence import sample
from tests.evidence.shop import APP_PY, STORE_PY, app, line, store


def effects_of(evidence: Evidence) -> dict[tuple[str, str], Effect]:
    return {(effect.kind, effect.symbol.rpartition("::")[2]): effect for effect in evidence.effects}


def test_an_effect_of_a_file_kind_is_confirmed_by_a_file_event_in_its_statement(evidence: Evidence):
    effect = effects_of(evidence)["archive", "Store.save"]
    assert (effect.verdict, effect.count, effect.target) == ("confirmed", 2, "self.path; seen: <tmp>/out.zip")


def test_an_effect_whose_line_did_not_run_is_not_reached(evidence: Evidence):
    assert effects_of(evidence)["file", "export"].verdict == "static-only: not reached"


def test_an_effect_that_was_only_seen_is_added(evidence: Evidence):
    effect = effects_of(evidence)["logging", "Store._log"]
    assert (effect.verdict, effect.sink) == ("observed-only", False)


def test_reading_does_not_confirm_writing(sources: Sources):
    at = line(STORE_PY, "with zipfile.ZipFile(self.path")
    read = Effect("archive", "write", STORE_PY, at, store("Store.save"), "zipfile.ZipFile")
    event = ObservedEffect("file", "read", "x.zip", STORE_PY, at, store("Store.save"), "open")
    run = RunRecord("r", (), 0, "hunter", effects=(event,), lines={STORE_PY: (at,)})
    joined = join_effects([read], observe([run]), sources, {store("Store.save")}).effects
    assert [effect.verdict for effect in joined] == ["static-only: line ran", "observed-only"]


def test_effects_off_the_chain_are_kept_when_they_leave_something_and_counted_beyond_the_bound(sources: Sources):
    events = [
        ObservedEffect("file", "write", f"out_{n:03}", APP_PY, 6, app("scale"), "open")
        for n in range(MOST_OUTSIDE + 5)
    ]
    events.append(ObservedEffect("file", "read", "in", APP_PY, 6, app("scale"), "open"))
    joined = join_effects([], observe([RunRecord("r", (), 0, "hunter", effects=tuple(events))]), sources, set())
    assert len(joined.effects) == MOST_OUTSIDE
    assert {effect.action for effect in joined.effects} == {"write"}
    assert joined.left_out[0].reason.startswith("5 more effects")


def test_the_real_path_of_an_effect_never_reaches_the_record(evidence: Evidence):
    assert b"/machine/path" not in msgspec.json.encode(evidence)


def test_an_artefact_takes_the_members_that_were_written(evidence: Evidence):
    artefact = evidence.artefacts[0]
    assert [member.name for member in artefact.members] == ["items.json", "settings.json", "extra.bin"]
    assert not_written(artefact) == ("manifest.json",)
    assert not_foretold(artefact) == ("extra.bin",)
    assert "written as <tmp>/out.zip" in artefact.note


@pytest.mark.parametrize(
    ("read", "seen", "same"),
    [
        ("wts.h5.zip", "<tmp>/run/wts.h5.zip", True),
        ("{base_path}.zip", "<tmp>/wts.h5.zip", True),
        ("*.ckpt", "checkpoints/best.ckpt", True),
        ("{path}", "anything", False),
        ("params.dill", "custom.dill", False),
    ],
)
def test_an_artefact_read_under_a_name_with_holes_is_the_one_written(read: str, seen: str, same: bool):
    joined = join_artefacts([Artefact(read, "file")], [Artefact(seen, "file", members=(Member("m"),))])
    assert len(joined) == (1 if same else 2)


def test_members_are_expected_by_their_last_name():
    artefact = Artefact(
        "a.zip", "archive", members=(Member("net/model.keras"),), expected=("model.keras", "{name}/x.bin")
    )
    assert not_written(artefact) == ("{name}/x.bin",)
    assert not_foretold(artefact) == ()


def test_a_key_shows_what_a_mutation_and_a_tap_saw(evidence: Evidence):
    assert evidence.state[0].observed == ("None", "0.5", "0.5 at tap_config")


def test_mutations_keep_their_order_and_count_repeats():
    first = Mutation("s", "b", "1", "2", "p.py", 3, "p.py::f")
    second = Mutation("s", "a", "1", "2", "p.py", 4, "p.py::f")
    run = RunRecord("r", (), 0, "hunter", mutations=(first, second, first))
    assert [(m.key, m.count, m.run) for m in join_mutations([run])] == [("b", 2, "r"), ("a", 1, "r")]


def test_a_tap_is_told_the_edges_that_enter_it_and_its_stage(evidence: Evidence):
    at = line(APP_PY, "store.save(")
    assert evidence.taps[0].edges == (f"{app('train')}:{at} → {store('Store.save')}",)
    assert evidence.taps[0].stage == "Save entry"
    assert evidence.taps[1].stage == "sink"


def test_a_tap_off_the_flows_is_told_the_calls_that_a_run_saw(sources: Sources):
    tap = msgspec.structs.replace(sample.taps()[0], symbol=store("Store._log"))
    at = line(STORE_PY, 'self._log("saved")')
    told = cross_reference(tap, (), observe([sample.run()]))
    assert told.edges == (f"{store('Store.save')}:{at} → {store('Store._log')}",)


def test_figures(evidence: Evidence):
    quality = evidence.quality
    assert quality.edges == {
        "confirmed": 4,
        "observed-only": 3,
        "static-only: line ran": 1,
        "static-only: not reached": 1,
    }
    assert quality.taps == {"hit": 1, "not reached": 1}
    assert quality.expectations == {"pass": 1, "fail": 1, "not reached": 1}
    assert (quality.anchors_false, quality.files_read, quality.call_sites_open) == (0, 4, 1)
    assert quality.anchors_checked > 50


def test_stages_carry_the_digest_of_their_lines(evidence: Evidence):
    assert all(len(stage.digest) == 12 for flow in evidence.flows for stage in flow.chain)


def process(pid: int, parent: int, root: str, clean: bool = True) -> ProcessRecord:
    tree = ThreadTree("MainThread", (CallNode(root, "a.py", 1),))
    return ProcessRecord(pid, parent, ("python",), "3.11", "hunter", clean, (tree,))


def test_processes_are_named_without_their_pids():
    here = [
        process(700, 1, "a.py::m"),
        process(9, 700, "a.py::y"),
        process(8, 700, "a.py::x"),
        process(20, 9, "a.py::z"),
    ]
    swapped = [
        process(5, 1, "a.py::m"),
        process(6, 5, "a.py::x"),
        process(7, 5, "a.py::y"),
        process(3, 7, "a.py::z"),
    ]
    summaries = [summarise(RunRecord("r", (), 0, "hunter", processes=tuple(found))) for found in (here, swapped)]
    assert summaries[0] == summaries[1]
    assert [p.name for p in summaries[0].processes] == ["main", "main.1", "main.2", "main.2.1"]


def test_a_call_tree_beyond_the_bound_loses_its_deepest_levels_and_says_so():
    node = CallNode("a.py::leaf", "a.py", 1)
    wide = CallNode("a.py::f", "a.py", 1, children=(node,) * (MOST_NODES + 1))
    threads = (ThreadTree("MainThread", (wide,)),)
    record = ProcessRecord(1, 0, (), "3.11", "hunter", True, threads)
    summary = summarise(RunRecord("r", (), 0, "hunter", processes=(record,)))
    assert summary.processes[0].threads[0].roots[0].children == ()
    assert summary.dropped == {"nodes of the call tree beyond the package's bound": MOST_NODES + 1}


def test_versions_are_kept_and_pids_are_not(evidence: Evidence):
    assert evidence.runs[0].versions == {"implementation": "CPython", "python": "3.11.9", "shop": "1.0"}
    assert b"4242" not in msgspec.json.encode(evidence.runs)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("/opt/env/bin/python3.12", "run.py", "/data"), ("python", "run.py", "/data")),
        ((r"C:\Python\python.exe", "run.py"), ("python", "run.py")),
        (("python3.12", "-m", "shop"), ("python3.12", "-m", "shop")),
        (("/opt/tool/pytest", "-q"), ("/opt/tool/pytest", "-q")),
        (("./python-app", "x"), ("./python-app", "x")),
        ((), ()),
    ],
)
def test_the_place_of_the_interpreter_is_not_told(command: tuple[str, ...], shown: tuple[str, ...]):
    assert summarise(RunRecord("r", command, 0, "hunter")).command == shown
