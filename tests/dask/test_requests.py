"""Tests of the partitions of a request for synthetic rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("dask", reason="needs the extra `dask`")

from sklearn_gan.dask._requests import CELLS_PER_PARTITION, rows_per_partition, split_request


@given(st.lists(st.integers(0, 50), max_size=9), st.integers(1, 30))
def test_parts_are_the_request_in_order_and_of_equal_size(repeats, n_rows):
    codes = np.arange(len(repeats))
    parts = [np.repeat(*part) for part in split_request(codes, np.array(repeats, dtype=int), n_rows)]
    np.testing.assert_array_equal(np.concatenate(parts), np.repeat(codes, repeats))
    assert [len(part) for part in parts[:-1]] == [n_rows] * (len(parts) - 1)
    assert len(parts[-1]) <= n_rows and (len(parts[-1]) > 0 or len(parts) == 1)


@pytest.mark.parametrize("n_columns", [1, 10, 500, 10**9])
def test_partitions_have_a_bounded_number_of_rows_and_values(n_columns):
    n_rows = rows_per_partition(n_columns)
    assert 1 <= n_rows <= 50_000
    assert n_rows == 1 or n_rows * n_columns <= CELLS_PER_PARTITION
