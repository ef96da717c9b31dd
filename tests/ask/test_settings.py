from pathlib import Path

import pytest

from callchain.ask.settings import LimitSettings, RedactSettings, Settings, load_settings
from callchain.model.errors import CallchainError
from callchain.probe.redact import Rules
from callchain.trace.request import Limits

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")


def write(root: Path, text: str) -> Path:
    (root / "pyproject.toml").write_text(text, encoding="utf-8")
    return root


def test_a_file_that_may_not_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    with pytest.raises(CallchainError, match="cannot be read: Permission denied"):
        load_settings(tmp_path)


def test_no_file_and_no_table_give_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()
    assert load_settings(write(tmp_path, "[tool.other]\nx = 1\n")) == Settings()


def test_what_the_project_says_is_taken(tmp_path: Path) -> None:
    settings = load_settings(
        write(tmp_path, '[tool.callchain]\nnamespaces = ["a", "b"]\ntime_budget_minutes = 2\n')
    )
    assert settings.namespaces == ("a", "b")
    assert settings.time_budget_minutes == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.callchain]\nnamespace = ['a']\n", "did you mean 'namespaces'?"),
        ("[tool.callchain]\nnamespace = ['a']\n", "known keys: contrast, engine"),
        ("[tool.callchain]\ntime_budget_minutes = 'soon'\n", "time_budget_minutes"),
        ("[tool.callchain]\ntime_budget_minutes = -1\n", "greater than 0"),
        ("[tool.callchain\n", "mend the file's TOML"),
    ],
)
def test_a_fault_is_one_line_that_says_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CallchainError) as caught:
        load_settings(write(tmp_path, text))
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("key", sorted(Settings.model_fields))
def test_every_setting_is_documented(key: str) -> None:
    assert f"| `{key}` |" in DOCUMENTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.callchain.redact]\nname = ['a']\n", "did you mean 'names'?"),
        ("[tool.callchain.redact]\npatterns = ['(']\n", "no regular expression"),
        ("[tool.callchain.limits]\nhits = 0\n", "limits.hits"),
    ],
)
def test_a_fault_in_an_inner_table_names_its_own_keys(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CallchainError) as caught:
        load_settings(write(tmp_path, text))
    assert said in str(caught.value)


def test_inner_tables_reach_the_tracer(tmp_path: Path) -> None:
    text = "[tool.callchain.redact]\nnames = ['pin']\nallow = ['x']\n[tool.callchain.limits]\nhits = 7\n"
    settings = load_settings(write(tmp_path, text))
    assert settings.redact.rules() == Rules(("pin",), (), ("x",))
    assert settings.limits.limits() == Limits(256.0, 5_000_000, 7, 512)


@pytest.mark.parametrize("key", sorted({*RedactSettings.model_fields, *LimitSettings.model_fields}))
def test_every_setting_of_an_inner_table_is_documented(key: str) -> None:
    assert f"| `{key}` |" in DOCUMENTED
