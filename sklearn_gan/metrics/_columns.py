"""How far single columns of a synthetic table are from the real ones."""

import numpy as np
from scipy.stats import ks_2samp
from sklearn.utils._param_validation import validate_params

from sklearn_gan._table import CATEGORICAL_FEATURES, read_tables


@validate_params({"categorical_features": CATEGORICAL_FEATURES}, prefer_skip_nested_validation=True)
def kolmogorov_smirnov(real, synthetic, *, categorical_features="auto"):
    r"""Measure how far each column of numbers is from the real one: the largest gap between distribution functions.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic one, with the same columns. Those of two frames are matched by their names.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories, and left out: names, positions or a mask. `"auto"` takes those whose type in the
        real table says so.

    Returns
    -------
    statistics : dict of {object: float}
        For the name of each column of numbers, or its position if it has none, a figure from 0, equal, to 1, apart.

    Raises
    ------
    ValueError
        If a table is empty, their columns differ, or a column of numbers holds something else.

    See Also
    --------
    total_variation : The same of categories.

    Notes
    -----
    With F and G being the shares of the observed cells of the real and the synthetic column that are at most x, and
    p and q the shares of missing cells, the figure is

    .. math:: \max\left(\sup_x |F(x) - G(x)|, |p - q|\right),

    the Kolmogorov-Smirnov statistic [1]_, or the difference in missing cells where it is larger. Where one column has
    no observed cell, there is no F or G and the second part alone counts.

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


@validate_params({"categorical_features": CATEGORICAL_FEATURES}, prefer_skip_nested_validation=True)
def total_variation(real, synthetic, *, categorical_features="auto"):
    r"""Measure how far each column of categories is from the real one: the share of cells that would have to change.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic one, with the same columns. Those of two frames are matched by their names.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: names, positions or a mask. `"auto"` takes those whose type in the real table
        says so. The others are left out.

    Returns
    -------
    distances : dict of {object: float}
        For the name of each column of categories, or its position if it has none, a figure from 0, equal, to 1, apart.

    Raises
    ------
    ValueError
        If a table is empty, their columns differ, or a column of numbers holds something else.

    See Also
    --------
    kolmogorov_smirnov : The same of numbers.

    Notes
    -----
    With p(l) and q(l) being the shares of the rows that have level l in the real and the synthetic table, the total
    variation distance is [1]_

    .. math:: \frac12 \sum_l |p(l) - q(l)|.

    Missing cells are one more level.

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
    """Return the figure of a column: of numbers the first of the above, of categories the second."""
    if not real.is_numeric:
        n_levels = max(real.cells.max(), synthetic.cells.max()) + 2  # -1 is a missing cell
        shares = [np.bincount(column.cells + 1, minlength=n_levels) / len(column.cells) for column in (real, synthetic)]
        return float(np.abs(shares[0] - shares[1]).sum() / 2)
    observed = [column.cells[~column.missing] for column in (real, synthetic)]
    gap = 0
    if all(map(len, observed)):
        with np.errstate(divide="ignore"):  # of single cells there is no p-value, which is not used anyhow
            gap = ks_2samp(*observed, method="asymp").statistic
    return float(max(gap, abs(real.missing.mean() - synthetic.missing.mean())))
