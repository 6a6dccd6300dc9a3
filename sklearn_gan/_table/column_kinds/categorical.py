"""Encode categorical columns as one-hot blocks, and decode the blocks."""

import numpy as np

from sklearn_gan._persistence import cells_from_document, cells_to_document
from sklearn_gan._table.column_kinds.codec import ColumnCodec
from sklearn_gan._table.columns import ComparableColumn, Gathered, factorize

MAX_LEVELS = 64


class CategoricalCodec(ColumnCodec):
    """Encode a categorical column as a one-hot block.

    A column has at most `MAX_LEVELS` features, regardless of its number of categories. The most frequent categories,
    with equal class weights, have a feature each. All others share the last feature. Decoding chooses among them at
    random, with their frequencies in the class of the row.
    """

    name = "category"
    is_numeric = False
    array_dtypes = "biufmMUSO"

    @classmethod
    def recognizes(cls, column):
        return column.kind == "boolean"  # no value lies between False and True

    def fit(self, column, codes, first_rows):
        column = column.as_objects()
        levels, rows_of_levels = column.factorized
        self.levels = column.cells[rows_of_levels].tolist()
        self.rows = np.append(rows_of_levels, np.flatnonzero(column.missing)[:1]).astype(np.intp)
        self.originals = Gathered(levels[first_rows] % len(self.rows))  # -1, a missing value, becomes the last position
        n_levels = len(rows_of_levels)
        counts = np.zeros((codes.max() + 1, n_levels))
        np.add.at(counts, (codes[~column.missing], levels[~column.missing]), 1)
        # Frequencies within classes, so that a rare class weighs as much as a common one.
        frequencies = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).sum(axis=0)
        self._by_frequency = np.argsort(-frequencies, kind="stable")
        self.width = min(n_levels, MAX_LEVELS)
        self._share = self._shares_of_rare_levels(counts)
        self._assign_features()

    def _assign_features(self):
        n_levels = len(self._by_frequency)
        self._feature_of_level = np.empty(n_levels + 1, dtype=np.intp)
        self._feature_of_level[self._by_frequency] = np.minimum(np.arange(n_levels), self.width - 1)
        self._feature_of_level[-1] = self.width  # code -1, a missing value, gets the row of zeros in `encode`

    def feature_of(self, level):
        """Return the position of the feature of a category within the block."""
        return self._feature_of_level[level]

    def to_document(self):
        return {
            "rows": self.rows,
            "levels": cells_to_document(self.levels, "a categorical column"),
            "by_frequency": self._by_frequency,
            "width": self.width,
            "share": self._share,
            "originals": self.originals.positions,
        }

    @classmethod
    def from_document(cls, fields, n_classes):
        column = cls()
        column.levels = cells_from_document(fields, "levels")
        n_levels = len(column.levels)
        column.rows = fields.positions("rows", (None,))
        if not max(1, n_levels) <= len(column.rows) <= n_levels + 1:
            fields.refuse("rows", "one row per category, and at most one for missing values", column.rows)
        column.originals = Gathered(fields.positions("originals", (n_classes,), len(column.rows)))
        column._by_frequency = fields.positions("by_frequency", (n_levels,), n_levels)
        if len(np.unique(column._by_frequency)) < n_levels:
            fields.refuse("by_frequency", "distinct categories", column._by_frequency)
        column.width = min(n_levels, MAX_LEVELS)
        fields.integer("width", column.width, column.width)
        n_rare = n_levels - max(column.width - 1, 0)
        column._share = fields.finite("share", np.float64, (n_classes, n_rare))
        if n_rare and not ((column._share >= 0).all() and np.allclose(column._share.sum(axis=1), 1)):
            fields.refuse("share", "shares that sum to 1", column._share)
        column._assign_features()
        return column

    def encode(self, column):
        return np.eye(self.width + 1, self.width, dtype=bool)[self._feature_of_level[self._number(column)]]

    def _number(self, column):
        """Return the category code of each value, -1 for missing and unseen values."""
        number_of_level = {level: number for number, level in enumerate(self.levels)}
        return number_levels(column.as_objects(), lambda level: number_of_level.get(level, -1))

    def _shares_of_rare_levels(self, counts):
        """Return the frequencies in each class of the categories that share the last feature."""
        shares = counts[:, self._by_frequency[max(self.width - 1, 0) :]]
        shares[~shares.any(axis=1)] = shares.sum(axis=0)  # a class without them has the frequencies of all classes
        shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)  # in place, because there may be many categories
        return shares

    def decode(self, features, missing, codes, rng):
        if not self.width:
            return Gathered(np.zeros(len(features), dtype=np.intp))
        ranks = features.argmax(axis=1)
        shared = np.flatnonzero(ranks == self.width - 1)
        if self._share.shape[1] > 1:
            for code in np.unique(codes[shared]):
                of_class = shared[codes[shared] == code]
                # The shared feature has the rank of the first rare category; the others follow.
                ranks[of_class] += rng.choice(self._share.shape[1], size=len(of_class), p=self._share[code])
        return Gathered(np.where(missing, len(self.rows) - 1, self._by_frequency[ranks]))

    def as_decoded(self, column):
        return Gathered(self._number(column) % len(self.rows))  # -1, a missing value, becomes the last position

    def decode_cells(self, features):
        if not self.width:
            return np.full(len(features), None)
        levels = np.fromiter(self.levels, dtype=object, count=len(self.levels))
        return levels[self._by_frequency[features.argmax(axis=1)]]

    def average(self, drawn):
        """Return the most frequent category along the first axis. Ties go to the first draw."""
        levels = factorize(drawn.ravel())[0].reshape(drawn.shape)
        counts = sum((levels == level).astype(int) for level in levels)
        return drawn[counts.argmax(axis=0), np.arange(drawn.shape[1])]

    def comparable(self, column):
        return ComparableColumn(column.name, self._number(column), column.missing, is_numeric=False)

    def comparable_decoded(self, decoded):
        # Positions after the categories refer to the kept missing value.
        levels = np.where(decoded.positions < len(self.levels), decoded.positions, -1)
        return ComparableColumn(None, levels, levels < 0, is_numeric=False)


def number_levels(column, number):
    """Return `number(value)` for each value, -1 where it is missing. Calls it once for each category."""
    levels, rows_of_levels = column.factorized
    numbers = [number(level) for level in column.cells[rows_of_levels].tolist()]
    return np.array([*numbers, -1], dtype=np.intp)[levels]  # a missing value, of level -1, gets the last number
