"""The catalogue of effects: which dotted callee has which effect, read from `question/catalogue`."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatchcase, translate
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

NO_ARGUMENT = -2
RECEIVER = -1


class EffectRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of a catalogue file; see `callchain.question.catalogue` for the fields."""

    calls: tuple[str, ...]
    kind: str
    action: str
    mode: int = NO_ARGUMENT
    mode_name: str = ""
    mode_default: str = ""
    target: int = NO_ARGUMENT
    target_name: str = ""
    sink: bool = False
    file_name: str = ""
    suffix: str = ""
    family: str = ""
    """The file that holds the rule."""


class Catalogue(msgspec.Struct, frozen=True):
    """All rules: those with a plain name by that name, those with a wildcard in order of their files."""

    exact: dict[str, EffectRule]
    patterns: tuple[tuple[str, EffectRule], ...]
    aliases: tuple[tuple[str, str], ...]
    any_pattern: re.Pattern[str]
    """Matches what one of the patterns matches."""


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    exact: dict[str, EffectRule] = {}
    patterns: list[tuple[str, EffectRule]] = []
    aliases: list[tuple[str, str]] = []
    folder = files("callchain.question.catalogue")
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if not item.name.endswith(".toml"):
            continue
        data = tomllib.loads(item.read_text("utf-8"))
        aliases.extend(data.get("aliases", {}).items())
        for table in data.get("effect", ()):
            rule = msgspec.convert({**table, "family": item.name}, EffectRule)
            for name in rule.calls:
                if "*" in name:
                    patterns.append((name, rule))
                else:
                    exact[name] = rule
    aliases.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    either = re.compile("|".join(translate(name) for name, _ in patterns))
    return Catalogue(exact, tuple(patterns), tuple(aliases), either)


def canonical(dotted: str) -> str:
    """The name after the aliases of libraries that are imported under several names."""
    for prefix, plain in catalogue().aliases:
        if dotted == prefix or dotted.startswith(f"{prefix}."):
            return plain + dotted[len(prefix) :]
    return dotted


@lru_cache(maxsize=50_000)
def rule_for(dotted: str) -> EffectRule | None:
    """The rule of an outside call; a plain name wins over wildcards, the longer wildcard over the shorter."""
    known = catalogue()
    plain = canonical(dotted)
    name = plain.removesuffix(".__init__")
    for spelled in (dotted, plain, name):
        if spelled in known.exact:
            return known.exact[spelled]
    if not known.any_pattern.match(name):
        return None
    fitting = [(pattern, rule) for pattern, rule in known.patterns if fnmatchcase(name, pattern)]
    return max(fitting, key=lambda item: (len(item[0].replace("*", "")), item[0]))[1] if fitting else None
