"""The illumination: a default guess and the place where the current one is kept."""

import numpy as np

from ptycho import params
from ptycho.misc import memoize


@memoize
def make_default_probe(N, probe_scale):
    """Disk of radius `N / probe_scale` pixels with a soft edge and a weak defocus phase.

    Returns:
        complex64 array of shape (N, N) whose mean squared modulus over its support is 1.
    """
    axis = np.arange(N, dtype=np.float32) - (N - 1) / 2
    radius_squared = axis[:, None] ** 2 + axis[None, :] ** 2
    edge = (N / probe_scale) ** 2
    amplitude = 1.0 / (1.0 + np.exp((radius_squared - edge) / (2.0 * N)))
    phase = 0.5 * radius_squared / edge
    probe = amplitude * np.exp(1j * phase)
    return normalize_probe(probe).astype(np.complex64)


def normalize_probe(probe):
    """Scale a probe so that its mean squared modulus, over the pixels it lights, is 1."""
    intensity = np.abs(probe) ** 2
    lit = intensity > 0.05 * intensity.max()
    return probe / np.sqrt(intensity[lit].mean())


def set_probe_guess(probe_guess=None):
    """Make a probe the current one, the default probe if none is given, and return it."""
    if probe_guess is None:
        probe_guess = make_default_probe(params.get("N"), params.get("probe_scale"))
    params.set("probe", np.asarray(probe_guess, dtype=np.complex64))
    return params.get("probe")


def get_probe():
    """The current probe, complex64 (N, N); a default one takes its place while none has been set."""
    probe = params.get("probe")
    return set_probe_guess() if probe is None else probe
