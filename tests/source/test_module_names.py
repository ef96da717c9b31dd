"""Import names of files under the layouts that code bases have."""

import pytest

from callchain.source.tree import read_tree


def modules(root, files: dict[str, str]) -> dict[str, str]:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return {file.path: file.module for file in read_tree(root).files}


def test_flat_src_and_lib_layouts(tmp_path):
    assert modules(
        tmp_path,
        {"src/pkg/__init__.py": "", "src/pkg/a.py": "", "src/single.py": "", "lib/tool.py": "", "app/run.py": ""},
    ) == {
        "app/run.py": "app.run",
        "lib/tool.py": "tool",
        "src/pkg/__init__.py": "pkg",
        "src/pkg/a.py": "pkg.a",
        "src/single.py": "single",
    }


def test_a_package_called_lib_is_no_import_root(tmp_path):
    assert modules(tmp_path, {"lib/__init__.py": "", "lib/a.py": ""})["lib/a.py"] == "lib.a"


def test_a_module_called_setup_makes_its_package_no_project(tmp_path):
    found = modules(tmp_path, {"a/__init__.py": "", "a/b/__init__.py": "", "a/b/setup.py": "", "a/b/call.py": ""})
    assert (found["a/b/setup.py"], found["a/b/call.py"]) == ("a.b.setup", "a.b.call")


def test_the_topmost_package_starts_the_name_even_over_a_gap(tmp_path):
    found = modules(tmp_path, {"a/__init__.py": "", "a/b/c/__init__.py": "", "a/b/c/d.py": ""})
    assert found["a/b/c/d.py"] == "a.b.c.d"


@pytest.mark.parametrize("root", ["src/", ""])
def test_a_namespace_package_is_part_of_the_name_where_files_import_it_so(tmp_path, root):
    files = {
        f"{root}space/core/__init__.py": "",
        f"{root}space/core/a.py": "from space.core import b\nimport space.core.b\n",
        f"{root}space/core/b.py": "from core_of_others import c\n",
        "tests/test_a.py": "from space.core.a import b\n",
        "other/tool/__init__.py": "",
        "other/tool/x.py": "from tool import y\n",
    }
    found = modules(tmp_path, files)
    assert found[f"{root}space/core/a.py"] == "space.core.a"
    assert found["other/tool/x.py"] == "tool.x"


@pytest.mark.parametrize(
    "project",
    [
        '[tool.setuptools.package-dir]\n"" = "code"\n',
        '[tool.setuptools.packages.find]\nwhere = ["code"]\n',
        '[[tool.poetry.packages]]\ninclude = "pkg"\nfrom = "code"\n',
        '[tool.hatch.build.targets.wheel]\npackages = ["code/pkg"]\n',
    ],
)
def test_the_project_file_names_import_roots(tmp_path, project):
    assert modules(tmp_path, {"pyproject.toml": project, "code/pkg/a.py": ""})["code/pkg/a.py"] == "pkg.a"


@pytest.mark.parametrize(
    "project", ["tool = 3\n", "[tool.setuptools]\npackage-dir = 7\n", "not toml", "[tool]\npoetry = []\n"]
)
def test_a_strange_project_file_is_no_obstacle(tmp_path, project):
    assert modules(tmp_path, {"pyproject.toml": project, "code/a.py": ""})["code/a.py"] == "code.a"


def test_projects_inside_a_project_have_their_own_roots(tmp_path):
    found = modules(
        tmp_path,
        {"packages/one/pyproject.toml": "", "packages/one/src/one/a.py": "", "packages/one/tests/test_a.py": ""},
    )
    assert found == {"packages/one/src/one/a.py": "one.a", "packages/one/tests/test_a.py": "tests.test_a"}


def test_a_root_that_is_a_package_keeps_its_outer_name(tmp_path):
    (tmp_path / "outer").mkdir()
    (tmp_path / "outer/__init__.py").touch()
    found = modules(tmp_path / "outer/inner", {"__init__.py": "from outer.inner import a\n", "a.py": ""})
    assert found == {"__init__.py": "outer.inner", "a.py": "outer.inner.a"}


def test_a_root_with_an_init_that_holds_packages_is_not_one(tmp_path):
    found = modules(
        tmp_path / "demo",
        {
            "__init__.py": "",
            "pkg/__init__.py": "",
            "pkg/a.py": "from pkg import b\n",
            "pkg/b.py": "import random\n",
        },
    )
    assert found == {
        "__init__.py": "__init__",
        "pkg/__init__.py": "pkg",
        "pkg/a.py": "pkg.a",
        "pkg/b.py": "pkg.b",
    }


def test_a_module_named_like_the_standard_library_has_no_vote(tmp_path):
    files = {
        "__init__.py": "",
        "random.py": "",
        "a.py": "import random\nimport random\n",
        "b.py": "import pkg.a\n",
    }
    assert modules(tmp_path / "pkg", files)["a.py"] == "pkg.a"
