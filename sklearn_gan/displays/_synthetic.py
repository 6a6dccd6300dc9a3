"""SyntheticDataDisplay: generated rows beside real ones."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from sklearn.decomposition import PCA
from sklearn.utils import check_consistent_length
from sklearn.utils._optional_dependencies import check_matplotlib_support

from sklearn_gan import GANOversampler
from sklearn_gan._table import (
    check_labels,
    choose_categorical,
    classifier_features,
    encode_rows,
    open_container,
    read_tables,
    take_rows,
)
from sklearn_gan.displays._draws import check_fitted, default_label, draw_aside, match_columns
from sklearn_gan.displays._panels import draw_difference, draw_marginal, draw_points, open_panels, patches
from sklearn_gan.displays._style import legend_above
from sklearn_gan.metrics import associations, kolmogorov_smirnov, total_variation

KINDS = ("marginals", "plane", "associations")
FEWEST_DRAWN = 100
MOST_POINTS = 500


@dataclass
class Marginal:
    """One column of both tables.

    Attributes
    ----------
    name : object
        What it is called.
    kind : {"number", "category"}
        What it holds.
    real, synthetic : ndarray
        Its observed cells; of categories, positions in `levels`.
    levels : list of str
        The levels of a category.
    missing : tuple of (float, float)
        The shares of missing cells.
    distance : float
        How far the two are from each other: 0, equal, to 1, apart; see :func:`~sklearn_gan.metrics.kolmogorov_smirnov`
        and :func:`~sklearn_gan.metrics.total_variation`.
    unit : str, default=""
        What numpy calls the type of dates or durations, of which the cells count the units.
    """

    name: object
    kind: str
    real: np.ndarray
    synthetic: np.ndarray
    levels: list
    missing: tuple
    distance: float
    unit: str = ""


class SyntheticDataDisplay:
    """Draw generated rows beside real ones: column by column, as points in a plane, and how columns hang together.

    Make one with :meth:`from_estimator`, or with :meth:`from_tables` of any two tables.

    Parameters
    ----------
    marginals : list of Marginal or None, default=None
        The columns, those that differ most first. With None they are not drawn, and so on.
    plane : tuple of two ndarray of shape (n_rows, 2) or None, default=None
        The points of the real and of the generated rows.
    others : ndarray of shape (n_rows, 2) or None, default=None
        The points of rows of the other classes, which are drawn faint, as a background.
    explained : tuple of two float, default=(nan, nan)
        Which shares of the real rows' variance the two directions of the plane have.
    difference : ndarray of shape (n_features, n_features) or None, default=None
        The absolute differences of associations.
    names : list of length n_features or None, default=None
        The names of the columns of `difference`. None numbers them; more than 40 are numbered in any case.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes of shape (n_panels,)
        The panels: one for each column that is shown, then the plane, then the differences of associations.
    figure_ : matplotlib Figure
        The figure that they are in.
    points_ : tuple of two matplotlib PathCollection
        The real and the generated rows. Only if there is a plane.
    image_ : matplotlib AxesImage
        The differences. Only if they are drawn.

    See Also
    --------
    sklearn_gan.metrics.fidelity_report : The same, and more, in figures.
    ParentsDisplay : What a single generated row was mixed from.

    Notes
    -----
    The plane is spanned by the first two principal components of the real rows, with numbers standardised, categories
    one-hot and missing cells flagged. Generated rows are put into it, so that what leaves the cloud of the real ones
    is seen. Of larger tables 500 rows have a point.

    Areas and bars are shares of the observed cells. The outer bins take what lies beyond the middle 99 % of the
    numbers, and of a category with many levels those that are most frequent in either table have bars. Associations
    are those of :func:`~sklearn_gan.metrics.associations`, from 0 to 1 and without signs.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn_gan import GANOversampler
    >>> from sklearn_gan.displays import SyntheticDataDisplay
    >>> X, y = make_classification(n_samples=100, weights=[0.8], flip_y=0, random_state=0)
    >>> sampler = GANOversampler(max_steps=50, hidden_layer_sizes=(8,), random_state=0).fit(X, y)
    >>> display = SyntheticDataDisplay.from_estimator(sampler, X, y, kind="plane")
    >>> [len(rows) for rows in display.plane]
    [19, 100]
    """

    def __init__(
        self, *, marginals=None, plane=None, others=None, explained=(np.nan, np.nan), difference=None, names=None
    ):
        self.marginals = marginals
        self.plane = plane
        self.others = others
        self.explained = explained
        self.difference = difference
        self.names = names

    @classmethod
    def from_estimator(
        cls, estimator, X, y, *, label=None, n_samples=None, show_others=False, kind=KINDS, max_columns=12, ax=None
    ):
        """Draw rows of a class from a fitted sampler, and compare them with the real ones.

        The sampler is left as it was: `sample` draws these rows again.

        Parameters
        ----------
        estimator : GANOversampler
            It has been fitted.
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Real rows: those that it was fitted on, or others.
        y : array-like of shape (n_samples,)
            Their classes.
        label : label or None, default=None
            The class to compare. None takes the one of which `fit_resample` draws most.
        n_samples : int or None, default=None
            How many rows are drawn. None draws as many as there are real ones, and 100 at least.
        show_others : bool, default=False
            Whether the rows of the other classes are in the plane, too, faint.
        kind : {"marginals", "plane", "associations"} or a tuple of them
            What is drawn; by default, all.
        max_columns : int, default=12
            How many columns have a panel, as in :meth:`plot`.
        ax : matplotlib Axes, array of them or None, default=None
            What to draw on, as in :meth:`plot`.

        Returns
        -------
        display : SyntheticDataDisplay
            The display, drawn.

        Raises
        ------
        NotFittedError
            If the sampler was not fitted.
        TypeError
            If it is another estimator.
        ValueError
            If `X` has no row of the class, or `label` was not seen in `fit`.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        check_fitted(estimator, GANOversampler)
        label = default_label(estimator) if label is None else label
        columns = list(open_container(X, estimator=cls.__name__).columns())
        labels = check_labels(y)
        check_consistent_length(columns[0].cells, labels)
        rows = np.flatnonzero(labels == label)
        if not len(rows):
            raise ValueError(
                f"Expected rows of class {label!r} in y to compare with, got {np.unique(labels).tolist()[:20]}. "
                "Pass some, or another `label`."
            )
        drawn = draw_aside(estimator, max(len(rows), FEWEST_DRAWN) if n_samples is None else n_samples, label)
        return cls.from_tables(
            take_rows(X, rows),
            drawn,
            others=take_rows(X, np.flatnonzero(labels != label)) if show_others and len(rows) < len(labels) else None,
            categorical_features=choose_categorical(estimator.categorical_features, columns),
            kind=kind,
            max_columns=max_columns,
            ax=ax,
        )

    @classmethod
    def from_tables(
        cls, real, synthetic, *, others=None, categorical_features="auto", kind=KINDS, max_columns=12, ax=None
    ):
        """Compare two tables.

        Parameters
        ----------
        real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
            The real rows.
        synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
            The generated ones, with the same columns. Those of two frames are matched by their names.
        others : {array-like, sparse matrix, dataframe} of shape (n_others, n_features) or None, default=None
            More rows for the plane, such as those of the other classes, drawn faint.
        categorical_features : "auto", array-like of str, int or bool, default="auto"
            Which columns are categories: names, positions or a mask.
        kind : {"marginals", "plane", "associations"} or a tuple of them
            What is drawn; by default, all.
        max_columns : int, default=12
            How many columns have a panel, as in :meth:`plot`.
        ax : matplotlib Axes, array of them or None, default=None
            What to draw on, as in :meth:`plot`.

        Returns
        -------
        display : SyntheticDataDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If a table is empty, their columns differ, `kind` is unknown, or a plane is asked for of a single real row.
        """
        check_matplotlib_support(f"{cls.__name__}.from_tables")
        kinds = _check_kind(kind)
        raw = [list(open_container(table).columns()) for table in (real, synthetic)]
        is_categorical = choose_categorical(categorical_features, raw[0])
        given = {} if others is None else {"others": others}
        tables = read_tables(is_categorical, real=real, synthetic=synthetic, **given)
        display = cls(names=[column.name for column in tables[0]])
        if "marginals" in kinds:
            options = {"categorical_features": is_categorical}
            distances = [measure(real, synthetic, **options) for measure in (kolmogorov_smirnov, total_variation)]
            display.marginals = _marginals(tables[:2], raw, distances[0] | distances[1])
        if "plane" in kinds:
            points, display.explained = _project(tables)
            display.plane, display.others = points[:2], (*points[2:], None)[0]
        if "associations" in kinds:
            pair = [associations(table, categorical_features=is_categorical) for table in (real, synthetic)]
            display.difference = np.abs(pair[0] - pair[1])
        return display.plot(ax=ax, max_columns=max_columns)

    def plot(self, ax=None, *, max_columns=12):
        """Draw what there is.

        Parameters
        ----------
        ax : matplotlib Axes, array of them or None, default=None
            A single one, in whose place all panels are put, or one for each panel. None makes a new figure.
        max_columns : int, default=12
            How many columns have a panel, if there are more: those that differ most.

        Returns
        -------
        self : SyntheticDataDisplay
            The display.

        Raises
        ------
        ValueError
            If there are several Axes, but not one for each panel, or if there is nothing to draw.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        marginals = (self.marginals or [])[:max_columns]
        drawings = [partial(draw_marginal, marginal=marginal) for marginal in marginals]
        if self.plane is not None:
            drawings.append(self._draw_plane)
        if self.difference is not None:
            drawings.append(self._draw_difference)
        self.ax_, head = open_panels(ax, len(marginals), len(drawings) - len(marginals))
        self.figure_ = self.ax_[0].figure
        for panel, draw in zip(self.ax_, drawings, strict=True):
            draw(panel)
        if marginals:
            self._explain(self.ax_[0] if head is None else head, len(marginals), is_panel=head is None)
        return self

    def _draw_plane(self, ax):
        self.points_ = draw_points(ax, self.plane, self.others, self.explained)

    def _draw_difference(self, ax):
        self.image_ = draw_difference(ax, self.difference, self.names)

    def _explain(self, ax, n_shown, is_panel):
        """Put the legend of the columns above a panel, or into an Axes of its own."""
        n_columns, title = len(self.marginals), None
        if n_shown < n_columns:
            title = f"{n_shown} of {n_columns} columns: those that differ most"
        place = {} if is_panel else {"loc": "center", "bbox_to_anchor": (0.5, 0.5)}
        legend_above(ax, handles=patches(), title=title, **place)


def _check_kind(kind):
    """Return what is to be drawn as a set."""
    kinds = {kind} if isinstance(kind, str) else set(kind)
    if not kinds or not kinds <= set(KINDS):
        raise ValueError(
            f"Expected `kind` to be one of {', '.join(map(repr, KINDS))}, or a tuple of them, got {kind!r}. "
            "Leave it out to draw all."
        )
    return kinds


def _marginals(tables, raw, distances):
    """Return the columns of both tables, those that differ most first, given the distance of each by its name."""
    marginals = []
    originals_of = zip(*(match_columns(columns, raw[0]) for columns in raw), strict=True)
    for pair, originals in zip(zip(*tables, strict=True), originals_of, strict=True):
        marginals.append(
            Marginal(
                name=pair[0].name,
                kind="number" if pair[0].is_numeric else "category",
                real=pair[0].cells[~pair[0].missing],
                synthetic=pair[1].cells[~pair[1].missing],
                levels=_levels(pair, originals) if not pair[0].is_numeric else [],
                missing=tuple(float(column.missing.mean()) for column in pair),
                distance=distances[pair[0].name],
                unit=pair[0].unit,
            )
        )
    return sorted(marginals, key=lambda marginal: -marginal.distance)


def _levels(pair, originals):
    """Return what the levels of a category are called, by their numbers."""
    names = {}
    for column, original in zip(pair, originals, strict=True):
        for level, row in zip(*np.unique(column.cells, return_index=True), strict=True):
            names.setdefault(int(level), str(original.cells[row]))
    return [names[level] for level in sorted(names) if level >= 0]


def _project(tables):
    """Return points of the rows in the plane of the real ones' principal components, and how much these explain."""
    rows = classifier_features(*encode_rows(*tables))
    real = rows[0]
    if len(real) < 2:
        raise ValueError(
            'Expected at least 2 real rows to span a plane, got 1. Leave "plane" out of `kind`, or pass more rows.'
        )
    with np.errstate(invalid="ignore"):  # equal rows have no variance to explain
        pca = PCA(min(2, *real.shape), random_state=0).fit(real)
    points = [np.pad(pca.transform(table), ((0, 0), (0, 2 - pca.n_components_))) for table in rows]
    total = real.var(axis=0, ddof=1).sum()
    explained = pca.explained_variance_ / total if total > 0 else np.zeros(pca.n_components_)
    return tuple(map(_thin, points)), (*explained.tolist(), 0.0)[:2]


def _thin(points):
    """Return `MOST_POINTS` of the points at most, evenly spaced."""
    return points[np.linspace(0, len(points) - 1, min(len(points), MOST_POINTS)).astype(int)]
