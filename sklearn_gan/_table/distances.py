"""Distances between rows of tables with numeric and categorical columns."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from sklearn.utils import gen_batches

from sklearn_gan._table.column_kinds.numeric import scale_exactly

FARTHEST = 1e9
CELLS_AT_ONCE = 2**22  # distances per batch: 32 MiB
MAX_TREE_DIMENSIONS = 15  # k-d trees lose their advantage in more dimensions


@dataclass
class Rows:
    r"""Rows of a table as points for distance computations.

    Numbers are standardised with the mean and standard deviation of their column in the real table. A missing number
    is 0, and its flag is 1 instead of 0. The squared distance of two rows is the sum of the squared differences of
    numbers and flags, plus 2 for each category that differs. A missing value counts as a category of its own.

    A categorical column therefore adds 2 if its values differ. A numeric column adds 2 on average if one of the two
    values is missing, or if both are random draws from the column.

    Attributes
    ----------
    numbers : ndarray of shape (n_rows, n_numbers + n_flags)
        Standardised numbers and missing-value flags.
    levels : ndarray of shape (n_rows, n_categories)
        Category codes, -1 at missing values.
    """

    numbers: np.ndarray
    levels: np.ndarray

    def __len__(self):
        return len(self.levels)

    def __getitem__(self, rows):
        return Rows(self.numbers[rows], self.levels[rows])

    def __add__(self, others):
        return Rows(np.concatenate((self.numbers, others.numbers)), np.concatenate((self.levels, others.levels)))

    def distances(self, others):
        """Yield slices of the rows with their distances to all rows of `others`, in batches that bound memory."""
        for batch, squared in self._squared_distances(others):
            yield batch, np.sqrt(squared)

    def nearest(self, others, n_nearest=1):
        """Return the distances to the `n_nearest` nearest rows of `others`, ascending, of shape (n_rows, n_nearest).

        Runtime grows with the product of the two numbers of rows. For a few numeric columns without categories, a k-d
        tree avoids most of this cost.
        """
        if others._is_small_space:
            return others._tree.query(self.numbers, range(1, n_nearest + 1))[0]
        nearest = np.empty((len(self), n_nearest))
        for batch, squared in self._squared_distances(others):
            nearest[batch] = np.partition(squared, range(n_nearest))[:, :n_nearest]
        return np.sqrt(nearest)

    def positions_of_nearest(self, others):
        """Return the position of the nearest row of `others` for each row."""
        if others._is_small_space:
            return others._tree.query(self.numbers)[1]
        return np.concatenate([squared.argmin(axis=1) for _, squared in self._squared_distances(others)])

    def _squared_distances(self, others):
        for batch in gen_batches(len(self), max(1, CELLS_AT_ONCE // len(others))):
            yield batch, self[batch]._all_squared_distances(others)

    def _all_squared_distances(self, others):
        # cdist takes differences value by value, so equal rows are at distance 0 and distances are symmetric.
        squared = np.zeros((len(self), len(others)))
        if self.numbers.shape[1]:
            squared += cdist(self.numbers, others.numbers, "sqeuclidean")
        if self.levels.shape[1]:
            # The Hamming distance is a share of columns; rounding restores the exact count.
            squared += 2 * np.rint(self.levels.shape[1] * cdist(self.levels, others.levels, "hamming"))
        return squared

    @property
    def _is_small_space(self):
        return not self.levels.shape[1] and self.numbers.shape[1] <= MAX_TREE_DIMENSIONS

    @cached_property
    def _tree(self):
        return KDTree(self.numbers, balanced_tree=False)  # balancing is slow with many equal numbers


@dataclass
class RowEncoder:
    """Encode rows as points with the means and standard deviations of the real table.

    Attributes
    ----------
    means, deviations : ndarray of shape (n_numbers,)
        Mean and standard deviation of the observed values of each numeric column in the real table. The deviation of
        equal numbers is 1.
    flagged : ndarray of shape (n_numbers,), dtype bool
        Mask of numeric columns with a missing-value flag.
    """

    means: np.ndarray
    deviations: np.ndarray
    flagged: np.ndarray

    @classmethod
    def learn(cls, real, is_flagged):
        """Return an encoder fitted on the real table.

        Parameters
        ----------
        real : list of ComparableColumn
            The columns of the real table.
        is_flagged : iterable of bool
            Whether each column has missing values in any of the tables. Only numeric columns get a flag.
        """
        moments = [_mean_and_deviation(column.cells[~column.missing]) for column in real if column.is_numeric]
        pairs = zip(real, is_flagged, strict=True)
        flagged = [flagged for column, flagged in pairs if column.is_numeric]
        return cls(*np.array(moments, dtype=float).reshape(-1, 2).T, np.array(flagged, dtype=bool))

    def encode(self, columns):
        """Return a table as Rows.

        Parameters
        ----------
        columns : list of ComparableColumn
            The columns of the table.
        """
        numbers = [column for column in columns if column.is_numeric]
        scales = zip(numbers, self.means, self.deviations, self.flagged, strict=True)
        scores = [_standardize(*scale) for scale in scales]
        levels = [column.cells[:, None] for column in columns if not column.is_numeric]
        empty = np.empty((len(columns[0].cells), 0))
        return Rows(np.hstack([empty, *scores]), np.hstack([empty.astype(int), *levels]))


def encode_rows(*tables):
    """Return each table as Rows, standardised with the first table."""
    is_flagged = [any(column.missing.any() for column in columns) for columns in zip(*tables, strict=True)]
    encoder = RowEncoder.learn(tables[0], is_flagged)
    return [encoder.encode(columns) for columns in tables]


def _standardize(column, mean, deviation, is_flagged):
    """Return the standardised values of a numeric column, followed by its flags if it has any."""
    with np.errstate(over="ignore"):  # overflow gives infinity, which is clipped to FARTHEST
        scores = column.cells.astype(float) / deviation - mean / deviation
    scores = np.where(column.missing, 0, np.clip(scores, -FARTHEST, FARTHEST))
    return np.stack((scores, column.missing) if is_flagged else (scores,), axis=1)


def _mean_and_deviation(cells):
    """Return the mean and the standard deviation, which is 1 for equal numbers."""
    if not len(cells):
        return 0.0, 1.0
    scaled, exponent = scale_exactly(cells)
    deviation = np.ldexp(scaled.std(), -exponent) if np.ptp(scaled) else 0
    return np.ldexp(scaled.mean(), -exponent), deviation or 1.0
