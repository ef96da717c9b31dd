"""Simulation, grouping and normalisation."""

import numpy as np
import pytest

from ptycho import diffsim, loader, params, probe, train_pinn
from ptycho.raw_data import RawData, normalize_data


@pytest.fixture
def scan():
    """Sixteen patterns of 16 x 16 pixels."""
    params.cfg.update(N=16, gridsize=2)
    return diffsim.mk_simdata(probe.set_probe_guess(), n_side=4, seed=3)


def test_photons_per_pattern_are_as_asked(scan):
    container = loader.load(scan, 16, 2, n_groups=6, neighbor_count=4)
    scale = train_pinn.calculate_intensity_scale(container)
    photons = np.sum((container.X * scale) ** 2, axis=(1, 2))
    assert photons.mean() == pytest.approx(params.get("nphotons"), rel=1e-5)


def test_groups_are_neighbours_around_their_centre(scan):
    container = loader.load(scan, 16, 2, n_groups=6, neighbor_count=4)
    assert container.X.shape == (6, 16, 16, 4)
    assert np.allclose(container.positions.mean(axis=-1), 0, atol=1e-5)
    assert np.abs(container.positions).max() < 3 * params.get("offset")


def test_normalised_power_is_one_per_pixel(scan):
    normalised, factor = normalize_data(scan.diff3d[..., None])
    assert np.mean(normalised**2) == pytest.approx(1.0, rel=1e-5)
    assert factor > 0


def test_a_scan_survives_its_file(scan, tmp_path):
    scan.to_file(tmp_path / "scan.npz")
    again = RawData.from_file(tmp_path / "scan.npz")
    assert np.array_equal(again.diff3d, scan.diff3d)
    assert np.array_equal(again.xcoords, scan.xcoords)
