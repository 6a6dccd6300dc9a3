"""The measures of the fidelity benchmark, and the rows that it compares."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import fidelity


@pytest.fixture
def table():
    """A table with a low and a high number, a city of its country, and missing values, and its classes."""
    rng = np.random.default_rng(0)
    city = rng.integers(6, size=300)
    low = rng.integers(0, 1_000, 300) / 10
    X = pd.DataFrame({"low": low, "high": low + rng.integers(1, 50, 300) / 10, "note": rng.choice(["u", None], 300)})
    X["city"], X["country"] = [f"city {i}" for i in city], [f"country {i // 2}" for i in city]
    return X.astype(dict.fromkeys(["note", "city", "country"], "category")), np.repeat([0, 1], [220, 80])


def test_missing_values_are_compared_in_columns_that_have_any():
    X = pd.DataFrame({"a": [1, np.nan, 3, 4], "b": [1, 2, 3, 4]})
    assert fidelity.missing_difference(X, X.assign(a=1), X) == 0.25
    assert np.isnan(fidelity.missing_difference(X[["b"]], X[["b"]], X[["b"]]))


def test_lost_categories_are_counted_over_all_columns():
    real = pd.DataFrame({"a": list("uvwu"), "b": ["x", "x", "y", None], "c": range(4)}).astype(
        {"a": "category", "b": "category"}
    )
    assert fidelity.lost_categories(real, real) == 0
    assert fidelity.lost_categories(real, real.iloc[[0, 1, 3]]) == 2 / 5
    assert np.isnan(fidelity.lost_categories(real[["c"]], real[["c"]]))


def test_rows_that_break_a_relation_are_counted_once(table):
    X, y = table
    drawn = X.iloc[:10].copy()
    drawn.loc[[0, 1], "high"] = -1.0
    drawn.loc[[1, 2], "country"] = [f"country {(int(city[-1]) // 2 + 1) % 3}" for city in drawn.loc[[1, 2], "city"]]
    expected = {"n_relations": 2, "broken_relations": 0.3, "broken_by_held_out": 0}
    assert fidelity.broken_relations(X, y, drawn, X) == expected


def test_tables_without_relations_have_no_share(table):
    X, y = table
    X = X[["low", "note"]]
    found = fidelity.broken_relations(X, y, X, X)
    assert found["n_relations"] == 0 and np.isnan(found["broken_relations"]) and np.isnan(found["broken_by_held_out"])


@pytest.mark.parametrize("name", ["SMOTE", "random"])
def test_baselines_return_rows_in_original_units(table, name):
    X, y = table
    X.loc[::7, "high"] = np.nan
    drawn = fidelity.METHODS[name](X, y, 150, 0)
    assert len(drawn) == 150 and (drawn.dtypes == X.dtypes).all()
    rare = X[y == 1]
    low, high = rare["low"].agg(["min", "max"])
    assert drawn["low"].between(low, high).all() and set(drawn["city"]) <= set(rare["city"])
    assert drawn["note"].isna().any() and set(drawn["note"].dropna()) == {"u"}
    assert drawn["high"].isna().any() == (name == "random")


def test_smote_keeps_equal_columns_equal(table):
    X, y = table
    drawn = fidelity.METHODS["SMOTE"](X.assign(same=X["low"], large=8 * X["low"]), y, 150, 0)
    assert (drawn["same"] == drawn["low"]).all() and (drawn["large"] == 8 * drawn["low"]).all()


def test_only_tables_of_two_classes_are_chosen():
    class Table:
        def __init__(self, n_classes):
            self.y = np.arange(n_classes)

    tables = [Table(2), Table(3)]
    assert fidelity.choose_tables(tables, None) == tables[:1]
