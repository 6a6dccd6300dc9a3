"""Columns of real and synthetic rows, class by class."""

from dataclasses import dataclass

import numpy as np

from sklearn_gan._page import GRADES, Finding, Light, worst_of
from sklearn_gan._report.histogram import Histogram, draw_histogram
from sklearn_gan._runtime.plot_style import title_of, write_number, write_time
from sklearn_gan._runtime.text import shorten
from sklearn_gan.displays._marginals import compare_columns
from sklearn_gan.metrics._chance import COLUMN_LIMITS

MOST_COLUMNS = 1_000  # rows of the table
LONGEST_NAME, LONGEST_VALUE = 60, 24
MEANINGS = {
    Light.GOOD: f"Distances are at most {COLUMN_LIMITS[0]} above the one expected by chance, or may be due to chance.",
    Light.LOOK: "Look at the histograms of these columns. More training (`max_steps`) may help.",
    Light.PROBLEM: f"A distance more than {COLUMN_LIMITS[1]} above chance is visible at once. Increase `max_steps`, "
    "or check these columns for codes and outliers.",
}


@dataclass(frozen=True)
class ColumnComparison:
    """One column in the real and synthetic rows of one class.

    Attributes
    ----------
    name, label : str
        Name of the column, and the class.
    group : int
        Position of the class among those compared.
    kind : {"number", "category", "time"}
        Kind of the values.
    distance : float
        Kolmogorov-Smirnov statistic or total variation distance.
    chance : float
        Mean distance between two samples of one distribution, approximately.
    missing : tuple of (float, float)
        Shares of missing values in the real and synthetic rows.
    difference : str
        Medians, or the category whose share differs most.
    light : Light
        Judgement of the distance.
    histogram : Histogram or None
        Image of the distributions. None if all values are missing.
    """

    name: str
    label: str
    group: int
    kind: str
    distance: float
    chance: float
    missing: tuple
    difference: str
    light: Light
    histogram: Histogram | None

    @property
    def excess(self):
        """The distance beyond the one expected by chance."""
        return self.distance - self.chance


def compare_class(rows, group):
    """Return the ColumnComparison of each column of a ClassRows."""
    marginals = compare_columns(*rows.columns, *rows.raw_columns)
    return [_compare(marginal, str(rows.label), group) for marginal in marginals]


def _compare(marginal, label, group):
    return ColumnComparison(
        name=shorten(title_of(marginal.name), LONGEST_NAME),
        label=label,
        group=group,
        kind="time" if marginal.unit else marginal.kind,
        distance=marginal.distance,
        chance=marginal.chance.mean,
        missing=marginal.missing,
        difference=_describe(marginal),
        light=GRADES[marginal.chance.grade(marginal.distance, COLUMN_LIMITS)],
        histogram=draw_histogram(marginal),
    )


def _shares(marginal, sizes):
    """Return the shares of the categories in the real and synthetic rows, of shape (n_levels, 2)."""
    n_levels, values = len(marginal.levels), (marginal.real, marginal.synthetic)
    pairs = zip(values, sizes, strict=True)
    return np.stack([np.bincount(cells, minlength=n_levels) / size for cells, size in pairs], axis=1)


def _describe(marginal):
    """Return in words how the synthetic values differ from the real ones."""
    sizes = len(marginal.real), len(marginal.synthetic)
    empty = [role for role, size in zip(("real", "synthetic"), sizes, strict=True) if not size]
    if empty:
        return f"no observed values in {' and '.join(empty)} rows"
    if marginal.kind == "number":
        medians = (np.median(values) for values in (marginal.real, marginal.synthetic))
        real, synthetic = (_write(median, marginal.unit) for median in medians)
        return f"median {real} real, {synthetic} synthetic"
    shares = _shares(marginal, sizes)
    level = int(np.abs(shares[:, 0] - shares[:, 1]).argmax())
    real, synthetic = shares[level].tolist()
    return f"{shorten(marginal.levels[level], LONGEST_VALUE)}: {real:.0%} real, {synthetic:.0%} synthetic"


def _write(number, unit):
    return write_time(number, unit) if unit else write_number(number)


def worst_first(comparisons):
    """Return at most `MOST_COLUMNS` comparisons, by decreasing distance beyond chance."""
    return sorted(comparisons, key=lambda comparison: -comparison.excess)[:MOST_COLUMNS]


def find_columns(comparisons):
    """Return the finding about the columns, given the comparisons of all classes."""
    light = worst_of(comparison.light for comparison in comparisons)
    names = {comparison.name for comparison in comparisons}
    different = {comparison.name for comparison in comparisons if comparison.light is not Light.GOOD}
    worst = max(comparisons, key=lambda comparison: comparison.excess)
    place = f"{worst.name} in class {worst.label} (distance {worst.distance:.2f}, by chance {worst.chance:.2f})"
    if different:
        verb = "differs" if len(different) == 1 else "differ"
        sentence = f"{len(different)} of {_count(names)} {verb} clearly from the real rows, most of all {place}."
    else:
        sentence = f"No column differs clearly from the real rows; the largest difference is {place}."
    return Finding(light, "Columns", sentence, MEANINGS[light], "columns")


def _count(names):
    return f"{len(names)} columns" if len(names) > 1 else "1 column"
