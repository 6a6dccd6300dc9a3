"""Score ResampledClassifier, other ensembles and other corrections of probabilities on the folds of tables."""

import time
import warnings
from dataclasses import dataclass
from importlib.util import find_spec

import joblib
import numpy as np
from imblearn.over_sampling import RandomOverSampler
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline

from benchmarks import oracle
from benchmarks.balanced import ENSEMBLES
from benchmarks.methods import METHODS as RESAMPLERS
from benchmarks.methods import STRONG, make_classifiers
from benchmarks.protocol import fill, make_encoder
from sklearn_gan import GANOversampler, Pipeline, ResampledClassifier
from sklearn_gan._correction import Member, Pool

N_BINS = 10
N_MEMBERS = 10  # as ResampledClassifier has by default
OURS = "ResampledClassifier"
COMPARED = ("AP", "AUROC", "balanced_accuracy", "Brier", "log_loss")
BOTH = "forest + boosting"
OF_ONE_CLASSIFIER = {name: found.counterpart for name, found in ENSEMBLES.items() if found.counterpart}


class CachedSampler(BaseEstimator):
    """Resample each set of rows once, so that all classifiers of a fold are fitted on the same resampled rows.

    Further draws of `GANOversampler` are not cached.
    """

    _sampling_type = "over-sampling"
    cache = {}
    saved_seconds = 0.0

    def __init__(self, name, seed, n_candidates=1):
        self.name = name
        self.seed = seed
        self.n_candidates = n_candidates

    def fit_resample(self, X, y):
        """Return the resampled rows and their classes, from the cache if possible."""
        key = self.name, self.seed, self.n_candidates, joblib.hash((X, y))
        if key in self.cache:
            CachedSampler.saved_seconds += self.cache[key][-1]
        else:
            start = time.process_time()
            self.cache[key] = *self._resample(X, y), time.process_time() - start
        rows, sampler, _ = self.cache[key]
        if sampler is not None:
            self.parents_, self.sample = sampler.parents_, sampler.sample
        return rows

    def _resample(self, X, y):
        if self.name != "GANOversampler":
            return RESAMPLERS[self.name].resample(X, y, self.seed), None
        sampler = GANOversampler(device="cpu", random_state=self.seed, n_candidates=self.n_candidates)
        return sampler.fit_resample(X, y), sampler


