"""The table as the networks see it: a float32 matrix, and the exact way back to cells.

The matrix has three kinds of features, side by side::

    | numbers            | one-hot blocks of the categories | flags                      |
    | one for each column| one block for each column        | 1 where a cell is missing  |

A flag stands for each column that has missing cells, or for every column if that is asked for. Where it is 1,
the column's own features are 0.
"""

import numpy as np

from sklearn_gan._matrix import MAX_MASK_SIZE, Layout
from sklearn_gan._table.column_kinds import KINDS


class TableEncoder:
    """Encode columns as a float32 matrix, and decode generated rows of such a matrix.

    Each column has a codec of its kind; see `sklearn_gan._table.column_kinds`.

    Attributes
    ----------
    layout_ : Layout
        The features of the matrix.
    codecs_ : list of ColumnCodec
        The fitted codec of each column.
    single_ : ndarray of shape (n_classes,), dtype bool
        Which classes have a single row, as which all rows of the class are decoded.
    """

    def fit_encode(self, columns, codecs, codes, flag_all=False):
        """Learn how to encode the columns of a table, and encode them.

        Parameters
        ----------
        columns : iterable of Column
            The columns of the table.
        codecs : list of subclasses of ColumnCodec
            The kind of each column.
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
        self.codecs_, features, missing = [], [], []
        for column, codec in zip(columns, codecs, strict=True):
            self.codecs_.append(codec())
            features.append(self.codecs_[-1].fit_encode(column, codes, first_rows))
            missing.append(column.missing)
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
        features = [codec.encode(column) for codec, column in zip(self.codecs_, columns, strict=True)]
        return self._stack(features, [column.missing for column in columns])

    def _arrange(self, widths, is_flagged):
        """Decide that numbers come first, then blocks, then flags."""
        is_number = [codec.is_numeric for codec in self.codecs_]
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
        """Return the cells of generated rows: one Values or Gathered for each column.

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
        for j, codec in enumerate(self.codecs_):
            missing = matrix[:, self._flags[j]] > 0.5 if j in self._flags else np.zeros(len(matrix), dtype=bool)
            decoded.append(codec.decode(matrix[:, self._slices[j]], missing, codes, rng))
            decoded[-1].overwrite(self.single_[codes], codec.originals, codes)
        return decoded

    def decode_cells(self, matrix, missing):
        """Return cells for where `missing[j]` is true in each column j: one ndarray for each column.

        Of the rare levels of a category the most frequent one is taken. A category of which no level was observed
        has None in its cells.
        """
        return [codec.decode_cells(matrix[missing[j], self._slices[j]]) for j, codec in enumerate(self.codecs_)]

    def comparable(self, columns):
        """Return the columns of the fitted table as ComparableColumns."""
        return [codec.comparable(column) for codec, column in zip(self.codecs_, columns, strict=True)]

    def comparable_decoded(self, decoded):
        """Return decoded columns as :meth:`comparable` returns those of a table that holds them."""
        return [codec.comparable_decoded(cells) for codec, cells in zip(self.codecs_, decoded, strict=True)]

    def to_document(self):
        """Return what was learned as a document, for a file; of much wider tables than this, it could not be read."""
        if self.layout_.mask_size > MAX_MASK_SIZE:
            raise ValueError(
                f"Expected up to {MAX_MASK_SIZE:,} pairs of a column that has missing cells and a feature, so that a "
                f"file can be read, got {self.layout_.mask_size:,}. Drop columns, or fill their missing cells."
            )
        return {
            "columns": [{"kind": codec.name} | codec.to_document() for codec in self.codecs_],
            "flagged": [j in self._flags for j in range(len(self.codecs_))],
            "single": self.single_,
        }

    @classmethod
    def from_document(cls, fields, n_columns, n_classes):
        """Return the encoder of a document."""
        encoder = cls()
        encoder.codecs_ = [
            KINDS[column.one_of("kind", KINDS)].from_document(column, n_classes)
            for column in fields.each("columns", n_columns)
        ]
        encoder.single_ = fields.array("single", bool, (n_classes,))
        flagged = fields.flags("flagged", n_columns)
        if not all(len(codec.rows) for flag, codec in zip(flagged, encoder.codecs_, strict=True) if flag):
            fields.refuse("flagged", "true for columns that have a missing cell alone", flagged)
        encoder._arrange([codec.width for codec in encoder.codecs_], flagged)
        if encoder.layout_.mask_size > MAX_MASK_SIZE:
            fields.refuse("flagged", f"flags of up to {MAX_MASK_SIZE:,} features", encoder.layout_.mask_size)
        return encoder

    def average_cells(self, drawn):
        """Return the average of several lists as `decode_cells` returns them: means, and most frequent levels."""
        return [codec.average(np.stack(cells)) for codec, *cells in zip(self.codecs_, *drawn, strict=True)]
