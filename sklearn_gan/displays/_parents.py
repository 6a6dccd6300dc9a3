"""ParentsDisplay: a synthetic row beside the real rows it was mixed from."""

from typing import Any, Self

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from sklearn_gan import GANOversampler
from sklearn_gan._runtime.annotations import Array, CategoricalFeatures, Table, Target
from sklearn_gan._runtime.plot_style import (
    GENERATED,
    REAL,
    labels_of,
    legend_above,
    luminance,
    open_column,
    title_of,
)
from sklearn_gan._table import choose_categorical, open_container, read_tables
from sklearn_gan.displays._cells import write_cell
from sklearn_gan.displays._draws import check_fitted, default_label, match_columns, sample_from_copy

ROWS_TO_TRY = 256  # sampled rows to search for one with parents
FARTHEST = 2.0  # standard deviations of the darkest shade
DIFFERENT = 1.0
LIGHTEST = 0.005  # smaller weights would be written as 0.00


class ParentsDisplay:
    r"""Plot a synthetic row beside the real rows it was mixed from.

    Each line shows one column of the table, with the value of the synthetic row first. The darker a parent's value, the
    further it is from the synthetic value. Bars above show the weights of the parents. Parents whose weight rounds to
    0.00 are omitted. The hatched bar belongs to the first parent, of which the others are neighbours.

    Create it with :meth:`from_estimator`, or with :meth:`from_sample` for rows sampled earlier.

    Parameters
    ----------
    names : list of length n_features
        Names of the columns.
    cells : list of list of str, of shape (n_features, 1 + n_parents)
        Text to show: for each column the value of the synthetic row, then those of its parents.
    distances : ndarray of shape (n_features, n_parents)
        Distance of each parent's value from the synthetic value. For a numeric column, it is the difference in standard
        deviations of the column. It is 1 if categories differ, or if one of the two values is missing.
    positions : array-like of shape (n_parents,)
        Positions of the parents in the table the sampler was fitted on.
    weights : array-like of shape (n_parents,)
        Weights of the parents.
    first_parent : int or None, default=None
        Position of the first parent, whose bar is hatched if there are several parents. None hatches no bar.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes of shape (2,)
        Panels of the weights and of the values.
    figure_ : matplotlib Figure
        Figure that contains the panels.
    bars_ : matplotlib BarContainer
        Bars of the weights.
    image_ : matplotlib AxesImage
        Shades of the values. The first column, the synthetic row, is unshaded.
    shown_ : ndarray of int
        Positions of the columns shown, from the top.

    See Also
    --------
    sklearn_gan.GANOversampler.sample : Return parents and weights with `return_parents=True`.

    Notes
    -----
    A network corrects each row after mixing, so a synthetic value need not lie between those of the parents. A
    synthetic category may differ from those of all parents.

    The first parent is a random row of the class, and the other parents are among its nearest neighbours in the class.
    Missing values are those of the first parent. It need not have the largest weight, so it may be shown after others,
    or be omitted. It is the first position in `parents` of :meth:`from_sample`.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn_gan import GANOversampler
    >>> from sklearn_gan.displays import ParentsDisplay
    >>> X, y = make_classification(n_samples=100, weights=[0.8], flip_y=0, random_state=0)
    >>> sampler = GANOversampler(max_steps=50, hidden_layer_sizes=(8,), random_state=0).fit(X, y)
    >>> display = ParentsDisplay.from_estimator(sampler, X, max_columns=5)
    >>> bool((y[display.positions] == 1).all()), len(display.shown_)
    (True, 5)
    """

    def __init__(
        self,
        *,
        names: list[Any],
        cells: list[list[str]],
        distances: Array,
        positions: Target,
        weights: Target,
        first_parent: int | None = None,
    ) -> None:
        self.names = names
        self.cells = cells
        self.distances = distances
        self.positions = positions
        self.weights = weights
        self.first_parent = first_parent

    @classmethod
    def from_estimator(
        cls, estimator: GANOversampler, X: Table, *, label: Any = None, max_columns: int = 15, ax: Any = None
    ) -> Self:
        """Sample a row from a fitted sampler, and plot it beside its parents.

        The sampler stays unchanged, so `sample` returns this row again.

        Parameters
        ----------
        estimator : GANOversampler
            The fitted sampler.
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Table the sampler was fitted on, which contains the parents.
        label : label or None, default=None
            Class of the row. None selects the class with the most rows to generate in `fit_resample`.
        max_columns : int, default=15
            Maximum number of columns shown; see :meth:`plot`.
        ax : matplotlib Axes, array of two or None, default=None
            Axes to plot on; see :meth:`plot`.

        Returns
        -------
        display : ParentsDisplay
            The plotted display.

        Raises
        ------
        NotFittedError
            If the sampler is not fitted.
        TypeError
            If the estimator is not a GANOversampler.
        ValueError
            If its rows have no parents, as with `generator="noise"`, if the label was not seen in `fit`, or if `X` is
            another table.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        check_fitted(estimator, GANOversampler)
        label = default_label(estimator) if label is None else label
        sampled, parents, weights = sample_from_copy(estimator, ROWS_TO_TRY, label, return_parents=True)
        with_parents = np.flatnonzero((parents >= 0).any(axis=1))
        if not len(with_parents):
            raise ValueError(
                f"Expected a row mixed from real rows, got {ROWS_TO_TRY} rows of class {label!r} without parents "
                f'from generator={estimator.generator!r}. Fit a sampler with generator="residual", "both" or '
                '"autoencoder".'
            )
        return cls.from_sample(
            X,
            sampled,
            parents,
            weights,
            row=with_parents[0],
            categorical_features=estimator.categorical_features,
            max_columns=max_columns,
            ax=ax,
        )

    @classmethod
    def from_sample(
        cls,
        X: Table,
        generated: Table,
        parents: Table,
        weights: Table,
        *,
        row: int = 0,
        categorical_features: CategoricalFeatures = "auto",
        max_columns: int = 15,
        ax: Any = None,
    ) -> Self:
        """Plot a row returned by `sample(..., return_parents=True)` beside its parents.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Table the sampler was fitted on.
        generated : {array-like, sparse matrix, dataframe} of shape (n_generated, n_features)
            The sampled rows.
        parents : array-like of shape (n_generated, n_parents)
            Positions of their parents in `X`, with the first parent first, or -1 for none.
        weights : array-like of shape (n_generated, n_parents)
            Weights of the parents.
        row : int, default=0
            Position of the row to plot.
        categorical_features : "auto", array-like of str, int or bool, default="auto"
            Categorical columns, as passed to the sampler.
        max_columns : int, default=15
            Maximum number of columns shown; see :meth:`plot`.
        ax : matplotlib Axes, array of two or None, default=None
            Axes to plot on; see :meth:`plot`.

        Returns
        -------
        display : ParentsDisplay
            The plotted display.

        Raises
        ------
        ValueError
            If the row has no parents, if `X` lacks expected rows or columns, or if `generated`, `parents` and
            `weights` do not have the same number of rows.
        """
        check_matplotlib_support(f"{cls.__name__}.from_sample")
        parents, weights = np.asarray(parents), np.asarray(weights)
        sampled = list(open_container(generated).columns())
        _check_shapes(len(sampled[0].cells), parents, weights)
        all_positions = parents[row]
        positions, weights = parents_of(all_positions, weights[row], row)
        raw = list(open_container(X, estimator=cls.__name__).columns())
        n_rows = len(raw[0].cells)
        if positions.max() >= n_rows:
            raise ValueError(
                f"Expected `X` to be the table the sampler was fitted on, with a row at position {positions.max()}, "
                f"got {n_rows} row(s). Pass the `X` of `fit`."
            )
        is_categorical = choose_categorical(categorical_features, raw)
        pairs = list(zip(*read_tables(is_categorical, X=X, generated=generated), strict=True))
        generated_columns = match_columns(sampled, raw)
        written = [
            [write_cell(new, row), *(write_cell(column, position) for position in positions)]
            for column, new in zip(raw, generated_columns, strict=True)
        ]
        return cls(
            names=[column.name for column in raw],
            cells=written,
            distances=np.array([_distances(*pair, row, positions) for pair in pairs]),
            positions=positions,
            weights=weights,
            first_parent=int(all_positions[0]),
        ).plot(ax=ax, max_columns=max_columns)

    def plot(self, ax: Any = None, *, max_columns: int = 15, im_kw: dict[str, Any] | None = None) -> Self:
        """Plot the values, and the weights above them.

        Parameters
        ----------
        ax : matplotlib Axes, array of two or None, default=None
            Two Axes for the weights and the values, or a single Axes to divide. None creates a new figure.
        max_columns : int, default=15
            Maximum number of columns shown. If there are more, those with the largest distance of a parent are shown.
        im_kw : dict or None, default=None
            Keyword arguments of `matplotlib.axes.Axes.imshow` for the shades.

        Returns
        -------
        self : ParentsDisplay
            The display.

        Raises
        ------
        ValueError
            If the number of Axes is neither 1 nor 2.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        self.shown_ = self._choose(max_columns)
        n_parents, n_shown = len(self.positions), len(self.shown_)
        height = 0.3 * n_shown
        names = labels_of([title_of(self.names[column]) for column in self.shown_])
        size = 2 + 0.09 * max(map(len, names)) + 1.1 * n_parents, 1.9 + height
        self.ax_ = open_column(ax, size, [1, max(1, height)])
        self.figure_ = self.ax_[0].figure
        self._draw_weights(self.ax_[0])
        self._draw_cells(self.ax_[1], im_kw or {})
        self.ax_[1].set_yticks(range(n_shown), names)
        for panel in self.ax_:
            panel.set_xlim(-0.5, n_parents + 0.5)
            panel.spines[:].set_visible(False)
            panel.tick_params(length=0)
        return self

    def _choose(self, max_columns):
        """Return the positions of the columns to show: all, or those with the largest distances."""
        spread = np.asarray(self.distances).max(axis=1)
        return np.argsort(-spread, kind="stable")[:max_columns] if len(spread) > max_columns else np.arange(len(spread))

    def _draw_weights(self, ax):
        places = 1 + np.arange(len(self.weights))
        self.bars_ = ax.bar(places, self.weights, width=0.6, color=REAL, edgecolor="black", linewidth=0.8)
        ax.bar_label(self.bars_, fmt="{:.2f}", fontsize="small")
        ax.set(ylim=(0, 1.25 * max(self.weights)), xticks=[], yticks=[])
        ax.text(0, 0, "weight", ha="center", va="bottom")
        of_first = np.flatnonzero(np.asarray(self.positions) == self.first_parent)
        if len(of_first) and len(places) > 1:
            bar = self.bars_[of_first[0]]
            bar.set_hatch("///")
            legend_above(ax, handles=[bar], labels=["first parent: the others are its neighbours"])

    def _draw_cells(self, ax, im_kw):
        distances = np.asarray(self.distances)[self.shown_]
        shades = np.hstack([np.zeros((len(distances), 1)), distances])  # (n_shown, 1 + n_parents)
        style = {"cmap": "Greys", "vmin": 0, "vmax": FARTHEST, "aspect": "auto"}
        self.image_ = ax.imshow(shades, **{**style, **im_kw})
        written = [labels_of(self.cells[column], 11) for column in self.shown_]
        for (line, place), shade in np.ndenumerate(shades):
            # White text on dark shades, also for the user's colour map.
            color = "white" if luminance(self.image_.to_rgba(shade)) < 0.45 else "black"
            ax.text(place, line, written[line][place], ha="center", va="center", color=color, fontsize="small")
        ax.axvline(0.5, color=GENERATED, linewidth=2)
        ax.set_xticks(range(shades.shape[1]), ["synthetic", *(f"row {position}" for position in self.positions)])
        if len(self.shown_) < len(self.names):
            ax.set_xlabel(f"{len(self.shown_)} of {len(self.names)} columns (largest distances)")
        bar = self.figure_.colorbar(self.image_, ax=self.ax_.tolist(), extend="max", fraction=0.05, aspect=30)
        bar.set_label("distance (standard deviations)", fontsize="small")


