"""How strongly the columns of a table hang together."""

from itertools import combinations

import numpy as np
from scipy import sparse
from scipy.stats import rankdata
from sklearn.utils._param_validation import validate_params

from sklearn_gan._table import CATEGORICAL_FEATURES, read_tables

ROUNDING = 1e-12  # a variance below it is that of equal numbers


@validate_params({"categorical_features": CATEGORICAL_FEATURES}, prefer_skip_nested_validation=True)
def associations(table, *, categorical_features="auto"):
    r"""Measure how strongly each column of a table is associated with each other one.

    Parameters
    ----------
    table : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        The table.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: names, positions or a mask. `"auto"` takes those whose type says so.

    Returns
    -------
    associations : ndarray of shape (n_features, n_features)
        From 0, no association, to 1, which is what a column has with itself. It is symmetric. A column of equal
        cells is associated with no other.

    Raises
    ------
    ValueError
        If the table is empty, or a column of numbers holds something else.

    Notes
    -----
    Numbers enter by their ranks, so that neither outliers nor units matter.

    - Two columns of numbers: the absolute value of Spearman's rank correlation [1]_.
    - Two columns of categories, of r and c levels: Cramér's V, corrected for its bias [2]_. With
      :math:`\varphi^2` being the chi-square statistic divided by the number of rows n,

      .. math::
          \tilde\varphi^2 = \max\left(0, \varphi^2 - \frac{(r - 1)(c - 1)}{n - 1}\right), \quad
          \tilde r = r - \frac{(r - 1)^2}{n - 1}, \quad
          V = \sqrt{\frac{\tilde\varphi^2}{\min(\tilde r, \tilde c) - 1}}.

    - Numbers and categories: the correlation ratio of the ranks, whose square is the share :math:`\eta^2` of their
      variance that lies between the k levels, corrected for its bias [3]_,
      :math:`\varepsilon^2 = \max(0, 1 - (1 - \eta^2) (n - 1) / (n - k))`.

    Without the corrections a column of many levels would seem associated with every other.

    Each pair of columns is judged by the rows in which neither cell is missing; a number's rank is that among all
    observed cells of its column. Pairs with fewer than two such rows have no association.

    References
    ----------
    .. [1] Spearman, "The proof and measurement of association between two things", American Journal of Psychology
       15(1), 1904.
    .. [2] Bergsma, "A bias-correction for Cramér's V and Tschuprow's T", Journal of the Korean Statistical Society
       42(3), 2013.
    .. [3] Kelley, "An unbiased correlation ratio measure", Proceedings of the National Academy of Sciences 21(9), 1935.

    Examples
    --------
    >>> from sklearn_gan.metrics import associations
    >>> table = [[1, 10, "a"], [2, 20, "a"], [3, 30, "b"], [4, 40, "b"]]
    >>> associations(table).round(2)
    array([[1.  , 1.  , 0.84],
           [1.  , 1.  , 0.84],
           [0.84, 0.84, 1.  ]])
    """
    (columns,) = read_tables(categorical_features, table=table)
    return np.abs(_signed_associations(columns))


@validate_params({"categorical_features": CATEGORICAL_FEATURES}, prefer_skip_nested_validation=True)
def association_difference(real, synthetic, *, categorical_features="auto"):
    """Measure how far the pairwise associations of a synthetic table are from the real ones.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic one, with the same columns. Those of two frames are matched by their names.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: names, positions or a mask. `"auto"` takes those whose type in the real table
        says so.

    Returns
    -------
    difference : float
        The mean over pairs of columns of the absolute difference. 0 is best; a table of one column has no pairs and
        gets it.

    Raises
    ------
    ValueError
        If a table is empty, their columns differ, or a column of numbers holds something else.

    See Also
    --------
    associations : Defines the association of two columns.

    Notes
    -----
    Correlations of numbers are compared with their signs, so that a rise that became a fall counts up to 2. All others
    have none: a level that takes the place of another is not seen here.

    Examples
    --------
    >>> from sklearn_gan.metrics import association_difference
    >>> association_difference([[1, 1], [2, 2], [3, 3]], [[1, 3], [2, 2], [3, 1]])
    2.0
    """
    return mean_difference(*read_tables(categorical_features, real=real, synthetic=synthetic))


