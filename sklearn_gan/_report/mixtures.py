"""Synthetic rows beside the real rows that each was mixed from."""

from dataclasses import dataclass

import numpy as np

from sklearn_gan._runtime.plot_style import title_of
from sklearn_gan._runtime.text import shorten
from sklearn_gan._table import open_container, take_rows
from sklearn_gan.displays._cells import write_cell

N_ROWS = 10
MOST_COLUMNS = 30
MOST_PARENTS = 5
LIGHTEST = 0.005  # smaller weights would be written as 0.00
LONGEST_NAME, LONGEST_VALUE = 40, 40


@dataclass(frozen=True)
class Parent:
    """A real row that a synthetic row was mixed from: its position, its weight, and its values as text."""

    position: int
    weight: float
    cells: list


@dataclass(frozen=True)
class Mixture:
    """A synthetic row with its parents, by decreasing weight. Rows generated from noise have none.

    `n_left_out` is the number of further parents, and `weight_left_out` the sum of their weights.
    """

    cells: list
    parents: list
    n_left_out: int
    weight_left_out: float


@dataclass(frozen=True)
class Mixtures:
    """Several synthetic rows of a class with their parents. `n_left_out` is the number of columns not shown."""

    label: str
    names: list
    rows: list
    n_left_out: int


def draw_mixtures(sampler, table, label, names):
    """Sample rows of a class, and return them with their parents in the table that the sampler was fitted on.

    `names` are those of the columns to show.
    """
    sampled, parents, weights = sampler.sample(N_ROWS, y=label, return_parents=True)
    kept = [_parents_of(*pair) for pair in zip(parents, weights, strict=True)]
    used = np.unique(np.concatenate([positions for positions, _ in kept]))
    synthetic = _columns(sampled)
    real = _columns(take_rows(table, used)) if len(used) else []
    return Mixtures(
        label=str(label),
        names=[shorten(title_of(name), LONGEST_NAME) for name in names[:MOST_COLUMNS]],
        rows=[_mixture(row, synthetic, real, used, *pair) for row, pair in enumerate(kept)],
        n_left_out=sampler.n_features_in_ - len(synthetic),
    )


def _columns(table):
    """Return the first columns of a table."""
    columns = open_container(table).columns()
    return [column for column, _ in zip(columns, range(MOST_COLUMNS), strict=False)]


def _parents_of(positions, weights):
    """Return the positions and weights of a row's parents, by decreasing weight and without negligible ones."""
    order = np.argsort(-weights, kind="stable")
    order = order[(positions[order] >= 0) & (weights[order] >= LIGHTEST)]
    return positions[order], weights[order]


def _mixture(row, synthetic, real, used, positions, weights):
    """Return a Mixture, given the columns of the synthetic rows, and those of the real rows at positions `used`."""
    shown = list(zip(positions[:MOST_PARENTS].tolist(), weights[:MOST_PARENTS].tolist(), strict=True))
    parents = [
        Parent(position, weight, _write(real, int(np.searchsorted(used, position)))) for position, weight in shown
    ]
    return Mixture(_write(synthetic, row), parents, len(positions) - len(shown), float(weights[MOST_PARENTS:].sum()))


def _write(columns, row):
    return [shorten(write_cell(column, row), LONGEST_VALUE) for column in columns]
