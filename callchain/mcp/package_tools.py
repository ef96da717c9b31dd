"""What an agent may ask of the evidence: packages, their parts, taps, and whether a text's claims hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from callchain.ask.digest import digest
from callchain.evidence.package import EVIDENCE
from callchain.mcp.pages import Item, answer
from callchain.mcp.session import Session
from callchain.model.errors import CallchainError
from callchain.model.package import Evidence
from callchain.review.document import Document
from callchain.review.documents import Inputs, gather
from callchain.review.prove_edge import Calls
from callchain.review.review import review as review_inputs
from callchain.review.subject import make_subject
from callchain.taps.check import check_file
from callchain.taps.render import render

_MOST_HITS = 3
_VALUE = 200


def package(session: Session, name: str, part: str, cursor: str) -> str:
    """A part of a package; without a name the newest one's, and the names of all."""
    wanted, evidence = session.package(name)
    if part not in PARTS:
        raise CallchainError(f"a package has no part {part!r}", hint=f"one of {', '.join(sorted(PARTS))}")
    head = {
        "package": wanted,
        "question": evidence.question.text,
        "commit": evidence.provenance.commit,
        "part": part,
        "parts": sorted(PARTS),
        "packages": list(session.packages())[-10:],
    }
    asked = ("package", wanted, part, evidence.provenance.files)
    return answer(head, list(PARTS[part](evidence)), cursor, asked=asked)


def _summary(evidence: Evidence) -> Iterator[Item]:
    for label, text in digest(evidence, Path())[:-1]:
        yield {"kind": label, "text": text}
    for entry in evidence.entry_points:
        yield {
            "kind": "entry point",
            "symbol": entry.symbol,
            "anchor": f"{entry.path}:{entry.line}",
            "why": entry.why,
        }
    yield from _flows(evidence)


def _flows(evidence: Evidence) -> Iterator[Item]:
    for flow in evidence.flows:
        for stage in flow.chain:
            place = f"{stage.path}:{stage.line}"
            yield {
                "flow": flow.name,
                "stage": stage.stage,
                "symbol": stage.symbol,
                "anchor": place,
                "why": stage.why,
            }


def _edges(evidence: Evidence) -> Iterator[Item]:
    for flow in evidence.flows:
        for edge in flow.edges:
            yield {
                "flow": flow.name,
                "caller": edge.caller,
                "callee": edge.callee,
                "anchor": f"{edge.path}:{edge.line}",
                "rule": edge.rule,
                "verdict": edge.verdict,
                "count": edge.count,
                "via": edge.via,
            }


def _taps(evidence: Evidence) -> Iterator[Item]:
    for tap in evidence.taps:
        yield {
            "key": tap.key,
            "purpose": tap.purpose,
            "symbol": tap.symbol,
            "anchor": f"{tap.path}:{tap.line}",
            "hits": tap.hits,
            "units": tap.units,
            "note": tap.note,
            "expectations": [
                {"expression": each.expression, "verdict": each.verdict, "value": each.value}
                for each in tap.expectations
            ],
            "values": [
                {name: render(value, _VALUE) for name, value in hit.values.items()}
                for hit in tap.snapshots[-_MOST_HITS:]
            ],
        }


def _effects(evidence: Evidence) -> Iterator[Item]:
    for effect in evidence.effects:
        yield {
            "effect": f"{effect.kind} {effect.action}",
            "sink": effect.sink,
            "symbol": effect.symbol,
            "anchor": f"{effect.path}:{effect.line}",
            "callee": effect.callee,
            "target": effect.target,
            "verdict": effect.verdict,
            "count": effect.count,
        }


def _state(evidence: Evidence) -> Iterator[Item]:
    for change in evidence.mutations:
        yield {
            "store": change.store,
            "key": change.key,
            "before": change.before,
            "after": change.after,
            "anchor": f"{change.path}:{change.line}",
            "symbol": change.symbol,
            "run": change.run,
        }
    for key in evidence.state:
        places = [f"{access.kind} {access.path}:{access.line}" for access in key.accesses]
        yield {"store": key.store, "key": key.key, "default": key.default, "seen": key.observed, "anchors": places}


def _runs(evidence: Evidence) -> Iterator[Item]:
    for run in evidence.runs:
        yield {
            "run": run.name,
            "command": run.command,
            "exit_code": run.exit_code,
            "ended": run.ended,
            "engine": run.engine,
            "reason": run.reason,
            "exceptions": run.exceptions,
            "dropped": run.dropped,
        }


def _blind_spots(evidence: Evidence) -> Iterator[Item]:
    for spot in evidence.blind_spots:
        yield {
            "anchor": f"{spot.path}:{spot.line}",
            "symbol": spot.symbol,
            "kind": spot.kind,
            "reason": spot.reason,
            "expression": spot.expression,
            "would_settle_it": spot.command,
        }


PARTS: dict[str, Callable[[Evidence], Iterable[Item]]] = {
    "summary": _summary,
    "flows": _flows,
    "edges": _edges,
    "taps": _taps,
    "effects": _effects,
    "state": _state,
    "runs": _runs,
    "blind_spots": _blind_spots,
}


def taps(session: Session, file: str, package_name: str, cursor: str) -> str:
    """What taps saw in a package; or, with a file of the root, where each of its taps stands in the code."""
    if not file:
        return package(session, package_name, "taps", cursor)
    codebase = session.codebase()
    place = _inside(session, file)
    items: list[Item] = [
        {
            "key": found.key,
            "found": found.found,
            "symbol": found.symbol,
            "anchor": f"{found.path}:{found.line}" if found.found else "",
            "where": found.where,
            "code": found.code,
            "problem": found.problem,
        }
        for found in check_file(place, codebase.tree)
    ]
    return answer({"tap_file": file}, items, cursor, asked=("taps", file, session.stamp))


def review(session: Session, text: str, path: str, cursor: str) -> str:
    """Each claim of a text, or of a document or package, proved or refuted against the code."""
    if bool(text) == bool(path):
        raise CallchainError("give either text or path", hint="text is Markdown that cites code")
    codebase = session.codebase()
    if text:
        inputs = Inputs((Document("<text>", text),), ())
    else:
        known = session.packages()
        place = known[path] / EVIDENCE if path in known else _inside(session, path)
        inputs = gather([str(place)], codebase.tree.root, "")
    found = review_inputs(inputs, Calls(make_subject(codebase.tree, codebase.graph)), lambda _: None)
    items: list[Item] = [
        {
            "verdict": claim.verdict,
            "kind": claim.kind,
            "claim": claim.text,
            "at": f"{Path(claim.document).name}:{claim.document_line}",
            "found": claim.found,
            "why": claim.why,
        }
        for claim in found.claims
    ]
    head = {"claims": len(items), "refuted": len(found.refuted)}
    return answer(head, items, cursor, asked=("review", text, path, session.stamp))


def _inside(session: Session, path: str) -> Path:
    """A file below the root or the reports.

    Raises:
        CallchainError: it lies elsewhere, or there is none.
    """
    for folder in (session.defaults.root, session.reports):
        base = folder.resolve()
        place = (base / path).resolve()
        if place.is_relative_to(base) and place.exists():
            return place
    raise CallchainError(f"there is no {path!r} below the root or the reports", hint="give a relative path")
