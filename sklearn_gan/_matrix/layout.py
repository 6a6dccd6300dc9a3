"""Layout of an encoded matrix: numeric features, one-hot blocks and missing-value flags."""

from dataclasses import dataclass

import numpy as np

MAX_MASK_SIZE = 2**26  # limit for saved files


@dataclass(frozen=True)
class Layout:
    """Positions of numeric features, one-hot blocks and missing-value flags, in this order.

    Attributes
    ----------
    n_numbers : int
        Number of numeric features, which are approximately standard normal.
    block_widths : tuple of int
        Widths of the one-hot blocks.
    flagged : tuple of tuple (int, int)
        For each flag, the start (inclusive) and stop (exclusive) of the features it covers.
    gates : tuple of tuple (int, int), default=()
        Pairs of a numeric feature and its gate, a feature of a one-hot block. Where the gate is 0, so is the number.
    """

    n_numbers: int
    block_widths: tuple
    flagged: tuple
    gates: tuple = ()

    @property
    def n_values(self):
        """Number of features other than flags."""
        return self.n_numbers + sum(self.block_widths)

    @property
    def n_features(self):
        """Number of features, including flags."""
        return self.n_values + len(self.flagged)

    @property
    def mask_size(self):
        """Size of :meth:`flag_masks`."""
        return len(self.flagged) * self.n_values

    def flag_masks(self):
        """Return an array of shape (n_flags, n_values) that is 1 where a flag covers a feature and 0 elsewhere."""
        masks = np.zeros((len(self.flagged), self.n_values), dtype=np.float32)
        for flag, (start, stop) in enumerate(self.flagged):
            masks[flag, start:stop] = 1
        return masks

    @property
    def gated(self):
        """The positions of gated numbers and of their gates, as two arrays."""
        return np.array(self.gates, dtype=np.int64).reshape(-1, 2).T

    @property
    def pattern(self):
        """The positions of the missing-value flags and of the blocks with gates."""
        starts = self.n_numbers + np.cumsum([0, *self.block_widths])
        blocks = {int(np.searchsorted(starts, gate, side="right")) - 1 for _, gate in self.gates}
        ranges = [np.arange(starts[i], starts[i + 1]) for i in sorted(blocks)]
        return np.concatenate([*ranges, np.arange(self.n_values, self.n_features)])
