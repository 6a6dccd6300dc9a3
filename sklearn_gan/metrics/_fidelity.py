"""Report of all fidelity metrics of a synthetic table."""

from dataclasses import dataclass

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
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._runtime.text import shorten
from sklearn_gan._table import encode_rows, library_of, read_tables
from sklearn_gan.metrics._associations import mean_difference
from sklearn_gan.metrics._classifiers import CLASSIFYING, SCORING, Utility, run_two_sample_test, train_and_test
from sklearn_gan.metrics._columns import column_distance
from sklearn_gan.metrics._energy import energy_between
from sklearn_gan.metrics._neighbors import N_NEIGHBORS, neighbor_metrics
from sklearn_gan.metrics._report import Report, format_table
from sklearn_gan.metrics._rows import SAMPLING, subsample

MEASURES = {"number": "Kolmogorov-Smirnov", "category": "total variation"}
MAX_SHOWN = 10
COPIED = 0.4  # a smaller AUROC indicates copies of real rows
LONGEST_NAME = 32


@dataclass(frozen=True)
class ColumnMetrics:
    """Metrics of one table column. Each attribute is a column of the report's `frame`."""

    column: object
    kind: str
    measure: str
    distance: float
    missing_real: float
    missing_synthetic: float


@dataclass(frozen=True, repr=False)
class FidelityReport(Report):
    """Fidelity of a synthetic table, as returned by :func:`fidelity_report`.

    Attributes
    ----------
    n_real : int
        Number of real rows.
    n_synthetic : int
        Number of synthetic rows.
    columns : list of ColumnMetrics
        Name, kind, distance measure, distance (0 is best, 1 is worst) and shares of missing values of each column.
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
    library : str or None
        Data frame library of `frame`, or None if none is installed.
    frame : dataframe
        `columns` as a data frame, with one row per column.
    """

    n_real: int
    n_synthetic: int
    columns: list[ColumnMetrics]
    association_difference: float
    precision: float
    recall: float
    density: float
    coverage: float
    energy_distance: float
    auroc: float
    p_value: float
    utility: Utility | None
    library: str | None

    @property
    def _records(self):
        return self.columns

    def __repr__(self):
        title = f"{self.n_synthetic} synthetic and {self.n_real} real rows compared in {len(self.columns)} column(s)"
        return "\n\n".join((title, self._table_of_rows(), self._table_of_columns()))

    def _table_of_rows(self):
        """Return the metrics over all columns, with their ideal values if they have one."""
        lines = [
            ("precision", self.precision, "1", "share of synthetic rows in a real neighbourhood"),
            ("recall", self.recall, "1", "share of real rows in a synthetic neighbourhood"),
            ("density", self.density, "1", "neighbourhoods per synthetic row, relative to real rows"),
            ("coverage", self.coverage, "1", "share of real neighbourhoods with a synthetic row"),
            ("energy distance", self.energy_distance, "0", "over all columns jointly"),
            ("AUROC of a classifier", self.auroc, "0.5", self._classifier_remark()),
            ("association difference", self.association_difference, "0", "mean over pairs of columns"),
        ]
        if self.utility:
            synthetic, real = self.utility
            lines.append(("utility", synthetic, "-", f"score if trained on synthetic rows; on real rows: {real:.3f}"))
        return format_table(lines, "ideal")

    def _classifier_remark(self):
        if self.auroc < COPIED:
            return "misled, possibly by copies of real rows"
        ability = "trained to" if self.auroc > 0.5 else "unable to"
        return f"{ability} distinguish the tables, p = {self.p_value:.2g}"

    def _table_of_columns(self):
        """Return the metrics of the columns with the largest distances."""
        worst_first = sorted(self.columns, key=lambda row: -row.distance)
        shown, rest = worst_first[:MAX_SHOWN], worst_first[MAX_SHOWN:]
        width = max(len("column"), *(len(shorten(row.column, LONGEST_NAME)) for row in shown))
        lines = [f"{'column':{width}}  {'distance':>8}  {'missing':>7}  {'(real)':>7}  measure (0 is ideal)"]
        lines += [
            f"{shorten(row.column, LONGEST_NAME):{width}}  {row.distance:8.3f}  {row.missing_synthetic:7.1%}  "
            f"{row.missing_real:7.1%}  {row.measure}"
            for row in shown
        ]
        if rest:
            lines.append(f"and {len(rest)} more, with distances up to {rest[0].distance:.3f}")
        return "\n".join(lines)


