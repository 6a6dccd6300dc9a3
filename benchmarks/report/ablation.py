"""Sections on the default without one of its parts, or with another technique."""

from benchmarks import ablation
from benchmarks.protocol import COMPARED
from benchmarks.report.means import write_means, write_sizes
from benchmarks.report.paired_tests import write_gains_of_parts, write_gains_over

SHOWN = [*COMPARED, "seconds"]
AXES = {
    "loss": "The default with another loss, with the penalty of each loss or none, or with feature matching.",
    "mode": "The default compared with the autoencoder mode; codes are perturbed by 0.5, 1 or 2 standard deviations.",
    "generator": "The default with another generator.",
    "augment": "The default with part of each batch of real rows replaced by rows that the autoencoder perturbed.",
    "missing": "The default on the tables with missing values.",
}


def write_ablation(found):
    """Yield the means without each part, and the gain from it."""
    methods = [name for name in ablation.PARTS if name in set(found["method"])]
    yield "Each row after the first is the default without the named part. " + write_sizes(found)
    yield write_means(found, SHOWN, methods)
    yield "Mean gain from each part over families, and Holm-adjusted p-value of Wilcoxon's test:"
    yield write_gains_of_parts(found, methods[0], methods[1:])


def write_axis(axis, found):
    """Yield the means with each technique of an axis, and its gain over the default."""
    methods = [name for name in ablation.AXES[axis] if name in set(found["method"])]
    yield f"{AXES[axis]} {write_sizes(found)}"
    yield write_means(found, SHOWN, methods)
    yield f"Mean gain over `{methods[0]}` over families, and Holm-adjusted p-value of Wilcoxon's test:"
    yield write_gains_over(found, methods[0], methods[1:])
