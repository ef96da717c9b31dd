"""Taps located in a tree, and what is said of those that are not there."""

from pathlib import Path

import pytest

from callchain.model.errors import CallchainError
from callchain.model.symbol import digest_of
from callchain.model.tap import TapSpec
from callchain.source.tree import read_tree
from callchain.taps.check import check_file
from callchain.taps.locate import locate_all

MANAGER = '''\
"""Keeps models."""
import zipfile
from pkg import params


class Manager:
    @staticmethod
    def save(model, folder):
        snapshot = params.cfg.copy()
        with zipfile.ZipFile(folder) as archive:
            archive.write(model)
            archive.close()
        for name in snapshot:
            archive.close()
        return snapshot

    @property
    def size(self):
        return 1

    @size.setter
    def size(self, value):
        self._size = value


LIMIT = 3
'''


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/__init__.py").touch()
    (tmp_path / "pkg/params.py").write_text("cfg = {}\n")
    (tmp_path / "pkg/manager.py").write_text(MANAGER)
    (tmp_path / "pkg/star.py").write_text("from pkg.params import *\n\ndef f():\n    return 1\n")
    (tmp_path / "pkg/broken.py").write_text("def f(:\n")
    return read_tree(tmp_path)


def spec(symbol: str, where: str, code: str = "", **fields) -> TapSpec:
    return TapSpec(key="k", purpose="p", symbol=symbol, where=where, code=code, **fields)


def test_a_tap_before_a_statement(tree):
    tap = spec(
        "pkg/manager.py::Manager.save", "before", "snapshot = params.cfg.copy()", capture={"n": "params.cfg['N']"}
    )
    located = locate_all([tap], tree)[0]
    assert (located.path, located.line, located.end_line, located.definition_line) == ("pkg/manager.py", 9, 9, 8)
    assert located.programs == {"n": ["item", ["attr", ["name", "params"], "cfg"], ["const", "N"]]}
    assert located.digest == digest_of([MANAGER.split("\n")[8]])


def test_a_tap_after_a_block_covers_what_it_holds(tree):
    located = locate_all(
        [spec("pkg/manager.py::Manager.save", "after", "with zipfile.ZipFile(folder) as archive:")], tree
    )
    assert (located[0].line, located[0].end_line) == (10, 12)


@pytest.mark.parametrize("where", ["entry", "return", "raise"])
def test_a_tap_on_a_function_has_the_line_of_its_def(tree, where):
    located = locate_all([spec("pkg/manager.py::Manager.save", where)], tree)[0]
    assert (located.line, located.end_line, located.definition_line) == (8, 15, 8)


def test_module_code_can_be_tapped(tree):
    located = locate_all([spec("pkg/manager.py::<module>", "after", "LIMIT = 3", capture={"l": "LIMIT"})], tree)[0]
    assert (located.line, located.definition_line) == (26, 1)


def test_a_tap_survives_moved_lines(tree):
    tap = spec("pkg/manager.py::Manager.save", "before", "return snapshot")
    before = locate_all([tap], tree)[0]
    (tree.root / "pkg/manager.py").write_text(
        "# moved\n\n" + MANAGER.replace("return snapshot", "return (snapshot)")
    )
    after = locate_all([tap], read_tree(tree.root))[0]
    assert (before.line, after.line) == (15, 17)


def test_one_of_several_places_is_counted_off(tree):
    lines = [
        locate_all([spec("pkg/manager.py::Manager.save", "after", "archive.close()", occurrence=number)], tree)[
            0
        ].line
        for number in (1, 2)
    ]
    assert lines == [12, 14]
    second = locate_all([spec("pkg/manager.py::Manager.size", "entry", occurrence=2)], tree)[0]
    assert second.line == 22


def test_names_that_a_tap_brings_along_need_no_variable(tree):
    locate_all([spec("pkg/manager.py::Manager.save", "return", capture={"r": "result"})], tree)
    locate_all([spec("pkg/manager.py::Manager.save", "raise", capture={"r": "type_name(error)"})], tree)
    locate_all([spec("pkg/star.py::f", "entry", capture={"r": "cfg"})], tree)


