"""Recordings in DuckDB: one table a kind of record, over all processes of all runs; and the same as Parquet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from callchain.model.errors import CallchainError
from callchain.trace.export.recordings import Run
from callchain.trace.export.rows import TABLES, rows


@dataclass(frozen=True)
class Answer:
    """The columns and rows of a query's result."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def query(runs: Iterable[Run], sql: str) -> Answer:
    """Ask the recordings in SQL; the tables are those of `rows.TABLES`.

    Raises:
        CallchainError: DuckDB is not installed, or the statement is wrong.
    """
    duckdb = duckdb_or_advice()
    with tempfile.TemporaryDirectory(prefix="callchain-query-") as scratch, duckdb.connect() as connection:
        _fill(connection, runs, Path(scratch))
        return ask(connection, sql)


def ask(connection: Any, sql: str) -> Answer:
    """Run the user's statement; it sees the tables and nothing of the machine.

    Raises:
        CallchainError: the statement is wrong.
    """
    connection.execute("SET enable_external_access = false")
    try:
        found = connection.execute(sql)
        names = tuple(str(column[0]) for column in found.description or ())
        return Answer(names, tuple(found.fetchall()) if names else ())
    except duckdb_or_advice().Error as error:
        told = " ".join(str(error).split())
        raise CallchainError(f"the query failed: {told}", hint=f"the tables are {', '.join(TABLES)}") from None


def write_parquet(runs: Iterable[Run], folder: Path) -> tuple[Path, ...]:
    """One Parquet file a table: all of them or none.

    Raises:
        CallchainError: DuckDB is not installed, or the folder cannot be written to.
    """
    duckdb = duckdb_or_advice()
    drafts = {folder / f"{table}.parquet": folder / f".{table}.parquet.new" for table in TABLES}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="callchain-query-") as scratch, duckdb.connect() as connection:
            _fill(connection, runs, Path(scratch))
            for table, draft in zip(TABLES, drafts.values(), strict=True):
                connection.table(table).write_parquet(str(draft))
        for file, draft in drafts.items():
            draft.replace(file)
    except (OSError, duckdb.IOException) as error:
        for draft in drafts.values():
            _let_go(draft)
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise CallchainError(f"{folder} cannot be written: {reason}", hint="choose another --out") from None
    return tuple(drafts)


def _let_go(draft: Path) -> None:
    with suppress(OSError):  # it may be in a folder that cannot be written to
        draft.unlink()


def duckdb_or_advice() -> Any:
    """The module.

    Raises:
        CallchainError: it is not installed; the line says what to do.
    """
    try:
        import duckdb
    except ImportError:
        raise CallchainError("this needs DuckDB", hint="pip install 'callchain-evidence[query]'") from None
    return duckdb


def _fill(connection: Any, runs: Iterable[Run], scratch: Path) -> None:
    """The tables, read from lines of JSON: many times faster than rows handed over one by one."""
    encode = msgspec.json.Encoder().encode
    with ExitStack() as stack:
        files = {name: stack.enter_context((scratch / name).open("wb")) for name in TABLES}
        for table, row in rows(runs):
            files[table].write(encode(row) + b"\n")
    for table, columns in TABLES.items():
        listed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        connection.execute(
            f"CREATE TABLE {table} AS SELECT * FROM read_json("  # noqa: S608 # names of this file's own tables
            f"$file, format = 'newline_delimited', columns = {{{listed}}}, maximum_object_size = 67108864)",
            {"file": str(scratch / table)},
        )


def as_text(answer: Answer) -> str:
    """Tab-separated, a line of names first; tabs and line ends inside values are written as escapes."""
    lines = ["\t".join(answer.columns), *("\t".join(map(_cell, row)) for row in answer.rows)]
    return "".join(f"{line}\n" for line in lines)


def as_json(answer: Answer) -> bytes:
    """A list of objects, one a row."""
    found: Sequence[dict[str, Any]] = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return msgspec.json.encode(found, enc_hook=str) + b"\n"


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