def mean_difference(real, synthetic):
    difference = np.abs(_signed_associations(real) - _signed_associations(synthetic))
    pairs = difference[np.triu_indices(len(real), k=1)]
    return float(pairs.mean()) if len(pairs) else 0.0


def _signed_associations(columns):
    """Return the associations of columns; those of two columns of numbers have a sign."""
    numbers = [j for j, column in enumerate(columns) if column.is_numeric]
    categories = [j for j, column in enumerate(columns) if not column.is_numeric]
    matrix = np.zeros((len(columns), len(columns)))
    ranks, observed = _ranks([columns[j] for j in numbers], len(columns[0].cells))
    matrix[np.ix_(numbers, numbers)] = _rank_correlations(ranks, observed)
    one_hot = {j: _one_hot(columns[j]) for j in categories}
    for j in categories:
        matrix[j, numbers] = matrix[numbers, j] = _correlation_ratios(one_hot[j], ranks, observed)
    for i, j in combinations(categories, 2):
        matrix[i, j] = matrix[j, i] = _cramers_v(one_hot[i].T @ one_hot[j])
    np.fill_diagonal(matrix, 1)
    return matrix


def _ranks(columns, n_rows):
    """Return ranks between -1/2 and 1/2, 0 where a cell is missing, and which cells are observed, as numbers."""
    ranks, observed = np.zeros((n_rows, len(columns))), np.zeros((n_rows, len(columns)))
    for j, column in enumerate(columns):
        present = ~column.missing
        if present.any():
            ranks[present, j] = (rankdata(column.cells[present]) - 0.5) / present.sum() - 0.5
            observed[present, j] = 1
    return ranks, observed


def _rank_correlations(ranks, observed):
    """Return the correlations of all pairs, each over the rows in which both cells are observed."""
    n_rows = np.maximum(observed.T @ observed, 1)
    sums = ranks.T @ observed  # [i, j]: of column i where column j is observed, too
    variances = (ranks**2).T @ observed / n_rows - (sums / n_rows) ** 2
    covariances = ranks.T @ ranks / n_rows - sums * sums.T / n_rows**2
    defined = np.minimum(variances, variances.T) > ROUNDING
    scales = np.sqrt(np.where(defined, variances * variances.T, 1))
    return np.clip(np.where(defined, covariances / scales, 0), -1, 1)


def _correlation_ratios(one_hot, ranks, observed):
    """Return the association of a column of categories with each column of numbers."""
    counts = one_hot.T @ observed  # (n_levels, n_numbers)
    n_rows, n_levels = np.maximum(counts.sum(axis=0), 1), (counts > 0).sum(axis=0)
    sums = one_hot.T @ ranks
    squared_mean = (sums.sum(axis=0) / n_rows) ** 2
    between = (sums**2 / np.maximum(counts, 1)).sum(axis=0) / n_rows - squared_mean
    variances = (one_hot.T @ ranks**2).sum(axis=0) / n_rows - squared_mean
    defined = (variances > ROUNDING) & (n_rows > n_levels)
    unexplained = 1 - between / np.where(defined, variances, 1)
    explained = 1 - unexplained * (n_rows - 1) / np.where(defined, n_rows - n_levels, 1)
    return np.sqrt(np.where(defined, np.clip(explained, 0, 1), 0))


def _cramers_v(contingency):
    """Return the association of two columns of categories from how often each pair of levels occurs."""
    contingency = contingency.tocoo()
    sizes = contingency.sum(axis=1), contingency.sum(axis=0)
    n_rows = sizes[0].sum()
    if n_rows < 2:
        return 0.0
    expected = sizes[0][contingency.row] * sizes[1][contingency.col]
    levels = np.array([np.count_nonzero(size) for size in sizes])
    phi_squared = (contingency.data**2 / expected).sum() - 1 - np.prod(levels - 1) / (n_rows - 1)
    largest = (levels - (levels - 1) ** 2 / (n_rows - 1)).min() - 1
    return np.sqrt(np.clip(phi_squared / largest, 0, 1)) if largest > ROUNDING else 0.0


def _one_hot(column):
    """Return a sparse row for each cell, of zeros if it is missing."""
    present = np.flatnonzero(~column.missing)
    shape = len(column.cells), column.cells.max(initial=0) + 1
    return sparse.csr_array((np.ones(len(present)), (present, column.cells[present])), shape=shape)
