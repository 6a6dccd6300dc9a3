"""Tables and samplers for the tests of Dask collections."""

import numpy as np
import pandas as pd
import pytest

N_ROWS, N_PARTITIONS = 1_200, 6


@pytest.fixture(scope="session")
def table():
    """A table with a column of every common type and the column "target": 1,200 rows, 100 of them "rare"."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "float": rng.normal(size=N_ROWS),
            "missing": np.where(rng.random(N_ROWS) < 0.2, np.nan, rng.normal(size=N_ROWS)),
            "int": rng.integers(-50, 50, N_ROWS).astype("int32"),
            "bool": rng.random(N_ROWS) < 0.3,
            "date": pd.date_range("2020", periods=N_ROWS, freq="h")[rng.permutation(N_ROWS)],
            "string": pd.array(rng.choice(["a", "b", "c"], N_ROWS), dtype="string[pyarrow]"),
            "category": pd.Categorical(rng.choice(["x", "y"], N_ROWS), categories=["y", "unused", "x"]),
            "target": np.where(np.arange(N_ROWS) % 12 == 7, "rare", "common"),
        }
    )


@pytest.fixture
def collection(table):
    """The table as a Dask DataFrame of six partitions, without the target, and the target."""
    dd = pytest.importorskip("dask.dataframe", reason="needs the extra `dask`")
    frame = dd.from_pandas(table, npartitions=N_PARTITIONS)
    return frame.drop(columns="target"), frame["target"]


@pytest.fixture
def make_sampler(quick_selection):
    """Return a sampler with few training steps and quick candidate selection; arguments override its parameters."""
    dask = pytest.importorskip("sklearn_gan.dask", reason="needs the extra `dask`")

    def make(**params):
        return dask.GANOversampler(**{"max_steps": 3, "hidden_layer_sizes": (8,), "random_state": 0, **params})

    return make


@pytest.fixture
def synchronous():
    """Run all tasks in this thread."""
    dask = pytest.importorskip("dask", reason="needs the extra `dask`")
    with dask.config.set(scheduler="synchronous"):
        yield
