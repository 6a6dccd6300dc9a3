"""Metrics of predicted probabilities and classes, with variants for several classes and for tuned thresholds."""

from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import average_precision_score, get_scorer, make_scorer

from sklearn_gan._correction import tune_threshold

PREDICTED, TUNED = "predicted", "tuned"


def brier_score(y_true, y_proba):
    """Return half the mean squared distance between the probabilities and the one-hot classes.

    For two classes, this is the Brier score of scikit-learn.

    Parameters
    ----------
    y_true : ndarray of shape (n_samples,)
        Class index of each row.
    y_proba : ndarray of shape (n_samples, n_classes)
        Predicted probabilities.
    """
    return np.square(y_proba - np.eye(y_proba.shape[1])[y_true]).sum(axis=1).mean() / 2


# Named scorers of scikit-learn that fail for several classes, or did in earlier versions.
MULTICLASS = {
    "average_precision": make_scorer(average_precision_score, response_method="predict_proba"),
    "roc_auc": get_scorer("roc_auc_ovr"),
    "neg_brier_score": make_scorer(brier_score, response_method="predict_proba", greater_is_better=False),
    **{name: get_scorer(f"{name}_macro") for name in ("f1", "jaccard", "precision", "recall")},
}


class Metric(NamedTuple):
    """A metric of predictions.

    Attributes
    ----------
    name : str
        Name of the scorer.
    threshold : {"predicted", "tuned"} or None
        Whether the predicted classes are those of the classifier or of a tuned threshold. None for metrics of
        probabilities.
    scorer : callable
        Scorer that takes a classifier, rows and classes. Larger scores are better.
    """

    name: str
    threshold: str | None
    scorer: object


class Predictions(ClassifierMixin, BaseEstimator):
    """Predictions in the form of a fitted classifier, which scorers take. They pass it probabilities in place of rows.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
        Predicted probabilities.
    codes : ndarray of shape (n_samples,)
        Index of the predicted class of each row.
    """

    def __init__(self, probabilities, codes):
        self.probabilities = probabilities
        self.codes = codes

    @property
    def classes_(self):
        """Class indices."""
        return np.arange(self.probabilities.shape[1])

    def predict(self, probabilities):
        """Return the predicted class indices."""
        return self.codes

    def predict_proba(self, probabilities):
        """Return the probabilities."""
        return probabilities

    def score_with(self, scorer, codes):
        """Return the score of the predictions for rows of these classes."""
        return float(scorer(self, self.probabilities, codes))


def make_metrics(scoring, n_classes):
    """Return the metrics of these names. For two classes, those of predicted classes have both thresholds."""
    metrics = []
    for name in [scoring] if isinstance(scoring, str) else scoring:
        scorer = MULTICLASS.get(name) if n_classes > 2 else None
        scorer = scorer or get_scorer(name)
        metrics += [Metric(name, threshold, scorer) for threshold in _thresholds(scorer, n_classes)]
    return metrics


def _thresholds(scorer, n_classes):
    if scorer._response_method != "predict":
        return [None]
    return [PREDICTED, TUNED] if n_classes == 2 else [PREDICTED]


def score(metric, predictions, codes, held_out):
    """Return the score of test predictions.

    Parameters
    ----------
    metric : Metric
        The metric.
    predictions : Predictions
        Predictions of the test rows.
    codes : ndarray of shape (n_samples,)
        Class index of each test row.
    held_out : (Predictions, ndarray) or None
        Predictions and classes of held-out training rows, to tune the threshold.
    """
    if metric.threshold == TUNED:
        tuning, tuning_codes = held_out
        params = tuning.probabilities[:, 1], tuning_codes, np.arange(2), metric.scorer, {}
        threshold = tune_threshold(*params)
        predictions = Predictions(predictions.probabilities, (predictions.probabilities[:, 1] > threshold).astype(int))
    return predictions.score_with(metric.scorer, codes)
