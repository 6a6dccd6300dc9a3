"""Rows mixed from real rows as by SMOTE, the baseline of the reports."""

from dataclasses import replace

import numpy as np

N_NEIGHBORS = 5
FEWEST_ROWS = 2


def smote_rows(columns, rows, n_rows, rng):
    """Return the columns of rows that SMOTE mixes from real rows.

    A new row lies between a random real row and one of its nearest neighbours. A category, and whether a value is
    missing, is decided by the majority of the neighbours, as in SMOTENC and SMOTEN.

    Parameters
    ----------
    columns : list of ComparableColumn
        The real table, of at least 2 rows.
    rows : Rows
        The same rows, for the distances.
    n_rows : int
        Number of new rows.
    rng : numpy.random.Generator
        Chooses rows, neighbours and the places between them.
    """
    neighbors = _neighbors(rows)
    first = rng.integers(len(rows), size=n_rows)
    second = neighbors[first, rng.integers(neighbors.shape[1], size=n_rows)]
    places = rng.random(n_rows)
    return [_mix(column, first, second, places, neighbors[first]) for column in columns]


def _neighbors(rows):
    """Return the positions of the nearest other rows of each row, of shape (n_rows, n_neighbors)."""
    n_neighbors = min(N_NEIGHBORS, len(rows) - 1)
    neighbors = np.empty((len(rows), n_neighbors), dtype=int)
    for batch, distances in rows.distances(rows):
        positions = np.arange(len(rows))[batch]
        distances[np.arange(len(positions)), positions] = np.inf
        neighbors[batch] = np.argpartition(distances, n_neighbors - 1, axis=1)[:, :n_neighbors]
    return neighbors


def _mix(column, first, second, places, neighbors):
    if not column.is_numeric:
        cells = _most_frequent(column.cells[neighbors])
        return replace(column, cells=cells, missing=cells < 0)
    # A number that is missing in one of both rows is that of the other, or the mean if both lack it.
    observed = column.cells[~column.missing].astype(float)
    cells = np.where(column.missing, np.nan, column.cells.astype(float))
    one, other = cells[first], cells[second]
    one, other = np.where(np.isnan(one), other, one), np.where(np.isnan(other), one, other)
    mixed = (1 - places) * one + places * other
    mixed = np.where(np.isnan(mixed), _mean(observed), mixed)
    missing = column.missing[neighbors].mean(axis=1) > 0.5
    return replace(column, cells=np.rint(mixed) if column.cells.dtype.kind in "iu" else mixed, missing=missing)


def _mean(numbers):
    return (numbers / len(numbers)).sum() if len(numbers) else 0.0  # large numbers have no finite sum


def _most_frequent(codes):
    """Return the most frequent code of each row of a matrix."""
    counts = (codes[:, :, None] == codes[:, None, :]).sum(axis=2)
    return codes[np.arange(len(codes)), counts.argmax(axis=1)]
