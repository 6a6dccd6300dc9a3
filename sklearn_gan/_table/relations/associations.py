"""Find groups of strongly associated categorical columns, which are generated as a single column."""

import numpy as np

from sklearn_gan._table.column_kinds.categorical import MAX_LEVELS
from sklearn_gan._table.relations.rule import Keys

SMALLEST_ASSOCIATION = 0.5
N_SAMPLED = 2_000


def find_associated(columns, codecs, candidates):
    """Return groups of positions of categorical columns, with at most `MAX_LEVELS` combinations each.

    Pairs are merged in descending order of their association, down to `SMALLEST_ASSOCIATION`. The association is the
    bias-corrected Cramér's V (Bergsma, "A bias-correction for Cramér's V and Tschuprow's T", Journal of the Korean
    Statistical Society 2013).
    """
    n_rows = len(columns[0].cells)
    rows = np.sort(np.random.default_rng(0).permutation(n_rows)[:N_SAMPLED])
    keys = {j: Keys.learn(cells := codecs[j].as_decoded(columns[j]), codecs[j]).of(cells) for j in candidates}
    sampled = {j: np.unique(keys[j][rows], return_inverse=True)[1] for j in candidates}
    few = [j for j in candidates if sampled[j].max() < MAX_LEVELS]  # no group can have other members
    pairs = []
    for i, j in enumerate(few[:-1]):
        others = few[i + 1 :]
        associations = cramers_v(sampled[j], [sampled[k] for k in others])
        pairs += [(v, j, k) for v, k in zip(associations.tolist(), others, strict=True) if v >= SMALLEST_ASSOCIATION]
    group_of = {j: (j,) for j in candidates}
    for _, j, k in sorted(pairs, reverse=True):
        merged = tuple(sorted({*group_of[j], *group_of[k]}))
        if len(np.unique(np.stack([keys[i] for i in merged]), axis=1).T) <= MAX_LEVELS:
            group_of |= dict.fromkeys(merged, merged)
    return [list(group) for group in sorted({group for group in group_of.values() if len(group) > 1})]


def cramers_v(column, others):
    """Return the bias-corrected Cramér's V of a column with each of several others, from 0 to 1.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
        Category numbers, each of which occurs, from 0 on.
    others : list of ndarray of shape (n_rows,)
        The same for the other columns.
    """
    n, n_rows_of = len(column), np.bincount(column)
    widths = np.array([other.max() + 1 for other in others])
    starts = widths.cumsum() - widths
    total, numbers = int(widths.sum()), np.stack(others, axis=1) + starts
    counts = np.bincount((column[:, None] * total + numbers).ravel(), minlength=len(n_rows_of) * total)
    counts = counts.reshape(-1, total)
    # The squared contingency is the sum of n_ab^2 / (n_a n_b), less 1.
    parts = (counts**2 / n_rows_of[:, None]).sum(axis=0) / counts.sum(axis=0)
    phi = np.add.reduceat(parts, starts) - 1
    corrected = np.maximum(phi - (len(n_rows_of) - 1) * (widths - 1) / (n - 1), 0)
    r, c = (sizes - (sizes - 1) ** 2 / (n - 1) for sizes in (len(n_rows_of), widths))
    smallest = np.minimum(r, c) - 1
    return np.sqrt(np.divide(corrected, smallest, out=np.zeros(len(others)), where=smallest > 0))
