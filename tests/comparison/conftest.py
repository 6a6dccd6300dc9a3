"""Tables, quick methods, and classifiers and samplers that record their rows."""

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import GaussianNB

from sklearn_gan import compare_samplers


class Recorder(GaussianNB):
    """Record the identifiers of the rows, which are the first column, in each call."""

    fitted, predicted = [], []

    def fit(self, X, y):
        self.fitted.append(set(np.asarray(X)[:, 0].tolist()))
        return super().fit(np.asarray(X)[:, 1:], y)

    def predict_proba(self, X):
        self.predicted.append(set(np.asarray(X)[:, 0].tolist()))
        return super().predict_proba(np.asarray(X)[:, 1:])

    def predict(self, X):
        return super().predict(np.asarray(X)[:, 1:])


class RecordingSampler(BaseEstimator):
    """Record the identifiers of the rows, and return all rows."""

    resampled = []

    def fit_resample(self, X, y):
        self.resampled.append(set(np.asarray(X)[:, 0].tolist()))
        return X, y


class Failing(ClassifierMixin, BaseEstimator):
    """Fail in `fit`."""

    def fit(self, X, y):
        raise ValueError("no <luck>")


class Interrupted(GaussianNB):
    """Interrupt the n-th call of `fit`."""

    calls = []

    def __init__(self, at=1):
        super().__init__()
        self.at = at

    def fit(self, X, y):
        self.calls.append(None)
        if len(self.calls) == self.at:
            raise KeyboardInterrupt
        return super().fit(X, y)


@pytest.fixture(autouse=True)
def forget_calls():
    for record in (Recorder.fitted, Recorder.predicted, RecordingSampler.resampled, Interrupted.calls):
        record.clear()


@pytest.fixture
def table():
    """A numeric table: 72 rows of class "no", 18 of class "yes"."""
    rng = np.random.default_rng(0)
    y = np.repeat(["no", "yes"], [72, 18])
    return rng.normal(size=(90, 3)) + (y == "yes")[:, None], y


@pytest.fixture
def compare(table):
    """Compare random oversampling with no resampling on three folds; arguments override the parameters."""

    def compare(classifier=None, X=None, y=None, **params):
        X, y = (table[0] if X is None else X, table[1] if y is None else y)
        defaults = {"samplers": {"random": RandomOverSampler()}, "cv": 3, "n_repeats": 1, "random_state": 0}
        return compare_samplers(classifier or GaussianNB(), X, y, **defaults | params)

    return compare
