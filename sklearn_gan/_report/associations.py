"""Associations between columns in real and synthetic rows."""

from dataclasses import dataclass

import numpy as np

from sklearn_gan._page import GRADES, Finding, Light, draw_image, worst_of
from sklearn_gan._runtime.plot_style import title_of
from sklearn_gan._runtime.text import shorten
from sklearn_gan.displays import SyntheticDataDisplay
from sklearn_gan.metrics._associations import signed_associations
from sklearn_gan.metrics._chance import ASSOCIATION_LIMITS, association_chance

MOST_COLUMNS = 60  # the time grows with the square of the number of columns
MOST_CLASSES = 3
MOST_PAIRS = 8
LONGEST_NAME = 40
MEANINGS = {
    Light.GOOD: "Columns depend on each other as in the real rows.",
    Light.LOOK: "Some columns depend on each other more, or less, than in the real rows. Look at the table of pairs.",
    Light.PROBLEM: "The synthetic rows do not have the structure of the real ones. Increase `max_steps`.",
}


@dataclass(frozen=True)
class AssociationComparison:
    """Associations of the columns in real and synthetic rows of one class.

    Attributes
    ----------
    label : str
        The class.
    mean, chance : float
        Mean absolute difference over pairs of columns, and the one expected by chance.
    pairs : list of tuple
        Names of the two columns, and their real and synthetic associations, for the largest differences.
    light : Light
        Judgement of the mean difference.
    image : Image
        Heat map of the differences.
    n_columns, n_left_out : int
        Numbers of columns compared and not compared.
    """

    label: str
    mean: float
    chance: float
    pairs: list
    light: Light
    image: object
    n_columns: int
    n_left_out: int


def compare_associations(rows):
    """Return the AssociationComparison of a ClassRows, or None if it has a single column."""
    shown = evenly_spaced(len(rows.columns[0]), MOST_COLUMNS)
    if len(shown) < 2:
        return None
    names = [shorten(title_of(rows.columns[0][j].name), LONGEST_NAME) for j in shown]
    real, synthetic = (signed_associations([columns[j] for j in shown]) for columns in rows.columns)
    difference, above = np.abs(real - synthetic), np.triu_indices(len(shown), k=1)
    largest = np.argsort(-difference[above], kind="stable")[:MOST_PAIRS]
    pairs = [
        (names[i], names[j], real[i, j], synthetic[i, j]) for i, j in zip(*(of[largest] for of in above), strict=True)
    ]
    mean, chance = float(difference[above].mean()), association_chance(real, rows.n_compared, rows.n_synthetic)
    return AssociationComparison(
        label=str(rows.label),
        mean=mean,
        chance=chance.mean,
        pairs=pairs,
        light=GRADES[chance.grade(mean, ASSOCIATION_LIMITS)],
        image=_draw(difference, names, rows.label),
        n_columns=len(shown),
        n_left_out=len(rows.columns[0]) - len(shown),
    )


def evenly_spaced(n_columns, most):
    """Return the positions of at most so many columns, evenly spaced."""
    return np.linspace(0, n_columns - 1, min(n_columns, most)).astype(int).tolist()


def _draw(difference, names, label):
    display = SyntheticDataDisplay(difference=difference, names=names)
    alternative = (
        f"Heat map of the association differences of {len(names)} columns in class {shorten(label, LONGEST_NAME)}. "
        "The largest ones are listed in the table."
    )
    return draw_image(lambda ax: display.plot(ax=ax), (6.4, 5.2), alternative, "png")


def find_associations(comparisons):
    """Return the finding about associations, given the comparisons of the classes."""
    if not comparisons:
        sentence, meaning = "The table has a single column.", "There are no pairs of columns to compare."
        return Finding(Light.GOOD, "Associations", sentence, meaning, "associations")
    light = worst_of(comparison.light for comparison in comparisons)
    worst = max(comparisons, key=lambda comparison: comparison.mean - comparison.chance)
    sentence = (
        f"Associations between columns of class {worst.label} differ by {worst.mean:.2f} on average, where about "
        f"{worst.chance:.2f} is expected by chance."
    )
    return Finding(light, "Associations", sentence, MEANINGS[light], "associations")
