"""`[tool.callchain]` of the target's pyproject.toml, validated; an unknown key names the known ones."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callchain.model.errors import CallchainError


class Settings(BaseModel):
    """What a project may say of itself once, so that no command has to repeat it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    namespaces: tuple[str, ...] = Field((), description="Packages or path prefixes that are the subject.")
    scope_hints: tuple[str, ...] = Field((), description="Words that every question of this project is about.")
    initiative_id: str = Field("", description="The folder below `reports/` that packages go to.")
    taps: str = Field("", description="The tap file, relative to the root.")
    ledger: str = Field(
        "", description="The findings ledger, relative to the root; `docs/findings.md` if it exists."
    )
    contrast: str = Field("", description="The symbol or module that answers are contrasted with.")
    time_budget_minutes: float = Field(30.0, gt=0, description="Wall-clock budget of all runs of one package.")
    engine: str = Field("auto", description="Tracing engine: `auto` or the name of one.")


def load_settings(root: Path) -> Settings:
    """The settings in `root/pyproject.toml`; the defaults where there is no such file or table.

    Raises:
        CallchainError: the file is no TOML, or a key is unknown or of the wrong type.
    """
    file = root / "pyproject.toml"
    if not file.is_file():
        return Settings()
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("callchain", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CallchainError(f"cannot be read: {error}", where=str(file), hint="mend the file's TOML") from None
    try:
        return Settings.model_validate(table)
    except ValidationError as error:
        raise CallchainError(
            _first_fault(error), where=f"{file} [tool.callchain]", hint=_known_keys(error)
        ) from None


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    key = ".".join(str(part) for part in fault["loc"])
    return f"unknown key {key!r}" if fault["type"] == "extra_forbidden" else f"{key}: {fault['msg'].lower()}"


def _known_keys(error: ValidationError) -> str:
    known = sorted(Settings.model_fields)
    near = difflib.get_close_matches(str(error.errors()[0]["loc"][0]), known, n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return f"{meant}known keys: {', '.join(known)}"
