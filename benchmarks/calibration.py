"""Score probabilities without resampling, with resampling, and with a corrected class prior."""

import time
import warnings

import joblib
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline

from benchmarks.methods import METHODS as RESAMPLERS
from benchmarks.methods import make_classifiers
from benchmarks.protocol import fill, make_encoder
from sklearn_gan import GANOversampler, Pipeline, ResampledClassifier

N_BINS = 10
COMPARED = ("Brier", "log_loss", "ECE", "AP", "balanced_accuracy")
TUNED = "ResampledClassifier, tuned"


def _smote(X, y, seed):
    return RESAMPLERS["SMOTE"].resample(X, y, seed), None


def _gan(X, y, seed, **params):
    sampler = GANOversampler(device="cpu", random_state=seed, **params)
    return sampler.fit_resample(X, y), sampler.parents_


SAMPLERS = {"SMOTE": _smote, "GANOversampler": _gan}


class CachedSampler(BaseEstimator):
    """Resample each set of rows once, so that all classifiers of a fold are fitted on the same resampled rows."""

    _sampling_type = "over-sampling"
    cache = {}
    saved_seconds = 0.0

    def __init__(self, name, seed):
        self.name = name
        self.seed = seed

    def fit_resample(self, X, y):
        """Return the resampled rows and their classes, from the cache if possible."""
        key = self.name, self.seed, joblib.hash((X, y))
        if key in self.cache:
            CachedSampler.saved_seconds += self.cache[key][2]
        else:
            start = time.perf_counter()
            self.cache[key] = *SAMPLERS[self.name](X, y, self.seed), time.perf_counter() - start
        rows, self.parents_, _ = self.cache[key]
        return rows


def _uncorrected(classifier, sampler, y):
    return classifier if sampler is None else Pipeline([("sampler", sampler), ("classifier", classifier)])


def _corrected(**params):
    def make(classifier, sampler, y):
        return ResampledClassifier(classifier, sampler, **params)

    return make


def _calibrated(classifier, sampler, y):
    """Return the calibrated classifier, or the classifier itself if a class has too few rows for two folds."""
    n_folds = min(5, np.unique(y, return_counts=True)[1].min())
    return CalibratedClassifierCV(classifier, cv=n_folds, ensemble=False) if n_folds > 1 else classifier


# The uses of each resampling method.
USES = {
    "none": {"none": _uncorrected, "calibrated": _calibrated},
    "class weights": {"class weights": _uncorrected},
    "SMOTE": {"SMOTE": _uncorrected, "ResampledClassifier, SMOTE": _corrected()},
    "GANOversampler": {
        "GANOversampler": _uncorrected,
        "ResampledClassifier": _corrected(),
        "ResampledClassifier, analytic": _corrected(correct_prior="analytic"),
        TUNED: _corrected(threshold="tuned"),
    },
}
METHODS = tuple(USES)
USED = [use for uses in USES.values() for use in uses]


def run(table, fold, rows, name, seed):
    """Return the records of one fold, for each use of a resampling method and each classifier."""
    X_train, X_test = fill(*(table.X.iloc[part] for part in rows))
    y, targets = (table.y[part] for part in rows)
    n_classes = table.y.max() + 1
    about = {"table": table.name, "family": table.family, "n_classes": n_classes, "fold": fold}
    sampler = CachedSampler(name, seed + fold) if name in SAMPLERS else None
    records = []
    CachedSampler.cache.clear()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* have 1 row")
        warnings.simplefilter("ignore", ConvergenceWarning)
        for use, classifier_name, classifier in _make_all(name, sampler, y, seed + fold):
            start, CachedSampler.saved_seconds = time.perf_counter(), 0.0
            classifier.fit(X_train, y)
            seconds = time.perf_counter() - start + CachedSampler.saved_seconds
            scored = scores(targets, _probabilities(classifier, X_test, n_classes), classifier.predict(X_test))
            records.append(about | {"method": use, "classifier": classifier_name, **scored, "seconds": seconds})
    return records


def _make_all(name, sampler, y, seed):
    """Yield the name of each use, the name of each classifier, and the estimator that combines them."""
    for use, make in USES[name].items():
        if use == TUNED and len(np.unique(y)) > 2:
            continue  # threshold tuning requires two classes
        for classifier_name, classifier in make_classifiers(seed, RESAMPLERS[name].class_weight).items():
            yield use, classifier_name, make(make_pipeline(make_encoder(), classifier), sampler, y)


def _probabilities(classifier, X, n_classes):
    probabilities = np.zeros((len(X), n_classes))
    probabilities[:, classifier.classes_] = classifier.predict_proba(X)
    return probabilities


def scores(targets, probabilities, predicted):
    """Return the metrics of probabilities and decisions; multiclass ECE, AP and AUROC are one-vs-rest means."""
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

    This is the absolute difference between the mean probability and the share of the class in ten bins of equal width,
    weighted by the rows in each bin (Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using
    Bayesian binning", AAAI 2015, section 4). `scores` averages it over several classes (Kull et al., "Beyond
    temperature scaling", NeurIPS 2019, section 2).
    """
    bins = np.minimum((probabilities * N_BINS).astype(int), N_BINS - 1)
    surplus = np.bincount(bins, weights=probabilities - is_class, minlength=N_BINS)
    return np.abs(surplus).sum() / len(probabilities)
