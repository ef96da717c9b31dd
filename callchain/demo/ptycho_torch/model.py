"""The network and its physics as a Lightning module.

Its hyperparameters are plain values, so that a checkpoint can be read with `torch.load(weights_only=True)`.
"""

import lightning as L
import torch
from torch import nn
from torch.nn import functional as F


class Autoencoder(nn.Module):
    """Amplitudes of a group to modulus and phase of its patches.

    Args:
        channels: patterns of a group.
        filters: width of the first level.
    """

    def __init__(self, channels, filters):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(channels, filters, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(filters, 2 * filters, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.modulus = self.make_branch(channels, filters)
        self.phase = self.make_branch(channels, filters)

    @staticmethod
    def make_branch(channels, filters):
        """Decoder from N/4 to N/2 pixels."""
        return nn.Sequential(
            nn.Upsample(scale_factor=2),
            nn.Conv2d(2 * filters, filters, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(filters, channels, 3, padding=1),
        )

    def forward(self, amplitude):
        """complex64 patches (B, C, N, N), of transmission 1 outside their middle half."""
        encoded = self.encoder(amplitude)
        modulus = torch.sigmoid(self.modulus(encoded))
        phase = torch.pi * torch.tanh(self.phase(encoded))
        missing = (amplitude.shape[-1] - modulus.shape[-1]) // 2
        return F.pad(torch.polar(modulus, phase) - 1.0, [missing] * 4) + 1.0


def shift(images, offsets):
    """Shift complex images periodically by fractions of a pixel, in Fourier space.

    Args:
        images: complex64 (B, C, N, N).
        offsets: float32 (B, C, 2): to the right and down, pixels.
    """
    frequency = torch.fft.fftfreq(images.shape[-1], device=images.device)
    turns = offsets[..., 0, None, None] * frequency + offsets[..., 1, None, None] * frequency[:, None]
    return torch.fft.ifft2(torch.fft.fft2(images) * torch.polar(torch.ones_like(turns), -2 * torch.pi * turns))


def diffract(fields):
    """Centred far-field amplitude of fields (B, C, N, N); keeps the total power."""
    return torch.fft.fftshift(torch.fft.fft2(fields, norm="ortho"), dim=(-2, -1)).abs()


def poisson_loss(counts, rate):
    """Mean negative log-likelihood of Poisson counts, without the term that does not depend on the rate."""
    return (rate - counts * torch.log(rate + 1e-6)).mean()


class PtychoPINN(L.LightningModule):
    """Physics-informed reconstruction: the patches of a group have to agree and to explain its patterns.

    Args:
        probe: complex64 (N, N).
        channels: patterns of a group.
        filters: width of the network.
        learning_rate: of Adam, per step.
        intensity_scale: sqrt(photons) per unit of normalised amplitude.
        train_scale: whether the scale is refined.
    """

    def __init__(self, probe, channels, filters, learning_rate, intensity_scale, train_scale):
        super().__init__()
        self.save_hyperparameters(ignore=["probe"])
        self.learning_rate = learning_rate
        self.autoencoder = Autoencoder(channels, filters)
        self.register_buffer("probe", probe)
        log_scale = torch.tensor(intensity_scale, dtype=torch.float32).log()
        self.log_scale = nn.Parameter(log_scale, requires_grad=train_scale)

    def forward(self, amplitude, positions):
        """Object (B, N, N) and predicted photons (B, C, N, N) of normalised amplitudes and positions in pixels."""
        patches = self.autoencoder(amplitude)
        obj = shift(patches, positions).mean(dim=1, keepdim=True)
        views = shift(obj.expand_as(patches), -positions)
        rate = (diffract(views * self.probe) * self.log_scale.exp()) ** 2
        return obj[:, 0], rate

    def compute_loss(self, batch):
        """Poisson loss of a batch of (amplitude, positions)."""
        amplitude, positions = batch
        _, rate = self(amplitude, positions)
        return poisson_loss((amplitude * self.hparams.intensity_scale) ** 2, rate)

    def training_step(self, batch, _index):
        """Loss of one training batch."""
        loss = self.compute_loss(batch)
        self.log("train_loss", loss, on_step=False, on_epoch=True, batch_size=len(batch[0]))
        return loss

    def validation_step(self, batch, _index):
        """Loss of one held-out batch, which the callbacks watch as `val_loss`."""
        loss = self.compute_loss(batch)
        self.log("val_loss", loss, batch_size=len(batch[0]))

    def configure_optimizers(self):
        """Adam with a step schedule."""
        optimizer = torch.optim.Adam(self.parameters(), lr=self.learning_rate)
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)]
