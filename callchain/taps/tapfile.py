"""Reading a tap file: TOML, every table checked, every complaint one line that says what to do."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

from callchain.model.errors import CallchainError
from callchain.model.tap import TapSpec
from callchain.taps.capture import compile_expression
from callchain.taps.expect import check_expectation

_Text = Annotated[StrictStr, Field(min_length=1)]
_EVENTS = ("entry", "return", "raise")


class _Place(BaseModel):
    model_config = ConfigDict(extra="forbid")
    symbol: _Text
    before: _Text | None = None
    after: _Text | None = None
    on: _Text | None = None
    occurrence: Annotated[StrictInt, Field(ge=1)] | None = None


class _Tap(BaseModel):
    model_config = ConfigDict(extra="forbid")
    key: Annotated[StrictStr, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
    purpose: _Text
    at: _Place
    capture: dict[StrictStr, StrictStr] = {}
    units: StrictStr = ""
    expect: list[StrictStr] = []
    stage: StrictStr = ""
    expected: StrictStr = ""
    checklist: list[StrictStr] = []
    compiled: StrictBool = False


def load(path: Path) -> tuple[TapSpec, ...]:
    """The taps of a file, in its order.

    Taps are `[[tap]]` tables with a `key`, or `[tap.<key>]` tables.

    Raises:
        CallchainError: the file cannot be read or is no TOML; a table has an unknown, missing, doubled or mistyped
            key; an expression is outside its language.
    """
    tables = _tables(_read(path), path.name)
    specs = tuple(_spec(table, number, path.name) for number, table in enumerate(tables, 1))
    seen: set[str] = set()
    for spec in specs:
        if spec.key in seen:
            raise CallchainError(f"two taps have the key {spec.key!r}", hint="rename one", where=path.name)
        seen.add(spec.key)
    return specs


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise CallchainError(f"no such tap file: {path}") from error
    except OSError as error:
        raise CallchainError(f"the tap file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CallchainError(
            f"line {line} is not UTF-8", hint="save the file as UTF-8", where=path.name
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise CallchainError(f"it is not TOML: {error}", where=path.name) from error


def _tables(document: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """The tap tables, those of the second form with their name as `key`."""
    for name in document:
        if name != "tap":
            raise CallchainError(
                f"unknown table or key {name!r}", hint="a tap file holds `[[tap]]` tables", where=where
            )
    taps = document.get("tap")
    if isinstance(taps, dict):
        taps = [{"key": name, **table} if isinstance(table, dict) else table for name, table in taps.items()]
    if not isinstance(taps, list) or not taps or not all(isinstance(table, dict) for table in taps):
        raise CallchainError("it holds no taps", hint="write one `[[tap]]` table for each", where=where)
    return taps


def _spec(table: dict[str, Any], number: int, where: str) -> TapSpec:
    name = table.get("key")
    where = f"{where}: tap {name!r}" if isinstance(name, str) and name else f"{where}: tap {number}"
    try:
        tap = _Tap.model_validate(table)
    except ValidationError as error:
        raise _complaint(error, where) from error
    event, code = _when(tap.at, where)
    if "::" not in tap.at.symbol:
        raise CallchainError(
            f"`at.symbol` is {tap.at.symbol!r}", hint="write it as path/to/file.py::Class.method", where=where
        )
    _check_capture(tap.capture, where)
    _check_expectations(tap.expect, tap.capture, where)
    return TapSpec(
        key=tap.key,
        purpose=tap.purpose,
        symbol=tap.at.symbol,
        where=event,
        code=code,
        capture=tap.capture,
        units=tap.units,
        expect=tuple(tap.expect),
        stage=tap.stage,
        expected=tap.expected.strip(),
        checklist=tuple(tap.checklist),
        occurrence=tap.at.occurrence or 0,
        compiled=tap.compiled,
    )


def _when(place: _Place, where: str) -> tuple[str, str]:
    """The moment of a tap and the code it waits for."""
    given = [(name, value) for name in ("before", "after", "on") if (value := getattr(place, name)) is not None]
    if len(given) != 1:
        names = " and ".join(f"`{name}`" for name, _ in given) or "none of them"
        hint = 'give one of `before = "code"`, `after = "code"`, `on = "entry|return|raise"`'
        raise CallchainError(f"`at` has {names}", hint=hint, where=where)
    name, value = given[0]
    if name != "on":
        return name, value
    if value not in _EVENTS:
        raise CallchainError(f"`at.on` is {value!r}", hint=f"it may be {', '.join(_EVENTS)}", where=where)
    return value, ""


def _check_capture(capture: dict[str, str], where: str) -> None:
    for name, expression in capture.items():
        if not name.isidentifier():
            raise CallchainError(f"the capture name {name!r} is no identifier", hint="rename it", where=where)
        try:
            compile_expression(expression)
        except CallchainError as error:
            raise CallchainError(error.what, hint=error.hint, where=f"{where}: capture {name!r}") from error


def _check_expectations(expectations: list[str], capture: dict[str, str], where: str) -> None:
    for expression in expectations:
        try:
            names = check_expectation(expression)
        except CallchainError as error:
            raise CallchainError(error.what, hint=error.hint, where=where) from error
        for name in sorted(names - set(capture)):
            near = difflib.get_close_matches(name, capture, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"captured: {', '.join(capture) or 'nothing'}"
            raise CallchainError(
                f"`{expression}` speaks of {name!r}, which is not captured", hint=hint, where=where
            )


def _complaint(error: ValidationError, where: str) -> CallchainError:
    """The first thing that is wrong with a table, with the keys that are known there."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    more = f"; and {error.error_count() - 1} more" if error.error_count() > 1 else ""
    model = _Place if first["loc"][0] == "at" and len(first["loc"]) > 1 else _Tap
    known = list(model.model_fields)
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(first["loc"][-1]), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        return CallchainError(f"unknown key {place!r}{more}", hint=hint, where=where)
    if first["type"] == "missing":
        return CallchainError(f"the key {place!r} is missing{more}", hint=_NEEDED.get(place, ""), where=where)
    if first["type"] == "string_pattern_mismatch":
        hint = "letters, digits, `_`, `-` and `.`, a letter first"
        return CallchainError(f"the key {first['input']!r} is not usable as a name{more}", hint=hint, where=where)
    got = type(first["input"]).__name__
    return CallchainError(f"{place!r} is wrong: {first['msg'].lower()}, got {got}{more}", where=where)


_NEEDED = {
    "key": "a name that is unique in the file",
    "purpose": "say in a sentence what the look is for",
    "at": 'at = { symbol = "path.py::function", before = "statement" }',
    "at.symbol": 'symbol = "path/to/file.py::Class.method"',
}
