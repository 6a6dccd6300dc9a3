"""
Oversample images with convolutional networks
=============================================

`generator` and `discriminator` accept subclasses of `torch.nn.Module`. The sampler passes flat rows; the modules
reshape them to images. Here, images of digits with 8 x 8 pixels form a table with 64 columns. The digit 8 is made rare:
30 of its images remain, and 177 to 183 of every other digit.

`python examples/digits.py` trains for about a minute on one core and writes `examples/digits.png`. It shows real and
synthetic images of each digit and marks the rare one.
"""

import argparse

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

from sklearn_gan import GANOversampler

RARE, N_RARE = 8, 30
N_SHOWN = 12


# %%
# The generator maps noise and a one-hot label to 64 channels of 2 x 2 pixels and upsamples them twice. Its constructor
# receives the sizes of noise, label and row; `forward` returns flat rows.
class ConvolutionalGenerator(nn.Module):
    """Map noise and a label to a flat image."""

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
        self.scale = nn.Parameter(torch.ones(n_features))  # pixels are standardised one by one
        self.shift = nn.Parameter(torch.zeros(n_features))

    def forward(self, latent, labels):
        return self.layers(torch.cat((latent, labels), dim=1)) * self.scale + self.shift


# %%
# The discriminator receives the image and one constant channel for each class: 1 for the label, 0 for the others.
class ConvolutionalDiscriminator(nn.Module):
    """Map a flat image and a label to a logit."""

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
# The remaining steps are the same as for any table.
def make_rare_digits():
    """Return the digits with 30 images of the digit 8."""
    X, y = load_digits(return_X_y=True)
    kept = np.ones(len(y), dtype=bool)
    kept[np.flatnonzero(y == RARE)[N_RARE:]] = False
    return X[kept], y[kept]


def main(max_steps, path):
    """Fit the sampler, sample a dozen images of each digit, and write the figure."""
    X, y = make_rare_digits()
    sampler = GANOversampler(
        generator=ConvolutionalGenerator,
        discriminator=ConvolutionalDiscriminator,
        max_steps=max_steps,
        learning_rate=2e-3,  # at 1e-3, the sampler warns of low coverage of some digits
        random_state=0,
        verbose=1,
    )
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    counts = (y == RARE).sum(), (y_resampled == RARE).sum()
    print(f"Images of the digit {RARE}: {counts[0]} before resampling, {counts[1]} after.")
    real = [X[y == digit][:N_SHOWN] for digit in range(10)]
    draw(real, [sampler.sample(N_SHOWN, y=digit) for digit in range(10)], path)
    return X_resampled, y_resampled


def draw(real, synthetic, path):
    """Draw real images on the left, synthetic ones on the right, and a frame around those of the rare digit."""
    figure, axes = plt.subplots(1, 2, figsize=(10, 4.6), layout="constrained")
    figure.get_layout_engine().set(wspace=0.06)
    for ax, title, digits in zip(axes, ("Real", "Synthetic"), (real, synthetic), strict=True):
        lines = [np.hstack([np.pad(image.reshape(8, 8), 1) for image in images]) for images in digits]
        ax.imshow(np.vstack(lines), cmap="gray_r", vmin=0, vmax=16)
        ax.add_patch(plt.Rectangle((-0.5, 10 * RARE - 0.5), 10 * N_SHOWN, 10, fill=False, color="#D55E00", linewidth=3))
        ax.set_title(title, fontsize=15)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    axes[0].set_yticks(10 * np.arange(10) + 4.5, [f"{N_RARE} images  8" if d == RARE else d for d in range(10)])
    axes[0].tick_params(length=0, labelsize=13)
    figure.suptitle(f"GANOversampler generates legible images of the digit {RARE} from {N_RARE} real ones", fontsize=16)
    figure.savefig(path, dpi=100)
    plt.close(figure)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=1_500, help="default: %(default)s")
    parser.add_argument("--path", default="examples/digits.png", help="path of the figure (default: %(default)s)")
    options = parser.parse_args()
    main(options.max_steps, options.path)
