"""The table as the networks see it: a float32 matrix, and the exact way back to cells.

The matrix has three kinds of features, side by side::

    | numbers            | one-hot blocks of the categories | flags                      |
    | one for each column| one block for each column        | 1 where a cell is missing  |

A flag stands for each column that has missing cells, or for every column if that is asked for. Where it is 1,
the column's own features are 0.
"""

from dataclasses import dataclass

import numpy as np

from sklearn_gan._categorical_columns import CategoryColumn
from sklearn_gan._numeric_columns import NumberColumn, TimeColumn

MAX_RULED = 2**26
COLUMNS = {"number": NumberColumn, "time": TimeColumn, "category": CategoryColumn}


@dataclass(frozen=True)
class Layout:
    """Which features of the encoded matrix are what.

    Attributes
    ----------
    n_numbers : int
        The first features are numbers, about standard normal.
    block_widths : tuple of int
        Then come one-hot blocks of these widths.
    flagged : tuple of tuple (int, int)
        Then come flags; the i-th one rules over the features from the first (included) to the second
        (excluded) of its pair.
    """

    n_numbers: int
    block_widths: tuple
    flagged: tuple

    @property
    def n_values(self):
        return self.n_numbers + sum(self.block_widths)

    @property
    def n_features(self):
        return self.n_values + len(self.flagged)

    @property
    def n_ruled(self):
        return len(self.flagged) * self.n_values

    def ruled(self):
        """Return which features each flag rules over: 0 or 1, of shape (n_flags, n_values)."""
        ruled = np.zeros((len(self.flagged), self.n_values), dtype=np.float32)
        for flag, (start, stop) in enumerate(self.flagged):
            ruled[flag, start:stop] = 1
        return ruled


