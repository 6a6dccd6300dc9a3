"""Colours, labels and Axes shared by all plots."""

import re

import numpy as np

from sklearn_gan._runtime.text import shorten

# From the colour-blind-safe palette of Okabe and Ito. Light, dark and medium in greyscale.
REAL, GENERATED, THIRD = "#E69F00", "#0072B2", "#5F5F5F"
FAINT = "0.5"


def label_of(name, longest=24):
    """Return a shortened name that matplotlib can draw.

    Dollar signs are escaped, because matplotlib reads text between them as mathematics. Surrogates become "?".
    """
    return shorten(name, longest).replace("$", r"\$").encode("utf-8", "replace").decode()


def labels_of(names, longest=24):
    """Return labels as :func:`label_of` does, without the common first words of names with the same label."""
    groups = {}
    for name in map(str, names):
        groups.setdefault(label_of(name, longest), set()).add(name)
    shortened = {}
    for short, group in groups.items():
        n_common = _common_words(group) if len(group) > 1 else 0
        shortened |= {name: label_of(f"…{name[n_common:]}", longest) if n_common else short for name in group}
    return [shortened[str(name)] for name in names]


def _common_words(names):
    """Return the length of the common prefix of all names, up to the end of a word."""
    first, last = min(names), max(names)  # their common prefix is that of all names
    n_equal = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return re.match(r"(.*[\W_])?", first[:n_equal], flags=re.DOTALL).end()


def write_number(number):
    """Return a number as text of about ten characters at most. Integers keep all digits that fit."""
    if abs(number) < 1e9 and number == np.rint(number):
        return f"{number:.0f}"
    return f"{number:.0f}" if 1e4 <= abs(number) < 1e7 else f"{number:.4g}"


def write_time(count, unit):
    """Return a date, time or duration, given as a count of units, as text to the second without midnight."""
    moment = np.int64(count).astype(unit).astype(f"{unit[:2]}[s]")
    text = re.sub(" days?,? ?", "d ", str(moment.item()))
    return re.sub(" 0?0:00:00$", "", text).removesuffix(":00")


def title_of(name):
    """Return the title of a column: its name, or its position if it has none."""
    return f"column {name}" if isinstance(name, int) else str(name)


def luminance(color):
    """Return the luminance of a colour, with the weights of ITU-R BT.601."""
    return float(np.dot(color[:3], (0.299, 0.587, 0.114)))


def open_area(ax, figsize):
    """Return a figure and its area to divide: a new figure, or the area of the given Axes."""
    if ax is None:
        from matplotlib import pyplot as plt

        figure = plt.figure(figsize=figsize, layout="constrained")
        return figure, figure.add_gridspec(1, 1)[0]
    place = ax.get_subplotspec()
    if place is None:  # the Axes was placed by coordinates
        left, bottom, right, top = ax.get_position().extents
        place = ax.figure.add_gridspec(1, 1, left=left, bottom=bottom, right=right, top=top)[0]
    ax.set_axis_off()
    return ax.figure, place


def given_axes(ax, n_panels):
    """Return the given Axes as a list: none, a single one, or one per panel."""
    given = [] if ax is None else np.asarray(ax, dtype=object).ravel().tolist()
    if len(given) > 1 and len(given) != n_panels:
        raise ValueError(
            f"Expected {n_panels} Axes, one per panel, or a single Axes to divide, got {len(given)}. "
            f"Create them with `plt.subplots({n_panels})`."
        )
    return given


def open_column(ax, figsize, height_ratios):
    """Return Axes below each other: new ones, the given ones, or subdivisions of a single given Axes."""
    given = given_axes(ax, len(height_ratios))
    if len(given) == len(height_ratios):
        return np.array(given, dtype=object)
    figure, place = open_area(*given or (None,), figsize)
    grid = place.subgridspec(len(height_ratios), 1, height_ratios=height_ratios)
    return np.array([figure.add_subplot(cell) for cell in grid], dtype=object)


def legend_above(ax, **kwargs):
    """Put the legend above the Axes, where it hides no data."""
    shown = {"loc": "lower center", "bbox_to_anchor": (0.5, 1), "ncols": 2, "frameon": False, "fontsize": "small"}
    return ax.legend(**{**shown, **kwargs})
