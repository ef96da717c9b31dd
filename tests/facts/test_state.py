import ast

import pytest

from callchain.facts.state import StateFact, state_facts


def facts(source: str) -> list[StateFact]:
    return list(state_facts(ast.parse(source), "a.py"))


def accesses(source: str) -> list[tuple[str, str, str, int]]:
    return [(fact.kind, fact.store, fact.key, fact.line) for fact in facts(source)]


def test_defaults_of_a_module_dict_carry_their_own_line_and_value():
    found = facts("cfg = {\n    'N': 128,\n    'h5_path': 'wts.h5',\n}\n")
    assert [(fact.key, fact.line, fact.value, fact.kind) for fact in found] == [
        ("N", 2, "128", "default"),
        ("h5_path", 3, "'wts.h5'", "default"),
    ]


def test_reads_writes_and_methods_of_an_imported_store():
    source = """
from pkg import params
def f(loaded):
    params.cfg['N'] = 64
    snapshot = params.cfg.copy()
    snapshot['N'] = 1
    params.cfg.update(loaded)
    params.cfg.update({'a': 1, 'b': 2}, c=3)
    params.cfg.pop('a')
    if 'N' in params.cfg:
        return params.cfg.get('N', 5)
"""
    assert accesses(source) == [
        ("write", "params.cfg", "N", 4),
        ("copy", "params.cfg", "*", 5),
        ("update", "params.cfg", "*", 7),
        ("update", "params.cfg", "a", 8),
        ("update", "params.cfg", "b", 8),
        ("update", "params.cfg", "c", 8),
        ("pop", "params.cfg", "a", 9),
        ("read", "params.cfg", "N", 10),
        ("read", "params.cfg", "N", 11),
    ]


def test_local_dicts_are_no_state_and_local_imports_are():
    source = """
def f():
    results = {}
    results['x'] = 1
    from pkg import params as p
    p.cfg['x'] = results['x']
"""
    assert accesses(source) == [("write", "p.cfg", "x", 6)]


def test_accessor_functions_are_marked_by_their_key_parameter():
    found = facts("cfg = {}\ndef get(key):\n    return cfg[key]\ndef set(key, value):\n    cfg[key] = value\n")
    assert [(fact.qualname, fact.kind, fact.key, fact.key_parameter) for fact in found] == [
        ("get", "read", "key", True),
        ("set", "write", "key", True),
    ]


def test_a_dict_changed_through_a_parameter_and_the_call_that_hands_the_store_over():
    source = """
import params
def fill(target, config):
    for name, value in config.items():
        target[name] = value
def run(config):
    fill(params.cfg, config)
"""
    found = facts(source)
    assert ("write", "parameter:target", "*", 5) in [(f.kind, f.store, f.key, f.line) for f in found]
    passed = [fact for fact in found if fact.kind == "pass"]
    assert [(f.store, f.key, f.expression, f.qualname) for f in passed] == [("params.cfg", "0", "fill", "run")]


def test_config_objects_by_annotation_constructor_and_attribute():
    source = """
from dataclasses import dataclass
@dataclass
class TrainingConfig:
    nepochs: int = 50
    name: str
def run(config: "TrainingConfig"):
    return config.nepochs
class Runner:
    def __init__(self, config: Optional[TrainingConfig]):
        self.config = config
    def go(self):
        return self.config.model.N
def make():
    made = TrainingConfig(name='x')
    made.nepochs = 3
    return made.name
"""
    assert accesses(source) == [
        ("field", "TrainingConfig", "nepochs", 5),
        ("field", "TrainingConfig", "name", 6),
        ("read", "TrainingConfig", "nepochs", 8),
        ("read", "TrainingConfig", "model.N", 13),
        ("write", "TrainingConfig", "nepochs", 16),
        ("read", "TrainingConfig", "name", 17),
    ]


def test_flags_with_default_and_help_and_their_reads():
    source = """
import argparse
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('-e', '--n-epochs', type=int, default=60, help='how long')
    parser.add_argument('--quiet', action='store_true')
    args = parser.parse_args()
    print(args.n_epochs)
"""
    found = [(f.kind, f.store, f.key, f.value, f.expression) for f in facts(source)]
    assert found == [
        ("flag", "argparse", "n_epochs", "60", "--n-epochs: how long"),
        ("flag", "argparse", "quiet", "False", "--quiet"),
        ("read", "argparse", "n_epochs", "", "args.n_epochs"),
    ]


@pytest.mark.parametrize(
    ("line", "kind", "key"),
    [
        ("os.environ['HOME']", "read", "HOME"),
        ("os.environ.get('HOME', 'x')", "read", "HOME"),
        ("os.getenv('HOME')", "read", "HOME"),
        ("os.environ['HOME'] = 'x'", "write", "HOME"),
    ],
)
def test_the_environment(line: str, kind: str, key: str):
    assert accesses(f"import os\n{line}\n") == [(kind, "os.environ", key, 2)]


def test_global_statement_and_module_attribute_writes():
    source = "import mod\ncounter = 0\ndef f():\n    global counter\n    counter += 1\n    mod.flag = True\n"
    assert accesses(source) == [("update", "counter", "*", 5), ("write", "mod", "flag", 6)]


def test_setattr_on_a_config_object():
    source = (
        "def f(config: RunConfig, key, value):\n    setattr(config, key, value)\n    setattr(config, 'n', 1)\n"
    )
    found = [(f.kind, f.store, f.key, f.key_parameter) for f in facts(source)]
    assert found == [("write", "RunConfig", "key", True), ("write", "RunConfig", "n", False)]


def test_lone_surrogates_do_not_reach_the_records():
    for fact in facts("cfg = {'\\ud800': '\\ud800'}\ncfg['\\ud801'] = 1\n"):
        (fact.key + fact.value + fact.expression).encode()
