"""LibCST: a lossless parse of each file of a list. Run as a child."""

from __future__ import annotations

import sys
from pathlib import Path

import libcst

if __name__ == "__main__":
    for name in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        try:
            libcst.parse_module(Path(name).read_bytes())
        except (libcst.ParserSyntaxError, UnicodeDecodeError, RecursionError):
            print(f"not parsed: {name}")
