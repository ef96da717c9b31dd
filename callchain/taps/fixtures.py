"""A pytest module of a tap file: for each tap a fixture, and tests of being reached and of what is expected."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from callchain.model.errors import CallchainError
from callchain.model.symbol import split
from callchain.model.tap import TapSpec

_WIDTH = 110


@dataclass(frozen=True)
class Driver:
    """What makes the taps fire: a function `module:name` in the test's process, or a command that is recorded."""

    function: str = ""
    command: tuple[str, ...] = ()


def render_module(specs: Sequence[TapSpec], driver: Driver, *, taps: Path, root: Path, place: Path) -> str:
    """The text of the module.

    Args:
        specs: the taps of the file.
        driver: exactly one of its two forms.
        taps: the tap file.
        root: the root of the code under study.
        place: the folder that the module will lie in; the module names the two relative to it.

    Raises:
        CallchainError: there is no driver, there are two, or the function is not written `module:name`.
    """
    if bool(driver.function) == bool(driver.command):
        raise CallchainError(
            "nothing makes the taps fire" if not driver.function else "there are two drivers",
            hint="give --driver module:function, or a command after `--`",
        )
    lines = [*_head(taps, root, place), *(_command(driver) if driver.command else _function(driver))]
    names: set[str] = set()
    for spec in specs:
        lines += _tap(spec, _name(spec.key, names))
    return "\n".join(lines) + "\n"


def _head(taps: Path, root: Path, place: Path) -> Iterator[str]:
    yield f'"""Tests of the taps in {_plain(taps.name)}, made by `callchain taps fixtures`; they may be edited."""'
    yield from ("", "from pathlib import Path", "", "import pytest", "")
    yield "HERE = Path(__file__).resolve().parent"
    yield f"TAPS = HERE / {_relative(taps, place)!r}"
    yield f"ROOT = HERE / {_relative(root, place)!r}"


def _relative(path: Path, place: Path) -> str:
    return Path(os.path.relpath(path.resolve(), place)).as_posix()


def _command(driver: Driver) -> Iterator[str]:
    yield from ("", "", '@pytest.fixture(scope="module")', "def recorded(tap_run):")
    yield '    """What the taps saw in one real run, recorded from outside."""'
    yield f"    return tap_run(TAPS, {list(driver.command)!r}, root=ROOT)"


def _function(driver: Driver) -> Iterator[str]:
    module, colon, name = driver.function.partition(":")
    if not colon or not name.isidentifier() or not all(part.isidentifier() for part in module.split(".")):
        raise CallchainError(f"{driver.function!r} is no driver", hint="write it as package.module:function")
    yield from ("", "", "@pytest.fixture", "def recorded(tap, tmp_path, monkeypatch):")
    yield f'    """What the taps see while {module}.{name} runs in this process."""'
    yield "    monkeypatch.syspath_prepend(ROOT)"
    yield f"    from {module} import {name}"
    yield from ("", "    seen = tap.file(TAPS, root=ROOT)", f"    {name}(tmp_path)", "    return seen")


def _tap(spec: TapSpec, name: str) -> Iterator[str]:
    moment = f"{spec.where} `{spec.code.splitlines()[0]}`" if spec.code else f"on {spec.where}"
    path, qualname = split(spec.symbol)
    told = f"{spec.purpose.rstrip('.')}: {moment} in {qualname} ({path})."
    units = f" Units: {spec.units}." if spec.units else ""
    yield from ("", "", "@pytest.fixture", f"def {name}(recorded):")
    yield f'    """{_plain(told + units)}"""'
    yield f"    return recorded[{spec.key!r}]"
    yield from ("", "", f"def test_{name}_is_reached({name}):", f"    {name}.check_reached()")
    if spec.expect:
        yield from ("", "", "@pytest.mark.parametrize(", '    "expectation",', "    [")
        yield from (f"        {expectation!r}," for expectation in spec.expect)
        yield from ("    ],", ")", f"def test_{name}({name}, expectation):", f"    {name}.check(expectation)")


def _name(key: str, taken: set[str]) -> str:
    name = re.sub(r"\W", "_", key)
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _plain(text: str) -> str:
    """Text that can stand in a docstring."""
    shown = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    shown = shown if len(shown) <= _WIDTH else f"{shown[:_WIDTH]}\u2026"
    return f"{shown} " if shown.endswith('"') else shown
