"""Finding taps in the source: the file, the function, the statement; and what is near when one is not there."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence

from callchain.model.errors import CallchainError
from callchain.model.symbol import MODULE, digest_of, split
from callchain.model.tap import LocatedTap, TapSpec
from callchain.source.outline import Entry, outline
from callchain.source.statements import Found, Place, Span, search
from callchain.source.tree import SourceTree
from callchain.taps.capture import compile_expression, root_names
from callchain.taps.nearby import near_symbols, unknown_names

_SHOWN = 5


def locate_all(specs: Sequence[TapSpec], tree: SourceTree) -> tuple[LocatedTap, ...]:
    """Every tap with its place, in the order given.

    Raises:
        CallchainError: the first tap that has none or more than one; its candidates are shown.
    """
    located = []
    for result in locate_each(specs, tree):
        if isinstance(result, CallchainError):
            raise result
        located.append(result)
    return tuple(located)


def locate_each(specs: Sequence[TapSpec], tree: SourceTree) -> list[LocatedTap | CallchainError]:
    """For each tap its place, or what is wrong with it."""
    results: list[LocatedTap | CallchainError] = []
    found = _search(specs, tree)
    for number, spec in enumerate(specs):
        try:
            results.append(_locate(spec, tree, found.get(number)))
        except CallchainError as error:
            results.append(error)
    return results


def _search(specs: Sequence[TapSpec], tree: SourceTree) -> dict[int, Found | CallchainError]:
    """The statements of all taps, one visit for each file; keyed by the tap's number."""
    by_path: dict[str, list[int]] = defaultdict(list)
    for number, spec in enumerate(specs):
        path = split(spec.symbol)[0]
        if spec.code and path in tree:
            by_path[path].append(number)
    answers: dict[int, Found | CallchainError] = {}
    for path, numbers in by_path.items():
        queries = [(split(specs[number].symbol)[1], specs[number].code) for number in numbers]
        try:
            answers.update(zip(numbers, search(tree.text(path), queries, where=path), strict=True))
        except CallchainError as error:
            answers.update(dict.fromkeys(numbers, error))
    return answers


def _locate(spec: TapSpec, tree: SourceTree, found: Found | CallchainError | None) -> LocatedTap:
    where = f"tap {spec.key!r}"
    definitions = _definitions(spec, tree, where)
    if isinstance(found, CallchainError):
        raise CallchainError(found.what, hint=found.hint, where=where)
    spans = (
        _statement(spec, found, where) if found else [Span(entry.line, entry.end_line, 0) for entry in definitions]
    )
    span = _one(spec, spans, where, "definitions" if not found else "statements")
    owner = max((entry for entry in definitions if _holds(entry, span)), key=lambda entry: entry.line)
    programs = {name: compile_expression(text) for name, text in spec.capture.items()}
    path = split(spec.symbol)[0]
    _check_names(spec, programs, tree.text(path), owner, where)
    return LocatedTap(
        spec=spec,
        path=path,
        line=span.line,
        end_line=span.end_line,
        definition_line=owner.line,
        programs=programs,
        digest=digest_of(tree.lines(path)[span.line - 1 : span.end_line]),
    )


def _definitions(spec: TapSpec, tree: SourceTree, where: str) -> list[Entry]:
    path, qualname = split(spec.symbol)
    if path not in tree:
        hint = _joined("near", near_symbols(tree, spec.symbol)) or "the path is relative to the root"
        raise CallchainError(f"there is no file {path!r} below the root", hint=hint, where=where)
    try:
        entries = [entry for entry in outline(tree.text(path)) if entry.qualname == qualname]
    except SyntaxError as error:
        raise CallchainError(f"{path} does not parse: {error.msg}, line {error.lineno}", where=where) from error
    if not entries:
        hint = _joined("near", near_symbols(tree, spec.symbol)) or f"{path} has nothing like it"
        raise CallchainError(f"{path} has no {qualname!r}", hint=hint, where=where)
    kinds = {entry.kind for entry in entries}
    if spec.where in ("entry", "return", "raise") and kinds == {"class"}:
        hint = "name one of its methods, or a statement of its body"
        raise CallchainError(f"{qualname!r} is a class, which is not called itself", hint=hint, where=where)
    return entries


def _statement(spec: TapSpec, found: Found, where: str) -> list[Span]:
    if found.error:
        raise CallchainError(f"the code `{_short(spec.code)}` cannot be found: {found.error}", where=where)
    if found.spans:
        return list(found.spans)
    name = split(spec.symbol)[1]
    if found.elsewhere:
        places = "; ".join(f"line {place.line} in {place.qualname}" for place in found.elsewhere[:_SHOWN])
        hint = f"but it stands at {places}"
    else:
        hint = _joined("near", [_place(place) for place in found.near]) or "no statement there resembles it"
    raise CallchainError(f"nothing in {name!r} matches `{_short(spec.code)}`", hint=hint, where=where)


def _one(spec: TapSpec, spans: list[Span], where: str, what: str) -> Span:
    """The place that is meant: the only one, or the one that `occurrence` counts off."""
    if spec.occurrence > len(spans):
        raise CallchainError(f"occurrence {spec.occurrence} of {len(spans)} does not exist", where=where)
    if spec.occurrence:
        return spans[spec.occurrence - 1]
    if len(spans) > 1:
        lines = ", ".join(f"line {span.line}" for span in spans)
        subject = f"`{_short(spec.code)}`" if spec.code else repr(split(spec.symbol)[1])
        hint = "add `occurrence = n` to `at`, counted from 1"
        raise CallchainError(f"{subject} matches {len(spans)} {what}: {lines}", hint=hint, where=where)
    return spans[0]


def _check_names(spec: TapSpec, programs: dict[str, list[object]], text: str, owner: Entry, where: str) -> None:
    """A capture that starts from a name the function never has is a slip of the pen, told before anything runs."""
    special = {"return": {"result"}, "raise": {"error"}}.get(spec.where, set())
    wanted = frozenset().union(*(root_names(program) for program in programs.values())) - special
    for name, near in unknown_names(ast.parse(text), owner, wanted).items():
        hint = f"did you mean {near!r}?" if near else "captures start from its locals and its module's globals"
        place = "the module" if owner.qualname == MODULE else owner.qualname
        raise CallchainError(
            f"the capture starts from {name!r}, which {place} does not have", hint=hint, where=where
        )


def _holds(entry: Entry, span: Span) -> bool:
    return entry.first_line <= span.line and span.end_line <= entry.end_line


def _place(place: Place) -> str:
    return f"line {place.line} `{_short(place.code)}`"


def _short(code: str) -> str:
    first = code.strip().partition("\n")[0]
    return first if len(first) <= 80 else f"{first[:79]}…"


def _joined(word: str, names: Sequence[str]) -> str:
    return f"{word}: {'; '.join(names[:_SHOWN])}" if names else ""
