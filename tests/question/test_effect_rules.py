from importlib.resources import files

import pytest

from callchain.question.effect_rules import canonical, catalogue, rule_for

KINDS = {
    "file", "archive", "pickle", "hdf5", "model", "checkpoint", "state", "env", "network", "subprocess",
    "randomness", "logging", "tracking", "json",
}  # fmt: skip
ACTIONS = {"read", "write", "delete", "create", "seed", "send", "start"}


@pytest.mark.parametrize(
    ("name", "kind", "action", "sink"),
    [
        ("zipfile.ZipFile.write", "archive", "write", True),
        ("zipfile.ZipFile.extractall", "archive", "read", False),
        ("dill.dump", "pickle", "write", True),
        ("tensorflow.keras.Model.save", "model", "write", True),
        ("tf_keras.models.load_model", "model", "read", False),
        ("lightning.pytorch.callbacks.ModelCheckpoint", "checkpoint", "write", True),
        ("mlflow.pytorch.autolog", "tracking", "write", True),
        ("pathlib.Path.write_text", "file", "write", True),
        ("subprocess.Popen.__init__", "subprocess", "start", True),
        ("numpy.random.seed", "randomness", "seed", False),
    ],
)
def test_known_calls(name: str, kind: str, action: str, sink: bool):
    rule = rule_for(name)
    assert rule is not None
    assert (rule.kind, rule.action, rule.sink) == (kind, action, sink)


def test_unknown_calls_have_no_rule():
    assert rule_for("mypackage.write") is None
    assert rule_for("builtins.len") is None


def test_aliases_replace_only_whole_parts():
    assert canonical("tensorflow.keras.layers.Dense") == "keras.layers.Dense"
    assert canonical("tensorflow.kerasy.x") == "tensorflow.kerasy.x"


def test_every_rule_uses_the_words_of_the_record():
    known = catalogue()
    rules = [*known.exact.values(), *(rule for _, rule in known.patterns)]
    assert {rule.kind for rule in rules} <= KINDS
    assert {rule.action for rule in rules} <= ACTIONS
    shipped = {
        item.name for item in files("callchain.question.catalogue").iterdir() if item.name.endswith(".toml")
    }
    assert {rule.family for rule in rules} == shipped - {"aliases.toml"}
