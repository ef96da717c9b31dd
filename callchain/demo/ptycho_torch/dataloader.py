"""Scans from disk, grouped, normalised and served in batches."""

import logging
from pathlib import Path

import lightning as L
import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset, random_split

from ptycho.raw_data import RawData, normalize_data

logger = logging.getLogger(__name__)


def scale_to_photons(amplitude, nphotons):
    """Factor from normalised amplitude to sqrt(photons).

    Args:
        amplitude: float32 (groups, N, N, C).
        nphotons: photons per pattern, on average.
    """
    mean_power = np.mean(np.sum(amplitude.astype(np.float64) ** 2, axis=(1, 2)))
    return float(np.sqrt(nphotons / mean_power))


class PtychoDataModule(L.LightningDataModule):
    """The scan of a folder (`*.npz`, the first by name) as batches of amplitudes, positions and scale."""

    def __init__(self, ptycho_dir, data_config, training_config):
        super().__init__()
        self.ptycho_dir = Path(ptycho_dir)
        self.data_config = data_config
        self.training_config = training_config
        self.probe = None
        self.intensity_scale = None

    def setup(self, stage=None):
        """Read, group and normalise once; later stages find the data in place."""
        if self.probe is not None:
            return
        scan = RawData.from_file(self.find_scan())
        config = self.data_config
        grouped = scan.generate_grouped_data(
            config.gridsize, config.n_groups, config.neighbor_count, seed=self.training_config.seed
        )
        amplitude, _ = normalize_data(grouped["diffraction"])
        self.probe = torch.from_numpy(scan.probe_guess)
        self.intensity_scale = scale_to_photons(amplitude, config.nphotons)
        dataset = TensorDataset(
            torch.from_numpy(np.moveaxis(amplitude, -1, 1).copy()),
            torch.from_numpy(np.moveaxis(grouped["coords_relative"][:, 0], -1, 1).copy()),
        )
        held_out = int(len(dataset) * self.training_config.val_fraction)
        generator = torch.Generator().manual_seed(self.training_config.seed)
        self.train_set, self.val_set = random_split(dataset, [len(dataset) - held_out, held_out], generator)
        logger.info("%s: %d groups to train, %d to validate", stage, len(self.train_set), held_out)

    def find_scan(self):
        """The first scan of the folder by name.

        Raises:
            FileNotFoundError: if the folder holds none.
        """
        scans = sorted(self.ptycho_dir.glob("*.npz"))
        if not scans:
            raise FileNotFoundError(f"no .npz scan in {self.ptycho_dir}")
        return scans[0]

    def train_dataloader(self):
        """Batches of the training groups, in a fixed order."""
        return DataLoader(self.train_set, batch_size=self.training_config.batch_size)

    def val_dataloader(self):
        """Batches of the held-out groups."""
        return DataLoader(self.val_set, batch_size=self.training_config.batch_size)
