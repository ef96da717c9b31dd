"""Parsing the two small languages of tap files, and refusing what they do not have."""

from __future__ import annotations

import ast
from typing import NoReturn

_MAX_CHARACTERS = 1000


class RefusalError(ValueError):
    """An expression outside a language; the message says which part and why."""


def parse(text: str) -> ast.expr:
    """The syntax tree of one expression.

    Raises:
        RefusalError: it is no expression.
    """
    if not text.strip():
        raise RefusalError("it is empty")
    if len(text) > _MAX_CHARACTERS:
        raise RefusalError(f"it is longer than {_MAX_CHARACTERS} characters")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise RefusalError(f"it is not an expression ({error.msg})") from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise RefusalError("it cannot be parsed") from error


def shown(text: str) -> str:
    """An expression for a message, cut where it is long."""
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= 80 else f"`{line[:79]}…`"


def refuse(node: ast.expr) -> NoReturn:
    """Say that a part of an expression is not in the language."""
    raise RefusalError(f"{shown(ast.unparse(node))} is not part of the language")
