"""Typed configuration of the PyTorch side; it has no global parameters."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataConfig:
    """What is solved for and what was measured."""

    N: int = 64  # pixels
    gridsize: int = 2
    nphotons: float = 1e9  # photons per pattern
    n_groups: int = 16
    neighbor_count: int = 4

    @property
    def channels(self):
        """Patterns of one group."""
        return self.gridsize**2


@dataclass(frozen=True)
class ModelConfig:
    """Architecture of the network."""

    filters: int = 4
    intensity_scale_trainable: bool = True


@dataclass(frozen=True)
class TrainingConfig:
    """One training run."""

    epochs: int = 1
    batch_size: int = 8
    learning_rate: float = 1e-3  # Adam, per step
    val_fraction: float = 0.25
    patience: int = 5  # epochs without a better validation loss
    seed: int = 42
    device: str = "cpu"
