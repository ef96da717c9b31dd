"""Claims of plain Markdown against a code base, without git."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callchain.review.document import Document, review_document
from tests.review.program import PACKER, SCRIPT, WORKFLOW


def line_of(text, needle):
    return next(number for number, row in enumerate(text.splitlines(), 1) if needle in row)


PACK_ALL = line_of(PACKER, "def pack_all")
PACK_ONE = line_of(PACKER, "def pack_one")
CALL = line_of(PACKER, "self.pack_one(")
DUMPS = line_of(PACKER, "json.dumps")
FILL = line_of(WORKFLOW, "def fill_depot")
RUN = line_of(SCRIPT, "print(fill_depot")
SCALE = line_of(WORKFLOW, "SCALE = 2.5")


def claims(text, calls, path=""):
    return [each.claim for each in review_document(Document("note.md", text, path), calls)]


def verdicts(text, calls):
    return [(claim.kind, claim.verdict) for claim in claims(text, calls)]


@pytest.mark.parametrize(
    "text",
    [
        f"`Packer.pack_all` is at depot/packer.py:{PACK_ALL}.",
        f"`Packer.pack_all` (`depot/packer.py:{PACK_ALL}-{PACK_ALL + 5}`)",
        f"depot/packer.py::Packer.pack_all:{PACK_ALL}",
        f"`json.dumps` at `depot/packer.py:{DUMPS}`",
        f"`packer.py:{PACK_ALL}` — `pack_all`",
        f"`depot\\packer.py:{PACK_ALL}` `pack_all()`",
        f"| `fill_depot` | depot/workflow.py:{FILL} | fills |",
        f"| a | b |\n| - | - |\n| `fill_depot` | depot/workflow.py:{FILL}<br>scripts/fill.py:{RUN} |",
        f"`SCALE` depot/workflow.py:{SCALE}",
        f"```\npack_all  depot/packer.py:{PACK_ALL}\n```",
        f"- `subject/depot/packer.py:{PACK_ALL}`: `pack_all`",
        "`depot/packer.py::Packer` packs.",
        f"depot/{{settings.py:10, packer.py:{PACK_ALL}}}",
        f"`depot/workflow.py` (`weigh`), `depot/packer.py:{PACK_ALL}` (`pack_all`)",
        f"depot/packer.py#L{PACK_ALL} has `pack_all`; `pack_all` depot/packer.py#L{PACK_ALL}-L{PACK_ALL + 3}",
        f"`pack_all` in `depot/packer.py`, lines {PACK_ALL}\u2013{PACK_ALL + 5}",
    ],
)
def test_what_is_true_is_not_refuted(text, calls):
    assert [claim for claim in claims(text, calls) if claim.verdict not in {"true", "unprovable"}] == []
    assert claims(text, calls)


@pytest.mark.parametrize(
    ("text", "verdict", "found"),
    [
        (f"`fill_depot` (`depot/workflow.py:{FILL - 4}`)", "moved", f"depot/workflow.py:{FILL}"),
        (f"depot/workflow.py::fill_depot:{FILL - 4}", "moved", f"depot/workflow.py:{FILL}"),
        (f"| `fill_depot` | depot/workflow.py:{FILL + 9} |\n| - | - |", "moved", f"depot/workflow.py:{FILL}"),
        (f"`fill_depot` (`depot/packer.py:{PACK_ALL}`)", "false", f"depot/workflow.py:{FILL}"),
        (f"`json.dumps` at depot/packer.py:{DUMPS + 1}", "moved", f"depot/packer.py:{DUMPS}"),
        ("`fill_depot` (`depot/workflow.py:999`)", "false", f"depot/workflow.py:{FILL}"),
        ("see depot/nothing.py:3", "false", ""),
        ("see depot/packer.py:2", "false", ""),
        ("`depot/packer.py::Packer.ship`", "false", ""),
    ],
)
def test_what_is_not_there_is_refuted_with_what_is(text, verdict, found, calls):
    (claim,) = claims(text, calls)
    assert (claim.kind, claim.verdict, claim.found) == ("anchor", verdict, found)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("`fill_depot` → `Packer.pack_all`", "true"),
        ("`fill_depot -> Packer.pack_all`", "true"),
        ("| `Packer.pack_one → json.dumps` | x |\n| - | - |", "true"),
        ("fill_depot() → make_crates()", "true"),
        ("`fill_depot` → `Crate`", "indirect"),
        ("`fill_depot` → `Packer.pack_one`", "indirect"),
        ("`Packer.pack_all` → `fill_depot`", "false"),
        ("`load_depot` → `weigh`", "false"),
        ("`depot/workflow.py::forget` → `depot/packer.py::Packer.pack_all`", "false"),
        ("`forget` → `numpy.mean`", "unprovable"),
    ],
)
def test_an_arrow_is_a_call_or_it_is_not(text, verdict, calls):
    assert [claim.verdict for claim in claims(text, calls) if claim.kind == "edge"] == [verdict]


@pytest.mark.parametrize(
    "text",
    [
        "fill → weigh → pack",
        "`def get(key) -> str`",
        "```python\ndef weigh(values) -> list:\n```",
        "Data pipeline: `weigh` → `load_depot`",
        "A --> B",
        "`width` → `limit`",
        "The stack `Crate` -> `weigh` -> `load_depot` scales twice",
    ],
)
def test_an_arrow_that_need_not_be_a_call_is_not_refuted(text, calls):
    assert all(claim.verdict in {"true", "indirect", "unprovable"} for claim in claims(text, calls))


def test_a_call_tree_is_read_edge_by_edge(calls):
    text = "```\nfill_depot()\n├── make_crates()\n│   └── weigh()\n└── load_depot()\n```"
    found = [(claim.document_line, claim.text, claim.verdict) for claim in claims(text, calls)]
    assert found == [
        (3, "fill_depot → make_crates", "true"),
        (4, "make_crates → weigh", "true"),
        (5, "fill_depot → load_depot", "false"),
    ]


def test_the_anchor_of_an_edge_is_the_line_of_the_call(calls):
    good = f"`Packer.pack_all → Packer.pack_one` `depot/packer.py:{CALL}`"
    assert verdicts(good, calls) == [("edge", "true"), ("anchor", "true")]
    bad = claims(f"`Packer.pack_all → Packer.pack_one` `depot/packer.py:{CALL + 2}`", calls)
    assert [(claim.kind, claim.verdict) for claim in bad] == [("edge", "true"), ("anchor", "moved")]
    assert bad[1].found == f"depot/packer.py:{CALL}"


@pytest.mark.parametrize(
    "text",
    ["localhost:8080", "at 12:30", "vendor/x.py:3 is theirs", "`your_file.py:12`", "C:\\other\\x.py:3", "1.py"],
)
def test_what_is_no_claim_on_this_code_base_is_not_refuted(text, calls):
    assert all(claim.verdict == "unprovable" for claim in claims(text, calls))


def test_lines_of_documents_are_counted_in_lists_tables_and_quotes(calls):
    text = (
        "# T\n\n- one\n- two\n  more depot/nothing.py:1\n\n> quote depot/nothing.py:2\n\n"
        "| a |\n| - |\n| depot/nothing.py:3 |\n\n```\nx\ndepot/nothing.py:4\n```\n"
    )
    assert [claim.document_line for claim in claims(text, calls)] == [5, 7, 11, 15]


MARKS = (
    "`",
    "```",
    "|",
    "\n",
    "- ",
    "> ",
    " ",
    "\u2192",
    "->",
    "::",
    ":",
    "-",
    "(",
    ")",
    "{",
    "}",
    "#L",
    "\\",
    "<br>",
)
NAMES = (
    "depot/packer.py",
    ".py",
    "pack_all",
    "Packer",
    "`fill_depot`",
    "<module>",
    "12",
    "0",
    "99999999999",
    "\u00d73",
)
PIECES = st.sampled_from([*MARKS, *NAMES, "https://h/o/r/blob/x/", "\u251c\u2500\u2500 "])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, max_size=30))
def test_no_text_breaks_the_reader(pieces, calls):
    for claim in claims("".join(pieces), calls):
        assert claim.document_line >= 1
        assert claim.verdict in {"true", "moved", "stale", "false", "indirect", "unprovable"}


@pytest.mark.parametrize(
    "text",
    [
        "##### `fill_depot(folder, values) -> int`",
        "`make_crates(values) -> list[Crate]`",
        "- `load_depot(folder) -> Packer` reads it",
        "one `forget()` \u2192 `pack_one()` cycle per iteration",
        "threading the key through `forget` \u2192 `pack_one`",
    ],
)
def test_return_annotations_and_orders_of_things_are_no_false_calls(calls, text):
    assert [claim for claim in claims(text, calls) if claim.verdict in {"true", "false"}] == []


def test_the_noun_between_a_name_and_its_anchor_binds_them(calls):
    (claim,) = claims(f"- `Packer` class: `depot/packer.py:{PACK_ALL - 15}`", calls)
    assert claim.verdict in {"moved", "true"}
    (other,) = claims("- `Crate` class: `depot/workflow.py:1`", calls)
    assert (other.verdict, other.found) == ("moved", f"depot/workflow.py:{line_of(WORKFLOW, 'import Crate')}")


def test_a_method_in_a_range_is_that_of_its_class(calls):
    start = line_of(WORKFLOW, "def fill_depot")
    text = f"`Crate.pack_all` does it (`depot/workflow.py:{start}-{start + 3}`)"
    assert {claim.verdict for claim in claims(text, calls)} <= {"false", "moved", "unprovable"}
    assert {claim.verdict for claim in claims(text.replace("Crate.", ""), calls)} == {"true"}
