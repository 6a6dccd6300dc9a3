"""Rows as points: mixed tables made fit for distances and for classifiers."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils import gen_batches
from sklearn.utils._param_validation import Interval

from sklearn_gan._table import scale_exactly
from sklearn_gan.metrics._tables import CATEGORICAL_FEATURES, read_tables

FARTHEST = 1e9
CELLS_AT_ONCE = 2**22
MAX_LEVELS = 64
SAMPLING = {
    "categorical_features": CATEGORICAL_FEATURES,
    "max_rows": [Interval(Integral, 1, None, closed="left"), None],
    "random_state": ["random_state"],
}


@dataclass
class Rows:
    r"""Rows of a table, as points between which there are distances.

    A number, less the mean of its column in the real table, is divided by the standard deviation there. A missing
    number is 0, and its flag is 1 instead of 0. The squared distance of two rows is the sum of the squared differences
    of numbers and flags, and 2 for each category that differs, a missing cell being a level. So 2 is what any column
    adds when its levels differ, when one of its cells is missing (in the mean over a column of numbers), and when two
    numbers are drawn at random.

    Attributes
    ----------
    numbers : ndarray of shape (n_rows, n_numbers + n_flags)
        Standardised numbers, and flags.
    levels : ndarray of shape (n_rows, n_categories)
        The number of each level, -1 where it is missing.
    """

    numbers: np.ndarray
    levels: np.ndarray

    def __len__(self):
        return len(self.levels)

    def __getitem__(self, rows):
        return Rows(self.numbers[rows], self.levels[rows])

    def distances(self, others):
        """Yield slices of the rows, and their distances from all `others`, so that memory is bounded."""
        for batch in gen_batches(len(self), max(1, CELLS_AT_ONCE // len(others))):
            yield batch, np.sqrt(self[batch]._squared_distances(others))

    def _squared_distances(self, others):
        # Differences are taken one by one: equal rows are to be at distance 0, and that of a and b that of b and a.
        squared = np.zeros((len(self), len(others)))
        if self.numbers.shape[1]:
            squared += cdist(self.numbers, others.numbers, "sqeuclidean")
        if self.levels.shape[1]:
            squared += 2 * self.levels.shape[1] * cdist(self.levels, others.levels, "hamming")
        return squared


def read_rows(categorical_features, max_rows, rng, **tables):
    """Return rows of each table, the first of which is the real one, `max_rows` of each at most."""
    return subsample(max_rows, rng, *encode_rows(*read_tables(categorical_features, **tables)))


def encode_rows(real, *others):
    """Return the rows of each table, scaled as the real one is; tables are as `read_tables` returns them."""
    tables = real, *others
    numbers = [[np.empty((len(table[0].cells), 0))] for table in tables]
    levels = [[np.empty((len(table[0].cells), 0), dtype=int)] for table in tables]
    for columns in zip(*tables, strict=True):
        is_number = columns[0].kind == "number"
        features = _standardize(columns) if is_number else [column.cells[:, None] for column in columns]
        for blocks, block in zip(numbers if is_number else levels, features, strict=True):
            blocks.append(block)
    return [Rows(np.hstack(scores), np.hstack(codes)) for scores, codes in zip(numbers, levels, strict=True)]


def subsample(max_rows, rng, *tables):
    """Return `max_rows` rows of each table at most.

    Tables of the same length lose the same rows, so that a table is at no distance from itself.
    """
    lots = rng.random(max(map(len, tables)))
    return [rows[np.sort(np.argsort(lots[: len(rows)])[:max_rows])] for rows in tables]


def classifier_features(*tables):
    """Return a matrix for each table that any classifier takes: the numbers of its rows, and one-hot levels.

    The rarest levels of a column with more than `MAX_LEVELS` share a feature.
    """
    if not tables[0].levels.shape[1]:
        return [rows.numbers for rows in tables]
    encoder = OneHotEncoder(max_categories=MAX_LEVELS, sparse_output=False)
    encoder.fit(np.concatenate([rows.levels for rows in tables]))
    return [np.hstack((rows.numbers, encoder.transform(rows.levels))) for rows in tables]


def _standardize(columns):
    """Return features of a column of numbers in each table: scores, and flags if a table has missing cells."""
    real = columns[0]
    mean, deviation = _mean_and_deviation(real.cells[~real.missing])
    is_flagged = any(column.missing.any() for column in columns)
    features = []
    for column in columns:
        with np.errstate(over="ignore"):  # it becomes infinite, and then the farthest
            scores = column.cells / deviation - mean / deviation
        scores = np.where(column.missing, 0, np.clip(scores, -FARTHEST, FARTHEST))
        features.append(np.stack((scores, column.missing) if is_flagged else (scores,), axis=1))
    return features


def _mean_and_deviation(cells):
    """Return both; of equal numbers the deviation is 1."""
    if not len(cells):
        return 0.0, 1.0
    scaled, exponent = scale_exactly(cells)
    deviation = np.ldexp(scaled.std(), -exponent) if np.ptp(scaled) else 0
    return np.ldexp(scaled.mean(), -exponent), deviation or 1.0
