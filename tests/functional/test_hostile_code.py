"""Code bases built to break a reader: each is read as far as it goes; nothing runs, nothing is written."""

import json
import os
import shlex
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from callchain.ask.read import read_codebase
from callchain.facts.extract import extract
from callchain.source import reading
from callchain.source.tree import read_tree
from tests.functional.mounts import MOUNTS_OF_ITS_OWN, needs_mounts

GOOD = "def target():\n    return 1\n\n\ndef caller():\n    return target()\n"
EDGE = ("good.py::caller", 6, "good.py::target")
CANARY = "import pathlib\npathlib.Path(__file__).with_name('EXECUTED').write_text('x')\n"
DEEP_SUM = "x = " + "+".join("1" * 20_000) + "\n"
BROKEN: dict[str, bytes] = {
    "unclosed": b"x = (1,\n",
    "indent": b"def f():\nreturn 1\n",
    "tabs": b"if 1:\n\tx = 1\n        y = 2\n",
    "keyword": b"class = 1\n",
    "string": b"x = 'never closed\n",
    "f_string": b"x = f'{'\n",
    "return_star": b"def f(a, a=1, *): pass\n",
    "control": b"x = 1 \x01\n",
    "merge": b"<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n",
    "python_2_print": b"print 'hello'\n",
    "python_2_except": b"try:\n    pass\nexcept ValueError, e:\n    raise e, None\n",
    "python_2_numbers": b"x = 0777L\n",
    "latin_without_cookie": b"x = '\xe9'\n",
    "utf_16": "x = 1\n".encode("utf-16"),
    "nul": b"x = 1\n\0\n",
    "template": b"{% if x %}\nimport {{ y }}\n{% endif %}\n",
}
ODD: dict[str, bytes] = {
    "bom": b"\xef\xbb\xbfdef f(): pass\n",
    "latin_with_cookie": b"# coding: latin-1\nx = '\xe9'\n",
    "crlf": b"def f():\r\n    return 1\r\n",
    "old_mac": b"def f():\r    return 1\r",
    "form_feed": b"def f():\n    return 1\n\x0c\ndef g(): pass\n",
    "no_newline": b"x = 1",
    "empty": b"",
    "surrogate": b"x = '\\ud800'\n",
}
HARD: dict[str, Callable[[], str]] = {
    "sum": lambda: DEEP_SUM,
    "nest": lambda: "".join(f"{' ' * level}if x:\n" for level in range(95)) + " " * 95 + "pass\n",
    "brackets": lambda: "x = " + "[" * 300 + "]" * 300 + "\n",
    "calls": lambda: "x = " + "f(" * 150 + ")" * 150 + "\n",
    "attributes": lambda: "x = a" + ".b" * 20_000 + "\n",
    "literal": lambda: "x = [" + "\n".join(f"{{'k{n}': f{n}}}," for n in range(20_000)) + "]\n",
    "elifs": lambda: "if x == 0: pass\n" + "".join(f"elif x == {n}: f{n}()\n" for n in range(3000)),
    "lambdas": lambda: "x = " + "lambda: " * 90 + "1\n",
}


