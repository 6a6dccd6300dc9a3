"""Report on whether a synthetic table reveals the rows its generator was fitted on."""

from dataclasses import astuple, dataclass
from numbers import Integral
from typing import NamedTuple

import numpy as np
from scipy.stats import norm, rankdata
from sklearn.utils._param_validation import Interval, validate_params

from sklearn_gan._runtime.annotations import CategoricalFeatures, RandomState, Table, keep_signature
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._table import encode_rows, library_of, read_tables
from sklearn_gan.metrics._report import Report, format_table
from sklearn_gan.metrics._rows import SAMPLING, copied, subsample

CONFIDENCE = 0.95
FEWEST_ROWS = 2
CLOSENESS = (  # name and meaning of each attribute of Closeness in the report
    ("copies", "share of rows that equal a real row"),
    ("smallest distance", "from any row to a real row"),
    ("distance, 5th percentile", "to the closest real row"),
    ("distance, median", "to the closest real row"),
    ("ratio, 5th percentile", "of the distances to the two closest real rows"),
    ("ratio, median", "of the distances to the two closest real rows"),
)


class Attack(NamedTuple):
    """AUC of a membership inference attack, with the limits of its 95% confidence interval."""

    auc: float
    low: float
    high: float


@dataclass(frozen=True)
class Closeness:
    """Closeness of rows to the real rows, including copies of real rows.

    Attributes
    ----------
    copies : float
        Share of rows that equal a real row in every value. Two missing values are equal.
    smallest_distance : float
        Smallest distance from any row to any real row.
    distance_5th, distance_median : float
        5th percentile and median over rows of the distance to the closest real row.
    ratio_5th, ratio_median : float
        The same for the ratio of this distance to the distance to the second closest real row. Near 0, a row closely
        resembles one particular real row.
    """

    copies: float
    smallest_distance: float
    distance_5th: float
    distance_median: float
    ratio_5th: float
    ratio_median: float


@dataclass(frozen=True)
class ExpectedMetric:
    """Metric and its expected value without memorisation, with an attribute for each column of the report's frame."""

    figure: str
    synthetic: float
    expected: float
    meaning: str


@dataclass(frozen=True, repr=False)
class MemorizationReport(Report):
    """Memorisation by a synthetic table, as returned by :func:`memorization_report`.

    Attributes
    ----------
    n_real, n_synthetic, n_holdout : int
        Numbers of real, synthetic and held-out rows.
    synthetic : Closeness
        Closeness of the synthetic rows to the real rows.
    holdout : Closeness
        Closeness of the held-out rows to the real rows, as expected of new synthetic rows.
    closer_to_real : float
        Share of synthetic rows that are closer to a real row than to any of an equal number of held-out rows. The
        expected share is 0.5.
    attack : Attack
        `auc`, the AUC of an attacker who distinguishes real from held-out rows by the synthetic table, and its 95%
        confidence interval from `low` to `high`. 0.5 is expected. Values far from it, on either side, reveal real rows.
    library : str or None
        Data frame library of `frame`, or None if none is installed.
    frame : dataframe
        One row per metric, with its value for the synthetic rows and its expected value.
    """

    n_real: int
    n_synthetic: int
    n_holdout: int
    synthetic: Closeness
    holdout: Closeness
    closer_to_real: float
    attack: Attack
    library: str | None

    def __repr__(self):
        title = f"{self.n_synthetic} synthetic rows compared with {self.n_real} real and {self.n_holdout} held-out rows"
        lines = [(row.figure, row.synthetic, f"{row.expected:.3f}", row.meaning) for row in self._records]
        return f"{title}\n\n{format_table(lines, 'expected')}"

    @property
    def _records(self):
        pairs = zip(CLOSENESS, astuple(self.synthetic), astuple(self.holdout), strict=True)
        task = f"at separating real from held-out rows, 95% interval {self.attack.low:.3f} to {self.attack.high:.3f}"
        return [
            *(ExpectedMetric(name, *values, meaning) for (name, meaning), *values in pairs),
            ExpectedMetric("closer to real rows", self.closer_to_real, 0.5, "than to equally many held-out rows"),
            ExpectedMetric("AUC of an attacker", self.attack.auc, 0.5, task),
        ]


