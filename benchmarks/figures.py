"""Pictures of a comparison."""

import numpy as np
from matplotlib import pyplot as plt
from scikit_posthocs import critical_difference_diagram

from benchmarks import statistics
from benchmarks.protocol import COMPARED

GAINED = ("AP", "AUROC", "balanced_accuracy")


def draw_ranks(compare, methods, path):
    """Draw a critical-difference diagram (Demšar 2006) for each metric: mean ranks over families, Nemenyi's test."""
    figure, axes = plt.subplots(len(COMPARED), figsize=(9, 2.2 * len(COMPARED)), layout="constrained")
    for ax, metric in zip(axes, COMPARED, strict=True):
        mean_ranks, _, p_values = statistics.ranks(compare, methods, metric)
        critical_difference_diagram(mean_ranks, p_values, ax=ax)
        ax.set_title(f"{metric.replace('_', ' ')}: mean rank over families, 1 is best", fontsize=10)
    _save(figure, path)


def draw_gains(compare, method, path):
    """Draw a dot for each table: what `method` gains over SMOTE and over none."""
    figure, axes = plt.subplots(1, len(GAINED), figsize=(12, 10), sharey=True, layout="constrained")
    gains = {
        baseline: statistics.differences(compare, method, baseline, GAINED, by="table")
        for baseline in ("SMOTE", "none")
    }
    order = gains["SMOTE"].mean(axis=1).sort_values().index
    for ax, metric in zip(axes, GAINED, strict=True):
        ax.axvline(0, color="0.6", linewidth=1)
        for (baseline, found), marker in zip(gains.items(), ("o", "x"), strict=True):
            ax.scatter(found.loc[order, metric], np.arange(len(order)), marker=marker, s=28, label=f"over {baseline}")
        ax.set(title=metric.replace("_", " "), xlabel="gain", yticks=np.arange(len(order)), yticklabels=order)
        ax.grid(axis="y", color="0.92")
        ax.set_axisbelow(True)
    axes[0].legend(loc="lower right")
    _save(figure, path)


def _save(figure, path):
    figure.savefig(path, dpi=110)
    plt.close(figure)
