"""Panels of SyntheticDataDisplay: real rows are light and filled, synthetic rows dark and outlined."""

import numpy as np

from sklearn_gan._runtime.plot_style import (
    GENERATED,
    REAL,
    given_axes,
    label_of,
    labels_of,
    legend_above,
    open_area,
    title_of,
    write_time,
)
from sklearn_gan.displays._marginals import category_shares, in_days, numeric_shares

PER_LINE = 4  # panels
HEAD, LINE, BELOW = 0.4, 1.9, 4.4  # inches
MOST_LABELS = 20
MOST_NAMED = 40  # columns, because too few of more names would fit
LARGEST = 0.5  # association difference of the darkest shade


def open_panels(ax, n_marginals, n_below):
    """Return one Axes per panel, with `PER_LINE` marginals per line at the top, and Axes for the legend or None."""
    n_panels = n_marginals + n_below
    if not n_panels:
        raise ValueError(
            "Expected marginals, a plane or association differences to plot, got none. Create the "
            "display with `from_tables` or `from_estimator`."
        )
    given = given_axes(ax, n_panels)
    if len(given) == n_panels:
        return np.array(given, dtype=object), None
    per_line = min(PER_LINE, n_marginals)
    n_lines = -(-n_marginals // PER_LINE)
    heights = [HEAD, LINE * n_lines] * (n_marginals > 0) + [BELOW] * (n_below > 0)
    figure, place = open_area(*given or (None,), (max(3.2 * per_line, 5.6 * n_below), sum(heights)))
    rows = list(place.subgridspec(len(heights), 1, height_ratios=heights))
    head, cells = None, []
    if n_marginals:
        head = figure.add_subplot(rows[0])
        head.set_axis_off()
        cells += list(rows[1].subgridspec(n_lines, per_line))[:n_marginals]
    if n_below:
        cells += list(rows[-1].subgridspec(1, n_below))
    return np.array([figure.add_subplot(cell) for cell in cells], dtype=object), head


def patches():
    """Return the legend handles of the marginals."""
    from matplotlib.patches import Patch

    return [
        Patch(facecolor=REAL, label="real"),
        Patch(facecolor="none", edgecolor=GENERATED, linewidth=1.8, label="synthetic"),
    ]


def draw_marginal(ax, marginal):
    """Draw the distribution of a column in both tables, and write the shares of missing values."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    draw, axis = (_draw_levels, ax.xaxis) if marginal.kind == "category" else (_draw_numbers, ax.yaxis)
    if len(marginal.real) + len(marginal.synthetic):
        draw(ax, marginal)
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set_major_locator(MaxNLocator(3))
    else:
        ax.set(xticks=[], yticks=[])
    ax.tick_params(labelsize="small")
    ax.spines[["top", "right"]].set_visible(False)
    missing = "missing: {:.0%} real, {:.0%} synthetic".format(*marginal.missing) if any(marginal.missing) else ""
    ax.set_xlabel("\n".join(filter(None, (label_of(title_of(marginal.name), 30), missing))), fontsize="small")


def _draw_numbers(ax, marginal):
    from matplotlib.ticker import MaxNLocator

    marginal = in_days(marginal)
    edges, (real, synthetic) = numeric_shares(marginal)
    ax.stairs(real, edges, fill=True, color=REAL)
    ax.stairs(synthetic, edges, color=GENERATED, linewidth=1.8)
    is_integer = all((cells == np.rint(cells)).all() for cells in (marginal.real, marginal.synthetic))
    fewest = min(2, len(edges) - 1)  # a single integer has a single tick
    ax.xaxis.set_major_locator(MaxNLocator(2 if marginal.unit else 5, integer=is_integer, min_n_ticks=fewest))
    if marginal.unit:
        ax.xaxis.set_major_formatter(lambda count, _: write_time(count, marginal.unit))


def _draw_levels(ax, marginal):
    """Draw bars of the categories most frequent in either table, and one bar for all others."""
    names, shares = category_shares(marginal)
    places = np.arange(len(names))
    ax.barh(places - 0.2, shares[0], height=0.4, color=REAL)
    ax.barh(places + 0.2, shares[1], height=0.4, facecolor="none", edgecolor=GENERATED, hatch="////", linewidth=1.2)
    ax.set_yticks(places, labels_of(names, 16))
    ax.invert_yaxis()


def draw_points(ax, plane, others, explained):
    """Draw the rows of both tables as points. Thin crosses mark synthetic rows, so real rows below stay visible."""
    real, synthetic = plane
    background = [] if others is None else [ax.scatter(*others.T, s=8, color="0.85", label="other classes")]
    size = np.clip(6_000 / max(map(len, plane)), 8, 26)
    observed = ax.scatter(*real.T, s=size, color=REAL, edgecolor="black", linewidth=size / 45, label="real")
    generated = ax.scatter(
        *synthetic.T, s=0.8 * size, marker="x", color=GENERATED, linewidth=size / 26, label="synthetic"
    )
    shares = ["" if np.isnan(share) else f" ({share:.0%} of variance)" for share in explained]
    ax.set(xlabel=f"first principal component{shares[0]}", ylabel=f"second principal component{shares[1]}")
    legend_above(ax, handles=[observed, generated, *background], ncols=3)
    return observed, generated


def draw_difference(ax, difference, names):
    """Draw association differences as a heat map, labelled by name or, with many columns, by position."""
    image = ax.imshow(difference, cmap="Blues", vmin=0, vmax=LARGEST, interpolation="nearest")
    if len(difference) > MOST_NAMED:
        _label_positions(ax)
    else:
        _label_names(ax, range(len(difference)) if names is None else names)
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.8, extend="max")
    bar.set_label("association difference", fontsize="small")
    return image


def _label_positions(ax):
    """Label some columns of the heat map, on both axes, with their positions."""
    from matplotlib.ticker import MaxNLocator

    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(8, integer=True))
    ax.tick_params(labelsize="small")
    ax.set_xlabel("column position")


def _label_names(ax, names):
    """Label all or every second column of the heat map, on both axes, with their names."""
    places = range(0, len(names), -(-len(names) // MOST_LABELS))
    labels = labels_of([names[place] for place in places], 16)
    ax.set_xticks(places, labels, rotation=90 * any(len(label) > 3 for label in labels), fontsize="x-small")
    ax.set_yticks(places, labels, fontsize="x-small")
