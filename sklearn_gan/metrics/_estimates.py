"""Estimates with standard errors, and whether two of them differ by more than chance."""

from typing import NamedTuple

import numpy as np
from scipy.stats import t

CONFIDENCE = 0.99  # a report has many figures


class Estimate(NamedTuple):
    """A figure that is shrunk if it is a share, its standard error, and the number of rows it depends on."""

    center: float
    error: float
    n_rows: int

    def compare(self, other):
        """Return -1 if the figure is lower than another, 1 if it is higher, and 0 if the difference may be chance.

        The difference is compared with its standard error, by Student's distribution for the smaller table.
        """
        difference = self.center - other.center
        quantile = t.ppf((1 + CONFIDENCE) / 2, max(1, min(self.n_rows, other.n_rows) - 1))
        return int(np.sign(difference)) if abs(difference) > quantile * np.hypot(self.error, other.error) else 0


def estimate_of_share(share, n_rows):
    """Return the Estimate of a share of rows, after adding one row of each kind.

    Without these rows, the error of a share of 0 or 1 would be 0 (Agresti, Caffo, "Simple and effective confidence
    intervals for proportions", The American Statistician 54(4), 2000).
    """
    center = (share * n_rows + 1) / (n_rows + 2)
    return Estimate(center, float(np.sqrt(center * (1 - center) / (n_rows + 2))), n_rows)


def estimate_of_sum(value, influences):
    """Return the Estimate of a sum of means, given the values of the rows in each mean."""
    variance = sum(influence.var() / max(1, len(influence) - 1) for influence in influences)
    return Estimate(value, float(np.sqrt(variance)), min(map(len, influences)))
