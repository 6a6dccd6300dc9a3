"""Fixtures shared by all tests."""

import os

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # otherwise, scikit-learn skips one of its checks
# Parallel test processes would otherwise compete for cores. Tests of threading request two threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from sklearn_gan import GANOversampler
from sklearn_gan._synthesis import candidate_selection

SLOWEST = 60_000  # milliseconds for one example; a slower one counts as a hang
UNHEALTHY = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("test", max_examples=60, derandomize=True, deadline=SLOWEST, suppress_health_check=UNHEALTHY)
settings.register_profile("nightly", max_examples=2_500, deadline=SLOWEST, suppress_health_check=UNHEALTHY)
settings.load_profile("test")  # unless overridden by --hypothesis-profile=nightly

LIBRARIES = {
    "pandas": lambda X: X,
    "polars": pl.from_pandas,
    "pyarrow": lambda X: pl.from_pandas(X).to_arrow(),
}


@pytest.fixture(params=LIBRARIES)
def in_library(request):
    """Return a converter from pandas to a dataframe library; tests that use it run once for each library."""
    return LIBRARIES[request.param]


@pytest.fixture
def as_pandas():
    """Return a converter from a frame of any library to pandas."""

    def as_pandas(frame):
        if isinstance(frame, pd.DataFrame):
            return frame
        return (frame if isinstance(frame, pl.DataFrame) else pl.from_arrow(frame)).to_pandas()

    return as_pandas


@pytest.fixture
def quick_selection(monkeypatch):
    """Select candidates with classifiers of two trees each, for tests that do not depend on the selection."""
    make = candidate_selection._make_classifiers

    def make_quick(n_classes, seed):
        forest, trees, boosting = make(n_classes, seed)
        quick = [ensemble.set_params(n_estimators=2) for ensemble in (forest, trees)]
        return *quick, boosting.set_params(max_iter=2, max_bins=2)

    monkeypatch.setattr(candidate_selection, "_make_classifiers", make_quick)


@pytest.fixture
def make_sampler(quick_selection):
    """Return a sampler with few training steps and quick candidate selection; arguments override its parameters."""

    def make(**params):
        return GANOversampler(**{"max_steps": 3, "hidden_layer_sizes": (8,), "random_state": 0, **params})

    return make


@pytest.fixture
def judged(numbers):
    """A numeric table with enough rows per class for candidate selection: 60 of class 0, 40 of class 1."""
    X, y = numbers
    rng = np.random.default_rng(1)
    return np.concatenate((X, rng.normal(size=(25, 5)) + 1)), np.append(y, np.ones(25, dtype=int))


@pytest.fixture
def numbers():
    """A numeric table: 60 rows of class 0, 15 of class 1."""
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [60, 15])
    return rng.normal(size=(75, 5)) + y[:, None], y


@pytest.fixture
def mixed():
    """A table with a column of every common type, some with missing values; 60 rows "common", 15 "rare"."""
    rng = np.random.default_rng(0)
    n = 75
    X = pd.DataFrame(
        {
            "float": rng.normal(size=n),
            "float32": rng.normal(size=n).astype("float32"),
            "float_missing": np.where(rng.random(n) < 0.3, np.nan, rng.normal(size=n)),
            "int": rng.integers(-50, 50, n),
            "int8": rng.integers(0, 9, n).astype("int8"),
            "int_missing": pd.array(np.where(rng.random(n) < 0.3, None, rng.integers(0, 99, n)), dtype="Int64"),
            "bool": rng.random(n) < 0.3,
            "bool_missing": pd.array(rng.choice(np.array([True, False, None]), n), dtype="boolean"),
            "string": rng.choice(["a", "b", "c"], n),
            "string_missing": rng.choice(np.array(["u", "v", None], dtype=object), n),
            "category": pd.Categorical(rng.choice(["x", "y"], n), categories=["y", "unused", "x"]),
        }
    )
    y = pd.Series(np.where(np.arange(n) < 60, "common", "rare"), name="kind")
    return X, y
