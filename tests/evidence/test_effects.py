"""One row per act: what a run says of each effect, and which acts it can deny."""

from __future__ import annotations

import pytest

from callchain.evidence.effects import join_effects
from callchain.evidence.eventful import leaves_event
from callchain.evidence.sources import Sources
from callchain.evidence.verdicts import observe
from callchain.model.chain import Effect, Mutation
from callchain.model.recording import ObservedEdge, ObservedEffect, RunRecord
from tests.evidence import sample
from tests.evidence.shop import APP_PY, SETTINGS_PY, STORE_PY, app, line, store

AT = line(APP_PY, "store.finish()")
TRAIN = app("train")


def effect(kind: str, callee: str, target: str = "", action: str = "write", at: int = AT) -> Effect:
    return Effect(kind, action, APP_PY, at, TRAIN, callee, target)


def event(kind: str, target: str, action: str = "write", at: int = AT, real: str = "") -> ObservedEffect:
    return ObservedEffect(kind, action, target, APP_PY, at, TRAIN, "told", 1, real)


def run(*events: ObservedEffect, **more: object) -> RunRecord:
    lines = {APP_PY: (AT,)}
    return RunRecord("r", (), 0, "hunter", effects=events, lines=lines, **more)  # type: ignore[arg-type]  # names are checked by the record


def joined(sources: Sources, read: list[Effect], *runs: RunRecord) -> list[tuple[str, str, int]]:
    changes = tuple(change for one in runs for change in one.mutations)
    found = join_effects(read, observe(runs), sources, {TRAIN}, changes).effects
    return [(one.target, one.verdict, one.count) for one in found]


@pytest.mark.parametrize(
    ("kind", "callee", "action", "verdict"),
    [
        ("pickle", "dill.dump", "write", "line ran"),
        ("pickle", "joblib.dump", "write", "static-only: line ran"),
        ("json", "json.dump", "write", "line ran"),
        ("logging", "builtins.print", "write", "line ran"),
        ("logging", "logging.Logger.info", "send", "line ran"),
        ("state", "torch.set_num_threads", "write", "line ran"),
        ("checkpoint", "lightning.pytorch.callbacks.ModelCheckpoint", "write", "line ran"),
        ("checkpoint", "torch.save", "write", "static-only: line ran"),
        ("file", "builtins.open", "write", "static-only: line ran"),
        ("file", "builtins.open.write", "write", "line ran"),
        ("file", "os.makedirs", "create", "line ran"),
        ("archive", "zipfile.ZipFile.writestr", "write", "static-only: line ran"),
        ("model", "tensorflow.keras.Model.save", "write", "static-only: line ran"),
        ("subprocess", "subprocess.run", "start", "static-only: line ran"),
        ("env", "env", "write", "static-only: line ran"),
        ("env", "os.environ.setdefault", "write", "line ran"),
    ],
)
def test_only_an_act_that_leaves_an_event_can_be_denied(
    sources: Sources, kind: str, callee: str, action: str, verdict: str
):
    read = effect(kind, callee, "x", action)
    assert joined(sources, [read], run()) == [("x", verdict, 0)]
    assert leaves_event(read) == verdict.startswith("static-only")


def test_a_silent_act_whose_line_did_not_run_is_not_reached(sources: Sources):
    read = effect("pickle", "dill.dump", at=line(APP_PY, "        give_up()"))
    assert joined(sources, [read], run())[0][1] == "static-only: not reached"


def test_a_variable_set_through_a_call_is_one_act(sources: Sources):
    read = [effect("env", "env", "env['K']"), effect("env", "os.environ.setdefault", "'K'")]
    assert joined(sources, read, run(event("env", "K=1"))) == [("'K'; seen: K=1", "confirmed", 1)]
    assert [target for target, _, _ in joined(sources, read)] == ["'K'"]


def test_a_variable_that_is_only_read_at_the_line_hides_no_write(sources: Sources):
    read = [effect("env", "env", "env['K']"), effect("env", "os.environ.get", "'K'", "read")]
    assert len(joined(sources, read, run())) == 2


