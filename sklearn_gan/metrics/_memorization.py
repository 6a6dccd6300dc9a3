"""Whether a synthetic table hands back the rows that it was made from."""

from dataclasses import astuple, dataclass
from numbers import Integral
from typing import NamedTuple

import numpy as np
from scipy.stats import norm, rankdata
from sklearn.utils._param_validation import Interval, validate_params

from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._table import encode_rows, read_tables
from sklearn_gan.metrics._report import Report, library_of, table_of_figures
from sklearn_gan.metrics._rows import SAMPLING, copied, subsample

CONFIDENCE = 0.95
FEWEST_ROWS = 2
CLOSENESS = (  # what a report calls the attributes of Closeness, and what it says of them
    ("copies", "share of rows that equal a real one"),
    ("smallest distance", "of any row to a real one"),
    ("distance, 5th percentile", "to the closest real row"),
    ("distance, median", "to the closest real row"),
    ("ratio, 5th percentile", "of the distances to the two closest real rows"),
    ("ratio, median", "of the distances to the two closest real rows"),
)


class Attack(NamedTuple):
    """How well an attacker tells who was in the real table: the AUC, and the ends of its 95 % interval."""

    auc: float
    low: float
    high: float


@dataclass(frozen=True)
class Closeness:
    """How close rows come to the real ones; their copies are real rows, too.

    Attributes
    ----------
    copies : float
        The share of rows that equal a real one in every cell; two missing cells are equal.
    smallest_distance : float
        The smallest distance of any row to any real one.
    distance_5th, distance_median : float
        Distance to the closest real row: 5th percentile and median over rows.
    ratio_5th, ratio_median : float
        That distance divided by the one to the second closest real row: near 0, a row resembles a single real one.
    """

    copies: float
    smallest_distance: float
    distance_5th: float
    distance_median: float
    ratio_5th: float
    ratio_median: float


@dataclass(frozen=True)
class ExpectedFigure:
    """A figure beside what is expected of rows that give nothing away; the attributes are the columns of a frame."""

    figure: str
    synthetic: float
    expected: float
    meaning: str


