"""`callchain diff`: two packages compared."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from callchain.evidence.package import load
from callchain.model.errors import CallchainError
from callchain.review.compare import compare
from callchain.review.difference import as_json as json_form
from callchain.review.difference import as_markdown
from callchain.review.tolerance import Tolerance


def diff(
    first: Annotated[Path, typer.Argument(help="A package.")],
    second: Annotated[Path, typer.Argument(help="The package to hold against it.")],
    absolute: Annotated[float, typer.Option("--atol", min=0.0, help="Numbers may differ by this much.")] = 0.0,
    relative: Annotated[
        float, typer.Option("--rtol", min=0.0, help="Numbers may differ by this part of the larger one.")
    ] = 1e-9,
    tap_map: Annotated[
        Path | None, typer.Option(help='A TOML file of lines `key = "key"`: taps of the first and of the second.')
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
) -> int:
    """Compare two packages and name the first divergence; exit 1 when they differ."""
    comparison = compare(
        load(first),
        load(second),
        names=(first.as_posix(), second.as_posix()),
        tolerance=Tolerance(absolute, relative),
        mapping=_mapping(tap_map),
    )
    data = json_form(comparison) if as_json else as_markdown(comparison).encode("utf-8", "backslashreplace")
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
    return 0 if comparison.same else 1


def _mapping(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CallchainError(f"cannot be read: {error.strerror}", where=str(file)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CallchainError(f"is no TOML: {error}", where=str(file)) from None
    if not all(isinstance(value, str) for value in found.values()):
        raise CallchainError("a tap is mapped to something else than a key", where=str(file), hint='write a = "b"')
    return found
