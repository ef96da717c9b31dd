"""Flows found by their ends: what users call, and who does or calls what the question ends at."""

from pathlib import Path

import pytest

from callchain.model.symbol import split
from tests.chain.asking import Asked, ask

WEB = '''\
"""A small web framework."""


class App:
    """An application object."""

    def __init__(self):
        self.views = {}

    def route(self, path):
        """Register a view function for a path."""

        def decorator(view):
            self.add_route(path, view)
            return view

        return decorator

    def add_route(self, path, view):
        """Register the view function of a path."""
        self.views[path] = view

    def __call__(self, request):
        return self.handle(request)

    def handle(self, request):
        request = self.prepare(request)
        return self.finish(self.dispatch(request))

    def prepare(self, request):
        return dict(request)

    def dispatch(self, request):
        """Find the view and call it."""
        view = self.views[request["path"]]
        return view(request)

    def finish(self, response):
        return str(response)


def save(app, folder):
    """Write the names of all views into a file."""
    for name in app.views:
        write_name(folder, name, mode="w")


def write_name(folder, name, mode):
    with open(folder, mode) as file:
        file.write(name)
'''


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    (folder / "web").mkdir()
    (folder / "web" / "__init__.py").write_text("from web.app import App, save\n")
    (folder / "web" / "app.py").write_text(WEB)
    (folder / "pyproject.toml").write_text('[project]\nname = "web"\n[project.scripts]\nsave = "web.app:save"\n')
    return folder


def chain(asked: Asked, flow: int = 0) -> list[str]:
    return [split(stage.symbol)[1] for stage in asked.chain.flows[flow].chain]


def test_a_request_goes_from_the_callable_object_to_who_calls_the_view(root: Path):
    asked = ask(root, "When a request comes in, how does it reach the view function?", ("web",))
    found = chain(asked)
    assert found[0] == "App.__call__"
    assert found.index("App.__call__") < found.index("App.handle") < found.index("App.dispatch")
    assert asked.entries[0].symbol == "web/app.py::App.__call__"


def test_registering_is_no_entry_of_a_request(root: Path):
    asked = ask(root, "When a request comes in, how does it reach the decorated view function?", ("web",))
    assert asked.entries[0].symbol == "web/app.py::App.__call__"


def test_calls_say_what_they_pass_and_what_a_loop_repeats(root: Path):
    asked = ask(root, "How are the names of the views written into a file?", ("web",))
    (edge,) = [edge for edge in asked.chain.flows[0].edges if edge.callee.endswith("::write_name")]
    assert (edge.passes, edge.repeats) == ("folder, name, mode='w'", True)


def test_a_question_that_names_nothing_is_answered_from_commands_and_interface(root: Path):
    asked = ask(root, "What does this do?", ("web",))
    assert chain(asked) == ["save", "write_name"]
    assert asked.entries[0].symbol == "web/app.py::save"
    assert chain(asked, 1)[:2] == ["App.__call__", "App.handle"]
    assert [flow.name for flow in asked.chain.flows] == ["save", "App.__call__"]
