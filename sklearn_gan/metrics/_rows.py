"""Selection and encoding of the rows that the metrics compare."""

from collections import Counter
from dataclasses import replace
from numbers import Integral

import numpy as np
from sklearn.utils._param_validation import Interval

from sklearn_gan._table import CATEGORICAL_FEATURES, encode_rows, number_jointly, read_tables

SAMPLING = {
    "categorical_features": CATEGORICAL_FEATURES,
    "max_rows": [Interval(Integral, 1, None, closed="left"), None],
    "random_state": ["random_state"],
}


def read_rows(categorical_features, max_rows, rng, **tables):
    """Return at most `max_rows` encoded rows of each table. The first table is the real one."""
    return subsample(max_rows, rng, *encode_rows(*read_tables(categorical_features, **tables)))


def subsample(max_rows, rng, *tables):
    """Return at most `max_rows` rows of each table.

    Tables of equal length keep the same rows, so the distance of a table from itself stays 0.
    """
    positions = choose_positions(max_rows, rng, *map(len, tables))
    return [rows[chosen] for rows, chosen in zip(tables, positions, strict=True)]


def choose_positions(max_rows, rng, *sizes):
    """Return the positions of at most `max_rows` rows of tables of these sizes, the same for equal sizes."""
    priorities = rng.random(max(sizes))
    return [np.sort(np.argsort(priorities[:size])[:max_rows]) for size in sizes]


def copied(real, *others):
    """Return for each other table a mask of the rows that equal a real row in every value.

    Tables are lists of columns, as returned by :func:`read_tables`. Their original values are compared, because
    different large integers may become equal when standardised to floats.
    """
    real_rows, *rows = _as_bytes(real, *others)
    real_rows = set(real_rows)
    return [np.array([row in real_rows for row in table]) for table in rows]


def share_of_repeated(table):
    """Return the share of rows that equal another row of the table in every value."""
    (rows,) = _as_bytes(table)
    return sum(count for count in Counter(rows).values() if count > 1) / len(rows)


def _as_bytes(*tables):
    """Return each row of the tables as bytes, which are equal for rows with equal values."""
    numbered = zip(*map(number_jointly, zip(*tables, strict=True)), strict=True)
    return [[row.tobytes() for row in np.stack([column.cells for column in table], axis=1)] for table in numbered]


def take(columns, positions):
    """Return these rows of a table, given as a list of columns."""
    return [replace(column, cells=column.cells[positions], missing=column.missing[positions]) for column in columns]
