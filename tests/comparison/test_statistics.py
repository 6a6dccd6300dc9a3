"""The corrected resampled t-test and its Bayesian form."""

import numpy as np
import pytest
from baycomp import CorrelatedTTest
from scipy.stats import t

from sklearn_gan._comparison.statistics import PairedDifference

DIFFERENCES = np.array([0.02, 0.05, -0.01, 0.04, 0.00, 0.02, 0.03, 0.06, -0.02, 0.01])


def test_interval_of_a_known_example():
    # Mean 2, variance 1, J = 3, n_test / n_train = 1 / 2: the standard error is sqrt(1/3 + 1/2).
    low, high = PairedDifference(np.array([1.0, 2.0, 3.0]), 0.5).interval(0.95)
    half = 4.302653 * np.sqrt(5 / 6)  # the 97.5% quantile of t with 2 degrees of freedom
    assert (low, high) == pytest.approx((2 - half, 2 + half), rel=1e-6)


def test_without_correction_the_interval_is_that_of_the_paired_t_test():
    low, high = PairedDifference(DIFFERENCES, 0.0).interval(0.9)
    expected = t.interval(0.9, 9, DIFFERENCES.mean(), DIFFERENCES.std(ddof=1) / np.sqrt(10))
    assert (low, high) == pytest.approx(expected)


def test_scale_follows_nadeau_and_bengio():
    scale = PairedDifference(DIFFERENCES, 1 / 4).scale
    assert scale**2 == pytest.approx((1 / 10 + 1 / 4) * DIFFERENCES.var(ddof=1))


@pytest.mark.parametrize("rope", [0.0, 0.01, 0.05])
def test_probabilities_are_those_of_baycomp(rope):
    better, equivalent, worse = PairedDifference(DIFFERENCES, 1 / 4).probabilities(rope)
    # baycomp derives the ratio of 1/4 from five folds, repeated twice.
    expected = CorrelatedTTest.probs(np.zeros(10), DIFFERENCES, rope=rope, runs=2)
    if rope:
        assert (worse, equivalent, better) == pytest.approx(expected)
    else:
        assert (worse, better) == pytest.approx(expected) and equivalent == pytest.approx(0)


def test_probabilities_and_interval_use_the_same_distribution():
    difference = PairedDifference(DIFFERENCES, 1 / 4)
    low, high = difference.interval(0.95)
    assert difference.probabilities(high).better == pytest.approx(0.025)
    assert difference.probabilities(-low).worse == pytest.approx(0.025) if low < 0 else True


def test_equal_scores_are_equivalent_for_certain():
    difference = PairedDifference(np.zeros(10), 1 / 4)
    assert difference.interval() == pytest.approx((0, 0), abs=1e-10)
    assert difference.probabilities() == pytest.approx((0, 1, 0))


def test_a_single_fold_has_no_bounds():
    difference = PairedDifference(np.array([0.5]), 1 / 4)
    assert difference.interval() == (-np.inf, np.inf) and np.isnan(difference.probabilities()).all()
