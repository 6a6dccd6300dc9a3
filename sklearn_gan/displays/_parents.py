"""ParentsDisplay: a generated row beside the real rows that it was mixed from."""

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from sklearn_gan import GANOversampler
from sklearn_gan._table import choose_categorical, open_container, read_tables
from sklearn_gan.displays._draws import check_fitted, default_label, draw_aside, match_columns
from sklearn_gan.displays._style import (
    GENERATED,
    REAL,
    labels_of,
    luminance,
    open_column,
    title_of,
    write_number,
    write_time,
)

ROWS_TO_TRY = 256
FARTHEST = 2.0  # standard deviations, drawn in the darkest shade
DIFFERENT = 1.0
LIGHTEST = 0.005  # what would be written as 0.00


class ParentsDisplay:
    r"""Draw a generated row beside the real rows that it was mixed from.

    Each line is a column of the table, its cell in the generated row first. The darker a parent's cell is, the further
    it is from that of the generated row. Bars above tell the weights of the parents; those whose weight rounds to 0.00
    are left out.

    Make one with :meth:`from_estimator`, or with :meth:`from_sample` of rows that were drawn before.

    Parameters
    ----------
    names : list of length n_features
        The names of the columns.
    cells : list of list of str, of shape (n_features, 1 + n_parents)
        What is written: for each column the cell of the generated row, then those of its parents.
    distances : ndarray of shape (n_features, n_parents)
        How far each parent's cell is from that of the generated row. Of numbers this is the difference in standard
        deviations of the column; a category that differs, or a cell that is missing in one of them, counts 1.
    positions : array-like of shape (n_parents,)
        Where the parents stand in the table that was fitted.
    weights : array-like of shape (n_parents,)
        Their weights.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes of shape (2,)
        The weights, and the cells.
    figure_ : matplotlib Figure
        The figure that they are in.
    bars_ : matplotlib BarContainer
        The weights.
    image_ : matplotlib AxesImage
        The shades of the cells; the generated row's, the first, has none.
    shown_ : ndarray of int
        The positions of the columns that are shown, from the top.

    See Also
    --------
    sklearn_gan.GANOversampler.sample : With `return_parents=True` it tells parents and weights.

    Notes
    -----
    After mixing a network corrected the row, so that a cell of the generated row need not lie between those of its
    parents. In a category it can have a level that none of them has.

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

    def __init__(self, *, names, cells, distances, positions, weights):
        self.names = names
        self.cells = cells
        self.distances = distances
        self.positions = positions
        self.weights = weights

    @classmethod
    def from_estimator(cls, estimator, X, *, label=None, max_columns=15, ax=None):
        """Draw a row from a fitted sampler, and show what it was mixed from.

        The sampler is left as it was: `sample` draws this row again.

        Parameters
        ----------
        estimator : GANOversampler
            It has been fitted.
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The table that it was fitted on, which holds the cells of the parents.
        label : label or None, default=None
            The class of the row. None takes the one of which `fit_resample` draws most.
        max_columns : int, default=15
            How many columns are shown, as in :meth:`plot`.
        ax : matplotlib Axes, array of two or None, default=None
            What to draw on, as in :meth:`plot`.

        Returns
        -------
        display : ParentsDisplay
            The display, drawn.

        Raises
        ------
        NotFittedError
            If the sampler was not fitted.
        TypeError
            If it is another estimator.
        ValueError
            If its rows have no parents, as those of `generator="noise"`, if the label was not seen in `fit`, or if `X`
            is another table.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        check_fitted(estimator, GANOversampler)
        label = default_label(estimator) if label is None else label
        drawn, parents, weights = draw_aside(estimator, ROWS_TO_TRY, label, return_parents=True)
        with_parents = np.flatnonzero((parents >= 0).any(axis=1))
        if not len(with_parents):
            raise ValueError(
                f"Expected a row that was mixed from real ones, got {ROWS_TO_TRY} of class {label!r} without parents "
                f'from generator={estimator.generator!r}. Fit a sampler with generator="residual", "both" or '
                '"autoencoder".'
            )
        return cls.from_sample(
            X,
            drawn,
            parents,
            weights,
            row=with_parents[0],
            categorical_features=estimator.categorical_features,
            max_columns=max_columns,
            ax=ax,
        )

    @classmethod
    def from_sample(
        cls, X, generated, parents, weights, *, row=0, categorical_features="auto", max_columns=15, ax=None
    ):
        """Show what a row was mixed from that `sample(..., return_parents=True)` returned.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The table that the sampler was fitted on.
        generated : {array-like, sparse matrix, dataframe} of shape (n_generated, n_features)
            The rows that were drawn.
        parents : array-like of shape (n_generated, n_parents)
            The positions of their parents in `X`, -1 where there is none.
        weights : array-like of shape (n_generated, n_parents)
            Their weights.
        row : int, default=0
            Which of the rows is shown.
        categorical_features : "auto", array-like of str, int or bool, default="auto"
            Which columns are categories, as in the sampler.
        max_columns : int, default=15
            How many columns are shown, as in :meth:`plot`.
        ax : matplotlib Axes, array of two or None, default=None
            What to draw on, as in :meth:`plot`.

        Returns
        -------
        display : ParentsDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If the row has no parents, or if `X` has not the rows or columns that it should.
        """
        check_matplotlib_support(f"{cls.__name__}.from_sample")
        positions, weights = _parents_of(np.asarray(parents)[row], np.asarray(weights)[row], row)
        raw = list(open_container(X, estimator=cls.__name__).columns())
        n_rows = len(raw[0].cells)
        if positions.max() >= n_rows:
            raise ValueError(
                f"Expected in X the table that was fitted, which has a row at position {positions.max()}, got "
                f"{n_rows} row(s). Pass the X of `fit`."
            )
        is_categorical = choose_categorical(categorical_features, raw)
        pairs = list(zip(*read_tables(is_categorical, X=X, generated=generated), strict=True))
        drawn = match_columns(list(open_container(generated).columns()), raw)
        written = [
            [_write(new, row), *(_write(column, position) for position in positions)]
            for column, new in zip(raw, drawn, strict=True)
        ]
        return cls(
            names=[column.name for column in raw],
            cells=written,
            distances=np.array([_distances(*pair, row, positions) for pair in pairs]),
            positions=positions,
            weights=weights,
        ).plot(ax=ax, max_columns=max_columns)

    def plot(self, ax=None, *, max_columns=15, im_kw=None):
        """Draw the cells, and the weights above them.

        Parameters
        ----------
        ax : matplotlib Axes, array of two or None, default=None
            One for the weights and one for the cells, or a single one, in whose place they are put. None makes a new
            figure.
        max_columns : int, default=15
            How many columns are shown, if there are more: those in which a parent is furthest from the generated row.
        im_kw : dict or None, default=None
            Passed to `matplotlib.axes.Axes.imshow` for the shades.

        Returns
        -------
        self : ParentsDisplay
            The display.

        Raises
        ------
        ValueError
            If there are several Axes, but not two.
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
        """Return the columns that are shown: all, or those in which parents differ most."""
        spread = np.asarray(self.distances).max(axis=1)
        return np.argsort(-spread, kind="stable")[:max_columns] if len(spread) > max_columns else np.arange(len(spread))

    def _draw_weights(self, ax):
        places = 1 + np.arange(len(self.weights))
        self.bars_ = ax.bar(places, self.weights, width=0.6, color=REAL, edgecolor="black", linewidth=0.8)
        ax.bar_label(self.bars_, fmt="{:.2f}", fontsize="small")
        ax.set(ylim=(0, 1.25 * max(self.weights)), xticks=[], yticks=[])
        ax.text(0, 0, "weight", ha="center", va="bottom")

    def _draw_cells(self, ax, im_kw):
        distances = np.asarray(self.distances)[self.shown_]
        shades = np.hstack([np.zeros((len(distances), 1)), distances])
        style = {"cmap": "Greys", "vmin": 0, "vmax": FARTHEST, "aspect": "auto"}
        self.image_ = ax.imshow(shades, **{**style, **im_kw})
        written = [labels_of(self.cells[column], 11) for column in self.shown_]
        for (line, place), shade in np.ndenumerate(shades):
            color = "white" if luminance(self.image_.to_rgba(shade)) < 0.45 else "black"
            ax.text(place, line, written[line][place], ha="center", va="center", color=color, fontsize="small")
        ax.axvline(0.5, color=GENERATED, linewidth=2)
        ax.set_xticks(range(shades.shape[1]), ["generated", *(f"row {position}" for position in self.positions)])
        if len(self.shown_) < len(self.names):
            ax.set_xlabel(f"{len(self.shown_)} of {len(self.names)} columns: those that differ most")
        bar = self.figure_.colorbar(self.image_, ax=self.ax_.tolist(), extend="max", fraction=0.05, aspect=30)
        bar.set_label("distance (standard deviations)", fontsize="small")


def _parents_of(positions, weights, row):
    """Return the positions and weights of a row's parents that weigh something, the heaviest first."""
    kept = np.flatnonzero(positions >= 0)
    if not len(kept):
        raise ValueError(
            f"Expected a row that was mixed from real ones, got row {row}, which has no parents, as it was made "
            "from noise. Choose one whose `parents` are not all -1."
        )
    order = kept[np.argsort(-weights[kept], kind="stable")]
    order = order[weights[order] >= min(LIGHTEST, weights[order[0]])]  # of many parents the heaviest may be light
    return positions[order], weights[order]


def _distances(real, generated, row, positions):
    """Return how far the parents' cells of a column are from that of the generated row."""
    cells, missing = real.cells[positions], real.missing[positions]
    if not real.is_numeric:
        return np.where(cells == generated.cells[row], 0, DIFFERENT)
    differences = np.abs(cells.astype(float) - float(generated.cells[row])) / _deviation(real)
    one_is_missing = missing != generated.missing[row]
    return np.where(one_is_missing, DIFFERENT, np.where(missing, 0, differences))


def _deviation(column):
    """Return the standard deviation of the observed cells, 1 if they are equal."""
    observed = column.cells[~column.missing].astype(float)
    return (observed.std() if len(observed) else 0) or 1.0


def _write(column, row):
    """Return a cell as text."""
    if column.missing[row]:
        return "missing"
    cell = column.cells[row]
    if column.unit:
        return write_time(cell, column.unit)
    return write_number(cell) if column.kind == "number" else str(cell)
