"""SyntheticDataDisplay: synthetic rows beside real ones."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, Self, TypeAlias, get_args

import numpy as np
from sklearn.decomposition import PCA
from sklearn.utils import check_consistent_length
from sklearn.utils._optional_dependencies import check_matplotlib_support

from sklearn_gan import GANOversampler
from sklearn_gan._runtime.annotations import Array, CategoricalFeatures, Table, Target
from sklearn_gan._runtime.plot_style import legend_above
from sklearn_gan._table import (
    check_labels,
    choose_categorical,
    classifier_features,
    encode_rows,
    open_container,
    read_tables,
    take_rows,
)
from sklearn_gan.displays._draws import check_fitted, default_label, sample_from_copy
from sklearn_gan.displays._marginals import Marginal, compare_columns
from sklearn_gan.displays._panels import draw_difference, draw_marginal, draw_points, open_panels, patches
from sklearn_gan.metrics import associations

Kind: TypeAlias = Literal["marginals", "plane", "associations"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FEWEST_SAMPLED = 100
MOST_POINTS = 500


class SyntheticDataDisplay:
    """Plot synthetic rows beside real ones: column by column, as points in a plane, and by associations of columns.

    Create it with :meth:`from_estimator`, or with :meth:`from_tables` for any two tables.

    Parameters
    ----------
    marginals : list of Marginal or None, default=None
        Columns, by decreasing distance. None omits their panels.
    plane : tuple of two ndarray of shape (n_rows, 2) or None, default=None
        Points of the real and of the synthetic rows. None omits the panel.
    others : ndarray of shape (n_rows, 2) or None, default=None
        Points of rows of the other classes, for a faint background.
    explained : tuple of two float, default=(nan, nan)
        Shares of the real rows' variance explained by the two directions of the plane.
    difference : ndarray of shape (n_features, n_features) or None, default=None
        Absolute differences of associations. None omits the panel.
    names : list of length n_features or None, default=None
        Names of the columns of `difference`. None shows positions, as do more than 40 columns.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes of shape (n_panels,)
        Panels: one per column shown, then the plane, then the association differences.
    figure_ : matplotlib Figure
        Figure that contains the panels.
    points_ : tuple of two matplotlib PathCollection
        Points of the real and of the synthetic rows. Only with a plane.
    image_ : matplotlib AxesImage
        Heat map of the association differences. Only with such differences.

    See Also
    --------
    sklearn_gan.metrics.fidelity_report : Compute these and more comparisons as metrics.
    ParentsDisplay : Plot a single synthetic row beside its parents.

    Notes
    -----
    The plane is spanned by the first two principal components of the real rows, with standardised numbers, one-hot
    categories and missing-value flags. Synthetic rows are projected onto it, so rows outside the cloud of real rows
    become visible. Larger tables are thinned to 500 points.

    Areas and bars are shares of the observed values. The outer bins also count values beyond the central 99%. Of many
    categories, only those most frequent in either table have their own bars. Associations are those of
    :func:`~sklearn_gan.metrics.associations`, from 0 to 1 and without signs.

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
        self,
        *,
        marginals: list[Marginal] | None = None,
        plane: tuple[Array, Array] | None = None,
        others: Array | None = None,
        explained: tuple[float, float] = (np.nan, np.nan),
        difference: Array | None = None,
        names: list[Any] | None = None,
    ) -> None:
        self.marginals = marginals
        self.plane = plane
        self.others = others
        self.explained = explained
        self.difference = difference
        self.names = names

    @classmethod
    def from_estimator(
        cls,
        estimator: GANOversampler,
        X: Table,
        y: Target,
        *,
        label: Any = None,
        n_samples: int | None = None,
        show_others: bool = False,
        kind: Kind | Sequence[Kind] = KINDS,
        max_columns: int = 12,
        ax: Any = None,
    ) -> Self:
        """Sample rows of a class from a fitted sampler, and plot them beside the real rows.

        The sampler stays unchanged, so `sample` returns these rows again.

        Parameters
        ----------
        estimator : GANOversampler
            The fitted sampler.
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Real rows: those the sampler was fitted on, or others.
        y : array-like of shape (n_samples,)
            Classes of the real rows.
        label : label or None, default=None
            Class to compare. None selects the class with the most rows to generate in `fit_resample`.
        n_samples : int or None, default=None
            Number of rows to sample. None samples as many as there are real rows, but at least 100.
        show_others : bool, default=False
            Whether to plot the rows of the other classes faintly in the plane.
        kind : {"marginals", "plane", "associations"} or a tuple of them
            Panels to plot, all by default.
        max_columns : int, default=12
            Maximum number of columns shown; see :meth:`plot`.
        ax : matplotlib Axes, array of them or None, default=None
            Axes to plot on; see :meth:`plot`.

        Returns
        -------
        display : SyntheticDataDisplay
            The plotted display.

        Raises
        ------
        NotFittedError
            If the sampler is not fitted.
        TypeError
            If the estimator is not a GANOversampler.
        ValueError
            If `X` has no row of the class, or if `label` was not seen in `fit`.
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
                f"Expected rows of class {label!r} in `y`, got classes {np.unique(labels).tolist()[:20]}. Pass rows of "
                "this class, or another `label`."
            )
        sampled = sample_from_copy(estimator, max(len(rows), FEWEST_SAMPLED) if n_samples is None else n_samples, label)
        return cls.from_tables(
            take_rows(X, rows),
            sampled,
            others=take_rows(X, np.flatnonzero(labels != label)) if show_others and len(rows) < len(labels) else None,
            categorical_features=choose_categorical(estimator.categorical_features, columns),
            kind=kind,
            max_columns=max_columns,
            ax=ax,
        )

    @classmethod
    def from_tables(
        cls,
        real: Table,
        synthetic: Table,
        *,
        others: Table | None = None,
        categorical_features: CategoricalFeatures = "auto",
        kind: Kind | Sequence[Kind] = KINDS,
        max_columns: int = 12,
        ax: Any = None,
    ) -> Self:
        """Plot a comparison of two tables.

        Parameters
        ----------
        real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
            The real rows.
        synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
            The synthetic rows, with the same columns. Columns of two data frames are matched by name.
        others : {array-like, sparse matrix, dataframe} of shape (n_others, n_features) or None, default=None
            Additional rows to plot faintly in the plane, such as those of the other classes.
        categorical_features : "auto", array-like of str, int or bool, default="auto"
            Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.
        kind : {"marginals", "plane", "associations"} or a tuple of them
            Panels to plot, all by default.
        max_columns : int, default=12
            Maximum number of columns shown; see :meth:`plot`.
        ax : matplotlib Axes, array of them or None, default=None
            Axes to plot on; see :meth:`plot`.

        Returns
        -------
        display : SyntheticDataDisplay
            The plotted display.

        Raises
        ------
        ValueError
            If a table is empty, the columns differ, `kind` is unknown, or a plane is requested for a single real row.
        """
        check_matplotlib_support(f"{cls.__name__}.from_tables")
        kinds = _check_kind(kind)
        raw = [list(open_container(table).columns()) for table in (real, synthetic)]
        # Chosen once from the real table, so that all panels agree on the categorical columns.
        is_categorical = choose_categorical(categorical_features, raw[0])
        given = {} if others is None else {"others": others}
        tables = read_tables(is_categorical, real=real, synthetic=synthetic, **given)
        display = cls(names=[column.name for column in tables[0]])
        if "marginals" in kinds:
            display.marginals = compare_columns(*tables[:2], *raw)
        if "plane" in kinds:
            points, display.explained = _project(tables)
            display.plane, display.others = points[:2], (*points[2:], None)[0]
        if "associations" in kinds:
            pair = [associations(table, categorical_features=is_categorical) for table in (real, synthetic)]
            display.difference = np.abs(pair[0] - pair[1])
        return display.plot(ax=ax, max_columns=max_columns)

    def plot(self, ax: Any = None, *, max_columns: int = 12) -> Self:
        """Plot the panels.

        Parameters
        ----------
        ax : matplotlib Axes, array of them or None, default=None
            One Axes per panel, or a single Axes to divide into panels. None creates a new figure.
        max_columns : int, default=12
            Maximum number of columns shown. If there are more, those with the largest distances are shown.

        Returns
        -------
        self : SyntheticDataDisplay
            The display.

        Raises
        ------
        ValueError
            If the number of Axes is neither 1 nor the number of panels, or if there is nothing to plot.
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
        """Put the legend of the marginals above a panel, or into its own Axes."""
        n_columns, title = len(self.marginals), None
        if n_shown < n_columns:
            title = f"{n_shown} of {n_columns} columns (largest distances)"
        place = {} if is_panel else {"loc": "center", "bbox_to_anchor": (0.5, 0.5)}
        legend_above(ax, handles=patches(), title=title, **place)


