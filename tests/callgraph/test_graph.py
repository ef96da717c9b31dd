"""The graph's questions: who calls, ways between two symbols, names, external calls, blind spots, forms."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FILES = {
    "pkg/__init__.py": "from .models import Model\n",
    "pkg/models.py": """
        import zipfile as z
        from pkg import params

        class Model:
            def save(self, path):
                with z.ZipFile(path, "w") as archive:
                    archive.write("x")
                self.note()
            def note(self):
                params.cfg["saved"] = True
        """,
    "pkg/params.py": "cfg = {}\n\ndef get(key):\n    return cfg[key]\n",
    "script.py": """
        from pkg import Model
        import tensorflow as tf

        def main(model: tf.keras.Model):
            from pkg.params import get as read
            Model().save(read("path"))
            model.save("y")
            mystery = undefined_thing
            mystery.go()

        if __name__ == "__main__":
            main(None)
        """,
}


@pytest.fixture
def graph(graph_of):
    return graph_of(FILES)


def test_calls_follow_re_exports_local_imports_and_types(graph):
    edges = {(edge.callee, edge.rule) for edge in graph.calls_from("script.py::main")}
    assert ("pkg/models.py::Model.save", "method") in edges
    assert ("pkg/params.py::get", "direct") in edges


def test_what_leaves_the_root_has_its_dotted_name(graph):
    assert {edge.callee for edge in graph.external_from("pkg/models.py::Model.save")} >= {
        "zipfile.ZipFile",
        "zipfile.ZipFile.write",
    }
    assert "tensorflow.keras.Model.save" in {edge.callee for edge in graph.external_from("script.py::main")}


def test_an_open_call_is_a_blind_spot_with_its_text(graph):
    (spot,) = graph.blind_from("script.py::main")
    assert spot.expression == "mystery.go()"
    assert spot.reason


def test_reach_and_ways(graph):
    assert graph.reach("script.py::<module>")["pkg/models.py::Model.note"] == 3
    ways = graph.paths("script.py::<module>", "pkg/models.py::Model.note")
    assert [edge.callee for edge in ways[0]] == [
        "script.py::main",
        "pkg/models.py::Model.save",
        "pkg/models.py::Model.note",
    ]
    assert graph.paths("pkg/models.py::Model.note", "script.py::main") == ()


def test_names_in_their_scopes(graph):
    assert graph.resolve_name("pkg/models.py", "params.cfg", "Model.note") == "pkg/params.py::cfg"
    assert graph.resolve_name("script.py", "read", "main") == "pkg/params.py::get"
    assert graph.resolve_name("script.py", "tf.keras.Model") == "tensorflow.keras.Model"
    assert graph.resolve_name("script.py", "open") == "builtins.open"
    assert graph.resolve_name("script.py", "nothing_of_that_name") == ""


def test_names_of_users(graph):
    assert graph.find("Model.save") == ("pkg/models.py::Model.save",)
    assert graph.find("pkg.params") == ("pkg/params.py::<module>",)
    assert graph.find("pkg.models.Model.note") == ("pkg/models.py::Model.note",)
    assert graph.find("get")[0] == "pkg/params.py::get"
    assert graph.find("absent_name") == ()


PROGRAM = """
import sys
from pathlib import Path
from callchain.callgraph.build import build
from callchain.callgraph.select import select_namespace
from callchain.facts.store import read_facts
from callchain.report.graph_forms import as_json
from callchain.source.tree import read_tree
tree = read_tree(Path(sys.argv[1]))
graph = build(tree, read_facts(tree, cache=False, jobs=int(sys.argv[2])), cache=False)
print(as_json(select_namespace(graph, [file.path for file in tree.files], lambda path: tree.file(path).module)))
"""


def test_hash_seed_and_workers_do_not_matter(graph, tmp_path):
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path), jobs],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed, jobs in (("0", "1"), ("1", "1"), ("7", "3"))
    }
    assert len(outputs) == 1 and len(outputs.pop()) > 500


def test_stubs_broken_files_and_cycles_are_no_crash(graph_of):
    graph = graph_of(
        {
            "a.py": "from b import B\nclass A(B):\n    def f(self): return self.g()\n",
            "b.py": "from a import A\nclass B(A):\n    def g(self): return self.f()\n",
            "broken.py": "def f(:\n",
            "star.py": "from star import *\nfrom missing import *\nprint(f())\n",
        }
    )
    assert any(spot.path == "broken.py" and spot.kind == "file" for spot in graph.blind_spots)
    assert ("a.py::A.f", "b.py::B.g") in {(edge.caller, edge.callee) for edge in graph.edges}
