"""What a user asks for, checked before any work starts."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from callchain.model.errors import CallchainError
from callchain.probe.redact import HOUSE, Rules
from callchain.trace.request import DEFAULTS, Limits

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class RunSpec:
    """A named command to trace; the name is what reports call the run."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class AskRequest:
    """A question with all its parameters.

    `shown_command` is printed in the package as the command that makes it again; it holds no machine paths.
    `workdir` is where the runs start; the root is never written to.
    """

    question: str
    root: Path
    namespaces: tuple[str, ...] = ()
    initiative_id: str = ""
    scope_hints: tuple[str, ...] = ()
    roi_hint: str = ""
    contrast: str = ""
    taps: Path | None = None
    ledger: str = ""
    runs: tuple[RunSpec, ...] = ()
    workdir: Path = field(default_factory=Path.cwd)
    time_budget_s: float = 1800.0
    static_only: bool = False
    run_id: str = ""
    out: Path | None = None
    engine: str = "auto"
    limits: Limits = DEFAULTS
    redact: Rules = HOUSE
    stdin: bool = False
    """Whether the runs read the standard input of this process; else they find it empty."""
    shown_command: tuple[str, ...] = ("callchain", "run")
    breadth: int = 0
    """About how many functions a flow shows; 0 for the usual dozen."""
    depth: int = 0
    """How many calls a branch may go away from a flow's main way; 0 for the usual three."""
    roi_auto: bool = False
    """Whether the run is to be the cheapest test that reaches a sink of the answer; then `runs` is empty."""
    replace: bool = False
    """Whether a complete package in the same place gives way, once the new one is complete."""


def initiative_of(request: AskRequest) -> str:
    """The initiative's id as a folder name: given, or made from the question's first words."""
    if request.initiative_id:
        return _UNSAFE.sub("-", request.initiative_id).strip("-.") or "initiative"
    words = _UNSAFE.sub(" ", request.question.lower()).split()[:6]
    return "-".join(words) or "question"


def package_folder(request: AskRequest, now: datetime | None = None) -> Path:
    """Where the package goes: `--out`, or `reports/<initiative>/<run id>` below the working folder."""
    if request.out is not None:
        return request.out.absolute()
    stamp = request.run_id or (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H%M%SZ")
    if _UNSAFE.search(stamp) or stamp in {".", ".."}:
        raise CallchainError(
            f"run id {stamp!r} is not a plain folder name", hint="use letters, digits, '.', '_' and '-'"
        )
    return Path.cwd() / "reports" / initiative_of(request) / stamp


def named_runs(command: Sequence[str], named: Sequence[str]) -> tuple[RunSpec, ...]:
    """The runs of one call: each `NAME=COMMAND` (split as a shell would), then the words after `--`.

    Raises:
        CallchainError: a named run without a name or a command, or two runs of one name.
    """
    runs: list[RunSpec] = []
    for text in named:
        name, equals, words = text.partition("=")
        if not equals or not name.strip() or not words.strip():
            raise CallchainError(
                f"--run {text!r} is not NAME=COMMAND", hint="for example --run 'train=python train.py'"
            )
        try:
            runs.append(RunSpec(_UNSAFE.sub("-", name.strip()), tuple(shlex.split(words))))
        except ValueError as error:
            raise CallchainError(f"--run {name}: {error}", hint="check the quotes of the command") from None
    if command:
        runs.append(RunSpec("run", tuple(command)))
    doubled = sorted({run.name for run in runs if [other.name for other in runs].count(run.name) > 1})
    if doubled:
        raise CallchainError(f"two runs are called {doubled[0]!r}", hint="give each --run its own name")
    return tuple(runs)