@keep_signature(
    validate_params(
        SAMPLING | {"max_rows": [Interval(Integral, FEWEST_ROWS, None, closed="left"), None]},
        prefer_skip_nested_validation=True,
    )
)
def memorization_report(
    real: Table,
    synthetic: Table,
    holdout: Table,
    *,
    categorical_features: CategoricalFeatures = "auto",
    max_rows: int | None = 5_000,
    random_state: RandomState = None,
) -> MemorizationReport:
    r"""Measure whether a synthetic table reveals the rows it was generated from.

    The reference is a table of held-out rows: comparable rows, but unseen by the generator. Metrics near their expected
    values show no sign of memorisation, but do not prove privacy.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The rows the generator was fitted on. If the synthetic rows are of one class, pass only rows of this class.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of data frames are matched by name.
    holdout : {array-like, sparse matrix, dataframe} of shape (n_holdout, n_features)
        Real rows the generator was not fitted on. Fewer rows give a wider confidence interval.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.
    max_rows : int or None, default=5_000
        Maximum number of rows per table, at least 2. Larger tables are subsampled at random. None uses all rows.
        Distances are measured to all rows of another table. The computing time grows with this number times the size of
        the larger table. Subsampling may miss the smallest distance. Copies are always counted in all rows.
    random_state : int, RandomState instance or None, default=None
        Controls the subsampling, including that of the larger of `real` and `holdout` to the size of the smaller.

    Returns
    -------
    report : MemorizationReport
        The metrics. Print the report to read them.

    Raises
    ------
    ValueError
        If `real` or `holdout` has one row, the columns differ, or a numeric column contains a non-numeric value. Also
        if dates or durations are compared with values of another kind, or have no common unit.

    See Also
    --------
    precision_recall_density_coverage : Define the distance between two rows.
    fidelity_report : Compare the distributions of synthetic and real rows.

    Notes
    -----
    Let d(x, T) be the distance from a row x to the closest row of a table T. With real rows R, synthetic rows S and
    held-out rows H, the report contains for both S and H

    - the share of rows that equal a row of R in every value. With few categories, equal rows occur by chance, so only
      an excess of S over H indicates copies.
    - the smallest d(x, R), its 5th percentile and its median, known as the distance to the closest record [1]_ [2]_.
    - the nearest-neighbour distance ratio: d(x, R) divided by the distance to the second closest row of R [2]_. It is 1
      if both are 0.

    For S only, it contains

    - the share of rows with d(x, R') < d(x, H'), where ties count half [1]_. R' and H' are R and H, with the larger
      table subsampled to the size of the smaller. The expected share is 0.5 if S is no closer to R' than to H'.
    - the AUC of an attacker who knows only the synthetic rows (a black-box attack [3]_). The attacker scores each row x
      by -d(x, S): the closer x is to S, the more likely it comes from R.

    The interval of the AUC is AUC ± 1.96 standard errors by DeLong's method [4]_ over R and H. It extends at least from
    q AUC to q AUC + 1 - q. Here n is the size of the smaller table, and q to the power of n is 2.5%. This uncertainty
    remains after n independent pairs from R and H that are all ordered alike [5]_. With fewer than about 20 rows, the
    interval is still too narrow. An AUC far below 0.5 reveals as much as one far above. The synthetic rows then avoid
    R, and the attacker can reverse the order.

    Distances are in standard deviations, so a single outlier in R shrinks all other differences in its column. Drop
    such a row, or take the logarithm of the column, in all tables.

    An attacker who knows more than the synthetic rows may succeed more often [6]_.

    References
    ----------
    .. [1] Platzer, Reutterer, "Holdout-based empirical assessment of mixed-type synthetic data", Frontiers in Big Data
       4, 2021, on privacy.
    .. [2] Zhao, Kunar, Birke, Chen, "CTAB-GAN: effective table data synthesizing", ACML 2021, on privacy
       preservability.
    .. [3] Chen, Yu, Zhang, Fritz, "GAN-Leaks: a taxonomy of membership inference attacks against generative models",
       CCS 2020, on full black-box generators.
    .. [4] DeLong, DeLong, Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
       characteristic curves: a nonparametric approach", Biometrics 44(3), 1988.
    .. [5] Clopper, Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
       Biometrika 26(4), 1934, with no failure among the pairs.
    .. [6] van Breugel, Sun, Qian, van der Schaar, "Membership inference attacks against synthetic data through
       overfitting detection", AISTATS 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import memorization_report
    >>> rng = np.random.default_rng(0)
    >>> real, holdout = rng.normal(size=(2, 100, 3))
    >>> report = memorization_report(real, real[:50], holdout, random_state=0)
    >>> report.synthetic.copies, report.holdout.copies, report.closer_to_real
    (1.0, 0.0, 1.0)
    """
    tables = read_tables(categorical_features, real=real, synthetic=synthetic, holdout=holdout)
    real_rows, synthetic_rows, held_out = encode_rows(*tables)
    _check_enough(real=real_rows, holdout=held_out)
    rng = np.random.default_rng(draw_seed(random_state))
    some_real, some_synthetic, some_held_out = subsample(max_rows, rng, real_rows, synthetic_rows, held_out)
    copies = [float(flags.mean()) for flags in copied(*tables)]
    # R' and H' of the Notes: equally many rows of both tables.
    as_many = subsample(min(len(real_rows), len(held_out)), rng, real_rows, held_out)
    return MemorizationReport(
        n_real=len(real_rows),
        n_synthetic=len(synthetic_rows),
        n_holdout=len(held_out),
        synthetic=_closeness(some_synthetic, real_rows, copies[0]),
        holdout=_closeness(some_held_out, real_rows, copies[1]),
        closer_to_real=_share_closer(some_synthetic, *as_many),
        attack=_attack(synthetic_rows, some_real, some_held_out),
        library=library_of(real),
    )


