"""The slice that answers a question: stages, state, effects, artefacts and the contrast."""

from __future__ import annotations

import msgspec

from callchain.model.graph import BlindSpot
from callchain.model.symbol import Anchor


class Stage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A function of a flow in its role."""

    symbol: str
    path: str
    line: int
    end_line: int
    stage: str
    """`entry`, `config`, `core`, `normalisation` or `sink`."""
    why: str = ""
    digest: str = ""


class FlowEdge(msgspec.Struct, frozen=True):
    """A call of a flow with what was read and what ran; written with all its fields, for outside readers."""

    caller: str
    callee: str
    path: str
    line: int
    rule: str = ""
    confidence: float = 0.0
    why: str = ""
    verdict: str = "not run"
    """`confirmed`, `observed-only`, `static-only: not reached`, `static-only: line ran` or `not run`."""
    count: int = 0
    via: tuple[str, ...] = ()
    """Outside packages the call went through, or the mechanism that was seen (`keras`, `__getattr__`)."""
    callee_path: str = ""
    callee_line: int = 0
    passes: str = ""
    """The arguments of the call as written."""
    repeats: bool = False
    """Whether the call stands in a loop of its caller."""


class Flow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer in order, for example `save`, `load` or `contrast`; `chain` is a path, not a bag."""

    name: str
    title: str
    chain: tuple[Stage, ...]
    edges: tuple[FlowEdge, ...] = ()
    role: str = "answer"
    """`answer` or `contrast`."""


class StateAccess(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """One read or write of a piece of global state or configuration, as read in the source."""

    store: str
    """The symbol of the store (`ptycho/params.py::cfg`), `env`, `argparse`, or a config class's symbol."""
    key: str
    """The literal key, or `*` where all keys are meant (`.update(d)`, `.copy()`)."""
    kind: str
    """`default`, `read`, `write`, `update`, `copy`, `pop`, `clear`, `flag` or `field`."""
    path: str
    line: int
    symbol: str
    expression: str = ""
    value: str = ""
    """The source text of the value written or of the default, where there is one."""


class StateKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A key of the state that the chain reads or writes, with all who do, and what a run showed."""

    store: str
    key: str
    default: str = ""
    accesses: tuple[StateAccess, ...] = ()
    observed: tuple[str, ...] = ()
    """Values seen in a run, rendered, in order of first sight."""
    hazard: str = ""


class Mutation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change of watched state in a run: the line that made it, before and after as rendered values."""

    store: str
    key: str
    before: str
    after: str
    path: str
    line: int
    symbol: str
    run: str = ""
    count: int = 1


class Effect(msgspec.Struct, frozen=True, order=True):
    """A side effect on the chain: read in the source, seen in a run, or both."""

    kind: str
    """`file`, `archive`, `pickle`, `hdf5`, `model`, `checkpoint`, `state`, `env`, `network`, `subprocess`,
    `randomness`, `logging`, `tracking` or `json`."""
    action: str
    """`read`, `write`, `delete`, `create`, `seed`, `send` or `start`."""
    path: str
    line: int
    symbol: str
    callee: str = ""
    """The dotted name of what is called."""
    target: str = ""
    """The file, key or address, as a literal or a source expression; from a run, with temporary parts scrubbed."""
    rule: str = ""
    verdict: str = "not run"
    """As of an edge, and `line ran`: its line ran, and an act of this kind leaves no event of its own. Only an act
    that would have left one (a file opened by name, an archive, a process, an address, a variable of the
    environment) is `static-only: line ran`."""
    count: int = 0
    sink: bool = False


class Member(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member of an archive or a file of a directory; `keys` are those of a pickle or a checkpoint."""

    name: str
    size: int = -1
    keys: tuple[str, ...] = ()
    note: str = ""


class Artefact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something the chain leaves behind or takes up, with its writers and readers."""

    name: str
    kind: str
    writers: tuple[Anchor, ...] = ()
    readers: tuple[Anchor, ...] = ()
    members: tuple[Member, ...] = ()
    """What the run really wrote."""
    expected: tuple[str, ...] = ()
    """Names of members read in the source."""
    note: str = ""


class ScaleStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """Arithmetic that scales a value on the chain."""

    order: int
    factor: str
    expression: str
    path: str
    line: int
    symbol: str


class Constant(msgspec.Struct, frozen=True, omit_defaults=True):
    """A constant, unit or device/dtype choice on the chain; `kind` is `constant`, `unit`, `device` or `dtype`."""

    kind: str
    name: str
    value: str
    path: str
    line: int
    symbol: str


class ContrastRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What flow A has and flow B lacks in one aspect, from facts alone."""

    aspect: str
    a: str
    b: str
    gap: str
    a_anchor: str = ""
    b_anchor: str = ""


class Hook(msgspec.Struct, frozen=True, omit_defaults=True):
    """A minimum hook the other side needs, derived from a row of the contrast."""

    name: str
    why: str
    anchor: str


class Contrast(msgspec.Struct, frozen=True, omit_defaults=True):
    """Two flows side by side."""

    a: str
    b: str
    rows: tuple[ContrastRow, ...] = ()
    hooks: tuple[Hook, ...] = ()


class DocumentMention(msgspec.Struct, frozen=True, omit_defaults=True):
    """A passage of a document that speaks of the chain."""

    path: str
    line: int
    text: str
    mentions: tuple[str, ...]
    kind: str = "mention"
    """`clause` (MUST/SHALL/SHOULD), `mention` or `finding`."""
    section: str = ""
    verdict: str = ""
    """Of a clause: `met`, `not met` or `not seen`, by what the runs wrote."""
    rests_on: tuple[str, ...] = ()
    """What was seen of the things that a clause names, with anchors."""
    outdated: tuple[str, ...] = ()
    """Citations of lines in the passage that do not hold any more, each with what is there instead."""


class Assumption(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something the answer rests on that was not proved, with the anchor that suggests it."""

    text: str
    anchor: str = ""


class Chain(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that was read for one question; verdicts and observations are joined in later."""

    flows: tuple[Flow, ...]
    state: tuple[StateKey, ...] = ()
    effects: tuple[Effect, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    scaling: tuple[ScaleStep, ...] = ()
    constants: tuple[Constant, ...] = ()
    contrast: Contrast | None = None
    documents: tuple[DocumentMention, ...] = ()
    ledger: str = ""
    """What the findings ledger says of the chain, or that there is none."""
    blind_spots: tuple[BlindSpot, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    absent: dict[str, str] = {}
    """Section title → why it could not be filled."""
