"""What a run wrote and left behind: members of archives, keys of pickles and checkpoints, read inertly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from callchain.model.chain import Artefact
from callchain.model.recording import ObservedEffect, RunRecord
from callchain.model.symbol import Anchor
from callchain.trace.contents import contents

_KINDS = {
    ".keras": "model",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".zip": "archive",
    ".npz": "archive",
    ".tar": "archive",
    ".tgz": "archive",
    ".gz": "archive",
    ".xz": "archive",
    ".bz2": "archive",
    ".npy": "file",
    ".safetensors": "checkpoint",
    ".ckpt": "checkpoint",
    ".pt": "checkpoint",
    ".pth": "checkpoint",
    ".pkl": "pickle",
    ".pickle": "pickle",
    ".dill": "pickle",
    ".json": "json",
}
_ON_DISK = {"file", "archive", "hdf5", "model", "checkpoint", "json"}
_WRITES = {"write", "create"}
_MAX_ARTEFACTS = 200


def inspect(record: RunRecord) -> tuple[Artefact, ...]:
    """The files of a run that still exist, with their writers, readers and contents, by name.

    A file that was only read counts when it is an archive, a model, a checkpoint or a pickle.
    """
    effects: dict[str, list[ObservedEffect]] = {}
    for effect in record.effects:
        if effect.kind in _ON_DISK and effect.real:
            effects.setdefault(effect.real.partition("!")[0], []).append(effect)
    found = [_artefact(Path(real), effects[real]) for real in sorted(effects) if Path(real).is_file()]
    kept = [artefact for artefact in found if artefact.writers or artefact.kind not in ("file", "json")]
    return tuple(sorted(kept, key=lambda artefact: (artefact.name, artefact.kind))[:_MAX_ARTEFACTS])


def _artefact(path: Path, effects: list[ObservedEffect]) -> Artefact:
    name = min(effect.target.partition("!")[0] for effect in effects)
    members, note = contents(path)
    return Artefact(
        name=name,
        kind=_KINDS.get(path.suffix.lower(), "file"),
        writers=_anchors(effects, lambda effect: effect.action in _WRITES),
        readers=_anchors(effects, lambda effect: effect.action == "read"),
        members=members,
        note=note,
    )


def _anchors(effects: Iterable[ObservedEffect], wanted: Callable[[ObservedEffect], bool]) -> tuple[Anchor, ...]:
    places = {(effect.path, effect.line, effect.symbol) for effect in effects if wanted(effect)}
    return tuple(Anchor(path=path, line=line, end_line=line, symbol=name) for path, line, name in sorted(places))
