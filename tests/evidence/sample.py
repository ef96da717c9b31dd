"""The records that reading and running the shop would give, made by hand.

Line numbers are looked up in the text, so that every anchor is true by construction and a test can make one false.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from callchain.evidence.join import join
from callchain.model.chain import (
    Artefact,
    Assumption,
    Chain,
    Constant,
    Contrast,
    ContrastRow,
    DocumentMention,
    Effect,
    Flow,
    FlowEdge,
    Hook,
    Member,
    Mutation,
    ScaleStep,
    Stage,
    StateAccess,
    StateKey,
)
from callchain.model.graph import BlindSpot, Edge
from callchain.model.package import Evidence, Provenance
from callchain.model.question import Caller, Candidate, EntryPoint, Question, Ranked
from callchain.model.recording import (
    CallNode,
    ObservedEdge,
    ObservedEffect,
    ProcessRecord,
    RunRecord,
    ThreadTree,
)
from callchain.model.symbol import Anchor
from callchain.model.tap import ExpectationResult, Hit, Snapshot, TapResult
from callchain.source.tree import SourceTree
from tests.evidence.shop import APP_PY, PATHS, SETTINGS_PY, STORE_PY, app, line, store

REAL = "/machine/path/out.zip"
COMMAND = "callchain trace -- python -m shop.app"
CFG = f"{SETTINGS_PY}::cfg"
QUESTION = Question(
    text=(
        "How does `train` write the archive (train → `Store.save` → archive) and who loads it? "
        "Contrast with `export`."
    ),
    initiative_id="SHOP-001",
    namespaces=("shop",),
    scope_hints=("archive",),
    contrast="export",
    identifiers=("train", "Store.save", "export"),
    arrows=(("train", "Store.save", "archive"),),
    words=("write", "archive", "loads"),
)


def stage(symbol: str, first: str, last: str, role: str, why: str = "") -> Stage:
    path = symbol.partition("::")[0]
    return Stage(symbol, path, line(path, first), line(path, last), role, why)


def call(caller: str, callee: str, snippet: str, **more: object) -> FlowEdge:
    path = caller.partition("::")[0]
    fields = {"rule": "direct", "confidence": 1.0, "why": "called by name"} | more
    return FlowEdge(caller, callee, path, line(path, snippet), **fields)  # type: ignore[arg-type]  # names are checked by the record


MAIN = stage(app("main"), "def main", 'load("out.zip")', "entry", "asked for")
TRAIN = stage(app("train"), "def train", "return store", "core", "named in the question")
SAVE = stage(store("Store.save"), "def save", 'self._log("saved")', "sink", "writes the archive")
LOAD = stage(store("load"), "def load", "return loaded", "core")
EXPORT = stage(app("export"), "def export", "out.write", "sink")


def flows() -> tuple[Flow, ...]:
    save = Flow(
        "save",
        "train → archive",
        (MAIN, TRAIN, SAVE),
        (
            call(app("main"), app("train"), "train([1, 2]", callee_path=APP_PY, callee_line=TRAIN.line),
            call(app("train"), store("Store.__init__"), 'Store("out.zip")', rule="constructor"),
            call(app("train"), app("give_up"), "        give_up()"),
            call(app("train"), app("notify"), "hook(values)", rule="points-to", confidence=0.5),
            call(app("train"), store("Store.save"), "store.save(", callee_path=STORE_PY, callee_line=SAVE.line),
        ),
    )
    load = Flow("load", "archive → settings", (MAIN, LOAD), (call(app("main"), store("load"), 'load("out.zip")'),))
    contrast = Flow("contrast", "plain export", (EXPORT,), (), role="contrast")
    return save, load, contrast


def graph_edges() -> tuple[Edge, ...]:
    """The whole call graph: the flows' edges and one that lies off them."""
    on_flows = [Edge(e.caller, e.line, e.callee, e.rule, e.confidence) for flow in flows() for e in flow.edges]
    return (
        *on_flows,
        Edge(store("Store.save"), line(STORE_PY, 'self._log("saved")'), store("Store._log"), "self", 1.0),
    )


def access(key: str, kind: str, symbol: str, snippet: str, value: str = "") -> StateAccess:
    path = symbol.partition("::")[0]
    return StateAccess(CFG, key, kind, path, line(path, snippet), symbol, "settings.cfg", value)