class ControlEnsemble(ClassifierMixin, BaseEstimator):
    """Average classifiers as ResampledClassifier does, but without synthetic rows.

    Half of the weight is that of classifiers fitted on real rows.

    Parameters
    ----------
    classifier : classifier
        Classifier to fit on bootstraps.
    weighted : classifier or None
        Classifier with class weights, fitted on the same rows as every second member. None uses bootstraps only.
    seed : int
        Seed of the bootstraps.
    """

    def __init__(self, classifier, weighted=None, seed=0):
        self.classifier = classifier
        self.weighted = weighted
        self.seed = seed

    def fit(self, X, y):
        """Fit the members on bootstraps that keep the number of rows of each class."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        prior, rng = np.bincount(codes) / len(y), np.random.default_rng(self.seed)
        balanced = np.full(len(prior), 1 / len(prior))
        members = []
        for i in range(N_MEMBERS):
            of_class = [np.flatnonzero(codes == code) for code in range(len(prior))]
            rows = np.concatenate([rng.choice(positions, len(positions)) for positions in of_class])
            is_weighted = self.weighted is not None and i % 2 == 0
            fitted = clone(self.weighted if is_weighted else self.classifier).fit(X.iloc[rows], y[rows])
            members.append(Member(fitted, balanced if is_weighted else prior, 1 / N_MEMBERS, not is_weighted))
        self.pool_ = Pool(members, self.classes_, prior)
        return self

    def predict_proba(self, X):
        """Return the pooled probabilities."""
        return np.exp(self.pool_.predict_log_proba(X, {}))


@dataclass(frozen=True)
class Use:
    """A way to use classifiers on an imbalanced table.

    Attributes
    ----------
    make : callable
        Function of a classifier, the same classifier with class weights, the training labels and a seed that returns an
        estimator.
    decides_at : {"prior", 0.5, "threshold"}
        Whether decisions are for the class with the largest ratio of a probability to its prior, for the most probable
        class, or those of `predict`. Probabilities of balanced classes exceed their prior where they exceed 0.5.
    may_fail : bool
        Whether classifiers with which it fails are omitted, which happens for classes of few rows.
    is_binary : bool
        Whether it is omitted on tables of three or more classes.
    """

    make: object
    decides_at: object = "prior"
    may_fail: bool = False
    is_binary: bool = False


def _ours(name="GANOversampler", n_candidates=1, decides_at="prior", **params):
    def make(classifier, weighted, y, seed):
        return ResampledClassifier(classifier, CachedSampler(name, seed, n_candidates), **params)

    return Use(make, decides_at, is_binary=params.get("threshold") == "tuned")


def _resampled(name, n_candidates=3):
    def make(classifier, weighted, y, seed):
        return Pipeline([("sampler", CachedSampler(name, seed, n_candidates)), ("classifier", classifier)])

    return Use(make, decides_at=0.5)


def _calibrated(classifier, weighted, y, seed):
    n_folds = min(5, np.unique(y, return_counts=True)[1].min())
    return CalibratedClassifierCV(classifier, cv=n_folds, ensemble=False) if n_folds > 1 else classifier


def _imbcal(**params):
    def make(classifier, weighted, y, seed):
        from imbcal import ImbalanceCalibratedClassifier

        encoder, final = (step for _, step in classifier.steps)
        return make_pipeline(encoder, ImbalanceCalibratedClassifier(final, random_state=seed, **params))

    return Use(make, may_fail=True, is_binary=True)


def _balanced(ensemble):
    def make(classifier, weighted, y, seed):
        encoder, final = (step for _, step in classifier.steps)
        return make_pipeline(encoder, ensemble.make(final, seed))

    return Use(make, decides_at=0.5, may_fail=True)


SLOW = "imbcal, augmented"  # a hundred fits of each classifier
# Those of one group share the fitted sampler.
GROUPS = {
    "none": {"none": Use(lambda classifier, weighted, y, seed: classifier)},
    "calibrated": {"calibrated": Use(_calibrated)},
    "class weights": {"class weights": Use(lambda classifier, weighted, y, seed: weighted, decides_at=0.5)},
    "bootstraps": {"bootstraps": Use(lambda classifier, weighted, y, seed: ControlEnsemble(classifier, None, seed))},
    "real + class weights": {
        "real + class weights": Use(lambda classifier, weighted, y, seed: ControlEnsemble(classifier, weighted, seed))
    },
    "real + random oversampling": {
        "real + random oversampling": Use(
            lambda classifier, weighted, y, seed: ResampledClassifier(classifier, RandomOverSampler(random_state=seed))
        )
    },
    "SMOTE": {"SMOTE": _resampled("SMOTE"), "real + SMOTE": _ours("SMOTE")},
    OURS: {OURS: _ours()},
    "GANOversampler": {"GANOversampler": _resampled("GANOversampler")},
    **{name: {name: _balanced(ensemble)} for name, ensemble in ENSEMBLES.items()},
    "imbcal": {"imbcal": _imbcal()},
    SLOW: {SLOW: _imbcal(strategy="augment", selection="safe", nested="crossfit")},
}
METHODS = tuple(GROUPS)
# Parts of ResampledClassifier, removed or changed one at a time.
PARTS = {
    OURS: _ours(),
    "without real rows": _ours(real_weight=0),
    "without folds": _ours(ensemble=False),
    "without calibration": _ours(correct_prior="analytic"),
    "without correction": _ours(correct_prior=False),
    "2 folds": _ours(cv=2),
    "3 folds": _ours(cv=3),
    "10 folds": _ours(cv=10),
    "with selection": _ours(n_candidates=3),
    "threshold=0.5": _ours(decides_at=0.5),
    'threshold="tuned"': _ours(threshold="tuned", decides_at="threshold"),
    "real_weight=0.25": _ours(real_weight=0.25),
    "real_weight=0.75": _ours(real_weight=0.75),
}
PART_CLASSIFIERS = (*STRONG, "knn")
RARE = ("none", "SMOTE", OURS)


def is_installed(name):
    """Return whether the package of a method is installed."""
    return not name.startswith("imbcal") or find_spec("imbcal") is not None


def run(table, fold, rows, name, seed):
    """Return the records of one fold, for each use in a group and each classifier."""
    return _run(table, fold, rows, GROUPS[name], seed + fold)


def run_parts(table, fold, rows, seed):
    """Return the records of one fold for ResampledClassifier without each of its parts."""
    return _run(table, fold, rows, PARTS, seed + fold, PART_CLASSIFIERS)


def run_rare(table, repeat, name, seed):
    """Return the records of one random subset of a table in which the minority has few rows."""
    train, test, _ = oracle.split(table, repeat, seed)
    return _run(table, repeat, (train, test), GROUPS[name], seed + repeat)


def _run(table, fold, rows, uses, seed, classifiers=None):
    X, X_test = fill(*(table.X.iloc[part] for part in rows))
    y, targets = (table.y[part] for part in rows)
    n_classes = int(table.y.max()) + 1
    about = {"table": table.name, "family": table.family, "n_classes": n_classes, "fold": fold}
    prior = np.bincount(y, minlength=n_classes) / len(y)
    CachedSampler.cache.clear()
    records = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rows too few for a fold, features or steps; the scores show the effect
        for use, method in uses.items():
            if method.is_binary and n_classes > 2:
                continue
            found = {}
            for name, pair in _make_classifiers(seed, use, classifiers).items():
                start, CachedSampler.saved_seconds = time.process_time(), 0.0
                try:
                    estimator = method.make(*pair, y, seed).fit(X, y)
                    found[name] = _probabilities(estimator, X_test, n_classes)
                except ValueError:
                    if not method.may_fail:
                        raise
                    continue
                seconds = time.process_time() - start + CachedSampler.saved_seconds
                at_threshold = estimator.predict(X_test) if method.decides_at == "threshold" else None
                predicted = _decide(found[name], method.decides_at, prior, at_threshold)
                records.append(about | {"method": use, "classifier": name, "seconds": seconds})
                records[-1] |= scores(targets, found[name], predicted)
            if set(STRONG) <= set(found) and method.decides_at != "threshold":
                mean = np.mean([found[name] for name in STRONG], axis=0)
                both = scores(targets, mean, _decide(mean, method.decides_at, prior))
                records.append(about | {"method": use, "classifier": BOTH, "seconds": np.nan, **both})
    return records


def _decide(probabilities, decides_at, prior, at_threshold=None):
    """Return the predicted class of each row."""
    if decides_at == "threshold":
        return at_threshold
    ratios = probabilities / np.where(prior > 0, prior, np.inf) if decides_at == "prior" else probabilities
    return ratios.argmax(axis=1)


def _make_classifiers(seed, use, names):
    """Return each classifier without and with class weights, keyed by name."""
    plain, weighted = make_classifiers(seed), make_classifiers(seed, "balanced")
    if use in OF_ONE_CLASSIFIER:
        names = [OF_ONE_CLASSIFIER[use]]
    if use == SLOW:
        names = [name for name in plain if name != "knn"]  # it requires sample weights
    return {
        name: tuple(make_pipeline(make_encoder(), of_weight[name]) for of_weight in (plain, weighted))
        for name in names or plain
    }


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
