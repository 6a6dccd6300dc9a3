"""
Images: a convolutional pair of networks of your own
====================================================

`generator` and `discriminator` take classes that are derived from `torch.nn.Module`. The sampler knows flat rows only:
what is an image, the modules know, and reshape. Here digits of 8 x 8 pixels are a table of 64 columns, one class of
which is made rare: of the digit 8 only 30 images are left. Its new images borrow the strokes of the other nine.

`python examples/digits.py` trains for about a minute on one core and writes `examples/digits.png`: for each digit
a line of real images, and beside it a line of generated ones.
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
# The generator makes 64 channels of 2 x 2 pixels of noise and label, and doubles their sides twice. It is made with
# the sizes of the noise, the labels and the rows; `forward` returns flat rows.
class ConvolutionalGenerator(nn.Module):
    """Noise and a label become an image, flattened."""

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
        self.scale = nn.Parameter(torch.ones(n_features))  # pixels are scored one by one, the rim's by other scales
        self.shift = nn.Parameter(torch.zeros(n_features))

    def forward(self, latent, labels):
        return self.layers(torch.cat((latent, labels), dim=1)) * self.scale + self.shift


# %%
# The discriminator sees the image beside one constant image for each class, of which the label's is 1.
class ConvolutionalDiscriminator(nn.Module):
    """An image, flattened, and a label become a logit."""

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
# The rest is as with any table.
def make_rare_digits():
    """Return the digits, all but 30 of the eights left out."""
    X, y = load_digits(return_X_y=True)
    kept = np.ones(len(y), dtype=bool)
    kept[np.flatnonzero(y == RARE)[N_RARE:]] = False
    return X[kept], y[kept]


def main(max_steps, path):
    """Train, draw a dozen images of each digit, and write the picture."""
    X, y = make_rare_digits()
    sampler = GANOversampler(
        generator=ConvolutionalGenerator,
        discriminator=ConvolutionalDiscriminator,
        max_steps=max_steps,
        learning_rate=2e-3,  # with 1e-3 the sampler warns that some digits are hardly covered
        random_state=0,
        verbose=1,
    )
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    print(f"Of the digit {RARE} there were {(y == RARE).sum()} images, now there are {(y_resampled == RARE).sum()}.")
    real = [X[y == digit][:N_SHOWN] for digit in range(10)]
    draw(real, [sampler.sample(N_SHOWN, y=digit) for digit in range(10)], path)
    return X_resampled, y_resampled


def draw(real, generated, path):
    """Draw a line for each digit: real images, then generated ones."""
    figure, panels = plt.subplots(1, 2, figsize=(7, 3.8), layout="constrained")
    for panel, title, digits in zip(panels, ("real", "generated"), (real, generated), strict=True):
        lines = [np.hstack([np.pad(image.reshape(8, 8), 1) for image in images]) for images in digits]
        panel.imshow(np.vstack(lines), cmap="gray_r", vmin=0, vmax=16)
        panel.set(title=title, xticks=[], yticks=[])
        panel.spines[:].set_visible(False)
    figure.savefig(path, dpi=120, bbox_inches="tight")
    plt.close(figure)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=1_500, help="default: %(default)s")
    parser.add_argument("--path", default="examples/digits.png", help="where the picture goes (default: %(default)s)")
    options = parser.parse_args()
    main(options.max_steps, options.path)
