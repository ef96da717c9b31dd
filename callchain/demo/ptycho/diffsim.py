"""Simulated measurements: an object, a scan and photon-limited far-field diffraction."""

import numpy as np

from ptycho import params
from ptycho.raw_data import RawData


def make_mock_object(side, rng):
    """Object of random lines, as in a lithographic test pattern.

    Args:
        side: side of the object, pixels.
        rng: numpy random generator.

    Returns:
        complex64 array (side, side): transmission, modulus in [0.5, 1], phase in [0, 1] rad.
    """
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    ink = np.zeros((side, side), dtype=np.float32)
    for angle, position in zip(rng.uniform(0, np.pi, 12), rng.uniform(0.1, 0.9, 12), strict=True):
        distance = (x - position * side) * np.cos(angle) + (y - position * side) * np.sin(angle)
        ink += np.exp(-((distance / 2.0) ** 2))  # lines 2 pixels wide
    ink /= ink.max()
    return ((1.0 - 0.5 * ink) * np.exp(1j * ink)).astype(np.complex64)


def make_scan(n_side, step, jitter, rng):
    """Raster scan of `n_side` x `n_side` points with random errors.

    Returns:
        two float32 arrays of length n_side**2: x and y of the upper left corner of each patch, pixels.
    """
    axis = np.arange(n_side) * float(step) + jitter
    y, x = np.meshgrid(axis, axis, indexing="ij")
    noise = rng.integers(-jitter, jitter + 1, size=(2, n_side * n_side))
    return (x.ravel() + noise[0]).astype(np.float32), (y.ravel() + noise[1]).astype(np.float32)


def extract_views(obj, xcoords, ycoords, N):
    """Patches of the object seen at integer scan positions, shape (points, N, N)."""
    rows = ycoords.astype(int)[:, None, None] + np.arange(N)[None, :, None]
    columns = xcoords.astype(int)[:, None, None] + np.arange(N)[None, None, :]
    return obj[rows, columns]


def illuminate_and_diffract(views, probe, nphotons, rng):
    """Far-field amplitudes of illuminated patches with Poisson noise.

    Args:
        views: complex patches (points, N, N).
        probe: complex probe (N, N).
        nphotons: photons expected per pattern, on average over the scan.
        rng: numpy random generator.

    Returns:
        float32 amplitudes (points, N, N), in the units of the noise-free ones.
    """
    field = np.fft.fftshift(np.fft.fft2(views * probe, norm="ortho"), axes=(-2, -1))
    amplitude = np.abs(field)
    photons_per_unit = scale_nphotons(amplitude, nphotons)
    counts = rng.poisson((amplitude * photons_per_unit) ** 2)
    return (np.sqrt(counts) / photons_per_unit).astype(np.float32)


def scale_nphotons(amplitude, nphotons):
    """Factor that turns amplitudes into sqrt(photons) for `nphotons` photons per pattern on average."""
    return float(np.sqrt(nphotons / np.mean(np.sum(amplitude**2, axis=(-2, -1)))))


def mk_simdata(probe, n_side=8, jitter=1, seed=0):
    """Simulate a whole scan with the current parameters.

    Args:
        probe: complex64 (N, N).
        n_side: scan points per side.
        jitter: largest error of a scan position, pixels.
        seed: of the object, the scan and the photon noise.

    Returns:
        RawData with n_side**2 patterns.
    """
    rng = np.random.default_rng(seed)
    N, step = params.get("N"), params.get("offset")
    obj = make_mock_object(N + (n_side - 1) * step + 2 * jitter, rng)
    xcoords, ycoords = make_scan(n_side, step, jitter, rng)
    views = extract_views(obj, xcoords, ycoords, N)
    diffraction = illuminate_and_diffract(views, probe, params.get("nphotons"), rng)
    return RawData(xcoords, ycoords, diffraction, probe, obj)