def chain() -> Chain:
    copy_line = line(STORE_PY, "settings.cfg.copy()")
    clause = "The archive MUST hold `settings.json`, written by `Store.save`."
    return Chain(
        flows=flows(),
        state=(
            StateKey(
                CFG,
                "scale",
                "None",
                (
                    StateAccess(
                        CFG,
                        "scale",
                        "default",
                        SETTINGS_PY,
                        line(SETTINGS_PY, "cfg = "),
                        f"{SETTINGS_PY}::<module>",
                    ),
                    StateAccess(
                        CFG,
                        "scale",
                        "write",
                        APP_PY,
                        line(APP_PY, 'cfg["scale"]'),
                        app("train"),
                        "settings.cfg",
                        "0.5",
                    ),
                    access("*", "copy", store("Store.save"), "settings.cfg.copy()"),
                ),
                hazard="written after it may have been read",
            ),
        ),
        effects=(
            Effect(
                "archive",
                "write",
                STORE_PY,
                line(STORE_PY, "with zipfile.ZipFile(self.path"),
                store("Store.save"),
                "zipfile.ZipFile",
                "self.path",
                "catalogue",
                sink=True,
            ),
            Effect(
                "file",
                "write",
                APP_PY,
                line(APP_PY, "with open"),
                app("export"),
                "builtins.open",
                "'plain.json'",
                sink=True,
            ),
        ),
        artefacts=(
            Artefact(
                "out.zip",
                "archive",
                writers=(Anchor(STORE_PY, SAVE.line, SAVE.end_line, store("Store.save")),),
                readers=(Anchor(STORE_PY, LOAD.line, LOAD.end_line, store("load")),),
                expected=("items.json", "settings.json", "manifest.json"),
            ),
        ),
        scaling=(
            ScaleStep(
                1, "size", 'value * settings.get("size") / 2.0', APP_PY, line(APP_PY, "return value"), app("scale")
            ),
        ),
        constants=(
            Constant("constant", "_version", '"1.0"', STORE_PY, line(STORE_PY, '"_version"'), store("Store.save")),
        ),
        contrast=Contrast(
            app("train"),
            app("export"),
            (
                ContrastRow(
                    "archive",
                    "writes out.zip",
                    "nothing",
                    "export writes no archive",
                    f"{STORE_PY}:{copy_line}",
                    "",
                ),
            ),
            (Hook("archive writer", "the other side has none", f"{APP_PY}:{EXPORT.line}"),),
        ),
        documents=(DocumentMention("docs/spec.md", 3, clause, (store("Store.save"),), "clause"),),
        ledger="there is no findings ledger",
        blind_spots=(
            BlindSpot(
                APP_PY,
                line(APP_PY, "store.finish()"),
                app("train"),
                "call",
                "no class has `finish`",
                "store.finish()",
                COMMAND,
            ),
        ),
        assumptions=(Assumption("The archive is read by `load` alone.", f"{STORE_PY}:{LOAD.line}"),),
        absent={"Device and dtype": "no function of the chain names a device"},
    )


def run() -> RunRecord:
    """One run of `main`: what a tracer would have left behind."""
    train_line, load_line = line(APP_PY, "train([1, 2]"), line(APP_PY, '    load("out.zip")')
    with_line = line(STORE_PY, "with zipfile.ZipFile(self.path")
    edges = (
        ObservedEdge(app("main"), train_line, app("train")),
        ObservedEdge(app("main"), load_line, store("load")),
        ObservedEdge(app("train"), line(APP_PY, 'Store("out.zip")'), store("Store.__init__")),
        ObservedEdge(app("train"), line(APP_PY, "values = [scale"), app("scale"), 2),
        ObservedEdge(app("train"), line(APP_PY, "        hook(values)"), app("audit")),
        # The interpreter reports the line of the last argument of a call over several lines.
        ObservedEdge(app("train"), line(APP_PY, "        values\n"), store("Store.save")),
        ObservedEdge(app("train"), line(APP_PY, "store.finish()"), store("Store.__getattr__"), 1),
        ObservedEdge(store("Store.save"), line(STORE_PY, 'self._log("saved")'), store("Store._log")),
    )
    ran = (*range(line(APP_PY, "def train") + 1, line(APP_PY, "if not items") + 1), train_line, load_line)
    return RunRecord(
        name="train",
        command=("python", "-m", "shop.app"),
        exit_code=0,
        engine="hunter",
        reason="asked for",
        processes=(_process(train_line, load_line),),
        edges=edges,
        lines={APP_PY: tuple(sorted(ran)), STORE_PY: tuple(range(SAVE.line + 1, SAVE.end_line + 1))},
        effects=(
            ObservedEffect(
                "file",
                "write",
                "<tmp>/out.zip",
                STORE_PY,
                with_line,
                store("Store.save"),
                "open",
                2,
                REAL,
            ),
            ObservedEffect(
                "logging", "write", "stdout", STORE_PY, line(STORE_PY, "print(word)"), store("Store._log")
            ),
        ),
        mutations=(Mutation(CFG, "scale", "None", "0.5", APP_PY, line(APP_PY, 'cfg["scale"]'), app("train")),),
        environment={"target": {"python": "3.11.9", "implementation": "CPython", "packages": {"shop": "1.0"}}},
        cwd=str(PurePosixPath(REAL).parent),
    )


