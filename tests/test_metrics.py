"""Figures of fidelity, where the answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from sklearn_gan.metrics import association_difference, associations


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_association_of_numbers_is_the_rank_correlation(rng):
    X = rng.normal(size=(100, 2))
    X[:, 1] -= X[:, 0] ** 3
    assert associations(X)[0, 1] == pytest.approx(-spearmanr(X).statistic)


def test_columns_that_tell_each_other_are_associated_by_1(rng):
    x = rng.integers(0, 4, 200)
    X = pd.DataFrame({"number": x, "order": -(x**2), "level": x.astype(str), "renamed": np.array(list("dacb"))[x]})
    np.testing.assert_allclose(associations(X), 1)


def test_independent_columns_of_many_levels_are_not_associated(rng):
    X = pd.DataFrame({"a": rng.integers(0, 40, 400).astype(str), "b": rng.integers(0, 40, 400).astype(str)})
    X["number"] = rng.normal(size=400)
    assert associations(X)[~np.eye(3, dtype=bool)].max() < 0.15


def test_columns_that_tell_nothing_are_associated_with_no_other(mixed):
    X = mixed[0].assign(constant=1.0, level="a", empty=np.nan, name=[str(i) for i in range(75)])
    np.testing.assert_array_equal(associations(X)[-4:], np.eye(15)[-4:])


def test_associations_are_those_of_the_rows_without_missing_cells(rng):
    X = pd.DataFrame({"x": np.arange(100.0), "z": rng.normal(size=100), "level": rng.choice(["a", "b"], 100)})
    X["y"] = X.x.where(np.arange(100) < 50, np.nan)
    X["copy"] = X.level.where(np.arange(100) < 50, None)
    matrix = pd.DataFrame(associations(X), X.columns, X.columns)
    assert matrix.loc["x", "y"] == matrix.loc["level", "copy"] == pytest.approx(1)
    expected = associations(X[:50][["level", "y"]])[0, 1]
    assert matrix.loc["level", "y"] == matrix.loc["copy", "y"] == pytest.approx(expected)


def test_associations_are_symmetric_shares(mixed):
    matrix = associations(mixed[0])
    np.testing.assert_array_equal(matrix, matrix.T)
    assert matrix.min() >= 0 and matrix.max() <= 1 and (np.diag(matrix) == 1).all()


def test_a_rise_that_became_a_fall_differs_by_2(rng):
    x = rng.normal(size=50)
    assert association_difference(np.c_[x, x], np.c_[x, -x]) == pytest.approx(2)
    assert association_difference(np.c_[x, x], np.c_[x, x]) == 0
    assert association_difference(x[:, None], -x[:, None]) == 0
