"""Plants false claims into a package: each plant is one edit of one line of one file, and where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from callchain.model.package import Evidence
from callchain.model.symbol import split

ANCHOR = re.compile(r"([\w./-]+\.py)(?:::[\w.<>]+)?:(\d+)(?:-(\d+))?")
ARROW = re.compile(r"`([\w./:<>]+) → ([\w./:<>]+)`")
COUNT = re.compile(r"\u00d7(\d+)|\b(\d+) hits?\b")
VALUE = re.compile(r"`([a-z_]+) = (\d+(?:\.\d+)?)`|\| `(\d+(?:\.\d+)?)` \|$")
FILES = ("depot/packer.py", "depot/workflow.py", "depot/settings.py", "scripts/fill.py")
PACKERS = ("pack_one", "pack_all", "unpack_all")
SYMBOLS = ("forget", "Packer.unpack_all", "weigh", "Crate.describe", "load_depot")
STEPS = (1, -1, 2, -2, 3, 5, -5, 8, 13, -13, 21, 34, 50, -50)


@dataclass(frozen=True)
class Plant:
    kind: str
    file: str
    line: int
    """The line of the edited file; 0 where a line was taken out."""
    text: str
    """The whole edited file."""

    def __str__(self) -> str:
        return f"{self.kind} {self.file}:{self.line}: {self.text.splitlines()[max(self.line, 1) - 1][:150]}"


@dataclass(frozen=True)
class Strangers:
    """Real files and symbols of the code base, which are planted where they do not belong."""

    files: tuple[str, ...] = FILES
    symbols: tuple[str, ...] = SYMBOLS
    known: tuple[str, ...] = ("fill_depot", "make_crates", "archive_path", *(f"Packer.{n}" for n in PACKERS))
    """Names that the documents print, which are replaced by a stranger."""


def strangers_of(evidence: Evidence) -> Strangers:
    """The strangers of a package's own chain."""
    stages = [stage for flow in evidence.flows for stage in flow.chain]
    names = tuple(dict.fromkeys(split(stage.symbol)[1] for stage in stages))
    return Strangers(tuple(dict.fromkeys(stage.path for stage in stages)), names, names)


def plants(file: str, text: str, strangers: Strangers | None = None) -> Iterator[Plant]:
    """Every plant that the lines of a document offer."""
    strangers = strangers or Strangers()
    named = re.compile(rf"`({'|'.join(re.escape(name) for name in strangers.known)})`")
    rows = text.split("\n")
    turn = 0
    for number, row in enumerate(rows):
        for kind, edited in _edits(row, turn, strangers, named):
            turn += 1
            if edited != row:
                yield Plant(kind, file, number + 1, "\n".join([*rows[:number], edited, *rows[number + 1 :]]))
        if re.match(r"## \d", row):
            yield Plant("missing section", file, 0, "\n".join([*rows[:number], *rows[number + 1 :]]))


def _edits(row: str, turn: int, strangers: Strangers, named: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    files, symbols = strangers.files, strangers.symbols
    for match in ANCHOR.finditer(row):
        step = STEPS[turn % len(STEPS)]
        turn += 1
        line = max(1, int(match[2]) + step)
        if line != int(match[2]):
            yield f"line {step:+}", row[: match.start(2)] + str(line) + row[match.end(2) :]
        other = next((path for path in _from(files, turn) if path != match[1]), "")
        if other:
            yield "other file", row[: match.start(1)] + other + row[match.end(1) :]
    for match in ARROW.finditer(row):
        yield "reversed edge", row[: match.start()] + f"`{match[2]} → {match[1]}`" + row[match.end() :]
        stranger = next(s for s in _from(symbols, turn) if s not in {match[1], match[2]})
        yield "non-edge", row[: match.start(2)] + stranger + row[match.end(2) :]
    for match in named.finditer(row):
        stranger = next(s for s in _from(symbols, turn) if s != match[1])
        yield "other symbol", row[: match.start(1)] + stranger + row[match.end(1) :]
    for match in COUNT.finditer(row):
        group = 1 if match[1] else 2
        yield "wrong count", row[: match.start(group)] + str(int(match[group]) + 1) + row[match.end(group) :]
    for match in VALUE.finditer(row):
        group = 2 if match[2] else 3
        yield "wrong value", row[: match.start(group)] + f"{float(match[group]) + 1:g}" + row[match.end(group) :]


def _from(values: tuple[str, ...], turn: int) -> tuple[str, ...]:
    at = turn % len(values)
    return values[at:] + values[:at]
