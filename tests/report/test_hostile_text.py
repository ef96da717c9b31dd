"""Names and values of the target that try to be markup, in every format."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from html.parser import HTMLParser

import msgspec
import pytest
from markdown_it import MarkdownIt

from callchain.model.package import Evidence
from callchain.report.all import render_all
from callchain.report.index_html import address

SHAPE = ("heading_open", "table_open", "tr_open", "td_open")
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\u2028\u2029\x00-\x08\x0b-\x1f\x7f]")
HOSTILE = {
    "image": "<img src=x onerror=alert(1)>",
    "script": "</script></style><script>alert(1)</script>",
    "pipes": "a|b||c \\| d",
    "ticks": "`a` ``b`` ```\n```",
    "brackets": "[a](javascript:alert(1)) ![b](http://e.vil/c)",
    "right to left": "\u202egnp.exe\u2066 \u200b",
    "newlines": "a\nb\r\n\n# c\u2028d\n\n- [x] done",
    "dot": '"]; evil -> "x\\" \\N \\l <b>',
    "mermaid": 'x"]; click f0n0 "javascript:alert(1)" %%',
    "template": "{{ 7*7 }} {% raw %}",
    "control": "\x00\x07\x1b[2J",
    "surrogate": "caf\udce9",
}


def poison(value: object, text: str) -> object:
    """Every free text of a record replaced; what the tool itself words (kinds, verdicts, roles) is left alone."""
    own = {"verdict", "role", "stage", "confidence", "kind", "action", "where", "schema", "sink"}
    if isinstance(value, dict):
        return {key: inner if key in own else poison(inner, text) for key, inner in value.items()}
    if isinstance(value, list):
        return [poison(inner, text) for inner in value]
    if isinstance(value, str):
        path, double, name = value.partition("::")
        return f"{path}{text}{double}{name}{text}" if double else f"{value}{text}"
    return value


@pytest.fixture(params=sorted(HOSTILE))
def poisoned(request: pytest.FixtureRequest, evidence: Evidence) -> dict[str, str]:
    return rendered(HOSTILE[request.param], msgspec.json.encode(evidence))


@cache
def rendered(text: str, encoded: bytes) -> dict[str, str]:
    record = msgspec.convert(poison(msgspec.json.decode(encoded), text), Evidence)
    return {name: data.decode("utf-8") for name, data in render_all(record).items()}


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.scripts += tag == "script"
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in {"href", "src", "xlink:href"}}


def test_the_page_holds_no_element_or_link_that_is_not_its_own(poisoned: dict[str, str]):
    page = Page()
    page.feed(poisoned["index.html"])
    assert not page.tags & {"img", "iframe", "object", "embed", "link", "b", "base", "form"}
    assert page.scripts == 2, "the data and the page's own script"
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}
    assert {link for link in page.links if not link.startswith("#")} == {
        "summary.md",
        "callchain/static.md",
        "callgraph/dynamic.txt",
        "trace/tap_points.md",
        "env/trace_env.json",
        "evidence.json",
    }


def test_links_within_the_page_lead_to_its_own_places(poisoned: dict[str, str]):
    page = Page()
    page.feed(poisoned["index.html"])
    places = set(re.findall(r'\bid="([^"]+)"', poisoned["index.html"]))
    assert all(re.fullmatch(r"[a-z0-9-]+", place) for place in places)
    assert {link[1:] for link in page.links if link.startswith("#")} <= places


def test_the_data_can_neither_end_its_element_nor_begin_another(poisoned: dict[str, str]):
    data = re.search(
        r'<script type="application/json" id="package">(.*?)</script>', poisoned["index.html"], re.DOTALL
    )
    assert data
    assert not set(data[1]) & {"<", ">", "&", "\u2028", "\u2029"}
    assert json.loads(data[1])["symbols"]


def digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def test_the_page_allows_its_own_style_and_script_and_nothing_else(evidence: Evidence):
    page = render_all(evidence)["index.html"].decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy
    assert style
    assert script
    assert policy[1].replace("&#39;", "'").split("; ") == [
        "default-src 'none'",
        f"script-src '{digest(script[1])}'",
        f"style-src '{digest(style[1])}'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]


def test_a_line_leads_to_the_forge_where_one_is_known_and_nowhere_else(evidence: Evidence):
    def links(forge: str) -> set[str]:
        page = Page()
        provenance = msgspec.structs.replace(evidence.provenance, forge=forge)
        page.feed(render_all(msgspec.structs.replace(evidence, provenance=provenance))["index.html"].decode())
        return {link for link in page.links if "app.py" in link}

    assert "https://forge.example/blob/c/shop/app.py#L9" in links("https://forge.example/blob/c/{path}#L{line}")
    assert links("javascript:alert('{path}',{line})") == set()
    assert links("") == set()
    assert address("https://forge.example/{path}#L{line}", 'a "b"<c>#d?e/\udce9.py', 1) == (
        "https://forge.example/a%20%22b%22%3Cc%3E%23d%3Fe/%3F.py#L1"
    )


def test_markdown_holds_no_markup_of_the_target(poisoned: dict[str, str]):
    reader = MarkdownIt("commonmark").enable("table")
    for name in ("summary.md", "callchain/static.md", "trace/tap_points.md"):
        leaves = [leaf for token in reader.parse(poisoned[name]) for leaf in (token.children or [token])]
        kinds = {leaf.type for leaf in leaves}
        assert not kinds & {"html_inline", "html_block", "link_open", "image"}, name


def test_markdown_keeps_its_shape(poisoned: dict[str, str], evidence: Evidence):
    """The same headings, tables and rows as with plain names that differ from the sample's in the same way."""
    plain = rendered("harmless", msgspec.json.encode(evidence))
    reader = MarkdownIt("commonmark").enable("table")
    for name in ("summary.md", "callchain/static.md", "trace/tap_points.md"):
        counts = []
        for text in (poisoned[name], plain[name]):
            kinds = [token.type for token in reader.parse(text)]
            counts.append({kind: kinds.count(kind) for kind in SHAPE})
        assert counts[0] == counts[1], name


def test_nothing_hidden_is_printed(poisoned: dict[str, str]):
    for name, document in poisoned.items():
        assert not HIDDEN.search(document), name


def test_the_svg_is_well_formed_and_passive(poisoned: dict[str, str]):
    svg = poisoned["callchain/graph.svg"]
    root = ET.fromstring(svg)  # noqa: S314 - reads what the test itself rendered
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "title", "polygon", "path", "text", "ellipse", "polyline"}
    assert not {
        name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name
    }


def test_the_drawings_keep_their_number_of_nodes_and_arrows(poisoned: dict[str, str], evidence: Evidence):
    plain = rendered("harmless", msgspec.json.encode(evidence))
    for name, marks in (("callchain/graph.svg", ('class="node"', 'class="edge"', 'class="cluster"')),):
        for mark in marks:
            assert poisoned[name].count(mark) == plain[name].count(mark)
    mermaid, wanted = poisoned["callchain/graph.mmd"], plain["callchain/graph.mmd"]
    assert len(mermaid.splitlines()) == len(wanted.splitlines())
    assert not re.search(r"<(?!br/>)|%%", mermaid)
    assert not re.search(r"^\s*click|javascript:", re.sub(r'"[^"]*"', "", mermaid), re.MULTILINE)


def test_the_call_tree_keeps_its_lines(poisoned: dict[str, str], evidence: Evidence):
    plain = rendered("harmless", msgspec.json.encode(evidence))["callgraph/dynamic.txt"]
    assert len(poisoned["callgraph/dynamic.txt"].splitlines()) == len(plain.splitlines())
