"""Report of all fidelity metrics of a synthetic table."""

from dataclasses import asdict, dataclass

import numpy as np
from sklearn.utils._param_validation import validate_params

from sklearn_gan._runtime.annotations import (
    CategoricalFeatures,
    Classifier,
    RandomState,
    Scorer,
    Table,
    Target,
    keep_signature,
)
from sklearn_gan._runtime.printed_table import LONGEST_NAME, PrintedTable
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._runtime.text import shorten
from sklearn_gan._runtime.warnings import warn_caller
from sklearn_gan._table import check_labels, encode_rows, library_of, read_tables
from sklearn_gan.metrics._chance import COLUMN_LIMITS, column_chance
from sklearn_gan.metrics._classifiers import (
    CLASSIFYING,
    SCORING,
    Utility,
    check_targets,
    mean_scores,
    scores_estimate,
    train_and_test,
)
from sklearn_gan.metrics._columns import column_distance
from sklearn_gan.metrics._estimates import Estimate
from sklearn_gan.metrics._fidelity_figures import FidelityFigures, Measured, Settings
from sklearn_gan.metrics._neighbors import N_NEIGHBORS
from sklearn_gan.metrics._report import FEW_ROWS, HIGHER, NOT_DEFINED, Report, width_of_share, write_count, write_figure
from sklearn_gan.metrics._rows import SAMPLING, choose_positions, subsample, take
from sklearn_gan.metrics._smote import FEWEST_ROWS, smote_rows

MEASURES = {"number": "Kolmogorov-Smirnov", "category": "total variation"}
MAX_SHOWN = 10
HOLDOUT, SMOTE = "holdout", "smote"
FIGURES = {  # name, ideal value and meaning of each attribute
    "precision": ("precision", "1", "share of synthetic rows in a real neighbourhood"),
    "recall": ("recall", "1", "share of real rows in a synthetic neighbourhood"),
    "density": ("density", "1", "neighbourhoods per synthetic row, relative to real rows"),
    "coverage": ("coverage", "1", "share of real neighbourhoods with a synthetic row"),
    "energy_distance": ("energy distance", "0", "distance over all columns jointly"),
    "auroc": ("AUROC of a classifier", "0.5", "how well a classifier distinguishes the tables"),
    "association_difference": ("association difference", "0", "mean over pairs of columns"),
}
HOW_TO_HOLD_OUT = "Pass held-out real rows of the same class as `holdout` to see their figures beside these."


@dataclass(frozen=True)
class ColumnMetrics:
    """Metrics of one table column. Each attribute is a column of the report's `frame`.

    `distance_holdout` and `distance_smote` are NaN without this baseline. `distance_by_chance` is the mean distance of
    two samples of one distribution, as large as these.
    """

    column: object
    kind: str
    measure: str
    distance: float
    distance_holdout: float
    distance_smote: float
    distance_by_chance: float
    missing_real: float
    missing_synthetic: float
    verdict: str


