"""What a newcomer gets from the main job, read as a supervisor would read it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from callchain.evidence.anchors import check, check_printed
from callchain.evidence.package import damaged
from callchain.evidence.schema import shipped
from callchain.model.package import Evidence
from callchain.model.recording import CallNode
from callchain.model.tap import Snapshot, TapResult
from callchain.source.tree import read_tree
from tests.functional.conftest import SUBJECT, Package

pytestmark = pytest.mark.demo

FILES = {
    "callchain/static.md",
    "callchain/graph.dot",
    "callchain/graph.svg",
    "callchain/graph.mmd",
    "callgraph/dynamic.txt",
    "trace/tap_points.md",
    "summary.md",
    "env/trace_env.json",
    "evidence.json",
    "index.html",
}
MANAGER = "ptycho/model_manager.py"
ARCHIVE = {"manifest.dill"} | {
    f"{model}/{name}"
    for model in ("autoencoder", "diffraction_to_obj")
    for name in ("model.keras", "custom_objects.dill", "params.dill", "model.h5")
}


def tap(evidence: Evidence, key: str) -> TapResult:
    return next(result for result in evidence.taps if result.key == key)


def last(result: TapResult, name: str) -> Snapshot:
    return result.snapshots[-1].values[name]


def strings(snapshot: Snapshot) -> list[object]:
    return [item.value for item in snapshot.items or ()]


def test_the_package_is_complete_and_unharmed(demo: Package) -> None:
    assert demo.status == 0, demo.said
    written = {str(file.relative_to(demo.folder)) for file in demo.folder.rglob("*") if file.is_file()}
    assert written >= FILES
    assert "PARTIAL" not in written
    assert not damaged(demo.folder, demo.evidence)


def test_the_record_follows_its_schema(demo: Package) -> None:
    jsonschema.validate(json.loads(demo.text("evidence.json")), shipped())


def test_all_taps_were_hit_with_values(demo: Package) -> None:
    assert len(demo.evidence.taps) == 8
    for result in demo.evidence.taps:
        assert result.hits > 0, result.key
        for hit in result.snapshots:
            assert hit.values
            assert not [name for name, value in hit.values.items() if value.error], result.key


def test_the_held_out_loss_of_each_epoch_makes_a_curve_on_the_page(demo: Package) -> None:
    result = tap(demo.evidence, "tap_pytorch_validation_loss")
    assert result.hits == 8
    page = demo.text("index.html")
    card = page[page.index('id="tap-8"') :]
    assert "over the hits" in card
    assert "histogram" in card


def test_the_claim_of_more_than_twenty_objects_is_refuted_by_the_run(demo: Package) -> None:
    result = tap(demo.evidence, "tap_model_files_created")
    assert last(result, "custom_objects_count").value == 18
    verdicts = {expectation.expression: expectation.verdict for expectation in result.expectations}
    assert verdicts["custom_objects_count > 20"] == "fail"
    assert "18" in demo.text("summary.md")


def test_every_other_expectation_of_the_plan_holds(demo: Package) -> None:
    others = [
        (result.key, expectation)
        for result in demo.evidence.taps
        for expectation in result.expectations
        if "custom_objects_count" not in expectation.expression
    ]
    assert len(others) > 15
    assert [pair for pair in others if pair[1].verdict != "pass"] == []


def test_what_was_extracted_is_what_the_archive_holds(demo: Package) -> None:
    extracted = tap(demo.evidence, "tap_extracted_files")
    listed = next(
        value for value in extracted.snapshots[-1].values.values() if value.items and len(value.items) == 9
    )
    assert set(strings(listed)) == ARCHIVE
    artefact = next(item for item in demo.evidence.artefacts if item.name.endswith("wts.h5.zip") and item.members)
    assert {member.name for member in artefact.members} == ARCHIVE
    assert all(member.size > 0 for member in artefact.members)
    saved = next(member for member in artefact.members if member.name == "autoencoder/params.dill")
    assert {"N", "gridsize", "_version", "intensity_scale"} <= set(saved.keys)


def test_the_answer_names_the_chain(demo: Package) -> None:
    names = {stage.symbol for flow in demo.evidence.flows for stage in flow.chain}
    wanted = {
        f"{MANAGER}::ModelManager.{name}"
        for name in ("save_multiple_models", "save_model", "load_multiple_models", "load_model")
    }
    wanted |= {
        f"{MANAGER}::save",
        "ptycho/workflows/components.py::load_inference_bundle",
        "ptycho_torch/train.py::main",
    }
    assert wanted <= names
    assert "scripts/train.py" in demo.text("callchain/static.md")


def test_verdicts_are_told_apart(demo: Package) -> None:
    edges = demo.evidence.quality.edges
    assert edges["confirmed"] >= 8
    assert edges["observed-only"] >= 1
    assert sum(count for verdict, count in edges.items() if verdict.startswith("static-only")) >= 1
    assert edges.get("not run", 0) == 0
    confirmed = [edge for flow in demo.evidence.flows for edge in flow.edges if edge.verdict == "confirmed"]
    assert all(edge.count > 0 for edge in confirmed)


def test_mutations_of_the_global_store_have_their_lines(demo: Package) -> None:
    store = "ptycho/params.py::cfg"
    changes = [change for change in demo.evidence.mutations if change.store == store]
    assert {change.key for change in changes} >= {"gridsize", "intensity_scale", "nepochs"}
    tree = read_tree(SUBJECT)
    for change in changes:
        assert re.search(r"cfg|update|set\(|\[", tree.lines(change.path)[change.line - 1]), change


def test_the_checkpoint_is_contrasted_and_mlflow_is_an_assumption(demo: Package) -> None:
    keys = tap(demo.evidence, "tap_pytorch_checkpoint_keys")
    seen = {str(item) for value in keys.snapshots[-1].values.values() for item in strings(value)}
    assert {"state_dict", "optimizer_states", "epoch", "global_step"} <= seen
    assert demo.evidence.contrast is not None
    assert demo.evidence.contrast.rows
    assert demo.evidence.contrast.hooks
    assert any("mlflow" in assumption.text.lower() for assumption in demo.evidence.assumptions)


def test_every_anchor_is_proved_against_the_source(demo: Package) -> None:
    tree = read_tree(SUBJECT)
    report = check(demo.evidence, tree)
    assert report.checked > 100
    assert report.false == ()
    for name in ("callchain/static.md", "summary.md", "trace/tap_points.md", "callgraph/dynamic.txt"):
        printed = check_printed(name, demo.text(name), tree)
        assert printed.checked > 5, name
        assert printed.false == (), name


def test_static_md_has_every_section_in_order(demo: Package) -> None:
    numbers = [int(number) for number in re.findall(r"^## (\d+) ", demo.text("callchain/static.md"), re.MULTILINE)]
    assert numbers == list(range(1, 16))


def nodes(roots: tuple[CallNode, ...]) -> Iterator[CallNode]:
    for root in roots:
        yield root
        yield from nodes(root.children)


def test_the_tree_keeps_calls_that_come_through_frameworks(demo: Package) -> None:
    seen = [
        node
        for run in demo.evidence.runs
        for process in run.processes
        for thread in process.threads
        for node in nodes(thread.roots)
    ]
    assert any("keras" in node.via for node in seen)
    assert any("lightning" in node.via and node.symbol.endswith("training_step") for node in seen)
    assert "via keras" in demo.text("callgraph/dynamic.txt")


def test_no_machine_path_or_address_is_printed(demo: Package) -> None:
    home, working = str(Path.home()), str(demo.folder.parent)
    for name in FILES - {"env/trace_env.json"}:
        text = demo.text(name)
        assert working not in text, name
        assert str(SUBJECT) not in text, name
        assert re.search(r"(?<![\w/.])" + re.escape(home) + "/", text) is None, name
        assert re.search(r"\b0x[0-9a-f]{8,}", text) is None, name


def test_the_same_command_gives_the_same_bytes(demo: Package, second: Package) -> None:
    for name in sorted(FILES - {"env/trace_env.json"}):
        assert (demo.folder / name).read_bytes() == (second.folder / name).read_bytes(), name
