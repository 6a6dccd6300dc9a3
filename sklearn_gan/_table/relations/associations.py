"""Find groups of strongly associated categorical columns, which are generated as a single column."""

from itertools import combinations

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
    pairs = [(cramers_v(keys[j][rows], keys[k][rows]), j, k) for j, k in combinations(candidates, 2)]
    group_of = {j: (j,) for j in candidates}
    for association, j, k in sorted(pairs, reverse=True):
        if association < SMALLEST_ASSOCIATION:
            break
        merged = tuple(sorted({*group_of[j], *group_of[k]}))
        if len(np.unique(np.stack([keys[i] for i in merged]), axis=1).T) <= MAX_LEVELS:
            group_of |= dict.fromkeys(merged, merged)
    return [list(group) for group in sorted({group for group in group_of.values() if len(group) > 1})]


def cramers_v(first, second):
    """Return the bias-corrected Cramér's V of two columns of category numbers, from 0 to 1."""
    counts = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(counts, (first, second), 1)
    counts = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    n, (r, c) = counts.sum(), counts.shape
    if min(r, c) < 2:
        return 0.0
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    phi = ((counts - expected) ** 2 / expected).sum() / n
    corrected = max(0.0, phi - (r - 1) * (c - 1) / (n - 1))
    smallest = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    return float(np.sqrt(corrected / smallest)) if smallest > 0 else 0.0
