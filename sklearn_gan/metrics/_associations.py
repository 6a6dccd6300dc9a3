"""Associations between the columns of a table."""

from itertools import combinations

import numpy as np
from scipy import sparse
from scipy.stats import rankdata
from sklearn.utils._param_validation import validate_params

from sklearn_gan._runtime.annotations import Array, CategoricalFeatures, Table, keep_signature
from sklearn_gan._table import CATEGORICAL_FEATURES, read_tables

ROUNDING = 1e-12  # smaller variances are rounding errors of constant columns


@keep_signature(validate_params({"categorical_features": CATEGORICAL_FEATURES}, prefer_skip_nested_validation=True))
def associations(table: Table, *, categorical_features: CategoricalFeatures = "auto") -> Array:
    r"""Measure the association between each pair of columns.

    Parameters
    ----------
    table : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        The table.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type.

    Returns
    -------
    associations : ndarray of shape (n_features, n_features)
        Symmetric matrix of associations, from 0 (none) to 1. The diagonal is 1. A constant column has association 0
        with all others.

    Raises
    ------
    ValueError
        If the table is empty, or a numeric column contains a non-numeric value.

    Notes
    -----
    Numeric columns are replaced by their ranks, so neither outliers nor units matter.

    - Two numeric columns: the absolute value of Spearman's rank correlation [1]_.
    - Two categorical columns with r and c categories: Cramér's V with bias correction [2]_. With :math:`\varphi^2` the
      chi-square statistic divided by the number of rows n,

      .. math::
          \tilde\varphi^2 = \max\left(0, \varphi^2 - \frac{(r - 1)(c - 1)}{n - 1}\right), \quad
          \tilde r = r - \frac{(r - 1)^2}{n - 1}, \quad
          V = \sqrt{\frac{\tilde\varphi^2}{\min(\tilde r, \tilde c) - 1}}.

    - A numeric and a categorical column: the correlation ratio of the ranks with bias correction [3]_. With
      :math:`\eta^2` the share of the rank variance between the k categories, its square is
      :math:`\varepsilon^2 = \max(0, 1 - (1 - \eta^2) (n - 1) / (n - k))`.

    Without the corrections, a column with many categories would appear associated with every other column.

    Each pair of columns is compared on the rows where both values are observed. Numbers are ranked among all observed
    values of their column. Pairs with fewer than two such rows have association 0.

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
    return np.abs(signed_associations(columns))


@keep_signature(validate_params({"categorical_features": CATEGORICAL_FEATURES}, prefer_skip_nested_validation=True))
def association_difference(
    real: Table, synthetic: Table, *, categorical_features: CategoricalFeatures = "auto"
) -> float:
    """Measure how much the pairwise associations of a synthetic table differ from the real ones.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of two data frames are matched by name.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.

    Returns
    -------
    difference : float
        Mean absolute difference over pairs of columns. 0 is best. Tables with a single column have no pairs and get 0.

    Raises
    ------
    ValueError
        If a table is empty, the columns differ, or a numeric column contains a non-numeric value.

    See Also
    --------
    associations : Measure the association between each pair of columns.

    Notes
    -----
    Correlations of numeric columns are compared with their signs, so a reversed correlation counts up to 2. Other
    associations have no sign, so exchanging two categories goes undetected.

    Examples
    --------
    >>> from sklearn_gan.metrics import association_difference
    >>> association_difference([[1, 1], [2, 2], [3, 3]], [[1, 3], [2, 2], [3, 1]])
    2.0
    """
    return mean_difference(*read_tables(categorical_features, real=real, synthetic=synthetic))


def mean_difference(real, synthetic):
    """Return the mean absolute difference of associations over pairs of columns."""
    difference = np.abs(signed_associations(real) - signed_associations(synthetic))
    pairs = difference[np.triu_indices(len(real), k=1)]
    return float(pairs.mean()) if len(pairs) else 0.0


def signed_associations(columns):
    """Return the matrix of associations, with signs between numeric columns."""
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
    """Return ranks between -1/2 and 1/2, 0 where a value is missing, and a 0/1 mask of the observed values."""
    ranks, observed = np.zeros((n_rows, len(columns))), np.zeros((n_rows, len(columns)))
    for j, column in enumerate(columns):
        present = ~column.missing
        if present.any():
            ranks[present, j] = (rankdata(column.cells[present]) - 0.5) / present.sum() - 0.5
            observed[present, j] = 1
    return ranks, observed


def _rank_correlations(ranks, observed):
    """Return the correlation of each pair of columns over the rows where both values are observed."""
    n_rows = np.maximum(observed.T @ observed, 1)
    sums = ranks.T @ observed  # [i, j]: sum of column i over the rows where column j is observed
    variances = (ranks**2).T @ observed / n_rows - (sums / n_rows) ** 2
    covariances = ranks.T @ ranks / n_rows - sums * sums.T / n_rows**2
    defined = np.minimum(variances, variances.T) > ROUNDING
    scales = np.sqrt(np.where(defined, variances * variances.T, 1))
    return np.clip(np.where(defined, covariances / scales, 0), -1, 1)


def _correlation_ratios(one_hot, ranks, observed):
    """Return the association of a categorical column with each numeric column."""
    counts = one_hot.T @ observed  # (n_levels, n_numeric)
    n_rows, n_levels = np.maximum(counts.sum(axis=0), 1), (counts > 0).sum(axis=0)
    sums = one_hot.T @ ranks
    squared_mean = (sums.sum(axis=0) / n_rows) ** 2
    # eta^2 is between / variances. epsilon^2 corrects its bias [3].
    between = (sums**2 / np.maximum(counts, 1)).sum(axis=0) / n_rows - squared_mean
    variances = (one_hot.T @ ranks**2).sum(axis=0) / n_rows - squared_mean
    defined = (variances > ROUNDING) & (n_rows > n_levels)
    unexplained = 1 - between / np.where(defined, variances, 1)
    explained = 1 - unexplained * (n_rows - 1) / np.where(defined, n_rows - n_levels, 1)
    return np.sqrt(np.where(defined, np.clip(explained, 0, 1), 0))


def _cramers_v(contingency):
    """Return the association of two categorical columns from their contingency table."""
    contingency = contingency.tocoo()
    sizes = contingency.sum(axis=1), contingency.sum(axis=0)
    n_rows = sizes[0].sum()
    if n_rows < 2:
        return 0.0
    expected = sizes[0][contingency.row] * sizes[1][contingency.col]
    levels = np.array([np.count_nonzero(size) for size in sizes])
    # The observed phi^2 is sum(n_ij^2 / (n_i n_j)) - 1. The last term removes its bias [2].
    phi_squared = (contingency.data**2 / expected).sum() - 1 - np.prod(levels - 1) / (n_rows - 1)
    largest = (levels - (levels - 1) ** 2 / (n_rows - 1)).min() - 1
    return np.sqrt(np.clip(phi_squared / largest, 0, 1)) if largest > ROUNDING else 0.0


def _one_hot(column):
    """Return a sparse one-hot row for each value, or a row of zeros if it is missing."""
    present = np.flatnonzero(~column.missing)
    shape = len(column.cells), column.cells.max(initial=0) + 1
    return sparse.csr_array((np.ones(len(present)), (present, column.cells[present])), shape=shape)
