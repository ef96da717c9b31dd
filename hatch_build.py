"""Builds the compiled core of the tracer for the interpreter that installs, where a C compiler is there.

Without one the package is whole as well: Python does the same, more slowly.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path("callchain") / "probe" / "_core.c"
SUPPORTED = ((3, 11), (3, 13))


class CompiledCore(BuildHookInterface):  # type: ignore[type-arg] # its parameter is not known outside of hatchling
    """The hook that hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and tag the wheel for this interpreter; do nothing where that cannot be done."""
        if os.environ.get("CALLCHAIN_PURE"):
            return
        built = build(Path(self.root))
        if built is None:
            self.app.display_info("no compiled core: the tracer records in Python")
            return
        if version != "editable":
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
            build_data["force_include"][str(built)] = str(built.relative_to(self.root))


def build(root: Path) -> Path | None:
    """The path of the shared object beside its source, None where it was not built."""
    is_known = SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1] and sys.implementation.name == "cpython"
    suffix, compiler = sysconfig.get_config_var("EXT_SUFFIX"), sysconfig.get_config_var("CC")
    if not is_known or not suffix or not compiler or os.name != "posix":
        return None
    source = root / SOURCE
    target = source.with_suffix(str(suffix))
    shared = ["-dynamiclib", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    include = sysconfig.get_paths()["include"]
    # Put in place in one step: a program that starts meanwhile loads the old core or the new one, never half.
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    words = [*shlex.split(str(compiler)), "-O2", "-fPIC", *shared, f"-I{include}", str(source), "-o", str(part)]
    try:
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode != 0:
            return None
        part.replace(target)
    except OSError:
        return None
    finally:
        part.unlink(missing_ok=True)
    return target
