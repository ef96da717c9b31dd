"""Calls as a document draws them: arrows in text, tables and lists, and call trees in code blocks."""

from __future__ import annotations

import builtins
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from callchain.review.markdown import Unit
from callchain.source.decoding import split_lines

_ARROW = re.compile(r"\s*(?:\u2192|\u27f6|(?<![-<=])->(?!>))\s*")
_END = r"[\w./\\-]*[\w>](?:::[\w.<>]+)?"
_ARGUMENTS = r"(?:\((?:[^()`\n]|\([^()\n]*\))*\))?"
_AFTERTHOUGHT = r"(?:\s*[(\[]?`?[\w./\\-]+\.pyi?:\d+(?:-\d+)?`?[)\]]?)?"
_LEFT = re.compile(rf"(?P<tick>`?)(?P<name>{_END})(?P<call>{_ARGUMENTS})`?\**{_AFTERTHOUGHT}\s*$")
_RIGHT = re.compile(rf"^\**(?P<tick>`?)(?P<name>{_END})(?P<call>{_ARGUMENTS})`?")
_NAME = re.compile(r"^[A-Za-z_<][\w.<>]*$")
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")
_NO_CALLS = frozenset(
    {"python", "py", "pycon", "mermaid", "json", "yaml", "toml", "diff", "dot", "bash", "sh", "c", "cpp"}
)
_TREE = re.compile(
    r"^(?P<indent>[\s\u2502|]*)(?:[\u251c\u2514]\u2500*|[|`+][-\u2500]+|[-*]\s|\u21b3|\u2192|->)?\s*(?P<rest>.*)$"
)
_NODE = re.compile(rf"^`?(?P<name>{_END})(?P<call>{_ARGUMENTS})`?(?=$|[\s:,#(\[\u2014\u2013-])")


@dataclass(frozen=True)
class Arrow:
    """`caller → callee` as it is written."""

    caller: str
    callee: str
    line: int
    """The document's line."""
    text: str
    strict: bool
    """Whether both ends are written as code, so that a call is meant."""
    start: int = 0
    end: int = 0
    chain: int = 0
    """Edges of one chain `A → B → C` share a number."""


