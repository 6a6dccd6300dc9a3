"""Energy distance between two tables."""

import numpy as np
from sklearn.utils._param_validation import validate_params

from sklearn_gan._runtime.annotations import CategoricalFeatures, RandomState, Table, keep_signature
from sklearn_gan._runtime.seeding import draw_seed
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
    within = _mean_distance(real, real) + _mean_distance(synthetic, synthetic)
    return float(np.sqrt(max(0, 2 * _mean_distance(real, synthetic) - within)))


def _mean_distance(rows, others):
    # Distances come in batches of rows, so that memory stays bounded.
    return sum(distances.sum() for _, distances in rows.distances(others)) / (len(rows) * len(others))
