"""Decision thresholds: scores relative to them, and the one with the best score on out-of-fold predictions."""

import warnings
from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import UndefinedMetricWarning

MAX_THRESHOLDS = 200
LIMITS = 1e-300, 1 - 1e-16  # of probabilities whose log-odds are finite


class _ThresholdClassifier(ClassifierMixin, BaseEstimator):
    """Predict classes by a threshold. Scorers pass it probabilities in place of rows."""

    def __init__(self, classes, threshold):
        self.classes_ = classes
        self.threshold = threshold

    def predict(self, probabilities):
        return self.classes_[(probabilities > self.threshold).astype(int)]


def check_scorer(scorer, y, classes):
    """Raise, before any training, if a scorer cannot evaluate predicted classes."""
    try:
        score = _score(scorer, _ThresholdClassifier(classes, 0.5), np.linspace(0, 1, len(y)), y, {})
    except (AttributeError, TypeError, ValueError) as error:
        score = error
    if "pos_label" in str(score) and hasattr(scorer, "_score_func"):
        raise ValueError(
            f"Expected `scoring` to know the positive class, because `y` has the labels {classes.tolist()}, got "
            f"{score}. Pass `make_scorer({scorer._score_func.__name__}, pos_label={classes.tolist()[1]!r})`, with "
            "`make_scorer` from `sklearn.metrics`."
        )
    if not isinstance(score, Real) or np.isnan(score):
        raise ValueError(
            f"Expected `scoring` to return a number for predicted classes, got {score!r}. Use a name such as "
            '"balanced_accuracy" or "f1", or make a scorer with `sklearn.metrics.make_scorer`.'
        )


def tune_threshold(probabilities, y, classes, scorer, scorer_params):
    """Return the threshold on the probability of `classes[1]` with the best score.

    Candidates are the midpoints between consecutive distinct probabilities, at most `MAX_THRESHOLDS` of them. Among
    equally good candidates, the middle one is returned, because it is the least likely to be best by chance.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples,)
        Probabilities of `classes[1]`.
    y : ndarray of shape (n_samples,)
        Class of each row.
    classes : ndarray of shape (2,)
        Class labels.
    scorer : callable
        Scorer that takes an estimator, rows and classes. Larger scores are better.
    scorer_params : dict
        Further parameters of the scorer.
    """
    distinct = np.unique(probabilities)
    midpoints = (distinct[1:] + distinct[:-1]) / 2 if len(distinct) > 1 else distinct
    tried = midpoints[np.linspace(0, len(midpoints) - 1, min(len(midpoints), MAX_THRESHOLDS)).round().astype(int)]
    classifiers = (_ThresholdClassifier(classes, threshold) for threshold in tried)
    scores = np.array([_score(scorer, classifier, probabilities, y, scorer_params) for classifier in classifiers])
    best = np.flatnonzero(np.isclose(scores, np.nanmax(scores)))
    return float(tried[best[len(best) // 2]])


def decision_scores(log_probabilities, threshold):
    """Return scores whose sign, or whose largest entry for more than two classes, is the decision.

    Parameters
    ----------
    log_probabilities : ndarray of shape (n_samples, n_classes)
        Logarithms of the class probabilities.
    threshold : float or ndarray of shape (n_classes,)
        For two classes, the probability of the second one above which it is predicted. For more, the class prior by
        which the probabilities are divided.

    Returns
    -------
    scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
        For two classes, the log-odds minus those of the threshold. For more, the logarithms of the ratios of the
        probabilities to the thresholds.
    """
    if log_probabilities.shape[1] == 2:
        scores = log_probabilities[:, 1] - log_probabilities[:, 0] - _log_odds(threshold)
    else:
        scores = log_probabilities - np.log(threshold)
    return scores.round(9)  # so that rounding errors do not break ties


def _log_odds(probability):
    """Return the log-odds of a probability, finite for 0 and 1."""
    probability = np.clip(probability, *LIMITS)
    return np.log(probability) - np.log1p(-probability)


def _score(scorer, classifier, probabilities, y, scorer_params):
    with warnings.catch_warnings():
        # Precision, for example, warns if no row is predicted positive.
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        return scorer(classifier, probabilities, y, **scorer_params)
