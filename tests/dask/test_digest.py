"""Tests of the bounded summary of the partitions of a table."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("dask", reason="needs the extra `dask`")

from sklearn_gan._table import CodecChooser, choose_rows, sample
from sklearn_gan.dask import _digest
from sklearn_gan.dask._digest import Digest

NAMES = ["number", "date", "word"]
CHOOSER = CodecChooser("auto", NAMES)
N_WORDS = 40


def make_partitions(sizes, seed=0):
    rng = np.random.default_rng(seed)
    for size in sizes:
        X = pd.DataFrame(
            {
                "number": np.where(rng.random(size) < 0.1, np.nan, rng.normal(size=size)),
                "date": pd.Timestamp("2020") + pd.to_timedelta(rng.integers(0, 9_999, size), unit="h"),
                "word": np.array([f"word {i}" for i in range(N_WORDS)], dtype=object)[
                    np.minimum(rng.geometric(0.2, size), N_WORDS) - 1
                ],
            }
        )
        yield X, pd.Series(rng.choice(["a", "b", "c"], size, p=[0.7, 0.25, 0.05]), dtype=object)


def digests(partitions, seed=0):
    return [Digest.of_partition(*pair, number, seed, CHOOSER) for number, pair in enumerate(partitions)]


@pytest.fixture(autouse=True)
def small_digests():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample, "MAX_ROWS", 60)
        patch.setattr(_digest, "MAX_CATEGORIES", 10)
        yield


@st.composite
def trees(draw, n):
    """The numbers from 0 to n - 1 in any order, as the leaves of any tree."""
    nodes = draw(st.permutations(range(n)))
    while len(nodes) > 1:
        stop = draw(st.integers(2, len(nodes)))
        nodes = [*nodes[stop:], nodes[:stop]]
    return nodes[0]


def merge(tree, leaves):
    return leaves[tree] if isinstance(tree, int) else Digest.merge([merge(node, leaves) for node in tree], CHOOSER)


@given(st.data(), st.lists(st.integers(0, 200), min_size=2, max_size=6).filter(any))
def test_merging_in_any_tree_gives_the_same_digest(data, sizes):
    leaves = digests(make_partitions(sizes))
    one, other = (merge(data.draw(trees(len(sizes))), leaves) for _ in range(2))
    pd.testing.assert_frame_equal(one.X, other.X)
    pd.testing.assert_series_equal(one.y, other.y)
    for name in ("keys", "positions", "is_sampled"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.counts == other.counts and one.lengths == other.lengths


def merged(sizes=(300, 0, 500, 40), seed=0):
    partitions = list(make_partitions(sizes))
    X, y = (pd.concat(parts, ignore_index=True) for parts in zip(*partitions, strict=True))
    return X, y, Digest.merge(digests(partitions, seed), CHOOSER)


def test_counts_are_those_of_all_rows():
    _, y, digest = merged()
    assert digest.counts == Counter(y) and digest.lengths == {0: 300, 1: 0, 2: 500, 3: 40}


def test_rows_are_those_at_their_positions():
    X, y, digest = merged()
    rows = digest.global_positions()
    assert (np.diff(rows) > 0).all()
    pd.testing.assert_frame_equal(digest.X.reset_index(drop=True), X.iloc[rows].reset_index(drop=True))
    assert digest.y.tolist() == y.iloc[rows].tolist()


def test_sample_has_the_class_sizes_of_the_sampler_in_memory():
    _, y, digest = merged()
    codes = np.unique(y, return_inverse=True)[1]
    assert Counter(digest.y[digest.is_sampled]) == Counter(y.iloc[choose_rows(codes, 0)])


def test_every_row_of_a_class_is_equally_likely_to_be_sampled():
    chosen, n_seeds = Counter(), 100
    for seed in range(n_seeds):
        _, y, digest = merged((60, 20, 120), seed)
        is_common = digest.is_sampled & (digest.y == "a").to_numpy()
        chosen.update(digest.global_positions()[is_common].tolist())
    n_common = (y == "a").sum()
    share = sum(chosen.values()) / n_seeds / n_common
    counts = np.array([chosen[row] for row in np.flatnonzero(y == "a")])
    statistic = ((counts - n_seeds * share) ** 2).sum() / (n_seeds * share * (1 - share))
    assert abs(statistic - n_common) < 4 * np.sqrt(2 * n_common)  # chi-squared, with a standard deviation of √(2n)


def test_bounds_are_those_of_all_rows():
    X, _, digest = merged()
    for name in ("number", "date"):
        assert (digest.X[name].min(), digest.X[name].max()) == (X[name].min(), X[name].max())


def test_all_of_few_categories_have_a_row(monkeypatch):
    monkeypatch.setattr(_digest, "MAX_CATEGORIES", N_WORDS)
    X, _, digest = merged()
    assert set(digest.X.word) == set(X.word)


def test_rows_are_bounded():
    _, _, digest = merged((2_000, 2_000))
    assert len(digest.X) <= sample.MAX_ROWS + 2 * 2 + _digest.MAX_CATEGORIES


def test_arrays_are_merged_as_frames_are():
    X, y = np.random.default_rng(0).normal(size=(500, 2)), np.arange(500) % 2
    chooser = CodecChooser("auto", [0, 1])
    parts = [Digest.of_partition(X[rows], y[rows], i, 0, chooser) for i, rows in enumerate(np.split(np.arange(500), 5))]
    digest = Digest.merge(parts, chooser)
    np.testing.assert_array_equal(digest.X, X[digest.global_positions()])
    np.testing.assert_array_equal(digest.X.max(axis=0), X.max(axis=0))
