"""Detect integers that are codes, between which no other value is possible, such as postal codes."""

import numpy as np

from sklearn_gan._runtime.warnings import warn_caller

FEWEST_CODES = 30
SMALLEST_CODE = 100
N_ITERATIONS = 50


def are_sparse(values, counts, notation):
    """Return whether integers repeat although most of their neighbours do not occur.

    Integers that are drawn from a smooth density occur a Poisson number of times each. The mean number of occurrences
    of those that occur determines the share of neighbours that should also occur. Codes have at most half of it.

    Parameters
    ----------
    values, counts : ndarray of shape (n_values,)
        The distinct values in ascending order, and the number of rows with each.
    notation : Notation
        The notation of the values.
    """
    mean_count = np.mean(np.minimum(counts, 2 * np.median(counts)))  # without the effect of single spikes
    if notation.places != 0 or len(values) < FEWEST_CODES or mean_count < 2:
        return False
    rate = mean_count
    for _ in range(N_ITERATIONS):  # the mean of a positive Poisson variable is rate / (1 - exp(-rate))
        rate = mean_count * -np.expm1(-rate)
    occupied = np.mean(np.diff(values.astype(float)) == notation.step)
    return bool(occupied < -np.expm1(-rate) / 2)


def warn_of_codes(name, values):
    """Warn about sparse integers that all have the same number of digits."""
    low, high = int(values[0]), int(values[-1])
    if low >= SMALLEST_CODE and len(str(low)) == len(str(high)):
        warn_caller(
            f"Expected numbers in column {name!r}, found {len(values):,} distinct integers of {len(str(low))} digits "
            "that look like codes: they repeat, but integers between them do not occur. Only observed values are "
            "generated. If they are categories, add the column to `categorical_features`.",
            UserWarning,
        )