def _check_kind(kind):
    """Return the kinds of panels as a set, or raise if one is unknown."""
    kinds = {kind} if isinstance(kind, str) else set(kind)
    if not kinds or not kinds <= set(KINDS):
        raise ValueError(
            f"Expected `kind` to be one of {', '.join(map(repr, KINDS))}, or a tuple of them, got {kind!r}. "
            "Omit it to plot all of them."
        )
    return kinds


def _project(tables):
    """Return the rows projected onto two principal components of the real rows, and their explained variances."""
    rows = classifier_features(*encode_rows(*tables))
    real = rows[0]
    if len(real) < 2:
        raise ValueError(
            'Expected at least 2 real rows to span a plane, got 1. Omit "plane" from `kind`, or pass more rows.'
        )
    with np.errstate(invalid="ignore"):  # equal rows have no variance to explain
        pca = PCA(min(2, *real.shape), random_state=0).fit(real)
    # Each of shape (n_rows, 2), padded with zeros if there is a single component.
    points = [np.pad(pca.transform(table), ((0, 0), (0, 2 - pca.n_components_))) for table in rows]
    total = real.var(axis=0, ddof=1).sum()
    explained = pca.explained_variance_ / total if total > 0 else np.zeros(pca.n_components_)
    return tuple(map(_thin, points)), (*explained.tolist(), 0.0)[:2]


def _thin(points):
    """Return at most `MOST_POINTS` of the points, evenly spaced."""
    return points[np.linspace(0, len(points) - 1, min(len(points), MOST_POINTS)).astype(int)]
