"""SamplerComparisonDisplay: paired differences of scores on the folds of a comparison."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from sklearn_gan._comparison.statistics import ROPE
from sklearn_gan._runtime.annotations import Array
from sklearn_gan._runtime.plot_style import FAINT, GENERATED, REAL, given_axes, label_of, open_area

if TYPE_CHECKING:
    from sklearn_gan._comparison.result import SamplerComparison

JITTER = 0.18
HEIGHT_PER_METHOD, WIDTH_PER_METRIC = 0.55, 2.6  # inches


class SamplerComparisonDisplay:
    """Plot the differences between the scores of each method and those of no resampling, fold by fold.

    Create it with :meth:`from_comparison`, or call `SamplerComparison.plot`.

    Parameters
    ----------
    differences : dict of {str: dict of {str: array-like of shape (n_folds,)}}
        Differences on each fold, by metric and method.
    intervals : dict of {str: dict of {str: tuple (float, float, float)}}
        Mean difference and the bounds of its interval, by metric and method.
    chosen : dict of {str: str}
        Recommended method for each metric.
    baseline : str, default="no resampling"
        Name of the method with which the others are compared.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes of shape (n_metrics,)
        Panels of the metrics.
    figure_ : matplotlib Figure
        Figure that contains the panels.
    dots_ : list of matplotlib PathCollection
        Dots of the folds, panel by panel.

    See Also
    --------
    sklearn_gan.compare_samplers : Compare methods for class imbalance.

    Notes
    -----
    A dot is the difference on one fold. A vertical mark is the mean difference, and the line through it its interval.
    The shaded region is practically equivalent to no resampling. The recommended method has a filled star in place of
    the mark.

    Examples
    --------
    >>> from imblearn.over_sampling import RandomOverSampler
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn_gan import compare_samplers
    >>> X, y = make_classification(n_samples=400, weights=[0.9], random_state=0)
    >>> comparison = compare_samplers(
    ...     LogisticRegression(), X, y, samplers={"random": RandomOverSampler()}, scoring="roc_auc", random_state=0
    ... )
    >>> display = comparison.plot()
    >>> [label.get_text() for label in display.ax_[0].get_yticklabels()]
    ['random']
    """

    def __init__(
        self,
        *,
        differences: dict[str, dict[str, Array]],
        intervals: dict[str, dict[str, tuple[float, float, float]]],
        chosen: dict[str, str],
        baseline: str = "no resampling",
    ) -> None:
        self.differences = differences
        self.intervals = intervals
        self.chosen = chosen
        self.baseline = baseline

    @classmethod
    def from_comparison(
        cls, comparison: "SamplerComparison", *, ax: Any = None, dot_kw: dict[str, Any] | None = None
    ) -> Self:
        """Plot a comparison, at the threshold of its verdicts.

        Parameters
        ----------
        comparison : SamplerComparison
            Result of `compare_samplers`.
        ax : matplotlib Axes, array of them or None, default=None
            Axes to plot on; see :meth:`plot`.
        dot_kw : dict or None, default=None
            Properties of the dots; see :meth:`plot`.

        Returns
        -------
        display : SamplerComparisonDisplay
            The plotted display.
        """
        check_matplotlib_support(f"{cls.__name__}.from_comparison")
        differences, intervals, chosen = {}, {}, {}
        for verdict in comparison.verdicts:
            title = verdict.metric if verdict.threshold is None else f"{verdict.metric}\n({verdict.threshold})"
            judge = comparison._judge(verdict.metric, verdict.threshold)
            found = {name: judge.difference(name, judge.baseline) for name in judge.others}
            differences[title] = {name: difference.differences for name, difference in found.items()}
            intervals[title] = {
                name: (difference.mean, *judge.interval(name, judge.baseline)) for name, difference in found.items()
            }
            chosen[title] = verdict.method
        display = cls(differences=differences, intervals=intervals, chosen=chosen, baseline=judge.baseline)
        return display.plot(ax=ax, dot_kw=dot_kw)

    def plot(self, ax: Any = None, *, dot_kw: dict[str, Any] | None = None) -> Self:
        """Plot the differences.

        Parameters
        ----------
        ax : matplotlib Axes, array of them or None, default=None
            One Axes per metric, or a single Axes to divide. None creates a new figure.
        dot_kw : dict or None, default=None
            Keyword arguments of `matplotlib.axes.Axes.scatter` for the dots.

        Returns
        -------
        self : SamplerComparisonDisplay
            The display.

        Raises
        ------
        ValueError
            If several Axes are passed, but not one per metric.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        names = list(next(iter(self.differences.values())))
        self.ax_ = self._open(ax, len(names))
        self.figure_, self.dots_ = self.ax_[0].figure, []
        for panel, title in zip(self.ax_, self.differences, strict=True):
            self._draw_panel(panel, title, names, dot_kw or {})
        self.ax_[0].set_yticks(range(len(names)), [label_of(name) for name in names])
        for panel in self.ax_[1:]:
            panel.set_yticks(range(len(names)), [])
        return self

    def _open(self, ax, n_methods):
        n_panels = len(self.differences)
        given = given_axes(ax, n_panels)
        if len(given) == n_panels:
            return np.array(given, dtype=object)
        size = WIDTH_PER_METRIC * n_panels + 1.5, HEIGHT_PER_METHOD * n_methods + 1.4
        figure, place = open_area(*given or (None,), size)
        return np.array([figure.add_subplot(cell) for cell in place.subgridspec(1, n_panels)], dtype=object)

    def _draw_panel(self, ax, title, names, dot_kw):
        ax.axvspan(-ROPE, ROPE, color="0.9", linewidth=0)
        ax.axvline(0, color=FAINT, linewidth=0.8)
        for place, name in enumerate(names):
            differences, (mean, low, high) = self.differences[title][name], self.intervals[title][name]
            offsets = np.linspace(-JITTER, JITTER, len(differences))
            style = {"s": 14, "color": REAL, "edgecolor": "none", "zorder": 2}
            self.dots_.append(ax.scatter(differences, place + offsets, **{**style, **dot_kw}))
            if np.isfinite([low, high]).all():
                ax.plot([low, high], [place, place], color=GENERATED, linewidth=1.6, zorder=3)
            marker, size = ("*", 12) if name == self.chosen[title] else ("|", 10)
            ax.plot(mean, place, marker, color=GENERATED, markersize=size, markeredgewidth=1.6, zorder=4)
        ax.set_ylim(max(len(names), 1) - 0.5, -0.5)
        ax.set_title(title, fontsize="small")
        ax.set_xlabel(f"difference to {label_of(self.baseline)}", fontsize="small")
        ax.locator_params(axis="x", nbins=4)
        ax.tick_params(labelsize="small")
        ax.spines[["top", "right"]].set_visible(False)