def _check_enough(**tables):
    for role, rows in tables.items():
        if len(rows) < FEWEST_ROWS:
            raise ValueError(f"Expected at least {FEWEST_ROWS} rows in `{role}`, got {len(rows)}. Pass more rows.")


def _closeness(rows, real, copies):
    """Return the closeness of rows to the real rows."""
    closest, second = rows.nearest(real, 2).T
    ratios = np.divide(closest, second, out=np.ones_like(closest), where=second > 0)
    return Closeness(
        copies=copies,
        smallest_distance=float(closest.min()),
        distance_5th=float(np.percentile(closest, 5)),
        distance_median=float(np.median(closest)),
        ratio_5th=float(np.percentile(ratios, 5)),
        ratio_median=float(np.median(ratios)),
    )


def _share_closer(rows, real, held_out):
    """Return the share of rows closer to a real row than to a held-out row, where ties count half."""
    margins = rows.nearest(held_out) - rows.nearest(real)
    return float((np.sign(margins).mean() + 1) / 2)


def _attack(synthetic, real, held_out):
    """Return the AUC, with its interval, of an attacker who assumes that rows close to synthetic rows are real rows."""
    return _auc_and_interval(*(-rows.nearest(synthetic)[:, 0] for rows in (real, held_out)))


def _auc_and_interval(members, others):
    """Return the AUC of scores for members against others, with its interval by DeLong's method."""
    ranks = rankdata(np.concatenate((members, others)))
    others_below = (ranks[: len(members)] - rankdata(members)) / len(others)  # shares, of shape (n_members,)
    members_below = (ranks[len(members) :] - rankdata(others)) / len(members)
    auc = others_below.mean()
    error = np.sqrt(others_below.var(ddof=1) / len(members) + members_below.var(ddof=1) / len(others))
    reach = norm.ppf((1 + CONFIDENCE) / 2) * error
    # If all pairs are ordered alike, the error is 0, but n independent pairs leave more uncertainty [5].
    alike = ((1 - CONFIDENCE) / 2) ** (1 / min(len(members), len(others)))
    low, high = min(auc - reach, auc * alike), max(auc + reach, auc * alike + 1 - alike)
    return Attack(float(auc), float(max(low, 0)), float(min(high, 1)))
