"""Fidelity and diversity by the neighbourhoods of rows."""

from numbers import Integral
from typing import NamedTuple

import numpy as np
from sklearn.utils._param_validation import Interval, validate_params

from sklearn_gan._matrix import coverage, density
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan.metrics._rows import SAMPLING, read_rows

N_NEIGHBORS = [Interval(Integral, 1, None, closed="left")]


class NeighborFigures(NamedTuple):
    """What :func:`precision_recall_density_coverage` returns."""

    precision: float
    recall: float
    density: float
    coverage: float


@validate_params({"n_neighbors": N_NEIGHBORS, **SAMPLING}, prefer_skip_nested_validation=True)
def precision_recall_density_coverage(
    real, synthetic, *, n_neighbors=5, categorical_features="auto", max_rows=5_000, random_state=None
):
    r"""Measure whether synthetic rows lie among real ones, and real ones among synthetic.

    Precision and density are about fidelity: rows that could be real. Recall and coverage are about diversity: real
    rows that could have been drawn. Density and coverage are less moved by outliers.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic one, with the same columns. Those of two frames are matched by their names.
    n_neighbors : int, default=5
        How many other rows of its table the neighbourhood of a row reaches to. A larger number makes larger
        neighbourhoods, and raises all figures but density.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: names, positions or a mask. `"auto"` takes those whose type in the real table
        says so.
    max_rows : int or None, default=5_000
        Of a larger table that many rows are drawn. None takes all; the time grows with the square of their number.
    random_state : int, RandomState instance or None, default=None
        Draws these rows.

    Returns
    -------
    precision : float
        The share of synthetic rows that lie in the neighbourhood of a real one.
    recall : float
        The share of real rows that lie in the neighbourhood of a synthetic one.
    density : float
        In how many neighbourhoods of real rows a synthetic one lies, divided by how many real ones do. About 1 for
        rows of the same distribution; more if they crowd where real rows are dense.
    coverage : float
        The share of real rows whose neighbourhood has a synthetic one.

    Raises
    ------
    ValueError
        If a table has no more rows than `n_neighbors`, their columns differ, or a column of numbers holds something
        else.

    Notes
    -----
    The neighbourhood B(r) of a row r is the closed ball around it that reaches to the k-th nearest other row of its
    table, k being `n_neighbors`. With real rows r_i and synthetic rows s_j, n and m of them [1]_ [2]_,

    .. math::
        \text{precision} &= \frac1m \sum_j \max_i 1[s_j \in B(r_i)], \quad
        \text{recall} = \frac1n \sum_i \max_j 1[r_i \in B(s_j)], \\
        \text{density} &= \frac1{k' m} \sum_j \sum_i 1[s_j \in B(r_i)], \quad
        \text{coverage} = \frac1n \sum_i \max_j 1[s_j \in B(r_i)].

    Here k' is the mean number of other real rows in B(r_i). It is k, as in [2]_, unless distances are equal, as they
    are in tables of categories. Of two samples of n rows of one distribution the coverage is about
    :math:`1 - 2^{-k}`; with fewer synthetic rows than real ones it is lower.

    Numbers are standardised by the real table. The squared distance of two rows is the sum of the squared differences
    of their numbers, plus 2 for each category that differs, as two numbers drawn at random add 2 in the mean. A missing
    cell is a level of its category; a missing number is taken for the mean, and adds 1 where only one is missing.

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
    >>> figures = precision_recall_density_coverage(real, half)
    >>> figures.precision, figures.recall, figures.coverage
    (1.0, 0.54, 0.53)
    """
    rng = np.random.default_rng(draw_seed(random_state))
    rows = read_rows(categorical_features, max_rows, rng, real=real, synthetic=synthetic)
    return neighbor_figures(*rows, n_neighbors)


def neighbor_figures(real, synthetic, n_neighbors):
    """Return the four figures of encoded rows."""
    check_neighbors(n_neighbors, real=real, synthetic=synthetic)
    real_radii, others_within = _neighborhoods(real, n_neighbors)
    synthetic_radii, _ = _neighborhoods(synthetic, n_neighbors)
    n_inside = np.zeros(len(real), dtype=int)
    is_recalled, is_precise = np.zeros(len(real), dtype=bool), np.zeros(len(synthetic), dtype=bool)
    for batch, distances in real.distances(synthetic):
        is_within = distances <= real_radii[batch, None]
        n_inside[batch] = is_within.sum(axis=1)
        is_precise |= is_within.any(axis=0)
        is_recalled[batch] = (distances <= synthetic_radii).any(axis=1)
    return NeighborFigures(
        precision=float(is_precise.mean()),
        recall=float(is_recalled.mean()),
        density=density(n_inside, others_within.mean(), len(synthetic)),
        coverage=coverage(n_inside, np.ones(len(real), dtype=int)),
    )


def check_neighbors(n_neighbors, **tables):
    """Refuse more neighbours than there are other rows."""
    for role, rows in tables.items():
        if len(rows) <= n_neighbors:
            raise ValueError(
                f"Expected more than n_neighbors={n_neighbors} rows in `{role}`, got {len(rows)}. Lower "
                "`n_neighbors`, or pass more rows."
            )


def _neighborhoods(rows, n_neighbors):
    """Return how far each row's neighbourhood reaches, and how many other rows are in it."""
    radii, others_within = np.zeros((2, len(rows)))
    for batch, distances in rows.distances(rows):
        radii[batch] = np.partition(distances, n_neighbors, axis=1)[:, n_neighbors]  # the first is the row
        others_within[batch] = (distances <= radii[batch, None]).sum(axis=1) - 1
    return radii, others_within