_FLOWING = re.compile(
    r"round.?trip|cycle|followed by"
    r"|pipeline|data.?flow|workflow|sequence|in order|then\b|transform|conver[ts]|mapping|rename"
    r"|replace|tensor|\bthread(?:s|ed|ing)\b.*\bthrough|propagat|passed (?:up|down|through|along)"
    r"|shape|becomes?\b|migrat|->\s*(?:None|str|int|dict|bool|float|list|tuple)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"`[^`]*`|\w[./\\_:]+\w[\w./\\:-]*|\w+(?=[/.]\w)")
_CALLING = re.compile(r"\bcall|\binvok|\bedge|\bcaller|\bcallee", re.IGNORECASE)


def arrows_of(unit: Unit) -> tuple[Arrow, ...]:
    """The edges that a unit asserts."""
    if unit.kind != "code":
        return _without_objects(tuple(_arrows(unit, code=False)))
    if unit.language in _NO_CALLS:
        return ()
    return tuple(_tree(unit)) or tuple(_arrows(unit, code=True))


def _without_objects(arrows: tuple[Arrow, ...]) -> tuple[Arrow, ...]:
    """A chain of three or more with a bare class name among its ends draws what data goes through, not calls."""
    chains = Counter(arrow.chain for arrow in arrows)
    objects = {
        arrow.chain
        for arrow in arrows
        if chains[arrow.chain] > 1 and any(_CLASS.fullmatch(end) for end in (arrow.caller, arrow.callee))
    }
    return tuple(replace(arrow, strict=arrow.strict and arrow.chain not in objects) for arrow in arrows)


def _arrows(unit: Unit, *, code: bool) -> Iterator[Arrow]:
    text = unit.text
    chain, last_end = 0, -1
    for match in _ARROW.finditer(text):
        left = _LEFT.search(text[max(0, match.start() - 300) : match.start()])
        right = _RIGHT.match(text[match.end() : match.end() + 300])
        if left is None or right is None:
            continue
        if _is_signature(match[0], left, right):
            continue
        caller, callee = _name(left["name"]), _name(right["name"])
        if not caller or not callee or not (_code_like(left, text, match) and _code_like(right, text, match)):
            continue
        start = max(0, match.start() - 300) + left.start()
        if start > last_end:
            chain += 1
        last_end = match.end() + right.end()
        in_span = _in_span(text, match.start(), match.end())
        written = (
            not _flows(unit)
            and all(_is_code(end, in_span) for end in (left, right))
            and "\n" not in match[0].strip("\n")
        )
        shown = f"{left['name']} \u2192 {right['name']}"
        yield Arrow(
            caller, callee, unit.line_at(match.start()), shown, written and not code, start, last_end, chain
        )


def _is_signature(arrow: str, left: re.Match[str], right: re.Match[str]) -> bool:
    """Whether the arrow is that of a return annotation: `f(x) -> bool`, `f() -> list[Row]`."""
    if not left["call"] or right["call"]:
        return False
    name = right["name"]
    return hasattr(builtins, name) or (arrow.strip() == "->" and bool(_CLASS.fullmatch(name.rpartition(".")[2])))


def _flows(unit: Unit) -> bool:
    """Whether the words around speak of an order or of data, and not of calls."""
    words = _CODE.sub(" ", unit.text)
    return bool(_FLOWING.search(words)) and not _CALLING.search(f"{unit.section} {unit.text}")


def _code_like(end: re.Match[str], text: str, arrow: re.Match[str]) -> bool:
    """A plain lower-case word is a word; `snake_case`, `CamelCase`, `dotted.name` and `call()` are code."""
    if _is_code(end, _in_span(text, arrow.start(), arrow.end())):
        return True
    return bool(re.search(r"[a-z0-9]_[a-z0-9]|[a-z][A-Z]|\w\.\w|^_", end["name"]))


def _is_code(end: re.Match[str], in_span: bool) -> bool:
    return in_span or bool(end["tick"]) or bool(end["call"]) or "::" in end["name"]


def _in_span(text: str, start: int, end: int) -> bool:
    """Whether a code span goes over the arrow."""
    row_start = text.rfind("\n", 0, start) + 1
    row_end = text.find("\n", end)
    rest = text[end : row_end if row_end >= 0 else len(text)]
    return text.count("`", row_start, start) % 2 == 1 and "`" in rest


def _name(written: str) -> str:
    """The end as a name of code; empty when it is a file, a number or a flag."""
    name = written.strip("`*").removesuffix(".")
    if "::" in name:
        return name
    return name if _NAME.match(name) and not name.endswith((".py", ".md", ".zip")) else ""


def _tree(unit: Unit) -> Iterator[Arrow]:
    """A call tree: each line a name, indented below its caller."""
    nodes: list[tuple[int, str, bool, int] | None] = []
    for number, row in enumerate(split_lines(unit.text)):
        if not row.strip():
            continue
        match = _TREE.match(row)
        node = _NODE.match(match["rest"]) if match else None
        if match is None or node is None or "/" in node["name"].partition("::")[0] or _ARROW.search(match["rest"]):
            if match and re.search(r"[/\\]|\.\w{1,5}$", match["rest"].split(" ")[0]) and "::" not in match["rest"]:
                return
            nodes.append(None)
            continue
        depth = len(row) - len(match["rest"])
        nodes.append((depth, _name(node["name"]), bool(node["call"]), unit.line + number))
    yield from _edges_of_tree([node for node in nodes if node is not None], len(nodes))


def _edges_of_tree(nodes: list[tuple[int, str, bool, int]], rows: int) -> Iterator[Arrow]:
    called = sum(called for _, _, called, _ in nodes)
    if len(nodes) < 2 or len({depth for depth, *_ in nodes}) < 2 or called * 2 < rows:
        return
    above: list[tuple[int, str, bool]] = []
    for depth, name, is_call, line in nodes:
        while above and above[-1][0] >= depth:
            above.pop()
        if above and name and above[-1][1]:
            caller = above[-1][1]
            yield Arrow(caller, name, line, f"{caller} \u2192 {name}", is_call and above[-1][2])
        above.append((depth, name, is_call))
