"""What probabilities are worth, with and without resampling, and with the change of the class prior undone."""

import time
import warnings

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from benchmarks.methods import METHODS as RESAMPLERS
from benchmarks.methods import make_classifiers
from benchmarks.protocol import encode, fill
from sklearn_gan import ResampledClassifier

N_BINS = 10
COMPARED = ("Brier", "log_loss", "ECE", "AP", "balanced_accuracy")
TUNED = "ResampledClassifier, tuned"


class Replayed(BaseEstimator):
    """Return rows that were resampled before, so that all classifiers of a fold learn the same ones."""

    _sampling_type = "over-sampling"

    def __init__(self, X_resampled, y_resampled):
        self.X_resampled = X_resampled
        self.y_resampled = y_resampled

    def fit_resample(self, X, y):
        """Return the rows; those of `X` are the first of them."""
        return self.X_resampled, self.y_resampled


def _corrected(**params):
    def make(classifier, sampler):
        return ResampledClassifier(classifier, sampler, **params)

    return make


def _calibrated(classifier, sampler):
    """Return the classifier calibrated as far as the smallest class has folds to offer."""
    counts = np.bincount(sampler.y_resampled)
    n_folds = min(5, counts[counts > 0].min())
    return CalibratedClassifierCV(classifier, cv=n_folds, ensemble=False) if n_folds > 1 else classifier


# Of each way to resample: the ways to use it, None being the classifier as it is, which has learned the resampled rows.
USES = {
    "none": {"none": None, "calibrated": _calibrated},
    "class weights": {"class weights": None},
    "SMOTE": {"SMOTE": None, "ResampledClassifier, SMOTE": _corrected()},
    "GANOversampler": {
        "GANOversampler": None,
        "ResampledClassifier": _corrected(),
        "ResampledClassifier, analytic": _corrected(correct_prior="analytic"),
        TUNED: _corrected(threshold="tuned"),
    },
}
METHODS = tuple(USES)
USED = [use for uses in USES.values() for use in uses]


def run(table, fold, rows, name, seed):
    """Return the records of one fold: of each use of a way to resample, and of each classifier."""
    X_train, X_test = fill(*(table.X.iloc[part] for part in rows))
    y, targets = (table.y[part] for part in rows)
    method, n_classes = RESAMPLERS[name], table.y.max() + 1
    about = {"table": table.name, "family": table.family, "n_classes": n_classes, "fold": fold}
    records = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* have 1 row")
        warnings.simplefilter("ignore", ConvergenceWarning)
        start = time.perf_counter()
        X, y_resampled = method.resample(X_train, y, seed + fold)
        resampling = time.perf_counter() - start
        X, X_test = encode(X, X_test)
        for use, classifier_name, classifier in _make_all(name, method, Replayed(X, y_resampled), seed + fold):
            learned = len(y_resampled) if USES[name][use] is None else len(y)  # real rows are first
            start = time.perf_counter()
            classifier.fit(X[:learned], y_resampled[:learned])
            seconds = resampling + time.perf_counter() - start
            scored = scores(targets, _probabilities(classifier, X_test, n_classes), classifier.predict(X_test))
            records.append(about | {"method": use, "classifier": classifier_name, **scored, "seconds": seconds})
    return records


def _make_all(name, method, sampler, seed):
    """Yield the name of a use, that of a classifier, and the classifier so used."""
    n_classes = sampler.y_resampled.max() + 1
    for use, make in USES[name].items():
        if use == TUNED and n_classes > 2:
            continue  # thresholds are a matter of two classes
        for classifier_name, classifier in make_classifiers(seed, method.class_weight).items():
            yield use, classifier_name, classifier if make is None else make(classifier, sampler)


def _probabilities(classifier, X, n_classes):
    probabilities = np.zeros((X.shape[0], n_classes))
    probabilities[:, classifier.classes_] = classifier.predict_proba(X)
    return probabilities


def scores(targets, probabilities, predicted):
    """Return what probabilities and decisions are worth; of several classes AP is the mean of one against the rest."""
    n_classes = probabilities.shape[1]
    one_hot = np.eye(n_classes)[targets]
    ranked = [1] if n_classes == 2 else np.unique(targets)
    present = np.unique(targets)
    return {
        "Brier": np.square(probabilities - one_hot).sum(axis=1).mean() / 2,
        "log_loss": log_loss(targets, probabilities, labels=np.arange(n_classes)),
        "ECE": np.mean([calibration_error(targets == label, probabilities[:, label]) for label in ranked]),
        "AP": np.mean([average_precision_score(targets == label, probabilities[:, label]) for label in ranked]),
        "AUROC": np.mean([roc_auc_score(targets == label, probabilities[:, label]) for label in ranked]),
        "balanced_accuracy": np.mean([(predicted[targets == label] == label).mean() for label in present]),
    }


def calibration_error(is_class, probabilities):
    """Return the expected calibration error of the probabilities of a class.

    That is the distance of the mean probability from the share of the class in ten bins of equal width, weighted by
    their rows: Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015,
    section 4; of several classes the mean is taken, as in Kull et al., "Beyond temperature scaling", NeurIPS 2019,
    section 2.
    """
    bins = np.minimum((probabilities * N_BINS).astype(int), N_BINS - 1)
    surplus = np.bincount(bins, weights=probabilities - is_class, minlength=N_BINS)
    return np.abs(surplus).sum() / len(probabilities)