def parents_of(positions, weights, row):
    """Return the positions and weights of a row's parents, by decreasing weight and without negligible ones."""
    kept = np.flatnonzero(positions >= 0)
    if not len(kept):
        raise ValueError(
            f"Expected a row mixed from real rows, got row {row}, which has no parents because it was generated "
            "from noise. Choose a row whose `parents` are not all -1."
        )
    order = kept[np.argsort(-weights[kept], kind="stable")]
    order = order[weights[order] >= min(LIGHTEST, weights[order[0]])]  # with many parents, all weights may be small
    return positions[order], weights[order]


def _check_shapes(n_generated, parents, weights):
    """Raise unless there are parents and weights for each of the generated rows."""
    if parents.shape != weights.shape or len(parents) != n_generated:
        raise ValueError(
            f"Expected parents and weights of {n_generated} generated row(s), got shapes {parents.shape} and "
            f"{weights.shape}. Pass all three as `sample(..., return_parents=True)` returns them."
        )


def _distances(real, generated, row, positions):
    """Return the distances of the parents' values in a column from the synthetic value."""
    cells, missing = real.cells[positions], real.missing[positions]
    if not real.is_numeric:
        return np.where(cells == generated.cells[row], 0, DIFFERENT)
    differences = np.abs(cells.astype(float) - float(generated.cells[row])) / _deviation(real)
    one_is_missing = missing != generated.missing[row]
    return np.where(one_is_missing, DIFFERENT, np.where(missing, 0, differences))


def _deviation(column):
    """Return the standard deviation of the observed values, or 1 if they are equal."""
    observed = column.cells[~column.missing].astype(float)
    return (observed.std() if len(observed) else 0) or 1.0
