"""Rule files: what they may say, read and validated. `docs/rules.md` describes the format for users.

Every file in `rules/` is TOML, and so are those that a project names in its own `[tool.callchain]`.
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from callchain.callgraph import sources
from callchain.model.errors import CallchainError

_ENTRY_HINT = "docs/rules.md has the format"


class CallEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[call."dotted.name"]`: what a call of it does."""

    names: list[str] = []
    calls: str | list[str] = []
    may_call: str | list[str] = []
    gives: str | list[str] = []
    keeps: str | list[str] = []
    stores: dict[str, str] = {}
    makes: str = ""
    passes: bool = False
    confidence: float = 0.9
    rule: str = ""


class ObjectEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[object."dotted.Class"]`: which methods run when an instance of a class below it is called."""

    called: list[str]
    names: list[str] = []


class ConstructorEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[constructor."dotted.Class"]`: what runs when an instance of a class below it is made."""

    methods: list[str] = []
    decorated: list[str] = []
    names: list[str] = []


class ProviderEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[provider."dotted.decorator"]`: functions whose results others take as parameters of the same name."""

    consumers: list[str] = []
    names: list[str] = []


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole file."""

    call: dict[str, CallEntry] = {}
    object: dict[str, ObjectEntry] = {}
    constructor: dict[str, ConstructorEntry] = {}
    provider: dict[str, ProviderEntry] = {}
    types: dict[str, str] = {}
    extends: dict[str, str] = {}


class CallRule(msgspec.Struct, frozen=True):
    """What a call of something outside the root does, its sources parsed."""

    calls: tuple[sources.Source, ...] = ()
    may_call: tuple[sources.Source, ...] = ()
    gives: tuple[sources.Source, ...] = ()
    keeps: tuple[sources.Source, ...] = ()
    stores: tuple[tuple[str, sources.Source], ...] = ()
    makes: str = ""
    passes: bool = False
    confidence: float = 0.9
    rule: str = ""


class Rules(msgspec.Struct, frozen=True):
    """All rule files together."""

    calls: dict[str, CallRule]
    objects: dict[str, tuple[str, ...]]
    types: dict[str, str]
    extends: dict[str, str]
    constructors: dict[str, ConstructorEntry]
    providers: dict[str, ProviderEntry]
    stored: set[str]
    """Names outside the root that rules store something under."""
    digest: bytes
    """Changes with any of the files."""

    def call(self, dotted: str) -> CallRule | None:
        """The rule for a call of `dotted`: its own, that of a class it extends, or that of `owner.*`."""
        known = self.calls.get(dotted)
        if known is not None:
            return known
        owner, _, name = dotted.rpartition(".")
        for _ in range(len(self.extends)):
            above = self.extends.get(owner)
            if above is None:
                break
            owner = above
            known = self.calls.get(f"{owner}.{name}")
            if known is not None:
                return known
        return None if name.startswith("__") else self.calls.get(f"{owner}.*")


def merged(files: list[tuple[str, RuleFile, bytes]]) -> Rules:
    """Several files as one; of two entries for one name the later file's counts."""
    rules = Rules({}, {}, {}, {}, {}, {}, set(), b"")
    for name, file, _ in files:
        for dotted, entry in file.call.items():
            rule = _call_rule(name, dotted, entry)
            rules.stored.update(entry.stores)
            rules.calls.update(dict.fromkeys((dotted, *entry.names), rule))
        for dotted, kind in file.object.items():
            rules.objects.update(dict.fromkeys((dotted, *kind.names), tuple(kind.called)))
        for dotted, made in file.constructor.items():
            rules.constructors.update(dict.fromkeys((dotted, *made.names), made))
        for dotted, provider in file.provider.items():
            rules.providers.update(dict.fromkeys((dotted, *provider.names), provider))
        rules.types.update(file.types)
        rules.extends.update(file.extends)
    return msgspec.structs.replace(rules, digest=_digest((name, data) for name, _, data in files))


def _call_rule(file: str, dotted: str, entry: CallEntry) -> CallRule:
    place = f'{file} [call."{dotted}"]'
    if not 0.0 < entry.confidence <= 1.0:
        raise CallchainError(
            f"confidence {entry.confidence} is not between 0 and 1", where=place, hint=_ENTRY_HINT
        )

    def parsed(text: str) -> sources.Source:
        try:
            return sources.parse(text)
        except (ValueError, IndexError):
            raise CallchainError(f"not a source: {text!r}", where=place, hint=_ENTRY_HINT) from None

    return CallRule(
        calls=tuple(parsed(text) for text in _listed(entry.calls)),
        may_call=tuple(parsed(text) for text in _listed(entry.may_call)),
        gives=tuple(parsed(text) for text in _listed(entry.gives)),
        keeps=tuple(parsed(text) for text in _listed(entry.keeps)),
        stores=tuple((name, parsed(text)) for name, text in entry.stores.items()),
        makes=entry.makes,
        passes=entry.passes,
        confidence=entry.confidence,
        rule=entry.rule or Path(file).stem,
    )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@cache
