"""What each document says of the sample, as a supervisor would read it."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from callchain.model.chain import Effect
from callchain.model.graph import BlindSpot
from callchain.model.package import Evidence
from callchain.model.recording import CallNode, ProcessRecord, RunRecord, ThreadTree
from callchain.report import dynamic_txt, static_md, summary_md, tap_points_md
from callchain.report.all import render_all
from callchain.report.counts import TIMES
from callchain.report.trace_env_json import render as render_env
from callchain.source.tree import SourceTree
from tests.evidence import sample

replace = msgspec.structs.replace
TITLES = [
    "1 Analysis question",
    "2 Candidate entry points",
    "3 Selected entry points and why",
    "4 Config flow",
    "5 Core pipeline stages",
    "6 Normalisation/scaling chain",
    "7 Sinks and artefacts",
    "8 Side effects and global mutations",
    "9 Edge list per flow",
    "10 Contrast",
    "11 Data, units and constants",
    "12 Device and dtype",
    "13 Spec and docs that speak of the chain",
    "14 Gaps and blind spots",
    "15 Assumptions",
]
FILES = {
    "callchain/static.md",
    "callchain/graph.dot",
    "callchain/graph.svg",
    "callchain/graph.mmd",
    "callgraph/dynamic.txt",
    "trace/tap_points.md",
    "summary.md",
    "env/trace_env.json",
    "index.html",
}


EMPTIED = """ranking candidates entry_points flows state mutations effects artefacts scaling constants documents
    taps runs blind_spots assumptions"""


def empty(evidence: Evidence) -> Evidence:
    """The evidence of a question that nothing answers."""
    none = dict.fromkeys(
        (
            "ranking",
            "candidates",
            "entry_points",
            "flows",
            "state",
            "mutations",
            "effects",
            "artefacts",
            "scaling",
        ),
        (),
    )
    none |= dict.fromkeys(("constants", "documents", "taps", "runs", "blind_spots", "assumptions"), ())
    return replace(evidence, **none, contrast=None, ledger="", absent={})


def section(document: str, number: int) -> str:
    return re.split(r"^## ", document, flags=re.MULTILINE)[number]


@pytest.mark.parametrize("which", ["evidence", "read_only", "empty"])
def test_static_md_has_its_fifteen_sections_in_order(which: str, evidence: Evidence, read_only: Evidence):
    record = {"evidence": evidence, "read_only": read_only, "empty": empty(evidence)}[which]
    assert re.findall(r"^## (.*)$", static_md.render(record), re.MULTILINE) == TITLES


def test_every_section_of_an_empty_answer_says_why_it_is_empty(evidence: Evidence):
    document = static_md.render(empty(evidence))
    for number, title in enumerate(TITLES[1:], 2):
        assert "Not filled: " in section(document, number), title


def test_the_reason_that_was_recorded_is_the_one_printed(evidence: Evidence):
    record = replace(empty(evidence), absent={title.partition(" ")[2]: f"because of {title}" for title in TITLES})
    document = static_md.render(record)
    for number, title in enumerate(TITLES[1:], 2):
        assert f"Not filled: because of {title}" in section(document, number)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "| Scope hints | `archive` |"),
        (
            2,
            "| `main` | words train; reaches 1 of 2 hits: `Store.save` | High | `shop/app.py:36-38` |",
        ),
        (3, "- **primary** (flow `save`): `main` `shop/app.py:36`, High: reaches both ends"),
        (4, "| `scale` | `None` `shop/settings.py:3` | write `shop/app.py:10` = `0.5` | `shop/store.py:12` |"),
        (5, f"3. **sink** `Store.save` `shop/store.py:11-17` (confirmed {TIMES}1): writes the archive"),
        (6, '| 1 | `size` | `value * settings.get("size") / 2.0` | `scale` | `shop/app.py:6` |'),
        (7, "Named in the source and **not written**: `manifest.json`"),
        (7, "| `settings.json` | 40 | 3: `size`, `scale`, `_version` | - | `shop/store.py:11` |"),
        (8, "| `shop/settings.py::cfg['scale']` | `None` → `0.5` | `shop/app.py:10` | `train` | `train` |"),
        (9, "| `train → notify` | called by name; points-to, confidence 0.50 |"),
        (9, "**static-only: line ran**"),
        (9, "| `train → audit` | seen in a run, not found by reading | `shop/app.py:16` | `shop/app.py:32` |"),
        (10, "| archive | writes out.zip `shop/store.py:12` | nothing | export writes no archive |"),
        (10, "- `archive writer`: the other side has none `shop/app.py:41`"),
        (11, '| constant | `_version` | `"1.0"` | `Store.save` | `shop/store.py:13` |'),
        (12, "Not filled: no function of the chain names a device"),
        (13, "| clause | The archive MUST hold `settings.json`, written by `Store.save`. | `docs/spec.md:3` |"),
        (13, "Findings-ledger check: there is no findings ledger"),
        (14, "| `shop/app.py:20` | call | `store.finish()` |"),
        (15, "- The archive is read by `load` alone. `shop/store.py:30`"),
    ],
)
def test_static_md_says(evidence: Evidence, number: int, text: str):
    assert text in section(static_md.render(evidence), number)


def test_an_anchor_inside_a_quoted_passage_is_none_of_the_package(evidence: Evidence):
    mention = replace(
        evidence.documents[0], text="Store.save sits at `shop/store.py:999-1001`, a.py::C.m:3 as of 12:30."
    )
    part = section(static_md.render(replace(evidence, documents=(mention,))), 13)
    assert "`shop/store.py (line 999-1001)`, a.py::C.m (line 3) as of 12:30." in part
    assert "A line number inside a passage is the passage's own claim" in part
    assert "own claim" not in section(static_md.render(evidence), 13)


def test_a_file_that_was_not_read_is_named_without_a_line(evidence: Evidence):
    spot = BlindSpot("shop/broken.py", 1, "", "file", "invalid syntax (line 7)")
    record = replace(evidence, provenance=replace(evidence.provenance, skipped=(spot,)), blind_spots=(spot,))
    for document in (
        static_md.render(record),
        summary_md.render(record),
        render_all(record)["index.html"].decode(),
    ):
        assert "shop/broken.py:1" not in document
    assert "- not read: `shop/broken.py`: invalid syntax (line 7)" in static_md.render(record)


def test_without_a_run_static_md_claims_no_observation(read_only: Evidence):
    document = static_md.render(read_only)
    assert "**not run**" in section(document, 9)
    assert "what was really written: not known, nothing was run" in section(document, 7)
    assert "confirmed" not in document


def test_the_summary_tells_what_a_run_refuted_first(evidence: Evidence):
    document = summary_md.render(evidence)
    assert document.index("## Answer") < document.index("## Tap first") < document.index("## What the run says")
    assert "1. `tap_config` `shop/store.py:12`: `len(config) > 20` **fail** `len(config) = 2`" in document
    assert "- **confirmed** 4: `main → train` `shop/app.py:37`" in document
    assert "- **refuted** (the line ran and did not enter the callee) 1: `train → notify`" in document
    assert "- **never reached** 1: `train → give_up`" in document
    assert "- taps: 1 hit, 1 not reached; expectations: 1 pass, 1 fail, 1 not reached" in document
    assert "- `out.zip`: `manifest.json` named in the source, not written" in document


def test_the_summary_fits_one_page(evidence: Evidence):
    stages = tuple(replace(sample.TRAIN, symbol=f"shop/app.py::f{n}") for n in range(80))
    long = replace(
        evidence, flows=(replace(evidence.flows[0], chain=stages),), blind_spots=evidence.blind_spots * 90
    )
    assert len(summary_md.render(long).splitlines()) < 70


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("callchain", "run", "--static-only"), "--static-only"),
        (("callchain", "run"), "no command to run was given"),
    ],
)
def test_every_document_says_why_nothing_ran(read_only: Evidence, command: tuple[str, ...], reason: str):
    record = replace(read_only, provenance=replace(read_only.provenance, command=command), absent={})
    assert f"Nothing was run: {'the package was asked for with ' if 'static' in reason else ''}{reason}" in (
        summary_md.render(record)
    )
    assert reason in dynamic_txt.render(record)
    assert reason in render_all(record)["index.html"].decode()


def test_a_false_anchor_is_printed_not_smoothed(evidence: Evidence):
    quality = replace(
        evidence.quality, anchors_false=1, anchors_refuted=("shop/app.py:4: place: the line is blank",)
    )
    record = replace(evidence, quality=quality)
    assert "- false anchor: shop/app.py:4: place: the line is blank" in summary_md.render(record)
    assert "a false anchor in this package: shop/app.py:4" in section(static_md.render(record), 14)


def test_dynamic_txt(evidence: Evidence):
    assert dynamic_txt.render(evidence).splitlines() == [
        "run           train",
        "command       python -m shop.app",
        "engine        hunter (asked for)",
        "versions      implementation CPython, python 3.11.9, shop 1.0",
        "filter        shop",
        "ended         exit code 0",
        "recorded      1 process, 1 thread, 8 edges, 9 calls",
        f"shown         to depth 24, at most 60 different calls below one call; {TIMES}N: called N times",
        "",
        "process main",
        "  thread MainThread",
        "  └─ main  shop/app.py:36",
        "     ├─ train  shop/app.py:9  called at line 37",
        "     │  ├─ audit  shop/app.py:32  called at line 16  via keras",
        "     │  └─ Store.save  shop/store.py:11  called at line 17",
        f"     └─ load  {TIMES}3  shop/store.py:30  called at line 38  raise OSError",
    ]


def chain_of(depth: int, width: int = 1) -> RunRecord:
    node = CallNode("a.py::leaf", "a.py", 1)
    for level in range(depth):
        node = CallNode(f"a.py::f{level}", "a.py", 1, children=(node,) * width if level == 0 else (node,))
    threads = (ThreadTree("MainThread", (node,)),)
    process = ProcessRecord(1, 0, (), "3.11", "hunter", False, threads)
    return RunRecord("r", ("x",), None, "hunter", ended="time budget", processes=(process,), dropped={"events": 7})


def test_a_tree_too_deep_or_too_wide_is_cut_with_a_count():
    deep = dynamic_txt.render_runs((chain_of(40),))
    assert "└─ … 17 calls deeper" in deep
    wide = dynamic_txt.render_runs((chain_of(1, 75),))
    assert "└─ … 15 more different calls, 15 with what is below" in wide


def test_a_tree_deeper_than_the_interpreters_stack_is_rendered():
    assert "calls deeper" in dynamic_txt.render_runs((chain_of(5000),))


def test_a_run_that_ended_early_says_so():
    text = dynamic_txt.render_runs((chain_of(1),))
    assert "ended         time budget, no exit code" in text
    assert "not recorded  7: events" in text
    assert "process main (its recording was not closed)" in text


def test_a_trace_on_its_own_lists_its_taps():
    text = dynamic_txt.render_runs((sample.run(),), sample.taps())
    assert "  tap_config  shop/store.py:12  hits 1" in text
    assert "    fail         len(config) > 20  [len(config) = 2]" in text


def test_tap_points_md(evidence: Evidence):
    document = tap_points_md.render(evidence)
    assert "| Key | Purpose | Owning function | Expected units | Hits | Expectations |" in document
    assert (
        "| `tap_config` | The settings are complete before the snapshot | `shop/store.py::Store.save:12` |"
        in document
    )
    assert "- **Location:** before `snapshot = settings.cfg.copy()` `shop/store.py:12`" in document
    assert "| `config` | `dict` | `{'size': 4, 'scale': 0.5}` |" in document
    assert "Stack: `shop/app.py::main:37`" in document
    assert "| `len(config) > 20` | **fail** | `len(config) = 2` | 1 |" in document
    assert "| 1 `tap_config` | save 3 (sink) | `train → Store.save` `shop/app.py:17`, confirmed |" in document


def test_the_checklist_is_answered_by_facts(evidence: Evidence):
    first, second = re.split(r"^## Tap ", tap_points_md.render(evidence), flags=re.MULTILINE)[1:]
    assert re.findall(r"^- \[(.)\]", first, re.MULTILINE) == ["x"] * 5
    assert re.findall(r"^- \[(.)\]", second, re.MULTILINE) == [" ", " ", " ", "x", " "]


def test_an_item_is_answered_by_the_expectations_that_speak_of_it(evidence: Evidence):
    items = ("the scale is above 0", "more than 20 keys in the config", "looks right")
    tap = replace(evidence.taps[0], checklist=items)
    document = tap_points_md.render(replace(evidence, taps=(tap,)))
    assert "- [x] the scale is above 0: by `config['scale'] > 0` pass" in document
    assert (
        "- [ ] more than 20 keys in the config: by `config['scale'] > 0` pass, `len(config) > 20` fail" in document
    )
    assert "- [ ] looks right: no expectation speaks of it; for a reader to judge" in document


def test_calls_that_were_not_read_are_gathered_by_their_line(evidence: Evidence):
    flow = evidence.flows[0]
    seen = next(edge for edge in flow.edges if edge.callee.endswith("audit"))
    layers = tuple(replace(seen, callee=f"shop/app.py::layer_{n}", via=("keras",), count=2) for n in range(7))
    document = summary_md.render(replace(evidence, flows=(replace(flow, edges=(*flow.edges, *layers)),)))
    assert "- **seen, not read** 10: " in document
    assert "`train` `shop/app.py:16` into 7 functions via keras (`shop/app.py::layer_0`" in document.replace(
        "(`layer_0`", "(`shop/app.py::layer_0`"
    )


def test_an_import_that_entered_nothing_is_no_refutation(evidence: Evidence):
    flow = evidence.flows[0]
    edge = replace(flow.edges[0], verdict="static-only: line ran", via=("imported before",))
    document = summary_md.render(replace(evidence, flows=(replace(flow, edges=(edge,)),)))
    assert "- **refuted** (the line ran and did not enter the callee) 0" in document
    assert "- **import that entered nothing**, the module being there already 1: `main → train`" in document


def test_seen_only_effects_of_one_line_are_one_row(evidence: Evidence):
    seen = next(effect for effect in evidence.effects if effect.verdict == "observed-only")
    many = tuple(replace(seen, target=f"<tmp>/{n}.bin", count=2) for n in range(5))
    document = static_md.render(replace(evidence, effects=many))
    assert (
        "`<tmp>/0.bin, <tmp>/1.bin, <tmp>/2.bin and 2 more` | - | `Store._log` | `shop/store.py:20` |" in document
    )
    assert f"observed-only {TIMES}10" in document


def test_words_that_a_function_logs_are_one_row(evidence: Evidence):
    logged = Effect("logging", "write", "shop/app.py", 26, "shop/app.py::notify", "builtins.print", "'a'")
    others = (replace(logged, line=27, target="'b'"), replace(logged, line=28, target="'c'", verdict="line ran"))
    document = static_md.render(replace(evidence, effects=(logged, *others)))
    assert "| logging write | `'a', 'b'` | `builtins.print` | `notify` | `shop/app.py:26` | not run |" in document
    assert "| logging write | `'c'` | `builtins.print` | `notify` | `shop/app.py:28` | line ran |" in document
    assert "`line ran`: its line ran; this act leaves no event of its own" in document


def test_a_line_that_reads_a_key_twice_is_one_anchor(evidence: Evidence):
    key = evidence.state[0]
    record = replace(evidence, state=(replace(key, accesses=key.accesses * 2),))
    assert "| `shop/store.py:12` | `None`" in section(static_md.render(record), 4)


def test_taps_without_a_run_are_not_called_reached(evidence: Evidence):
    tap = replace(evidence.taps[1], note="")
    document = tap_points_md.render(replace(evidence, runs=(), taps=(tap,)))
    assert "- **Seen:** nothing: nothing was run" in document


def test_what_runs_say_of_a_tap_is_printed_beside_its_hits(evidence: Evidence):
    seen, missed = evidence.taps[0], evidence.taps[1]
    missed = replace(missed, hits=0, note="not reached (compiled): AutoGraph ran a copy of the function")
    met = tuple(replace(found, verdict="pass") for found in seen.expectations)
    seen = replace(seen, hits=40, expectations=met, note="values of 2 of 40 hits were recorded")
    record = replace(evidence, taps=(seen, missed))
    document = tap_points_md.render(record)
    assert "- **Seen:** nothing: not reached (compiled): AutoGraph ran a copy of the function" in document
    assert "- **Seen:** 40 hits, " in document and "(values of 2 of 40 hits were recorded)" in document
    assert "every expectation met (values of 2 of 40 hits were recorded)" in summary_md.render(record)


def test_what_differs_from_run_to_run_is_in_the_environment_alone(evidence: Evidence, tree: SourceTree):
    files = render_all(evidence, (sample.run(),), tree)
    assert set(files) == FILES
    told = json.loads(files["env/trace_env.json"])
    assert told["runs"][0]["processes"][0]["pid"] == 4242
    assert told["runs"][0]["cwd"] == "/machine/path"
    assert told["reading"]["root"] == str(tree.root)
    for name in FILES - {"env/trace_env.json"}:
        for varying in (b"4242", b"/machine/path", str(tree.root).encode()):
            assert varying not in files[name], name


def test_an_environment_that_is_no_json_is_still_written():
    record = replace(sample.run(), environment={"odd": "caf\udce9"}, cwd="caf\udce9")
    assert json.loads(render_env((record,), {}))["runs"][0]["cwd"] == "caf\\udce9"
