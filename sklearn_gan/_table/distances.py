"""Rows of mixed tables as points, and the distances between them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from sklearn.utils import gen_batches

from sklearn_gan._table.column_kinds.numeric import scale_exactly

FARTHEST = 1e9
CELLS_AT_ONCE = 2**22
MAX_TREE_DIMENSIONS = 15


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
        for batch, squared in self._squared_distances(others):
            yield batch, np.sqrt(squared)

    def nearest(self, others, n_nearest=1):
        """Return the distances from the `n_nearest` nearest of `others`, ascending, of shape (n_rows, n_nearest).

        The time grows with the product of the numbers of rows; among a few columns of numbers it hardly does.
        """
        if others._is_small_space:
            return others._tree.query(self.numbers, range(1, n_nearest + 1))[0]
        nearest = np.empty((len(self), n_nearest))
        for batch, squared in self._squared_distances(others):
            nearest[batch] = np.partition(squared, range(n_nearest))[:, :n_nearest]
        return np.sqrt(nearest)

    def _squared_distances(self, others):
        for batch in gen_batches(len(self), max(1, CELLS_AT_ONCE // len(others))):
            yield batch, self[batch]._all_squared_distances(others)

    def _all_squared_distances(self, others):
        # Differences are taken one by one: equal rows are to be at distance 0, and that of a and b that of b and a.
        squared = np.zeros((len(self), len(others)))
        if self.numbers.shape[1]:
            squared += cdist(self.numbers, others.numbers, "sqeuclidean")
        if self.levels.shape[1]:
            squared += 2 * np.rint(self.levels.shape[1] * cdist(self.levels, others.levels, "hamming"))
        return squared

    @property
    def _is_small_space(self):
        return not self.levels.shape[1] and self.numbers.shape[1] <= MAX_TREE_DIMENSIONS

    @cached_property
    def _tree(self):
        return KDTree(self.numbers, balanced_tree=False)  # which many equal numbers do not slow down


@dataclass
class RowEncoder:
    """Make points of the rows of tables, with the means and deviations of the real one.

    Attributes
    ----------
    means, deviations : ndarray of shape (n_numbers,)
        Those of the observed cells of each column of numbers in the real table; of equal numbers the deviation is 1.
    flagged : ndarray of shape (n_numbers,), dtype bool
        Which columns of numbers have a flag.
    """

    means: np.ndarray
    deviations: np.ndarray
    flagged: np.ndarray

    @classmethod
    def learn(cls, real, is_flagged):
        """Return an encoder for tables like the real one.

        Parameters
        ----------
        real : list of ComparableColumn
            The columns of the real table.
        is_flagged : iterable of bool
            Which columns have a flag, if they are of numbers: those with missing cells in any of the tables.
        """
        moments = [_mean_and_deviation(column.cells[~column.missing]) for column in real if column.is_numeric]
        pairs = zip(real, is_flagged, strict=True)
        flagged = [flagged for column, flagged in pairs if column.is_numeric]
        return cls(*np.array(moments, dtype=float).reshape(-1, 2).T, np.array(flagged, dtype=bool))

    def encode(self, columns):
        """Return the Rows of a table.

        Parameters
        ----------
        columns : list of ComparableColumn
            Its columns.
        """
        numbers = [column for column in columns if column.is_numeric]
        scales = zip(numbers, self.means, self.deviations, self.flagged, strict=True)
        scores = [_standardize(*scale) for scale in scales]
        levels = [column.cells[:, None] for column in columns if not column.is_numeric]
        empty = np.empty((len(columns[0].cells), 0))
        return Rows(np.hstack([empty, *scores]), np.hstack([empty.astype(int), *levels]))


def encode_rows(*tables):
    """Return the Rows of each table, scaled as the first one is."""
    is_flagged = [any(column.missing.any() for column in columns) for columns in zip(*tables, strict=True)]
    encoder = RowEncoder.learn(tables[0], is_flagged)
    return [encoder.encode(columns) for columns in tables]


def _standardize(column, mean, deviation, is_flagged):
    """Return features of a column of numbers: scores, and flags if it has some."""
    with np.errstate(over="ignore"):  # it becomes infinite, and then the farthest
        scores = column.cells.astype(float) / deviation - mean / deviation
    scores = np.where(column.missing, 0, np.clip(scores, -FARTHEST, FARTHEST))
    return np.stack((scores, column.missing) if is_flagged else (scores,), axis=1)


def _mean_and_deviation(cells):
    """Return both; of equal numbers the deviation is 1."""
    if not len(cells):
        return 0.0, 1.0
    scaled, exponent = scale_exactly(cells)
    deviation = np.ldexp(scaled.std(), -exponent) if np.ptp(scaled) else 0
    return np.ldexp(scaled.mean(), -exponent), deviation or 1.0
