"""`callchain taps`: what a tap file means in the code as it stands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from callchain.source.tree import read_tree
from callchain.taps.check import check_file

taps = typer.Typer(no_args_is_help=True, help="Check tap files against the source.")


@taps.callback()
def taps_group() -> None:
    """Hold the subcommands together even while there is one."""


@taps.command()
def check(
    file: Annotated[Path, typer.Argument(help="The tap file.")],
    root: Annotated[Path, typer.Option(help="The code base the taps are in.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> int:
    """Find each tap in the source; exit 2 when one matches nothing or two places."""
    findings = check_file(file, read_tree(root))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(findings) + b"\n")
        sys.stdout.flush()
    else:
        for finding in findings:
            print(finding)
    return 0 if all(finding.found for finding in findings) else 2
