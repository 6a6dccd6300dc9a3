"""Rule that keeps the order of two columns: the difference is generated, and is never negative."""

from functools import reduce

import numpy as np

from sklearn_gan._table.column_kinds.notation import MAX_PLACES, Notation
from sklearn_gan._table.columns import Column, Values
from sklearn_gan._table.relations.lattice import Lattice
from sklearn_gan._table.relations.rule import Rule, cells_to_document


class Difference(Rule):
    """Generate the difference between a column and its bounds in other columns.

    With sign 1, the column is the largest of its bounds plus a difference. With sign -1, it is the smallest of its
    bounds minus a difference. Rows without a bound have a column of their own.

    Parameters
    ----------
    column : int
        Position of the determined column.
    sign : {1, -1}
        Whether the other columns are lower or upper bounds.
    """

    name = "difference"

    def __init__(self, column, sign):
        self.sources, self.determined, self.removed = [], [column], [column]
        self.sign, self.strict = sign, []

    def add(self, source, strict):
        """Add a bound."""
        self.sources.append(source)
        self.strict.append(strict)

    def derive(self, columns, codecs, codes):
        target = columns[self.determined[0]]
        self._lattice = Lattice.of(codecs[self.determined[0]])
        cells = self._scaled(codecs, columns, self.determined[0])
        bounds, is_bounded = self._bounds([self._scaled(codecs, columns, j) for j in self.sources])
        present = cells.values[~cells.missing]
        self._range = Values(np.array([present.min(), present.max()]), np.zeros(2, dtype=bool))
        self._usual = Values(np.array([bounds[is_bounded][0]]), np.zeros(1, dtype=bool))
        gaps = self._subtract(cells.values, bounds, codecs)
        unit = f"m8{target.unit[2:]}" if target.kind == "time" else ""
        kind = "time" if unit else "number"
        is_known = ~cells.missing & is_bounded
        derived = [Column((target.name, "difference"), np.where(is_known, gaps, 0), ~is_known, kind, unit)]
        alone = ~cells.missing & ~is_bounded
        if alone.any():
            derived.append(
                Column((target.name, "alone"), np.where(alone, cells.values, present[0]), ~alone, kind, unit)
            )
        return derived

    def _scaled(self, codecs, columns, j):
        return codecs[j].to_scale(codecs[j].as_decoded(columns[j]))

    def _subtract(self, values, bounds, codecs):
        gaps = self.sign * (values - bounds)
        places = [Lattice.of(codecs[j]).notation.places for j in (*self.determined, *self.sources)]
        if gaps.dtype.kind == "f" and None not in places:
            gaps = Notation(min(max(places), MAX_PLACES)).round(gaps)
        return np.maximum(gaps, 0)  # entries at missing values are arbitrary

    def _bounds(self, sources):
        """Return the closest bound of each row, and whether there is one."""
        closest, worst = (np.maximum, -1) if self.sign > 0 else (np.minimum, 1)
        is_bounded = ~np.logical_and.reduce([cells.missing for cells in sources])
        dtype = np.result_type(*(cells.values.dtype for cells in sources))
        extreme = worst * (np.inf if dtype.kind == "f" else 2**62)
        values = [np.where(cells.missing, np.asarray(extreme, dtype=dtype), cells.values) for cells in sources]
        return np.where(is_bounded, reduce(closest, values), 0).astype(dtype), is_bounded

    def restore(self, decoded, derived, codes, codecs, rng):
        (column,) = self.determined
        sources = [codecs[j].to_scale(decoded[j]) for j in self.sources]
        bounds, is_bounded = self._bounds(sources)
        bounds = np.where(is_bounded, bounds, self._usual.values[0])
        values = self._lattice.nearest(bounds + self.sign * derived[0].values)
        values = np.clip(values, *self._range.values)
        for cells, strict in zip(sources, self.strict, strict=True):
            limits = self._lattice.beyond(
                np.where(cells.missing, self._range.values[0], cells.values), self.sign, strict
            )
            is_beyond = ~cells.missing & (self.sign * (values - limits) < 0)
            values = np.where(is_beyond, limits, values)
        missing = derived[0].missing
        if len(derived) > 1:
            is_alone = missing & ~derived[1].missing
            alone = derived[1].values.astype(values.dtype)
            values, missing = np.where(is_alone & ~is_bounded, alone, values), missing & ~is_alone
        decoded[column] = codecs[column].from_scale(Values(values.astype(self._lattice.dtype), missing))

    def to_document(self):
        return {
            "column": self.determined[0],
            "sign": self.sign,
            "sources": list(self.sources),
            "strict": list(self.strict),
            "range": cells_to_document(self._range),
            "usual": cells_to_document(self._usual),
        }

    @classmethod
    def from_document(cls, fields, codecs, derived, n_classes):
        column = fields.integer("column", 0, len(codecs) - 1)
        rule = cls(column, fields.integer("sign", -1, 1))
        sources = fields.integers("sources", 0, len(codecs) - 1)
        numeric = [*derived, *(codecs[j] for j in (column, *sources))]
        if not rule.sign or not sources or not 1 <= len(derived) <= 2 or not all(codec.is_numeric for codec in numeric):
            fields.refuse("sources", "numeric columns", sources)
        for source, strict in zip(sources, fields.flags("strict", len(sources)), strict=True):
            rule.add(source, strict)
        rule._lattice = Lattice.of(codecs[column])
        rule._range = Values.from_document(fields.inside("range"), 2)
        rule._usual = Values.from_document(fields.inside("usual"), 1)
        return rule
