"""Encode a table as the float32 matrix for the networks, and decode generated rows to values.

The matrix has three groups of features, side by side::

    | numbers                | one-hot blocks                   | missing-value flags         |
    | one per numeric column | one block per categorical column | 1 where a value is missing  |

Each column with missing values has a flag. With `flag_all`, every column has one. Where the flag is 1, the column's
other features are 0.
"""

import numpy as np

from sklearn_gan._matrix import MAX_MASK_SIZE, Layout
from sklearn_gan._table.column_kinds import KINDS


class TableEncoder:
    """Encode columns as a float32 matrix, and decode generated rows of such a matrix.

    Each column has a codec for its kind; see `sklearn_gan._table.column_kinds`.

    Attributes
    ----------
    layout_ : Layout
        The features of the matrix.
    codecs_ : list of ColumnCodec
        The fitted codec of each column.
    single_ : ndarray of shape (n_classes,), dtype bool
        Mask of classes with a single row. Every generated row of such a class is decoded as a copy of that row.
    """

    def fit_encode(self, columns, codecs, codes, flag_all=False):
        """Fit the encoder to the columns of a table, and encode them.

        Parameters
        ----------
        columns : iterable of Column
            The columns of the table.
        codecs : list of subclasses of ColumnCodec
            The codec class of each column.
        codes : ndarray of shape (n_rows,)
            Class index of each row, from 0 to n_classes - 1.
        flag_all : bool, default=False
            Whether columns without missing values also have a flag.

        Returns
        -------
        matrix : ndarray of shape (n_rows, layout_.n_features), dtype float32
            The encoded rows.

        Raises
        ------
        ValueError
            If a numeric column holds a non-numeric or infinite value, or if all columns are categorical without an
            observed value.
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
                f"Expected an observed value or a numeric column in X, got {len(codes)} row(s) of categorical columns "
                "with only missing values. Pass rows with observed values."
            )
        return self._stack(features, missing)

    def encode(self, columns):
        """Encode the columns of another table.

        Numbers outside the fitted range are clipped to it. An unseen category is 0 in all features of its block. Unlike
        a missing value, it sets no flag.
        """
        columns = list(columns)
        features = [codec.encode(column) for codec, column in zip(self.codecs_, columns, strict=True)]
        return self._stack(features, [column.missing for column in columns])

    def _arrange(self, widths, is_flagged):
        """Set the order of features: numbers, then one-hot blocks, then flags."""
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
        # The dictionaries of slices and flags are in the order of features.
        flags = [missing[j][:, None] for j in self._flags]
        return np.hstack([features[j] for j in self._slices] + flags, dtype=np.float32)

    def decode(self, matrix, codes, rng):
        """Return the values of generated rows, as one Values or Gathered per column.

        Parameters
        ----------
        matrix : ndarray of shape (n_rows, layout_.n_features)
            Generated rows.
        codes : ndarray of shape (n_rows,)
            The class of each row.
        rng : numpy.random.Generator
            Chooses among the rare categories that share a feature.
        """
        decoded = []
        for j, codec in enumerate(self.codecs_):
            missing = matrix[:, self._flags[j]] > 0.5 if j in self._flags else np.zeros(len(matrix), dtype=bool)
            decoded.append(codec.decode(matrix[:, self._slices[j]], missing, codes, rng))
            decoded[-1].overwrite(self.single_[codes], codec.originals, codes)
        return decoded

    def decode_cells(self, matrix, missing):
        """Return the values of each column j in the rows where `missing[j]` is true, as one ndarray per column.

        Among rare categories that share a feature, the most frequent one is chosen. A categorical column without
        observed values returns None for each row.
        """
        return [codec.decode_cells(matrix[missing[j], self._slices[j]]) for j, codec in enumerate(self.codecs_)]

    def comparable(self, columns):
        """Return the columns of the fitted table as ComparableColumns."""
        return [codec.comparable(column) for codec, column in zip(self.codecs_, columns, strict=True)]

    def comparable_decoded(self, decoded):
        """Return decoded columns in the form that :meth:`comparable` returns for the same values."""
        return [codec.comparable_decoded(cells) for codec, cells in zip(self.codecs_, decoded, strict=True)]

    def to_document(self):
        """Return the fitted encoder as a document, or raise if it would be too wide to load."""
        if self.layout_.mask_size > MAX_MASK_SIZE:
            raise ValueError(
                f"Expected at most {MAX_MASK_SIZE:,} pairs of a column with missing values and a feature, the limit "
                f"for loading a file, got {self.layout_.mask_size:,}. Drop columns, or impute their missing values."
            )
        return {
            "columns": [{"kind": codec.name} | codec.to_document() for codec in self.codecs_],
            "flagged": [j in self._flags for j in range(len(self.codecs_))],
            "single": self.single_,
        }

    @classmethod
    def from_document(cls, fields, n_columns, n_classes):
        """Return the encoder stored in a document."""
        encoder = cls()
        encoder.codecs_ = [
            KINDS[column.one_of("kind", KINDS)].from_document(column, n_classes)
            for column in fields.each("columns", n_columns)
        ]
        encoder.single_ = fields.array("single", bool, (n_classes,))
        flagged = fields.flags("flagged", n_columns)
        # Decoding a flag copies a missing value that the container has kept.
        if not all(len(codec.rows) for flag, codec in zip(flagged, encoder.codecs_, strict=True) if flag):
            fields.refuse("flagged", "true only for columns with missing values", flagged)
        encoder._arrange([codec.width for codec in encoder.codecs_], flagged)
        if encoder.layout_.mask_size > MAX_MASK_SIZE:
            fields.refuse(
                "flagged", f"flags with at most {MAX_MASK_SIZE:,} pairs of flag and feature", encoder.layout_.mask_size
            )
        return encoder

    def average_cells(self, drawn):
        """Average several results of :meth:`decode_cells`: means of numbers and most frequent categories."""
        return [codec.average(np.stack(cells)) for codec, *cells in zip(self.codecs_, *drawn, strict=True)]