def shipped_files() -> tuple[tuple[str, RuleFile, bytes], ...]:
    """The rule files of the package, in order of name."""
    return tuple((name, read_rule_file(name, data), data) for name, data in _shipped_bytes())


@cache
def _shipped_bytes() -> tuple[tuple[str, bytes], ...]:
    folder = Path(__file__).parent / "rules"
    return tuple((file.name, file.read_bytes()) for file in sorted(folder.glob("*.toml")))


def shipped_digest() -> bytes:
    """The digest of the shipped rules alone, without reading what they say."""
    return _digest(_shipped_bytes())


def _digest(files: Iterable[tuple[str, bytes]]) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for name, data in files:
        digest.update(name.encode() + b"\0" + data + b"\0")
    return digest.digest()


@cache
def load_rules() -> Rules:
    """The shipped rules alone."""
    return merged(list(shipped_files()))


def read_rule_file(where: str, data: bytes) -> RuleFile:
    """One file, validated.

    Raises:
        CallchainError: it is no TOML, has an unknown key or a value of the wrong type; the line names the place.
    """
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CallchainError(f"cannot be read: {error}", where=where, hint="mend the file's TOML") from None
    return read_rule_table(where, table)


def read_rule_table(where: str, table: dict[str, Any]) -> RuleFile:
    """The tables of a rule file, validated.

    Raises:
        CallchainError: a key is unknown or a value of the wrong type.
    """
    for section, entry in (("", RuleFile), *_SECTIONS):
        for key in _keys(table, section):
            if key not in entry.__struct_fields__:
                raise _unknown(where, section, key, entry.__struct_fields__)
    try:
        return msgspec.convert(table, RuleFile)
    except msgspec.ValidationError as error:
        raise CallchainError(str(error), where=where, hint=_ENTRY_HINT) from None


_SECTIONS = (
    ("call", CallEntry),
    ("object", ObjectEntry),
    ("constructor", ConstructorEntry),
    ("provider", ProviderEntry),
)


def _keys(table: dict[str, Any], section: str) -> list[str]:
    if not section:
        return list(table)
    entries = table.get(section)
    inner = entries.values() if isinstance(entries, dict) else ()
    return [key for entry in inner if isinstance(entry, dict) for key in entry]


def _unknown(where: str, section: str, key: str, known: tuple[str, ...]) -> CallchainError:
    near = difflib.get_close_matches(key, known, n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    place = f"{where} [{section}]" if section else where
    return CallchainError(
        f"unknown key {key!r}", where=place, hint=f"{meant}known keys: {', '.join(sorted(known))}"
    )


def project_rules(root: Path) -> Rules:
    """The shipped rules and those of `root/pyproject.toml`; raises as `own_rules` does."""
    return own_rules(root) or load_rules()


def own_rules(root: Path) -> Rules | None:
    """The shipped rules with those of `root/pyproject.toml`: `rules` names files, `rule` holds tables.

    Returns:
        None where the project has none, so that the shipped ones need not be read for nothing.

    Raises:
        CallchainError: a file is missing or says what no rule can say.
    """
    file = root / "pyproject.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("callchain", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None  # whoever reads the settings says what is wrong with the file
    named, inline = table.get("rules", []), table.get("rule", {})
    if not named and not inline:
        return None
    where = f"{file.name} [tool.callchain]"
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        raise CallchainError("rules: a list of file names is wanted", where=where, hint=_ENTRY_HINT)
    if not isinstance(inline, dict):
        raise CallchainError("rule: tables are wanted", where=where, hint=_ENTRY_HINT)
    own = [_project_file(root, name) for name in named]
    if inline:
        text = msgspec.json.encode(inline, order="sorted")
        own.append(("pyproject.toml", read_rule_table(f"{file.name} [tool.callchain.rule]", inline), text))
    return merged([*shipped_files(), *own])


def _project_file(root: Path, name: str) -> tuple[str, RuleFile, bytes]:
    try:
        data = (root / name).read_bytes()
    except OSError as error:
        raise CallchainError(
            f"rule file {name} cannot be read: {error.strerror}",
            where="pyproject.toml [tool.callchain]",
            hint="names in `rules` are relative to the root",
        ) from None
    return name, read_rule_file(name, data), data
