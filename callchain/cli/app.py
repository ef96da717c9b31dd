"""The `callchain` command: each subcommand lives in a file of its own."""

from __future__ import annotations

import sys

import typer

from callchain._version import __version__
from callchain.cli.demo_command import demo
from callchain.cli.diff_command import diff
from callchain.cli.graph_command import graph
from callchain.cli.index_command import index
from callchain.cli.mcp_command import mcp
from callchain.cli.review_command import review
from callchain.cli.run_command import run
from callchain.cli.taps_command import taps
from callchain.cli.terminal import crashed, fail
from callchain.cli.trace_group import trace
from callchain.cli.view_command import view
from callchain.model.errors import USAGE, CallchainError

app = typer.Typer(
    name="callchain",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Ask a question of a Python code base and get evidence: a call chain in which every line can be proved.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"callchain {__version__}")
        raise typer.Exit


@app.callback()
def callchain(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Hold the options that come before a subcommand."""


# Typer carries its own click or uses the installed one, by version; the base of its own error fits both.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]

app.command()(run)
app.command()(graph)
app.command()(index)
app.command()(review)
app.command()(diff)
app.command()(view)
app.command()(mcp)
app.command()(demo)
app.add_typer(trace, name="trace")
app.add_typer(taps, name="taps")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status; a user never sees a traceback for bad input."""
    try:
        status = app(args=arguments, standalone_mode=False)
    except CallchainError as error:
        status = fail(error)
    except _UsageError as error:
        status = _misused(error)
    except typer.Abort:
        status = fail(CallchainError("interrupted", exit_code=130))
    except BrokenPipeError:
        # The reader of stdout went away (`| head`); there is nobody left to tell.
        sys.stderr.close()
        status = 0
    except Exception as error:
        status = fail(crashed(error))
    sys.exit(status if isinstance(status, int) else 0)


def _misused(error: Exception) -> int:
    """A command line that means nothing: the help where no command was named, else one line."""
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error, file=sys.stderr)
        return USAGE
    told = getattr(error, "format_message", error.__str__)()
    return fail(CallchainError(told.rstrip("."), hint="see --help"))
