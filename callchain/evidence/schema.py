"""The JSON Schema of `evidence.json`, generated from the records and shipped beside this file."""

from __future__ import annotations

from importlib.resources import files
from inspect import cleandoc
from typing import Any

import msgspec

from callchain.model.package import SCHEMA, Evidence

FILE = "evidence.schema.json"


def generate() -> bytes:
    """The schema as it follows from the records, formatted; running this module prints it."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **_settled(msgspec.json.schema(Evidence)),
    }
    encoded = msgspec.json.encode(schema, order="sorted")
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _settled(schema: Any) -> Any:
    """The same from every interpreter and msgspec: docstrings without indentation, `null` last of what may be."""
    if isinstance(schema, list):
        return [_settled(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _settled(value) for key, value in schema.items()}
    if isinstance(plain.get("description"), str):
        plain["description"] = cleandoc(plain["description"])
    if isinstance(plain.get("anyOf"), list):
        plain["anyOf"].sort(key=lambda each: each.get("type") == "null")
    return plain


def shipped() -> dict[str, Any]:
    """The schema as it is shipped."""
    text = files("callchain.evidence").joinpath(FILE).read_bytes()
    return dict(msgspec.json.decode(text))


if __name__ == "__main__":
    import sys

    sys.stdout.buffer.write(generate())
