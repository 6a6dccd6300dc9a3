"""Selection and encoding of the rows that the metrics compare."""

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
    priorities = rng.random(max(map(len, tables)))
    return [rows[np.sort(np.argsort(priorities[: len(rows)])[:max_rows])] for rows in tables]


def copied(real, *others):
    """Return for each other table a mask of the rows that equal a real row in every value.

    Tables are lists of columns, as returned by :func:`read_tables`. Their original values are compared, because
    different large integers may become equal when standardised to floats.
    """
    numbered = zip(*map(number_jointly, zip(real, *others, strict=True)), strict=True)
    real_rows, *rows = (
        [row.tobytes() for row in np.stack([column.cells for column in table], axis=1)] for table in numbered
    )
    real_rows = set(real_rows)
    return [np.array([row in real_rows for row in table]) for table in rows]
