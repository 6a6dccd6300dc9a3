"""Distances that are expected by chance between two samples of one distribution."""

from typing import NamedTuple

import numpy as np

from sklearn_gan.metrics._columns import level_shares

# Mean and 99% quantile of the Kolmogorov distribution: those of the statistic of two large samples, times
# sqrt(1 / n + 1 / m).
MEAN_GAP, LARGEST_GAP = np.sqrt(np.pi / 2) * np.log(2), 1.6276
MEAN_SIZE, DEVIATION_OF_SIZE = np.sqrt(2 / np.pi), np.sqrt(1 - 2 / np.pi)  # of the size of a standard normal number
QUANTILE = 2.576  # 99% of standard normal numbers have a smaller size
COLUMN_LIMITS = 0.1, 0.25  # distances beyond the mean by chance that are worth a look, and that are a problem
ASSOCIATION_LIMITS = 0.05, 0.15  # the same for mean differences of associations
WORDS = "no more than by chance", "more than by chance", "much more than by chance"


class Chance(NamedTuple):
    """The mean distance by chance, and the distance that 99% of such samples do not exceed."""

    mean: float
    largest: float

    def grade(self, distance, limits):
        """Return 0 if a distance may be due to chance or is small, 1 if it is worth a look, and 2 if it is large."""
        excess = distance - self.mean
        return 0 if distance <= self.largest else int(np.searchsorted(limits, excess))

    def describe(self, distance, limits):
        """Return the grade of a distance in words."""
        return WORDS[self.grade(distance, limits)]


def column_chance(real, synthetic):
    """Return the Chance of the distance of a column, given as two ComparableColumn.

    For categories, the distance is half the sum of the sizes of differences of shares, which are approximately normal.
    """
    sizes = len(real.cells), len(synthetic.cells)
    scale = sum(1 / size for size in sizes)
    if real.is_numeric:
        return _at_most_1(MEAN_GAP * np.sqrt(scale), LARGEST_GAP * np.sqrt(scale))
    shares = np.average(level_shares(real, synthetic), axis=0, weights=sizes)
    variances = scale * shares * (1 - shares)
    mean = MEAN_SIZE * np.sqrt(variances).sum() / 2
    deviation = DEVIATION_OF_SIZE * np.sqrt(2 * variances.sum()) / 2  # exact for two categories
    return _at_most_1(mean, mean + QUANTILE * deviation)


def association_chance(associations, n_real, n_synthetic):
    """Return the Chance of the mean absolute difference of associations, given the real ones as a square matrix.

    The standard deviation of a correlation r in n rows is about (1 - r²) / √n. The mean difference of p columns varies
    at most about as much as that of p / 2 independent pairs.
    """
    pairs = associations[np.triu_indices(len(associations), k=1)]
    if not len(pairs):
        return Chance(0.0, 0.0)
    deviation = np.sqrt(1 / n_real + 1 / n_synthetic) * np.mean(1 - pairs**2)
    spread = QUANTILE * DEVIATION_OF_SIZE / np.sqrt(len(associations) / 2)
    return Chance(float(MEAN_SIZE * deviation), float((MEAN_SIZE + spread) * deviation))


def _at_most_1(mean, largest):
    return Chance(min(1.0, float(mean)), min(1.0, float(largest)))