@dataclass(frozen=True, repr=False)
class MemorizationReport(Report):
    """Whether a synthetic table hands back the rows that it was made from: what :func:`memorization_report` returns.

    Attributes
    ----------
    n_real, n_synthetic, n_holdout : int
        Rows of the three tables.
    synthetic : Closeness
        How close synthetic rows come to the real ones.
    holdout : Closeness
        How close held-out rows come to them: what is expected of synthetic rows that are new.
    closer_to_real : float
        The share of synthetic rows that are closer to a real row than to one of as many held-out rows: 0.5 is expected.
    attack : Attack
        The AUC of an attacker who is to tell real rows from held-out ones by the synthetic table, `auc`, and its 95 %
        interval from `low` to `high`: 0.5 is expected, and what is far from it on either side gives rows away.
    library : str or None
        The library that `frame` is of, if one is installed.
    frame : dataframe
        All figures, a row for each, with that of the synthetic rows and the one that is expected.
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
        title = f"{self.n_synthetic} synthetic rows against {self.n_real} real and {self.n_holdout} held-out ones"
        lines = [(row.figure, row.synthetic, f"{row.expected:.3f}", row.meaning) for row in self._records]
        return f"{title}\n\n{table_of_figures(lines, 'expected')}"

    @property
    def _records(self):
        pairs = zip(CLOSENESS, astuple(self.synthetic), astuple(self.holdout), strict=True)
        whom = f"who tells them from held-out ones, 95 % interval {self.attack.low:.3f} to {self.attack.high:.3f}"
        return [
            *(ExpectedFigure(name, *figures, meaning) for (name, meaning), *figures in pairs),
            ExpectedFigure("closer to real rows", self.closer_to_real, 0.5, "than to as many held-out ones"),
            ExpectedFigure("AUC of an attacker", self.attack.auc, 0.5, whom),
        ]


@validate_params(
    SAMPLING | {"max_rows": [Interval(Integral, FEWEST_ROWS, None, closed="left"), None]},
    prefer_skip_nested_validation=True,
)
def memorization_report(real, synthetic, holdout, *, categorical_features="auto", max_rows=5_000, random_state=None):
    r"""Measure whether a synthetic table hands back the rows that it was made from.

    All is compared with rows that were held out: they are of the same kind, and nothing can have been learned from
    them. Figures near those that are expected show no sign of memorisation; they prove no privacy.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The rows that the synthetic ones were made from. Of one class, if the synthetic ones are.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic ones, with the same columns. Those of frames are matched by their names.
    holdout : {array-like, sparse matrix, dataframe} of shape (n_holdout, n_features)
        Real rows that were kept from whatever made the synthetic ones. The fewer there are, the wider is the interval.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: names, positions or a mask. `"auto"` takes those whose type in the real table
        says so.
    max_rows : int or None, default=5_000
        Of a larger table that many rows, 2 or more, are drawn, whose distances from all rows of another are measured.
        None draws all, without which the smallest distance may be missed; copies are counted among all in any case.
        The time grows with this number times the rows of the larger table.
    random_state : int, RandomState instance or None, default=None
        Draws these rows, and from the larger of `real` and `holdout` as many as the other has.

    Returns
    -------
    report : MemorizationReport
        The figures. Print it to read them.

    Raises
    ------
    ValueError
        If `real` or `holdout` has one row, if columns differ, if a column of numbers holds something else, or if dates
        or durations stand beside something else or cannot be counted in one unit.

    See Also
    --------
    precision_recall_density_coverage : Describes the distance of two rows.
    fidelity_report : How like the real rows the synthetic ones are.

    Notes
    -----
    With d(x, T) being the distance of a row x to the closest row of a table T, real rows R, synthetic rows S and
    held-out rows H, the report has, for S and for H,

    - the share of rows that equal one of R in every cell. In tables of few categories people equal each other: only
      what S has in excess of H tells of copies.
    - the smallest d(x, R), its 5th percentile and its median, known as the distance to the closest record [1]_ [2]_.
    - the nearest-neighbour distance ratio, d(x, R) divided by the distance to the second closest row of R [2]_; 1 if
      both are 0.

    And for S alone

    - the share of rows with d(x, R') < d(x, H'), ties counting half, where R' and H' are R and H, the larger one cut at
      random to as many rows as the other [1]_. It is 0.5 in the mean if S tells R' from H' by nothing.
    - the AUC of an attacker who holds a row x, either of R or of H, for one of R the more, the smaller d(x, S) is: the
      attack on a generator of which nothing but its rows is known [3]_. The interval is the AUC ± 1.96 standard errors,
      these by DeLong's method [4]_ over R and H, but at least from q AUC to q AUC + 1 - q, where q to the power of n is
      2.5 % and n the number of rows of the smaller one: so much is left open by n independent pairs of R and H that are
      all alike [5]_. For less than about 20 rows it is still too narrow. An AUC far below 0.5 gives away as much as
      one above: such rows keep away from R, and the attacker has but to turn round.

    Distances are in standard deviations, so that a single number of R far from all others makes the differences of all
    others in its column small. Leave such a row out, or take the logarithm of the column, in all tables.

    An attacker who knows more than the rows may do better [6]_.

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
    """Return how close rows come to the real ones."""
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
    """Return how many rows are closer to real rows than to held-out ones, equals counting half."""
    margins = rows.nearest(held_out) - rows.nearest(real)
    return float((np.sign(margins).mean() + 1) / 2)


def _attack(synthetic, real, held_out):
    """Attack: the closer a row is to a synthetic one, the more it seems to be real."""
    return _auc_and_interval(*(-rows.nearest(synthetic)[:, 0] for rows in (real, held_out)))


def _auc_and_interval(members, others):
    """Return the AUC by which scores tell members from others, and its interval by DeLong's method."""
    ranks = rankdata(np.concatenate((members, others)))
    others_below = (ranks[: len(members)] - rankdata(members)) / len(others)  # a share, for each of the members
    members_below = (ranks[len(members) :] - rankdata(others)) / len(members)
    auc = others_below.mean()
    error = np.sqrt(others_below.var(ddof=1) / len(members) + members_below.var(ddof=1) / len(others))
    reach = norm.ppf((1 + CONFIDENCE) / 2) * error
    # Where all pairs are alike the error is 0, but as many independent ones as this leave more open.
    alike = ((1 - CONFIDENCE) / 2) ** (1 / min(len(members), len(others)))
    low, high = min(auc - reach, auc * alike), max(auc + reach, auc * alike + 1 - alike)
    return Attack(float(auc), float(max(low, 0)), float(min(high, 1)))
