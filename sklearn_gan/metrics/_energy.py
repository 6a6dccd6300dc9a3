"""The distance of two tables as a whole."""

import numpy as np
from sklearn.utils._param_validation import validate_params

from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan.metrics._rows import SAMPLING, read_rows


@validate_params(SAMPLING, prefer_skip_nested_validation=True)
def energy_distance(real, synthetic, *, categorical_features="auto", max_rows=5_000, random_state=None):
    r"""Measure how far apart the distributions of two tables are, all columns together.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic one, with the same columns. Those of two frames are matched by their names.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: names, positions or a mask. `"auto"` takes those whose type in the real table
        says so.
    max_rows : int or None, default=5_000
        Of a larger table that many rows are drawn. None takes all; the time grows with the square of their number.
    random_state : int, RandomState instance or None, default=None
        Draws these rows.

    Returns
    -------
    distance : float
        0 if the tables have the same distribution of rows, else more, without a bound.

    Raises
    ------
    ValueError
        If a table is empty, their columns differ, or a column of numbers holds something else.

    See Also
    --------
    precision_recall_density_coverage : Describes the distance of two rows.
    scipy.stats.energy_distance : The same of a single column of numbers, which it does not scale.

    Notes
    -----
    With X and X' being rows drawn from the real table, and Y and Y' from the synthetic one, it is [1]_

    .. math:: \sqrt{2 E\|X - Y\| - E\|X - X'\| - E\|Y - Y'\|}.

    The means are over all pairs, those of a row with itself included. So it is never negative, and between two samples
    of one distribution it is not 0, but shrinks as they grow.

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
    """Return the distance of encoded rows."""
    within = _mean_distance(real, real) + _mean_distance(synthetic, synthetic)
    return float(np.sqrt(max(0, 2 * _mean_distance(real, synthetic) - within)))


def _mean_distance(rows, others):
    return sum(distances.sum() for _, distances in rows.distances(others)) / (len(rows) * len(others))
