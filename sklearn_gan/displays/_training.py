"""TrainingDisplay: what was recorded while networks trained."""

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from sklearn_gan import GANImputer, GANOversampler
from sklearn_gan._matrix import SMALLEST_COVERAGE
from sklearn_gan.displays._draws import check_fitted
from sklearn_gan.displays._style import FAINT, GENERATED, REAL, THIRD, legend_above, open_column

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
MARKED = 12  # records of a line that have a marker, about


class TrainingDisplay:
    """Draw how the losses, and what the generators cover of the real rows, went over the steps of training.

    Make one with :meth:`from_estimator`.

    Parameters
    ----------
    steps : array-like of shape (n_records,)
        After how many steps each record was made.
    losses : dict of {str: array-like of shape (n_records,)}
        The losses, by name: what is drawn in the first panel.
    diversity : dict of {str: array-like of shape (n_records,)} or None, default=None
        `coverage` and `density`, for a second panel. With None, or an empty dict, there is none.
    kept_steps : array-like of shape (n_generators,), default=()
        After which step the weights of each generator were kept.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes of shape (n_panels,)
        The panels: losses and, if there is any, diversity.
    figure_ : matplotlib Figure
        The figure that they are in.
    lines_ : dict of {str: matplotlib Line2D}
        The line of each loss and of coverage and density, by name.
    kept_lines_ : list of matplotlib Line2D
        For each panel, one after the other, the vertical lines at `kept_steps`.

    See Also
    --------
    SyntheticDataDisplay : Compares what was learned with the real rows.

    Notes
    -----
    The losses of a GAN do not fall as the rows get better: they tell whether one player has run away. Coverage is the
    share of the real rows of the smaller classes that the generators reach, and density how close to such rows they
    draw, 1 being as close as real ones. A coverage that falls tells of a collapse; rows are drawn with the weights of
    the step that is marked. Classes of fewer than 10 rows are not measured, so that the second panel may be missing.

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

    def __init__(self, *, steps, losses, diversity=None, kept_steps=()):
        self.steps = steps
        self.losses = losses
        self.diversity = diversity
        self.kept_steps = kept_steps

    @classmethod
    def from_estimator(cls, estimator, *, ax=None, line_kw=None):
        """Draw the training of a fitted sampler or imputer.

        Parameters
        ----------
        estimator : GANOversampler or GANImputer
            It has been fitted.
        ax : matplotlib Axes, array of them or None, default=None
            What to draw on, as in :meth:`plot`.
        line_kw : dict or None, default=None
            How to draw the lines, as in :meth:`plot`.

        Returns
        -------
        display : TrainingDisplay
            The display, drawn.

        Raises
        ------
        NotFittedError
            If the estimator was not fitted.
        TypeError
            If it is neither of these.
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

    def plot(self, ax=None, *, line_kw=None):
        """Draw the lines.

        Parameters
        ----------
        ax : matplotlib Axes, array of them or None, default=None
            One for each panel, or a single one, in whose place the panels are put. None makes a new figure.
        line_kw : dict or None, default=None
            Passed to `matplotlib.axes.Axes.plot` for the lines of losses, coverage and density.

        Returns
        -------
        self : TrainingDisplay
            The display.

        Raises
        ------
        ValueError
            If there are several Axes, but not one for each panel, or if lines and steps differ in length.
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
                panel.axhline(SMALLEST_COVERAGE, color=FAINT, linewidth=0.8, label="coverage that is warned of")
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
                        "as many."
                    )

    def _draw_panel(self, ax, lines, line_kw):
        every = max(1, len(self.steps) // MARKED)
        for name, values in lines.items():
            style = {**STYLES.get(name, {}), "markersize": 4, "markevery": every, "label": name.replace("_", " ")}
            (self.lines_[name],) = ax.plot(self.steps, values, **{**style, **line_kw})
        for step in self.kept_steps:
            self.kept_lines_.append(ax.axvline(step, color="black", linestyle=":", linewidth=1.5))

    def _label_kept_steps(self):
        """Let the legend of the last panel tell the steps; one line stands for all of them."""
        steps = [str(step) for step in sorted(set(self.kept_steps))]
        for line in self.kept_lines_[-1:]:
            line.set_label(f"weights kept at step{'s' if len(steps) > 1 else ''} {' and '.join(steps)}")


def _recorded(history, names):
    """Return those of the figures that all records have."""
    found = [name for name in names if all(name in record for record in history)]
    return {name: np.array([record[name] for record in history]) for name in found}
