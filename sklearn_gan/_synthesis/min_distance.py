"""Synthetic rows at a minimum distance from every real row."""

from dataclasses import dataclass, replace

import numpy as np

from sklearn_gan._networks import RowsWithParents
from sklearn_gan._persistence import cells_from_document, cells_to_document
from sklearn_gan._table import RowEncoder, Rows, plain_labels

MAX_ROUNDS = 30


class RealRows:
    """Rows of the fitted table as points, from which synthetic rows keep a minimum distance.

    The distance is that of `sklearn_gan.metrics` between rows of two tables.

    Parameters
    ----------
    columns : list of ComparableColumn
        The columns of the table.

    Attributes
    ----------
    encoder : RowEncoder
        The means and standard deviations of the numeric columns.
    rows : Rows
        The points.
    """

    def __init__(self, columns):
        self.encoder = RowEncoder.learn(columns, [column.missing.any() for column in columns])
        self.rows = self.encoder.encode(columns)

    def distances(self, columns):
        """Return the distance from each row to the closest real row, of shape (n_rows,).

        Parameters
        ----------
        columns : list of ComparableColumn
            The columns of the rows.
        """
        return self.encoder.encode(columns).nearest(self.rows)[:, 0]

    def to_document(self, codecs):
        """Return the rows as a document; `codecs` are those of the columns."""
        return {
            "columns": [{"levels": _categories_to_document(codec)} for codec in codecs],
            "numbers": self.rows.numbers,
            "levels": self.rows.levels.astype(np.int64),
        } | vars(self.encoder)

    @classmethod
    def from_document(cls, fields, n_rows, codecs):
        """Return the rows of a document."""
        for column, codec in zip(fields.each("columns", len(codecs)), codecs, strict=True):
            _check_categories(column, codec)
        n_levels = [len(codec.levels) for codec in codecs if not codec.is_numeric]
        n_numbers = len(codecs) - len(n_levels)
        flagged = fields.array("flagged", bool, (n_numbers,))
        means, deviations = (fields.finite(name, np.float64, (n_numbers,)) for name in ("means", "deviations"))
        if not (deviations > 0).all():
            fields.refuse("deviations", "positive numbers", deviations)
        numbers = fields.finite("numbers", np.float64, (n_rows, n_numbers + int(flagged.sum())))
        levels = fields.positions("levels", (n_rows, len(n_levels)), max(n_levels, default=0), start=-1)
        real = cls.__new__(cls)
        real.encoder, real.rows = RowEncoder(means, deviations, flagged), Rows(numbers, levels)
        return real


def _categories_to_document(codec):
    return None if codec.is_numeric else cells_to_document(codec.levels, "a category")


def _check_categories(fields, codec):
    """Refuse categories other than those of the codec; rows are compared by the codec's category numbers."""
    if codec.is_numeric:
        found, expected = fields.get("levels"), None
    else:
        found, expected = cells_from_document(fields, "levels"), codec.levels
    if found != expected:
        fields.refuse("levels", "the categories of the encoder's column", found)


@dataclass
class MeasuredRows:
    """Synthetic rows with their distances from real rows.

    Attributes
    ----------
    drawn : RowsWithParents
        The parents of the rows, without features.
    columns : list of Values or Gathered
        The decoded columns.
    distances : ndarray of shape (n_rows,)
        Distance from each row to the closest real row.
    """

    drawn: RowsWithParents
    columns: list
    distances: np.ndarray

    def __getitem__(self, positions):
        columns = [column[positions] for column in self.columns]
        return MeasuredRows(self.drawn[positions], columns, self.distances[positions])

    def merge_equal_parents(self):
        """Return the rows with the weights of equal parents summed."""
        return replace(self, drawn=self.drawn.merge_equal_parents())

    @classmethod
    def concatenate(cls, batches):
        """Return the rows of all batches, one after the other."""
        columns = [
            type(parts[0]).concatenate(parts) for parts in zip(*(batch.columns for batch in batches), strict=True)
        ]
        distances = np.concatenate([batch.distances for batch in batches])
        return cls(RowsWithParents.concatenate([batch.drawn for batch in batches]), columns, distances)


def draw_distant(draw, codes, min_distance, classes):
    """Return a synthetic row for each class in `codes`, at least `min_distance` from every real row.

    Parameters
    ----------
    draw : callable
        Maps the class of each row to MeasuredRows.
    codes : ndarray of shape (n_rows,)
        Class index of each row, from 0 to n_classes - 1.
    min_distance : float
        Minimum distance from every real row.
    classes : ndarray of shape (n_classes,)
        The class labels, for errors.

    Returns
    -------
    rows : MeasuredRows

    Raises
    ------
    ValueError
        If some rows are still too close after `MAX_ROUNDS` rounds of replacing them.
    """
    found, positions = [], []
    farthest, missing = np.zeros(len(codes)), np.arange(len(codes))
    for _ in range(MAX_ROUNDS):
        tried = missing.repeat(len(codes) // len(missing))  # no more rows than in the first round
        rows = draw(codes[tried])
        np.maximum.at(farthest, tried, rows.distances)
        distant = np.flatnonzero(rows.distances >= min_distance)
        filled, first = np.unique(tried[distant], return_index=True)
        found.append(rows[distant[first]])
        positions.append(filled)
        missing = np.setdiff1d(missing, filled)
        if not len(missing):
            return MeasuredRows.concatenate(found)[np.concatenate(positions).argsort()]
    of_class = codes == codes[missing[0]]
    # Rounded down, so that the reported distance was reached.
    n_found, feasible = (of_class & (farthest >= min_distance)).sum(), np.floor(1000 * farthest[of_class].min()) / 1000
    raise ValueError(
        f"Expected {of_class.sum()} rows of class {plain_labels(classes)[codes[missing[0]]]!r} at least min_distance="
        f"{min_distance} away from every real row, got {n_found} in {MAX_ROUNDS} rounds of sampling; the largest "
        f"distance that all of them reached is {feasible:g}. Lower `min_distance`, which needs no refit, or request "
        "fewer rows."
    )
