"""Report on whether a synthetic table reveals the rows its generator was fitted on."""

from dataclasses import astuple, dataclass
from numbers import Integral
from typing import NamedTuple

import numpy as np
from scipy.stats import norm, rankdata
from sklearn.utils._param_validation import Interval, validate_params

from sklearn_gan._runtime.annotations import CategoricalFeatures, RandomState, Table, keep_signature
from sklearn_gan._runtime.printed_table import PrintedTable
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._runtime.warnings import warn_caller
from sklearn_gan._table import encode_rows, library_of, read_tables
from sklearn_gan.metrics._estimates import estimate_of_share
from sklearn_gan.metrics._report import (
    FEW_ROWS,
    HIGHER,
    NEARER,
    NOT_DEFINED,
    Report,
    compare_with,
    write_count,
    write_figure,
)
from sklearn_gan.metrics._rows import SAMPLING, choose_positions, copied, share_of_repeated, subsample, take
from sklearn_gan.metrics._smote import FEWEST_ROWS, smote_rows

CONFIDENCE, SHARE_CONFIDENCE = 0.95, 0.99
MOST_COPIED = 0.5  # share of held-out rows that may equal real rows
MORE = "fewer than", "about as", "more than"
UNSEEN = "The held-out rows must be rows that the generator has not seen; otherwise nothing here has a meaning."
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

    @property
    def verdict(self):
        """Whether real rows are recognised, in words."""
        interval = f"{self.low:.2f} to {self.high:.2f}"
        if self.low <= 0.5 <= self.high:
            return f"no sign of memorization: 0.5 lies inside {interval}"
        return f"real rows are {'recognised' if self.auc > 0.5 else 'avoided'}: 0.5 lies outside {interval}"


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

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import memorization_report
    >>> real, holdout = np.random.default_rng(0).normal(size=(2, 40, 2))
    >>> report = memorization_report(real, real, holdout, random_state=0)
    >>> report.synthetic.copies, report.holdout.copies
    (1.0, 0.0)
    """

    copies: float
    smallest_distance: float
    distance_5th: float
    distance_median: float
    ratio_5th: float
    ratio_median: float


@dataclass(frozen=True)
class MemorizationFigures:
    """Figures of rows that SMOTE mixes from the real rows; see :class:`MemorizationReport`.

    Attributes
    ----------
    closeness : Closeness
        Closeness to the real rows.
    closer_to_real : float
        Share of rows that are closer to a real row than to a held-out row.
    attack : Attack
        Membership inference from these rows.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import memorization_report
    >>> real, holdout = np.random.default_rng(0).normal(size=(2, 40, 2))
    >>> report = memorization_report(real, real, holdout, random_state=0)
    >>> report.smote.closer_to_real > 0.5
    True
    """

    closeness: Closeness
    closer_to_real: float
    attack: Attack

    @property
    def values(self):
        """The value of each line of the report."""
        return [*astuple(self.closeness), self.closer_to_real, self.attack.auc]


@dataclass(frozen=True)
class ExpectedMetric:
    """Metric with its expected value without memorization. Each attribute is a column of the report's frame."""

    figure: str
    synthetic: float
    expected: float
    smote: float
    verdict: str
    meaning: str


