"""Hooks that a plugin manager finds by name: what a real one calls is read, what only specifies a hook is not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from observed import observed_calls

from callchain.callgraph.graph import CallGraph

FILES = {
    "main.py": """
        import importlib
        from pluggy import HookimplMarker, PluginManager
        import specs
        hookimpl = HookimplMarker("pytest")
        class Manager(PluginManager):
            pass
        class Watcher:
            @hookimpl
            def pytest_stop(self): return len("stopped")
        def load(manager, names):
            for name in names:
                manager.register(importlib.import_module("_".join(["plugin", name])))
            manager.register(Watcher())
        def start(manager: Manager):
            return manager.hook.pytest_start(config=1)
        def stop(manager: Manager):
            return manager.hook.pytest_stop()
        manager = Manager("pytest")
        manager.add_hookspecs(specs)
        load(manager, ["one", "two"])
        start(manager)
        stop(manager)
        """,
    "specs.py": """
        from pluggy import HookspecMarker
        hookspec = HookspecMarker("pytest")
        @hookspec
        def pytest_start(config: int):
            "Called first."
        @hookspec
        def pytest_stop():
            "Called last."
        """,
    "plugin_one.py": """
        from pluggy import HookimplMarker
        hookimpl = HookimplMarker("pytest")
        @hookimpl
        def pytest_start(config): return str(config)
        """,
    "plugin_two.py": """
        from pluggy import HookimplMarker
        hookimpl = HookimplMarker("pytest")
        @hookimpl
        def pytest_start(config): return repr(config)
        """,
}
HOOKS = ("start", "stop")


def test_plugins_imported_by_names_that_are_made_up(
    graph_of: Callable[[Mapping[str, str]], CallGraph], tmp_path: Path
) -> None:
    graph = graph_of(FILES)
    callers = {f"main.py::{name}" for name in HOOKS}
    read = {(edge.caller, edge.line, edge.callee) for edge in graph.edges if edge.caller in callers}
    ran = {call for call in observed_calls(tmp_path / "main.py", through_others=True) if call[0] in callers}
    assert len(ran) == 3
    assert read == ran
