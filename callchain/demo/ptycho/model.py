"""The network and its physics.

Importing this module builds the two networks of a run, `autoencoder` and `diffraction_to_obj`, from the values
that `ptycho.params.cfg` holds at that moment. `create_model_with_gridsize` builds a fresh, untrained pair.
"""

import logging
import math

import keras
import numpy as np
import tensorflow as tf

from ptycho import params, probe
from ptycho import tf_helper as hh
from ptycho.custom_layers import (
    BranchActivation,
    ChannelToFlat,
    CombineComplex,
    ExtractPatches,
    FarFieldDiffraction,
    FlatToChannel,
    ObjectAmplitude,
    PadReconstruction,
    ReassemblePatches,
    SquareAmplitude,
    TrimReconstruction,
)

logger = logging.getLogger(__name__)

LEARNING_RATE = 1e-3  # Adam, per step
BASE_FILTERS = 4  # times n_filters_scale


def initial_log_scale():
    """Logarithm of the current intensity scale; without one, that of evenly spread photons."""
    intensity_scale = params.get("intensity_scale")
    if intensity_scale is None:
        intensity_scale = math.sqrt(params.get("nphotons")) / params.get("N")
    return math.log(intensity_scale)


class LogScaleLayer(keras.layers.Layer):
    """Base of the layers that hold a trainable intensity scale."""

    def build(self, _shape):
        """Make the scale, starting from the one in the global parameters."""
        self.log_scale = self.add_weight(
            name="log_scale",
            shape=(),
            initializer=keras.initializers.Constant(initial_log_scale()),
            trainable=bool(params.get("train_intensity_scale")),
        )


@keras.saving.register_keras_serializable(package="ptycho")
class IntensityScaler(LogScaleLayer):
    """Measured amplitude, sqrt(photons), to normalised amplitude."""

    def call(self, amplitude):
        """Divide by the scale."""
        return hh.scale(amplitude, self.log_scale)


@keras.saving.register_keras_serializable(package="ptycho")
class IntensityUnscaler(LogScaleLayer):
    """Normalised amplitude to amplitude in sqrt(photons)."""

    def call(self, amplitude):
        """Multiply by the scale."""
        return hh.inv_scale(amplitude, self.log_scale)


@keras.saving.register_keras_serializable(package="ptycho")
class ProbeIllumination(keras.layers.Layer):
    """Multiply each patch with the probe, which is refined when `train_probe` is set."""

    def build(self, _shape):
        """Take over the current probe as real and imaginary part, N x N pixels each."""
        guess = probe.get_probe()
        parts = np.stack([guess.real, guess.imag]).astype(np.float32)
        self.probe_parts = self.add_weight(
            name="probe_parts",
            shape=parts.shape,
            initializer=lambda shape, dtype=None: tf.reshape(tf.constant(parts, dtype), shape),
            trainable=bool(params.get("train_probe")),
        )

    def call(self, patches):
        """Exit waves (B, N, N, C), complex64."""
        field = tf.complex(self.probe_parts[0], self.probe_parts[1])
        return patches * field[None, :, :, None]


@keras.saving.register_keras_serializable(package="ptycho")
def negloglik(counts, rate):
    """Mean negative log-likelihood of Poisson counts, without the term that does not depend on the rate."""
    return tf.reduce_mean(rate - counts * tf.math.log(rate + 1e-6))


def encode(images, filters):
    """Two levels of convolution and halving: (B, N, N, C) to (B, N/4, N/4, 2*filters)."""
    fine = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(images)
    fine = keras.layers.MaxPooling2D()(fine)
    coarse = keras.layers.Conv2D(2 * filters, 3, padding="same", activation="relu")(fine)
    return keras.layers.MaxPooling2D()(coarse)


def decode(encoded, filters, channels, kind):
    """One branch of the decoder: (B, N/4, N/4, F) to (B, N/2, N/2, channels), in its physical range."""
    grown = keras.layers.UpSampling2D()(encoded)
    grown = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(grown)
    grown = keras.layers.Conv2D(channels, 3, padding="same")(grown)
    return BranchActivation(kind, name=f"{kind}_branch")(grown)


def solve_object(diffraction, positions, gridsize, N):
    """From measured amplitudes to the object of the region and its patches.

    Returns:
        canvas (B, padded_size, padded_size, 1) and patches (B, N, N, gridsize**2), both complex64.
    """
    channels, filters = gridsize**2, BASE_FILTERS * params.get("n_filters_scale")
    encoded = encode(IntensityScaler()(diffraction), filters)
    amplitude = decode(encoded, filters, channels, params.get("amp_activation"))
    phase = decode(encoded, filters, channels, "phase")
    patches = hh.CenterMask()(PadReconstruction(N)(CombineComplex()(amplitude, phase)))
    canvas = ReassemblePatches(params.get("padded_size"))(patches, positions)
    if params.get("object_big"):
        patches = ExtractPatches(N)(canvas, positions)
    return canvas, patches


def detect(patches, channels):
    """Amplitude in sqrt(photons) and photons per pixel that patches of the object give on the detector."""
    exit_waves = ChannelToFlat()(ProbeIllumination()(patches))
    amplitude = FlatToChannel(channels)(FarFieldDiffraction()(exit_waves))
    measured = IntensityUnscaler()(amplitude)
    return measured, SquareAmplitude()(measured)


def build_models(gridsize, N):
    """Build an untrained pair of networks that share all their weights.

    Returns:
        `autoencoder` (object modulus, amplitude, photons) and `diffraction_to_obj` (complex object).
    """
    channels = gridsize**2
    diffraction = keras.Input((N, N, channels), name="diffraction", dtype="float32")
    positions = keras.Input((1, 2, channels), name="positions", dtype="float32")
    canvas, patches = solve_object(diffraction, positions, gridsize, N)
    obj = TrimReconstruction(N)(canvas)
    amplitude, photons = detect(patches, channels)
    inputs = [diffraction, positions]
    outputs = [ObjectAmplitude()(obj), amplitude, photons]
    logger.info("built networks for N=%d pixels, gridsize=%d", N, gridsize)
    return keras.Model(inputs, outputs, name="autoencoder"), keras.Model(inputs, obj, name="diffraction_to_obj")


def create_model_with_gridsize(gridsize, N):
    """Build an untrained pair for another geometry, which becomes the current one.

    Layers read sizes from the global parameters while they are made, so `params.cfg` has to agree first.
    """
    params.set("gridsize", gridsize)
    params.set("N", N)
    return build_models(gridsize, N)


def compile_model(model):
    """Set Adam and the weighted losses: object modulus, amplitude, Poisson likelihood of the photons."""
    model.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE),
        loss=[hh.realspace_loss, "mean_absolute_error", negloglik],
        loss_weights=[params.get("realspace_weight"), params.get("mae_weight"), params.get("nll_weight")],
        jit_compile=False,
    )
    return model


autoencoder, diffraction_to_obj = build_models(params.get("gridsize"), params.get("N"))
