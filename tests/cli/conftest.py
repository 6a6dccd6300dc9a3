"""Tables in files for the tests of the command line."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Run the test in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def labelled(folder):
    """Return a table of 25 rows, which is also in the files in.csv and in.parquet."""
    rng = np.random.default_rng(0)
    columns = {
        "a": rng.integers(0, 9, 25),
        "b": rng.normal(size=25).round(2),
        "fraud": np.repeat(["no", "yes"], [20, 5]),
    }
    table = pd.DataFrame(columns)
    table.to_csv("in.csv", index=False)
    table.to_parquet("in.parquet", index=False)
    return table
