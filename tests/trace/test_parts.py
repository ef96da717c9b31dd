"""Parts of ranks are asked as one, and a statement reads nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.ranks import recorded, write_parts
from callchain.cli.app import main
from callchain.model.errors import CallchainError
from callchain.trace.export.parts import query_parts


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three ranks of a program with four call places, each entered five times."""
    folder = tmp_path_factory.mktemp("ranks")
    write_parts(recorded(folder, 4, 5), 3, folder / "parts")
    return folder / "parts"


def test_ranks_are_merged(parts: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sql = (
        "SELECT run, role, entered FROM calls JOIN processes USING (run, process) "
        "WHERE ends_with(callee, '::f2') ORDER BY run"
    )
    with pytest.raises(SystemExit) as ended:
        main(["trace", "query", sql, str(parts), "--json"])
    rows = json.loads(capfd.readouterr().out)
    assert not ended.value.code
    assert [row["run"].partition("/")[0] for row in rows] == ["rank-000000", "rank-000001", "rank-000002"]
    assert [row["role"] for row in rows] == [f"rank {rank} of 3" for rank in range(3)]
    assert [row["entered"] for row in rows] == [5, 5, 5]


def test_a_statement_sees_the_parts_alone(parts: Path) -> None:
    private = parts.parent / "private.txt"
    private.write_text("x")
    for sql in (
        f"SELECT * FROM read_text('{private}')",
        f"COPY calls TO '{parts}/x.csv'",
        "SELECT",
        "SELECT * FROM x",
    ):
        with pytest.raises(CallchainError, match="the query failed"):
            query_parts(parts, sql)
    assert not (parts / "x.csv").exists()
