"""Candidate selection by classifiers fitted on the real rows."""

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier

from sklearn_gan._runtime.torch_settings import ForkSafeLock

MAX_ROWS = 20_000
MAX_ROWS_OF_CLASS = 2_000
N_TREES = 30
LEAF_ROWS = 15
SMALL_LEAF_ROWS = 5
FEWEST_ROWS = 2 * LEAF_ROWS
N_ROUNDS = 60
MAX_BINS = 255  # the largest number of bins in gradient boosting
MAX_BOOSTED_TREES = 600
SMOOTHING = 0.02
ACCEPTED_SCORE = 1.0
FOREST = ForkSafeLock()  # each tree of the forest sets the warning filters of the process
MAX_VOTES = 2**24


class CandidateSelector:
    r"""Select the first candidate of each group that fits its class.

    Networks are smooth but class boundaries are not. Where classes meet, generators produce rows that no classifier
    would assign to their class. Three classifiers, fitted on the real rows with equal class weights, score how well a
    row x fits its class c,

    .. math:: s(x, c) = \sum_j \operatorname{logit} P_j(c | x).

    The first of k candidates with s >= t is selected, or the one with the largest s if there is none. The threshold t
    is `ACCEPTED_SCORE`. This is rejection sampling [1]_ with at most k trials. Let r be the probability of s < t.
    Selection multiplies the density q of the candidates by (1 - r^k) / (1 - r) where s >= t, so groups inside the class
    keep their relative sizes there. Elsewhere, it multiplies q by k F(s(x, c))^{k-1}, where F is the distribution
    function of s.

    The classifiers are a random forest, extremely randomised trees and gradient boosting, which is sharper. The forest
    has large leaves, because a forest that memorizes rows only measures how close a candidate is to one of them. For a
    class with fewer than `FEWEST_ROWS` rows, the classifiers cannot measure more than that, so the first eligible
    candidate is selected. If only one class has as many rows, there is no selection, and no classifier is fitted.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_features)
        The encoded real rows. The classifiers are fitted on at most `MAX_ROWS_OF_CLASS` rows of each class, and about
        `MAX_ROWS` in all.
    codes : ndarray of shape (n_rows,)
        Class index of each row, from 0 to n_classes - 1.
    rng : numpy.random.Generator
        Random number generator for the rows and the seed of the classifiers.

    Attributes
    ----------
    has_enough_rows : ndarray of shape (n_classes,), dtype bool
        Mask of the classes whose candidates are scored.

    References
    ----------
    .. [1] von Neumann, "Various techniques used in connection with random digits", National Bureau of Standards
       Applied Mathematics Series 12, 1951, p. 36.
    """

    def __init__(self, matrix, codes, rng):
        counts = np.bincount(codes)
        max_rows = _max_rows_per_class(len(counts))
        seen = np.concatenate([_subsample(np.flatnonzero(codes == code), max_rows, rng) for code in range(len(counts))])
        has_enough_rows = counts >= FEWEST_ROWS
        self._assign(seen, codes[seen], int(rng.integers(2**31)), has_enough_rows & (has_enough_rows.sum() > 1))
        self.train(matrix)

    def _assign(self, seen, codes, seed, has_enough_rows):
        self._seen, self._codes, self._seed, self.has_enough_rows = seen, codes, seed, has_enough_rows

    def train(self, matrix):
        """Fit the classifiers on their training rows of `matrix`, if any class has enough rows."""
        if not self.has_enough_rows.any():
            return
        rows = matrix[self._seen]
        self._bins = ColumnBins(rows)
        binned = self._bins.transform(rows)
        classifiers = _make_classifiers(len(self.has_enough_rows), self._seed)
        with FOREST.lock:
            self._classifiers = [classifier.fit(binned, self._codes) for classifier in classifiers]

    def to_document(self):
        """Return the training rows of the classifiers as a document; the classifiers are not saved."""
        if len(self._seen) * len(self.has_enough_rows) > MAX_VOTES:
            raise ValueError(
                f"Expected at most {MAX_VOTES:,} pairs of a class and a row, to refit the classifiers of candidate "
                f"selection from a file, got {len(self.has_enough_rows):,} classes and {len(self._seen):,} rows. Set "
                "`n_candidates` to 1 and fit again."
            )
        return {"seen": self._seen, "codes": self._codes, "seed": self._seed, "is_judged": self.has_enough_rows}

    @classmethod
    def from_document(cls, fields, n_rows, n_classes):
        """Return the selector of a document; :meth:`train` refits its classifiers on the same rows."""
        has_enough_rows = fields.array("is_judged", bool, (n_classes,))
        seen = fields.positions("seen", (None,), n_rows)
        if len(np.unique(seen)) < len(seen):
            fields.refuse("seen", "distinct rows", seen)
        codes = fields.positions("codes", seen.shape, n_classes)
        counts, max_rows = np.bincount(codes, minlength=n_classes), _max_rows_per_class(n_classes)
        if counts.min() < 1 or counts.max() > max_rows or len(seen) * n_classes > MAX_VOTES:
            expected = f"classes of 1 to {max_rows:,} rows each, {MAX_VOTES // n_classes:,} in all"
            fields.refuse("codes", expected, counts)
        selector = cls.__new__(cls)  # no new random choice of rows
        selector._assign(seen, codes, fields.integer("seed", 0, 2**31 - 1), has_enough_rows)
        return selector

    def score(self, rows, codes):
        """Return the score of each row for its class, of shape (n_rows,)."""
        position, binned = np.arange(len(rows)), self._bins.transform(rows)
        with FOREST.lock:
            probabilities = [classifier.predict_proba(binned)[position, codes] for classifier in self._classifiers]
        # Smoothing keeps the logit finite at probabilities 0 and 1.
        return sum(np.log((p + SMOOTHING) / (1 - p + SMOOTHING)) for p in probabilities)

    def select(self, rows, codes, eligible=None):
        """Return the position of the selected candidate in each group.

        Parameters
        ----------
        rows : ndarray of shape (n_groups, n_candidates, n_features)
            The candidates.
        codes : ndarray of shape (n_groups,)
            The class of each group.
        eligible : ndarray of shape (n_groups, n_candidates), dtype bool, or None, default=None
            Candidates that may be selected, at least one per group; None allows all.

        Returns
        -------
        selected : ndarray of shape (n_groups,)
        """
        scores, is_scored = np.zeros(rows.shape[:2]), self.has_enough_rows[codes]
        if is_scored.any():
            candidates, of_classes = np.concatenate(rows[is_scored]), np.repeat(codes[is_scored], rows.shape[1])
            scores[is_scored] = self.score(candidates, of_classes).reshape(-1, rows.shape[1])
        scores = np.minimum(scores, ACCEPTED_SCORE)
        if eligible is not None:
            scores[~eligible] = -np.inf
        return scores.argmax(axis=1)  # of equal scores, the first


