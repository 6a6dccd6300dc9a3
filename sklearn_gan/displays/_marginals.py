"""Marginal: the distribution of one column in the real and in the synthetic table."""

from dataclasses import dataclass, replace

import numpy as np

from sklearn_gan.displays._draws import match_columns
from sklearn_gan.metrics._chance import Chance, column_chance
from sklearn_gan.metrics._columns import column_distance

MOST_LEVELS = 6
FEWEST_BINS, MOST_BINS = 5, 25


@dataclass
class Marginal:
    """One column of both tables.

    Attributes
    ----------
    name : object
        Name of the column, or its position if it has none.
    kind : {"number", "category"}
        Kind of the column.
    real, synthetic : ndarray
        Observed values, as positions in `levels` for a categorical column.
    levels : list of str
        Names of the categories.
    missing : tuple of (float, float)
        Shares of missing values in the real and the synthetic column.
    distance : float
        Distance between the two columns, from 0 (equal) to 1 (disjoint). See
        :func:`~sklearn_gan.metrics.kolmogorov_smirnov` and :func:`~sklearn_gan.metrics.total_variation`.
    chance : Chance
        The distance expected by chance.
    unit : str, default=""
        numpy type of dates or durations. The values count its units.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.displays import SyntheticDataDisplay
    >>> real = np.random.default_rng(0).normal(size=(40, 2))
    >>> display = SyntheticDataDisplay.from_tables(real, real + [0, 9], kind="marginals")
    >>> [(marginal.name, marginal.distance) for marginal in display.marginals]
    [(1, 1.0), (0, 0.0)]
    """

    name: object
    kind: str
    real: np.ndarray
    synthetic: np.ndarray
    levels: list[str]
    missing: tuple[float, float]
    distance: float
    chance: Chance
    unit: str = ""


def compare_columns(real, synthetic, raw_real, raw_synthetic):
    """Return the columns of two tables as a list of Marginal, by decreasing distance.

    Parameters
    ----------
    real, synthetic : list of ComparableColumn
        The columns of both tables, in the same order, as returned by `read_tables`.
    raw_real, raw_synthetic : list of Column
        The columns as read from the containers, with the names of the categories.
    """
    marginals = []
    originals_of = zip(*(match_columns(columns, raw_real) for columns in (raw_real, raw_synthetic)), strict=True)
    for pair, originals in zip(zip(real, synthetic, strict=True), originals_of, strict=True):
        marginals.append(
            Marginal(
                name=pair[0].name,
                kind="number" if pair[0].is_numeric else "category",
                real=pair[0].cells[~pair[0].missing],
                synthetic=pair[1].cells[~pair[1].missing],
                levels=_levels(pair, originals) if not pair[0].is_numeric else [],
                missing=tuple(float(column.missing.mean()) for column in pair),
                distance=column_distance(*pair),
                chance=column_chance(*pair),
                unit=pair[0].unit,
            )
        )
    return sorted(marginals, key=lambda marginal: -marginal.distance)


def _levels(pair, originals):
    """Return the names of the categories in the order of their codes."""
    names = {}
    for column, original in zip(pair, originals, strict=True):
        for level, row in zip(*np.unique(column.cells, return_index=True), strict=True):
            names.setdefault(int(level), str(original.as_objects().cells[row]))
    return [names[level] for level in sorted(names) if level >= 0]


def in_days(marginal):
    """Return a Marginal of whole days in days, so that its bins and labels are days, and any other unchanged."""
    kind, step = marginal.unit[:2], marginal.unit[2:]
    if not step or not np.can_cast(f"{kind}[D]", marginal.unit):  # months are no number of days
        return marginal
    n_units = np.timedelta64(1, "D") // np.ones((), f"m8{step}")  # in a day
    if any((cells % n_units).any() for cells in (marginal.real, marginal.synthetic)):
        return marginal
    return replace(marginal, real=marginal.real // n_units, synthetic=marginal.synthetic // n_units, unit=f"{kind}[D]")


def numeric_shares(marginal):
    """Return bin edges of a numeric Marginal, and the shares of real and of synthetic values in each bin."""
    edges = _edges(np.concatenate((marginal.real, marginal.synthetic)).astype(float))
    clipped = (np.clip(cells, edges[0], edges[-1]) for cells in (marginal.real, marginal.synthetic))
    return edges, [np.histogram(cells, edges)[0] / max(1, len(cells)) for cells in clipped]


def category_shares(marginal):
    """Return names of a categorical Marginal's most frequent categories, and their real and synthetic shares.

    The last name may stand for all other categories.
    """
    n_levels = len(marginal.levels)
    shares = np.array(
        [np.bincount(cells, minlength=n_levels) / max(1, len(cells)) for cells in (marginal.real, marginal.synthetic)]
    )
    order = np.argsort(-shares.max(axis=0), kind="stable")
    shown = order[: MOST_LEVELS if n_levels > MOST_LEVELS + 1 else n_levels]
    names, shares = [marginal.levels[level] for level in shown], [of[shown].tolist() for of in shares]
    if len(shown) < n_levels:
        names.append(f"{n_levels - len(shown)} others")
        shares = [[*of, 1 - sum(of)] for of in shares]
    return names, shares


def _edges(cells):
    """Return bin edges for the central 99% of the values. The outer bins also count the values beyond."""
    lowest, highest = np.percentile(cells, (0.5, 99.5))
    # A few integers get one bin each.
    if highest - lowest < MOST_BINS and (cells == np.rint(cells)).all():
        return np.arange(np.floor(lowest) - 0.5, np.ceil(highest) + 1)
    n_bins = int(np.clip(np.sqrt(len(cells)), FEWEST_BINS, MOST_BINS))
    return np.histogram_bin_edges(np.clip(cells, lowest, highest), n_bins)
