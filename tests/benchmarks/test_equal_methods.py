"""Comparisons of equal methods recommend the simplest."""

import pytest

from benchmarks import equal_methods


def test_equal_methods_leave_the_simplest_recommended():
    recommended = [equal_methods.run(60, 12, seed, scoring="roc_auc", cv=3, n_repeats=1) for seed in range(10)]
    summary = equal_methods.summarize(recommended)
    assert summary.loc["roc_auc", "share"] >= 0.9 and summary.loc["roc_auc", "tables"] == 10


@pytest.mark.stress
@pytest.mark.parametrize("size", equal_methods.SIZES)
def test_simplest_is_recommended_on_95_percent_of_tables(size):
    recommended = [equal_methods.run(*size, seed) for seed in range(200)]
    assert (equal_methods.summarize(recommended)["share"] >= 0.95).all()


def test_summary_counts_recommendations_of_the_simplest():
    summary = equal_methods.summarize([{"f1": "no resampling"}] * 3 + [{"f1": "seed 0"}])
    assert summary.loc["f1", "share"] == 0.75 and summary.loc["f1", "low"] < 0.75 < summary.loc["f1", "high"]
