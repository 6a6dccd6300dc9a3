"""SamplerComparison: scores, statistics and verdicts of compared methods."""

from dataclasses import dataclass
from functools import cached_property
from html import escape
from textwrap import fill
from typing import Any

import numpy as np
from sklearn.base import clone

from sklearn_gan._comparison.display import SamplerComparisonDisplay
from sklearn_gan._comparison.report import ComparisonReport
from sklearn_gan._comparison.statistics import CONFIDENCE
from sklearn_gan._comparison.verdict import Judge, Verdict
from sklearn_gan._runtime.annotations import Array
from sklearn_gan._runtime.printed_table import PrintedTable
from sklearn_gan._table import frame_of

WIDTH = 100
MEANS = "Mean scores over the folds, and mean seconds of a fit"
VERDICTS = f"Verdicts, with joint {CONFIDENCE:.0%} intervals of the mean differences"
UNDEFINED = dict.fromkeys(("difference", "low", "high", "p_better", "p_equivalent", "p_worse"), np.nan)


@dataclass(frozen=True, repr=False, eq=False)
class SamplerComparison:
    r"""Scores of several methods for class imbalance on the same folds, as returned by :func:`compare_samplers`.

    Print it for the means and the verdicts. Notebooks show both as tables.

    Attributes
    ----------
    estimators : dict of {str: classifier}
        Unfitted classifier or pipeline of each method, from the simplest to the most complex. The first is the
        baseline, no resampling.
    methods : list of str
        Names of the methods that did not fail.
    scores : dict of {(str, str or None): dict of {str: ndarray of shape (n_folds,)}}
        Scores of each method, by metric and threshold. The threshold is `"predicted"` for the classes that a method
        predicts, `"tuned"` for those of a threshold tuned on training rows, and None for metrics of probabilities.
    seconds : dict of {str: ndarray of shape (n_folds,)}
        Seconds of fitting each method, without the fit that tunes thresholds.
    failures : dict of {str: str}
        Error message of each method that failed on some fold. Such a method has no scores.
    class_counts : dict
        Number of rows of each class.
    n_folds : int
        Number of folds.
    test_ratio : float
        Mean number of test rows divided by the mean number of training rows.
    verdicts : list of Verdict
        Recommended method and its reason for each metric. Metrics of predicted classes are judged at tuned thresholds
        if there are two classes, so that a moved threshold is not mistaken for better rows.
    best_ : classifier
        Unfitted classifier or pipeline that the first verdict recommends. It does not tune its threshold.
    library : str or None
        Data frame library of `to_frame`, or None if none is installed.
    settings : dict
        Parameters of `compare_samplers` that determine the scores.

    See Also
    --------
    sklearn_gan.displays.SamplerComparisonDisplay : Plot the paired differences.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn_gan import compare_samplers
    >>> X, y = make_classification(n_samples=400, weights=[0.9], random_state=0)
    >>> comparison = compare_samplers(
    ...     LogisticRegression(), X, y, samplers={"class weights": "balanced"}, scoring="roc_auc", random_state=0
    ... )
    >>> comparison.methods, comparison.n_folds
    (['no resampling', 'class weights'], 10)
    """

    estimators: dict[str, Any]
    scores: dict[tuple[str, str | None], dict[str, Array]]
    seconds: dict[str, Array]
    failures: dict[str, str]
    class_counts: dict[Any, int]
    test_ratio: float
    library: str | None
    settings: dict[str, Any]

    @property
    def methods(self) -> list[str]:
        return list(self.seconds)

    @property
    def n_folds(self) -> int:
        return len(next(iter(self.seconds.values())))

    def _judge(self, metric, threshold):
        """Return the Judge of a metric."""
        return Judge(self.scores[metric, threshold], self.test_ratio, min(self.class_counts.values()))

    @cached_property
    def verdicts(self) -> list[Verdict]:
        last_thresholds = dict(self.scores.keys())  # of two thresholds, the tuned one comes last
        return [self._verdict(*key) for key in last_thresholds.items()]

    def _verdict(self, metric, threshold):
        judge = self._judge(metric, threshold)
        chosen = judge.choose()
        return Verdict(metric, threshold, chosen, judge.explain(chosen))

    @property
    def best_(self) -> Any:
        return clone(self.estimators[self.verdicts[0].method])

    def to_frame(self) -> Any:
        """Return a data frame with one row per method and metric.

        Returns
        -------
        frame : dataframe
            In the library of the table or, failing that, in an installed one. Columns:

            - `method`, `metric`, `threshold`: as in `scores`.
            - `mean`, `std`: mean and standard deviation of the scores over the folds.
            - `difference`: mean paired difference to no resampling.
            - `low`, `high`: its interval by the corrected resampled t-test. The intervals of a metric are 95% intervals
              for all methods jointly.
            - `p_better`, `p_equivalent`, `p_worse`: posterior probabilities that the true difference is above 0.01,
              within ±0.01, and below -0.01.
            - `seconds`: mean seconds of fitting.
            - `failure`: message of a method that failed.
        """
        records = [
            self._record(name, *key) if name in self.seconds else self._failed_record(name, *key)
            for key in self.scores
            for name in self.estimators
        ]
        return frame_of(records, self.library)

    def _record(self, name, metric, threshold):
        scores, judge = self.scores[metric, threshold][name], self._judge(metric, threshold)
        spread = float(np.std(scores, ddof=1)) if len(scores) > 1 else np.nan
        return {
            **{"method": name, "metric": metric, "threshold": threshold, "mean": float(scores.mean()), "std": spread},
            **(UNDEFINED if name == judge.baseline else _statistics(judge, name)),
            **{"seconds": float(self.seconds[name].mean()), "failure": None},
        }

    def _failed_record(self, name, metric, threshold):
        about = {"method": name, "metric": metric, "threshold": threshold, "mean": np.nan, "std": np.nan}
        return about | UNDEFINED | {"seconds": np.nan, "failure": self.failures[name]}

    def plot(self, ax: Any = None, **kwargs: Any) -> SamplerComparisonDisplay:
        """Plot the paired differences to no resampling; see :class:`~sklearn_gan.displays.SamplerComparisonDisplay`.

        Parameters
        ----------
        ax : matplotlib Axes, array of them or None, default=None
            One Axes per metric, or a single Axes to divide. None creates a new figure.
        **kwargs : dict
            Further parameters of `SamplerComparisonDisplay.plot`.

        Returns
        -------
        display : SamplerComparisonDisplay
            The plotted display.
        """
        return SamplerComparisonDisplay.from_comparison(self, ax=ax, **kwargs)

    def report(self) -> ComparisonReport:
        """Return the comparison as one HTML page: verdicts, scores, their plot, and how to repeat it.

        Returns
        -------
        report : ComparisonReport
            Notebooks show it, `write_html(path)` writes it to a file, and `open()` opens it in a browser. It needs
            Jinja2 and matplotlib.
        """
        return ComparisonReport(self)

    @property
    def _title(self):
        counts = ", ".join(f"{count:,} of class {label}" for label, count in self.class_counts.items())
        n_rows = sum(self.class_counts.values())
        return f"{len(self.methods)} methods on {self.n_folds} folds of {n_rows:,} rows: {counts}"

    @property
    def _means(self):
        """The header and the rows of the table of means."""
        header = ["mean", *(" ".join(filter(None, key)) for key in self.scores), "seconds"]
        rows = [
            [name, *(f"{scores[name].mean():.3f}" for scores in self.scores.values()), f"{seconds.mean():.1f}"]
            for name, seconds in self.seconds.items()
        ]
        return header, rows

    def _table_of_means(self, first):
        """Return the table of means, with this title of its first column."""
        (_, *titles), rows = self._means
        return PrintedTable(MEANS, [first, *titles], rows, separates_words=True)

    @property
    def _verdict_rows(self):
        return [(label_of(verdict.metric, verdict.threshold), verdict.text) for verdict in self.verdicts]

    def __repr__(self):
        lines = [fill(f"- {label}: {text}", WIDTH, subsequent_indent="  ") for label, text in self._verdict_rows]
        verdicts = "\n".join((f"{VERDICTS}:", *lines))
        failures = "\n".join(f"{name} failed: {message}" for name, message in self.failures.items())
        return "\n\n".join(filter(None, (self._title, str(self._table_of_means("mean")), verdicts, failures)))

    def _repr_html_(self):
        failures = "".join(f"<p>{escape(f'{name} failed: {text}')}</p>" for name, text in self.failures.items())
        verdicts = PrintedTable(VERDICTS, ["metric", "verdict"], self._verdict_rows)
        tables = self._table_of_means("method").to_html() + verdicts.to_html()
        return f"<div><p>{escape(self._title)}</p>{tables}{failures}</div>"


def label_of(metric, threshold):
    """Return the name of a metric, with its threshold in parentheses if it is tuned."""
    return f"{metric} (tuned threshold)" if threshold == "tuned" else metric


def _statistics(judge, name):
    difference = judge.difference(name, judge.baseline)
    low, high = judge.interval(name, judge.baseline)
    better, equivalent, worse = difference.probabilities()
    found = (difference.mean, low, high, better, equivalent, worse)
    return dict(zip(UNDEFINED, found, strict=True))
