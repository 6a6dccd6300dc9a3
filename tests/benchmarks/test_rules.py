"""The planted rules: real rows satisfy them, and each breach is counted."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import rules
from benchmarks.report.markdown import percent

BREACHES = {
    "prices with two decimals": {"price": 1.005},
    "amounts in steps of 5": {"amount": 12},
    "amounts in steps of 50": {"amount": 75},
    "dates as integers YYYYMMDD": {"day": 20210229},
    "6 cities in 3 countries": {"city": "city 0", "country": "country 2"},
    "30 cities in 10 countries": {"city": "city 0", "country": "country 1"},
    "end after start": {"start": pd.Timestamp("2020-01-02"), "end": pd.Timestamp("2020-01-02")},
    "total = price + fee": {"price": 1.0, "fee": 0.5, "total": 1.51},
    "one of five is 1": {"is_0": 1, "is_1": 1},
    "missing together": {"systolic": np.nan, "diastolic": 80.0},
}


@pytest.mark.parametrize("name", rules.TABLES)
def test_real_rows_satisfy_their_rule(name):
    rule, n_others = rules.TABLES[name]
    X, y = rules.make_table(name, 0)
    assert np.bincount(y).tolist() == [5_000, 300]
    assert sum(column.startswith("x") for column in X) == n_others
    assert not np.any(rules.RULES[rule].breaks(X, X))


@pytest.mark.parametrize("rule", rules.RULES)
def test_each_breach_is_counted(rule):
    X, _ = rules.make_table(f"{rule}, 2 other columns", 0)
    drawn = X.iloc[:6].copy()
    for name, value in BREACHES[rule].items():
        drawn.loc[4, name] = value
    assert np.flatnonzero(rules.RULES[rule].breaks(drawn, X)).tolist() == [4]


def test_most_prices_are_distinct():
    X, _ = rules.make_table("prices with two decimals, 2 other columns", 0)
    assert X["price"].nunique() > len(X) / 2


def test_seeds_make_different_tables():
    first, again, second = (rules.make_table("one of five is 1, 2 other columns", seed)[0] for seed in (0, 0, 1))
    assert first.equals(again) and not first.equals(second)


@pytest.mark.parametrize("name", [name for name in rules.TABLES if rules.serves("SMOTE", name)])
def test_smote_returns_the_columns_of_the_table(name):
    X, y = rules.make_table(name, 0)
    drawn = rules.METHODS["SMOTE"](X, y, 0)
    assert drawn.columns.equals(X.columns) and len(drawn) == 4_700


def test_smote_omits_tables_with_missing_values():
    left_out = [name for name in rules.TABLES if not rules.serves("SMOTE", name)]
    assert left_out == ["missing together, 2 other columns", "missing together, 15 other columns"]
    assert all(rules.serves("relations=None", name) for name in rules.TABLES)


def test_small_shares_are_not_shown_as_zero():
    assert [percent(share) for share in (0.0, 1e-5, 0.5, np.nan)] == ["0", "0.001", "50", ""]
