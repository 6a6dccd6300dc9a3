"""Categorical columns: categories become one-hot blocks, and blocks become categories."""

from collections import Counter

import numpy as np

from sklearn_gan._persistence import cells_from_document, cells_to_document
from sklearn_gan._table.column_kinds.codec import ColumnCodec
from sklearn_gan._table.columns import ComparableColumn, Gathered

MAX_LEVELS = 64


class CategoricalCodec(ColumnCodec):
    """A column of categories, one-hot.

    A column costs at most `MAX_LEVELS` features however many levels it has. The levels that are most
    frequent when every class weighs the same have a feature of their own; all others share the last one,
    and which of them a generated cell gets is drawn as often as its class has it.
    """

    name = "category"
    is_numeric = False
    array_dtypes = "biufmMUSO"

    @classmethod
    def recognizes(cls, column):
        return column.kind == "boolean"  # two values have nothing between them

    def fit_encode(self, column, codes, first_rows):
        levels, rows_of_levels = _factorize(column)
        self.levels = column.cells[rows_of_levels].tolist()
        self.rows = np.append(rows_of_levels, np.flatnonzero(column.missing)[:1]).astype(np.intp)
        self.originals = Gathered(levels[first_rows] % len(self.rows))  # -1, a missing cell, is the last
        n_levels = len(rows_of_levels)
        counts = np.zeros((codes.max() + 1, n_levels))
        np.add.at(counts, (codes[~column.missing], levels[~column.missing]), 1)
        frequencies = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).sum(axis=0)
        self._by_frequency = np.argsort(-frequencies, kind="stable")
        self.width = min(n_levels, MAX_LEVELS)
        self._share = self._shares_of_rare_levels(counts)
        self._assign_features()
        return self._one_hot(levels)

    def _assign_features(self):
        n_levels = len(self._by_frequency)
        self._feature_of_level = np.empty(n_levels + 1, dtype=np.intp)
        self._feature_of_level[self._by_frequency] = np.minimum(np.arange(n_levels), self.width - 1)
        self._feature_of_level[-1] = self.width  # the level -1 of a missing cell: the row of zeros below

    def to_document(self):
        return {
            "rows": self.rows,
            "levels": cells_to_document(self.levels, "a category"),
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
            fields.refuse("rows", "one for each level, and one for missing cells", column.rows)
        column.originals = Gathered(fields.positions("originals", (n_classes,), len(column.rows)))
        column._by_frequency = fields.positions("by_frequency", (n_levels,), n_levels)
        if len(np.unique(column._by_frequency)) < n_levels:
            fields.refuse("by_frequency", "different levels", column._by_frequency)
        column.width = min(n_levels, MAX_LEVELS)
        fields.integer("width", column.width, column.width)
        n_rare = n_levels - max(column.width - 1, 0)
        column._share = fields.finite("share", np.float64, (n_classes, n_rare))
        if n_rare and not ((column._share >= 0).all() and np.allclose(column._share.sum(axis=1), 1)):
            fields.refuse("share", "shares that sum to 1", column._share)
        column._assign_features()
        return column

    def encode(self, column):
        return self._one_hot(self._number(column))

    def _number(self, column):
        """Return the number of each cell's level; -1 if it is missing or was not seen."""
        number_of_level = {level: number for number, level in enumerate(self.levels)}
        return number_levels(column, lambda level: number_of_level.get(level, -1))

    def _one_hot(self, levels):
        return np.eye(self.width + 1, self.width, dtype=np.float32)[self._feature_of_level[levels]]

    def _shares_of_rare_levels(self, counts):
        """Return, for each class, how often it has each of the levels that share the last feature."""
        rare = counts[:, self._by_frequency[max(self.width - 1, 0) :]]
        totals = rare.sum(axis=1, keepdims=True)
        return np.where(totals > 0, rare, rare.sum(axis=0)) / np.where(totals > 0, totals, max(rare.sum(), 1))

    def decode(self, features, missing, codes, rng):
        if not self.width:
            return Gathered(np.zeros(len(features), dtype=np.intp))
        ranks = features.argmax(axis=1)
        shared = np.flatnonzero(ranks == self.width - 1)
        if self._share.shape[1] > 1:
            for code in np.unique(codes[shared]):
                of_class = shared[codes[shared] == code]
                ranks[of_class] += rng.choice(self._share.shape[1], size=len(of_class), p=self._share[code])
        return Gathered(np.where(missing, len(self.rows) - 1, self._by_frequency[ranks]))

    def decode_cells(self, features):
        if not self.width:
            return np.full(len(features), None)
        levels = self._by_frequency[features.argmax(axis=1)]
        return np.fromiter((self.levels[level] for level in levels), dtype=object, count=len(levels))

    def average(self, drawn):
        """Return the most frequent level along the first axis; of equals the one that was drawn first."""
        modes = (Counter(cells).most_common(1)[0][0] for cells in drawn.T)
        return np.fromiter(modes, dtype=object, count=drawn.shape[1])

    def comparable(self, column):
        return ComparableColumn(column.name, self._number(column), column.missing, is_numeric=False)

    def comparable_decoded(self, decoded):
        levels = np.where(decoded.positions < len(self.levels), decoded.positions, -1)
        return ComparableColumn(None, levels, levels < 0, is_numeric=False)


def _factorize(column):
    """Return the level of each cell, -1 where it is missing, and the row where each level comes first.

    Levels are numbered in their order of appearance, which no container changes.
    """
    number_of_level = {}
    levels = number_levels(column, lambda level: number_of_level.setdefault(level, len(number_of_level)))
    numbers, first_rows = np.unique(levels, return_index=True)
    return levels, first_rows[numbers >= 0]


def number_levels(column, number):
    """Return `number(cell)` for each cell, -1 where it is missing."""
    levels = np.full(len(column.cells), -1, dtype=np.intp)
    try:
        levels[~column.missing] = [number(cell) for cell in column.cells[~column.missing].tolist()]
    except TypeError as error:
        raise TypeError(
            f"Column {column.name!r} holds cells that cannot be told apart as categories ({error}); each argument "
            "must be a string, a number, a boolean or another hashable value. Convert them, for example to strings."
        ) from error
    return levels
