"""The shipped rules at work, a small program each; and the rules that a project adds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.callgraph.graph import CallGraph
from callchain.callgraph.rule_files import load_rules, project_rules, shipped_files
from callchain.facts.store import read_facts
from callchain.model.errors import CallchainError
from callchain.source.tree import read_tree

GraphOf = Callable[[Mapping[str, str]], CallGraph]
DOCS = Path(__file__).parents[2] / "docs" / "rules.md"

PROGRAMS = {
    "django": (
        """
        from django.core.management import call_command
        from django.core.management.base import BaseCommand
        from django.db.models.signals import post_save
        from django.dispatch import Signal, receiver
        from django.urls import path
        from django.views import View
        def index(request): pass
        class Page(View):
            def get(self, request): return self.text()
            def text(self): return "x"
        urls = [path("", index), path("page", Page.as_view())]
        class Command(BaseCommand):
            def handle(self, *args, **options): pass
        def manage(): call_command("mine")
        done = Signal()
        @receiver(done)
        def on_done(sender, **kw): pass
        def finish(): done.send(1)
        def on_save(sender, **kw): pass
        post_save.connect(on_save)
        """,
        {
            ("<module>", "index"),
            ("<module>", "Page.get"),
            ("Page.get", "Page.text"),
            ("manage", "Command.handle"),
            ("<module>", "on_save"),
            ("<module>", "on_done"),
        },
    ),
    "fastapi": (
        """
        from fastapi import FastAPI, Depends
        app = FastAPI()
        class Store:
            def find(self): pass
        def store() -> Store: return Store()
        @app.get("/")
        def index(one=Depends(store)): return one.find()
        """,
        {("index", "Store.find"), ("<module>", "store")},
    ),
    "flask": (
        """
        from flask import Flask
        from flask.views import MethodView
        app = Flask(__name__)
        def about(): pass
        app.add_url_rule("/about", "about", about)
        class Users(MethodView):
            def get(self): pass
        app.add_url_rule("/users", view_func=Users.as_view("users"))
        """,
        {("<module>", "about"), ("<module>", "Users.get")},
    ),
    "sqlalchemy": (
        """
        from sqlalchemy import event
        def on_load(target): pass
        event.listen(object, "load", on_load)
        @event.listens_for(object, "init")
        def on_init(target): pass
        """,
        {("<module>", "on_load"), ("<module>", "on_init")},
    ),
    "pluggy": (
        """
        import pluggy
        hookimpl = pluggy.HookimplMarker("p")
        class Plugin:
            @hookimpl
            def add(self, n): pass
            @hookimpl
            def other(self): pass
        manager = pluggy.PluginManager("p")
        manager.register(Plugin())
        def run(): manager.hook.add(n=1)
        """,
        {("run", "Plugin.add")},
    ),
    "pluggy, found by name": (
        """
        from pluggy import HookRelay, PluginManager
        class Manager(PluginManager):
            pass
        class Config:
            hook: HookRelay
            def __init__(self, manager: Manager): self.hook = manager.hook
        def pytest_start(config): return work()
        def work(): return 1
        class Session:
            def pytest_stop(self): self.close()
            def close(self): pass
        def pytest_other(): return work()
        def run(config: Config): config.hook.pytest_start(config=config)
        def stop(manager: Manager): manager.hook.pytest_stop()
        def elsewhere(manager: Manager): manager.hook.work()
        """,
        {("run", "pytest_start"), ("stop", "Session.pytest_stop")},
    ),
    "asyncio protocols": (
        """
        import asyncio
        class Echo(asyncio.Protocol):
            def connection_made(self, transport): self.transport = transport
            def data_received(self, data): self.answer(data)
            def answer(self, data): pass
        async def serve():
            loop = asyncio.get_running_loop()
            await loop.create_server(lambda: Echo(), "localhost", 0)
        def connect():
            return asyncio.get_event_loop().create_connection(protocol_factory=Echo)
        """,
        {
            ("serve", "Echo.connection_made"),
            ("serve", "Echo.data_received"),
            ("Echo.data_received", "Echo.answer"),
            ("connect", "Echo.data_received"),
        },
    ),
    "pytest fixtures": (
        """
        import pytest
        class Thing:
            def go(self): pass
        @pytest.fixture
        def made(): return Thing()
        @pytest.fixture()
        def thing(made):
            yield made
        def test_it(thing): thing.go()
        class TestMore:
            @pytest.fixture
            def own(self): return Thing()
            def test_own(self, own): own.go()
        """,
        {
            ("test_it", "thing"),
            ("thing", "made"),
            ("test_it", "Thing.go"),
            ("TestMore.test_own", "TestMore.own"),
            ("TestMore.test_own", "Thing.go"),
        },
    ),
    "unittest": (
        """
        import unittest
        class Case(unittest.TestCase):
            def setUp(self): pass
            def test_one(self): pass
        def main(): unittest.main()
        """,
        {("main", "Case.setUp"), ("main", "Case.test_one")},
    ),
    "pydantic": (
        """
        from pydantic import BaseModel, Field, field_validator
        def now(): return 1
        class Row(BaseModel):
            n: int
            at: int = Field(default_factory=now)
            @field_validator("n")
            @classmethod
            def check(cls, value): return value
            def model_post_init(self, context): pass
        def make(): return Row(n=1)
        """,
        {("make", "Row.check"), ("make", "Row.model_post_init"), ("make", "now")},
    ),
    "sklearn pipeline": (
        """
        from sklearn.base import BaseEstimator, TransformerMixin
        from sklearn.pipeline import Pipeline
        class Scale(BaseEstimator, TransformerMixin):
            def fit(self, X, y=None): return self
            def transform(self, X): return X
        def train(X):
            pipe = Pipeline([("scale", Scale())])
            pipe.fit(X)
        """,
        {("train", "Scale.fit"), ("train", "Scale.transform")},
    ),
    "click": (
        """
        import click
        from click.testing import CliRunner
        def check(context, parameter, value): return value
        @click.group()
        def app(): pass
        @app.command()
        @click.option("--n", callback=check, type=int)
        def main(n): work()
        def work(): pass
        def run(): main()
        def test(): CliRunner().invoke(main, [])
        """,
        {("run", "main"), ("main", "work"), ("test", "main"), ("<module>", "check")},
    ),
    "task queues": (
        """
        from celery import Celery
        app = Celery("x")
        @app.task
        def work(n): helper()
        def helper(): pass
        def start(): work.delay(1)
        """,
        {("start", "work"), ("work", "helper")},
    ),
    "typer": (
        """
        import typer
        from typer.testing import CliRunner
        app = typer.Typer()
        def main(): work()
        def work(): pass
        if __name__ == "__main__":
            typer.run(main)
        """,
        {("<module>", "main"), ("main", "work")},
    ),
}


def _names(graph: CallGraph) -> set[tuple[str, str]]:
    return {(each.caller.partition("::")[2], each.callee.partition("::")[2]) for each in graph.edges}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_framework_calls_its_users_code(name: str, graph_of: GraphOf) -> None:
    text, expected = PROGRAMS[name]
    assert expected - _names(graph_of({"program.py": text})) == set()


def test_fixtures_of_a_conftest_reach_the_tests_below_it(graph_of: GraphOf) -> None:
    graph = graph_of(
        {
            "a/conftest.py": "import pytest\n@pytest.fixture\ndef tool(): return 1\n",
            "a/test_in.py": "def test_in(tool): pass\n",
            "b/test_out.py": "def test_out(tool): pass\n",
        }
    )
    assert _names(graph) == {("test_in", "tool")}


# -- what a project adds ------------------------------------------------------------------------------------------

TARGET = (
    "import events\ndef on_start(): pass\ndef on_stop(): pass\nevents.on('start', on_start)\nevents.end(on_stop)\n"
)


def _graph(root: Path) -> CallGraph:
    tree = read_tree(root)
    return build(tree, read_facts(tree, cache=False, jobs=1), cache=False, rules=project_rules(root))


def test_a_project_adds_a_file_and_tables_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(TARGET)
    assert _graph(tmp_path).edges == ()
    (tmp_path / "rules.toml").write_text('[call."events.on"]\ncalls = "1()"\nconfidence = 0.8\n')
    (tmp_path / "pyproject.toml").write_text(
        '[tool.callchain]\nrules = ["rules.toml"]\n[tool.callchain.rule.call."events.end"]\ncalls = "0()"\n'
    )
    assert [(edge.callee, edge.rule, edge.confidence) for edge in _graph(tmp_path).edges] == [
        ("m.py::on_start", "rules", 0.8),
        ("m.py::on_stop", "pyproject", 0.9),
    ]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("[call", "my.toml: cannot be read"),
        ('[call."a.b"]\ncals = "0()"', "my.toml [call]: unknown key 'cals' (did you mean 'calls'?"),
        ('[cal."a.b"]\ncalls = "0()"', "my.toml: unknown key 'cal' (did you mean 'call'?"),
        ('[call."a.b"]\ncalls = "0(("', "my.toml [call.\"a.b\"]: not a source: '0(('"),
        ('[call."a.b"]\ncalls = "0()"\nconfidence = 3', "confidence 3.0 is not between 0 and 1"),
        ('[call."a.b"]\npasses = "yes"', "my.toml: Expected `bool`, got `str`"),
        ('[object."a.b"]\nnames = []', "missing required field `called`"),
    ],
)
def test_a_rule_that_cannot_be_is_one_clear_line(rules: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(rules)
    (tmp_path / "pyproject.toml").write_text('[tool.callchain]\nrules = ["my.toml"]\n')
    with pytest.raises(CallchainError) as caught:
        project_rules(tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_rule_file_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.callchain]\nrules = ["absent.toml"]\n')
    with pytest.raises(CallchainError, match=r"absent\.toml cannot be read"):
        project_rules(tmp_path)


def test_the_shipped_rules_are_described() -> None:
    text = DOCS.read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `(\w+\.toml)` \|", text, re.MULTILINE))
    assert described == {name for name, _, _ in shipped_files()}


def test_the_example_of_the_docs_is_a_rule_file(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    settings, rules = examples
    (tmp_path / "pyproject.toml").write_text(settings)
    (tmp_path / "events.toml").write_text(rules)
    assert project_rules(tmp_path).digest != load_rules().digest
