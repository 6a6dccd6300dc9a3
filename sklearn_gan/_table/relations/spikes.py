"""Rule for numeric columns with spikes: single values that many rows share, such as 0 or a fee of 99.99."""

import numpy as np

from sklearn_gan._table.column_kinds import CodedTimeCodec
from sklearn_gan._table.columns import Column, Values
from sklearn_gan._table.relations.lattice import is_measured
from sklearn_gan._table.relations.rule import Rule, cells_from_document, cells_to_document, check_derived

SPIKE_SHARE = 0.1
FEWEST_ROWS = 5
MAX_SPIKES = 8


class Spikes(Rule):
    """Generate whether a number is one of several spikes, and which, as a category of its own.

    The other numbers of the column have a feature that is 0 at the spikes. These are the mixed columns of Zhao et al.,
    "CTAB-GAN+: enhancing tabular data synthesis", Frontiers in Big Data 2024, section 3.2.

    Parameters
    ----------
    column : int
        Position of the column.
    """

    name = "spikes"

    def __init__(self, column):
        self.sources, self.determined, self.removed = [], [column], [column]

    def derive(self, columns, codecs, codes):
        (j,) = self.determined
        column, cells = columns[j], codecs[j].as_decoded(columns[j])
        spikes = find_spikes(cells, codes)
        numbers = np.zeros(len(codes), dtype=np.intp)  # 0 for all other numbers
        for number, spike in enumerate(spikes, start=1):
            numbers[cells.values == spike] = number
        # In the order of appearance, in which the codec of the derived column numbers its categories.
        present = numbers[~cells.missing]
        order = np.unique(present, return_index=True)[1].argsort()
        self._other = int(order.argsort()[0])
        # The entry of all other numbers is arbitrary.
        self._spikes = Values(np.append(spikes[:1], spikes).astype(cells.values.dtype)[order], order < 0)
        kinds = Column((column.name, "spike"), order.argsort()[numbers], cells.missing, "category")
        is_spike = cells.missing | (numbers > 0)
        return [kinds, Column((column.name, "other"), column.cells, is_spike, column.kind, column.unit)]

    def gates(self):
        return [(1, 0, self._other)]

    def restore(self, decoded, derived, codes, codecs, rng):
        kinds, others = derived
        missing = kinds.positions >= len(self._spikes.values)
        positions = np.where(missing, 0, kinds.positions)
        values = np.where(positions == self._other, others.values, self._spikes.values[positions])
        decoded[self.determined[0]] = Values(values.astype(self._spikes.values.dtype), missing)

    def to_document(self):
        return {"column": self.determined[0], "other": self._other, "spikes": cells_to_document(self._spikes)}

    @classmethod
    def from_document(cls, fields, codecs, derived, n_classes):
        column = fields.integer("column", 0, len(codecs) - 1)
        check_derived(fields, derived, [False, True])
        kinds, others = derived
        if not is_measured(codecs[column]) or others.type_of_cells != codecs[column].type_of_cells:
            fields.refuse("column", "a numeric column of the type of its derived column", column)
        if len(kinds.rows) > len(kinds.levels) and not len(codecs[column].rows):
            fields.refuse("derived", "without missing values, as the column", kinds.rows)
        rule = cls(column)
        rule._other = fields.integer("other", 0, len(kinds.levels) - 1)
        rule._spikes = cells_from_document(fields.inside("spikes"), codecs[column], len(kinds.levels))
        return rule


def has_spikes(column, codec, codes):
    """Return whether a column has spikes, and other numbers between which new ones are generated."""
    if not is_measured(codec) or isinstance(codec, CodedTimeCodec) or codec.is_grid:
        return False
    return len(find_spikes(codec.as_decoded(column), codes)) > 0


def find_spikes(cells, codes):
    """Return the numbers with a share of at least `SPIKE_SHARE` in the rows of a class, the largest shares first.

    The largest class counts only if there are no others. Its spikes would keep candidate selection from choosing rows
    that fit a smaller class better.
    """
    values, numbers = np.unique(cells.values[~cells.missing], return_inverse=True)
    of_class = codes[~cells.missing]
    frequent = np.flatnonzero(np.bincount(numbers) >= FEWEST_ROWS)
    if not len(frequent):
        return values[:0]
    positions = np.full(len(values), -1)
    positions[frequent] = np.arange(len(frequent))
    kept = positions[numbers] >= 0
    counts = np.zeros((codes.max() + 1, len(frequent)))
    np.add.at(counts, (of_class[kept], positions[numbers[kept]]), 1)
    shares = counts / np.maximum(np.bincount(of_class, minlength=len(counts)), 1)[:, None]
    if len(shares) > 1:
        shares[np.bincount(of_class).argmax()] = 0
    largest = np.where(counts >= FEWEST_ROWS, shares, 0).max(axis=0)
    best = (-largest).argsort(kind="stable")[:MAX_SPIKES]
    return values[frequent[best[largest[best] >= SPIKE_SHARE]]]
