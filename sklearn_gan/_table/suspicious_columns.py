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


def find_identifiers(columns, codecs):
    """Return the positions of the categorical columns that may identify rows, except dates.

    Parameters
    ----------
    columns : list of Column
    codecs : list of ColumnCodec
        The fitted codec of each column.
    """
    return [
        j
        for j, (column, codec) in enumerate(zip(columns, codecs, strict=True))
        if isinstance(codec, CategoricalCodec)
        and are_identifiers(len(codec.levels), np.count_nonzero(~column.missing))
        and not (column.kind == "time" or isinstance(codec.levels[0], date | time | timedelta))
    ]


def find_copies(columns, codes):
    """Return the positions of the columns with one value for each class, which no other class has.

    Columns with missing values are not copies. In tables with few rows of a class, a copy may be chance, and none is
    returned.

    Parameters
    ----------
    columns : iterable of Column
        Columns with hashable values.
    codes : ndarray of shape (n_rows,)
        Class index of each row.
    """
    _, first_rows, counts = np.unique(codes, return_index=True, return_counts=True)
    if len(codes) < FEWEST_ROWS or counts.min() < FEWEST_ROWS_OF_CLASS:
        return []
    # Few columns are like the target in these rows, and only these are compared in all rows.
    some = np.union1d(first_rows, np.linspace(0, len(codes) - 1, N_COMPARED_FIRST, dtype=np.intp))
    return [
        j
        for j, column in enumerate(columns)
        if not column.missing.any() and _is_copy(column[some], codes[some]) and _is_copy(column, codes)
    ]


def _is_copy(column, codes):
    levels, first_rows = column.factorized
    return len(first_rows) == len(np.unique(codes)) and np.array_equal(codes[first_rows][levels], codes)
