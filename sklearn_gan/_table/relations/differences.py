"""Rule that keeps the order of two columns: the difference is generated, and is never negative."""

from functools import reduce

import numpy as np

from sklearn_gan._persistence import array_from_document, array_to_document
from sklearn_gan._table.column_kinds.notation import MAX_PLACES, Notation
from sklearn_gan._table.columns import Column, Values
from sklearn_gan._table.relations.lattice import Lattice, are_computable, are_moderate
from sklearn_gan._table.relations.rule import Rule, check_derived

MAX_SPREAD = 0.9  # standard deviation of the differences, relative to that of the column


class Difference(Rule):
    """Keep a column at or above lower bounds in other columns, or at or below upper bounds.

    With lower bounds, the column is the largest bound plus a generated difference. With upper bounds, it is the
    smallest bound minus a difference. Rows without a bound have a column of their own.

    If differences vary about as much as the column itself, its values are generated instead. Those beyond a bound are
    moved to the nearest possible value.

    Parameters
    ----------
    column : int
        Position of the determined column.
    sign : {1, -1}
        Whether the other columns are lower or upper bounds.
    """

    name = "difference"

    def __init__(self, column, sign):
        self.sources, self.determined, self.removed = [], [column], []
        self.sign, self.strict = sign, []

    def add(self, source, strict):
        """Add a bound."""
        self.sources.append(source)
        self.strict.append(strict)

    def derive(self, columns, codecs, codes):
        (j,) = self.determined
        target, cells = columns[j], self._scaled(codecs, columns, j)
        bounds, is_bounded = self._bounds([self._scaled(codecs, columns, source) for source in self.sources])
        present, is_known = cells.values[~cells.missing], ~cells.missing & is_bounded
        gaps = self._subtract(cells.values, bounds, codecs)
        self._lattice = Lattice.of(codecs[j])
        self._range = self._range_of(codecs[j])
        self._usual = bounds[[is_bounded.argmax()]]  # replaces the bound of rows without one
        if not is_known.any():
            return []
        largest = max(1.0, float(np.abs(present).max()))  # so that squares do not overflow
        if np.std(gaps[is_known] / largest) > MAX_SPREAD * np.std(present / largest):
            return []
        self.removed = [j]
        unit = f"m8{target.unit[2:]}" if target.kind == "time" else ""
        kind = "time" if unit else "number"
        derived = [Column((target.name, "difference"), np.where(is_known, gaps, 0), ~is_known, kind, unit)]
        is_alone = ~cells.missing & ~is_bounded
        if is_alone.any():
            alone = np.where(is_alone, cells.values, present[0])
            derived.append(Column((target.name, "alone"), alone, ~is_alone, kind, unit))
        return derived

    @staticmethod
    def _range_of(codec):
        bounds = codec.bounds
        return codec.to_scale(Values(bounds, np.zeros(len(bounds), dtype=bool))).values

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
        (j,) = self.determined
        sources = [codecs[source].to_scale(decoded[source]) for source in self.sources]
        generated = self._add(derived, *self._bounds(sources)) if self.removed else codecs[j].to_scale(decoded[j])
        values = self._within(generated.values, sources).astype(self._lattice.dtype)
        missing = generated.missing & bool(len(codecs[j].rows))  # only columns with missing values can hold them
        decoded[j] = codecs[j].from_scale(Values(values, missing))

    def _add(self, derived, bounds, is_bounded):
        """Return the bounds plus or minus the generated differences."""
        bounds = np.where(is_bounded, bounds, self._usual)
        values = np.clip(self._lattice.nearest(bounds + self.sign * derived[0].values), *self._range)
        missing = derived[0].missing
        if len(derived) > 1:
            is_alone = missing & ~derived[1].missing
            values, missing = np.where(is_alone, derived[1].values.astype(values.dtype), values), missing & ~is_alone
        return Values(values, missing)

    def _within(self, values, sources):
        """Return the values, moved to the nearest possible ones where they are beyond a bound."""
        for cells, strict in zip(sources, self.strict, strict=True):
            bounds = np.where(cells.missing, self._range[0], cells.values)
            limits = self._lattice.beyond(bounds, self.sign, strict)
            is_beyond = ~cells.missing & (self.sign * (values - limits) < 0)
            values = np.where(is_beyond, limits, values)
        return values

    def to_document(self):
        return {
            "column": self.determined[0],
            "sign": self.sign,
            "sources": list(self.sources),
            "strict": list(self.strict),
            "removed": bool(self.removed),
            "usual": array_to_document(self._usual, "a numeric column"),
        }

    @classmethod
    def from_document(cls, fields, codecs, derived, n_classes):
        column = fields.integer("column", 0, len(codecs) - 1)
        rule = cls(column, fields.integer("sign", -1, 1))
        sources = fields.integers("sources", 0, len(codecs) - 1)
        if not rule.sign or not sources or not are_computable([codecs[j] for j in (column, *sources)]):
            fields.refuse("sources", "numeric columns", sources)
        for source, strict in zip(sources, fields.flags("strict", len(sources)), strict=True):
            rule.add(source, strict)
        rule.removed = [column] if fields.flag("removed") else []
        check_derived(fields, derived, *([[True], [True, True]] if rule.removed else [[]]))
        if not are_computable(derived) or any(codec.type_of_cells not in (np.int64, np.float64) for codec in derived):
            fields.refuse("derived", "columns of numbers of 64 bits", [codec.name for codec in derived])
        rule._lattice, rule._range = Lattice.of(codecs[column]), rule._range_of(codecs[column])
        rule._usual = array_from_document(fields.inside("usual"))
        if rule._usual.shape != (1,) or rule._usual.dtype.kind not in "if" or not are_moderate(rule._usual):
            fields.refuse("usual", "a number", rule._usual)
        return rule