@dataclass(frozen=True, repr=False)
class FidelityReport(Report, FidelityFigures):
    """Fidelity of a synthetic table, as returned by :func:`fidelity_report`.

    Attributes
    ----------
    n_real : int
        Number of real rows.
    n_synthetic : int
        Number of synthetic rows.
    n_compared : int
        Number of synthetic rows, and of each baseline, in the figures that depend on it.
    columns : list of ColumnMetrics
        Name, kind, distance measure, distances (0 is best, 1 is worst), shares of missing values and verdict of each
        column.
    association_difference : float
        Mean difference between associations of columns. 0 is best.
    precision, recall, density, coverage : float
        Overlap of synthetic and real rows, based on nearest neighbours. 1 is best.
    energy_distance : float
        Distance between the tables. 0 is best.
    auroc : float
        AUROC of a classifier trained to distinguish the tables. 0.5 or less is best: the classifier cannot distinguish
        them. 1 is worst. Values far below 0.5 indicate copies.
    p_value : float
        p-value under the hypothesis of indistinguishable tables.
    utility : Utility or None
        Scores of classifiers trained on synthetic and on real rows. None without labels.
    holdout : FidelityFigures or None
        The same figures for held-out real rows. None without them.
    smote : FidelityFigures or None
        The same figures for rows of SMOTE. None with a single real row.
    verdicts : dict of {str: str}
        What each of these attributes says, in words.
    library : str or None
        Data frame library of `frame`, or None if none is installed.
    frame : dataframe
        `columns` as a data frame, with one row per column.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import fidelity_report
    >>> real = np.random.default_rng(0).normal(size=(40, 2))
    >>> report = fidelity_report(real, real + [0, 9], random_state=0)
    >>> report.coverage, report.smote.coverage
    (0.0, 1.0)
    """

    n_real: int
    n_synthetic: int
    n_compared: int
    columns: list[ColumnMetrics]
    utility: Utility | None
    holdout: FidelityFigures | None
    smote: FidelityFigures | None
    verdicts: dict
    library: str | None

    @property
    def _records(self):
        return self.columns

    @property
    def _lines(self):
        compared = (
            f"{write_count(self.n_synthetic, 'synthetic row')} compared with {write_count(self.n_real, 'real row')}"
        )
        lines = [f"{compared} in {write_count(len(self.columns), 'column')}"]
        if self.n_compared < self.n_synthetic:
            lines.append(f"Precision to AUROC use {self.n_compared:,} rows of each table but the real one.")
        fewest = min(self.n_real, self.n_compared)
        if fewest < FEW_ROWS:
            lines.append(
                f"Only {write_count(fewest, 'row')}: the 95% interval of a share, such as the coverage, is up to "
                f"{width_of_share(fewest):.2f} wide. Most differences cannot be seen."
            )
        if self.smote is None:
            lines.append("SMOTE is left out, because it needs two real rows.")
        return lines if self.holdout else [*lines, HOW_TO_HOLD_OUT]

    @property
    def _baselines(self):
        """The baselines of the report, with the title of their column and the name of their distance."""
        found = ("held out", self.holdout, "distance_holdout"), ("SMOTE", self.smote, "distance_smote")
        return [baseline for baseline in found if baseline[1] is not None]

    @property
    def _tables(self):
        return [self._table_of_rows(), self._table_of_columns()]

    def _table_of_rows(self):
        """Return the metrics over all columns, with their ideal values if they have one."""
        tables = [self, *(figures for _, figures, _ in self._baselines)]
        rows = [
            [name, *(write_figure(getattr(table, figure)) for table in tables), ideal, self.verdicts[figure]]
            for figure, (name, ideal, _) in FIGURES.items()
        ]
        meanings = [meaning for *_, meaning in FIGURES.values()]
        if self.utility:
            blank = ["-"] * len(tables)
            rows.append(["utility", write_figure(self.utility.trained_on_synthetic), *blank, self.verdicts["utility"]])
            meanings.append("score of a classifier trained on synthetic rows")
        header = ["", "synthetic", *(title for title, *_ in self._baselines), "ideal", "verdict"]
        return PrintedTable("All columns", header, rows, meanings=tuple(meanings))

    def _table_of_columns(self):
        """Return the metrics of the columns with the largest distances."""
        worst_first = sorted(self.columns, key=lambda row: -row.distance)
        shown, rest = worst_first[:MAX_SHOWN], worst_first[MAX_SHOWN:]
        names = ["distance", *(name for *_, name in self._baselines), "distance_by_chance"]
        titles = [title for title, *_ in self._baselines]
        header = ["column", "distance", *titles, "chance", "missing", "(real)", "verdict"]
        rows = [
            [
                shorten(row.column, LONGEST_NAME),
                *(write_figure(getattr(row, name)) for name in names),
                f"{row.missing_synthetic:.1%}",
                f"{row.missing_real:.1%}",
                row.verdict,
            ]
            for row in shown
        ]
        note = f"and {len(rest)} more, with distances up to {rest[0].distance:.3f}" if rest else ""
        return PrintedTable("Columns with the largest distances", header, rows, note=note)


