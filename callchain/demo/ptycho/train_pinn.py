"""Training of the physics-informed network."""

import logging

import numpy as np

from ptycho import params

logger = logging.getLogger(__name__)


def calculate_intensity_scale(container):
    """Factor from normalised amplitude to sqrt(photons), from the data and `nphotons`.

    Returns:
        float: sqrt(nphotons over the mean power of a normalised pattern).
    """
    mean_power = np.mean(np.sum(container.X.astype(np.float64) ** 2, axis=(1, 2)))
    return float(np.sqrt(params.get("nphotons") / mean_power))


def prepare_inputs(container):
    """What the network takes: amplitudes in sqrt(photons) and positions in pixels."""
    return [container.X * np.float32(params.get("intensity_scale")), container.positions]


def prepare_outputs(container):
    """What the network is compared with: object modulus, amplitudes and photons per pixel."""
    amplitude = container.X * np.float32(params.get("intensity_scale"))
    return [np.abs(container.Y), amplitude, amplitude**2]


def train(container):
    """Fit the network to a container with the epochs and batch size of the global parameters.

    Returns:
        the Keras history.
    """
    params.set("intensity_scale", calculate_intensity_scale(container))
    # Importing the model builds it from params.cfg, so the scale has to be there first.
    from ptycho import model

    compiled = model.compile_model(model.autoencoder)
    return compiled.fit(
        prepare_inputs(container),
        prepare_outputs(container),
        batch_size=params.get("batch_size"),
        epochs=params.get("nepochs"),
        shuffle=False,
        verbose=0,
    )


def train_eval(train_container, test_container=None):
    """Train, then reconstruct the test container where there is one.

    Returns:
        dict with `history` (loss per epoch), `intensity_scale` and, with test data, `objects` (groups, N, N, 1).
    """
    history = train(train_container)
    results = {"history": dict(history.history), "intensity_scale": params.get("intensity_scale")}
    if test_container is not None:
        results["objects"] = reconstruct(test_container)
    logger.info("trained for %d epochs", len(results["history"]["loss"]))
    return results


def reconstruct(container):
    """Complex objects (groups, N, N, 1) that the trained network sees in a container."""
    from ptycho import model

    return model.diffraction_to_obj.predict_on_batch(prepare_inputs(container))