def _process(train_line: int, load_line: int) -> ProcessRecord:
    save_node = CallNode(store("Store.save"), STORE_PY, SAVE.line, line(APP_PY, "store.save("))
    hook_node = CallNode(
        app("audit"), APP_PY, line(APP_PY, "def audit"), line(APP_PY, "        hook(values)"), via=("keras",)
    )
    train_node = CallNode(app("train"), APP_PY, TRAIN.line, train_line, children=(hook_node, save_node))
    load_node = CallNode(store("load"), STORE_PY, LOAD.line, load_line, count=3, outcome="raise OSError")
    root = CallNode(app("main"), APP_PY, MAIN.line, children=(train_node, load_node))
    return ProcessRecord(
        4242, 1, ("python", "-m", "shop.app"), "3.11.9", "hunter", True, (ThreadTree("MainThread", (root,)),)
    )


def taps() -> tuple[TapResult, ...]:
    copy_line = line(STORE_PY, "snapshot = settings.cfg.copy()")
    config = Snapshot("dict", length=2, fields=(("size", Snapshot("int", 4)), ("scale", Snapshot("float", 0.5))))
    hit = Hit(1, 4242, "MainThread", {"config": config}, (f"{app('main')}:{MAIN.line + 1}",), "train")
    return (
        TapResult(
            key="tap_config",
            purpose="The settings are complete before the snapshot",
            symbol=store("Store.save"),
            path=STORE_PY,
            line=copy_line,
            end_line=copy_line,
            where="before",
            code="snapshot = settings.cfg.copy()",
            units="Dict[str, Any]",
            stage="Save entry",
            expected="{'size': 4}",
            hits=1,
            snapshots=(hit,),
            expectations=(
                ExpectationResult("config['scale'] > 0", "pass", "config['scale'] = 0.5", 1),
                ExpectationResult("len(config) > 20", "fail", "len(config) = 2", 1),
            ),
        ),
        TapResult(
            key="tap_export",
            purpose="What export writes",
            symbol=app("export"),
            path=APP_PY,
            line=EXPORT.line,
            end_line=EXPORT.line,
            where="return",
            code="",
            units="",
            stage="",
            expected="",
            hits=0,
            snapshots=(),
            expectations=(ExpectationResult("result is None", "not reached"),),
            note="not reached",
        ),
    )


def artefacts() -> tuple[Artefact, ...]:
    members = (
        Member("items.json", 10),
        Member("settings.json", 40, ("size", "scale", "_version")),
        Member("extra.bin", 3),
    )
    return (Artefact("<tmp>/out.zip", "archive", members=members),)


def provenance() -> Provenance:
    return Provenance(
        "callchain 0.1.0", "0123abcd" * 5, False, ("callchain", "run", "--", "python", "-m", "shop.app"), "shop"
    )


def evidence(
    tree: SourceTree, *, ran: bool = True, chain_read: Chain | None = None, record: RunRecord | None = None
) -> Evidence:
    """The joined record of the sample, with or without the run."""
    return join(
        QUESTION,
        [
            Ranked(app("train"), APP_PY, TRAIN.line, 9.5, ("train",)),
            Ranked(store("Store.save"), STORE_PY, SAVE.line, 9.0),
        ],
        [
            Candidate(
                app("main"),
                APP_PY,
                MAIN.line,
                MAIN.end_line,
                5.0,
                "High",
                ("train",),
                (store("Store.save"),),
                (Caller(app("main"), APP_PY, line(APP_PY, "train([1, 2]"), "script"),),
            )
        ],
        [EntryPoint(app("main"), APP_PY, MAIN.line, "primary", "High", "reaches both ends", "save")],
        chain_read or chain(),
        tree=tree,
        provenance=provenance(),
        graph_edges=graph_edges(),
        runs=(record or run(),) if ran else (),
        taps=taps() if ran else (),
        artefacts=artefacts() if ran else (),
        traced=PATHS,
        files_read=len(tree.files),
    )
