"""Count how many of eight Gaussians in a ring are covered with each loss.

The ring is one class of a table, with 1,000 rows and 2 columns. The other class has 2,000 uniform rows. Only the noise
generator is used, without candidate selection, to isolate the effect of the loss.
"""

import time

import numpy as np

from sklearn_gan import GANOversampler
from sklearn_gan._networks.losses import LOSSES

N_MODES = 8
RADIUS = 2.0
DEVIATION = 0.05
N_DRAWN = 2_500
NEAR = 3 * DEVIATION
METHODS = {
    **{loss: {"loss": loss} for loss in LOSSES},
    **{f"{loss}, no penalty": {"loss": loss, "gradient_penalty": 0.0} for loss in LOSSES},
    "relativistic, feature_matching 1": {"feature_matching": 1.0},
    "relativistic, latent_dim 1": {"latent_dim": 1},
}


def centres():
    """Return the means of the Gaussians as an array of shape (8, 2)."""
    angles = 2 * np.pi * np.arange(N_MODES) / N_MODES
    return RADIUS * np.column_stack((np.cos(angles), np.sin(angles)))


def make_ring(seed):
    """Return the table and its classes; class 1 is the ring."""
    rng = np.random.default_rng(seed)
    ring = centres()[rng.integers(N_MODES, size=1_000)] + rng.normal(0, DEVIATION, (1_000, 2))
    return np.concatenate((rng.uniform(-3, 3, (2_000, 2)), ring)), np.repeat([0, 1], [2_000, 1_000])


def covered(drawn):
    """Return the number of modes with a row within three standard deviations, and the share of such rows.

    The metrics follow Lin et al., "PacGAN: the power of two samples in generative adversarial networks", NeurIPS 2018,
    section 4.1. The Gaussians there are narrower.
    """
    distances = np.linalg.norm(drawn[:, None] - centres(), axis=2)
    near = distances.min(axis=1) <= NEAR
    return len(np.unique(distances[near].argmin(axis=1))), near.mean()


def run(name, repeat, seed):
    """Return the record of one fitted sampler."""
    params = {"generator": "noise", "n_candidates": 1, "max_steps": 2_000, **METHODS[name]}
    start = time.process_time()
    sampler = GANOversampler(device="cpu", random_state=seed + repeat, **params).fit(*make_ring(seed + repeat))
    modes, quality = covered(sampler.sample(N_DRAWN, y=1))
    seconds = time.process_time() - start
    about = {"table": "ring", "family": "ring", "fold": repeat, "method": name}
    return [about | {"modes": modes, "near_a_mode": quality, "seconds": seconds}]
