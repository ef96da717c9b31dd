"""Tensor operations shared by the layers, and the loss that looks at the object itself."""

import functools

import keras
import tensorflow as tf


def complexify(operation):
    """Let an operation on real images act on complex ones: on the real and the imaginary part in turn."""

    @functools.wraps(operation)
    def on_parts(images, *args, **kwargs):
        if not images.dtype.is_complex:
            return operation(images, *args, **kwargs)
        real = operation(tf.math.real(images), *args, **kwargs)
        imaginary = operation(tf.math.imag(images), *args, **kwargs)
        return tf.complex(real, imaginary)

    return on_parts


@complexify
def translate(images, offsets):
    """Shift images by fractions of a pixel, bilinearly; what comes in at the border is zero.

    Args:
        images: (B, H, W, 1), real or complex.
        offsets: float32 (B, 2): shift to the right and down, pixels.

    Returns:
        images of the same shape.
    """
    dx, dy = offsets[:, 0], offsets[:, 1]
    one, zero = tf.ones_like(dx), tf.zeros_like(dx)
    transforms = tf.stack([one, zero, -dx, zero, one, -dy, zero, zero], axis=1)
    shifted = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=images.shape[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )
    return tf.ensure_shape(shifted, images.shape)


def pad_centered(images, side):
    """Put images in the middle of a frame of zeros, `side` pixels wide."""
    missing = side - images.shape[1]
    before, after = missing // 2, missing - missing // 2
    return tf.pad(images, [[0, 0], [before, after], [before, after], [0, 0]])


def trim_centered(images, side):
    """Cut the middle `side` x `side` pixels out of images."""
    before = (images.shape[1] - side) // 2
    return images[:, before : before + side, before : before + side, :]


def channel_to_flat(images):
    """Spread the patches of each group over the batch: (B, H, W, C) becomes (B*C, H, W, 1)."""
    _, height, width, _ = images.shape
    return tf.reshape(tf.transpose(images, [0, 3, 1, 2]), [-1, height, width, 1])


def flat_to_channel(images, channels):
    """Gather the patches of each group again: (B*C, H, W, 1) becomes (B, H, W, C)."""
    _, height, width, _ = images.shape
    return tf.transpose(tf.reshape(images, [-1, channels, height, width]), [0, 2, 3, 1])


def flat_offsets(positions):
    """Positions (B, 1, 2, C) as one offset per patch, (B*C, 2)."""
    return tf.reshape(tf.transpose(positions, [0, 3, 1, 2]), [-1, 2])


def combine_complex(amplitude, phase):
    """Complex field of a float32 amplitude and a float32 phase in radians."""
    return tf.complex(amplitude * tf.cos(phase), amplitude * tf.sin(phase))


def far_field_amplitude(fields):
    """Modulus of the centred Fourier transform of fields (B, N, N, 1), which keeps the total power."""
    spectrum = tf.signal.fftshift(tf.signal.fft2d(fields[..., 0]), axes=(-2, -1))
    side = tf.cast(tf.shape(fields)[1], tf.float32)
    # The tiny term keeps the gradient of the modulus finite where the field vanishes.
    power = tf.math.real(spectrum) ** 2 + tf.math.imag(spectrum) ** 2
    return tf.sqrt(power + 1e-12)[..., None] / side


def scale(amplitude, log_scale):
    """Amplitude in sqrt(photons) to normalised amplitude."""
    return amplitude / tf.exp(log_scale)


def inv_scale(amplitude, log_scale):
    """Normalised amplitude to amplitude in sqrt(photons)."""
    return amplitude * tf.exp(log_scale)


@keras.saving.register_keras_serializable(package="ptycho")
def realspace_loss(target, predicted):
    """Mean absolute error of the object's modulus plus a tenth of its total variation per pixel."""
    error = tf.reduce_mean(tf.abs(target - predicted))
    variation = tf.reduce_mean(tf.image.total_variation(predicted))
    pixels = tf.cast(tf.size(predicted[0]), tf.float32)
    return error + 0.1 * variation / pixels


@keras.saving.register_keras_serializable(package="ptycho")
class Translation(keras.layers.Layer):
    """Shift each image by its offset, times `direction`: +1 places a patch, -1 brings it back."""

    def __init__(self, direction=1.0, **kwargs):
        super().__init__(**kwargs)
        self.direction = direction

    def call(self, images, offsets):
        """Images (B, H, W, 1) shifted by offsets (B, 2), pixels."""
        return translate(images, self.direction * offsets)

    def get_config(self):
        """Arguments of the constructor."""
        return {**super().get_config(), "direction": self.direction}


@keras.saving.register_keras_serializable(package="ptycho")
class CenterMask(keras.layers.Layer):
    """Let the middle half of each patch through and put empty space, of transmission 1, around it."""

    def build(self, shape):
        """Draw the mask for patches of N pixels."""
        side = shape[1]
        inside = tf.ones((1, side // 2, side // 2, 1), dtype=tf.float32)
        self.mask = pad_centered(inside, side)
        self.built = True

    def call(self, patches):
        """Complex patches (B, N, N, C), one outside their middle half."""
        mask = tf.cast(self.mask, patches.dtype)
        return patches * mask + (1.0 - mask)
