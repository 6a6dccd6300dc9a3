"""The probability that columns without a relation satisfy one by chance."""

from math import log

import numpy as np

ERROR_RATE = 1e-3  # of each kind of relation, for a whole table of independent columns


def exceeds_chance(log_probability, log_n_candidates):
    """Return whether so small a probability is expected for none of the candidates, up to the error rate."""
    return log_probability <= log(ERROR_RATE) - log_n_candidates


def log_probability_of_function(groups, codes):
    """Return log Π_a Σ_b p_b^(n_a), the probability that independent values are equal within each group.

    Parameters
    ----------
    groups, codes : ndarray of int of shape (n_rows,)
        The group and the value of each row. The n_a are the sizes of the groups, and the p_b the shares of the values.
    """
    shares = np.bincount(codes) / len(codes)
    shares = shares[shares > 0]
    sizes, n_groups = np.unique(np.bincount(groups)[np.unique(groups)], return_counts=True)
    largest = shares.max()
    # Relative to the largest share, so that the powers do not underflow.
    sums = np.array([np.sum((shares / largest) ** size) for size in sizes])
    return float(np.sum(n_groups * (np.log(sums) + sizes * log(largest))))


def log_probability_of_order(lows, highs):
    """Return n log P(low <= high) for n pairs of independent draws from two samples."""
    probability = np.searchsorted(np.sort(lows), highs, side="right").mean() / len(lows)
    return len(lows) * log(probability)


def log_probability_of_one_hot(shares, n_rows):
    """Return n log P(exactly one of several independent indicators is 1)."""
    inside = np.clip(shares, 1e-12, 1 - 1e-12)
    probability = np.prod(1 - inside) * np.sum(inside / (1 - inside))
    return n_rows * log(max(probability, 1e-300))


def log_probability_of_equal_masks(mask):
    """Return n log P(two independent masks with the same share agree in a row)."""
    share = mask.mean()
    return len(mask) * log(share**2 + (1 - share) ** 2)
