"""Tests of the choice of the rows that a sampler is fitted on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_gan._table import sample
from sklearn_gan._table.sample import choose_rows

SIZES = st.lists(st.integers(1, 400), min_size=1, max_size=8)


def choose(sizes, max_rows, seed=0):
    """Return the chosen rows, and the number of them in each class."""
    codes = np.random.default_rng(0).permutation(np.repeat(np.arange(len(sizes)), sizes))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample, "MAX_ROWS", max_rows)
        rows = choose_rows(codes, seed)
    return rows, np.bincount(codes[rows], minlength=len(sizes))


@given(SIZES, st.integers(1, 1000))
def test_small_classes_are_complete_and_large_ones_have_one_size(sizes, max_rows):
    rows, counts = choose(sizes, max_rows)
    assert (np.diff(rows) > 0).all()
    is_cut = counts < sizes
    assert len(set(counts[is_cut])) <= 1
    assert (counts[~is_cut] <= counts[is_cut].max(initial=max(sizes))).all()


@given(SIZES, st.integers(1, 1000))
def test_as_many_rows_as_possible_are_chosen(sizes, max_rows):
    _, counts = choose(sizes, max_rows)
    n_cut = (counts < sizes).sum()
    if n_cut:
        largest = max(counts)
        assert largest == 2 or max_rows - n_cut < counts.sum() <= max_rows
    assert (counts >= np.minimum(sizes, 2)).all()


def test_rows_depend_on_the_seed_only():
    chosen = [choose([50, 900], 200, seed)[0].tolist() for seed in (0, 0, 1)]
    assert chosen[0] == chosen[1] != chosen[2]
