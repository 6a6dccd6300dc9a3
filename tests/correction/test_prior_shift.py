"""The class prior of probabilities, changed back."""

import numpy as np
import pytest

from sklearn_gan._correction import FittedShift, PriorShift


def elkan(p, b, b_new):
    """Theorem 2 of Elkan 2001."""
    return b_new * (p - p * b) / (b - p * b + b_new * p - b * b_new)


def draw_calibrated(n_rows, prior, seed=0):
    """Return probabilities that are calibrated under a prior, and classes drawn by them."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(4 * np.asarray(prior), n_rows)
    return probabilities, (rng.random(n_rows)[:, None] > probabilities.cumsum(axis=1)).sum(axis=1)


def test_two_classes_are_shifted_as_elkan_has_it():
    p = np.linspace(0, 1, 11)
    found = PriorShift(np.array([0.9, 0.1]) / np.array([0.4, 0.6])).apply(np.column_stack((1 - p, p)))
    np.testing.assert_allclose(found[:, 1], elkan(p, 0.6, 0.1), atol=1e-12)


def test_equal_probabilities_become_the_prior():
    prior, learned = np.array([0.7, 0.2, 0.1]), np.full(3, 1 / 3)
    np.testing.assert_allclose(PriorShift(prior / learned).apply(learned[None]), [prior])


def test_probabilities_of_0_and_1_stay_and_an_unchanged_prior_changes_nothing():
    certain = np.array([[0.0, 1.0], [1.0, 0.0]])
    np.testing.assert_array_equal(PriorShift(np.array([2.0, 0.1])).apply(certain), certain)
    np.testing.assert_allclose(PriorShift(np.ones(2)).apply([[0.3, 0.7]]), [[0.3, 0.7]])


def test_what_bayes_rule_undoes_exactly_is_left_to_it():
    p, codes = draw_calibrated(5_000, [0.8, 0.15, 0.05])
    learned = PriorShift(np.array([1.25, 20 / 3, 20])).apply(p)  # as under equal priors, which the ratios undo
    fitted = FittedShift.fit(learned, codes, np.ones(5_000), PriorShift(np.array([0.8, 0.15, 0.05])))
    assert fitted.exponent == pytest.approx(1, abs=0.1)
    assert np.abs(fitted.apply(learned) - p).mean() < 0.02


def test_a_classifier_that_is_too_sure_of_itself_is_made_less_so():
    p, codes = draw_calibrated(5_000, [0.7, 0.3])
    sure = p**3 / (p**3).sum(axis=1, keepdims=True)
    fitted = FittedShift.fit(sure, codes, np.ones(5_000), PriorShift(np.ones(2)))
    assert fitted.exponent == pytest.approx(1 / 3, abs=0.1)
    assert np.abs(fitted.apply(sure) - p).mean() < 0.03
    order = np.argsort(sure[:, 1])
    assert (np.diff(fitted.apply(sure)[order, 1]) >= 0).all()


def test_yes_and_no_become_the_shares_that_are_right():
    codes = np.repeat([0, 1, 0, 1], [880, 20, 60, 40])
    said = np.eye(2)[np.repeat([0, 1], [900, 100])]
    found = FittedShift.fit(said, codes, np.ones(1_000), PriorShift(np.array([1.8, 0.12]))).apply(np.eye(2))
    np.testing.assert_allclose(found[:, 1], [20 / 900, 0.4], atol=0.03)


def test_few_rows_move_nothing_by_more_than_about_a_standard_deviation():
    bayes, p = PriorShift(np.array([1.8, 0.2])), np.array([[0.3, 0.7], [0.8, 0.2]])
    fitted = FittedShift.fit(p, np.array([1, 0]), np.ones(2), bayes)
    assert abs(np.log(fitted.exponent)) < 1
    assert np.abs(fitted.log_weights - np.log(bayes.ratios)).max() < 1


def test_weights_count_as_repeats():
    p, codes = draw_calibrated(200, [0.6, 0.3, 0.1])
    repeats, bayes = np.arange(200) % 3, PriorShift(np.ones(3))
    weighted = FittedShift.fit(p, codes, repeats.astype(float), bayes)
    repeated = FittedShift.fit(np.repeat(p, repeats, axis=0), np.repeat(codes, repeats), np.ones(repeats.sum()), bayes)
    np.testing.assert_allclose(weighted.apply(p), repeated.apply(p), atol=1e-4)
