"""Many fits in one process: what a process holds must not grow with the fits that it has done."""

import gc
import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
import psutil
import torch
from scipy import sparse
from tqdm.auto import trange

from sklearn_gan import GANOversampler

N_TABLES = 50
MOST_ROWS, MOST_COLUMNS = 2_000, 30
QUICK = {"max_steps": 5, "hidden_layer_sizes": (16,), "latent_dim": 8, "device": "cpu"}
VARIANTS = (
    {},
    {"n_candidates": 1},
    {"generator": "noise", "n_candidates": 1},
    {"generator": "residual"},
    {"generator": "autoencoder", "n_candidates": 1},
    {"mode": "autoencoder", "n_candidates": 1},
    {"augment": "autoencoder", "n_candidates": 1},
    {"loss": "wasserstein", "feature_matching": 1.0, "n_candidates": 1},
)


class Held(NamedTuple):
    """What the process holds: bytes of memory, threads, open files, and living samplers and modules of torch."""

    memory: int
    threads: int
    files: int
    samplers: int
    modules: int


def run(n_rounds, tables=range(N_TABLES)):
    """Fit every table once in a round, each round in another order; return what is held after each round."""
    rng, found = np.random.default_rng(0), []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "A generator covers only")
        for _ in trange(n_rounds, unit="round", disable=n_rounds * len(tables) < N_TABLES):
            for number in rng.permutation(tables).tolist():
                fit_and_draw(number)
            found.append(held())
    return found


def fit_and_draw(number):
    """Fit a sampler to the table of this number, resample it and draw rows; keep nothing."""
    X, y = make_table(number)
    sampler = GANOversampler(**QUICK, **VARIANTS[number % len(VARIANTS)], random_state=number)
    sampler.fit_resample(X, y)
    sampler.sample(10, y=y[0])


def make_table(number):
    """Return a table and its target: the number says of which size and in which container."""
    rng = np.random.default_rng(number)
    n_rows = int(20 * (MOST_ROWS / 20) ** rng.random())
    y = (np.arange(n_rows) < max(2, n_rows // 10)).astype(int)
    X = rng.normal(size=(n_rows, rng.integers(1, MOST_COLUMNS + 1))) + y[:, None]
    return CONTAINERS[number % len(CONTAINERS)](X, rng), y


def _with_missing_cells(X, rng):
    return np.where(rng.random(X.shape) < 0.2, np.nan, X)


def _mixed_frame(X, rng):
    frame = pd.DataFrame(_with_missing_cells(X, rng)).add_prefix("number ")
    return frame.assign(
        integer=rng.integers(0, 99, len(X)), flag=rng.random(len(X)) < 0.3, text=rng.choice(["a", "b", None], len(X))
    )


def _sparse_matrix(X, rng):
    return sparse.csr_matrix(np.where(rng.random(X.shape) < 0.7, 0, X))


CONTAINERS = (
    lambda X, rng: X,
    _with_missing_cells,
    _mixed_frame,
    _sparse_matrix,
    lambda X, rng: X.tolist(),
)


def held():
    """Return what this process holds once garbage is collected."""
    gc.collect()
    process, kinds = psutil.Process(), [type(thing) for thing in gc.get_objects()]
    return Held(
        memory=process.memory_info().rss,
        threads=process.num_threads(),
        files=process.num_fds(),
        samplers=sum(issubclass(kind, GANOversampler) for kind in kinds),
        modules=sum(issubclass(kind, torch.nn.Module) for kind in kinds),
    )
