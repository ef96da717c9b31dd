"""Notebooks as Python: the code cells one after the other, each line at its own line of the notebook's file.

A notebook is JSON; written as its format advises, each line of source stands on a line of its own. There the line
of an anchor is the line of the file. A notebook that is written otherwise is numbered by its code lines alone.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass
from typing import Any

SUFFIX = ".ipynb"
_MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")
_ASSIGNED_MAGIC = re.compile(r"^(\s*[\w., ]+=\s*)[%!].*$")
_PYTHON_CELLS = re.compile(r"^%%(?:capture|callchain|prun|time|timeit)\b")


class NotebookError(Exception):
    """A notebook that holds no Python; the message says why."""


@dataclass(frozen=True)
class Notebook:
    """The Python of a notebook, in UTF-8, and the cells that are none: their lines and what is wrong with them."""

    data: bytes
    left_out: tuple[tuple[int, str], ...]


def is_notebook(path: str) -> bool:
    """Whether a file is a notebook by its name."""
    return path.endswith(SUFFIX)


def as_python(data: bytes) -> Notebook:
    """The code cells of a notebook as one module; magics and shell lines become `pass`.

    Raises:
        NotebookError: no JSON, no cells, or another language.
    """
    try:
        text = data.decode("utf-8-sig")
        cells = _code_cells(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"a notebook that cannot be read: {type(error).__name__}") from error
    places = _places(text, cells) or _numbered(cells)
    lines: dict[int, str] = {}
    left_out: list[tuple[int, str]] = []
    for number, (cell, where) in enumerate(zip(cells, places, strict=True), 1):
        code = _plain(cell)
        fault = _fault(code)
        if fault:
            left_out.append((where[0], f"code cell {number} is no Python: {fault}"))
        else:
            lines.update(zip(where, code, strict=True))
    last = max(lines, default=0)
    python = "".join(f"{lines.get(line, '')}\n" for line in range(1, last + 1))
    return Notebook(python.encode("utf-8", "backslashreplace"), tuple(left_out))


def _code_cells(document: Any) -> list[list[str]]:
    """The lines of each code cell that has any."""
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise NotebookError("a notebook without cells, or of a format before 4")
    language = _language(document.get("metadata"))
    if language not in ("", "python", "ipython", "python3"):
        raise NotebookError(f"a notebook in {language}")
    found = []
    for cell in document["cells"]:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            text = "".join(map(str, source)) if isinstance(source, list) else str(source)
            if text.strip():
                found.append(text.removesuffix("\n").split("\n"))
    return found


def _language(metadata: Any) -> str:
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        table = metadata.get(key) if isinstance(metadata, dict) else None
        value = table.get(name) if isinstance(table, dict) else None
        if isinstance(value, str):
            return value.lower()[:40]
    return ""


def _places(text: str, cells: list[list[str]]) -> list[list[int]]:
    """For each line of each cell its line in the file; nothing where they do not stand one a line."""
    rows = ((number, _string(line)) for number, line in enumerate(text.split("\n"), 1))
    strings = ((number, value) for number, value in rows if value is not None)
    places = []
    for cell in cells:
        where = []
        for line in cell:
            found = next((number for number, value in strings if value == line), 0)
            if not found:
                return []
            where.append(found)
        places.append(where)
    return places


def _string(line: str) -> str | None:
    """The text of a JSON string that fills a line, without its line end."""
    plain = line.strip().removesuffix(",")
    if not plain.startswith('"') or not plain.endswith('"'):
        return None
    try:
        value = json.loads(plain)
    except ValueError:
        return None
    return value.removesuffix("\n") if isinstance(value, str) else None


def _numbered(cells: list[list[str]]) -> list[list[int]]:
    places, last = [], 0
    for cell in cells:
        places.append([*range(last + 1, last + 1 + len(cell))])
        last += len(cell)
    return places


def _plain(cell: list[str]) -> list[str]:
    """The cell without magics; one that is another language's is left empty."""
    lines = list(cell)
    if lines[0].startswith("%%"):
        if not _PYTHON_CELLS.match(lines[0]):
            return [""] * len(lines)
        lines[0] = ""
    if not _fault(lines):
        return lines
    return [_ASSIGNED_MAGIC.sub(r"\1None", _MAGIC.sub(r"\1pass", line)) for line in lines]


def _fault(lines: list[str]) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse("\n".join(lines))
    except SyntaxError as error:
        return f"line {error.lineno or 0}: {error.msg}"
    except (ValueError, MemoryError, RecursionError) as error:
        return type(error).__name__
    return ""
