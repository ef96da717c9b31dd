"""`callchain taps`: planning tap files, holding them against the code, making tests and statements of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from callchain.ask.plan_taps import plan_for
from callchain.ask.request import AskRequest
from callchain.ask.settings import load_settings
from callchain.cli.terminal import note, progress
from callchain.evidence.package import load as load_package
from callchain.model.errors import CallchainError
from callchain.source.tree import read_tree
from callchain.taps.check import check_file, with_drift
from callchain.taps.fixtures import Driver, render_module
from callchain.taps.locate import locate_all
from callchain.taps.tapfile import load
from callchain.taps.written import Written, take_out, write_taps

taps = typer.Typer(no_args_is_help=True, help="Plan taps, check them against the source, make tests of them.")

Root = Annotated[Path, typer.Option(help="The code base the taps are in.")]
TapFile = Annotated[Path, typer.Argument(help="The tap file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@taps.command()
def plan(
    question: Annotated[
        str, typer.Option("--question", "-q", help="The question, in words and names of the code.")
    ],
    root: Root = Path(),
    namespace: Annotated[
        list[str] | None, typer.Option(help="A package or path prefix that is the subject; repeatable.")
    ] = None,
    scope_hint: Annotated[list[str] | None, typer.Option(help="A word the question is about; repeatable.")] = None,
    contrast: Annotated[str, typer.Option(help="The symbol or module that the answer is contrasted with.")] = "",
    earlier: Annotated[
        list[Path] | None,
        typer.Option("--from", help="A package whose recorded values become proposals; repeatable."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the tap file there instead of printing it.")] = None,
    as_json: AsJson = False,
) -> int:
    """Propose five to seven taps for a question; what is expected of them is marked as proposed."""
    settings = load_settings(root)
    request = AskRequest(
        question=question,
        root=root,
        namespaces=tuple(namespace or settings.namespaces),
        scope_hints=tuple(scope_hint or settings.scope_hints),
        contrast=contrast or settings.contrast,
        ledger=settings.ledger,
    )
    packages = [load_package(folder) for folder in earlier or ()]
    with progress() as phase:
        planned = plan_for(request, packages, phase)
    data = msgspec.json.encode([each.spec for each in planned.taps]) + b"\n" if as_json else planned.toml.encode()
    if out is not None:
        _write_new(out, planned.toml)
        note(f"{len(planned.taps)} taps written to {out}")
    if out is None or as_json:
        _print(data)
    return 0


@taps.command()
def check(
    file: TapFile,
    root: Root = Path(),
    package: Annotated[
        Path | None, typer.Option(help="An earlier package: say which taps have moved since.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Find each tap in the source; exit 2 when one matches nothing or two places."""
    findings = check_file(file, read_tree(root))
    if package is not None:
        findings = with_drift(findings, load_package(package).taps)
    _print(msgspec.json.encode(findings) + b"\n" if as_json else _lines(findings))
    return 0 if all(finding.found for finding in findings) else 2


@taps.command()
def fixtures(
    file: TapFile,
    command: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND", help="A run to record, after `--`.")
    ] = None,
    root: Root = Path(),
    driver: Annotated[
        str, typer.Option(help="module:function that drives the code inside the test, called with a folder.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Write the module there instead of printing it.")] = None,
) -> int:
    """Write a pytest module: a fixture and tests for each tap, which fail with value, line and expectation."""
    specs = load(file)
    locate_all(specs, read_tree(root))
    place = (out or Path("test_taps.py")).resolve().parent
    text = render_module(specs, Driver(driver, tuple(command or ())), taps=file, root=root, place=place)
    if out is None:
        _print(text.encode())
    else:
        _write_new(out, text)
        note(f"tests of {len(specs)} taps written to {out}")
    return 0


@taps.command()
def apply(
    file: TapFile,
    root: Root = Path(),
    dirty: Annotated[
        bool, typer.Option("--dirty", help="Write into files that have changes which are not committed, too.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Write each tap into the source as a temporary logging statement; `remove` takes it out again."""
    tree = read_tree(root)
    return _told(write_taps(locate_all(load(file), tree), tree, dirty_too=dirty), as_json=as_json)


@taps.command()
def remove(
    file: Annotated[Path | None, typer.Argument(help="Only the taps of this tap file.")] = None,
    root: Root = Path(),
    as_json: AsJson = False,
) -> int:
    """Take the temporary logging statements out of the source, byte for byte."""
    keys = {spec.key for spec in load(file)} if file is not None else set()
    return _told(take_out(read_tree(root), keys), as_json=as_json)


def _told(written: tuple[Written, ...], *, as_json: bool) -> int:
    _print(msgspec.json.encode(written) + b"\n" if as_json else _lines(written))
    return 0


def _lines(rows: Iterable[object]) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode("utf-8", "backslashreplace")


def _print(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet."""
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise CallchainError(f"{file} is there already", hint="choose another --out, or remove it") from None
    except OSError as error:
        raise CallchainError(f"cannot be written: {error.strerror}", where=str(file)) from None