@keep_signature(
    validate_params(
        {**SAMPLING, **CLASSIFYING, "scoring": SCORING, "n_neighbors": N_NEIGHBORS}, prefer_skip_nested_validation=True
    )
)
def fidelity_report(
    real: Table,
    synthetic: Table,
    *,
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
    y_real : array-like of shape (n_real,) or None, default=None
        Labels of the real rows. If labels are given for both tables, the report includes the utility.
    y_synthetic : array-like of shape (n_synthetic,) or None, default=None
        Labels of the synthetic rows.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.
    n_neighbors : int, default=5
        Size of the neighbourhoods; see :func:`precision_recall_density_coverage`.
    classifier : estimator or None, default=None
        Classifier for the two-sample test and the utility; see :func:`classifier_two_sample_test`.
    scoring : str or callable, default="balanced_accuracy"
        Scoring metric of the utility; see :func:`utility`.
    n_splits : int, default=5
        Number of cross-validation folds.
    max_rows : int or None, default=5_000
        Maximum number of rows per table. Larger tables are subsampled at random. None uses all rows. Column metrics,
        associations and the utility always use all rows.
    random_state : int, RandomState instance or None, default=None
        Controls the subsampling and the folds, and seeds the default classifier.

    Returns
    -------
    report : FidelityReport
        The metrics. Print the report to read them.

    Raises
    ------
    ValueError
        If only one table has labels, or if a metric is undefined for the tables (see its function).

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import fidelity_report
    >>> rng = np.random.default_rng(0)
    >>> real = rng.normal(size=(200, 2))
    >>> report = fidelity_report(real, real + [0, 9], random_state=0)
    >>> report.coverage, [column.distance for column in report.columns]
    (0.0, [0.0, 1.0])
    """
    if (y_real is None) != (y_synthetic is None):
        raise ValueError(
            "Expected both or neither of `y_real` and `y_synthetic`, got one. Pass the labels of both tables for the "
            "utility, or omit both."
        )
    tables = read_tables(categorical_features, real=real, synthetic=synthetic)
    rows, seed = encode_rows(*tables), draw_seed(random_state)
    rng = np.random.default_rng(seed)
    kept = subsample(max_rows, rng, *rows)
    utility = None
    if y_real is not None:
        # A fresh random generator gives the same result as `utility` with this `random_state`.
        utility = train_and_test(*rows, y_real, y_synthetic, classifier, scoring, n_splits, np.random.default_rng(seed))
    return FidelityReport(
        n_real=len(rows[0]),
        n_synthetic=len(rows[1]),
        columns=[_compare(*pair) for pair in zip(*tables, strict=True)],
        association_difference=mean_difference(*tables),
        **neighbor_metrics(*kept, n_neighbors)._asdict(),
        energy_distance=energy_between(*kept),
        **run_two_sample_test(*kept, classifier, n_splits, rng)._asdict(),
        utility=utility,
        library=library_of(real),
    )


def _compare(real, synthetic):
    kind = "number" if real.is_numeric else "category"
    return ColumnMetrics(
        column=real.name,
        kind=kind,
        measure=MEASURES[kind],
        distance=column_distance(real, synthetic),
        missing_real=float(real.missing.mean()),
        missing_synthetic=float(synthetic.missing.mean()),
    )
