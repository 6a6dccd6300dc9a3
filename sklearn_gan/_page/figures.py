"""Figures as images inside a page."""

import warnings
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO

MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
RESOLUTION = 150  # dots per inch of PNG images
POINTS_PER_INCH = 96  # of CSS
# Without a date and with fixed identifiers, equal figures are equal files.
REPEATABLE = {"svg.hashsalt": "sklearn_gan", "svg.fonttype": "path"}


@dataclass(frozen=True)
class Image:
    """An image that contains its data.

    Browsers run no code in such an image, and its identifiers do not clash with those of others.

    Attributes
    ----------
    source : str
        Data URL.
    alternative : str
        Text that says what the image shows.
    width, height : int
        Size in pixels of CSS.
    """

    source: str
    alternative: str
    width: int
    height: int


def draw_image(draw, size, alternative, kind="svg"):
    """Return the image of a figure.

    Parameters
    ----------
    draw : callable
        Draws on an empty Axes, which it may divide.
    size : tuple of (float, float)
        Width and height in inches.
    alternative : str
        Text that says what the image shows.
    kind : {"svg", "png"}, default="svg"
        File format. SVG for few lines, PNG for many points.
    """
    import matplotlib as mpl
    import matplotlib.style
    from matplotlib.figure import Figure

    with warnings.catch_warnings(), mpl.style.context("default"), mpl.rc_context(REPEATABLE):
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # such characters are shown as boxes
        figure = Figure(figsize=size, layout="constrained")  # not of pyplot, which would keep it open
        draw(figure.add_subplot())
        file = BytesIO()
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(file, format=kind, dpi=RESOLUTION, facecolor="white", metadata=metadata)
    source = f"data:{MEDIA_TYPES[kind]};base64,{b64encode(file.getvalue()).decode()}"
    return Image(source, alternative, *(round(length * POINTS_PER_INCH) for length in size))
