"""The floor: `ast.parse` of each file of a list. Run as a child."""

from __future__ import annotations

import ast
import sys
import warnings
from pathlib import Path

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for name in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        try:
            ast.parse(Path(name).read_bytes())
        except (SyntaxError, ValueError):
            print(f"not parsed: {name}")