def code(root: Path, files: dict[str, bytes | str]) -> Path:
    for name, content in {"good.py": GOOD, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def edges(root: Path) -> set[tuple[str, int, str]]:
    return {(edge.caller, edge.line, edge.callee) for edge in read_codebase(root, lambda _: None).graph.edges}


def reasons(root: Path) -> dict[str, str]:
    codebase = read_codebase(root, lambda _: None)
    unparsed = {path: facts.error for path, facts in codebase.facts.items() if facts.error}
    return {**{spot.path: spot.reason for spot in codebase.tree.skipped}, **unparsed}


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


def test_every_kind_of_broken_file_is_listed_and_costs_the_others_nothing(tmp_path: Path) -> None:
    code(tmp_path, {f"{name}.py": data for name, data in {**BROKEN, **ODD}.items()})
    assert EDGE in edges(tmp_path)
    found = reasons(tmp_path)
    assert set(found) == {f"{name}.py" for name in BROKEN}
    assert all(found.values())


@pytest.mark.parametrize("name", sorted(HARD))
def test_what_is_deep_or_long_is_read_or_listed(tmp_path: Path, name: str) -> None:
    code(tmp_path, {"hard.py": HARD[name]() + "from good import target\ntarget()\n"})
    found = edges(tmp_path)
    assert EDGE in found
    read = any(callee == "good.py::target" and caller.startswith("hard.py") for caller, _, callee in found)
    assert read or "hard.py" in reasons(tmp_path)


def test_a_hundred_thousand_functions_in_one_file() -> None:
    many = "".join(f"def f{n}(): pass\n" for n in range(100_000)).encode()
    facts = extract("many.py", "many", many)
    assert (facts.error, len(facts.definitions)) == ("", 100_001)
    assert len(msgspec.msgpack.encode(facts)) < 60_000_000


def test_nothing_is_executed_and_nothing_written(tmp_path: Path) -> None:
    root = tmp_path / "root"
    names = (
        "setup.py",
        "conftest.py",
        "sitecustomize.py",
        "usercustomize.py",
        "ast.py",
        "json.py",
        "good/__init__.py",
    )
    code(root, dict.fromkeys(names, CANARY) | {"pyproject.toml": "[tool.callchain]\n", ".pth": "import x\n"})
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    for path in (root, *root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for words in (
        ("graph", ".", "--json"),
        ("run", "-q", "How does `caller` work?", "--static-only", "--out", str(tmp_path / "package")),
    ):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "callchain", *words],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_names_that_could_break_out_are_kept_apart(tmp_path: Path) -> None:
    names = [
        "a'b.py",
        'c"d.py',
        "<script>alert(1)<script>.py",
        "\u202ecba.py",
        "$(touch x).py",
        "-rf.py",
        "new\nline.py",
    ]
    code(tmp_path, dict.fromkeys(names, "def f(): pass\nf()\n"))
    found = {caller.partition("::")[0] for caller, _, _ in edges(tmp_path)}
    assert found >= set(names[:3]) | {"$(touch x).py", "-rf.py"}
    assert [path for path in reasons(tmp_path) if "new" in path] == ["new\\nline.py"]


def test_paths_that_differ_by_case_alone_are_two_files(tmp_path: Path) -> None:
    code(tmp_path, {"Mod.py": "def a(): pass\na()\n", "mod.py": "def b(): pass\nb()\n"})
    assert {("Mod.py::<module>", 2, "Mod.py::a"), ("mod.py::<module>", 2, "mod.py::b")} <= edges(tmp_path)


def test_imports_in_a_ring_namespace_packages_and_stubs(tmp_path: Path) -> None:
    code(
        tmp_path,
        {
            "a.py": "import b\ndef f(): b.g()\n",
            "b.py": "from c import h\ndef g(): h()\n",
            "c.py": "import a\ndef h(): a.f()\n",
            "space/one/deep.py": "def far(): pass\n",
            "near.py": "from space.one.deep import far\nfar()\n",
            "typed.pyi": "def only(x: int) -> int: ...\n",
        },
    )
    found = {(caller, callee) for caller, _, callee in edges(tmp_path)}
    ring = {("a.py::f", "b.py::g"), ("b.py::g", "c.py::h"), ("c.py::h", "a.py::f")}
    assert found >= ring | {("near.py::<module>", "space/one/deep.py::far")}
    assert read_tree(tmp_path).file("typed.pyi").kind == "stub"


def test_archives_of_code_and_generated_trees_are_left_alone(tmp_path: Path) -> None:
    code(
        tmp_path,
        {"build/lib/x.py": CANARY, "node_modules/y.py": CANARY, ".venv/pyvenv.cfg": "", ".venv/z.py": CANARY},
    )
    with zipfile.ZipFile(tmp_path / "packed.pyz", "w") as archive:
        archive.writestr("__main__.py", CANARY)
    assert [file.path for file in read_tree(tmp_path).files] == ["good.py"]


def test_a_file_that_changes_while_it_is_read_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code(tmp_path, {"moving.py": "def f(): pass\nf()\n"})
    tree = read_tree(tmp_path)
    (tmp_path / "moving.py").write_text("x = 1\n" * 50)
    (tmp_path / "good.py").unlink()
    assert tree.lines("moving.py") == ["def f(): pass", "f()"]
    assert tree.lines("good.py")[0] == "def target():"
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert reading.read_bytes(tmp_path, "moving.py", 400)[:5] == b"x = 1"


def test_a_file_that_is_rewritten_and_removed_all_the_time_is_read_or_listed(tmp_path: Path) -> None:
    moving = code(tmp_path, {}) / "moving.py"
    done = threading.Event()

    def disturb() -> None:
        while not done.is_set():
            moving.write_text("def f(): pass\nf()\n")
            moving.write_text("def f(): (\n" * 200)
            moving.unlink()

    writer = threading.Thread(target=disturb)
    writer.start()
    try:
        for _ in range(20):
            found = edges(tmp_path)
            assert EDGE in found
            assert {edge for edge in found if edge != EDGE} <= {("moving.py::<module>", 2, "moving.py::f")}
    finally:
        done.set()
        writer.join()


NOTEBOOK = {
    "cells": [{"cell_type": "code", "source": ["%time target()\n", "from good import target\n", "target()\n"]}],
    "nbformat": 4,
}


@needs_mounts
def test_the_command_on_a_read_only_mount_of_what_is_no_plain_file(tmp_path: Path) -> None:
    notebook = json.dumps(NOTEBOOK)
    root = code(tmp_path / "root", {"ten.py": b"#" * 10_000_000, "look.ipynb": notebook, "bad.py": "def :\n"})
    os.mkfifo(root / "pipe.py")
    (root / "loop.py").symlink_to("loop.py")
    (root / "away.py").symlink_to("/etc/passwd")
    (root / "again").symlink_to(root)
    with zipfile.ZipFile(root / "packed.zip", "w") as archive:
        archive.writestr("packed/__init__.py", CANARY)
    asked = [sys.executable, "-P", "-m", "callchain", "graph", str(root), "--json"]
    mount = f"mount --bind {root} {root} && mount -o remount,ro,bind {root} && ! touch {root}/x 2>/dev/null"
    done = subprocess.run(
        [*MOUNTS_OF_ITS_OWN, "sh", "-c", f"{mount} && {shlex.join(asked)}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    calls = {(edge["caller"], edge["callee"]) for edge in told["edges"]}
    assert {("good.py::caller", "good.py::target"), ("look.ipynb::<module>", "good.py::target")} <= calls
    why = {each["path"]: each["reason"] for each in (*told["skipped"], *told["blind_spots"])}
    assert set(why) == {"again", "away.py", "bad.py", "loop.py", "pipe.py", "ten.py"}
    assert all(why.values())


def git(root: Path, *words: str) -> None:
    base = ["git", "-c", "user.name=n", "-c", "user.email=e@x", "-c", "protocol.file.allow=always"]
    subprocess.run([*base, *words], cwd=root, check=True, capture_output=True)


def test_shallow_clones_submodules_and_dirty_trees(tmp_path: Path) -> None:
    inner, outer, shallow = tmp_path / "inner", tmp_path / "outer", tmp_path / "shallow"
    for root in (code(inner, {}), code(outer, {"more.py": "x = 1\n"})):
        git(root, "init", "-q")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "one")
    git(outer, "submodule", "add", "-q", str(inner), "sub")
    git(outer, "commit", "-q", "-m", "two")
    git(tmp_path, "clone", "-q", "--depth", "1", outer.as_uri(), "shallow")
    assert EDGE in edges(shallow)
    assert not read_tree(outer).dirty
    assert "repository of its own" in reasons(outer)["sub"]
    (outer / "more.py").write_text("x = 2\n")
    (outer / ".git" / "hooks" / "post-index-change").write_text("#!/bin/sh\ntouch EXECUTED\n")
    (outer / ".git" / "hooks" / "post-index-change").chmod(0o755)
    assert read_tree(outer).dirty
    assert not (outer / "EXECUTED").exists()
