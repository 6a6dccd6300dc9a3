"""Comparisons of equal methods recommend the simplest."""

import pytest

from benchmarks import equal_methods


@pytest.mark.parametrize("kind", equal_methods.KINDS)
def test_equal_methods_leave_the_simplest_recommended(kind):
    options = {"scoring": ["roc_auc", "neg_brier_score"], "cv": 3, "n_repeats": 1}
    summary = equal_methods.summarize([equal_methods.run(kind, 60, 12, seed, **options) for seed in range(10)])
    assert (summary["share"] >= 0.9).all() and (summary["tables"] == 10).all()


@pytest.mark.stress
@pytest.mark.parametrize("size", equal_methods.SIZES)
@pytest.mark.parametrize("kind", equal_methods.KINDS)
def test_simplest_is_recommended_on_95_percent_of_tables(kind, size):
    recommended = [equal_methods.run(kind, *size, seed) for seed in range(200)]
    assert (equal_methods.summarize(recommended)["share"] >= 0.95).all()


def test_summary_counts_recommendations_of_the_simplest():
    summary = equal_methods.summarize([{"f1": "no resampling"}] * 3 + [{"f1": "seed 0"}])
    assert summary.loc["f1", "share"] == 0.75 and summary.loc["f1", "low"] < 0.75 < summary.loc["f1", "high"]
