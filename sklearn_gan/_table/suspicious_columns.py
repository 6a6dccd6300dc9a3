"""Find columns that a table should not have: identifiers of rows, and copies of the target."""

from datetime import date, time, timedelta

import numpy as np

from sklearn_gan._table.column_kinds import CategoricalCodec

FEWEST_ROWS = 30
FEWEST_ROWS_OF_CLASS = 5
N_COMPARED_FIRST = 300


def are_identifiers(n_distinct, n_values):
    """Return whether categories differ in so many rows that they may identify rows."""
    return n_values >= FEWEST_ROWS and n_distinct > n_values / 2


def may_identify_rows(column, codec):
    """Return whether a Column, with its fitted codec, is categorical and may identify rows. Dates do not."""
    if not isinstance(codec, CategoricalCodec) or column.kind == "time":
        return False
    is_identifier = are_identifiers(len(codec.levels), np.count_nonzero(~column.missing))
    return is_identifier and not isinstance(codec.levels[0], date | time | timedelta)


class CopyTest:
    """Test whether a column has one value for each class, which no other class has.

    Columns with missing values are not copies. In tables with few rows of a class, a copy may be chance, and no column
    passes the test.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,)
        Class index of each row.
    """

    def __init__(self, codes):
        self._codes = codes
        _, first_rows, counts = np.unique(codes, return_index=True, return_counts=True)
        self._is_possible = len(codes) >= FEWEST_ROWS and counts.min() >= FEWEST_ROWS_OF_CLASS
        # Few columns are like the target in these rows, and only these are compared in all rows.
        self._some = np.union1d(first_rows, np.linspace(0, len(codes) - 1, N_COMPARED_FIRST, dtype=np.intp))

    def holds(self, column):
        """Return whether a Column of hashable values is a copy of the classes."""
        if not self._is_possible or column.missing.any():
            return False
        return _is_copy(column[self._some], self._codes[self._some]) and _is_copy(column, self._codes)


def _is_copy(column, codes):
    levels, first_rows = column.factorized
    return len(first_rows) == len(np.unique(codes)) and np.array_equal(codes[first_rows][levels], codes)
