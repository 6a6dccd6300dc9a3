"""Fidelity and diversity metrics based on the neighbourhoods of rows."""

from numbers import Integral
from typing import NamedTuple

import numpy as np
from sklearn.utils._param_validation import Interval, validate_params

from sklearn_gan._matrix import coverage, density
from sklearn_gan._runtime.annotations import CategoricalFeatures, RandomState, Table, keep_signature
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan.metrics._rows import SAMPLING, read_rows

N_NEIGHBORS = [Interval(Integral, 1, None, closed="left")]


class NeighborMetrics(NamedTuple):
    """Result of :func:`precision_recall_density_coverage`."""

    precision: float
    recall: float
    density: float
    coverage: float


@keep_signature(validate_params({"n_neighbors": N_NEIGHBORS, **SAMPLING}, prefer_skip_nested_validation=True))
def precision_recall_density_coverage(
    real: Table,
    synthetic: Table,
    *,
    n_neighbors: int = 5,
    categorical_features: CategoricalFeatures = "auto",
    max_rows: int | None = 5_000,
    random_state: RandomState = None,
) -> NeighborMetrics:
    r"""Measure the overlap of synthetic and real rows by nearest neighbours.

    Precision and density measure fidelity: whether synthetic rows could be real. Recall and coverage measure diversity:
    whether real rows could have been generated. Density and coverage are less sensitive to outliers.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of two data frames are matched by name.
    n_neighbors : int, default=5
        Number of nearest neighbours, in the same table, within the neighbourhood of a row. Larger values enlarge the
        neighbourhoods and increase all metrics except density.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.
    max_rows : int or None, default=5_000
        Maximum number of rows per table. Larger tables are subsampled at random. None uses all rows. The computing
        time grows with the square of the number of rows.
    random_state : int, RandomState instance or None, default=None
        Controls the subsampling.

    Returns
    -------
    precision : float
        Share of synthetic rows in the neighbourhood of a real row.
    recall : float
        Share of real rows in the neighbourhood of a synthetic row.
    density : float
        Mean number of neighbourhoods of real rows that contain a synthetic row, divided by the same mean for real rows.
        About 1 for rows of the same distribution. Larger if synthetic rows concentrate where real rows are dense.
    coverage : float
        Share of real rows with a synthetic row in their neighbourhood.

    Raises
    ------
    ValueError
        If a table has no more rows than `n_neighbors`, the columns differ, or a numeric column contains a non-numeric
        value.

    Notes
    -----
    The neighbourhood B(r) of a row r is the closed ball around r up to the k-th nearest other row of its table. Here k
    is `n_neighbors`. With n real rows r_i and m synthetic rows s_j, the metrics are [1]_ [2]_

    .. math::
        \text{precision} &= \frac1m \sum_j \max_i 1[s_j \in B(r_i)], \quad
        \text{recall} = \frac1n \sum_i \max_j 1[r_i \in B(s_j)], \\
        \text{density} &= \frac1{k' m} \sum_j \sum_i 1[s_j \in B(r_i)], \quad
        \text{coverage} = \frac1n \sum_i \max_j 1[s_j \in B(r_i)].

    In the density, k' is the mean number of other real rows in B(r_i). It equals k, as in [2]_, unless distances are
    tied, as is common in categorical tables. For two samples of n rows from one distribution, the coverage is about
    :math:`1 - 2^{-k}`. With fewer synthetic than real rows, it is lower.

    Numeric values are standardised with the mean and standard deviation of the real table. The squared distance between
    two rows is the sum of the squared differences of their numbers, plus 2 for each category that differs. Two random
    numbers also add 2 on average. Missing values of a categorical column form a category of their own. A missing number
    is replaced by the mean, and adds 1 if only one of the two is missing.

    References
    ----------
    .. [1] Kynkäänniemi et al., "Improved precision and recall metric for assessing generative models", NeurIPS 2019,
       section 2.
    .. [2] Naeem et al., "Reliable fidelity and diversity metrics for generative models", ICML 2020, section 3.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import precision_recall_density_coverage
    >>> real, half = np.arange(100)[:, None], np.arange(50)[:, None]
    >>> result = precision_recall_density_coverage(real, half)
    >>> result.precision, result.recall, result.coverage
    (1.0, 0.54, 0.53)
    """
    rng = np.random.default_rng(draw_seed(random_state))
    rows = read_rows(categorical_features, max_rows, rng, real=real, synthetic=synthetic)
    return neighbor_metrics(*rows, n_neighbors)


def neighbor_metrics(real, synthetic, n_neighbors):
    """Return the four metrics of encoded rows."""
    check_neighbors(n_neighbors, real=real, synthetic=synthetic)
    real_radii, others_within = _neighborhoods(real, n_neighbors)
    synthetic_radii, _ = _neighborhoods(synthetic, n_neighbors)
    n_inside = np.zeros(len(real), dtype=int)
    is_recalled, is_precise = np.zeros(len(real), dtype=bool), np.zeros(len(synthetic), dtype=bool)
    for batch, distances in real.distances(synthetic):
        is_within = distances <= real_radii[batch, None]  # (n_batch, n_synthetic)
        n_inside[batch] = is_within.sum(axis=1)
        is_precise |= is_within.any(axis=0)
        is_recalled[batch] = (distances <= synthetic_radii).any(axis=1)
    return NeighborMetrics(
        precision=float(is_precise.mean()),
        recall=float(is_recalled.mean()),
        density=density(n_inside, others_within.mean(), len(synthetic)),
        coverage=coverage(n_inside, np.ones(len(real), dtype=int)),
    )


def check_neighbors(n_neighbors, **tables):
    """Raise if a table has no more than `n_neighbors` rows."""
    for role, rows in tables.items():
        if len(rows) <= n_neighbors:
            raise ValueError(
                f"Expected more than n_neighbors={n_neighbors} rows in `{role}`, got {len(rows)}. Lower "
                "`n_neighbors`, or pass more rows."
            )


def _neighborhoods(rows, n_neighbors):
    """Return the radius of each row's neighbourhood, and the number of other rows in it."""
    radii, others_within = np.zeros((2, len(rows)))
    for batch, distances in rows.distances(rows):
        radii[batch] = np.partition(distances, n_neighbors, axis=1)[:, n_neighbors]  # index 0 is the row itself
        others_within[batch] = (distances <= radii[batch, None]).sum(axis=1) - 1
    return radii, others_within
