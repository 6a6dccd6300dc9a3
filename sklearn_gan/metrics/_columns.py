"""Distances between single columns of a synthetic and a real table."""

from typing import Any

import numpy as np
from scipy.stats import ks_2samp
from sklearn.utils._param_validation import validate_params

from sklearn_gan._runtime.annotations import CategoricalFeatures, Table, keep_signature
from sklearn_gan._table import CATEGORICAL_FEATURES, read_tables


@keep_signature(validate_params({"categorical_features": CATEGORICAL_FEATURES}, prefer_skip_nested_validation=True))
def kolmogorov_smirnov(
    real: Table, synthetic: Table, *, categorical_features: CategoricalFeatures = "auto"
) -> dict[Any, float]:
    r"""Measure the largest gap between the real and synthetic distribution functions of each numeric column.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of two data frames are matched by name.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns, which are ignored. `"auto"` selects them by column type in
        the real table.

    Returns
    -------
    statistics : dict of {object: float}
        Statistic of each numeric column, from 0 (equal) to 1 (disjoint). Keys are column names, or positions if
        columns have no names.

    Raises
    ------
    ValueError
        If a table is empty, the columns differ, or a numeric column contains a non-numeric value.

    See Also
    --------
    total_variation : Compare categorical columns.

    Notes
    -----
    Let F(x) and G(x) be the shares of observed values up to x in the real and the synthetic column. With p and q the
    shares of missing values, the statistic is

    .. math:: \max\left(\sup_x |F(x) - G(x)|, |p - q|\right),

    the Kolmogorov-Smirnov statistic [1]_ or, if larger, the difference in missing values. If one of the columns has no
    observed values, only the second term counts.

    References
    ----------
    .. [1] Massey, "The Kolmogorov-Smirnov test for goodness of fit", Journal of the American Statistical Association
       46(253), 1951.

    Examples
    --------
    >>> from sklearn_gan.metrics import kolmogorov_smirnov
    >>> kolmogorov_smirnov([[1, "a"], [2, "b"], [3, "b"], [4, "b"]], [[2, "b"], [3, "b"], [4, "b"], [5, "b"]])
    {0: 0.25}
    """
    pairs = zip(*read_tables(categorical_features, real=real, synthetic=synthetic), strict=True)
    return {pair[0].name: column_distance(*pair) for pair in pairs if pair[0].is_numeric}


@keep_signature(validate_params({"categorical_features": CATEGORICAL_FEATURES}, prefer_skip_nested_validation=True))
def total_variation(
    real: Table, synthetic: Table, *, categorical_features: CategoricalFeatures = "auto"
) -> dict[Any, float]:
    r"""Measure the total variation distance between the real and synthetic categories of each categorical column.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of two data frames are matched by name.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.
        Other columns are ignored.

    Returns
    -------
    distances : dict of {object: float}
        Distance of each categorical column: the share of values that would have to change, from 0 (equal) to 1
        (disjoint). Keys are column names, or positions if columns have no names.

    Raises
    ------
    ValueError
        If a table is empty, the columns differ, or a numeric column contains a non-numeric value.

    See Also
    --------
    kolmogorov_smirnov : Compare numeric columns.

    Notes
    -----
    With p(l) and q(l) the shares of rows with category l in the real and the synthetic table, the total variation
    distance is [1]_

    .. math:: \frac12 \sum_l |p(l) - q(l)|.

    Missing values count as one more category.

    References
    ----------
    .. [1] Levin, Peres, Wilmer, "Markov Chains and Mixing Times", American Mathematical Society 2009, section 4.1.

    Examples
    --------
    >>> from sklearn_gan.metrics import total_variation
    >>> total_variation([[1, "a"], [2, "a"], [3, "b"], [4, "b"]], [[1, "a"], [2, "b"], [3, "b"], [4, None]])
    {1: 0.25}
    """
    pairs = zip(*read_tables(categorical_features, real=real, synthetic=synthetic), strict=True)
    return {pair[0].name: column_distance(*pair) for pair in pairs if not pair[0].is_numeric}


def column_distance(real, synthetic):
    """Return the Kolmogorov-Smirnov statistic of a numeric column, or the total variation of a categorical one."""
    if not real.is_numeric:
        n_levels = max(real.cells.max(), synthetic.cells.max()) + 2  # code -1 marks a missing value
        shares = [np.bincount(column.cells + 1, minlength=n_levels) / len(column.cells) for column in (real, synthetic)]
        return float(np.abs(shares[0] - shares[1]).sum() / 2)
    observed = [column.cells[~column.missing] for column in (real, synthetic)]
    gap = 0
    if all(map(len, observed)):
        with np.errstate(divide="ignore"):  # single values have no p-value, which is unused
            gap = ks_2samp(*observed, method="asymp").statistic
    return float(max(gap, abs(real.missing.mean() - synthetic.missing.mean())))
