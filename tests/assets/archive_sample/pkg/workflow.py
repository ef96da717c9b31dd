"""Training and loading."""

import os

import numpy as np

from pkg import params
from pkg.keeper import Keeper

EPOCHS = 3
SIZE_AT_IMPORT = params.get("size")


def train(data):
    """Train the workflow's model on scaled data."""
    params.set("scale", float(np.mean(data)))
    scaled = data * params.get("scale")
    return {"model": fit(scaled, EPOCHS)}


def fit(data, epochs):
    """Fit for some epochs."""
    timeout = 30  # seconds
    return data.astype("float32") * epochs + timeout


def load_bundle(folder):
    """Load the bundle that training left."""
    return Keeper.load_all(os.path.join(folder, "weights"))
