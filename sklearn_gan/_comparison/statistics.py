"""The corrected resampled t-test for scores on cross-validation folds, and its Bayesian form."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.stats import t

CONFIDENCE = 0.95
ROPE = 0.01
SMALLEST_SCALE = 1e-12  # keeps the distribution proper if all differences are equal


class Probabilities(NamedTuple):
    """Posterior probabilities that a difference is above, within and below the region of practical equivalence."""

    better: float
    equivalent: float
    worse: float


@dataclass(frozen=True)
class PairedDifference:
    r"""Differences between the scores of two methods on the same folds.

    Parameters
    ----------
    differences : ndarray of shape (n_folds,)
        Score of one method minus that of the other on each fold.
    test_ratio : float
        Number of test rows divided by the number of training rows.

    Notes
    -----
    Folds share training rows, so the variance of the mean over J folds is larger than that of independent differences.
    Nadeau and Bengio [1]_ replace 1/J by

    .. math:: \frac1J + \frac{n_\text{test}}{n_\text{train}}

    in the variance :math:`s^2 / J` of the mean, where :math:`s^2` is the unbiased variance of the differences. The mean
    divided by the square root of this variance follows Student's t-distribution with J - 1 degrees of freedom. With a
    noninformative prior, the posterior of the true difference is the same distribution around the mean [2]_. The
    probabilities of a region of practical equivalence are integrals of this posterior [3]_.

    References
    ----------
    .. [1] Nadeau, Bengio, "Inference for the generalization error", Machine Learning 52, 2003, section 3.
    .. [2] Corani, Benavoli, "A Bayesian approach for comparing cross-validated algorithms on multiple data sets",
       Machine Learning 100, 2015, section 2.2.
    .. [3] Benavoli, Corani, Demšar, Zaffalon, "Time for a change: a tutorial for comparing multiple classifiers through
       Bayesian analysis", JMLR 18, 2017, section 3.1.
    """

    differences: np.ndarray
    test_ratio: float

    @property
    def mean(self):
        """Mean difference."""
        return float(np.mean(self.differences))

    @property
    def scale(self):
        """Corrected standard error of the mean difference."""
        variance = np.var(self.differences, ddof=1)
        return float(max(np.sqrt((1 / len(self.differences) + self.test_ratio) * variance), SMALLEST_SCALE))

    def interval(self, confidence=CONFIDENCE):
        """Return the bounds of the confidence interval of the difference, which are infinite for a single fold."""
        if len(self.differences) < 2:
            return -np.inf, np.inf
        half = self.scale * t.ppf((1 + confidence) / 2, len(self.differences) - 1)
        return self.mean - float(half), self.mean + float(half)

    def probabilities(self, rope=ROPE):
        """Return the posterior probabilities of a difference above, within and below ±`rope`."""
        if len(self.differences) < 2:
            return Probabilities(np.nan, np.nan, np.nan)
        posterior = t(len(self.differences) - 1, self.mean, self.scale)
        better, worse = float(posterior.sf(rope)), float(posterior.cdf(-rope))
        return Probabilities(better, 1 - better - worse, worse)