@pytest.mark.parametrize(
    ("tap", "said"),
    [
        (
            spec("pkg/manger.py::Manager.save", "entry"),
            r"no file 'pkg/manger\.py'.*near: pkg/manager\.py::Manager\.save",
        ),
        (spec("nothing/like.it::f_g_h", "entry"), "no file.*relative to the root"),
        (
            spec("pkg/manager.py::Manger.save", "entry"),
            r"has no 'Manger\.save' \(near: pkg/manager\.py::Manager\.save",
        ),
        (spec("pkg/params.py::save", "entry"), r"has no 'save' \(near: pkg/manager\.py::Manager\.save"),
        (spec("pkg/params.py::qqqqqq", "entry"), "has no 'qqqqqq'"),
        (spec("pkg/manager.py::Manager", "entry"), "is a class, which is not called itself"),
        (spec("pkg/manager.py::Manager.size", "entry"), "matches 2 definitions: line 18, line 22 .*occurrence"),
        (spec("pkg/manager.py::Manager.size", "entry", occurrence=3), "occurrence 3 of 2 does not exist"),
        (
            spec("pkg/manager.py::Manager.save", "before", "snapshot = params.copy()"),
            r"nothing in 'Manager\.save' matches `snapshot = params\.copy\(\)` "
            r"\(near: line 9 `snapshot = params\.cfg\.copy\(\)`",
        ),
        (spec("pkg/manager.py::Manager.save", "before", "LIMIT = 3"), "but it stands at line 26 in <module>"),
        (
            spec("pkg/manager.py::Manager.save", "after", "archive.close()"),
            r"`archive\.close\(\)` matches 2 statements: line 12, line 14",
        ),
        (spec("pkg/manager.py::Manager.save", "after", "x ="), "cannot be found: it is no Python statement"),
        (spec("pkg/manager.py::Manager.save", "entry", capture={"m": "modle"}), "'modle'.*did you mean 'model'"),
        (spec("pkg/manager.py::Manager.save", "entry", capture={"m": "result"}), "starts from 'result'"),
        (spec("pkg/manager.py::Manager.save", "entry", capture={"m": "value"}), "starts from 'value'"),
        (spec("pkg/broken.py::f", "entry"), r"pkg/broken\.py does not parse: .*line 1"),
        (spec("pkg/broken.py::f", "before", "x = 1"), r"pkg/broken\.py does not parse: .*line 1"),
    ],
)
def test_a_tap_without_a_place_shows_the_candidates(tree, tap, said):
    with pytest.raises(CallchainError, match=said) as caught:
        locate_all([tap], tree)
    assert str(caught.value).startswith("tap 'k': ")
    assert "\n" not in str(caught.value)


def test_checking_a_file_tells_of_every_tap(tree, tmp_path):
    file = tmp_path / "taps.toml"
    file.write_text(
        "[[tap]]\nkey = 'a'\npurpose = 'p'\n"
        "at = { symbol = 'pkg/manager.py::Manager.save', before = 'return snapshot' }\n"
        "[[tap]]\nkey = 'b'\npurpose = 'p'\nat = { symbol = 'pkg/manager.py::Manager.sav', on = 'entry' }\n"
    )
    good, bad = check_file(file, tree)
    assert str(good) == "a: before pkg/manager.py:15 `return snapshot`"
    assert (good.found, good.end_line) == (True, 15)
    assert bad.found is False
    assert str(bad).startswith("b: pkg/manager.py has no 'Manager.sav' (near: ")


def test_every_tap_of_the_shipped_subject_is_found():
    import callchain.demo

    root = Path(callchain.demo.__file__).parent
    tree = read_tree(root)
    findings = check_file(root / "taps.toml", tree)
    assert len(findings) == 8
    assert [finding.problem for finding in findings if not finding.found] == []
    for finding in findings:
        assert finding.code in tree.lines(finding.path)[finding.line - 1]
