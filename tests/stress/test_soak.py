"""Many fits in one process: memory, threads, files, samplers and modules do not accumulate."""

import gc
from typing import NamedTuple

import numpy as np
import pandas as pd
import psutil
import pytest
import torch
from scipy import sparse
from tqdm.auto import trange

from sklearn_gan import GANOversampler

pytestmark = pytest.mark.filterwarnings("ignore:Expected a generator to cover")

N_TABLES, N_ROUNDS = 50, 10
MAX_ROWS, MAX_COLUMNS = 2_000, 30
MAX_GROWTH = 1.05
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


def with_missing_values(X, rng):
    return np.where(rng.random(X.shape) < 0.2, np.nan, X)


def mixed_frame(X, rng):
    frame = pd.DataFrame(with_missing_values(X, rng)).add_prefix("number ")
    return frame.assign(
        integer=rng.integers(0, 99, len(X)), flag=rng.random(len(X)) < 0.3, text=rng.choice(["a", "b", None], len(X))
    )


def sparse_matrix(X, rng):
    return sparse.csr_matrix(np.where(rng.random(X.shape) < 0.7, 0, X))


CONTAINERS = (lambda X, rng: X, with_missing_values, mixed_frame, sparse_matrix, lambda X, rng: X.tolist())


class Resources(NamedTuple):
    """Bytes of memory, threads and open files of the process, and its live samplers and torch modules."""

    memory: int
    threads: int
    files: int
    samplers: int
    modules: int


def measure():
    """Return the resources of this process after garbage collection."""
    gc.collect()
    process, kinds = psutil.Process(), [type(thing) for thing in gc.get_objects()]
    return Resources(
        memory=process.memory_info().rss,
        threads=process.num_threads(),
        files=process.num_fds(),
        samplers=sum(issubclass(kind, GANOversampler) for kind in kinds),
        modules=sum(issubclass(kind, torch.nn.Module) for kind in kinds),
    )


def make_table(number):
    """Return a table and its target; `number` determines the size and the container."""
    rng = np.random.default_rng(number)
    n_rows = int(20 * (MAX_ROWS / 20) ** rng.random())
    y = (np.arange(n_rows) < max(2, n_rows // 10)).astype(int)
    X = rng.normal(size=(n_rows, rng.integers(1, MAX_COLUMNS + 1))) + y[:, None]
    return CONTAINERS[number % len(CONTAINERS)](X, rng), y


def fit_rounds(n_rounds, numbers):
    """Fit and resample every table once per round, in random order; return the resources after each round."""
    rng, measured = np.random.default_rng(0), []
    for _ in trange(n_rounds, unit="round", disable=len(numbers) < N_TABLES):
        for number in rng.permutation(numbers).tolist():
            X, y = make_table(number)
            sampler = GANOversampler(**QUICK, **VARIANTS[number % len(VARIANTS)], random_state=number)
            sampler.fit_resample(X, y)
            sampler.sample(10, y=y[0])
            del sampler
        measured.append(measure())
    return measured


def test_fits_leave_no_threads_files_samplers_or_modules_behind():
    smallest = sorted(range(N_TABLES), key=lambda number: len(make_table(number)[1]))[:6]
    first, _, last = fit_rounds(3, smallest)
    assert np.less_equal(last[1:], first[1:]).all()


@pytest.mark.stress
def test_memory_does_not_grow_over_many_fits(record_property):
    first, *_, last = fit_rounds(N_ROUNDS, range(N_TABLES))
    growth = last.memory / first.memory
    measurement = (
        f"{first.memory / 2**20:.0f} MiB after fit {N_TABLES}, {last.memory / 2**20:.0f} at the end "
        f"({growth - 1:+.1%}, at most {MAX_GROWTH - 1:+.0%}); threads {first.threads} and {last.threads}, "
        f"files {first.files} and {last.files}"
    )
    record_property("repetitions", N_ROUNDS * N_TABLES)
    record_property("measurement", measurement)
    assert growth <= MAX_GROWTH and np.less_equal(last[1:], first[1:]).all(), measurement


def test_tables_cover_every_pair_of_container_and_variant():
    pairs = {(number % len(CONTAINERS), number % len(VARIANTS)) for number in range(N_TABLES)}
    assert len(pairs) == len(CONTAINERS) * len(VARIANTS)


def test_referenced_sampler_is_counted():
    before = measure()
    sampler = GANOversampler(**QUICK, n_candidates=1).fit(*make_table(6))
    assert measure().samplers == before.samplers + 1 and measure().modules > before.modules
    del sampler
