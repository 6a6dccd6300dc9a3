"""Encode a table as the float32 matrix for the networks, and decode generated rows to values.

The matrix has three groups of features, side by side::

    | numbers                | one-hot blocks                   | missing-value flags         |
    | one per numeric column | one block per categorical column | 1 where a value is missing  |

Each column with missing values has a flag. With `flag_all`, every column has one. Where the flag is 1, the column's
other features are 0.
"""

from itertools import chain, islice

import numpy as np

from sklearn_gan._matrix import MAX_MASK_SIZE, Layout
from sklearn_gan._runtime.warnings import collect_warnings
from sklearn_gan._table.column_kinds import KINDS
from sklearn_gan._table.relations import (
    RULES,
    check_order,
    relation_from_document,
    relation_to_document,
    select_rules,
)


class TableEncoder:
    """Encode columns as a float32 matrix, and decode generated rows of such a matrix.

    Each column has a codec for its kind; see `sklearn_gan._table.column_kinds`. The columns of a relation may be
    replaced by derived columns, from which its rules restore them; see `sklearn_gan._table.relations`.

    Attributes
    ----------
    layout_ : Layout
        The features of the matrix.
    codecs_ : list of ColumnCodec
        The fitted codec of each column.
    single_ : ndarray of shape (n_classes,), dtype bool
        Mask of classes with a single row. Every generated row of such a class is decoded as a copy of that row.
    relations_ : list of Relation
        The relations between columns that decoded rows satisfy.
    """

    def fit_encode(self, columns, codecs, codes, flag_all=False, relations=None, derive=True, with_all_rows=None):
        """Fit the encoder to a table, or to a sample of its rows, and encode these rows.

        Parameters
        ----------
        columns : list of Column
            The columns of the table.
        codecs : list of ColumnCodec
            The fitted codec of each column.
        codes : ndarray of shape (n_rows,)
            Class index of each row, from 0 to n_classes - 1.
        flag_all : bool, default=False
            Whether columns without missing values also have a flag.
        relations : "auto", list of Relation or None, default=None
            The relations to keep in decoded rows. `"auto"` detects them.
        derive : bool, default=True
            Whether derived columns may replace columns of the table. :meth:`encode` and :meth:`decode_cells` require
            False.
        with_all_rows : callable or None, default=None
            Maps positions of columns to the list of these Columns, with all rows of the table. None if `columns` are
            complete.

        Returns
        -------
        matrix : ndarray of shape (n_rows, layout_.n_features), dtype float32
            The encoded rows.

        Raises
        ------
        ValueError
            If all columns are categorical without an observed value. If a listed relation does not hold.
        """
        self.codecs_ = codecs
        self.single_ = np.bincount(codes) == 1
        with_all_rows = with_all_rows or (lambda positions: [columns[j] for j in positions])
        rules = select_rules(relations, columns, codecs, codes, with_all_rows) if derive else ([], [])
        self.relations_, self._rules = rules
        derived = [rule.derive(columns, codecs, codes) for rule in self._rules]
        self._assign_parts([[KINDS[column.kind]() for column in part] for part in derived])
        first_rows = np.unique(codes, return_index=True)[1]
        with collect_warnings():  # which would name columns that the user does not have
            for column, codec in zip(chain(*derived), self._parts[len(self._own) :], strict=True):
                codec.fit(column, codes, first_rows)
        columns = [columns[j] for j in self._own] + list(chain(*derived))
        missing = [column.missing for column in columns]
        for i in self._gate_of:
            missing[i] = np.zeros(len(codes), dtype=bool)  # gated features have no flag
        self._arrange([codec.width for codec in self._parts], [flag_all or cells.any() for cells in missing])
        if not self.layout_.n_values:
            raise ValueError(
                f"Expected an observed value or a numeric column in X, got {len(codes)} row(s) of categorical columns "
                "with only missing values. Pass rows with observed values."
            )
        return self._encode(columns, missing)

    def _assign_parts(self, derived):
        """Set the codecs of all encoded columns: those of the table that no rule removes, then the derived ones."""
        removed = {j for rule in self._rules for j in rule.removed}
        self._own = [j for j in range(len(self.codecs_)) if j not in removed]
        self._parts = [self.codecs_[j] for j in self._own] + list(chain(*derived))
        self._n_derived = [len(part) for part in derived]
        # Positions of gated parts, each with the position of the part with its gate, and the category.
        starts = np.cumsum([len(self._own), *self._n_derived])
        self._gate_of = {
            start + i: (start + k, category)
            for rule, start in zip(self._rules, starts, strict=False)
            for i, k, category in rule.gates()
        }

    def encode(self, columns):
        """Encode the columns of another table.

        Numbers outside the fitted range are clipped to it. An unseen category is 0 in all features of its block. Unlike
        a missing value, it sets no flag.
        """
        columns = list(columns)
        return self._encode(columns, [column.missing for column in columns])

    def _arrange(self, widths, is_flagged):
        """Set the order of features: numbers, then one-hot blocks, then flags."""
        is_number = [codec.is_numeric for codec in self._parts]
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
            gates=tuple(
                (int(self._slices[i].start), int(self._slices[k].start + self._parts[k].feature_of(category)))
                for i, (k, category) in self._gate_of.items()
            ),
        )

    def _encode(self, columns, missing):
        """Return the matrix of all encoded columns, the own and the derived ones."""
        matrix = np.empty((len(missing[0]), self.layout_.n_features), dtype=np.float32)
        for i, (codec, column) in enumerate(zip(self._parts, columns, strict=True)):
            matrix[:, self._slices[i]] = codec.encode(column)
        for i, position in self._flags.items():
            matrix[:, position] = missing[i]
        return matrix

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
        parts = [self._decode_part(i, matrix, codes, rng) for i in range(len(self._parts))]
        decoded = [None] * len(self.codecs_)
        for j, cells in zip(self._own, parts, strict=False):
            decoded[j] = cells
        derived = iter(parts[len(self._own) :])
        for rule, n in zip(self._rules, self._n_derived, strict=True):
            rule.restore(decoded, list(islice(derived, n)), codes, self.codecs_, rng)
        for codec, cells in zip(self.codecs_, decoded, strict=True):
            cells.overwrite(self.single_[codes], codec.originals, codes)
        return decoded

    def _decode_part(self, i, matrix, codes, rng):
        missing = matrix[:, self._flags[i]] > 0.5 if i in self._flags else np.zeros(len(matrix), dtype=bool)
        return self._parts[i].decode(matrix[:, self._slices[i]], missing, codes, rng)

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
        derived = iter(self._parts[len(self._own) :])
        return {
            "columns": list(map(_codec_to_document, self.codecs_)),
            "rules": [
                {"rule": rule.name, "derived": list(map(_codec_to_document, islice(derived, n)))} | rule.to_document()
                for rule, n in zip(self._rules, self._n_derived, strict=True)
            ],
            "relations": list(map(relation_to_document, self.relations_)),
            "flagged": [i in self._flags for i in range(len(self._parts))],
            "single": self.single_,
        }

    @classmethod
    def from_document(cls, fields, n_columns, n_classes):
        """Return the encoder stored in a document."""
        encoder = cls()
        encoder.codecs_ = [_codec_from_document(column, n_classes) for column in fields.each("columns", n_columns)]
        encoder.single_ = fields.array("single", bool, (n_classes,))
        encoder.relations_ = [relation_from_document(relation) for relation in fields.each("relations")]
        encoder._rules, derived = [], []
        for part in fields.each("rules"):
            derived.append([_codec_from_document(column, n_classes) for column in part.each("derived")])
            rule = RULES[part.one_of("rule", RULES)]
            encoder._rules.append(rule.from_document(part, encoder.codecs_, derived[-1], n_classes))
        check_order(fields, encoder._rules)
        encoder._assign_parts(derived)
        flagged = fields.flags("flagged", len(encoder._parts))
        # Decoding a flag copies a missing value that the container has kept.
        if not all(len(codec.rows) for flag, codec in zip(flagged, encoder._parts, strict=True) if flag):
            fields.refuse("flagged", "true only for columns with missing values", flagged)
        encoder._arrange([codec.width for codec in encoder._parts], flagged)
        if encoder.layout_.mask_size > MAX_MASK_SIZE:
            fields.refuse(
                "flagged", f"flags with at most {MAX_MASK_SIZE:,} pairs of flag and feature", encoder.layout_.mask_size
            )
        return encoder

    def average_cells(self, drawn):
        """Average several results of :meth:`decode_cells`: means of numbers and most frequent categories."""
        return [codec.average(np.stack(cells)) for codec, *cells in zip(self.codecs_, *drawn, strict=True)]


def _codec_to_document(codec):
    return {"kind": codec.name} | codec.to_document()


def _codec_from_document(fields, n_classes):
    return KINDS[fields.one_of("kind", KINDS)].from_document(fields, n_classes)