@dataclass(frozen=True, repr=False)
class MemorizationReport(Report):
    """Memorization by a synthetic table, as returned by :func:`memorization_report`.

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
    smote : MemorizationFigures or None
        The same figures for rows of SMOTE. None with a single real row.
    verdicts : dict of {str: str}
        What each figure says, in words. Keys are the attributes of :class:`Closeness`, `"closer_to_real"` and
        `"attack"`.
    library : str or None
        Data frame library of `frame`, or None if none is installed.
    frame : dataframe
        One row per metric, with its value for the synthetic rows, its expected value, that of SMOTE, and a verdict.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import memorization_report
    >>> real, holdout = np.random.default_rng(0).normal(size=(2, 40, 2))
    >>> report = memorization_report(real, real, holdout, random_state=0)
    >>> report.attack.auc, report.closer_to_real
    (1.0, 1.0)
    """

    n_real: int
    n_synthetic: int
    n_holdout: int
    synthetic: Closeness
    holdout: Closeness
    closer_to_real: float
    attack: Attack
    smote: MemorizationFigures | None
    verdicts: dict
    library: str | None

    @property
    def _lines(self):
        tables = f"{self.n_real:,} real and {self.n_holdout:,} held-out rows"
        lines = [f"{write_count(self.n_synthetic, 'synthetic row')} compared with {tables}", UNSEEN]
        if self.holdout.copies > MOST_COPIED:
            lines.append(f"{self.holdout.copies:.0%} of the held-out rows equal real rows.")
        sizes = {"real": self.n_real, "held-out": self.n_holdout}
        few = [f"{n_rows} {role}" for role, n_rows in sizes.items() if n_rows < FEW_ROWS]
        if few:
            lines.append(f"Only {' and '.join(few)} {'row' if few[-1][:2] == '1 ' else 'rows'}: {self._hidden}.")
        return lines if self.smote else [*lines, "SMOTE is left out, because it needs two real rows."]

    @property
    def _hidden(self):
        width = self.attack.high - self.attack.low
        hidden = f"attacks below an AUC of about {0.5 + width / 2:.2f}" if width < 1 else "any attack"
        return f"the interval of the AUC is {width:.2f} wide, and hides {hidden}"

    @property
    def _tables(self):
        has_smote = self.smote is not None
        rows = [
            [row.figure, *map(write_figure, [row.synthetic, row.expected, row.smote][: 2 + has_smote]), row.verdict]
            for row in self._records
        ]
        header = ["", "synthetic", "expected", *["SMOTE"] * has_smote, "verdict"]
        return [
            PrintedTable(
                "Closeness to the real rows", header, rows, meanings=tuple(row.meaning for row in self._records)
            )
        ]

    @property
    def _records(self):
        task = f"at separating real from held-out rows, 95% interval {self.attack.low:.3f} to {self.attack.high:.3f}"
        names = [
            *CLOSENESS,
            ("closer to real rows", "than to equally many held-out rows"),
            ("AUC of an attacker", task),
        ]
        found = MemorizationFigures(self.synthetic, self.closer_to_real, self.attack).values
        expected = [*astuple(self.holdout), 0.5, 0.5]
        of_smote = self.smote.values if self.smote else [np.nan] * len(found)
        lines = zip(names, found, expected, of_smote, self.verdicts.values(), strict=True)
        return [ExpectedMetric(name, *values, meaning) for (name, meaning), *values in lines]


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

    The held-out rows must be rows that the generator has not seen; otherwise nothing in the report has a meaning. They
    should be comparable with the real rows, such as a random part of the table. Metrics near their expected values show
    no sign of memorization, but do not prove privacy.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The rows the generator was fitted on. If the synthetic rows are of one class, pass only rows of this class.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of data frames are matched by name.
    holdout : {array-like, sparse matrix, dataframe} of shape (n_holdout, n_features)
        Real rows the generator has not seen. Fewer rows give a wider confidence interval.
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

    Warns
    -----
    UserWarning
        If `real` or `holdout` has a single row, so that some figures are not defined. Also if most held-out rows equal
        rows of `real`, although few real rows equal one another.

    Raises
    ------
    ValueError
        If a table is empty, the columns differ, or a numeric column contains a non-numeric value. Also
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

    All figures are also those of SMOTE [7]_: rows that it mixes from R, as many as synthetic ones. With more than
    `max_rows` real rows, it mixes a random part of them, and as many rows for each of these.

    Each figure has a verdict in words. It claims a difference only if noise is an unlikely reason:

    - The share of copies is compared with that of a baseline by its standard error [8]_, at 99% confidence.
    - For a percentile, the share of rows up to the percentile of the baseline is compared in the same way.
    - The range by chance of the share closer to R' is that of random exchanges of rows between R' and H', also at 99%.
    - The AUC is judged by its 95% interval.

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
    .. [7] Chawla, Bowyer, Hall, Kegelmeyer, "SMOTE: synthetic minority over-sampling technique", Journal of Artificial
       Intelligence Research 16, 2002.
    .. [8] Agresti, Caffo, "Simple and effective confidence intervals for proportions", The American Statistician 54(4),
       2000.

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
    report = measure_memorization(tables, library_of(real), max_rows=max_rows, random_state=random_state)
    _warn_of_single_row(real=report.n_real, holdout=report.n_holdout)
    _warn_of_seen_rows(report, tables[0])
    return report


