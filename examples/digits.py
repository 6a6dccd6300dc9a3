"""
Images of digits with convolutional networks
============================================

``generator`` and ``discriminator`` accept subclasses of ``torch.nn.Module``.
The sampler passes flat rows, and the modules reshape them to images. Here,
images of 8 x 8 pixels form a table with 64 columns.
"""

# %%
# A rare digit
# ------------
#
# The table has the digits 3, 5 and 8, which look alike. Of the digit 8, 30
# images remain.

import numpy as np
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
kept = np.isin(y, [3, 5, 8])
kept[np.flatnonzero(y == 8)[30:]] = False
X, y = X[kept], y[kept]

# %%
# A convolutional generator
# -------------------------
#
# The generator maps noise and a one-hot label to 64 channels of 2 x 2 pixels,
# and upsamples them twice. Its constructor receives the sizes of noise, label
# and row; ``forward`` returns flat rows.

import torch
from torch import nn


class ConvolutionalGenerator(nn.Module):
    def __init__(self, latent_dim, n_classes, n_features):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(latent_dim + n_classes, 64 * 2 * 2),
            nn.LeakyReLU(0.2),
            nn.Unflatten(1, (64, 2, 2)),
            nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1),  # (32, 4, 4)
            nn.LeakyReLU(0.2),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1),  # (16, 8, 8)
            nn.LeakyReLU(0.2),
            nn.Conv2d(16, 1, 3, padding=1),
            nn.Flatten(),
        )
        self.scale = nn.Parameter(
            torch.ones(n_features)
        )  # pixels are standardised one by one
        self.shift = nn.Parameter(torch.zeros(n_features))

    def forward(self, latent, labels):
        return (
            self.layers(torch.cat((latent, labels), dim=1)) * self.scale
            + self.shift
        )


# %%
# A convolutional discriminator
# -----------------------------
#
# The discriminator receives the image and one constant channel for each class:
# 1 for the label, 0 for the others.


class ConvolutionalDiscriminator(nn.Module):
    def __init__(self, n_features, n_classes):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1 + n_classes, 32, 4, stride=2, padding=1),  # (32, 4, 4)
            nn.LeakyReLU(0.2),
            nn.Conv2d(32, 64, 4, stride=2, padding=1),  # (64, 2, 2)
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(64 * 2 * 2, 1),
        )

    def forward(self, rows, labels):
        images = rows.unflatten(1, (1, 8, 8))
        planes = labels[:, :, None, None].expand(-1, -1, 8, 8)
        return self.layers(torch.cat((images, planes), dim=1))


# %%
# Fit and sample
# --------------
#
# The remaining steps are the same as for any table. All ten digits, or clearer
# images, need more steps.

from sklearn_gan import GANOversampler

sampler = GANOversampler(
    generator=ConvolutionalGenerator,
    discriminator=ConvolutionalDiscriminator,
    max_steps=400,
    batch_size=64,
    learning_rate=2e-3,
    n_candidates=1,
    random_state=0,
)
X_resampled, y_resampled = sampler.fit_resample(X, y)
n_before, n_after = (y == 8).sum(), (y_resampled == 8).sum()
print(f"Images of the digit 8: {n_before} before, {n_after} after.")

# %%
# Real and synthetic images
# -------------------------
#
# The frame marks the rare digit. Its synthetic images are legible and differ
# from each other.

import matplotlib.pyplot as plt

real = [X[y == digit][:12] for digit in (3, 5, 8)]
synthetic = [sampler.sample(12, y=digit) for digit in (3, 5, 8)]
fig, axes = plt.subplots(2, 1, figsize=(8, 4.8), layout="constrained")
for ax, title, digits in zip(
    axes, ("Real", "Synthetic"), (real, synthetic), strict=True
):
    lines = [
        np.hstack([np.pad(image.reshape(8, 8), 1) for image in images])
        for images in digits
    ]
    ax.imshow(np.vstack(lines), cmap="gray_r", vmin=0, vmax=16)
    ax.add_patch(
        plt.Rectangle(
            (-0.5, 19.5), 120, 10, fill=False, color="#D55E00", linewidth=3
        )
    )
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
fig.suptitle("Images of the digits 3, 5 and 8, of which the digit 8 is rare")
plt.show()
