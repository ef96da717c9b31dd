"""The page's own style sheets and scripts, as one text each, and the policy that lets only these run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

STYLES = ("base", "answer", "graph", "panel", "sections", "taps", "trees", "print")
SCRIPTS = (
    "elements",
    "colours",
    "package",
    "highlight",
    "slices",
    "layout",
    "sheet",
    "canvas",
    "bulk",
    "graph",
    "filters",
    "panel",
    "tree",
    "flame",
    "timeline",
    "runs",
    "edges",
    "search",
    "theme",
    "main",
)


@cache
def style() -> str:
    """All style sheets in order."""
    return "\n" + "".join(_text(f"{name}.css") for name in STYLES)


@cache
def script() -> str:
    """All scripts in order, in one scope of their own."""
    return '\n"use strict";\n(() => {\n' + "".join(_text(f"{name}.js") for name in SCRIPTS) + "})();\n"


def _text(name: str) -> str:
    return files("callchain.report").joinpath("static", name).read_text(encoding="utf-8")


@cache
def policy() -> str:
    """No request, no frame, no form, no markup made from text; only this very style and script."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script())}'",
            f"style-src '{_digest(style())}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
