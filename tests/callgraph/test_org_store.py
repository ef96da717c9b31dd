"""Who in any of three repositories calls a symbol, asked on the command line."""

from __future__ import annotations

import builtins
import json
import subprocess
from pathlib import Path

import pytest

from callchain.callgraph.org_store import OrgStore
from callchain.cli.app import main
from callchain.model.errors import CallchainError

FILES = {
    "lib/kit/__init__.py": "from kit.core import Box, pack\nfrom kit.more import *\n",
    "lib/kit/core.py": """\
        import json

        def pack(x):
            return json.dumps(x)

        class Box:
            def __init__(self):
                self.x = pack(1)

            def open(self):
                return self.x
        """,
    "lib/kit/more.py": "def spare():\n    return 1\n\ndef _own():\n    return 2\n",
    "app/main.py": """\
        import kit
        from kit.core import pack

        def go():
            return pack(2)

        def through():
            kit.pack(3)
            kit.spare()
            return kit.Box()
        """,
    "other/tool.py": """\
        import json

        def pack(x):
            return x

        def run():
            return json.dumps(pack(4))
        """,
}


def called(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    out, err = capfd.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    for path, text in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = text.splitlines(keepends=True)
        cut = len(lines[0]) - len(lines[0].lstrip())
        file.write_text("".join(line[cut:] if line.strip() else "\n" for line in lines))
    git = ["git", "-C", str(tmp_path / "app"), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], check=True)
    return tmp_path


@pytest.fixture
def store(place: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    folder = place / "store"
    roots = [str(place / name) for name in ("lib", "app", "other")]
    status, out, err = called(capfd, "index", *roots, "--store", str(folder))
    assert (status, err, [line.split()[0] for line in out.splitlines()]) == (0, "", ["lib", "app", "other"])
    return folder


def callers(
    capfd: pytest.CaptureFixture[str], store: Path, name: str
) -> list[tuple[str, str, str, int, list[str]]]:
    status, out, err = called(capfd, "graph", "--store", str(store), "--callers-of", name, "--json")
    assert (status, err) == (0, "")
    keys = ("repository", "caller", "callee", "line", "defined_in")
    return [tuple(edge[key] for key in keys) for edge in json.loads(out)["edges"]]  # type: ignore[misc]


def test_calls_across_repositories(store, capfd):
    assert callers(capfd, store, "kit.core.pack") == [
        ("app", "main.py::go", "kit.core.pack", 5, ["lib"]),
        ("app", "main.py::through", "kit.pack", 8, ["lib"]),
        ("lib", "kit/core.py::Box.__init__", "kit/core.py::pack", 8, ["lib"]),
    ]


def test_a_re_exported_name_is_the_same_symbol(store, capfd):
    assert callers(capfd, store, "kit.pack") == callers(capfd, store, "kit/core.py::pack")


def test_a_bare_name_means_all_that_go_by_it(store, capfd):
    assert [(call[0], call[3]) for call in callers(capfd, store, "pack")] == [
        ("app", 5),
        ("app", 8),
        ("lib", 8),
        ("other", 7),
    ]


def test_a_class_is_called_where_it_is_made(store, capfd):
    assert callers(capfd, store, "Box") == [("app", "main.py::through", "kit.Box", 10, ["lib"])]


def test_star_imports_export_public_names(store, capfd):
    assert [call[2] for call in callers(capfd, store, "kit.more.spare")] == ["kit.spare"]
    assert callers(capfd, store, "kit.more._own") == []


def test_what_no_repository_holds(store, capfd):
    assert callers(capfd, store, "json.dumps") == [
        ("lib", "kit/core.py::pack", "json.dumps", 4, []),
        ("other", "tool.py::run", "json.dumps", 7, []),
    ]


def test_text_and_commits(store, place, capfd):
    _, out, _ = called(capfd, "graph", "--store", str(store), "--callers-of", "kit.Box")
    assert out == "[app] main.py::through → [lib] kit.Box  main.py:10  external 0.95\n"
    (call,) = OrgStore(store).callers_of("kit.Box")
    head = subprocess.run(
        ["git", "-C", place / "app", "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    )
    assert call.commit == head.stdout.strip()


def test_a_repository_indexed_again_takes_its_own_place_with_the_same_bytes(store, place, capfd):
    def content():
        return {file: file.read_bytes() for file in sorted(store.rglob("*.parquet"))}

    before = content()
    assert len(before) == 9
    called(capfd, "index", str(place / "app"), "--store", str(store))
    assert content() == before
    (place / "app/main.py").write_text("import kit\nkit.pack(1)\n")
    called(capfd, "index", str(place / "app"), "--store", str(store))
    assert [call[:4] for call in callers(capfd, store, "kit.core.pack") if call[0] == "app"] == [
        ("app", "main.py::<module>", "kit.pack", 2)
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["graph", "--store", "{store}", "--callers-of", "nothing_at_all"], "holds or calls 'nothing_at_all'"),
        (["graph", "--store", "{place}", "--callers-of", "x"], "is no store of calls"),
        (["graph", "--store", "{store}"], "answers --callers-of alone"),
        (["graph", "{place}/app", "--store", "{store}", "--callers-of", "x"], "answers --callers-of alone"),
        (["graph", "--store", "{store}", "--callers-of", "x", "--format", "svg"], "has no form 'svg'"),
        (["graph"], "ROOT"),
        (["index", "{place}/app", "{place}/app/../app"], "two repositories go by the name 'app'"),
        (["index", "a/b={place}/app"], "cannot go by the name"),
        (["index", "{place}/app", "--store", "{place}/app/main.py"], "cannot be written"),
    ],
)
def test_mistakes_are_told_in_a_line(words, told, store, place, capfd):
    status, out, err = called(capfd, *(word.format(store=store, place=place) for word in words))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_names_are_chosen(place, capfd):
    _, out, _ = called(capfd, "index", f"mine={place / 'app'}", "--json")
    assert json.loads(out)[0]["repository"] == "mine"


def test_a_damaged_part_is_told(store, capfd):
    (store / "calls/app.parquet").write_bytes(b"PAR1 no more")
    status, _, err = called(capfd, "graph", "--store", str(store), "--callers-of", "pack")
    assert (status, err.count("\n")) == (2, 1)


def test_without_duckdb_one_line_says_what_to_install(store, monkeypatch):
    real = builtins.__import__

    def absent(name, *rest):
        if name == "duckdb":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(CallchainError, match=r"needs DuckDB .*callchain-evidence\[query\]"):
        OrgStore(store).callers_of("pack")
