"""Which features of an encoded matrix are numbers, one-hot blocks and missing-value flags."""

from dataclasses import dataclass

import numpy as np

MAX_MASK_SIZE = 2**26


@dataclass(frozen=True)
class Layout:
    """Which features of the encoded matrix are what.

    Attributes
    ----------
    n_numbers : int
        The first features are numbers, about standard normal.
    block_widths : tuple of int
        Then come one-hot blocks of these widths.
    flagged : tuple of tuple (int, int)
        Then come flags; the i-th one rules over the features from the first (included) to the second
        (excluded) of its pair.
    """

    n_numbers: int
    block_widths: tuple
    flagged: tuple

    @property
    def n_values(self):
        return self.n_numbers + sum(self.block_widths)

    @property
    def n_features(self):
        return self.n_values + len(self.flagged)

    @property
    def mask_size(self):
        return len(self.flagged) * self.n_values

    def flag_masks(self):
        """Return which features each flag rules over: 0 or 1, of shape (n_flags, n_values)."""
        masks = np.zeros((len(self.flagged), self.n_values), dtype=np.float32)
        for flag, (start, stop) in enumerate(self.flagged):
            masks[flag, start:stop] = 1
        return masks
