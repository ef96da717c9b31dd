"""Taps: planned looks at values, what one hit captured, and how expectations fared."""

from __future__ import annotations

from typing import Any

import msgspec


class TapSpec(msgspec.Struct, frozen=True, omit_defaults=True):
    """One table of a tap file, as written by its author."""

    key: str
    purpose: str
    symbol: str
    where: str
    """`before`, `after`, `entry`, `return` or `raise`."""
    code: str = ""
    """The statement meant by `before`/`after`, as code; its first line is enough."""
    capture: dict[str, str] = {}
    units: str = ""
    expect: tuple[str, ...] = ()
    stage: str = ""
    expected: str = ""
    """What the author expects to see, in words or as a literal; shown, never evaluated."""
    checklist: tuple[str, ...] = ()
    occurrence: int = 0
    """Which of several equal places is meant, from 1 in source order; 0 where there is one."""
    compiled: bool = False
    """Whether compiled code (a TensorFlow graph, torch.compile) is changed so that each of its steps is told."""


class LocatedTap(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tap found in the source, ready for the probe.

    A `before` tap fires when `line` is about to run; an `after` tap when the statement `line..end_line` of the
    same frame has completed. For `entry`, `return` and `raise` the line is that of the `def`.
    """

    spec: TapSpec
    path: str
    line: int
    end_line: int
    definition_line: int
    programs: dict[str, Any]
    """Capture name → compiled capture program (see `callchain.taps.capture`)."""
    digest: str = ""


class Snapshot(msgspec.Struct, frozen=True, omit_defaults=True):
    """A bounded picture of one value, made without running user code.

    `value` holds scalars and strings; `items` the elements of a list, tuple or set; `fields` the pairs of a dict
    or the attributes of an object, keys rendered as text; array facts hold shape, dtype, device and statistics.
    """

    type: str
    value: bool | int | float | str | None = None
    length: int | None = None
    items: tuple[Snapshot, ...] | None = None
    fields: tuple[tuple[str, Snapshot], ...] | None = None
    array: dict[str, Any] | None = None
    omitted: str = ""
    """What was left out and why: `depth`, `width`, `chars`, `time`, `order`, `redacted`, `user object` …"""
    error: str = ""


class Hit(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one hit of a tap captured; `stack` lists `symbol:line` from the outermost namespace frame inwards."""

    sequence: int
    process: int
    thread: str
    values: dict[str, Snapshot]
    stack: tuple[str, ...] = ()
    run: str = ""


class ExpectationResult(msgspec.Struct, frozen=True):
    """An expectation's verdict over all hits: `pass`, `fail`, `not reached` or `error`.

    `value` renders the captured names it mentions, from the first failing hit or else the first hit.
    """

    expression: str
    verdict: str
    value: str = ""
    hit: int = 0


class TapResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tap with all that a run showed."""

    key: str
    purpose: str
    symbol: str
    path: str
    line: int
    end_line: int
    where: str
    code: str
    units: str
    stage: str
    expected: str
    hits: int
    snapshots: tuple[Hit, ...]
    expectations: tuple[ExpectationResult, ...]
    note: str = ""
    checklist: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    """Edges of the flows that enter the tap's function, as `caller:line → callee`."""
    capture: dict[str, str] = {}
    """What was captured: name and expression, as its author wrote them."""
    occurrence: int = 0
    compiled: bool = False
