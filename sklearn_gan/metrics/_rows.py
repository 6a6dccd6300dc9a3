"""Which rows of tables are compared, and as what: points, or features that any classifier takes."""

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
    """Return rows of each table, the first of which is the real one, `max_rows` of each at most."""
    return subsample(max_rows, rng, *encode_rows(*read_tables(categorical_features, **tables)))


def subsample(max_rows, rng, *tables):
    """Return `max_rows` rows of each table at most.

    Tables of the same length lose the same rows, so that a table is at no distance from itself.
    """
    lots = rng.random(max(map(len, tables)))
    return [rows[np.sort(np.argsort(lots[: len(rows)])[:max_rows])] for rows in tables]


def copied(real, *others):
    """Return for each other table which of its rows equal a real one in every cell.

    Tables are lists of columns as :func:`read_tables` returns them. Cells are compared as they are: as standardised
    floats, between which there are distances, large integers would become equal.
    """
    numbered = zip(*map(number_jointly, zip(real, *others, strict=True)), strict=True)
    known, *rows = (
        [row.tobytes() for row in np.stack([column.cells for column in table], axis=1)] for table in numbered
    )
    known = set(known)
    return [np.array([row in known for row in table]) for table in rows]
