"""A question that compares two things: a flow for each, the table of both, and the hooks that follow."""

from pathlib import Path

import pytest

from tests.chain.asking import Asked, ask

FILES = {
    "pkg/__init__.py": "from pkg.table import Table\n",
    "pkg/table.py": """from pkg.exporters import CsvExporter, JsonExporter


class Table:
    def to_csv(self, path):
        return CsvExporter().export(self, path)

    def to_json(self, path):
        return JsonExporter().export(self, path)
""",
    "pkg/exporters.py": """import csv
import json
import zipfile

from pkg.rows import rows_of


class Exporter:
    def opened(self, path):
        return open(path, "w")


class CsvExporter(Exporter):
    def export(self, table, path):
        with self.opened(path) as file:
            csv.writer(file).writerows(rows_of(table))
        self.pack(path)

    def pack(self, path):
        with zipfile.ZipFile(path + ".zip", "w") as archive:
            archive.write(path)


class JsonExporter(Exporter):
    def export(self, table, path):
        with self.opened(path) as file:
            json.dump(rows_of(table), file)
""",
    "pkg/rows.py": "def rows_of(table):\n    return list(table.rows)\n",
    "pkg/old/__init__.py": "",
    "pkg/old/store.py": """import yaml


def save_table(table, path):
    with open(path + "/table.yaml", "w") as file:
        yaml.safe_dump(table, file)
""",
    "pkg/new/__init__.py": "",
    "pkg/new/store.py": """import pickle


def save_table(table, path):
    with open(path + "/table.pkl", "wb") as file:
        pickle.dump(table, file)
""",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("compared")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.fixture(scope="module")
def exporters(root: Path) -> Asked:
    return ask(root, "How does the CSV exporter differ from the JSON exporter?", ("pkg",))


def functions(asked: Asked, role: str) -> set[str]:
    return {
        stage.symbol.partition("::")[2] for flow in asked.chain.flows if flow.role == role for stage in flow.chain
    }


def test_each_side_has_its_own_flow(exporters: Asked):
    assert [(flow.name, flow.role) for flow in exporters.chain.flows] == [
        ("CSV exporter", "answer"),
        ("JSON exporter", "contrast"),
    ]
    left, right = functions(exporters, "answer"), functions(exporters, "contrast")
    assert {"Table.to_csv", "CsvExporter.export", "CsvExporter.pack"} <= left
    assert {"Table.to_json", "JsonExporter.export"} <= right
    assert not {name for name in left if "Json" in name} | {name for name in right if "Csv" in name}


def test_the_table_has_both_sides_with_anchors_and_the_hooks_follow(exporters: Asked):
    contrast = exporters.chain.contrast
    assert contrast is not None
    assert (contrast.a, contrast.b) == ("CSV exporter", "JSON exporter")
    rows = {row.aspect: row for row in contrast.rows}
    assert (rows["begins at"].a_anchor, rows["begins at"].b_anchor) == ("pkg/table.py:5", "pkg/table.py:8")
    assert rows["functions of both chains"].a == "Exporter.opened"
    assert (rows["archive written"].a_anchor, rows["archive written"].b) == ("pkg/exporters.py:20", "none")
    assert rows["plain file written"].gap == "both"
    assert [(hook.name, hook.anchor) for hook in contrast.hooks] == [("archive writer", "pkg/exporters.py:20")]


def test_sides_called_after_packages_stay_in_them(root: Path):
    asked = ask(root, "Contrast the old and new save paths", ("pkg",))
    assert [stage.symbol for flow in asked.chain.flows for stage in flow.chain] == [
        "pkg/old/store.py::save_table",
        "pkg/new/store.py::save_table",
    ]


def test_a_side_may_be_the_package_that_files_import(root: Path):
    asked = ask(root, "Compare saving tables through PyYAML and through pickle", ("pkg",))
    assert "pkg/old/store.py::save_table" in {stage.symbol for stage in asked.chain.flows[0].chain}
    assert "pkg/new/store.py::save_table" in {stage.symbol for stage in asked.chain.flows[1].chain}


def test_sides_may_name_classes_and_leave_their_method_to_both(root: Path):
    asked = ask(root, "Contrast the CsvExporter and JsonExporter export", ("pkg",))
    assert [flow.chain[0].symbol.partition("::")[2] for flow in asked.chain.flows] == [
        "CsvExporter.export",
        "JsonExporter.export",
    ]


ALIKE = """class Wheel:
    \"\"\"Building a wheel.\"\"\"

    def building_wheel_metadata(self):
        \"\"\"Building the metadata of a wheel that is built.\"\"\"
        return self.write()

    def write(self):
        with open("wheel", "w") as file:
            file.write("wheel")


class Sdist:
    def write(self):
        with open("sdist", "w") as file:
            file.write("sdist")


def build_wheel():
    return Wheel().write()


def build_sdist():
    return Sdist().write()
"""


def test_sides_that_are_called_alike_begin_at_the_functions_of_that_name(tmp_path: Path):
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("")
    (tmp_path / "pack" / "build.py").write_text(ALIKE)
    asked = ask(tmp_path, "Contrast building a wheel with building an sdist", ("pack",))
    assert [flow.chain[0].symbol.partition("::")[2] for flow in asked.chain.flows] == [
        "build_wheel",
        "build_sdist",
    ]


def test_a_side_that_nothing_speaks_of_is_named_and_not_guessed(root: Path):
    asked = ask(root, "Compare the CSV exporter with the frobnicator", ("pkg",))
    assert asked.chain.contrast is None
    assert asked.chain.absent["Contrast"] == (
        "the question compares two sides; no function that was read begins a flow of “frobnicator”"
    )


def test_a_contrast_without_hooks_says_of_how_many_rows(root: Path):
    asked = ask(root, "Compare `rows_of` with `JsonExporter.export`", ("pkg",))
    assert asked.chain.contrast is not None
    assert not asked.chain.contrast.hooks
    assert asked.chain.absent["Minimum hooks"].startswith(
        f"none of the {len(asked.chain.contrast.rows)} rows tells"
    )
