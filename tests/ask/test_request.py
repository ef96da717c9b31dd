from datetime import UTC, datetime
from pathlib import Path

import pytest

from callchain.ask.request import AskRequest, RunSpec, initiative_of, named_runs, package_folder
from callchain.model.errors import CallchainError

NOW = datetime(2025, 10, 17, 10, 16, 57, tzinfo=UTC)


def ask(**fields: object) -> AskRequest:
    return AskRequest(question="How is it Saved, and why?", root=Path(), **fields)  # type: ignore[arg-type]  # fields are the dataclass's own


def test_the_folder_is_initiative_and_utc_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert package_folder(ask(initiative_id="A-1"), NOW) == tmp_path / "reports/A-1/2025-10-17T101657Z"
    assert package_folder(ask(initiative_id="A-1", run_id="sample"), NOW).name == "sample"
    assert package_folder(ask(out=tmp_path / "elsewhere"), NOW) == tmp_path / "elsewhere"


def test_without_an_initiative_the_question_names_the_folder() -> None:
    assert initiative_of(ask()) == "how-is-it-saved-and-why"
    assert initiative_of(ask(initiative_id="../../etc")) == "etc"


@pytest.mark.parametrize("run_id", ["a/b", "..", "a b"])
def test_a_run_id_stays_inside_its_folder(run_id: str) -> None:
    with pytest.raises(CallchainError, match="not a plain folder name"):
        package_folder(ask(run_id=run_id))


def test_named_runs_keep_their_order_and_their_words() -> None:
    runs = named_runs(["python", "x.py"], ["train=python 'my train.py' --n 1"])
    assert runs == (RunSpec("train", ("python", "my train.py", "--n", "1")), RunSpec("run", ("python", "x.py")))


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["train"], "NAME=COMMAND"),
        (["=python x.py"], "NAME=COMMAND"),
        (["a='"], "quotes"),
        (["a=x", "a=y"], "two runs"),
    ],
)
def test_a_run_that_means_nothing_is_refused(named: list[str], said: str) -> None:
    with pytest.raises(CallchainError, match=said):
        named_runs([], named)
