"""One file's bytes to its facts: the only place where the code under study is parsed."""

from __future__ import annotations

import ast
import gc
import sys
import warnings

import msgspec

from callchain.facts.ir import ModuleIR
from callchain.facts.lowering import Lowering
from callchain.facts.records import FileFacts
from callchain.facts.state import state_facts
from callchain.facts.text import text_facts

_ENCODER = msgspec.msgpack.Encoder()
_DEPTH = 20_000


LINKS = 1
"""What the call graph is made of: definitions, names, constraints."""
WORDS = 2
"""What questions are answered with: accesses to global state, strings and identifiers."""


def extract(path: str, module: str, data: bytes, wanted: int = LINKS | WORDS) -> FileFacts:
    """The facts of one file, a pure function of its arguments.

    Args:
        path: the file relative to the root.
        module: its dotted import name.
        data: its bytes.
        wanted: `LINKS`, `WORDS` or both; what is not wanted stays empty.

    Returns:
        The facts; with `error` and nothing else when the file cannot be parsed.
    """
    is_package = path.rpartition("/")[2].startswith("__init__.py")
    limit = sys.getrecursionlimit()
    was_collecting = gc.isenabled()
    sys.setrecursionlimit(max(limit, _DEPTH))
    gc.disable()  # trees are large and free of cycles: collecting while they are built costs a third
    try:
        return _extract(path, module, is_package, data, wanted)
    except RecursionError:
        return FileFacts(path, module, is_package, error="nested too deeply to be read")
    finally:
        sys.setrecursionlimit(limit)
        if was_collecting:
            gc.enable()


def _extract(path: str, module: str, is_package: bool, data: bytes, wanted: int) -> FileFacts:
    tree = _parsed(data)
    if isinstance(tree, str):
        return FileFacts(path, module, is_package, error=tree)
    if b"\\u" in data or b"\\U" in data:
        _spell_out_surrogates(tree)
    lines = _line_count(data)
    facts = FileFacts(path, module, is_package, lines=lines)
    if wanted & LINKS:
        facts = _linked(facts, tree)
    if wanted & WORDS:
        facts = msgspec.structs.replace(facts, state=state_facts(tree, path), texts=text_facts(tree, path))
    return facts


def _linked(facts: FileFacts, tree: ast.Module) -> FileFacts:
    low = Lowering(facts.path, facts.module, facts.is_package)
    low.read(tree, facts.lines)
    low.close()
    definitions = sorted(low.definitions, key=lambda each: (each.kind != "module", each.line, each.end_line))
    return msgspec.structs.replace(
        facts,
        definitions=tuple(definitions),
        names=low.names,
        stars=tuple(dict.fromkeys(low.stars)),
        ir=_ENCODER.encode(ModuleIR(low.units, low.classes, low.globals, low.conditional_imports)),
    )


def _parsed(data: bytes) -> ast.Module | str:
    """The syntax tree, or why there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except SyntaxError as error:
        return f"syntax error at line {error.lineno or 0}: {error.msg}"
    except (ValueError, MemoryError) as error:
        return f"cannot be parsed: {type(error).__name__}: {error}"


def _spell_out_surrogates(tree: ast.Module) -> None:
    """Write lone surrogates of literals as their escapes: no record or cache can hold them as characters."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = node.value.encode("utf-8", "backslashreplace").decode("utf-8")


def _line_count(data: bytes) -> int:
    """The number of the last line; a file without a line still has its line 1."""
    return max(data.count(b"\n") + (not data.endswith(b"\n")), 1)
