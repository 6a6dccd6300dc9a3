"""Generated rows at a distance from every real one."""

from dataclasses import dataclass, replace

import numpy as np

from sklearn_gan._categorical_columns import number_levels
from sklearn_gan._containers import open_container
from sklearn_gan._containers.columns import Column
from sklearn_gan._mixing import Descendants
from sklearn_gan._rows import RowEncoder, Rows, observed_numbers
from sklearn_gan._saving.cells import cells_from_document, cells_to_document

MAX_ROUNDS = 30


class RealRows:
    """The rows of the table that was fitted, as points: how far tables that are like it are from them.

    Distances are those of `sklearn_gan.metrics`, of the rows as the caller gets them: rounded, in the types of the
    columns.

    Parameters
    ----------
    columns : list of Column
        The columns of the table.
    is_categorical : list of bool
        Which of them are categories.

    Attributes
    ----------
    levels : list of dict or None
        For each category, the number of each of its levels; None for a column of numbers.
    encoder : RowEncoder
        The means and deviations of the numbers.
    rows : Rows
        The points.
    """

    def __init__(self, columns, is_categorical):
        self.levels = [{} if categorical else None for categorical in is_categorical]
        read = self._read(columns)
        self.encoder = RowEncoder.learn(read, [column.missing.any() for column in read])
        self.rows = self.encoder.encode(read)

    def to_document(self):
        """Return the rows as a document, for a file."""
        written = [None if levels is None else cells_to_document(levels, "a category") for levels in self.levels]
        return {
            "columns": [{"levels": levels} for levels in written],
            "numbers": self.rows.numbers,
            "levels": self.rows.levels.astype(np.int64),
        } | vars(self.encoder)

    @classmethod
    def from_document(cls, fields, n_rows, n_columns):
        """Return the rows of a document."""
        real = cls.__new__(cls)
        real.levels = [_levels_from_document(column) for column in fields.each("columns", n_columns)]
        n_levels = [len(levels) for levels in real.levels if levels is not None]
        n_numbers = n_columns - len(n_levels)
        flagged = fields.array("flagged", bool, (n_numbers,))
        means, deviations = (fields.finite(name, np.float64, (n_numbers,)) for name in ("means", "deviations"))
        if not (deviations > 0).all():
            fields.refuse("deviations", "positive numbers", deviations)
        numbers = fields.finite("numbers", np.float64, (n_rows, n_numbers + int(flagged.sum())))
        levels = fields.positions("levels", (n_rows, len(n_levels)), max(n_levels, default=0), start=-1)
        real.encoder, real.rows = RowEncoder(means, deviations, flagged), Rows(numbers, levels)
        return real

    def distances(self, table):
        """Return how far each row of a table is from the closest real one, of shape (n_rows,)."""
        read = self._read(open_container(table).columns())
        return self.encoder.encode(read).nearest(self.rows)[:, 0]

    def _read(self, columns):
        """Return columns whose cells are numbers, or numbers of levels; a level that is new gets the next one."""
        return [
            Column(column.name, observed_numbers(column), column.missing, "number")
            if levels is None
            else Column(column.name, _number(column, levels), column.missing, "category")
            for column, levels in zip(columns, self.levels, strict=True)
        ]


def _levels_from_document(fields):
    if fields.get("levels") is None:
        return None
    return {level: number for number, level in enumerate(cells_from_document(fields, "levels"))}


def _number(column, levels):
    return number_levels(column, lambda level: levels.setdefault(level, len(levels)))


@dataclass
class MeasuredRows:
    """Generated rows, and how far they are from real ones.

    Attributes
    ----------
    drawn : Descendants
        The rows, encoded, with their parents.
    columns : list of Numbers or Gathered
        The rows, decoded.
    distances : ndarray of shape (n_rows,)
        How far each row is from the closest real one.
    """

    drawn: Descendants
    columns: list
    distances: np.ndarray

    def __getitem__(self, positions):
        columns = [column[positions] for column in self.columns]
        return MeasuredRows(self.drawn[positions], columns, self.distances[positions])

    def with_each_parent_once(self):
        """Return the rows with the weights of equal parents added up."""
        return replace(self, drawn=self.drawn.with_each_parent_once())

    @classmethod
    def concatenate(cls, batches):
        """Return the rows of all batches, one after the other."""
        columns = [
            type(parts[0]).concatenate(parts) for parts in zip(*(batch.columns for batch in batches), strict=True)
        ]
        distances = np.concatenate([batch.distances for batch in batches])
        return cls(Descendants.concatenate([batch.drawn for batch in batches]), columns, distances)


def draw_apart(draw, codes, min_distance, classes):
    """Return a generated row for each class in `codes`, all of them far enough from every real row.

    Parameters
    ----------
    draw : callable
        Takes the class of each row and returns MeasuredRows.
    codes : ndarray of shape (n_rows,)
        The classes, as integers from 0.
    min_distance : float
        How far is enough.
    classes : ndarray of shape (n_classes,)
        What errors call the classes.

    Returns
    -------
    rows : MeasuredRows

    Raises
    ------
    ValueError
        If after `MAX_ROUNDS` rounds, in which rows that are too close are drawn anew, some are still missing.
    """
    found, positions = [], []
    farthest, missing = np.zeros(len(codes)), np.arange(len(codes))
    for _ in range(MAX_ROUNDS):
        tried = missing.repeat(len(codes) // len(missing))  # so that a round draws no more rows than the first
        rows = draw(codes[tried])
        np.maximum.at(farthest, tried, rows.distances)
        apart = np.flatnonzero(rows.distances >= min_distance)
        filled, first = np.unique(tried[apart], return_index=True)
        found.append(rows[apart[first]])
        positions.append(filled)
        missing = np.setdiff1d(missing, filled)
        if not len(missing):
            return MeasuredRows.concatenate(found)[np.concatenate(positions).argsort()]
    of_class = codes == codes[missing[0]]
    n_found, feasible = (of_class & (farthest >= min_distance)).sum(), np.floor(1000 * farthest[of_class].min()) / 1000
    raise ValueError(
        f"Expected {of_class.sum()} rows of class {classes.tolist()[codes[missing[0]]]!r} at least min_distance="
        f"{min_distance} away from every real row, got {n_found} in {MAX_ROUNDS} rounds of drawing; the largest "
        f"distance that all of them reached is {feasible:g}. Lower `min_distance`, which needs no new fit, or ask for "
        "fewer rows."
    )
