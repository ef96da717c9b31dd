"""Reading a code base from files that are built for the purpose, friendly and hostile."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callchain.model.errors import CallchainError
from callchain.source.tree import read_tree


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def reasons(tree) -> dict[str, str]:
    return {spot.path: spot.reason for spot in tree.skipped}


def test_files_are_sorted_and_named(tmp_path):
    write(tmp_path, {"pkg/__init__.py": "", "pkg/b.py": "x = 1\n", "a.py": "", "README.md": "# T\n"})
    tree = read_tree(tmp_path)
    assert [(file.path, file.module, file.is_package) for file in tree.files] == [
        ("a.py", "a", False),
        ("pkg/__init__.py", "pkg", True),
        ("pkg/b.py", "pkg.b", False),
    ]
    assert tree.documents == ("README.md",)
    assert tree.skipped == ()
    assert (tree.commit, tree.dirty) == ("", False)
    assert tree.file("pkg/b.py").size == 6
    assert "pkg/b.py" in tree and "pkg/c.py" not in tree


def test_lines_are_the_tokenizers_and_not_those_of_splitlines(tmp_path):
    write(tmp_path, {"a.py": b"x = '\x0c'\r\ny = '\xe2\x80\xa8'\rz = 1"})
    tree = read_tree(tmp_path)
    assert tree.lines("a.py") == ["x = '\x0c'", "y = '\u2028'", "z = 1"]
    assert tree.data("a.py").startswith(b"x = '\x0c'\r\n")


def test_encodings_are_those_of_the_interpreter(tmp_path):
    write(
        tmp_path,
        {
            "bom.py": b"\xef\xbb\xbfx = 1\n",
            "latin.py": "# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1"),
            "jis.py": "# coding: shift-jis\nname = 'テスト'\n".encode("shift-jis"),
        },
    )
    tree = read_tree(tmp_path)
    assert tree.text("bom.py") == "x = 1\n"
    assert "é" in tree.text("latin.py")
    assert "テスト" in tree.text("jis.py")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x = 1\n\0", "NUL bytes"),
        ("x = 1\n".encode("utf-16"), "NUL bytes"),
        (b"ok = 1\nx = '\xe9'\n", "byte 0xe9 on line 2 is not utf-8"),
        (b"# coding: martian\n", "unknown encoding: martian"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "utf-8"),
        (b"# coding: rot13\nk = 1\n", "gives no text"),
        (b"# coding: undefined\nk = 1\n", "gives no text"),
    ],
)
def test_a_file_that_cannot_be_decoded_is_listed_with_its_reason(tmp_path, content, said):
    write(tmp_path, {"good.py": "", "bad.py": content})
    tree = read_tree(tmp_path)
    assert [file.path for file in tree.files] == ["good.py"]
    assert said in reasons(tree)["bad.py"]


def test_links_that_loop_leave_or_dangle_are_listed_and_never_followed(tmp_path):
    root = write(tmp_path / "root", {"pkg/a.py": "", "outside_target.txt": ""})
    write(tmp_path, {"secret.py": "password = 1\n"})
    (root / "leaves.py").symlink_to(tmp_path / "secret.py")
    (root / "dangling.py").symlink_to("nowhere.py")
    (root / "loop.py").symlink_to("loop2.py")
    (root / "loop2.py").symlink_to("loop.py")
    (root / "pkg/again").symlink_to(root)
    (root / "twin.py").symlink_to("pkg/a.py")
    (root / "away").symlink_to(tmp_path)
    tree = read_tree(root)
    assert [file.path for file in tree.files] == ["pkg/a.py"]
    found = reasons(tree)
    assert found["leaves.py"] == "a symbolic link that leaves the root"
    assert found["dangling.py"] == "a symbolic link that leads nowhere"
    assert found["loop.py"] == found["loop2.py"] == "a symbolic link that loops"
    assert "pkg/a.py, which is read there" in found["twin.py"]
    assert "the folder ." in found["pkg/again"]
    assert found["away"] == "a symbolic link that leaves the root"


def test_a_link_to_a_file_that_is_not_read_otherwise_counts_under_its_own_name(tmp_path):
    write(tmp_path, {"a.py": "", "data/real.source": "x = 1\n"})
    (tmp_path / "linked.py").symlink_to("data/real.source")
    tree = read_tree(tmp_path)
    assert tree.text("linked.py") == "x = 1\n"


def test_pipes_folders_and_huge_files_are_listed(tmp_path):
    write(tmp_path, {"a.py": "", "huge.py": b"#" * 5_000_001})
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    write(tmp_path, {"folder.py/inner.py": ""})
    tree = read_tree(tmp_path)
    assert [file.path for file in tree.files] == ["a.py", "folder.py/inner.py"]
    assert reasons(tree)["pipe.py"] == "a pipe, not a regular file"
    assert "more than the 5000000" in reasons(tree)["huge.py"]


_AS_NOBODY = """
import os, sys
sys.path[:] = {path!r}
from pathlib import Path
from callchain.source.tree import read_tree
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
for spot in read_tree(Path({root!r})).skipped:
    print(spot.path, spot.reason, sep=": ")
