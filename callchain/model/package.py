"""`evidence.json`: the truth of a package, from which everything else is rendered."""

from __future__ import annotations

import msgspec

from callchain.model.chain import (
    Artefact,
    Assumption,
    Constant,
    Contrast,
    DocumentMention,
    Effect,
    Flow,
    Mutation,
    ScaleStep,
    StateKey,
)
from callchain.model.graph import BlindSpot
from callchain.model.question import Candidate, EntryPoint, Question, Ranked
from callchain.model.recording import ObservedEdge, ThreadTree
from callchain.model.tap import TapResult

SCHEMA = "callchain/evidence/1"


class ProcessTree(msgspec.Struct, frozen=True, omit_defaults=True):
    """The call tree of one process, named without its pid so that runs compare equal."""

    name: str
    threads: tuple[ThreadTree, ...]
    clean: bool = True
    role: str = ""
    """What it is among its like: `rank 0 of 2`, `pytest-xdist gw1`, `DataLoader worker 0`."""


class RunSummary(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the package says of one traced command; times and pids stay in the recording."""

    name: str
    command: tuple[str, ...]
    exit_code: int | None
    engine: str
    reason: str
    ended: str
    processes: tuple[ProcessTree, ...] = ()
    edges: tuple[ObservedEdge, ...] = ()
    exceptions: tuple[str, ...] = ()
    dropped: dict[str, int] = {}
    namespaces: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    """The interpreter and the packages of the target's process."""


class Quality(msgspec.Struct, frozen=True, omit_defaults=True):
    """Evidence quality in figures."""

    anchors_checked: int = 0
    anchors_false: int = 0
    edges: dict[str, int] = {}
    """Verdict → number of flow edges."""
    taps: dict[str, int] = {}
    """`hit` and `not reached` → number of taps."""
    expectations: dict[str, int] = {}
    """Verdict → number of expectations."""
    files_read: int = 0
    files_skipped: int = 0
    call_sites_open: int = 0
    """Call sites of the chain's functions that could not be resolved."""
    anchors_refuted: tuple[str, ...] = ()
    """Each false anchor with the reason, `path:line (symbol): why`."""


class Provenance(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the evidence comes from and how to make it again."""

    tool: str
    commit: str
    dirty: bool
    command: tuple[str, ...]
    root: str
    """The root's name, never its absolute path."""
    namespaces: tuple[str, ...] = ()
    files: dict[str, str] = {}
    """Each other file of the package → sha256, but for the recording and the environment."""
    skipped: tuple[BlindSpot, ...] = ()
    forge: str = ""
    """The web address of a line at the commit, with `{path}` and `{line}` left open; empty where none is known."""


class Excerpt(msgspec.Struct, frozen=True, omit_defaults=True):
    """Lines of the source that the evidence speaks of, from `line` on."""

    path: str
    line: int
    lines: tuple[str, ...]


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """The package's record; see `docs/package.md` for the format."""

    schema: str
    initiative_id: str
    question: Question
    ranking: tuple[Ranked, ...]
    candidates: tuple[Candidate, ...]
    entry_points: tuple[EntryPoint, ...]
    flows: tuple[Flow, ...]
    state: tuple[StateKey, ...]
    mutations: tuple[Mutation, ...]
    effects: tuple[Effect, ...]
    artefacts: tuple[Artefact, ...]
    scaling: tuple[ScaleStep, ...]
    constants: tuple[Constant, ...]
    contrast: Contrast | None
    documents: tuple[DocumentMention, ...]
    ledger: str
    taps: tuple[TapResult, ...]
    runs: tuple[RunSummary, ...]
    blind_spots: tuple[BlindSpot, ...]
    assumptions: tuple[Assumption, ...]
    absent: dict[str, str]
    quality: Quality
    provenance: Provenance
    excerpts: tuple[Excerpt, ...] = ()
    """The source around every anchor that is shown, as it was read; bounded, so a far anchor may have none."""
