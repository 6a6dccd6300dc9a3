"""A classifier that records its arguments, and short names for ResampledClassifier."""

import numpy as np
from imblearn.over_sampling import RandomOverSampler
from sklearn.base import BaseEstimator, ClassifierMixin

from sklearn_gan import ResampledClassifier


class Recorder(ClassifierMixin, BaseEstimator):
    """Record the arguments of `fit` and `predict_proba`, in clones too."""

    seen = []

    def fit(self, X, y, **params):
        self.classes_ = np.unique(y)
        self.record_ = {"X": np.asarray(X), "y": np.asarray(y), "params": params}
        self.seen.append(self.record_)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def predict_proba(self, X):
        self.record_.setdefault("predicted", []).append(np.asarray(X))
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


def oversampled(classifier, **params):
    return ResampledClassifier(classifier, RandomOverSampler(random_state=0), **params)


SINGLE = {"ensemble": False, "real_weight": 0}  # one classifier, fitted on the resampled rows
