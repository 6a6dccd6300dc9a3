"""Fit and score the methods on the same folds. Everything is fitted on the training rows."""

import time
import warnings
from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold, check_cv
from sklearn.utils.parallel import Parallel, delayed

from sklearn_gan._comparison.scoring import TUNED, Predictions, score
from sklearn_gan._runtime.progress import Bar
from sklearn_gan._runtime.text import describe, note_problem
from sklearn_gan._runtime.warnings import collect_warnings, warn_caller
from sklearn_gan._table import take_rows

TUNING_FOLDS = 3  # a third of the training rows is held out to tune thresholds


@dataclass(frozen=True)
class LabelledTable:
    """A table with the labels of its rows.

    Attributes
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        Table.
    y : ndarray of shape (n_samples,)
        Label of each row.
    labels : ndarray of shape (n_classes,)
        Label of each class. The second of two classes is the rarer one, the positive class.
    """

    X: object
    y: np.ndarray
    labels: np.ndarray

    @classmethod
    def of(cls, X, y):
        """Return a table with the classes found in `y`."""
        labels, counts = np.unique(y, return_counts=True)
        return cls(X, y, labels[::-1] if len(labels) == 2 and counts[0] < counts[1] else labels)

    @property
    def codes(self):
        """Class index of each row."""
        return self.encode(self.y)

    def encode(self, y):
        """Return the class index of each label."""
        order = np.argsort(self.labels)
        return order[np.searchsorted(self.labels[order], y)]

    def take(self, rows):
        """Return some rows, with all classes."""
        return LabelledTable(take_rows(self.X, rows), self.y[rows], self.labels)


@dataclass(frozen=True)
class Fold:
    """Positions of the training and test rows of a fold, and the seed of its estimators."""

    train: np.ndarray
    test: np.ndarray
    seed: int


@dataclass(frozen=True)
class Outcome:
    """Scores of a method on a fold by metric, and the seconds of fitting; or the error that it raised.

    `warnings` has the message and the category of each warning.
    """

    scores: dict = field(default_factory=dict)
    seconds: float = np.nan
    failure: str | None = None
    warnings: list = field(default_factory=list)


def draw_folds(table, cv, n_repeats, rng):
    """Return the folds, or raise if a class lacks training or test rows in one of them."""
    if isinstance(cv, int | np.integer):
        cv = RepeatedStratifiedKFold(n_splits=cv, n_repeats=n_repeats, random_state=_draw(rng))
    cv, codes, positions = check_cv(cv, table.y, classifier=True), table.codes, np.arange(len(table.y))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        # An iterable `cv` may yield masks; indexing turns them into positions.
        splits = [(positions[train], positions[test]) for train, test in cv.split(positions, table.y)]
    folds = [Fold(*split, _draw(rng)) for split in splits]
    for fold in folds:
        _check_classes(table.labels, codes[fold.train], "training", 2)
        _check_classes(table.labels, codes[fold.test], "test", 1)
    return folds


def _draw(rng):
    return int(rng.integers(2**31))


def _check_classes(labels, codes, part, n_needed):
    counts = np.bincount(codes, minlength=len(labels))
    if counts.min() < n_needed:
        raise ValueError(
            f"Expected at least {n_needed} {part} row(s) of each class in each fold, got {counts.min()} of class "
            f"{labels.tolist()[counts.argmin()]!r}. Drop this class, collect more of its rows, or change `cv`."
        )


def run_folds(methods, table, folds, metrics, n_jobs, verbose):
    """Return the outcomes of all methods, a list of lists: fold by fold, those of all methods.

    Warnings that several folds repeat are shown once. If interrupted, it returns the complete folds with a warning, or
    raises if there are none.
    """
    tasks = (delayed(evaluate)(method, table, fold, metrics) for fold in folds for method in methods)
    outcomes, shown = [], set()
    try:
        with Bar(total=len(folds) * len(methods), unit="fit", desc="compare_samplers", disable=not verbose) as bar:
            for outcome in Parallel(n_jobs=n_jobs, return_as="generator")(tasks):
                outcomes.append(outcome)
                _warn_once(outcome.warnings, shown)
                bar.update()
    except KeyboardInterrupt:
        if len(outcomes) < len(methods):
            raise
    n_complete = len(outcomes) // len(methods)
    if n_complete < len(folds):
        warn_caller(
            f"Expected {len(folds)} folds, got {n_complete} complete ones before the interruption, which are compared. "
            "Repeat the comparison for verdicts on all folds.",
            UserWarning,
        )
    return [outcomes[i * len(methods) :][: len(methods)] for i in range(n_complete)]


def _warn_once(found, shown):
    """Show warnings about problems that are not in the set `shown`, and add them."""
    for message, category in found:
        if note_problem(message, shown):
            warn_caller(message, category)


def evaluate(method, table, fold, metrics):
    """Return the outcome of a method on a fold. Errors of the baseline, the classifier itself, are raised."""
    with collect_warnings() as found:
        try:
            outcome = _evaluate(method, table, fold, metrics)
        except Exception as error:
            if method.is_baseline:
                raise
            outcome = Outcome(failure=describe(error))
    return replace(outcome, warnings=found)


def _evaluate(method, table, fold, metrics):
    train, test = table.take(fold.train), table.take(fold.test)
    start = time.perf_counter()
    estimator = _fit(method, train, fold.seed)
    seconds = time.perf_counter() - start
    predictions = _predict(estimator, test)
    held_out = None
    if any(metric.threshold == TUNED for metric in metrics):
        held_out = _predict_held_out(method, train, fold.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)  # precision, if no row is predicted positive
        scores = {metric[:2]: score(metric, predictions, test.codes, held_out) for metric in metrics}
    return Outcome(scores, seconds)


def _fit(method, table, seed):
    return seeded(clone(method.estimator), seed).fit(table.X, table.y)


def seeded(estimator, seed):
    """Seed each `random_state` of an estimator that is None, and return the estimator."""
    rng, params = np.random.default_rng(seed), estimator.get_params()
    unset = [name for name in sorted(params) if name.split("__")[-1] == "random_state" and params[name] is None]
    return estimator.set_params(**{name: _draw(rng) for name in unset})


def _predict(estimator, table):
    """Return the predictions of rows, with the probability 0 of classes that the estimator does not know."""
    probabilities = np.zeros((len(table.y), len(table.labels)))
    probabilities[:, table.encode(estimator.classes_)] = estimator.predict_proba(table.X)
    return Predictions(probabilities, table.encode(estimator.predict(table.X)))


def _predict_held_out(method, train, seed):
    """Fit a method on a part of the training rows, and return the predictions and the classes of the other part."""
    n_folds = min(TUNING_FOLDS, np.bincount(train.codes).min())
    split = StratifiedKFold(n_folds, shuffle=True, random_state=seed).split(train.y, train.codes)
    fitted, held_out = map(train.take, next(split))
    return _predict(_fit(method, fitted, seed), held_out), held_out.codes
