"""Typed configuration of training and inference, and the bridge to `ptycho.params.cfg`.

The dataclasses are the source of truth. `update_legacy_dict` copies their values, under the names that older
modules know, into the global dictionary; it has to run before such a module reads a parameter.
"""

from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Literal

LEGACY_NAMES = {
    "intensity_scale_trainable": "train_intensity_scale",
    "probe_trainable": "train_probe",
    "output_dir": "output_prefix",
}


@dataclass(frozen=True)
class ModelConfig:
    """Architecture of the network and size of what it solves for."""

    N: int = 64  # pixels
    gridsize: int = 1
    n_filters_scale: int = 2
    model_type: Literal["pinn", "supervised"] = "pinn"
    amp_activation: Literal["sigmoid", "softplus"] = "sigmoid"
    object_big: bool = True
    probe_trainable: bool = False
    probe_scale: float = 4.0

    def __post_init__(self):
        """Refuse sizes that the encoder cannot halve twice."""
        if self.N % 4:
            raise ValueError(f"N={self.N} pixels cannot be halved twice")


@dataclass(frozen=True)
class TrainingConfig:
    """One training run."""

    model: ModelConfig = field(default_factory=ModelConfig)
    batch_size: int = 16
    nepochs: int = 60
    mae_weight: float = 0.0
    nll_weight: float = 1.0
    realspace_weight: float = 0.0
    nphotons: float = 1e9  # photons per pattern
    n_groups: int = 512
    neighbor_count: int = 4
    intensity_scale_trainable: bool = True
    seed: int = 42
    output_dir: Path = Path("outputs")


@dataclass(frozen=True)
class InferenceConfig:
    """One reconstruction with a trained model."""

    model: ModelConfig = field(default_factory=ModelConfig)
    model_path: Path = Path("outputs")
    n_groups: int = 16


def dataclass_to_legacy_dict(config):
    """Flatten a configuration into the names that `ptycho.params.cfg` uses; paths become text."""
    values = {}
    for entry in fields(config):
        value = getattr(config, entry.name)
        if is_dataclass(value):
            values.update(dataclass_to_legacy_dict(value))
        else:
            name = LEGACY_NAMES.get(entry.name, entry.name)
            values[name] = str(value) if isinstance(value, Path) else value
    return values


def update_legacy_dict(cfg, config):
    """Copy a configuration into the global dictionary `cfg`; what it does not speak of stays as it was."""
    for name, value in dataclass_to_legacy_dict(config).items():
        if name in cfg:
            cfg[name] = value
