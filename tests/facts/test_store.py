"""The cache of facts: used when nothing changed, rebuilt when damaged, shared between runs."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys

import pytest

from callchain.facts import store
from callchain.facts.cache import open_cache
from callchain.facts.keys import key_of
from callchain.source.tree import read_tree


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "code"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.py").write_text(f"def {name}():\n    return 1\n")
    return folder


def counted(monkeypatch):
    parsed = []
    real = store.extract

    def counting(path, *job):
        parsed.append(path)
        return real(path, *job)

    monkeypatch.setattr(store, "extract", counting)
    return parsed


def test_only_what_changed_is_parsed(root, monkeypatch):
    first = store.read_facts(read_tree(root))
    parsed = counted(monkeypatch)
    assert store.read_facts(read_tree(root)) == first
    assert parsed == []
    (root / "b.py").write_text("def changed():\n    return 2\n")
    again = store.read_facts(read_tree(root))
    assert parsed == ["b.py"]
    assert [each.qualname for each in again["b.py"].definitions] == ["<module>", "changed"]


def test_a_damaged_cache_is_made_anew(root, tmp_path, monkeypatch):
    first = store.read_facts(read_tree(root))
    file = tmp_path / "cache" / "facts.sqlite"
    file.write_bytes(b"this is no database at all" * 500)
    assert store.read_facts(read_tree(root)) == first
    parsed = counted(monkeypatch)
    assert store.read_facts(read_tree(root)) == first
    assert parsed == []


def test_a_cache_of_an_older_format_is_emptied_once(root, tmp_path, monkeypatch):
    file = tmp_path / "cache" / "facts.sqlite"
    file.parent.mkdir()
    with contextlib.closing(sqlite3.connect(file)) as old:
        old.execute("CREATE TABLE entry (key BLOB PRIMARY KEY, value BLOB, turn INTEGER, more TEXT) WITHOUT ROWID")
        old.execute("CREATE INDEX by_turn ON entry (turn)")
        old.execute("INSERT INTO entry VALUES (x'00', x'00', 1, '')")
        old.commit()
    first = store.read_facts(read_tree(root))
    parsed = counted(monkeypatch)
    assert store.read_facts(read_tree(root)) == first
    assert parsed == []
    cache = open_cache()
    assert cache is not None
    assert cache.get([b"\x00"]) == {}
    cache.close()


def test_a_damaged_entry_is_parsed_again(root):
    first = store.read_facts(read_tree(root))
    cache = open_cache()
    assert cache is not None
    keys = [key_of(file.path, file.module, read_tree(root).data(file.path)) for file in read_tree(root).files]
    cache.put(dict.fromkeys(keys, b"\xc1 rubbish"))
    cache.close()
    assert store.read_facts(read_tree(root)) == first


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(root, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(blocked / "below"))
    assert list(store.read_facts(read_tree(root))) == ["a.py", "b.py", "c.py"]


def test_worker_count_does_not_matter(root):
    tree = read_tree(root)
    assert store.read_facts(tree, cache=False, jobs=1) == store.read_facts(tree, cache=False, jobs=3)


def test_two_runs_at_once_share_one_cache(root):
    program = (
        "import sys; from pathlib import Path; from callchain.facts.store import read_facts; "
        "from callchain.source.tree import read_tree; print(len(read_facts(read_tree(Path(sys.argv[1])))))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(root)], stdout=subprocess.PIPE) for _ in range(3)
    ]
    assert [process.communicate()[0].strip() for process in running] == [b"3"] * 3


def test_words_are_read_only_where_they_are_wanted(root, monkeypatch):
    (root / "d.py").write_text("STATE = {'key': 1}\n\n\ndef read():\n    return STATE['key']\n")
    links = store.read_facts(read_tree(root), words=False)
    assert not any(facts.texts or facts.state for facts in links.values())
    whole = store.read_facts(read_tree(root))
    assert whole["d.py"].texts and whole["d.py"].state
    assert whole == store.read_facts(read_tree(root), cache=False) == store.read_facts(read_tree(root))
    parsed = counted(monkeypatch)
    assert store.read_facts(read_tree(root), words=False) == links
    assert parsed == []