@keep_signature(
    validate_params(
        {**SAMPLING, **CLASSIFYING, "scoring": SCORING, "n_neighbors": N_NEIGHBORS}, prefer_skip_nested_validation=True
    )
)
def fidelity_report(
    real: Table,
    synthetic: Table,
    *,
    holdout: Table | None = None,
    y_real: Target | None = None,
    y_synthetic: Target | None = None,
    categorical_features: CategoricalFeatures = "auto",
    n_neighbors: int = 5,
    classifier: Classifier | None = None,
    scoring: str | Scorer = "balanced_accuracy",
    n_splits: int = 5,
    max_rows: int | None = 5_000,
    random_state: RandomState = None,
) -> FidelityReport:
    """Compare a synthetic table with the real one using all fidelity metrics.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of two data frames are matched by name.
    holdout : {array-like, sparse matrix, dataframe} of shape (n_holdout, n_features) or None, default=None
        Real rows of the same kind that are not in `real`, such as rows of the same class that the generator has not
        seen. Their figures show what to expect of new real rows.
    y_real : array-like of shape (n_real,) or None, default=None
        Labels of the real rows. If labels are given for both tables, the report includes the utility.
    y_synthetic : array-like of shape (n_synthetic,) or None, default=None
        Labels of the synthetic rows.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.
    n_neighbors : int, default=5
        Size of the neighbourhoods; see :func:`precision_recall_density_coverage`. It is lowered for tables of fewer
        rows, with a warning.
    classifier : estimator or None, default=None
        Classifier for the two-sample test and the utility; see :func:`classifier_two_sample_test`.
    scoring : str or callable, default="balanced_accuracy"
        Scoring metric of the utility; see :func:`utility`.
    n_splits : int, default=5
        Number of cross-validation folds. It is lowered for tables of fewer rows, with a warning.
    max_rows : int or None, default=5_000
        Maximum number of rows per table. Larger tables are subsampled at random. None uses all rows. Column metrics,
        associations and the utility always use all rows.
    random_state : int, RandomState instance or None, default=None
        Controls the subsampling and the folds, and seeds the default classifier.

    Returns
    -------
    report : FidelityReport
        The metrics. Print the report to read them.

    Warns
    -----
    UserWarning
        If a table has too few rows for `n_neighbors` or `n_splits`. Both are then lowered. With a single row, the
        figures that need them are NaN.

    Raises
    ------
    ValueError
        If only one table has labels, a table is empty, the columns differ, or a numeric column contains a non-numeric
        value. Also if the labels do not suit the utility.

    See Also
    --------
    memorization_report : Measure how much the synthetic rows reveal about the real ones.

    Notes
    -----
    The figures are compared with baselines: the rows of `holdout`, and rows that SMOTE [1]_ mixes from the real rows,
    as many as synthetic ones. SMOTE works on the standardised values of the metrics. Categories, and whether a value is
    missing, follow the majority of the neighbours, as in SMOTENC. SMOTE needs two real rows.

    Precision, recall, density, coverage, the energy distance and the AUROC depend on the number of rows. With
    `holdout`, they are therefore computed on equally many rows of all tables but `real`, so that rows of the larger
    ones are left out at random. Other figures use all rows.

    Each figure has a verdict in words. It claims a difference only if noise is an unlikely reason:

    - Shares, the density and the energy distance are compared with those of the baselines. A difference must exceed its
      standard error by the 99.5% quantile of Student's distribution. Standard errors of shares are those of [2]_, and
      the others come from the contribution of each row to the figure. The rule errs on the side of no difference.
    - The AUROC is judged by its p-value, at 5%.
    - The association difference and the distances of columns are compared with the mean distance of two samples of one
      distribution, and with the one that 99% of such samples do not exceed.

    References
    ----------
    .. [1] Chawla, Bowyer, Hall, Kegelmeyer, "SMOTE: synthetic minority over-sampling technique", Journal of Artificial
       Intelligence Research 16, 2002.
    .. [2] Agresti, Caffo, "Simple and effective confidence intervals for proportions", The American Statistician 54(4),
       2000.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import fidelity_report
    >>> rng = np.random.default_rng(0)
    >>> real = rng.normal(size=(200, 2))
    >>> report = fidelity_report(real, real + [0, 9], random_state=0)
    >>> report.coverage, [column.distance for column in report.columns]
    (0.0, [0.0, 1.0])
    >>> report.verdicts["coverage"], report.columns[1].verdict
    ('lower than SMOTE', 'much more than by chance')
    """
    if (y_real is None) != (y_synthetic is None):
        raise ValueError(
            "Expected both or neither of `y_real` and `y_synthetic`, got one. Pass the labels of both tables for the "
            "utility, or omit both."
        )
    passed = {"real": real, "synthetic": synthetic} | ({} if holdout is None else {"holdout": holdout})
    tables = dict(zip(passed, read_tables(categorical_features, **passed), strict=True))
    seed = draw_seed(random_state)
    # The baselines have their own generator, so the other figures equal those of the single functions.
    rng = np.random.default_rng(seed)
    (baseline_rng,) = rng.spawn(1)
    rows = _choose_rows(tables, max_rows, rng, baseline_rng)
    sizes = {role: min(len(columns[0].cells), max_rows or np.inf) for role, columns in tables.items() if role != SMOTE}
    settings = Settings(n_neighbors, n_splits, classifier).lowered(**sizes)
    found = Measured.measure(tables, rows, "synthetic", settings, rng)
    baselines = {
        role: Measured.measure(tables, rows, role, settings, baseline_rng) for role in (HOLDOUT, SMOTE) if role in rows
    }
    verdicts, utility = found.judge(baselines), None
    if y_real is not None:
        # A fresh random generator gives the same result as `utility` with this `random_state`.
        options = classifier, scoring, n_splits, np.random.default_rng(seed)
        utility, verdicts["utility"] = _measure_utility(tables, y_real, y_synthetic, *options)
    return FidelityReport(
        n_real=len(tables["real"][0].cells),
        n_synthetic=len(tables["synthetic"][0].cells),
        n_compared=len(rows["synthetic"]),
        columns=[_compare(**dict(zip(tables, columns, strict=True))) for columns in zip(*tables.values(), strict=True)],
        **asdict(found.figures),
        utility=utility,
        holdout=baselines[HOLDOUT].figures if HOLDOUT in baselines else None,
        smote=baselines[SMOTE].figures if SMOTE in baselines else None,
        verdicts=verdicts,
        library=library_of(real),
    )


