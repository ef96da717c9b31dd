"""`callchain trace -- COMMAND` beside `callchain trace export` and `callchain trace query`."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from callchain.cli.trace_command import trace as run
from callchain.cli.trace_export_command import ask, export

_HELP = {"-h", "--help"}


class _RunByDefault(TyperGroup):
    """Words that name no subcommand are those of a run: options, `--` and the command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the subcommand in where it was left out."""
        if args and args[0] not in self.commands and args[0] not in _HELP:
            args = ["run", *args]
        return super().parse_args(ctx, args)


trace = typer.Typer(
    cls=_RunByDefault,
    no_args_is_help=True,
    help="Trace a command, or export or query what was recorded; without a subcommand, `run` is meant.",
)
trace.command("run")(run)
trace.command("export")(export)
trace.command("query")(ask)
