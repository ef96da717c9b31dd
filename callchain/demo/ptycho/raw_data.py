"""Measurements as they come from an instrument or a simulation, and their grouping into regions."""

import logging

import numpy as np

from ptycho import params

logger = logging.getLogger(__name__)


class RawData:
    """A scan: positions, diffraction amplitudes, probe and, when simulated, the object itself.

    Args:
        xcoords: float32 (points,), pixels.
        ycoords: float32 (points,), pixels.
        diff3d: float32 amplitudes (points, N, N).
        probe_guess: complex64 (N, N).
        object_guess: complex64 object, or None for a measured scan.
    """

    def __init__(self, xcoords, ycoords, diff3d, probe_guess, object_guess=None):
        self.xcoords = xcoords
        self.ycoords = ycoords
        self.diff3d = diff3d
        self.probe_guess = probe_guess
        self.object_guess = object_guess

    @classmethod
    def from_file(cls, path):
        """Read a scan from an `.npz` file written by `to_file`."""
        with np.load(path) as archive:
            return cls(*(archive[name] for name in ("xcoords", "ycoords", "diffraction", "probe", "object")))

    def to_file(self, path):
        """Write the scan to an `.npz` file."""
        np.savez(
            path,
            xcoords=self.xcoords,
            ycoords=self.ycoords,
            diffraction=self.diff3d,
            probe=self.probe_guess,
            object=self.object_guess,
        )

    def generate_grouped_data(self, gridsize, n_groups, neighbor_count, seed=0):
        """Draw groups of neighbouring patterns, each of which the network solves together.

        Args:
            gridsize: a group has gridsize**2 patterns.
            n_groups: groups to draw.
            neighbor_count: nearest neighbours (the point itself included) a group is drawn from.
            seed: of the draw.

        Returns:
            dict with `diffraction` (groups, N, N, C), `coords_relative` (groups, 1, 2, C) and
            `coords_center` (groups, 2), both in pixels, and `indices` (groups, C).
        """
        channels = gridsize**2
        rng = np.random.default_rng(seed)
        points = np.stack([self.xcoords, self.ycoords], axis=1)
        squared = np.sum((points[:, None, :] - points[None, :, :]) ** 2, axis=-1)
        nearest = np.argsort(squared, axis=1, kind="stable")[:, : max(neighbor_count, channels)]
        starts = rng.choice(len(points), size=n_groups, replace=n_groups > len(points))
        picks = np.argsort(rng.random((n_groups, nearest.shape[1])), axis=1, kind="stable")[:, :channels]
        indices = np.sort(np.take_along_axis(nearest[starts], picks, axis=1), axis=1)
        members = points[indices]
        center = members.mean(axis=1)
        relative = np.swapaxes(members - center[:, None, :], 1, 2)[:, None, :, :]
        logger.info("grouped %d patterns into %d groups of %d", len(points), n_groups, channels)
        return {
            "diffraction": np.moveaxis(self.diff3d[indices], 1, -1),
            "coords_relative": relative.astype(np.float32),
            "coords_center": center.astype(np.float32),
            "indices": indices,
        }


def normalize_data(diffraction):
    """Scale amplitudes so that the mean power per pixel is 1 over the data set.

    Args:
        diffraction: float32 amplitudes (groups, N, N, C).

    Returns:
        the scaled float32 amplitudes, and the factor they were multiplied by.
    """
    N = params.get("N")
    mean_power = np.mean(np.sum(diffraction**2, axis=(1, 2)))
    factor = float(np.sqrt(N * N / mean_power))
    return (diffraction * factor).astype(np.float32), factor
