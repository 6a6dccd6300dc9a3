"""Energy distance between two tables."""

from typing import NamedTuple

import numpy as np
from sklearn.utils._param_validation import validate_params

from sklearn_gan._runtime.annotations import CategoricalFeatures, RandomState, Table, keep_signature
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan.metrics._estimates import estimate_of_sum
from sklearn_gan.metrics._rows import SAMPLING, read_rows


@keep_signature(validate_params(SAMPLING, prefer_skip_nested_validation=True))
def energy_distance(
    real: Table,
    synthetic: Table,
    *,
    categorical_features: CategoricalFeatures = "auto",
    max_rows: int | None = 5_000,
    random_state: RandomState = None,
) -> float:
    r"""Measure the distance between the joint distributions of two tables.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of two data frames are matched by name.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.
    max_rows : int or None, default=5_000
        Maximum number of rows per table. Larger tables are subsampled at random. None uses all rows. The computing
        time grows with the square of the number of rows.
    random_state : int, RandomState instance or None, default=None
        Controls the subsampling.

    Returns
    -------
    distance : float
        0 if the rows of both tables have the same distribution. Larger values, without an upper bound, mean larger
        differences.

    Raises
    ------
    ValueError
        If a table is empty, the columns differ, or a numeric column contains a non-numeric value.

    See Also
    --------
    precision_recall_density_coverage : Measure overlap with the same distance between rows.
    scipy.stats.energy_distance : Compare a single numeric column, without standardising it.

    Notes
    -----
    With X and X' random rows of the real table, and Y and Y' random rows of the synthetic table, the distance is [1]_

    .. math:: \sqrt{2 E\|X - Y\| - E\|X - X'\| - E\|Y - Y'\|}.

    The means are over all pairs, including each row with itself. The distance is therefore never negative. Between two
    samples of one distribution it is not 0, but shrinks as the samples grow.

    References
    ----------
    .. [1] Székely, Rizzo, "Energy statistics: a class of statistics based on distances", Journal of Statistical
       Planning and Inference 143(8), 2013.

    Examples
    --------
    >>> from sklearn_gan.metrics import energy_distance
    >>> energy_distance([["a"], ["b"]], [["a"], ["b"], ["a"], ["b"]])
    0.0
    >>> energy_distance([[0.0], [0.0]], [[2.0], [2.0]])
    2.0
    """
    rng = np.random.default_rng(draw_seed(random_state))
    rows = read_rows(categorical_features, max_rows, rng, real=real, synthetic=synthetic)
    return energy_between(*rows)


def energy_between(real, synthetic):
    """Return the energy distance between encoded rows."""
    return energy_estimate(real, synthetic)[0]


def energy_estimate(real, synthetic):
    """Return the energy distance between encoded rows, and its square as an Estimate."""
    between, within = _distances(real, synthetic), [_distances(rows, rows) for rows in (real, synthetic)]
    squared = 2 * between.mean - sum(distances.mean for distances in within)
    # The influence of each row on the squared distance.
    influences = [2 * (means - other.of_rows) for means, other in zip(between[1:], within, strict=True)]
    return float(np.sqrt(max(0, squared))), estimate_of_sum(float(squared), influences)


class MeanDistances(NamedTuple):
    """Mean distance between the rows of two tables, and the mean distance of each row of both to the other table."""

    mean: float
    of_rows: np.ndarray
    of_others: np.ndarray


def _distances(rows, others):
    total, of_rows, of_others = 0, np.empty(len(rows)), np.zeros(len(others))
    for batch, distances in rows.distances(others):  # in batches, so that memory stays bounded
        total += distances.sum()
        of_rows[batch] = distances.mean(axis=1)
        of_others += distances.sum(axis=0)
    return MeanDistances(total / (len(rows) * len(others)), of_rows, of_others / len(rows))
