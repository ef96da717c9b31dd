"""`callchain review`: claims of documents and packages, proved or refuted."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from callchain.ask.read import read_codebase
from callchain.ask.rerun import rerun
from callchain.ask.settings import load_settings
from callchain.cli.progress import Say
from callchain.cli.terminal import note, progress
from callchain.evidence.package import load
from callchain.model.errors import FALSE_CLAIM, CallchainError
from callchain.review import baseline, forms
from callchain.review.claim import REFUTED, Claim, Finding, Review
from callchain.review.decision import decide, earlier_decision, write_decision
from callchain.review.documents import STDIN, gather
from callchain.review.fix import fix as fix_moved
from callchain.review.gate import as_text
from callchain.review.gate import gate as check_package
from callchain.review.own_root import root_of
from callchain.review.package_proof import Package, is_package
from callchain.review.prove_edge import Calls
from callchain.review.repeated import as_check
from callchain.review.review import review as review_inputs
from callchain.review.since import newer_than
from callchain.review.subject import make_subject
from callchain.review.tolerance import Tolerance


class ReviewFormat(StrEnum):
    """The forms a review can be printed in."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


def review(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Markdown files, folders of them, packages; `-` reads stdin.")
    ] = None,
    root: Annotated[Path, typer.Option(help="The code base that is cited; only read, never run.")] = Path(),
    docstrings: Annotated[
        bool, typer.Option("--docstrings", help="Review the code base's docstrings too.")
    ] = False,
    form: Annotated[ReviewFormat, typer.Option("--format", help="How to print it.")] = ReviewFormat.text,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    package: Annotated[
        Path | None, typer.Option(help="A package whose runs prove calls, counts and values of the documents.")
    ] = None,
    since: Annotated[str, typer.Option(help="Only claims on lines that were written after this commit.")] = "",
    gate: Annotated[
        bool, typer.Option("--gate", help="Decide on a package and write review.json into it; exit 4 on reject.")
    ] = False,
    referenced_from: Annotated[
        list[Path] | None, typer.Option(help="With --gate: a file that must name the package; repeatable.")
    ] = None,
    repeat: Annotated[
        bool,
        typer.Option(
            "--rerun", help="Run the recorded commands of the packages again; what differs refutes the record."
        ),
    ] = False,
    absolute: Annotated[
        float, typer.Option("--atol", min=0.0, help="With --rerun: numbers may differ by this much.")
    ] = 0.0,
    relative: Annotated[
        float, typer.Option("--rtol", min=0.0, help="With --rerun: or by this part of the larger one.")
    ] = 1e-9,
    time_budget_minutes: Annotated[
        float, typer.Option(min=0.01, help="With --rerun: wall-clock budget of a package's runs.")
    ] = 30.0,
    sarif: Annotated[Path | None, typer.Option(help="Write a SARIF report to this file, too.")] = None,
    job_summary: Annotated[
        Path | None, typer.Option("--summary", help="Append a summary in Markdown to this file.")
    ] = None,
    who: Annotated[str, typer.Option(help="With --gate: who decides, for review.json.")] = "",
    every: Annotated[bool, typer.Option("--all", help="List the true and the unprovable claims too.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Rewrite moved anchors in place and print the diff.")] = False,
    known: Annotated[
        Path | None, typer.Option("--baseline", help="Claims listed in this file do not count.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(help="Write what is refuted or moved now to this file and exit 0.")
    ] = None,
) -> int:
    """Prove or refute what documents and packages claim; exit 4 when a claim is false or stale."""
    if not paths and not docstrings:
        raise CallchainError(
            "nothing to review", hint="name Markdown, a package, - for stdin, or give --docstrings"
        )
    listed = paths or []
    if listed and all(is_package(Path(path)) for path in listed):
        home = root_of((Path(path) for path in listed), root)
        if home != root:
            note(f"what is reviewed speaks of {home}: that is taken for the root")
        root = home
    again = Again(root, Tolerance(absolute, relative), time_budget_minutes * 60) if repeat else None
    with progress() as phase:
        codebase = read_codebase(root, phase)
        if gate:
            subject = make_subject(codebase.tree, codebase.graph)
            sources = tuple(referenced_from or ())
            return _gate(listed, Calls(subject), sources, who, again, phase, as_json=as_json)
        inputs = gather(listed, codebase.tree.root, sys.stdin.read() if STDIN in listed else "")
        calls = Calls(make_subject(codebase.tree, codebase.graph))
        against = load(package) if package is not None else None
        found = review_inputs(inputs, calls, phase, with_docstrings=docstrings, against=against)
        if again is not None:
            found = _with_reruns(found, inputs.packages, again, phase)
    if since:
        found = newer_than(since, found, calls.subject)
    if write_baseline is not None:
        note(f"{baseline.save(write_baseline, found.claims)} claims written to {write_baseline}")
        return 0
    claims = found.claims if known is None else baseline.unknown(found.claims, baseline.load(known))
    if sarif is not None:
        _write(sarif, forms.as_sarif(claims), "wb")
    if job_summary is not None:
        _write(job_summary, forms.as_summary(claims).encode("utf-8", "backslashreplace"), "ab")
    _print(claims, ReviewFormat.json if as_json else form, every=every)
    if fix:
        _fix(found, printed=as_json or form is not ReviewFormat.text)
    return FALSE_CLAIM if any(claim.verdict in REFUTED for claim in claims) else 0


