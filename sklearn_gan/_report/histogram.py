"""Histogram: the shares of a Marginal as paths of a small SVG image."""

from dataclasses import dataclass

import numpy as np

from sklearn_gan._runtime.text import shorten
from sklearn_gan.displays._marginals import category_shares, numeric_shares

WIDTH, HEIGHT = 120, 30
MARGIN = 1  # so that outlines are not cut off
LONGEST_NAME = 40


@dataclass(frozen=True)
class Histogram:
    """Shares of real and synthetic values in bins or categories.

    Attributes
    ----------
    real, synthetic : str
        Outlines of the bars, as SVG paths.
    alternative : str
        Text that says what the image shows.
    width, height : int
        Size in the units of the paths.
    """

    real: str
    synthetic: str
    alternative: str
    width: int = WIDTH
    height: int = HEIGHT


def draw_histogram(marginal):
    """Return the Histogram of a Marginal, or None if it has no observed values."""
    if not len(marginal.real) + len(marginal.synthetic):
        return None
    of_numbers = marginal.kind == "number"
    _, shares = numeric_shares(marginal) if of_numbers else category_shares(marginal)
    shares = np.array(shares)
    real, synthetic = (_outline(bars / shares.max()) for bars in shares)
    bars = f"{shares.shape[1]} {'bins' if of_numbers else 'categories'}"
    name = shorten(marginal.name, LONGEST_NAME)
    return Histogram(real, synthetic, f"Real and synthetic values of {name} in {bars}")


def _outline(bars):
    """Return the outline of bars with heights up to 1 as an SVG path.

    >>> _outline([0.5, 1.0])
    'M1 29V15H60V1H119V29'
    """
    edges = np.linspace(MARGIN, WIDTH - MARGIN, len(bars) + 1)
    tops = HEIGHT - MARGIN - np.asarray(bars) * (HEIGHT - 2 * MARGIN)
    steps = "".join(f"V{top:.3g}H{edge:.4g}" for top, edge in zip(tops, edges[1:], strict=True))
    return f"M{MARGIN} {HEIGHT - MARGIN}{steps}V{HEIGHT - MARGIN}"