def measure_memorization(tables, library, *, max_rows, random_state, with_smote=True):
    """Return the MemorizationReport of the columns of three tables, without warnings."""
    rows, rng = encode_rows(*tables), np.random.default_rng(draw_seed(random_state))
    positions = choose_positions(max_rows, rng, *map(len, rows))
    some = [table[chosen] for table, chosen in zip(rows, positions, strict=True)]
    # R' and H' of the Notes: equally many rows of both tables.
    as_many = subsample(min(len(rows[0]), len(rows[2])), rng, rows[0], rows[2])
    of_synthetic, of_holdout = (
        Nearness.of(table, rows[0], flags) for table, flags in zip(some[1:], copied(*tables), strict=True)
    )
    closer, error = _share_closer(some[1], *as_many)
    attack, smote, baselines = _attack(rows[1], some[0], some[2]), None, {"held-out rows": of_holdout}
    if with_smote and len(some[0]) >= FEWEST_ROWS:
        smote, baselines["SMOTE"] = _measure_smote(tables, rows, positions[0], as_many, some[2], max_rows, rng)
    return MemorizationReport(
        n_real=len(rows[0]),
        n_synthetic=len(rows[1]),
        n_holdout=len(rows[2]),
        synthetic=of_synthetic.closeness,
        holdout=of_holdout.closeness,
        closer_to_real=closer,
        attack=attack,
        smote=smote,
        verdicts=of_synthetic.judge(baselines)
        | {"closer_to_real": _judge_closer(closer, error), "attack": attack.verdict},
        library=library,
    )


def _measure_smote(tables, rows, chosen, as_many, some_held_out, max_rows, rng):
    """Return the figures of rows that SMOTE mixes from the chosen real rows, and their Nearness."""
    (smote_rng,) = rng.spawn(1)
    some_real = rows[0][chosen]
    n_rows = max(1, round(len(rows[1]) * len(chosen) / len(rows[0])))  # as many for each real row as synthetic ones
    columns = smote_rows(take(tables[0], chosen), some_real, n_rows, smote_rng)
    mixed = encode_rows(*tables, columns)[-1]
    (some_mixed,) = subsample(max_rows, smote_rng, mixed)
    found = Nearness.of(some_mixed, rows[0], *copied(tables[0], columns))
    closer, _ = _share_closer(some_mixed, *as_many)
    return MemorizationFigures(found.closeness, closer, _attack(mixed, some_real, some_held_out)), found


def _warn_of_single_row(**sizes):
    if min(sizes.values()) < FEWEST_ROWS:
        found = " and ".join(f"{write_count(size, 'row')} in `{role}`" for role, size in sizes.items())
        is_single = sizes["real"] < FEWEST_ROWS
        ratios = "Distances are not standardised. The ratios of distances and the" if is_single else "The"
        warn_caller(
            f"Expected at least {FEWEST_ROWS} rows in `real` and `holdout`, got {found}. {ratios} interval of the AUC "
            "cannot be computed. Pass more rows.",
            UserWarning,
        )


def _warn_of_seen_rows(report, real):
    """Warn if most held-out rows equal real rows, unless real rows also equal one another."""
    if report.holdout.copies > MOST_COPIED and share_of_repeated(real) <= MOST_COPIED:
        n_equal = round(report.holdout.copies * report.n_holdout)
        warn_caller(
            f"Expected held-out rows that the generator has not seen, got {n_equal} of {report.n_holdout} that equal "
            "rows of `real`. Pass rows that were not used to fit the generator.",
            UserWarning,
        )


