import pickle
from pathlib import Path

import pytest

from callchain.cli import app
from callchain.cli.terminal import CRASHED
from callchain.model.errors import CallchainError


def test_a_fault_of_the_tool_is_one_line_and_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(**_: object) -> None:
        raise RecursionError("too\ndeep")

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(app, "app", broken)
    with pytest.raises(SystemExit) as caught:
        app.main([])
    said = capsys.readouterr().err
    assert caught.value.code == CRASHED
    assert said.startswith("callchain: internal error: RecursionError: too deep")
    assert said.count("\n") == 1
    (report,) = tmp_path.glob("callchain-crash-*.txt")
    assert "in broken" in report.read_text()


def test_errors_cross_process_pools_unharmed() -> None:
    error = CallchainError("what", hint="do this", where="here", exit_code=4)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.exit_code) == (str(error), 4) == ("here: what (do this)", 4)
