"""Parquet parts of many ranks as one: each rank exports to a folder of its own, DuckDB reads them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from callchain.model.errors import CallchainError
from callchain.trace.export.rows import TABLES
from callchain.trace.export.tables import Answer, ask, duckdb_or_advice


def is_parts(folder: Path) -> bool:
    """Whether the folder holds parts, `NAME/calls.parquet` and the other tables."""
    return any(folder.glob("*/processes.parquet"))


def query_parts(folder: Path, sql: str) -> Answer:
    """Ask the parts in SQL, as `tables.query` asks a recording; only what the statement needs is read.

    The tables are the same; `run` is `PART/RUN`, so that `run` and `process` join over all ranks as well.

    Raises:
        CallchainError: DuckDB is not installed, a part is damaged, or the statement is wrong.
    """
    with duckdb_or_advice().connect() as connection:
        place = str(folder.resolve()).replace("'", "''")
        for table, columns in TABLES.items():
            files = f"read_parquet('{place}/*/{table}.parquet', filename = 'part')"
            listed = ", ".join(f'"{name}"' for name in columns if name != "run")
            connection.execute(
                f"CREATE VIEW {table} AS SELECT parse_path(part)[-2] || '/' || run AS run, {listed} FROM {files}"  # noqa: S608 - our own names, and a quoted folder
            )
        _only_reads(connection, sql)
        connection.execute(f"SET allowed_directories = ['{place}/']")
        return ask(connection, sql)


def _only_reads(connection: Any, sql: str) -> None:
    """The folder of the parts stays open to the statement, so it may be nothing but a question."""
    duckdb = duckdb_or_advice()
    try:
        kinds = {statement.type for statement in connection.extract_statements(sql)}
    except duckdb.Error:
        return  # what is wrong with it is told when it is run
    if kinds - {duckdb.StatementType.SELECT}:
        raise CallchainError("the query failed: parts are only read", hint="write one SELECT")