def test_an_event_of_the_environment_bears_out_its_own_variable_alone(sources: Sources):
    read = [effect("env", "env", "env['A']"), effect("env", "env", "env['B']")]
    assert joined(sources, read, run(event("env", "B=1"))) == [
        ("env['A']", "static-only: line ran", 0),
        ("env['B']; seen: B=1", "confirmed", 1),
    ]


def test_an_event_that_bears_out_an_effect_is_not_told_again(sources: Sources):
    """Two runs do the same act in different places: that is one row with both counts."""
    first, second = run(event("file", "out", real="/a/out")), run(event("file", "out", real="/b/out"))
    read = effect("file", "builtins.open", "'out'")
    assert joined(sources, [read], first, first, second) == [("'out'", "confirmed", 3)]


def test_an_event_of_another_statement_of_the_function_bears_out_nothing(sources: Sources):
    read = effect("file", "builtins.open", "'a'")
    other = event("file", "b", at=line(APP_PY, 'Store("out.zip")'))
    assert joined(sources, [read], run(other)) == [("'a'", "static-only: line ran", 0), ("b", "observed-only", 1)]


def test_the_count_of_a_saved_model_is_that_of_saving_it(sources: Sources):
    """The files that it opens besides are the same act: neither counted nor told apart."""
    events = [event("model", "m.keras"), event("file", "m.keras"), event("file", "<tmp>", "create")]
    read = effect("model", "keras.Model.save", "path")
    assert joined(sources, [read], run(*events)) == [("path; seen: m.keras", "confirmed", 1)]


def test_a_pickle_is_not_read_as_often_as_it_names_things(sources: Sources):
    events = [event("pickle", f"lib.{name}", "read") for name in "abc"]
    read = effect("pickle", "dill.load", "f", "read")
    assert joined(sources, [read], run(*events), run(*events)) == [
        ("f; seen: lib.a, lib.b, lib.c", "confirmed", 2)
    ]


def state_write(snippet: str, target: str, path: str = APP_PY, symbol: str = TRAIN) -> Effect:
    return Effect("state", "write", path, line(path, snippet), symbol, sample.CFG, target)


def test_a_write_of_state_is_borne_out_by_a_change_at_its_line(sources: Sources):
    assert joined(sources, [state_write('cfg["scale"]', "cfg")], sample.run())[0] == (
        "cfg; changed: scale",
        "confirmed",
        1,
    )


SETTER = f"{SETTINGS_PY}::get"


def changed_in_setter(key: str, *edges: ObservedEdge) -> RunRecord:
    change = Mutation(sample.CFG, key, "1", "2", SETTINGS_PY, line(SETTINGS_PY, "return cfg"), SETTER)
    return run(edges=edges, mutations=(change,))


def test_a_write_of_state_through_a_setter_is_borne_out_by_a_change_that_it_made(sources: Sources):
    read = [state_write("store.finish()", "cfg['scale']"), state_write("store.finish()", "cfg['size']")]
    told = joined(sources, read, changed_in_setter("scale", ObservedEdge(TRAIN, AT, SETTER)))
    assert [verdict for _, verdict, _ in told] == ["confirmed", "line ran"]


def test_a_change_of_the_key_made_by_others_bears_out_nothing(sources: Sources):
    other = ObservedEdge(app("main"), line(APP_PY, "train([1, 2]"), SETTER)
    told = joined(sources, [state_write("store.finish()", "cfg['scale']")], changed_in_setter("scale", other))
    assert told == [("cfg['scale']", "line ran", 0)]


def test_a_change_of_the_whole_store_counts_where_nobody_else_entered_the_function(sources: Sources):
    read = [state_write("store.finish()", "cfg")]
    mine = ObservedEdge(TRAIN, AT, SETTER)
    other = ObservedEdge(app("main"), line(APP_PY, "train([1, 2]"), SETTER)
    assert joined(sources, read, changed_in_setter("scale", mine)) == [("cfg; changed: scale", "confirmed", 1)]
    assert joined(sources, read, changed_in_setter("scale", mine, other)) == [("cfg", "line ran", 0)]


def test_a_file_that_was_not_traced_is_not_judged(sources: Sources):
    read = [effect("file", "builtins.open")]
    told = join_effects(read, observe([run()], {STORE_PY}), sources, {store("Store.save")}).effects
    assert told[0].verdict == "not run"