@dataclass(frozen=True)
class Again:
    """How packages are run again."""

    root: Path
    tolerance: Tolerance
    budget_s: float

    def findings(self, package: Package, phase: Say) -> tuple[Finding, ...]:
        """What the repetition says of the package."""
        ledger = load_settings(self.root).ledger
        return rerun(
            package, self.root, phase, tolerance=self.tolerance, time_budget_s=self.budget_s, ledger=ledger
        )


def _with_reruns(found: Review, packages: tuple[Package, ...], again: Again, phase: Say) -> Review:
    if not packages:
        raise CallchainError(
            "there is no package to run again", hint="--rerun takes folders with an evidence.json"
        )
    return Review((*found.findings, *(each for package in packages for each in again.findings(package, phase))))


def _gate(
    paths: list[str],
    calls: Calls,
    referenced_from: tuple[Path, ...],
    who: str,
    again: Again | None,
    phase: Say,
    *,
    as_json: bool,
) -> int:
    """Decide on each package; what an earlier review said and whether it still holds is told on stderr."""
    rejected = False
    for path in paths:
        if not is_package(Path(path)):
            raise CallchainError(f"{path} is no package", hint="--gate takes folders with an evidence.json")
        package = Package(Path(path), Path(path).as_posix())
        before, changed = earlier_decision(package)
        if before is not None:
            state = f"is void: {', '.join(changed[:5])} changed since" if changed else "still holds"
            note(f"{path}: the review of {before.when} ({before.decision}) {state}")
        checks = check_package(package, calls, referenced_from)
        if again is not None and checks[0].passed:
            checks = (*checks, as_check(again.findings(package, phase)))
        when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        decision = decide(package, checks, who=who, when=when, commit=calls.subject.history.head)
        written = write_decision(package, decision)
        sys.stdout.write(written.read_text(encoding="utf-8") if as_json else as_text(checks))
        rejected |= decision.decision == "reject"
    sys.stdout.flush()
    return FALSE_CLAIM if rejected else 0


def _print(claims: tuple[Claim, ...], form: ReviewFormat, *, every: bool) -> None:
    if form is ReviewFormat.json:
        data = forms.as_json(claims)
    elif form is ReviewFormat.sarif:
        data = forms.as_sarif(claims)
    elif form is ReviewFormat.github:
        data = forms.as_annotations(claims).encode("utf-8", "backslashreplace")
    else:
        data = forms.as_text(claims, every=every).encode("utf-8", "backslashreplace")
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
    if form is ReviewFormat.github:
        note(forms.summary(claims))


def _write(file: Path, data: bytes, mode: str) -> None:
    try:
        with file.open(mode) as stream:
            stream.write(data)
    except OSError as error:
        raise CallchainError(f"cannot be written: {error.strerror}", where=str(file)) from None


def _fix(found: Review, *, printed: bool) -> None:
    """Rewrite, and show the diff: on stdout after a table, on stderr where stdout is for a machine."""
    changed = fix_moved(found.findings)
    stream = sys.stderr if printed else sys.stdout
    stream.write(changed or "nothing to rewrite\n")
    stream.flush()
