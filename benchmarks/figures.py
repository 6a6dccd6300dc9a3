"""Figures of the comparison and of the demonstration; markers and lightness differ, not colour alone."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.ticker import LogLocator, MaxNLocator
from scikit_posthocs import critical_difference_diagram
from scipy import stats

from benchmarks import statistics
from benchmarks.protocol import COMPARED

GAINED = ("AP", "AUROC", "balanced_accuracy")
BLUE, ORANGE = "#0072B2", "#E69F00"  # of Okabe and Ito's palette
BASELINES = {
    "SMOTE": {"fmt": "o", "color": BLUE, "label": "difference from SMOTE, 95% interval"},
    "none": {"fmt": "D", "color": ORANGE, "mec": "black", "label": "difference from no resampling, 95% interval"},
}
MEAN = "mean of families"
LARGE = {"markersize": 9, "elinewidth": 2.5, "capsize": 4}
ALPHA = 0.05


def corrected_interval(differences, test_to_train, level=0.95):
    """Return the mean of paired differences over folds and the half-width of its confidence interval.

    The corrected resampled t-test (Nadeau and Bengio, 2003) adds the ratio of test to training rows to 1 / n, because
    training sets overlap. A ratio of 0 gives Student's interval for independent differences.
    """
    n = len(differences)
    variance = differences.var(ddof=1) * (1 / n + test_to_train)
    return differences.mean(), stats.t.ppf((1 + level) / 2, n - 1) * np.sqrt(variance)


def draw_ranks(compare, methods, path):
    """Draw the diagrams of `plot_ranks` in a file."""
    _save(plot_ranks(compare, methods), path)


def plot_ranks(compare, methods):
    """Return a critical-difference diagram (Demšar 2006) for each metric: mean ranks over families, Nemenyi's test."""
    figure, axes = plt.subplots(len(COMPARED), figsize=(10, 2.7 * len(COMPARED)), layout="constrained")
    for ax, metric in zip(axes, COMPARED, strict=True):
        mean_ranks, _, p_values = statistics.ranks(compare, methods, metric)
        _draw_rank_diagram(ax, mean_ranks.sort_values(), p_values)
        ax.set_title(_conclude_ranks(metric, mean_ranks, p_values), fontsize=13, fontweight="bold")
    n_families = compare["family"].nunique()
    figure.suptitle(
        f"Mean ranks over {n_families} families of tables; 1 is best. A black bar joins methods\n"
        f"whose ranks do not differ significantly (Nemenyi's test at the {ALPHA:.0%} level).",
        fontsize=13,
    )
    return figure


def draw_cost(costs, path):
    """Draw the CPU seconds of `fit` against the number of rows, columns, classes and steps.

    Parameters
    ----------
    costs : dict of {str: Series}
        CPU seconds by size, for each axis.
    path : Path
    """
    figure, axes = plt.subplots(1, len(costs), figsize=(3 * len(costs), 3), sharey=True, layout="constrained")
    for ax, (axis, seconds) in zip(np.atleast_1d(axes), costs.items(), strict=True):
        ax.loglog(seconds.index, seconds, "o-", color=BLUE)
        ax.set_xticks(seconds.index, [f"{size:,}" for size in seconds.index], rotation=45)
        ax.minorticks_off()
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter("{x:g}")
        ax.set_xlabel(axis)
        ax.grid(color="0.92")
    np.atleast_1d(axes)[0].set_ylabel("CPU seconds of fit")
    _save(figure, path)


def _draw_rank_diagram(ax, mean_ranks, p_values):
    mean_ranks, p_values = mean_ranks.rename(_name), p_values.rename(_name).rename(_name, axis=1)
    colors = dict.fromkeys(mean_ranks.index, "0.4") | {mean_ranks.index[0]: BLUE}
    critical_difference_diagram(
        mean_ranks,
        p_values,
        alpha=ALPHA,
        ax=ax,
        color_palette=colors,
        label_fmt_left="{label} ({rank:.1f})",
        label_fmt_right="({rank:.1f}) {label}",
        label_props={"fontsize": 12},
        crossbar_props={"color": "black", "linewidth": 5},
    )


def _conclude_ranks(metric, mean_ranks, p_values):
    """Name the best method and those that do not differ from it."""
    best = mean_ranks.idxmin()
    others = mean_ranks.drop(best).sort_values().index
    alike = [name for name in others if p_values.loc[best, name] >= ALPHA]
    ahead = f"not significantly ahead of {_enumerate(alike)}" if alike else "significantly ahead of all others"
    return f"{_title(metric)}: {_name(best)} ranks first,\n{ahead}"


def draw_gains(compare, method, path):
    """Draw the figure of `plot_gains` in a file."""
    _save(plot_gains(compare, method), path)


