"""Layers without weights: from what the decoder gives to what a detector sees."""

import keras
import numpy as np
import tensorflow as tf

from ptycho import tf_helper as hh

PACKAGE = "ptycho"


@keras.saving.register_keras_serializable(package=PACKAGE)
class BranchActivation(keras.layers.Layer):
    """Bring a decoder branch into its physical range.

    `kind` is `sigmoid` (amplitude in [0, 1]), `softplus` (amplitude above 0) or `phase` (within ±pi radians).
    """

    def __init__(self, kind="sigmoid", **kwargs):
        super().__init__(**kwargs)
        self.kind = kind

    def call(self, inputs):
        """Apply the activation to each pixel."""
        if self.kind == "phase":
            return np.pi * tf.tanh(inputs)
        return tf.sigmoid(inputs) if self.kind == "sigmoid" else tf.math.softplus(inputs)

    def get_config(self):
        """Arguments of the constructor."""
        return {**super().get_config(), "kind": self.kind}


@keras.saving.register_keras_serializable(package=PACKAGE)
class CombineComplex(keras.layers.Layer):
    """Complex transmission of an amplitude and a phase."""

    def call(self, amplitude, phase):
        """complex64 field of the shape of both inputs."""
        return hh.combine_complex(amplitude, phase)


@keras.saving.register_keras_serializable(package=PACKAGE)
class PadReconstruction(keras.layers.Layer):
    """Frame patches with zeros up to `side` pixels."""

    def __init__(self, side, **kwargs):
        super().__init__(**kwargs)
        self.side = side

    def call(self, patches):
        """Patches (B, side, side, C)."""
        return hh.pad_centered(patches, self.side)

    def get_config(self):
        """Arguments of the constructor."""
        return {**super().get_config(), "side": self.side}


@keras.saving.register_keras_serializable(package=PACKAGE)
class ReassemblePatches(keras.layers.Layer):
    """Place the overlapping patches of a group on one canvas of `side` pixels and average them."""

    def __init__(self, side, **kwargs):
        super().__init__(**kwargs)
        self.side = side
        self.place = hh.Translation(direction=1.0)

    def build(self, patches_shape, positions_shape):
        """Refuse a group whose patches and positions differ in number; the shift has no weights."""
        if patches_shape[-1] != positions_shape[-1]:
            raise ValueError(f"{patches_shape[-1]} patches with {positions_shape[-1]} positions")
        self.place.build(patches_shape)

    def call(self, patches, positions):
        """Canvas (B, side, side, 1) from patches (B, N, N, C) and positions (B, 1, 2, C)."""
        channels = patches.shape[-1]
        offsets = hh.flat_offsets(positions)
        flat = hh.pad_centered(hh.channel_to_flat(patches), self.side)
        weight = hh.pad_centered(tf.ones_like(hh.channel_to_flat(tf.math.real(patches))), self.side)
        placed = hh.flat_to_channel(self.place(flat, offsets), channels)
        coverage = tf.reduce_sum(hh.flat_to_channel(self.place(weight, offsets), channels), -1, keepdims=True)
        total = tf.reduce_sum(placed, axis=-1, keepdims=True)
        return total / tf.cast(coverage + 1e-3, total.dtype)

    def get_config(self):
        """Arguments of the constructor."""
        return {**super().get_config(), "side": self.side}


@keras.saving.register_keras_serializable(package=PACKAGE)
class ExtractPatches(keras.layers.Layer):
    """Cut the `N`-pixel patch at each position out of a canvas."""

    def __init__(self, N, **kwargs):
        super().__init__(**kwargs)
        self.N = N
        self.bring_back = hh.Translation(direction=-1.0)

    def build(self, canvas_shape, positions_shape):
        """One copy of the canvas a position; the shift has no weights."""
        self.channels = positions_shape[-1]
        self.bring_back.build(canvas_shape)

    def call(self, canvas, positions):
        """Patches (B, N, N, C) of a canvas (B, side, side, 1) at positions (B, 1, 2, C)."""
        copies = hh.channel_to_flat(tf.repeat(canvas, self.channels, axis=-1))
        shifted = self.bring_back(copies, hh.flat_offsets(positions))
        return hh.flat_to_channel(hh.trim_centered(shifted, self.N), self.channels)

    def get_config(self):
        """Arguments of the constructor."""
        return {**super().get_config(), "N": self.N}


@keras.saving.register_keras_serializable(package=PACKAGE)
class TrimReconstruction(keras.layers.Layer):
    """Keep the middle `N` x `N` pixels of a canvas."""

    def __init__(self, N, **kwargs):
        super().__init__(**kwargs)
        self.N = N

    def call(self, canvas):
        """Object (B, N, N, channels of the canvas)."""
        return hh.trim_centered(canvas, self.N)

    def get_config(self):
        """Arguments of the constructor."""
        return {**super().get_config(), "N": self.N}


@keras.saving.register_keras_serializable(package=PACKAGE)
class ObjectAmplitude(keras.layers.Layer):
    """Modulus of the complex object, float32."""

    def call(self, field):
        """Modulus with a finite gradient at zero."""
        return tf.sqrt(tf.math.real(field) ** 2 + tf.math.imag(field) ** 2 + 1e-12)


@keras.saving.register_keras_serializable(package=PACKAGE)
class ChannelToFlat(keras.layers.Layer):
    """Spread the patches of a group over the batch."""

    def call(self, patches):
        """(B*C, N, N, 1) from (B, N, N, C)."""
        return hh.channel_to_flat(patches)


@keras.saving.register_keras_serializable(package=PACKAGE)
class FlatToChannel(keras.layers.Layer):
    """Gather patches into groups of `channels`."""

    def __init__(self, channels, **kwargs):
        super().__init__(**kwargs)
        self.channels = channels

    def call(self, patches):
        """(B, N, N, C) from (B*C, N, N, 1)."""
        return hh.flat_to_channel(patches, self.channels)

    def get_config(self):
        """Arguments of the constructor."""
        return {**super().get_config(), "channels": self.channels}


@keras.saving.register_keras_serializable(package=PACKAGE)
class FarFieldDiffraction(keras.layers.Layer):
    """Amplitude of an exit wave on a far detector."""

    def call(self, exit_waves):
        """float32 amplitudes (B, N, N, 1) of complex exit waves (B, N, N, 1)."""
        return hh.far_field_amplitude(exit_waves)


@keras.saving.register_keras_serializable(package=PACKAGE)
class SquareAmplitude(keras.layers.Layer):
    """Photons per pixel from an amplitude in sqrt(photons)."""

    def call(self, amplitude):
        """Square of each pixel."""
        return tf.square(amplitude)
