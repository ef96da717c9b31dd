"""Global parameters of a reconstruction, kept in one dictionary.

Newer code describes a run with the dataclasses of `ptycho.config.config` and copies them in here with
`update_legacy_dict`; everything that has not been ported yet reads and writes this dictionary directly.
"""

cfg = {
    "N": 64,  # side of a diffraction pattern, pixels
    "gridsize": 1,  # patches per side of one solution region
    "offset": 4,  # nominal step of the scan, pixels
    "max_position_jitter": 10,  # room for scan errors around a region, pixels
    "nphotons": 1e9,  # expected photons per diffraction pattern
    "intensity_scale": None,  # sqrt(photons) per unit of normalised amplitude; computed from the data
    "train_intensity_scale": True,
    "probe": None,  # complex64, N x N pixels
    "train_probe": False,
    "probe_scale": 4.0,  # radius of the default probe is N / probe_scale pixels
    "model_type": "pinn",
    "amp_activation": "sigmoid",
    "object_big": True,  # solve for a region shared by all patches of a group
    "n_filters_scale": 2,
    "batch_size": 16,
    "nepochs": 60,
    "mae_weight": 0.0,
    "nll_weight": 1.0,
    "realspace_weight": 0.0,
    "n_groups": 512,
    "neighbor_count": 4,
    "seed": 42,
    "output_prefix": "outputs",
    "h5_path": "wts.h5",
}

DERIVED = ("bigN", "padded_size", "channels")


def get(key):
    """Value of a parameter; sizes that follow from others are computed on every call.

    Raises:
        KeyError: if the parameter is neither stored nor derived.
    """
    if key == "bigN":
        return cfg["N"] + (cfg["gridsize"] - 1) * cfg["offset"]
    if key == "padded_size":
        return get("bigN") + cfg["max_position_jitter"]
    if key == "channels":
        return cfg["gridsize"] ** 2
    return cfg[key]


def set(key, value):
    """Store a parameter and check the dictionary as a whole.

    Raises:
        ValueError: if the key is derived, or if the parameters contradict each other.
    """
    if key in DERIVED:
        raise ValueError(f"{key} follows from other parameters and cannot be set")
    cfg[key] = value
    validate()


def validate():
    """Check that the parameters describe a reconstruction that can be built.

    Raises:
        ValueError: naming the first parameter that is out of range.
    """
    if cfg["N"] < 16 or cfg["N"] % 4:
        raise ValueError(f"N={cfg['N']}: the pattern side must be a multiple of 4 and at least 16 pixels")
    if cfg["gridsize"] < 1:
        raise ValueError(f"gridsize={cfg['gridsize']}: at least one patch per side is needed")
    if cfg["nphotons"] <= 0:
        raise ValueError(f"nphotons={cfg['nphotons']}: the photon count must be positive")
    if cfg["model_type"] not in ("pinn", "supervised"):
        raise ValueError(f"model_type={cfg['model_type']!r} is neither 'pinn' nor 'supervised'")