@dataclass(frozen=True)
class Nearness:
    """Distances of rows to the closest real row, and their ratios to the distance to the second closest one."""

    distances: np.ndarray
    ratios: np.ndarray
    is_copy: np.ndarray

    @classmethod
    def of(cls, rows, real, is_copy):
        """Compare rows with the real ones, given a mask of copies, which may be of more rows."""
        if len(real) < FEWEST_ROWS:
            distances = rows.nearest(real)[:, 0]
            return cls(distances, np.full(len(rows), np.nan), is_copy)
        closest, second = rows.nearest(real, 2).T
        return cls(closest, np.divide(closest, second, out=np.ones_like(closest), where=second > 0), is_copy)

    @property
    def closeness(self):
        """The summary of the report."""
        return Closeness(
            copies=float(self.is_copy.mean()),
            smallest_distance=float(self.distances.min()),
            distance_5th=float(np.percentile(self.distances, 5)),
            distance_median=float(np.median(self.distances)),
            ratio_5th=float(np.percentile(self.ratios, 5)),
            ratio_median=float(np.median(self.ratios)),
        )

    def judge(self, baselines):
        """Return a verdict in words on each attribute of Closeness, given a dict of Nearness."""

        def describe(words, compare):
            return compare_with({name: compare(other) for name, other in baselines.items()}, words)

        verdicts = {
            "copies": describe(MORE, self._compare_copies),
            "smallest_distance": "not tested: depends on a single row",
            "distance_5th": describe(NEARER, lambda other: _compare_below(self.distances, other.distances, 5)),
            "distance_median": describe(NEARER, lambda other: _compare_below(self.distances, other.distances, 50)),
        }
        for name, percent in (("ratio_5th", 5), ("ratio_median", 50)):
            verdicts[name] = NOT_DEFINED
            if not np.isnan(self.ratios).any():
                verdicts[name] = describe(HIGHER, lambda other, q=percent: _compare_below(self.ratios, other.ratios, q))
        return verdicts

    def _compare_copies(self, other):
        return _estimate(self.is_copy).compare(_estimate(other.is_copy))


def _compare_below(values, others, percent):
    """Return -1 if more values than others are up to a percentile of the others, 1 if fewer, 0 if it may be chance."""
    limit = np.percentile(others, percent)
    return -_estimate(values <= limit).compare(_estimate(others <= limit))


def _estimate(flags):
    return estimate_of_share(float(flags.mean()), len(flags))


def _share_closer(rows, real, held_out):
    """Return the share of rows closer to a real row than to a held-out row, and its standard error by chance.

    Ties count half. If real and held-out rows are alike, each row of both is with probability 1/2 a real one. A row
    that is the closest one of a share w of the rows then contributes w² / 4 to the variance.
    """
    margins = rows.nearest(held_out) - rows.nearest(real)
    counts = np.bincount(rows.positions_of_nearest(real + held_out))
    return float((np.sign(margins).mean() + 1) / 2), float(np.linalg.norm(counts) / len(rows) / 2)


def _judge_closer(share, error):
    reach = norm.ppf((1 + SHARE_CONFIDENCE) / 2) * error
    low, high = max(0, 0.5 - reach), min(1, 0.5 + reach)
    place = "within" if low <= share <= high else "above" if share > high else "below"
    return f"{place} {low:.2f} to {high:.2f}, the range by chance"


def _attack(synthetic, real, held_out):
    """Return the AUC, with its interval, of an attacker who assumes that rows close to synthetic rows are real rows."""
    return _auc_and_interval(*(-rows.nearest(synthetic)[:, 0] for rows in (real, held_out)))


def _auc_and_interval(members, others):
    """Return the AUC of scores for members against others, with its interval by DeLong's method."""
    ranks = rankdata(np.concatenate((members, others)))
    others_below = (ranks[: len(members)] - rankdata(members)) / len(others)  # shares, of shape (n_members,)
    members_below = (ranks[len(members) :] - rankdata(others)) / len(members)
    auc = others_below.mean()
    if min(len(members), len(others)) < FEWEST_ROWS:
        return Attack(float(auc), 0.0, 1.0)
    error = np.sqrt(others_below.var(ddof=1) / len(members) + members_below.var(ddof=1) / len(others))
    reach = norm.ppf((1 + CONFIDENCE) / 2) * error
    # If all pairs are ordered alike, the error is 0, but n independent pairs leave more uncertainty [5].
    alike = ((1 - CONFIDENCE) / 2) ** (1 / min(len(members), len(others)))
    low, high = min(auc - reach, auc * alike), max(auc + reach, auc * alike + 1 - alike)
    return Attack(float(auc), float(max(low, 0)), float(min(high, 1)))
