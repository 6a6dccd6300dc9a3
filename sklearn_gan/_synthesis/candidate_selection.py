"""Which of the candidates become rows: those that judges, trained on the real rows, take for their class."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from sklearn_gan._runtime.torch_settings import ForkSafeLock

MAX_ROWS = 20_000
N_TREES = 60
LEAF_ROWS = 15
FEWEST_ROWS = 2 * LEAF_ROWS
N_ROUNDS = 60
MAX_BOOSTED_TREES = 600
SMOOTHING = 0.02
FOREST = ForkSafeLock()  # scikit-learn's sets the process's filters of warnings for each tree
MAX_VOTES = 2**24


class CandidateSelector:
    r"""Let candidates of a class compete in small groups, and keep the best of each.

    Networks are smooth and classes are not: where classes meet, a generator draws rows that no classifier would
    take for their class. Two classifiers that learned from the real rows, all classes weighing the same, judge
    how well a row x fits its class c,

    .. math:: s(x, c) = \sum_j \operatorname{logit} P_j(c | x),

    and of every group of k candidates the one with the largest s is kept. So the density q of the candidates
    becomes k F(s(x, c))^{k-1} q(x), where F is the distribution of s among them: no region is drawn more than k
    times as often as before, and none is left out unless all else fits its class better. In evolutionary
    computing this is tournament selection [1]_.

    The judges are a random forest, whose leaves are large because a forest that knows each row would only tell
    how close a candidate is to one, and gradient boosting, which is sharper. From fewer than `FEWEST_ROWS` rows of
    a class they cannot learn more than that: the first eligible candidate of each of its groups is kept.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_features)
        The encoded real rows. The judges see about `MAX_ROWS` of them at most, as many of each class.
    codes : ndarray of shape (n_rows,)
        Their classes, as integers from 0.
    rng : numpy.random.Generator
        Draws these rows and seeds the judges.

    References
    ----------
    .. [1] Goldberg, Deb, "A comparative analysis of selection schemes used in genetic algorithms", Foundations
       of Genetic Algorithms 1991.
    """

    def __init__(self, matrix, codes, rng):
        counts = np.bincount(codes)
        most = _most_rows(len(counts))
        seen = np.concatenate([_at_most(most, np.flatnonzero(codes == code), rng) for code in range(len(counts))])
        self._assign(seen, codes[seen], int(rng.integers(2**31)), counts >= FEWEST_ROWS)
        self.train(matrix)

    def _assign(self, seen, codes, seed, is_judged):
        self._seen, self._codes, self._seed, self._has_enough_rows = seen, codes, seed, is_judged

    def train(self, matrix):
        """Let the judges learn from the rows that they shall see."""
        classifiers = _make_classifiers(len(self._has_enough_rows), self._seed)
        with FOREST.lock:
            self._classifiers = [one.fit(matrix[self._seen], self._codes) for one in classifiers]

    def to_document(self):
        """Return what the judges learned from as a document, for a file: not the judges."""
        if len(self._seen) * len(self._has_enough_rows) > MAX_VOTES:
            raise ValueError(
                f"Expected up to {MAX_VOTES:,} pairs of a class and a row, to refit the classifiers of candidates "
                f"from a file, got {len(self._has_enough_rows):,} classes and {len(self._seen):,} rows. Set "
                "`n_candidates` to 1 and fit again."
            )
        return {"seen": self._seen, "codes": self._codes, "seed": self._seed, "is_judged": self._has_enough_rows}

    @classmethod
    def from_document(cls, fields, n_rows, n_classes):
        """Return a selector whose judges are yet to learn, from the same rows again."""
        is_judged = fields.array("is_judged", bool, (n_classes,))
        seen = fields.positions("seen", (None,), n_rows)
        if len(np.unique(seen)) < len(seen):
            fields.refuse("seen", "different rows", seen)
        codes = fields.positions("codes", seen.shape, n_classes)
        counts, most = np.bincount(codes, minlength=n_classes), _most_rows(n_classes)
        if counts.min() < 1 or counts.max() > most or len(seen) * n_classes > MAX_VOTES:
            fields.refuse("codes", f"of 1 to {most:,} rows of each class, {MAX_VOTES // n_classes:,} in all", counts)
        selector = cls.__new__(cls)  # the rows are drawn
        selector._assign(seen, codes, fields.integer("seed", 0, 2**31 - 1), is_judged)
        return selector

    def score(self, rows, codes):
        """Return how well each row fits its class, of shape (n_rows,)."""
        position = np.arange(len(rows))
        with FOREST.lock:
            probabilities = [one.predict_proba(rows)[position, codes] for one in self._classifiers]
        return sum(np.log((p + SMOOTHING) / (1 - p + SMOOTHING)) for p in probabilities)

    def select(self, rows, codes, eligible=None):
        """Return the position of the best of each group.

        Parameters
        ----------
        rows : ndarray of shape (n_groups, n_candidates, n_features)
            The candidates.
        codes : ndarray of shape (n_groups,)
            The class of each group.
        eligible : ndarray of shape (n_groups, n_candidates), dtype bool, or None, default=None
            Which candidates may win, at least one of each group; None lets all.

        Returns
        -------
        best : ndarray of shape (n_groups,)
        """
        scores, judged = np.zeros(rows.shape[:2]), self._has_enough_rows[codes]
        if judged.any():
            candidates, of_classes = np.concatenate(rows[judged]), np.repeat(codes[judged], rows.shape[1])
            scores[judged] = self.score(candidates, of_classes).reshape(-1, rows.shape[1])
        if eligible is not None:
            scores[~eligible] = -np.inf
        return scores.argmax(axis=1)


def _most_rows(n_classes):
    """Return how many rows of a class the judges see at most."""
    return max(MAX_ROWS // n_classes, FEWEST_ROWS)


def _at_most(most, rows, rng):
    return rows if len(rows) <= most else rng.choice(rows, most, replace=False)


def _make_classifiers(n_classes, seed):
    """Return a forest and boosting, unfitted; several classes share the boosted trees."""
    forest = RandomForestClassifier(
        N_TREES, min_samples_leaf=LEAF_ROWS, class_weight="balanced_subsample", n_jobs=1, random_state=seed
    )
    n_rounds = max(1, min(N_ROUNDS, MAX_BOOSTED_TREES // n_classes))
    boosting = HistGradientBoostingClassifier(
        max_iter=n_rounds, early_stopping=False, class_weight="balanced", random_state=seed
    )
    return forest, boosting
