"""`[tool.callchain]` of the target's pyproject.toml, validated; an unknown key names the known ones."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from callchain.model.errors import CallchainError
from callchain.probe.redact import Rules
from callchain.trace.request import Limits


class RedactSettings(BaseModel):
    """`[tool.callchain.redact]`: what is a secret of this project, beyond what is one everywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[str, ...] = Field((), description="Identifiers that hold secrets too; `*` stands for anything.")
    patterns: tuple[str, ...] = Field((), description="Regular expressions of texts that are secrets.")
    allow: tuple[str, ...] = Field((), description="Identifiers and texts that are none.")

    @field_validator("patterns")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return patterns

    def rules(self) -> Rules:
        """The rules as the tracer takes them."""
        return Rules(self.names, self.patterns, self.allow)


class LimitSettings(BaseModel):
    """`[tool.callchain.limits]`: what a run records at most; beyond it things are counted by reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    megabytes: float = Field(256.0, gt=0, description="Recording of all processes of a run.")
    records: int = Field(5_000_000, gt=0, description="Records of one process.")
    hits: int = Field(200, gt=0, description="Hits of one tap in one process whose values are kept.")

    processes: int = Field(512, gt=0, description="Processes that may record themselves until a run is ended.")

    def limits(self) -> Limits:
        """The limits as the tracer takes them."""
        return Limits(self.megabytes, self.records, self.hits, self.processes)


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
    rules: tuple[str, ...] = Field((), description="Rule files of the project, relative to the root.")
    rule: dict[str, Any] = Field({}, description="Rules written here, as in a rule file.")
    engine: str = Field("auto", description="Tracing engine: `auto` or the name of one.")
    redact: RedactSettings = Field(RedactSettings(), description="What is a secret here.")
    limits: LimitSettings = Field(LimitSettings(), description="What a run records at most.")


def load_settings(root: Path) -> Settings:
    """The settings in `root/pyproject.toml`; the defaults where there is no such file or table.

    Raises:
        CallchainError: the file cannot be read or is no TOML, or a key is unknown or of the wrong type.
    """
    file = root / "pyproject.toml"
    try:
        if not file.is_file():
            return Settings()
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("callchain", {})
    except OSError as error:
        raise CallchainError(f"cannot be read: {error.strerror}", where=str(file)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
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
    loc = [str(part) for part in error.errors()[0]["loc"]]
    table = Settings.model_fields.get(loc[0])
    inner = getattr(table.annotation, "model_fields", {}) if table is not None and len(loc) > 1 else {}
    known = sorted(inner or Settings.model_fields)
    near = difflib.get_close_matches(loc[1] if inner else loc[0], known, n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return f"{meant}known keys: {', '.join(known)}"
