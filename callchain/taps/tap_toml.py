"""Taps written as a tap file, which reads back as the same taps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from callchain.model.tap import TapResult, TapSpec

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def as_toml(
    specs: Sequence[TapSpec], heading: Sequence[str] = (), notes: Mapping[str, Sequence[str]] | None = None
) -> str:
    """The tap file of some taps.

    Args:
        specs: the taps, in order.
        heading: lines of comment at the top.
        notes: key of a tap → lines of comment above its table.
    """
    lines = [_comment(line) for line in heading]
    for spec in specs:
        lines += ["", *(_comment(note) for note in (notes or {}).get(spec.key, ())), *_table(spec)]
    return "\n".join(lines).lstrip("\n") + "\n"


def spec_of(tap: TapResult) -> TapSpec:
    """The tap that a package's result came from."""
    return TapSpec(
        key=tap.key,
        purpose=tap.purpose,
        symbol=tap.symbol,
        where=tap.where,
        code=tap.code,
        capture=tap.capture,
        units=tap.units,
        expect=tuple(result.expression for result in tap.expectations),
        stage=tap.stage,
        expected=tap.expected,
        checklist=tap.checklist,
        occurrence=tap.occurrence,
        compiled=tap.compiled,
    )


def _table(spec: TapSpec) -> Iterator[str]:
    yield "[[tap]]"
    yield f"key = {_text(spec.key)}"
    yield f"purpose = {_text(spec.purpose)}"
    yield f"at = {{ {_place(spec)} }}"
    if spec.compiled:
        yield "compiled = true"
    for name in ("units", "stage", "expected"):
        value = getattr(spec, name)
        if value:
            yield f"{name} = {_text(value)}"
    for name, values in (("expect", spec.expect), ("checklist", spec.checklist)):
        if values:
            yield f"{name} = ["
            yield from (f"  {_text(value)}," for value in values)
            yield "]"
    if spec.capture:
        yield ""
        yield "[tap.capture]"
        yield from (f"{_key(name)} = {_text(expression)}" for name, expression in spec.capture.items())


def _place(spec: TapSpec) -> str:
    moment = f"{spec.where} = {_text(spec.code)}" if spec.code else f"on = {_text(spec.where)}"
    number = f", occurrence = {spec.occurrence}" if spec.occurrence else ""
    return f"symbol = {_text(spec.symbol)}, {moment}{number}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    """A basic string; JSON's escapes are TOML's, but for DEL, which TOML does not take as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(line: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in line)
    return f"# {shown}".rstrip()
