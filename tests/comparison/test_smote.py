"""TableSMOTE is imbalanced-learn's SMOTE on standardised numbers, for any table."""

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE, SMOTEN

from sklearn_gan._comparison.smote import TableSMOTE
from sklearn_gan._table import take_rows


def test_numbers_are_those_of_smote_on_standardised_numbers(numbers):
    X, y = numbers
    X = X * [1, 10, 100, 1_000, 0.1] + 5
    mean, deviation = X.mean(axis=0), X.std(axis=0)
    expected = SMOTE(random_state=0).fit_resample((X - mean) / deviation, y)[0] * deviation + mean
    np.testing.assert_allclose(TableSMOTE(0).fit_resample(X, y)[0], expected, atol=1e-9)


def test_categories_are_those_of_smoten(mixed):
    X, y = mixed[0][["string", "category"]], mixed[1]
    X_resampled, y_resampled = TableSMOTE(0).fit_resample(X, y)
    codes = X.apply(lambda column: pd.factorize(column)[0])
    expected = SMOTEN(random_state=0).fit_resample(codes, y)[0]
    found = X_resampled.apply(lambda column: pd.factorize(column)[0])
    np.testing.assert_array_equal(found, expected)
    assert (X_resampled.dtypes == X.dtypes).all() and (y_resampled == "rare").sum() == 60


def test_any_table_keeps_its_rows_and_types(mixed, in_library, as_pandas):
    X, y = in_library(mixed[0]), mixed[1]
    X_resampled, y_resampled = TableSMOTE(0).fit_resample(X, y)
    assert type(X_resampled) is type(X) and len(y_resampled) == 120
    pd.testing.assert_frame_equal(as_pandas(take_rows(X_resampled, np.arange(75))), as_pandas(X))


def test_missing_values_keep_about_their_share(mixed):
    X, y = mixed
    added = TableSMOTE(0).fit_resample(X, y)[0].iloc[75:]
    rare = X[y == "rare"].isna().mean()
    assert added["float_missing"].isna().mean() == pytest.approx(rare["float_missing"], abs=0.25)
    assert not added["float"].isna().any()


def test_few_rows_have_fewer_neighbours():
    X, y = np.arange(12.0)[:, None], np.repeat([0, 1], [9, 3])
    assert len(TableSMOTE(0).fit_resample(X, y)[0]) == 18


def test_balanced_table_is_unchanged():
    X, y = np.arange(12.0)[:, None], np.repeat([0, 1], 6)
    np.testing.assert_array_equal(TableSMOTE(0).fit_resample(X, y)[0], X)