class TableEncoder:
    """Encode columns as a float32 matrix, and decode generated rows of such a matrix.

    See :class:`NumberColumn` and :class:`CategoryColumn` for what becomes of a column.

    Attributes
    ----------
    layout_ : Layout
        The features of the matrix.
    rows_ : list of ndarray of int
        For each column, the rows whose cells decoding refers to.
    single_ : ndarray of shape (n_classes,), dtype bool
        Which classes have a single row, as which all rows of the class are decoded.
    """

    def fit_encode(self, columns, is_categorical, codes, flag_all=False):
        """Learn how to encode the columns of a table, and encode them.

        Parameters
        ----------
        columns : iterable of Column
            The columns of the table.
        is_categorical : list of bool
            Which columns are categories.
        codes : ndarray of shape (n_rows,)
            The class of each row, as an integer from 0.
        flag_all : bool, default=False
            Whether columns without missing cells have a flag, too.

        Returns
        -------
        matrix : ndarray of shape (n_rows, layout_.n_features), dtype float32
            The encoded rows.

        Raises
        ------
        ValueError
            If a column that is to hold numbers holds something else, or an infinite value, or if all columns are
            categories without an observed cell.
        """
        first_rows = np.unique(codes, return_index=True)[1]
        self._columns, features, missing = [], [], []
        for column, categorical in zip(columns, is_categorical, strict=True):
            self._columns.append(_kind_of(column, categorical)())
            features.append(self._columns[-1].fit_encode(column, codes, first_rows))
            missing.append(column.missing)
        self.rows_ = [column.rows for column in self._columns]
        self.single_ = np.bincount(codes) == 1
        self._arrange([part.shape[1] for part in features], [flag_all or cells.any() for cells in missing])
        if not self.layout_.n_values:
            raise ValueError(
                f"Expected an observed cell, or a column of numbers, in X, got {len(codes)} row(s) of categories that "
                "are all missing, from which nothing can be learned. Pass rows that have some."
            )
        return self._stack(features, missing)

    def encode(self, columns):
        """Encode the columns of another table.

        Numbers beyond what was observed become the nearest that was. A level that was not seen is 0 in all features
        of its block, as a missing cell is, but has no flag.
        """
        columns = list(columns)
        features = [encoder.encode(column) for encoder, column in zip(self._columns, columns, strict=True)]
        return self._stack(features, [column.missing for column in columns])

    def _arrange(self, widths, is_flagged):
        """Decide that numbers come first, then blocks, then flags."""
        is_number = [isinstance(column, NumberColumn) for column in self._columns]
        order = np.argsort(np.logical_not(is_number), kind="stable")
        stops = np.cumsum([widths[j] for j in order])
        starts = np.append(0, stops[:-1])
        self._slices = {j: slice(*pair) for j, *pair in zip(order, starts, stops, strict=True)}
        flagged = [j for j in order if is_flagged[j]]
        self._flags = {j: stops[-1] + i for i, j in enumerate(flagged)}
        self.layout_ = Layout(
            n_numbers=sum(is_number),
            block_widths=tuple(widths[j] for j in order if widths[j] and not is_number[j]),
            flagged=tuple((int(self._slices[j].start), int(self._slices[j].stop)) for j in flagged),
        )

    def _stack(self, features, missing):
        flags = [missing[j][:, None] for j in self._flags]
        return np.hstack([features[j] for j in self._slices] + flags, dtype=np.float32)

    def decode(self, matrix, codes, rng):
        """Return the cells of generated rows: one Numbers or Gathered for each column.

        Parameters
        ----------
        matrix : ndarray of shape (n_rows, layout_.n_features)
            Generated rows.
        codes : ndarray of shape (n_rows,)
            The class of each row.
        rng : numpy.random.Generator
            Draws among the rare levels of a category.
        """
        decoded = []
        for j, column in enumerate(self._columns):
            missing = matrix[:, self._flags[j]] > 0.5 if j in self._flags else np.zeros(len(matrix), dtype=bool)
            decoded.append(column.decode(matrix[:, self._slices[j]], missing, codes, rng))
            decoded[-1].overwrite(self.single_[codes], column.originals, codes)
        return decoded

    def decode_cells(self, matrix, missing):
        """Return cells for where `missing[j]` is true in each column j: one ndarray for each column.

        Of the rare levels of a category the most frequent one is taken. A category of which no level was observed
        has None in its cells.
        """
        return [column.decode_cells(matrix[missing[j], self._slices[j]]) for j, column in enumerate(self._columns)]

    def kinds(self):
        """Return which of `COLUMNS` each column is."""
        names = {kind: name for name, kind in COLUMNS.items()}
        return [names[type(column)] for column in self._columns]

    def to_document(self):
        """Return what was learned as a document, for a file; of much wider tables than this, it could not be read."""
        if self.layout_.n_ruled > MAX_RULED:
            raise ValueError(
                f"Expected up to {MAX_RULED:,} pairs of a column that has missing cells and a feature, so that a file "
                f"can be read, got {self.layout_.n_ruled:,}. Drop columns, or fill their missing cells."
            )
        columns = zip(self.kinds(), self._columns, strict=True)
        return {
            "columns": [{"kind": kind} | column.to_document() for kind, column in columns],
            "flagged": [j in self._flags for j in range(len(self._columns))],
            "single": self.single_,
        }

    @classmethod
    def from_document(cls, fields, n_columns, n_classes):
        """Return the encoder of a document."""
        encoder = cls()
        encoder._columns = [
            COLUMNS[column.one_of("kind", COLUMNS)].from_document(column, n_classes)
            for column in fields.each("columns", n_columns)
        ]
        encoder.rows_ = [column.rows for column in encoder._columns]
        encoder.single_ = fields.array("single", bool, (n_classes,))
        flagged = fields.flags("flagged", n_columns)
        if not all(len(rows) for flag, rows in zip(flagged, encoder.rows_, strict=True) if flag):
            fields.refuse("flagged", "true for columns that have a missing cell alone", flagged)
        encoder._arrange([column.width for column in encoder._columns], flagged)
        if encoder.layout_.n_ruled > MAX_RULED:
            fields.refuse("flagged", f"flags of up to {MAX_RULED:,} features", encoder.layout_.n_ruled)
        return encoder

    def average_cells(self, drawn):
        """Return the average of several lists as `decode_cells` returns them: means, and most frequent levels."""
        return [column.average(np.stack(cells)) for column, *cells in zip(self._columns, *drawn, strict=True)]


def _kind_of(column, is_categorical):
    if is_categorical:
        return CategoryColumn
    return TimeColumn if column.kind == "time" else NumberColumn
