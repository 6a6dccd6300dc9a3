"""Real and synthetic rows as points in a plane."""

from sklearn_gan._page import draw_image
from sklearn_gan._runtime.text import shorten
from sklearn_gan.displays import SyntheticDataDisplay

SIZE = (6.8, 5.0)  # inches
LONGEST_NAME = 40


def draw_plane(rows):
    """Return the image of the real and synthetic rows of a ClassRows, or None for a single real row."""
    if rows.n_compared < 2:
        return None

    def draw(ax):
        SyntheticDataDisplay.from_tables(
            rows.real,
            rows.synthetic,
            others=rows.others,
            categorical_features=rows.layout.is_categorical,
            kind="plane",
            ax=ax,
        )

    alternative = (
        f"Scatter plot of the rows of class {shorten(rows.label, LONGEST_NAME)}: real rows as dots, synthetic rows as "
        "crosses, rows of other classes in grey, on the first two principal components of the real rows."
    )
    return draw_image(draw, SIZE, alternative, "png")
