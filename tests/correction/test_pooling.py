"""Bayes' rule, the logarithmic pool and its calibration."""

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.naive_bayes import GaussianNB

from sklearn_gan._correction import Calibration, Member, Pool, shift_prior


def elkan(p, b, b_new):
    """Theorem 2 of Elkan 2001."""
    return b_new * (p - p * b) / (b - p * b + b_new * p - b * b_new)


def draw_calibrated(n_rows, prior, seed=0):
    """Return probabilities that are calibrated under a prior, and classes sampled from them."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(4 * np.asarray(prior), n_rows)
    return probabilities, (rng.random(n_rows)[:, None] > probabilities.cumsum(axis=1)).sum(axis=1)


def shifted(probabilities, prior, target_prior):
    return np.exp(log_softmax(shift_prior(probabilities, np.array(prior), np.array(target_prior)), axis=1))


def calibrate(probabilities, codes, weights=None):
    logarithms = np.log(probabilities + 1e-9)
    return Calibration.fit(logarithms, codes, np.ones(len(codes)) if weights is None else weights)


def apply(calibration, probabilities):
    return np.exp(calibration.apply(np.log(probabilities + 1e-9)))


def test_two_classes_are_shifted_by_elkans_theorem():
    p = np.linspace(0.05, 0.95, 11)
    found = shifted(np.column_stack((1 - p, p)), [0.4, 0.6], [0.9, 0.1])
    np.testing.assert_allclose(found[:, 1], elkan(p, 0.6, 0.1), rtol=0.03)


def test_probabilities_equal_to_the_prior_become_the_target_prior():
    prior, target = np.array([0.2, 0.5, 0.3]), np.array([0.7, 0.2, 0.1])
    np.testing.assert_allclose(shifted(prior[None], prior, target), [target])


def test_probabilities_of_0_get_a_small_share_of_the_prior():
    found = shifted(np.array([[1.0, 0.0]]), [0.99, 0.01], [0.99, 0.01])
    assert 1e-5 < found[0, 1] < 1e-4


def test_class_unknown_to_a_member_gets_a_small_share_of_its_target_prior():
    found = shifted(np.array([[0.5, 0.5, 0.0]]), [0.5, 0.5, 0], [0.45, 0.45, 0.1])
    np.testing.assert_allclose(found[0, :2], 0.5, atol=1e-3)
    assert 0 < found[0, 2] < 1e-3


def test_pool_is_the_weighted_geometric_mean_under_one_prior():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [150, 50])
    X = rng.normal(size=(200, 2)) + y[:, None]
    rare, balanced = GaussianNB().fit(X, y), GaussianNB(priors=[0.5, 0.5]).fit(X, y)
    members = [Member(balanced, np.array([0.5, 0.5]), 0.7, False), Member(rare, np.array([0.75, 0.25]), 0.3, True)]
    target = np.array([0.75, 0.25])
    # The two differ only by the prior, which the pool corrects.
    found = np.exp(Pool(members, np.arange(2), target).predict_log_proba(X, {}))
    np.testing.assert_allclose(found, rare.predict_proba(X), atol=0.01)
    uncorrected = Pool(members, np.arange(2), None)
    expected = balanced.predict_proba(X) ** 0.7 * rare.predict_proba(X) ** 0.3
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.exp(uncorrected.predict_log_proba(X, {})), expected, atol=0.01)
    np.testing.assert_allclose(uncorrected.prior[1] / uncorrected.prior[0], (0.25 / 0.75) ** 0.3)


def test_calibrated_probabilities_hardly_change():
    p, codes = draw_calibrated(5_000, [0.8, 0.15, 0.05])
    calibration = calibrate(p, codes)
    assert calibration.exponent == pytest.approx(1, abs=0.1)
    assert np.abs(apply(calibration, p) - p).mean() < 0.02


def test_overconfident_probabilities_become_moderate_in_the_same_order():
    p, codes = draw_calibrated(5_000, [0.7, 0.3])
    confident = p**3 / (p**3).sum(axis=1, keepdims=True)
    calibration = calibrate(confident, codes)
    assert calibration.exponent == pytest.approx(1 / 3, abs=0.1)
    assert np.abs(apply(calibration, confident) - p).mean() < 0.03
    order = np.argsort(confident[:, 1])
    assert (np.diff(apply(calibration, confident)[order, 1]) >= 0).all()


def test_certain_predictions_become_the_shares_that_are_right():
    codes = np.repeat([0, 1, 0, 1], [880, 20, 60, 40])
    predicted = np.eye(2)[np.repeat([0, 1], [900, 100])] * 0.99 + 0.005
    found = apply(calibrate(predicted, codes), np.eye(2) * 0.99 + 0.005)
    np.testing.assert_allclose(found[:, 1], [20 / 900, 0.4], atol=0.03)


def test_two_rows_change_little():
    calibration = calibrate(np.array([[0.3, 0.7], [0.8, 0.2]]), np.array([1, 0]))
    assert abs(np.log(calibration.exponent)) < 1
    assert np.abs(calibration.log_weights).max() < 1


def test_weights_count_as_repeats():
    p, codes = draw_calibrated(200, [0.6, 0.3, 0.1])
    repeats = np.arange(200) % 3
    weighted = calibrate(p, codes, repeats.astype(float))
    repeated = calibrate(np.repeat(p, repeats, axis=0), np.repeat(codes, repeats))
    np.testing.assert_allclose(apply(weighted, p), apply(repeated, p), atol=1e-4)
