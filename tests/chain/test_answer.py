from callchain.model.chain import Flow
from callchain.model.symbol import split
from tests.chain.asking import SAMPLE, Asked, ask


def flow(asked: Asked, name: str) -> Flow:
    return next(flow for flow in asked.chain.flows if flow.name == name)


def names(asked: Asked, name: str) -> list[str]:
    return [split(stage.symbol)[1] for stage in flow(asked, name).chain]


def test_producing_flow_is_joined_by_the_script_that_calls_both_parts(asked: Asked):
    assert names(asked, "produce") == ["main", "train", "save", "Keeper.save_all", "Keeper.save_one"]
    first = flow(asked, "produce").chain[0]
    assert first.symbol == "scripts/run_training.py::main"
    assert first.why == "joins what no call of the subject joins"
    calls = {(split(edge.caller)[1], split(edge.callee)[1], edge.line) for edge in flow(asked, "produce").edges}
    assert calls == {
        ("main", "train", 5),
        ("main", "save", 6),
        ("save", "Keeper.save_all", 56),
        ("Keeper.save_all", "Keeper.save_one", 31),
    }


def test_consuming_flow_and_contrast(asked: Asked):
    assert names(asked, "consume") == ["load_bundle", "Keeper.load_all", "Keeper.load_one"]
    assert names(asked, "contrast") == ["main"]
    assert flow(asked, "contrast").role == "contrast"


def test_roles_come_from_facts(asked: Asked):
    roles = {split(stage.symbol)[1]: stage.stage for stage in flow(asked, "produce").chain}
    assert roles["main"] == "entry"
    assert roles["train"] == "normalisation"
    assert roles["Keeper.save_one"] == "sink"


def test_entries_say_who_really_calls_them(asked: Asked):
    produce = next(entry for entry in asked.entries if entry.flow == "produce")
    assert (produce.symbol, produce.role) == ("pkg/workflow.py::train", "primary")
    assert "joined with the next step only by scripts/run_training.py::main" in produce.why
    save = next(item for item in asked.candidates if item.symbol == "pkg/keeper.py::save")
    assert [(caller.symbol, caller.kind) for caller in save.callers] == [
        ("scripts/run_training.py::main", "script")
    ]
    contrast = next(entry for entry in asked.entries if entry.role == "contrast")
    assert contrast.symbol == "other/train.py::main"


def test_the_archive_is_named_as_the_code_builds_it_and_its_layout_read(asked: Asked):
    archive = asked.chain.artefacts[0]
    assert (archive.name, archive.kind) == ("weights.zip", "archive")
    assert archive.expected == ("{name}/model.pickle", "{name}/params.json")
    assert [str(anchor) for anchor in archive.writers] == ["pkg/keeper.py:32"]
    assert [str(anchor) for anchor in archive.readers] == ["pkg/keeper.py:49"]


def test_what_is_written_and_never_read_is_said(asked: Asked):
    checkpoint = next(item for item in asked.chain.artefacts if item.name == "last.ckpt")
    assert checkpoint.readers == ()
    assert "read by none" in checkpoint.note


def test_modes_decide_the_direction_of_an_open(asked: Asked):
    opened = {
        (effect.line, effect.action, effect.sink)
        for effect in asked.chain.effects
        if effect.callee == "builtins.open"
    }
    assert opened == {(19, "write", True), (21, "write", True), (40, "read", False), (42, "read", False)}


def test_state_keys_with_defaults_accessors_and_hazards(asked: Asked):
    state = {(key.store, key.key): key for key in asked.chain.state}
    scale = state["pkg/params.py::cfg", "scale"]
    assert [(access.kind, access.path, access.line) for access in scale.accesses] == [
        ("default", "pkg/params.py", 6),
        ("read", "pkg/workflow.py", 17),
        ("write", "pkg/workflow.py", 16),
    ]
    assert state["pkg/params.py::cfg", "file_name"].default == "'weights'"
    whole = state["pkg/params.py::cfg", "*"]
    assert {(access.kind, access.line) for access in whole.accesses} == {("copy", 18), ("update", 41)}


def test_a_key_read_at_import_and_written_later_is_a_hazard():
    asked = ask(SAMPLE, "Where does `SIZE_AT_IMPORT` come from: `get`?", ("pkg",))
    assert all("read at import" not in key.hazard or "written later" in key.hazard for key in asked.chain.state)


def test_scaling_constants_and_devices(asked: Asked):
    (step,) = asked.chain.scaling
    assert (step.factor, step.line, step.symbol) == ("scale", 17, "pkg/workflow.py::train")
    kinds = {(item.kind, item.name, item.value) for item in asked.chain.constants}
    assert ("constant", "EPOCHS", "3") in kinds
    assert ("device", ".to", "device") in kinds


def test_contrast_rows_and_hooks_have_anchors(asked: Asked):
    contrast = asked.chain.contrast
    assert contrast is not None
    rows = {row.aspect: row for row in contrast.rows}
    assert (rows["archive written"].a, rows["archive written"].b) == ("weights.zip", "none")
    assert rows["checkpoint written"].b_anchor == "other/train.py:14"
    hooks = {hook.name: hook.anchor for hook in contrast.hooks}
    assert hooks["archive writer"] == "pkg/keeper.py:32"
    assert hooks["configuration snapshot"] == "pkg/keeper.py:18"


def test_documents_clauses_and_the_ledger(asked: Asked):
    kinds = {(mention.kind, mention.path, mention.line) for mention in asked.chain.documents}
    assert kinds == {
        ("clause", "docs/spec.md", 5),
        ("finding", "docs/findings.md", 3),
        ("mention", "docs/spec.md", 7),
    }
    assert "CONFIG-001 at `docs/findings.md:3`" in asked.chain.ledger


def test_optional_packages_are_assumptions(asked: Asked):
    texts = {item.anchor: item.text for item in asked.chain.assumptions}
    assert texts["other/train.py:6"].startswith("mlflow is optional")


def test_every_anchor_holds_what_it_says(asked: Asked):
    chain = asked.chain

    def line(path: str, number: int) -> str:
        return asked.tree.lines(path)[number - 1]

    for each in chain.flows:
        for stage in each.chain:
            assert f"def {split(stage.symbol)[1].rpartition('.')[2]}" in line(stage.path, stage.line)
        for edge in each.edges:
            assert split(edge.callee)[1].rpartition(".")[2] in line(edge.path, edge.line)
    for effect in chain.effects:
        if not effect.rule.startswith("state:"):
            assert effect.callee.rpartition(".")[2] in line(effect.path, effect.line)
    for key in chain.state:
        for access in key.accesses:
            if access.key != "*":
                assert access.key in line(access.path, access.line)
    for step in chain.scaling:
        assert step.factor in line(step.path, step.line)


def test_the_same_question_gives_the_same_answer(asked: Asked):
    again = ask(SAMPLE, asked.question.text, asked.question.namespaces)
    assert again.chain == asked.chain
    assert again.ranking == asked.ranking


def test_a_question_that_matches_nothing_says_so():
    asked = ask(SAMPLE, "xyzzy plugh", ("pkg",))
    assert asked.entries == ()
    assert "Contrast" in asked.chain.absent
    if not asked.chain.flows:
        assert "Core pipeline stages" in asked.chain.absent
