"""Data in the form in which the network takes it."""

import logging
from dataclasses import dataclass

import numpy as np

from ptycho.diffsim import extract_views
from ptycho.raw_data import RawData, normalize_data

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PtychoDataContainer:
    """Grouped and normalised data.

    Attributes:
        X: float32 amplitudes (groups, N, N, C) of unit mean power per pixel.
        positions: float32 (groups, 1, 2, C), pixels relative to the group's centre.
        centers: float32 (groups, 2), pixels.
        Y: complex64 true patches at the groups' centres (groups, N, N, 1), ones where the object is unknown.
        probe: complex64 (N, N).
        norm_factor: X over measured amplitude.
    """

    X: np.ndarray
    positions: np.ndarray
    centers: np.ndarray
    Y: np.ndarray
    probe: np.ndarray
    norm_factor: float

    def __len__(self):
        return len(self.X)


def load(raw_data, N, gridsize, n_groups, neighbor_count, seed=0):
    """Group, normalise and pack a scan.

    Raises:
        TypeError: if `raw_data` is not a RawData.
    """
    if not isinstance(raw_data, RawData):
        raise TypeError(f"expected RawData, got {type(raw_data).__name__}")
    grouped = raw_data.generate_grouped_data(gridsize, n_groups, neighbor_count, seed)
    X, norm_factor = normalize_data(grouped["diffraction"])
    centers = grouped["coords_center"]
    logger.info("normalised by %.6g", norm_factor)
    return PtychoDataContainer(
        X=X,
        positions=grouped["coords_relative"],
        centers=centers,
        Y=_true_patches(raw_data.object_guess, centers, N),
        probe=raw_data.probe_guess,
        norm_factor=norm_factor,
    )


def _true_patches(obj, centers, N):
    if obj is None:
        return np.ones((len(centers), N, N, 1), dtype=np.complex64)
    limit = np.array([obj.shape[1] - N, obj.shape[0] - N])
    corners = np.clip(np.rint(centers), 0, limit)
    return extract_views(obj, corners[:, 0], corners[:, 1], N)[..., None]
