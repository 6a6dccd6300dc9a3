"""The encoded matrix that tables and networks share: its layout, and measures of its rows.

Arrays of numpy and tensors of torch are treated alike.
"""

from sklearn_gan._matrix.layout import MAX_MASK_SIZE, Layout
from sklearn_gan._matrix.neighborhoods import SMALLEST_COVERAGE, coverage, density

__all__ = ["MAX_MASK_SIZE", "SMALLEST_COVERAGE", "Layout", "coverage", "density"]
