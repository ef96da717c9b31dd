"""The programs that are compared, as commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.static.trees import Tree

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent


@dataclass(frozen=True)
class Tool:
    """A program and how to call it for a tree; it may write to the given file."""

    name: str
    command: Callable[[Tree, Path], list[str | Path]]


FLOOR = Tool("ast.parse", lambda tree, _: [sys.executable, HERE / "floor.py", tree.file_list()])
LOSSLESS = Tool("LibCST parse", lambda tree, _: [sys.executable, HERE / "lossless.py", tree.file_list()])


def ours(tree: Tree, out: Path) -> list[str | Path]:
    """Our reading, in a process of its own."""
    return [sys.executable, HERE / "ours.py", tree.root, out]


def peers(environment: Path) -> tuple[Tool, ...]:
    """The peers that are installed in `environment`; none when it is not there."""
    scripts = environment / "bin"
    python = scripts / "python"
    if not python.exists():
        return ()
    return (
        Tool(
            "code2flow",
            lambda tree, out: [
                scripts / "code2flow",
                *("--language", "py", "--quiet", "--skip-parse-errors"),
                *("--output", out.with_suffix(".json"), tree.root),
            ],
        ),
        Tool(
            "pyan3",
            lambda tree, out: [
                scripts / "pyan3",
                *("--uses", "--no-defines", "--text", "--root", tree.root, "--file", out),
                *tree.files,
            ],
        ),
        Tool("jarviscg", lambda tree, out: [scripts / "jarviscg", *_modules(tree, out)]),
        Tool(
            "jarviscg --precision", lambda tree, out: [scripts / "jarviscg", "--precision", *_modules(tree, out)]
        ),
        Tool("PyCG", lambda tree, out: [python, "-m", "pycg", *_modules(tree, out)]),
        Tool("ty check (types, no graph)", lambda tree, _: [scripts / "ty", *_CHECK, "--project", tree.root]),
    )


_CHECK = ("check", "--exit-zero", "--no-progress", "--output-format", "concise")


def _modules(tree: Tree, out: Path) -> list[str | Path]:
    return ["--package", tree.root, "-o", out, *tree.files]