def _choose_rows(tables, max_rows, rng, baseline_rng):
    """Return the encoded rows to compare of each table, and add a table of SMOTE if the real one has enough rows.

    All tables but the real one have equally many rows.
    """
    encoded = dict(zip(tables, encode_rows(*tables.values()), strict=True))
    positions, chosen = choose_positions(max_rows, rng, len(encoded["real"]), len(encoded["synthetic"]))
    rows = {"real": encoded["real"][positions], "synthetic": encoded["synthetic"][chosen]}
    if HOLDOUT in encoded:
        n_rows = min(len(chosen), len(encoded[HOLDOUT]))
        rows["synthetic"], rows[HOLDOUT] = subsample(n_rows, baseline_rng, rows["synthetic"], encoded[HOLDOUT])
    if len(positions) >= FEWEST_ROWS:
        tables[SMOTE] = smote_rows(take(tables["real"], positions), rows["real"], len(chosen), baseline_rng)
        rows[SMOTE] = encode_rows(*tables.values())[-1][: len(rows["synthetic"])]
    return rows


def _measure_utility(tables, y_real, y_synthetic, classifier, scoring, n_splits, rng):
    """Return the Utility, and its verdict."""
    rows = encode_rows(tables["real"], tables["synthetic"])
    n_splits = _possible_splits(y_real, n_splits)
    if n_splits < 2:
        return Utility(np.nan, np.nan), NOT_DEFINED
    targets = check_targets(*rows, y_real, y_synthetic, n_splits)
    scores = train_and_test(*rows, *targets, classifier, scoring, n_splits, rng)
    utility = mean_scores(scores)
    sign = scores_estimate(scores).compare(Estimate(0.0, 0.0, n_splits))
    return utility, f"{HIGHER[sign + 1]} with real rows ({utility.trained_on_real:.3f})"


def _possible_splits(y_real, n_splits):
    """Return the number of folds that the smallest class allows, and warn if it is lower."""
    labels, counts = np.unique(check_labels(y_real), return_counts=True)
    fewest = int(counts.min())
    if fewest < n_splits:
        effect = f"is computed with n_splits={fewest}" if fewest > 1 else "is not defined"
        warn_caller(
            f"Expected at least n_splits={n_splits} rows of each class in `y_real`, got {fewest} of class "
            f"{labels.tolist()[counts.argmin()]!r}. The utility {effect}. Pass more rows for a reliable utility.",
            UserWarning,
        )
    return min(n_splits, fewest)


def _compare(real, synthetic, **baselines):
    """Return the ColumnMetrics of a column of all tables."""
    kind = "number" if real.is_numeric else "category"
    distance, chance = column_distance(real, synthetic), column_chance(real, synthetic)
    of_holdout, of_smote = (
        column_distance(real, baselines[role]) if role in baselines else np.nan for role in (HOLDOUT, SMOTE)
    )
    return ColumnMetrics(
        column=real.name,
        kind=kind,
        measure=MEASURES[kind],
        distance=distance,
        distance_holdout=of_holdout,
        distance_smote=of_smote,
        distance_by_chance=chance.mean,
        missing_real=float(real.missing.mean()),
        missing_synthetic=float(synthetic.missing.mean()),
        verdict=chance.describe(distance, COLUMN_LIMITS),
    )
