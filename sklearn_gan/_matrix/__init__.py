"""The encoded matrix shared by tables and networks: its layout, and measures of its rows.

The measures accept numpy arrays and torch Tensors.
"""

from sklearn_gan._matrix.layout import MAX_MASK_SIZE, Layout
from sklearn_gan._matrix.neighborhoods import SMALLEST_COVERAGE, coverage, density

__all__ = ["MAX_MASK_SIZE", "SMALLEST_COVERAGE", "Layout", "coverage", "density"]
