"""Source bytes to text: byte-order mark and encoding cookie (PEP 263), line ends as single newlines."""

from __future__ import annotations

import io
import tokenize


class UndecodableError(Exception):
    """Source bytes that are no text; the message says why and reads well after a file's name."""


def decode(data: bytes) -> str:
    """The text of a Python source file as the interpreter would read it.

    Raises:
        UndecodableError: NUL bytes, an unknown or contradicting cookie, bytes that are not of the encoding.
    """
    if b"\0" in data:
        raise UndecodableError("holds NUL bytes: binary, or UTF-16")
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UndecodableError(f"byte 0x{data[error.start]:02x} on line {line} is not {encoding}") from error
    except (LookupError, ValueError) as error:
        raise UndecodableError(f"its encoding cookie names {encoding}, which gives no text") from error
    return normalise_newlines(text)


def decode_document(data: bytes) -> str:
    """The text of a prose file: UTF-8, bytes that are not shown as U+FFFD."""
    return normalise_newlines(data.decode("utf-8-sig", "replace"))


def normalise_newlines(text: str) -> str:
    """Windows and old Mac line ends as single newlines, the way the tokenizer counts lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def split_lines(text: str) -> list[str]:
    """Lines as the tokenizer counts them: split at newlines alone, never at form feeds or U+2028."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def _encoding(data: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError as error:
        raise UndecodableError(str(error.msg)) from error
    except (LookupError, ValueError) as error:
        raise UndecodableError(f"its encoding cookie cannot be used: {error}") from error
