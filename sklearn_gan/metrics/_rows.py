"""Which rows of tables are compared, and as what: points, or features that any classifier takes."""

from numbers import Integral

import numpy as np
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils._param_validation import Interval

from sklearn_gan._rows import encode_rows
from sklearn_gan.metrics._tables import CATEGORICAL_FEATURES, number_jointly, read_tables

MAX_LEVELS = 64
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


def classifier_features(*tables):
    """Return a matrix for each table that any classifier takes: the numbers of its rows, and one-hot levels.

    The rarest levels of a column with more than `MAX_LEVELS` share a feature.
    """
    if not tables[0].levels.shape[1]:
        return [rows.numbers for rows in tables]
    encoder = OneHotEncoder(max_categories=MAX_LEVELS, sparse_output=False)
    encoder.fit(np.concatenate([rows.levels for rows in tables]))
    return [np.hstack((rows.numbers, encoder.transform(rows.levels))) for rows in tables]
