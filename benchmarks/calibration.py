"""What probabilities are worth, with and without resampling, and with the change of the class prior undone."""

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


class Remembered(BaseEstimator):
    """A sampler that resamples the same rows once, so that all classifiers of a fold learn the same ones."""

    _sampling_type = "over-sampling"
    known = {}
    spared = 0.0  # seconds

    def __init__(self, name, seed):
        self.name = name
        self.seed = seed

    def fit_resample(self, X, y):
        """Return resampled rows and their classes."""
        key = self.name, self.seed, joblib.hash((X, y))
        if key in self.known:
            Remembered.spared += self.known[key][2]
        else:
            start = time.perf_counter()
            self.known[key] = *SAMPLERS[self.name](X, y, self.seed), time.perf_counter() - start
        rows, self.parents_, _ = self.known[key]
        return rows


def _alone(classifier, sampler, y):
    return classifier if sampler is None else Pipeline([("sampler", sampler), ("classifier", classifier)])


def _corrected(**params):
    def make(classifier, sampler, y):
        return ResampledClassifier(classifier, sampler, **params)

    return make


def _calibrated(classifier, sampler, y):
    """Return the classifier calibrated as far as the smallest class has folds to offer."""
    n_folds = min(5, np.unique(y, return_counts=True)[1].min())
    return CalibratedClassifierCV(classifier, cv=n_folds, ensemble=False) if n_folds > 1 else classifier


# Of each way to resample: the ways to use it.
USES = {
    "none": {"none": _alone, "calibrated": _calibrated},
    "class weights": {"class weights": _alone},
    "SMOTE": {"SMOTE": _alone, "ResampledClassifier, SMOTE": _corrected()},
    "GANOversampler": {
        "GANOversampler": _alone,
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
    n_classes = table.y.max() + 1
    about = {"table": table.name, "family": table.family, "n_classes": n_classes, "fold": fold}
    sampler = Remembered(name, seed + fold) if name in SAMPLERS else None
    records = []
    Remembered.known.clear()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* have 1 row")
        warnings.simplefilter("ignore", ConvergenceWarning)
        for use, classifier_name, classifier in _make_all(name, sampler, y, seed + fold):
            start, Remembered.spared = time.perf_counter(), 0.0
            classifier.fit(X_train, y)
            seconds = time.perf_counter() - start + Remembered.spared
            scored = scores(targets, _probabilities(classifier, X_test, n_classes), classifier.predict(X_test))
            records.append(about | {"method": use, "classifier": classifier_name, **scored, "seconds": seconds})
    return records


def _make_all(name, sampler, y, seed):
    """Yield the name of a use, that of a classifier, and the classifier so used."""
    for use, make in USES[name].items():
        if use == TUNED and len(np.unique(y)) > 2:
            continue  # thresholds are a matter of two classes
        for classifier_name, classifier in make_classifiers(seed, RESAMPLERS[name].class_weight).items():
            yield use, classifier_name, make(make_pipeline(make_encoder(), classifier), sampler, y)


def _probabilities(classifier, X, n_classes):
    probabilities = np.zeros((len(X), n_classes))
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
