"""Tables in many files, resampled by two workers with 1 GiB of memory each."""

import os
import resource

import numpy as np
import pandas as pd
import pytest

distributed = pytest.importorskip("distributed", reason="needs the package `distributed`")

import dask.dataframe as dd

from sklearn_gan.dask import GANOversampler

LIMIT = 2**30  # bytes per worker, of which the imports of Python take 0.45 GB
N_COLUMNS, ROWS_PER_FILE = 20, 200_000
BYTES_PER_FILE = N_COLUMNS * ROWS_PER_FILE * 8
SHARE = 0.01


def write_table(folder, gigabytes):
    """Write random numbers, which do not compress, with a rare class."""
    n_files = round(gigabytes * 1e9 / BYTES_PER_FILE)
    for number in range(n_files):
        rng = np.random.default_rng(number)
        target = rng.random(ROWS_PER_FILE) < SHARE
        rows = pd.DataFrame(rng.normal(size=(ROWS_PER_FILE, N_COLUMNS)) + target[:, None]).add_prefix("x")
        rows.assign(target=np.where(target, "rare", "common")).to_parquet(folder / f"{number:05}.parquet")
    return n_files * ROWS_PER_FILE


@pytest.mark.parametrize("gigabytes", [0.2, pytest.param(4, marks=pytest.mark.stress)])
def test_table_is_resampled_in_bounded_memory(tmp_path, record_property, gigabytes):
    n_rows = write_table(tmp_path, gigabytes)
    with (
        distributed.LocalCluster(2, threads_per_worker=1, memory_limit=LIMIT, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        before = client.run(os.getpid)
        frame = dd.read_parquet(tmp_path)
        sampler = GANOversampler(sampling_strategy=0.02, random_state=0)
        X, y = sampler.fit_resample(frame.drop(columns="target"), frame["target"])
        lengths = X.map_partitions(len).compute()
        counts = y.value_counts().compute()
        usage = client.run(resource.getrusage, resource.RUSAGE_SELF)
        assert client.run(os.getpid) == before, "a worker was killed"
    assert lengths.sum() == counts.sum() == n_rows + sampler.sampling_strategy_["rare"]
    assert counts["rare"] == round(0.02 * counts["common"])
    peaks = sorted(each.ru_maxrss * 1024 for each in usage.values())
    assert max(peaks) < LIMIT
    record_property("repetitions", n_rows)
    record_property("measurement", f"at most {' and '.join(f'{peak / 1e9:.2f} GB' for peak in peaks)} per worker")
