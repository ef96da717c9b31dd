"""The `callchain` command: each subcommand lives in a file of its own."""

from __future__ import annotations

import sys

import click
import typer

from callchain._version import __version__
from callchain.cli.demo_command import demo
from callchain.cli.graph_command import graph
from callchain.cli.run_command import run
from callchain.cli.taps_command import taps
from callchain.cli.terminal import fail
from callchain.cli.trace_command import trace
from callchain.model.errors import CallchainError

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


app.command()(run)
app.command()(graph)
app.command()(trace)
app.command()(demo)
app.add_typer(taps, name="taps")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status; a user never sees a traceback for bad input."""
    try:
        status = app(args=arguments, standalone_mode=False)
    except CallchainError as error:
        status = fail(error)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        status = error.exit_code
    except click.ClickException as error:
        status = fail(CallchainError(error.format_message(), hint="see --help", exit_code=error.exit_code))
    except click.exceptions.Abort:
        status = fail(CallchainError("interrupted", exit_code=130))
    except BrokenPipeError:
        # The reader of stdout went away (`| head`); there is nobody left to tell.
        sys.stderr.close()
        status = 0
    sys.exit(status if isinstance(status, int) else 0)
