"""The imputation benchmark."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import imputation
from benchmarks.datasets import Table
from benchmarks.imputation import METHODS, Encoding, hide_cells, run, scores


@pytest.fixture
def table():
    """Numeric and categorical columns with missing values, including a rare category and a constant column."""
    rng = np.random.default_rng(0)
    n = 200
    X = pd.DataFrame(
        {
            "category": pd.Categorical(rng.choice(["u", "v", "w"], n, p=[0.5, 0.49, 0.01])),
            "number": np.where(rng.random(n) < 0.1, np.nan, rng.normal(5, 2, n)),
            "constant": 3.0,
            "single": pd.Categorical(np.where(rng.random(n) < 0.1, None, "only")),
            "empty": np.nan,
        }
    )
    return Table("name", "family", X, np.zeros(n, dtype=int))


def test_a_fifth_of_observed_values_is_hidden_but_never_a_whole_column(table):
    damage = hide_cells(table.X, 0)
    observed = table.X.notna().to_numpy()
    assert not damage.hidden[~observed].any()
    assert damage.hidden.sum() / observed.sum() == pytest.approx(0.2, abs=0.05)
    assert (damage.X.isna().to_numpy() == (~observed | damage.hidden)).all()
    few = hide_cells(pd.DataFrame({f"x{j}": [1.0, np.nan] for j in range(50)}), 0)
    assert few.X.notna().any().all()


@pytest.mark.parametrize("drop_last", [True, False])
def test_decoding_an_encoded_table_gives_the_table(table, drop_last):
    X = table.X.drop(columns="empty").dropna()
    encoded = Encoding(X, drop_last).encode()
    assert encoded.shape == (len(X), 2 + (2 + 0 if drop_last else 3 + 1))
    pd.testing.assert_frame_equal(Encoding(X, drop_last).decode(encoded), X)


def test_missing_category_is_missing_in_all_encoded_columns(table):
    damage = hide_cells(table.X, 0)
    encoded = Encoding(damage.X, drop_last=False).encode()
    block = np.isnan(encoded[:, 3:-1])
    assert (block.all(axis=1) == block.any(axis=1)).all()
    assert (block.all(axis=1) == damage.X["category"].isna()).all()


def test_scores_are_standardized_rmse_and_category_error_rate(table):
    damage = hide_cells(table.X, 0)
    perfect = scores(table.X, table.X, damage.hidden)
    assert perfect["rmse"] == perfect["category_error"] == 0
    assert perfect["n_numbers"] + perfect["n_categories"] == damage.hidden.sum()
    shifted = table.X.assign(number=table.X["number"] + 3 * table.X["number"].std(ddof=0), category="x")
    only = damage.hidden & [True, True, False, False, False]
    assert scores(table.X, shifted, only)["rmse"] == pytest.approx(3)
    assert scores(table.X, shifted, only)["category_error"] == 1
    assert np.isnan(scores(table.X[["category"]], table.X[["category"]], damage.hidden[:, :1])["rmse"])


@pytest.mark.parametrize("name", METHODS)
def test_every_imputer_keeps_observed_values_and_returns_a_record(table, name, monkeypatch):
    monkeypatch.setitem(METHODS, "GANImputer", lambda X, seed: imputation.gan(X, seed, max_steps=2, n_imputations=2))
    damage = hide_cells(table.X, [0, 0])
    filled = METHODS[name](damage.X, 0)
    assert filled.dtypes.equals(table.X.dtypes) and filled.drop(columns="empty").notna().all(axis=None)
    for column in table.X:
        observed = damage.X[column].notna()
        difference = filled[column][observed].astype(object).ne(table.X[column][observed].astype(object))
        assert column == "number" or not difference.any()
    np.testing.assert_allclose(filled["number"].where(damage.X["number"].notna()), damage.X["number"])
    (record,) = run(table, 0, name, seed=0)
    assert list(record) == [
        *("table", "family", "fold", "method"),
        *("rmse", "category_error", "n_numbers", "n_categories", "seconds"),
    ]
    assert np.isfinite([record["rmse"], record["category_error"]]).all()
