"""Calls from a store of many repositories as JSON or text, for `callchain graph --store`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from callchain.callgraph.org_store import StoredCall
from callchain.report.visible import visible


def as_json(calls: Sequence[StoredCall]) -> str:
    """An edge has the keys of `graph --format json`, and `repository`, `commit`, `path` and `defined_in`."""
    edges = [
        {
            "repository": call.repository,
            "commit": call.commit,
            "caller": call.caller,
            "callee": call.callee,
            "path": call.path,
            "line": call.line,
            "provenance": call.rule,
            "confidence": call.confidence,
            "defined_in": call.defined_in,
        }
        for call in calls
    ]
    return msgspec.json.format(msgspec.json.encode({"edges": edges}), indent=1).decode("utf-8") + "\n"


def as_text(calls: Sequence[StoredCall]) -> str:
    """One call a line; the repository stands before the caller, those that hold the callee stand before it."""
    return "".join(f"{_line(call)}\n" for call in calls)


def _line(call: StoredCall) -> str:
    home = f"[{visible(', '.join(call.defined_in))}] " if call.defined_in else ""
    place = f"{visible(call.path)}:{call.line}  {call.rule} {call.confidence:.2f}"
    return f"[{visible(call.repository)}] {visible(call.caller)} → {home}{visible(call.callee)}  {place}"
