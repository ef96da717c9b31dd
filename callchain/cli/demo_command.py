"""`callchain demo`: the main job on the shipped subject."""

from __future__ import annotations

import importlib.util
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

import callchain
from callchain.ask.request import AskRequest, RunSpec
from callchain.cli.run_command import Manner, deliver
from callchain.cli.terminal import Quiet, Verbose, loudness
from callchain.model.errors import CallchainError

QUESTION = (
    "How does the TensorFlow workflow produce and consume `wts.h5.zip` bundles (train → "
    "`ModelManager.save_multiple_models` → archive layout → `load_inference_bundle`), and which touchpoints must "
    "the PyTorch backend replicate to stay spec-compliant? Contrast with Lightning checkpoint + MLflow outputs in "
    "`ptycho_torch.train`."
)
ROI = "Single training run artefact (mock path acceptable); focus on control flow, not full training"
_NEEDED = ("tensorflow", "torch", "lightning", "dill", "h5py")
_SCRIPTS = {"save": ("train.py",), "load": ("load.py",), "contrast": ("train_torch.py", "--epochs", "8")}


def demo(
    static_only: Annotated[bool, typer.Option("--static-only", help="Read only; run nothing.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 when an expectation fails or an edge is refuted.")
    ] = False,
    time_budget_minutes: Annotated[float, typer.Option(min=0.01, help="Wall-clock budget of all runs.")] = 30.0,
    engine: Annotated[str, typer.Option(help="The tracing engine; `auto` chooses and says why.")] = "auto",
    run_id: Annotated[str, typer.Option(help="Name of the package's folder instead of the UTC time.")] = "",
    out: Annotated[Path | None, typer.Option(help="Another folder for the package.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print evidence.json on stdout.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Ask the shipped subject how its model bundles are written and read; needs the `demo` extra to run it."""
    root = Path(callchain.__file__).parent / "demo"
    if not static_only:
        _require_frameworks()
    with tempfile.TemporaryDirectory(prefix="callchain-demo-") as workdir:
        request = AskRequest(
            question=QUESTION,
            root=root,
            namespaces=("ptycho",),
            initiative_id="INTEGRATE-PYTORCH-001",
            scope_hints=("ModelManager", "persistence", "archives", "load_inference_bundle"),
            roi_hint=ROI,
            contrast="ptycho_torch.train",
            taps=root / "taps.toml",
            runs=() if static_only else _runs(root),
            workdir=Path(workdir),
            time_budget_s=time_budget_minutes * 60,
            static_only=static_only,
            run_id=run_id,
            out=out,
            engine=engine,
            shown_command=("callchain", "demo", *(["--static-only"] if static_only else [])),
        )
        loud = loudness(quiet=quiet, verbose=verbose)
        return deliver(request, Manner(strict=strict, as_json=as_json, loud=loud))


def _runs(root: Path) -> tuple[RunSpec, ...]:
    return tuple(
        RunSpec(name, (sys.executable, str(root / "scripts" / script), *options))
        for name, (script, *options) in _SCRIPTS.items()
    )


def _require_frameworks() -> None:
    missing = [name for name in _NEEDED if not _installed(name)]
    if missing:
        raise CallchainError(
            f"the demo runs real {' and '.join(missing)}, which this environment lacks",
            hint=f"pip install {shlex.quote('callchain-evidence[demo]')}, or callchain demo --static-only",
        )


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
