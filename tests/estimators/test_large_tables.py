"""Tests of samplers fitted on a sample of the rows of a table."""

import pickle

import numpy as np
import pandas as pd
import pytest

from sklearn_gan import GANOversampler
from sklearn_gan._table import sample
from sklearn_gan.relations import FixedCombinations, Inequality, OneHot

MAX_ROWS, N_ROWS = 300, 3_000


@pytest.fixture(autouse=True)
def small_sample(monkeypatch):
    """Sample 300 rows."""
    monkeypatch.setattr(sample, "MAX_ROWS", MAX_ROWS)


@pytest.fixture
def large():
    """A mixed table of 3,000 rows, 100 of them in the class "rare", with three relations between columns."""
    rng = np.random.default_rng(0)
    start, city = rng.integers(0, 900, N_ROWS), rng.integers(0, 9, N_ROWS)
    X = pd.DataFrame(
        {
            "number": rng.normal(size=N_ROWS),
            "start": start,
            "end": start + rng.integers(1, 60, N_ROWS),
            "city": np.array([f"city {i}" for i in range(9)])[city],
            "country": np.array(["A", "B", "C"])[city % 3],
            "is_left": city % 2,
            "is_right": 1 - city % 2,
            "gap": np.where(rng.random(N_ROWS) < 0.2, np.nan, rng.normal(size=N_ROWS)),
        }
    )
    return X, np.where(np.arange(N_ROWS) % 30 == 7, "rare", "common")


def in_sample(X, y):
    """Return which rows a sampler with seed 0 is fitted on."""
    rows = sample.choose_rows(np.unique(y, return_inverse=True)[1], 0)
    return np.isin(np.arange(len(X)), rows)


def last_row_outside(X, y):
    return np.flatnonzero(~in_sample(X, y))[-1]


def test_networks_are_fitted_on_a_sample(make_sampler, large):
    sampler = make_sampler().fit(*large)
    assert len(sampler.net_.mixer.matrix) == MAX_ROWS
    assert sampler.sampling_strategy_ == {"rare": N_ROWS - 200}


def test_bounds_and_categories_are_those_of_all_rows(make_sampler, large):
    X, y = large
    row = last_row_outside(X, y)
    X.loc[row, ["number", "city"]] = [50.0, "hidden"]
    number, *_, city = make_sampler(relations=None).fit(X, y)._encoder.codecs_[:4]
    assert number.bounds.tolist() == [X.number.min(), 50.0]
    assert "hidden" in city.levels


@pytest.mark.parametrize("relations", ["auto", [Inequality("start", "end"), FixedCombinations(["city", "country"])]])
def test_support_counts_all_rows(make_sampler, large, relations):
    found = make_sampler(relations=relations).fit(*large).relations_
    assert len(found) >= 2 and all(relation.support == N_ROWS for relation in found)


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [("end", -1, Inequality), ("country", "D", FixedCombinations), ("is_left", 2, OneHot)],
)
def test_relation_broken_outside_the_sample_is_not_kept(make_sampler, large, column, value, kind):
    X, y = large
    kinds = [type(relation) for relation in make_sampler().fit(X, y).relations_]
    assert kind in kinds
    X.loc[last_row_outside(X, y), column] = value
    assert [type(relation) for relation in make_sampler().fit(X, y).relations_ if column in relation.names] == []


def test_equal_values_outside_the_sample_make_an_inequality_weak(make_sampler, large):
    X, y = large
    row = last_row_outside(X, y)
    X.loc[row, "end"] = X.loc[row, "start"]
    (found,) = [relation for relation in make_sampler().fit(X, y).relations_ if isinstance(relation, Inequality)]
    assert not found.strict and found.support == N_ROWS


def test_listed_relation_is_checked_in_all_rows(make_sampler, large):
    X, y = large
    row = last_row_outside(X, y)
    X.loc[row, "end"] = -1
    with pytest.raises(ValueError, match=f"found 1 row.* row {row}: 'start' is"):
        make_sampler(relations=[Inequality("start", "end")]).fit(X, y)


def test_infinity_outside_the_sample_is_found(make_sampler, large):
    X, y = large
    row = last_row_outside(X, y)
    X.loc[row, "number"] = np.inf
    with pytest.raises(ValueError, match=f"the first at row {row}"):
        make_sampler().fit(X, y)


def test_copy_of_the_target_in_the_sample_only_does_not_warn(make_sampler, large):
    X, y = large
    X["copy"] = (y == "rare").astype(int)
    with pytest.warns(UserWarning, match="copy"):
        make_sampler().fit(X, y)
    X.loc[last_row_outside(X, y), "copy"] = 1
    make_sampler().fit(X, y)


def test_parents_are_positions_in_the_table(make_sampler, large):
    X, y = large
    sampler = make_sampler(generator="residual", n_candidates=1)
    sampler.fit_resample(X, y)
    is_parent = sampler.parents_ >= 0
    assert is_parent.any(axis=1).all()
    assert (y[sampler.parents_[is_parent]] == "rare").all()
    _, parents, _ = sampler.sample(200, y="common", return_parents=True)
    assert (y[parents[parents >= 0]] == "common").all() and parents.max() > MAX_ROWS
    assert in_sample(X, y)[parents[parents >= 0]].all()


def test_missing_values_are_those_of_the_first_parent(make_sampler, large):
    X, y = large
    sampler = make_sampler(generator="residual", n_candidates=1).fit(X, y)
    rows, parents, _ = sampler.sample(300, y="rare", return_parents=True)
    assert (rows.gap.isna().to_numpy() == X.gap.isna().to_numpy()[parents[:, 0]]).all()


def test_fitted_sampler_does_not_grow_with_the_table(make_sampler, large):
    X, y = large
    few, many = (
        len(pickle.dumps(make_sampler().fit(pd.concat([X] * n, ignore_index=True), np.tile(y, n)))) for n in (1, 10)
    )
    assert many < 1.1 * few


def test_saved_sampler_samples_the_same_rows(make_sampler, large, tmp_path):
    sampler = make_sampler()
    sampler.fit_resample(*large)
    sampler.save(tmp_path / "sampler.safetensors")
    loaded = GANOversampler.load(tmp_path / "sampler.safetensors")
    mine, other = (each.sample(50, y="rare", return_parents=True) for each in (sampler, loaded))
    pd.testing.assert_frame_equal(mine[0], other[0])
    np.testing.assert_array_equal(mine[1], other[1])
    np.testing.assert_array_equal(loaded.parents_, sampler.parents_)


def test_min_distance_heeds_all_rows(make_sampler, large):
    X, y = large
    sampler = make_sampler(min_distance=0.1, relations=None).fit(X[["number", "gap"]], y)
    assert len(sampler._real_rows.rows.numbers) == N_ROWS