def plot_gains(compare, method, metrics=GAINED):
    """Return a figure of the differences of `method` from SMOTE and from no resampling.

    It has a column for each metric. Means over families are above, tables below.

    Intervals are over families for the means, adjusted for their number (Bonferroni), and over the folds of one
    repetition for a table.
    """
    gains = {baseline: _gains(compare, method, baseline, metrics) for baseline in BASELINES}
    order = gains["SMOTE"][0].drop(MEAN).mean(axis=1).sort_values().index
    heights = {"height_ratios": [1, 11]}
    width = 2 + 3 * len(metrics)
    size = {"figsize": (width, 13.5), "sharey": "row", "layout": "constrained", "squeeze": False}
    figure, axes = plt.subplots(2, len(metrics), **size, **heights)
    for (above, below), metric in zip(axes.T, metrics, strict=True):
        for (baseline, (mean, half)), shift in zip(gains.items(), (0.18, -0.18), strict=True):
            style = BASELINES[baseline]
            _draw_intervals(below, mean.loc[order, metric], half.loc[order, metric], shift, **style)
            _draw_intervals(above, mean.loc[[MEAN], metric], half.loc[[MEAN], metric], shift, **style, **LARGE)
        above.set_title(_count_gains(metric, gains), fontsize=11)
        above.set(ylim=(-0.6, 0.6))
        above.xaxis.set_major_locator(MaxNLocator(4))
        below.set(ylim=(-0.7, len(order) - 0.3), xlabel=f"← {method} worse | better →")
    figure.legend(
        *axes[1, 0].get_legend_handles_labels(), loc="outside lower center", ncols=1 + (width > 9), fontsize=12
    )
    conclusion = textwrap.fill(_conclude_gains(method, gains), 7 * width)
    figure.suptitle(conclusion, fontsize=14, fontweight="bold")
    return figure


def plot_effects(effects, title):
    """Return a figure of mean differences over families, with 95% intervals of Student.

    Parameters
    ----------
    effects : dict of {str: DataFrame}
        For each row of the figure, differences of each family, with a column for each panel.
    title : str
    """
    metrics = list(next(iter(effects.values())))
    labels = [textwrap.fill(name, 24) for name in effects]
    height = 1.1 + 0.17 * sum(2 + label.count("\n") for label in labels)
    size = {"figsize": (2.2 + 2 * len(metrics), height), "layout": "constrained"}
    figure, axes = plt.subplots(1, len(metrics), sharey=True, squeeze=False, **size)
    for ax, metric in zip(axes[0], metrics, strict=True):
        pairs = [corrected_interval(found[metric].dropna(), 0) for found in effects.values()]
        mean, half = pd.DataFrame(pairs, index=labels).T.to_numpy()
        _draw_intervals(ax, pd.Series(mean, labels), half, 0, fmt="o", color=BLUE, capsize=2)
        ax.xaxis.set_major_locator(MaxNLocator(3))
        ax.set(xlabel=_title(metric), ylim=(len(effects) - 0.5, -0.5))
    figure.suptitle(title, fontsize=12)
    return figure


def _gains(compare, method, baseline, metrics):
    """Return the mean and the half-width of its interval for each table and for the mean over families."""
    by_method = compare.groupby(["table", "fold", "method"])[list(metrics)].mean().unstack("method")
    folds = by_method.xs(method, axis=1, level=1) - by_method.xs(baseline, axis=1, level=1)
    ratio = 1 / (compare["fold"].nunique() - 1)
    found = {table: corrected_interval(part, ratio) for table, part in folds.groupby("table")}
    families = statistics.differences(compare, method, baseline, metrics)
    found[MEAN] = corrected_interval(families, 0, level=1 - ALPHA / (len(metrics) * len(BASELINES)))
    return [pd.DataFrame({name: pair[part] for name, pair in found.items()}).T for part in (0, 1)]


def _draw_intervals(ax, mean, half, shift, markersize=5, elinewidth=1.2, **style):
    places = np.arange(len(mean))
    sizes = {"markersize": markersize, "elinewidth": elinewidth, "markeredgewidth": 0.6}
    ax.errorbar(mean, places + shift, xerr=half, **sizes, **style)
    ax.set_yticks(places, mean.index)
    ax.axvline(0, color="black", linewidth=1)
    ax.grid(axis="y", color="0.92")
    ax.set_axisbelow(True)


def _count_gains(metric, gains):
    """State on how many tables the metric is higher than with each baseline."""
    n_better, n_better_than_none = ((mean.drop(MEAN)[metric] > 0).sum() for mean, _ in gains.values())
    n_tables = len(gains["SMOTE"][0]) - 1
    than_none = f"than no resampling\non {n_better_than_none} of {n_tables} tables"
    return f"{_title(metric)}: better than\nSMOTE on {n_better}, {than_none}"


def _conclude_gains(method, gains):
    """Name the plotted metrics for which the interval of the mean over families lies above zero."""
    found = []
    for baseline, (mean, half) in gains.items():
        is_above = mean.loc[MEAN] > half.loc[MEAN]
        better = is_above.index[is_above]
        degree = "better" if len(better) else "not significantly better"
        found.append(f"{degree} than {_name(baseline)} in {_enumerate(better if len(better) else is_above.index)}")
    return f"On average, {method} is {found[0]}, and {found[1]}"


def _enumerate(names):
    names = [_name(name) for name in names]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _name(name):
    return {"none": "no resampling", "random": "random oversampling"}.get(name, name.replace("_", " "))


def _title(metric):
    return _name(metric)[:1].upper() + _name(metric)[1:]


def _save(figure, path):
    figure.savefig(path, dpi=100)
    plt.close(figure)
