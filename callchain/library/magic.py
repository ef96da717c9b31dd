"""`%%callchain`: a notebook cell, recorded; load it with `%load_ext callchain`."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from callchain.library.tracing import trace
from callchain.model.errors import CallchainError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class _Words(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CallchainError(f"%%callchain: {message}", hint="--root, --namespace, --taps, --engine, --into")


def _parser() -> argparse.ArgumentParser:
    parser = _Words(prog="%%callchain", add_help=False)
    parser.add_argument("--root", default=".")
    parser.add_argument("--namespace", action="append", default=[])
    parser.add_argument("--taps")
    parser.add_argument("--engine", default="")
    parser.add_argument("--into", default="", help="the name that the trace gets")
    return parser


def register(shell: InteractiveShell) -> None:
    """Make the cell magic known to a shell."""
    run_cell: Callable[[str], object] = shell.run_cell

    def callchain(line: str, cell: str) -> None:
        """Record the cell's calls below --root and show their tree; --into NAME keeps the trace."""
        from IPython.core.error import UsageError

        try:
            words = _parser().parse_args(shlex.split(line))
            recording = trace(words.root, namespaces=words.namespace, taps=words.taps, engine=words.engine)
            with recording:
                run_cell(cell)
        except (CallchainError, ValueError, argparse.ArgumentError) as error:
            raise UsageError(str(error)) from None
        if words.into:
            shell.user_ns[words.into] = recording
        publish: Callable[..., None] = shell.display_pub.publish
        publish({"text/plain": str(recording), "text/html": recording._repr_html_()})

    register_function: Callable[..., None] = shell.register_magic_function
    register_function(callchain, "cell", "callchain")
