"""All figures of a synthetic table, gathered."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils._param_validation import validate_params

from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._runtime.text import shorten
from sklearn_gan._table import encode_rows, read_tables
from sklearn_gan.metrics._associations import mean_difference
from sklearn_gan.metrics._classifiers import CLASSIFYING, SCORING, Utility, tell_apart, train_and_test
from sklearn_gan.metrics._columns import column_distance
from sklearn_gan.metrics._energy import energy_between
from sklearn_gan.metrics._neighbors import N_NEIGHBORS, neighbor_figures
from sklearn_gan.metrics._report import Report, library_of, table_of_figures
from sklearn_gan.metrics._rows import SAMPLING, subsample

MEASURES = {"number": "Kolmogorov-Smirnov", "category": "total variation"}
MAX_SHOWN = 10
MISLED = 0.4
LONGEST_NAME = 32


@dataclass(frozen=True)
class ColumnFigures:
    """What a report tells of a column; the attributes are the columns of its frame."""

    column: object
    kind: str
    measure: str
    distance: float
    missing_real: float
    missing_synthetic: float


@dataclass(frozen=True, repr=False)
class FidelityReport(Report):
    """How like the real table a synthetic one is: what :func:`fidelity_report` returns.

    Attributes
    ----------
    n_real : int
        Rows of the real table.
    n_synthetic : int
        Rows of the synthetic one.
    columns : list of ColumnFigures
        For each column its name, its kind, the measure of its distance and the distance, 0 at best and 1 at worst, and
        the shares of missing cells.
    association_difference : float
        How far the associations of columns differ: 0 is best.
    precision, recall, density, coverage : float
        Whether synthetic rows lie among real ones, and real ones among synthetic: 1 is best.
    energy_distance : float
        The distance of the tables: 0 is best.
    auroc : float
        How well a classifier tells the tables apart: with 0.5 or less it cannot, which is best, 1 is worst, and far
        less than 0.5 tells of copies.
    p_value : float
        Of the test that it cannot.
    utility : Utility or None
        The scores of classifiers trained on the synthetic rows and on real ones, if there were labels.
    library : str or None
        The library that `frame` is of, if one is installed.
    frame : dataframe
        The figures of `columns`, a row for each.
    """

    n_real: int
    n_synthetic: int
    columns: list
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
        title = f"{self.n_synthetic} synthetic rows against {self.n_real} real ones, {len(self.columns)} column(s)"
        return "\n\n".join((title, self._table_of_rows(), self._table_of_columns()))

    def _table_of_rows(self):
        """Return the figures of all columns together, each with its ideal, if it has one."""
        lines = [
            ("precision", self.precision, "1", "synthetic rows that lie near real ones"),
            ("recall", self.recall, "1", "real rows that lie near synthetic ones"),
            ("density", self.density, "1", "how close together they lie, as real ones do"),
            ("coverage", self.coverage, "1", "real rows with a synthetic one nearby"),
            ("energy distance", self.energy_distance, "0", "of all columns together"),
            ("AUROC of a classifier", self.auroc, "0.5", self._what_the_classifier_does()),
            ("association difference", self.association_difference, "0", "mean over pairs of columns"),
        ]
        if self.utility:
            synthetic, real = self.utility
            lines.append(("utility", synthetic, "-", f"score when trained on them; trained on real rows: {real:.3f}"))
        return table_of_figures(lines, "ideal")

    def _what_the_classifier_does(self):
        if self.auroc < MISLED:
            return "misled, as by copies"
        does = "that is to tell" if self.auroc > 0.5 else "that cannot tell"
        return f"{does} the tables apart, p = {self.p_value:.2g}"

    def _table_of_columns(self):
        """Return the figures of the worst columns."""
        worst_first = sorted(self.columns, key=lambda row: -row.distance)
        shown, rest = worst_first[:MAX_SHOWN], worst_first[MAX_SHOWN:]
        width = max(len("column"), *(len(shorten(row.column, LONGEST_NAME)) for row in shown))
        lines = [f"{'column':{width}}  {'distance':>8}  {'missing':>7}  {'in real':>7}  measure (0 is ideal)"]
        lines += [
            f"{shorten(row.column, LONGEST_NAME):{width}}  {row.distance:8.3f}  {row.missing_synthetic:7.1%}  "
            f"{row.missing_real:7.1%}  {row.measure}"
            for row in shown
        ]
        if rest:
            lines.append(f"and {len(rest)} more, at a distance of {rest[0].distance:.3f} or less")
        return "\n".join(lines)


@validate_params(
    {**SAMPLING, **CLASSIFYING, "scoring": SCORING, "n_neighbors": N_NEIGHBORS}, prefer_skip_nested_validation=True
)
def fidelity_report(
    real,
    synthetic,
    *,
    y_real=None,
    y_synthetic=None,
    categorical_features="auto",
    n_neighbors=5,
    classifier=None,
    scoring="balanced_accuracy",
    n_splits=5,
    max_rows=5_000,
    random_state=None,
):
    """Compare a synthetic table with the real one, by all figures of this module.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic one, with the same columns. Those of two frames are matched by their names.
    y_real : array-like of shape (n_real,) or None, default=None
        The labels of the real rows. If both tables have labels, the report has the utility.
    y_synthetic : array-like of shape (n_synthetic,) or None, default=None
        The labels of the synthetic ones.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: names, positions or a mask. `"auto"` takes those whose type in the real table
        says so.
    n_neighbors : int, default=5
        How far neighbourhoods reach; see :func:`precision_recall_density_coverage`.
    classifier : estimator or None, default=None
        What tells the tables apart, and learns the labels; see :func:`classifier_two_sample_test`.
    scoring : str or callable, default="balanced_accuracy"
        How the utility is scored; see :func:`utility`.
    n_splits : int, default=5
        Folds of the cross-validations.
    max_rows : int or None, default=5_000
        Of a larger table that many rows are drawn, for all figures but those of columns, the associations and the
        utility. None takes all.
    random_state : int, RandomState instance or None, default=None
        Draws rows and folds, and seeds the default classifier.

    Returns
    -------
    report : FidelityReport
        The figures. Print it to read them.

    Raises
    ------
    ValueError
        If one of the tables has labels and the other has none, or if a figure is not defined for the tables: what each
        function of this module says.

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
            "Expected both or none of `y_real` and `y_synthetic`, got one. Pass the labels of both tables for the "
            "utility, or leave them out."
        )
    tables = read_tables(categorical_features, real=real, synthetic=synthetic)
    rows, seed = encode_rows(*tables), draw_seed(random_state)
    rng = np.random.default_rng(seed)
    kept = subsample(max_rows, rng, *rows)
    learned = None
    if y_real is not None:
        learned = train_and_test(*rows, y_real, y_synthetic, classifier, scoring, n_splits, np.random.default_rng(seed))
    return FidelityReport(
        n_real=len(rows[0]),
        n_synthetic=len(rows[1]),
        columns=[_compare(*pair) for pair in zip(*tables, strict=True)],
        association_difference=mean_difference(*tables),
        **neighbor_figures(*kept, n_neighbors)._asdict(),
        energy_distance=energy_between(*kept),
        **tell_apart(*kept, classifier, n_splits, rng)._asdict(),
        utility=learned,
        library=library_of(real),
    )


def _compare(real, synthetic):
    kind = "number" if real.is_numeric else "category"
    return ColumnFigures(
        column=real.name,
        kind=kind,
        measure=MEASURES[kind],
        distance=column_distance(real, synthetic),
        missing_real=float(real.missing.mean()),
        missing_synthetic=float(synthetic.missing.mean()),
    )
