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
        **_with_plain_descriptions(msgspec.json.schema(Evidence)),
    }
    encoded = msgspec.json.encode(schema, order="sorted")
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _with_plain_descriptions(schema: Any) -> Any:
    """Docstrings without their indentation, which Python 3.13 takes off by itself and older ones keep."""
    if isinstance(schema, list):
        return [_with_plain_descriptions(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _with_plain_descriptions(value) for key, value in schema.items()}
    if isinstance(plain.get("description"), str):
        plain["description"] = cleandoc(plain["description"])
    return plain


def shipped() -> dict[str, Any]:
    """The schema as it is shipped."""
    text = files("callchain.evidence").joinpath(FILE).read_bytes()
    return dict(msgspec.json.decode(text))


if __name__ == "__main__":
    import sys

    sys.stdout.buffer.write(generate())
