"""What names mean across files, by scopes and imports alone; and which symbols a user's identifier may mean."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from functools import cached_property

from callchain.facts.records import FileFacts
from callchain.model.symbol import MODULE, Definition, split, symbol

_DEEPEST = 12
_BUILTINS = frozenset(dir(builtins))


class Names:
    """The module table and every scope's bindings."""

    def __init__(self, facts: Mapping[str, FileFacts] | None = None) -> None:
        self._facts = facts or {}
        self._classes: dict[str, frozenset[str]] = {}
        self._stubs = {path for path in self._facts if path.endswith(".pyi")}

    @cached_property
    def modules(self) -> dict[str, str]:
        """Import name → path; a package's `__init__` and sources win over stubs and look-alikes, then order."""
        table: dict[str, str] = {}
        for path in sorted(self._facts, key=lambda path: (path in self._stubs, path)):
            table.setdefault(self._facts[path].module, path)
        return table

    @cached_property
    def packages(self) -> frozenset[str]:
        """Dotted prefixes of module names: namespace packages among them."""
        found: set[str] = set()
        for module in self.modules:
            while "." in module:
                module = module.rpartition(".")[0]
                found.add(module)
        return frozenset(found)

    def resolve(self, path: str, dotted: str, qualname: str = MODULE) -> str:
        """What `dotted` means inside `qualname` of `path`: a symbol, an external dotted name, or empty."""
        facts = self._facts.get(path)
        if facts is None or not dotted:
            return ""
        head, _, rest = dotted.partition(".")
        for scope in _scopes(qualname, self._classes_of(facts)):
            targets = facts.names.get(scope, {}).get(head)
            if targets:
                return self._first(path, scope, head, targets, rest)
        for module in facts.stars:
            found = self.attribute(module, head, 0)
            if found and "::" in found:
                return self._member(found, rest, 0)
        return f"builtins.{dotted}" if head in _BUILTINS else ""

    def _classes_of(self, facts: FileFacts) -> frozenset[str]:
        """Qualnames of a file's classes; read once a file."""
        found = self._classes.get(facts.path)
        if found is None:
            found = self._classes[facts.path] = frozenset(
                each.qualname for each in facts.definitions if each.kind == "class"
            )
        return found

    def _first(self, path: str, scope: str, head: str, targets: Iterable[str], rest: str) -> str:
        fallback = ""
        for target in targets:
            found = self._target(path, scope, head, target, 0)
            found = self._member(found, rest, 0) if found else ""
            if "::" in found:
                return found
            fallback = fallback or found
        return fallback

    def _target(self, path: str, scope: str, name: str, target: str, depth: int) -> str:
        kind, _, value = target.partition(":")
        if kind == "D":
            return symbol(path, value)
        if kind == "I":
            return self.module(value)
        if kind == "F":
            module, _, wanted = value.partition("|")
            return self.attribute(module, wanted, depth + 1)
        if scope == MODULE:
            return symbol(path, name)
        return ""

    def module(self, dotted: str) -> str:
        """A module's symbol, or its dotted name where it lies outside the root."""
        path = self.modules.get(dotted)
        return symbol(path) if path else dotted

    def attribute(self, module: str, name: str, depth: int) -> str:
        """What `module.name` means, through re-exports."""
        path = self.modules.get(module)
        if path is None:
            inside = f"{module}.{name}"
            return self.module(inside) if inside in self.modules or module else inside
        facts = self._facts[path]
        targets = facts.names.get(MODULE, {}).get(name, ())
        if depth < _DEEPEST:
            for target in targets:
                found = self._target(path, MODULE, name, target, depth)
                if found:
                    return found
        if f"{module}.{name}" in self.modules:
            return self.module(f"{module}.{name}")
        if depth < _DEEPEST:
            for star in facts.stars:
                found = self.attribute(star, name, depth + 1)
                if "::" in found:
                    return found
        return ""

    def _member(self, found: str, rest: str, depth: int) -> str:
        """Follow the attributes `rest` of something already found."""
        while rest:
            head, _, rest = rest.partition(".")
            if "::" not in found:
                dotted = f"{found}.{head}"
                found = self.module(dotted)
                continue
            path, qualname = split(found)
            if qualname == MODULE:
                found = self.attribute(self._facts[path].module, head, depth)
            else:
                inner = self._facts[path].names.get(qualname, {})
                found = symbol(path, f"{qualname}.{head}") if head in inner else ""
            if not found:
                return ""
        return found

    def find(self, name: str, definitions: Mapping[str, Definition]) -> tuple[str, ...]:
        """Symbols that `name` may mean: exact symbol, module path, dotted tail, bare name; the best first."""
        wanted = name.strip().removesuffix("()").replace(":", ".") if "::" not in name else name.strip()
        if wanted in definitions:
            return (wanted,)
        if wanted in self.modules:
            return (symbol(self.modules[wanted]),)
        path, _, tail = wanted.partition("::")
        if tail:
            return self._ranked(tail, definitions, path)
        if wanted.endswith(".py"):
            return tuple(key for key in definitions if key.endswith(f"{wanted}::{MODULE}"))
        whole = self._dotted(wanted)
        ranked = self._ranked(wanted, definitions, "")
        return tuple(dict.fromkeys([*whole, *ranked]))

    def _dotted(self, wanted: str) -> tuple[str, ...]:
        """`package.module.Class.method` read from its longest module prefix, which may lack leading packages."""
        parts = wanted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            prefix, rest = ".".join(parts[:cut]), ".".join(parts[cut:])
            homes = (
                [prefix] if prefix in self.modules else sorted(m for m in self.modules if m.endswith("." + prefix))
            )
            found = [self._member(symbol(self.modules[home]), rest, 0) for home in homes]
            if any("::" in each for each in found):
                return tuple(each for each in found if "::" in each)
        tails = sorted(m for m in self.modules if m.endswith("." + wanted))
        return tuple(symbol(self.modules[module]) for module in tails)

    def _ranked(self, wanted: str, definitions: Mapping[str, Definition], path: str) -> tuple[str, ...]:
        last = wanted.rpartition(".")[2]
        found: list[tuple[int, str]] = []
        for key in self._by_name(definitions).get(last, ()):
            home, qualname = split(key)
            if path and not home.endswith(path):
                continue
            if qualname == wanted or qualname.endswith("." + wanted):
                found.append((qualname.count(".") + 10 * (qualname != wanted), key))
        found.sort(key=lambda item: (item[0], self._facts[split(item[1])[0]].module.count("."), item[1]))
        return tuple(key for _, key in found)

    def _by_name(self, definitions: Mapping[str, Definition]) -> dict[str, list[str]]:
        cached: dict[str, list[str]] | None = self.__dict__.get("_named")
        if cached is None:
            cached = {}
            for key in definitions:
                cached.setdefault(split(key)[1].rpartition(".")[2], []).append(key)
            self.__dict__["_named"] = cached
        return cached


def _scopes(qualname: str, classes: frozenset[str]) -> Iterable[str]:
    """The scopes a name is looked up in, the innermost first; class scopes count only for their own body."""
    here = qualname
    while here and here != MODULE:
        if here == qualname or here not in classes:
            yield here
        here = here.rpartition(".")[0]
    yield MODULE