"""


def test_unreadable_files_and_folders_are_listed(tmp_path):
    root = write(tmp_path / "root", {"a.py": "", "closed.py": "x = 1\n", "locked/b.py": ""})
    for folder in (root, *[parent for parent in root.parents if parent.stat().st_uid == os.getuid()]):
        if folder != Path("/") and not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    (root / "closed.py").chmod(0)
    (root / "locked").chmod(0)
    program = _AS_NOBODY.format(path=[entry for entry in sys.path if entry], root=str(root))
    try:
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    finally:
        (root / "locked").chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "closed.py: cannot be read: Permission denied",
        "locked: the folder cannot be listed: Permission denied",
    ]


def test_names_that_cannot_stand_in_a_symbol_are_listed_escaped(tmp_path):
    write(tmp_path, {"a.py": "", "new\nline.py": "", "c::d.py": ""})
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_bytes(b"")
    tree = read_tree(tmp_path)
    assert [file.path for file in tree.files] == ["a.py"]
    assert reasons(tree) == {
        "c::d.py": "its name holds control characters, a backslash or `::`",
        "caf\\udce9.py": "its name is not UTF-8",
        "new\\nline.py": "its name holds control characters, a backslash or `::`",
    }


def test_environments_caches_builds_and_vendored_code_are_left_out(tmp_path):
    write(
        tmp_path,
        {
            "pkg/__init__.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/a.py": "",
            "node_modules/x.py": "",
            "build/lib/pkg/__init__.py": "",
            "pkg/_vendor/six.py": "",
            "third_party/deep/b.py": "",
            "__pycache__/c.py": "",
            "pkg.egg-info/d.py": "",
            "reports/run/evidence.json": "{}",
            "reports/run/callchain/static.md": "# x\n",
            "reports/run/summary.md": "# x\n",
        },
    )
    tree = read_tree(tmp_path)
    assert [file.path for file in tree.files] == ["pkg/__init__.py"]
    assert tree.documents == ()
    assert sorted(reasons(tree)) == ["pkg/_vendor", "third_party"]


def test_a_package_called_build_is_read(tmp_path):
    write(tmp_path, {"src/build/__init__.py": "", "src/build/env.py": ""})
    assert [file.module for file in read_tree(tmp_path).files] == ["build", "build.env"]


def test_a_root_inside_site_packages_is_read(tmp_path):
    package = tmp_path / "venv/lib/site-packages/torch"
    write(package, {"__init__.py": "import torch.nn\n", "nn/__init__.py": "from torch.nn import f\n"})
    (tmp_path / "venv/pyvenv.cfg").touch()
    assert [file.module for file in read_tree(package).files] == ["torch", "torch.nn"]


def test_gitignore_is_honoured_without_git_and_deeper_rules_win(tmp_path):
    write(
        tmp_path,
        {
            ".gitignore": "*_pb2.py\n/scratch/\n",
            "a.py": "",
            "x_pb2.py": "",
            "scratch/b.py": "",
            "pkg/.gitignore": "!keep_pb2.py\nlocal.py\n",
            "pkg/keep_pb2.py": "",
            "pkg/local.py": "",
            "pkg/scratch/c.py": "",
        },
    )
    assert [file.path for file in read_tree(tmp_path).files] == ["a.py", "pkg/keep_pb2.py", "pkg/scratch/c.py"]


def test_kinds(tmp_path):
    guard = 'if __name__ == "__main__":\n    pass\n'
    write(
        tmp_path,
        {
            "pkg/__init__.py": "",
            "pkg/core.py": guard,
            "pkg/core.pyi": "",
            "pkg/tools/helper.py": "",
            "pkg/tests/fixtures.py": "",
            "scripts/__init__.py": "",
            "scripts/train.py": "",
            "run.py": guard,
            "plain.py": "",
            "conftest.py": "",
            "checks/test_x.py": "",
            "bin/start": "#!/usr/bin/env python3\n",
            "bin/other": "#!/bin/sh\n",
            "setup.py": "",
        },
    )
    assert {file.path: file.kind for file in read_tree(tmp_path).files} == {
        "bin/start": "script",
        "checks/test_x.py": "test",
        "conftest.py": "test",
        "pkg/__init__.py": "subject",
        "pkg/core.py": "subject",
        "pkg/core.pyi": "stub",
        "pkg/tests/fixtures.py": "test",
        "pkg/tools/helper.py": "subject",
        "plain.py": "subject",
        "run.py": "script",
        "scripts/__init__.py": "script",
        "scripts/train.py": "script",
        "setup.py": "script",
    }


def test_a_root_that_is_no_code_base_is_one_clear_line(tmp_path):
    write(tmp_path, {"empty/README.md": "", "broken/a.py": b"\0", "file.py": ""})
    for root, said in (
        (tmp_path / "none", "no such folder"),
        (tmp_path / "file.py", "is a file, not a folder"),
        (tmp_path / "empty", "no Python files below"),
        (tmp_path / "broken", "1 could not be read"),
    ):
        with pytest.raises(CallchainError, match=said) as caught:
            read_tree(root)
        assert "\n" not in str(caught.value)


def test_asking_for_a_file_that_was_not_read_is_an_error(tmp_path):
    tree = read_tree(write(tmp_path, {"a.py": "", "data.csv": ""}))
    with pytest.raises(CallchainError, match=r"data\.csv is not a file that was read"):
        tree.data("data.csv")
