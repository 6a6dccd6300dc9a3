"""The decision threshold that is best on rows that the classifier has not learned."""

import warnings
from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import UndefinedMetricWarning

MOST_THRESHOLDS = 200


class _Decider(ClassifierMixin, BaseEstimator):
    """Decide at a threshold, given probabilities in the place of rows: what a scorer is asked to score."""

    def __init__(self, classes, threshold):
        self.classes_ = classes
        self.threshold = threshold

    def predict(self, probabilities):
        return self.classes_[(probabilities >= self.threshold).astype(int)]


def check_scorer(scorer, y, classes):
    """Refuse a scorer that cannot judge decisions, before anything is trained."""
    try:
        score = _score(scorer, _Decider(classes, 0.5), np.linspace(0, 1, len(y)), y, {})
    except (AttributeError, TypeError, ValueError) as error:
        score = error
    if not isinstance(score, Real) or np.isnan(score):
        raise ValueError(
            f"Expected in `scoring` a scorer that judges decisions by a number, got one that returned {score!r}. Take "
            'a name such as "balanced_accuracy" or "f1", or make one by `sklearn.metrics.make_scorer`.'
        )


def tune_threshold(probabilities, y, classes, scorer, scorer_params):
    """Return the threshold of the probability of `classes[1]` at which a scorer gives its best score.

    Tried are the middles between probabilities that occur, `MOST_THRESHOLDS` of them at most. Of equally good
    ones the middle one is taken, which is the least of a fluke.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples,)
        The probabilities of `classes[1]`.
    y : ndarray of shape (n_samples,)
        The classes.
    classes : ndarray of shape (2,)
        The labels.
    scorer : callable
        Takes an estimator, rows and classes, and returns a score; larger is better.
    scorer_params : dict
        What else it takes.
    """
    distinct = np.unique(probabilities)
    middles = (distinct[1:] + distinct[:-1]) / 2 if len(distinct) > 1 else distinct
    tried = middles[np.linspace(0, len(middles) - 1, min(len(middles), MOST_THRESHOLDS)).round().astype(int)]
    scores = np.array([_score(scorer, _Decider(classes, t), probabilities, y, scorer_params) for t in tried])
    best = np.flatnonzero(np.isclose(scores, np.nanmax(scores)))
    return float(tried[best[len(best) // 2]])


def _score(scorer, decider, probabilities, y, scorer_params):
    with warnings.catch_warnings():
        # as of precision, where nothing is predicted
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        return scorer(decider, probabilities, y, **scorer_params)
