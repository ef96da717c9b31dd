"""Every kind of anchor is proved, and every kind of falsehood is found."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from callchain.evidence.anchors import check, check_printed, printed_anchors
from callchain.evidence.claims import claims_of
from callchain.evidence.sources import Sources
from callchain.model.chain import Assumption, Flow, FlowEdge
from callchain.model.package import Evidence
from callchain.report.all import render_all
from callchain.source.tree import SourceTree, read_tree
from tests.evidence import sample
from tests.evidence.shop import APP_PY, STORE_PY, app, line, store

replace = msgspec.structs.replace
Change = Callable[[Evidence], Evidence]


def test_the_sample_holds_no_false_anchor(evidence: Evidence, tree: SourceTree):
    report = check(evidence, tree)
    assert report.false == ()
    assert report.checked == len(claims_of(evidence)) == evidence.quality.anchors_checked


def test_all_kinds_of_records_are_claimed(evidence: Evidence):
    kinds = {claim.what for claim in claims_of(evidence)}
    assert kinds == {
        "ranked symbol",
        "entry point",
        "candidate",
        "caller",
        "stage",
        "edge",
        "edge's callee",
        "state access",
        "mutation",
        "effect",
        "artefact",
        "scaling step",
        "constant",
        "document",
        "place",
        "blind spot",
        "tap",
        "tap's extent",
        "tap's stack",
        "observed call",
        "call tree",
        "call tree's call line",
    }


def first(evidence: Evidence, name: str, **changes: object) -> Evidence:
    """The evidence with its first record of a kind changed."""
    head, *rest = getattr(evidence, name)
    return replace(evidence, **{name: (replace(head, **changes), *rest)})


def flow(evidence: Evidence, **changes: object) -> Evidence:
    head, *rest = evidence.flows
    return replace(evidence, flows=(replace(head, **changes), *rest))


def edge(evidence: Evidence, **changes: object) -> Evidence:
    head, *rest = evidence.flows[0].edges
    return flow(evidence, edges=(replace(head, **changes), *rest))


def stage(evidence: Evidence, **changes: object) -> Evidence:
    head, *rest = evidence.flows[0].chain
    return flow(evidence, chain=(replace(head, **changes), *rest))


def access(evidence: Evidence, **changes: object) -> Evidence:
    head, *rest = evidence.state[0].accesses
    return first(evidence, "state", accesses=(replace(head, **changes), *rest))


@pytest.mark.parametrize(
    ("falsify", "why"),
    [
        (lambda e: first(e, "ranking", line=2), "the definition stands at"),
        (lambda e: first(e, "ranking", line=9000), "the file has 43 lines"),
        (lambda e: first(e, "entry_points", path="shop/gone.py"), "no such file"),
        (lambda e: first(e, "candidates", end_line=37), "the definition stands at"),
        (lambda e: stage(e, digest="0" * 12), "the digest of its lines is another"),
        (lambda e: stage(e, symbol=app("gone")), "the file defines no such name"),
        (lambda e: edge(e, line=line(APP_PY, "def notify") + 1), "outside the symbol's definition"),
        (lambda e: edge(e, caller=app("give_up"), line=1), "outside the symbol's definition"),
        (lambda e: edge(e, callee_line=3), "the definition stands at"),
        (lambda e: access(e, line=1), "mentions none of"),
        (lambda e: first(e, "mutations", symbol=app("scale")), "outside the symbol's definition"),
        (lambda e: first(e, "effects", line=line(STORE_PY, "def __init__")), "outside the symbol's definition"),
        (lambda e: first(e, "scaling", line=line(APP_PY, "def scale")), "the line lacks size"),
        (lambda e: first(e, "constants", line=line(STORE_PY, "def save")), "mentions none of"),
        (lambda e: first(e, "documents", line=1, text="Nobody wrote this sentence."), "does not stand there"),
        (lambda e: first(e, "taps", line=line(STORE_PY, "with zipfile.ZipFile(self.path")), "lacks snapshot"),
        (lambda e: first(e, "blind_spots", line=line(APP_PY, "def main")), "outside the symbol's definition"),
        (lambda e: replace(e, assumptions=(Assumption("x", "shop/app.py:4"),)), "the line is blank"),
        (lambda e: replace(e, assumptions=(Assumption("x", "shop/app.py::main:4"),)), "outside the symbol's"),
        (lambda e: replace(e, assumptions=(Assumption("x", "shop/app.py:1-900"),)), "it ends at line 900"),
    ],
)
def test_a_falsehood_is_found(evidence: Evidence, tree: SourceTree, falsify: Change, why: str):
    report = check(falsify(evidence), tree)
    assert report.false
    assert any(why in false.why for false in report.false), report.false


def test_a_line_that_calls_nothing_is_no_call_site(evidence: Evidence, tree: SourceTree):
    file = tree.root / APP_PY
    file.write_text(file.read_text().replace("    assert values\n", "    pass\n"))
    at = line(APP_PY, "assert values")
    false = FlowEdge(app("audit"), app("scale"), APP_PY, at)
    report = check(replace(evidence, flows=(Flow("f", "", (), (false,)),)), _again(tree))
    assert [anchor.why for anchor in report.false if anchor.what == "edge"] == [
        "the line neither names 'scale' nor calls anything"
    ]


def _again(tree: SourceTree) -> SourceTree:
    return read_tree(tree.root)


def test_the_source_that_moved_is_noticed(evidence: Evidence, tree: SourceTree):
    file = tree.root / STORE_PY
    file.write_text("# a line more\n" + file.read_text())
    report = check(evidence, _again(tree))
    assert {anchor.symbol for anchor in report.false} >= {store("Store.save"), store("load")}


def test_false_anchors_are_counted_and_told(tree: SourceTree):
    chain = sample.chain()
    wrong = replace(chain, assumptions=(Assumption("x", "shop/app.py:4"),))
    evidence = sample.evidence(tree, chain_read=wrong)
    assert evidence.quality.anchors_false == 1
    assert evidence.quality.anchors_refuted == ("shop/app.py:4: place: the line is blank",)


def test_every_anchor_that_is_printed_was_proved(evidence: Evidence, tree: SourceTree):
    proved = check(evidence, tree).proved
    for name, data in render_all(evidence).items():
        report = check_printed(name, data.decode(), tree, proved=proved)
        assert report.false == (), name
        if name.endswith((".md", ".txt", ".html", ".svg", ".mmd")):
            assert report.checked > 2, name


def test_a_printed_anchor_that_nobody_proved_is_found(evidence: Evidence, tree: SourceTree):
    proved = check(evidence, tree).proved
    text = "`shop/app.py:2`, `shop/app.py:9000`, `shop/app.py::main:2`, `gone.py:1`, `wts.zip:3`"
    assert [false.why for false in check_printed("x.md", text, tree, proved=proved).false] == [
        "printed, but never proved among the records",
        "the file has 43 lines",
        "the line lies outside the symbol's definition",
        "no such file in the tree",
    ]


def test_printed_anchors_are_read_in_all_their_forms():
    text = '`a/b.py:3` | b.py:4-9, "c.py::C.m:5" http://x.io:80 12:30'
    assert [(p.path, p.line, p.end_line, p.symbol) for p in printed_anchors("x.md", text)] == [
        ("a/b.py", 3, 0, ""),
        ("b.py", 4, 9, ""),
        ("c.py", 5, 0, "C.m"),
        ("//x.io", 80, 0, ""),
    ]


def test_anchors_are_read_out_of_pages():
    text = '<td><code class="at">a/b.py:3</code></td><text>c.py:4-5</text><a href="d.py:9">x</a>'
    assert [(p.path, p.line) for p in printed_anchors("index.html", text)] == [("a/b.py", 3), ("c.py", 4)]


def test_anchors_are_read_out_of_drawings():
    assert [p.path for p in printed_anchors("graph.mmd", 'f0n0["a/b.py::main<br/>a/b.py:3<br/>core"]')] == [
        "a/b.py"
    ]
    assert [p.path for p in printed_anchors("graph.dot", r'f0n0 [label="main\na/b.py:3\ncore"]')] == ["a/b.py"]


def test_a_file_that_does_not_parse_still_proves_its_lines():
    class Broken:
        def lines(self, path: str) -> list[str]:
            return ["def f(:", "    go()"]

    report = check_printed("x.md", "`a.py:2` `a.py:7`", Sources(Broken()))
    assert [false.why for false in report.false] == ["the file has 2 lines"]


def test_an_empty_module_is_anchored_at_its_first_line(tree: SourceTree):
    text = "import  shop/__init__.py:1\n"
    assert check_printed("callgraph/dynamic.txt", text, tree).false == ()
    assert check_printed("callgraph/dynamic.txt", text.replace(":1", ":2"), tree).false
