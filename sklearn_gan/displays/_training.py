"""TrainingDisplay: metrics recorded during training."""

from typing import Any, Self

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from sklearn_gan import GANImputer, GANOversampler
from sklearn_gan._matrix import SMALLEST_COVERAGE
from sklearn_gan._runtime.annotations import Target
from sklearn_gan._runtime.plot_style import FAINT, GENERATED, REAL, THIRD, legend_above, open_column
from sklearn_gan.displays._draws import check_fitted

LOSSES = ("generator_loss", "discriminator_loss", "reconstruction_loss", "reconstruction_error")
DIVERSITY = ("coverage", "density")
STYLES = {
    "generator_loss": {"color": GENERATED, "linestyle": "-", "marker": "o"},
    "discriminator_loss": {"color": REAL, "linestyle": "--", "marker": "s"},
    "reconstruction_loss": {"color": THIRD, "linestyle": "-.", "marker": "^"},
    "reconstruction_error": {"color": GENERATED, "linestyle": "-", "marker": "o"},
    "coverage": {"color": GENERATED, "linestyle": "-", "marker": "o"},
    "density": {"color": REAL, "linestyle": "--", "marker": "s"},
}
MARKED = 12  # approximate number of markers per line


class TrainingDisplay:
    """Plot the losses, and the coverage of real rows by the generators, over the training steps.

    Create it with :meth:`from_estimator`.

    Parameters
    ----------
    steps : array-like of shape (n_records,)
        Number of training steps completed at each record.
    losses : dict of {str: array-like of shape (n_records,)}
        Losses by name, for the first panel.
    diversity : dict of {str: array-like of shape (n_records,)} or None, default=None
        `coverage` and `density`, for the second panel. None or an empty dict omits this panel.
    kept_steps : array-like of shape (n_generators,), default=()
        Step of the checkpoint selected for each generator.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes of shape (n_panels,)
        Panels of the losses and, if present, of the diversity.
    figure_ : matplotlib Figure
        Figure that contains the panels.
    lines_ : dict of {str: matplotlib Line2D}
        Lines of the losses, the coverage and the density, by name.
    kept_lines_ : list of matplotlib Line2D
        Vertical lines at `kept_steps`, panel by panel.

    See Also
    --------
    SyntheticDataDisplay : Plot synthetic rows beside real ones.

    Notes
    -----
    GAN losses do not fall as the synthetic rows improve. They only show whether one network overpowers the other.
    Coverage is the share of real rows of the smaller classes that the generators reach. Density measures how close to
    such rows the generated rows are. It is 1 if they are as close as real rows. Falling coverage indicates mode
    collapse. Rows are sampled with the weights of the marked checkpoint. Classes with fewer than 10 rows are not
    measured, so the second panel may be absent.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn_gan import GANOversampler
    >>> from sklearn_gan.displays import TrainingDisplay
    >>> X, y = make_classification(n_samples=100, weights=[0.8], flip_y=0, random_state=0)
    >>> sampler = GANOversampler(max_steps=100, hidden_layer_sizes=(8,), random_state=0).fit(X, y)
    >>> display = TrainingDisplay.from_estimator(sampler)
    >>> [ax.get_ylabel() for ax in display.ax_]
    ['loss', 'coverage, density']
    """

    def __init__(
        self, *, steps: Target, losses: dict[str, Any], diversity: dict[str, Any] | None = None, kept_steps: Target = ()
    ) -> None:
        self.steps = steps
        self.losses = losses
        self.diversity = diversity
        self.kept_steps = kept_steps

    @classmethod
    def from_estimator(
        cls, estimator: GANOversampler | GANImputer, *, ax: Any = None, line_kw: dict[str, Any] | None = None
    ) -> Self:
        """Plot the training of a fitted sampler or imputer.

        Parameters
        ----------
        estimator : GANOversampler or GANImputer
            The fitted sampler or imputer.
        ax : matplotlib Axes, array of them or None, default=None
            Axes to plot on; see :meth:`plot`.
        line_kw : dict or None, default=None
            Properties of the lines; see :meth:`plot`.

        Returns
        -------
        display : TrainingDisplay
            The plotted display.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator is neither a GANOversampler nor a GANImputer.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        check_fitted(estimator, GANOversampler, GANImputer)
        history = estimator.history_
        kept = getattr(estimator.net_, "kept_", [])
        display = cls(
            steps=np.array([record["step"] for record in history]),
            losses=_recorded(history, LOSSES),
            diversity=_recorded(history, DIVERSITY),
            kept_steps=[checkpoint.step for checkpoint in kept],
        )
        return display.plot(ax=ax, line_kw=line_kw)

    def plot(self, ax: Any = None, *, line_kw: dict[str, Any] | None = None) -> Self:
        """Plot the recorded metrics.

        Parameters
        ----------
        ax : matplotlib Axes, array of them or None, default=None
            One Axes per panel, or a single Axes to divide into panels. None creates a new figure.
        line_kw : dict or None, default=None
            Keyword arguments of `matplotlib.axes.Axes.plot` for the lines of losses, coverage and density.

        Returns
        -------
        self : TrainingDisplay
            The display.

        Raises
        ------
        ValueError
            If several Axes are passed, but not one per panel, or if lines and steps differ in length.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        panels = {"loss": self.losses, **({"coverage, density": self.diversity} if self.diversity else {})}
        self._check_lengths(panels)
        self.ax_ = open_column(ax, (6.4, 2.9 * len(panels)), [1] * len(panels))
        self.figure_, self.lines_, self.kept_lines_ = self.ax_[0].figure, {}, []
        for panel, (label, lines) in zip(self.ax_, panels.items(), strict=True):
            self._draw_panel(panel, lines, line_kw or {})
            panel.set_ylabel(label)
            if lines is self.diversity:
                panel.axhline(SMALLEST_COVERAGE, color=FAINT, linewidth=0.8, label="warning threshold")
                panel.set_ylim(bottom=0)
        self._label_kept_steps()
        for panel in self.ax_:
            legend_above(panel)
        self.ax_[-1].set_xlabel("step")
        return self

    def _check_lengths(self, panels):
        for lines in panels.values():
            for name, values in lines.items():
                if len(values) != len(self.steps):
                    raise ValueError(
                        f"Expected a value of {name!r} for each of {len(self.steps)} steps, got {len(values)}. Pass "
                        "one value per step."
                    )

    def _draw_panel(self, ax, lines, line_kw):
        every = max(1, len(self.steps) // MARKED)
        for name, values in lines.items():
            style = {**STYLES.get(name, {}), "markersize": 4, "markevery": every, "label": name.replace("_", " ")}
            (self.lines_[name],) = ax.plot(self.steps, values, **{**style, **line_kw})
        for step in self.kept_steps:
            self.kept_lines_.append(ax.axvline(step, color="black", linestyle=":", linewidth=1.5))

    def _label_kept_steps(self):
        """Name the selected steps in the legend of the last panel. A single line represents all of them."""
        steps = [str(step) for step in sorted(set(self.kept_steps))]
        for line in self.kept_lines_[-1:]:
            line.set_label(f"checkpoint selected at step{'s' if len(steps) > 1 else ''} {' and '.join(steps)}")


def _recorded(history, names):
    """Return the metrics present in all records."""
    found = [name for name in names if all(name in record for record in history)]
    return {name: np.array([record[name] for record in history]) for name in found}