class ColumnBins:
    """Bins of each column, at most `MAX_BINS`, with about equal numbers of rows.

    Gradient boosting with class weights computes bins itself, by a slow loop over columns, unless a column has few
    distinct values.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
        The rows that determine the bins.
    """

    def __init__(self, rows):
        self._edges = [_bin_edges(column) for column in rows.T]

    def transform(self, rows):
        """Return the number of the bin of each value, of the shape of `rows`."""
        binned = np.empty(rows.shape, dtype=np.float32)
        for j, edges in enumerate(self._edges):
            binned[:, j] = np.searchsorted(edges, rows[:, j], side="right")
        return binned


def _bin_edges(column):
    values = np.unique(column)
    if len(values) <= MAX_BINS:
        return (values[1:] + values[:-1]) / 2
    return np.unique(np.quantile(column, np.linspace(0, 1, MAX_BINS + 1)[1:-1]))


def _max_rows_per_class(n_classes):
    """Return the maximum number of rows of a class in the training rows of the classifiers."""
    return min(MAX_ROWS_OF_CLASS, max(MAX_ROWS // n_classes, FEWEST_ROWS))


def _subsample(rows, max_rows, rng):
    return rows if len(rows) <= max_rows else rng.choice(rows, max_rows, replace=False)


def _make_classifiers(n_classes, seed):
    """Return unfitted classifiers."""
    forest = RandomForestClassifier(
        N_TREES, min_samples_leaf=LEAF_ROWS, class_weight="balanced_subsample", n_jobs=1, random_state=seed
    )
    trees = ExtraTreesClassifier(
        N_TREES, min_samples_leaf=SMALL_LEAF_ROWS, class_weight="balanced", n_jobs=1, random_state=seed
    )
    # A round grows one tree per class, so more classes mean fewer rounds.
    n_rounds = max(1, min(N_ROUNDS, MAX_BOOSTED_TREES // n_classes))
    boosting = HistGradientBoostingClassifier(
        max_iter=n_rounds, early_stopping=False, class_weight="balanced", random_state=seed
    )
    return forest, trees, boosting
