"""The reading benchmark on a tree of two files."""

from __future__ import annotations

import json

from bench.static.run import main
from bench.static.trees import copy_tree, edit


def test_our_rows_stand_beside_the_floor_and_an_edit_is_seen(tmp_path, capsys):
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "work.py").write_text("def f():\n    return g()\n\n\ndef g():\n    return 1\n")
    report = tmp_path / "report.json"
    assert main([f"small={package}", "--bare", "--repeat", "1", "--json", str(report)]) == 0
    assert "### small: 2 files" in capsys.readouterr().out
    tree = json.loads(report.read_text())["trees"][0]
    names = [row["tool"] for row in tree["rows"]]
    assert names == ["ast.parse", "ours, cold", "ours, nothing changed", "ours, one file edited"]
    assert [row["ended"] for row in tree["rows"]] == ["", "", "", ""]
    assert (package / "work.py").read_text().count("def") == 2, "the package itself is not edited"


def test_growing_trees_are_cut_at_the_file_that_reaches_the_size(tmp_path):
    package = tmp_path / "pkg"
    package.mkdir()
    for number in range(4):
        (package / f"m{number}.py").write_text("x = 1\n" * 1000)
    small = copy_tree("small", [package], tmp_path / "copies", most_lines=1000)
    large = copy_tree("large", [package], tmp_path / "copies", most_lines=2500)
    assert (len(small.files), small.lines) == (1, 1000)
    assert (len(large.files), large.lines) == (3, 3000)
    assert large.file_list().read_text().splitlines() == [str(file) for file in large.files]


def test_an_edit_leaves_the_source_alone_and_is_new_each_time(tmp_path):
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "m.py").write_text("x = 1\n")
    tree = copy_tree("one", [package], tmp_path / "copies")
    assert edit(tree, 0) != edit(tree, 1)
    assert tree.files[0].read_text().count("def ") == 2
    assert (package / "m.py").read_text() == "x = 1\n"
