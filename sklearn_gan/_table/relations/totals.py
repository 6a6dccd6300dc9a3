"""Rule that keeps sums: the total is computed from its parts."""

import numpy as np

from sklearn_gan._table.column_kinds import CodedTimeCodec
from sklearn_gan._table.columns import Values
from sklearn_gan._table.relations.lattice import Lattice, are_computable, to_integers
from sklearn_gan._table.relations.rule import Rule, check_derived


class Total(Rule):
    """Compute a column as the sum of others, rounded to its own decimals.

    If a value in the relation may be missing, the total is also generated. It is replaced in rows with all values.

    Parameters
    ----------
    total : int
        Position of the column with the sum.
    parts : list of int
        Positions of the columns to add.
    factors : list of int
        Factor of each part. In a sum of dates, a number of days has the factor that converts it to the unit of the
        total. A part that is subtracted has the factor -1. All other factors are 1.
    may_miss : bool
        Whether any of the columns has missing values.
    """

    name = "total"

    def __init__(self, total, parts, factors, may_miss):
        self.sources, self.determined, self.factors = parts, [total], factors
        self.removed = [] if may_miss else [total]

    def restore(self, decoded, derived, codes, codecs, rng):
        (total,) = self.determined
        parts = [decoded[j] for j in self.sources]
        numbers = add_parts([cells.values for cells in parts], self.factors)
        sums = within_type(Lattice.of(codecs[total]).nearest(numbers), codecs[total].type_of_cells)
        if self.removed:
            decoded[total] = Values(sums, np.zeros(len(sums), dtype=bool))
        else:
            is_known = ~np.logical_or.reduce([cells.missing for cells in (*parts, decoded[total])])
            decoded[total] = Values(np.where(is_known, sums, decoded[total].values), decoded[total].missing)

    def to_document(self):
        return {
            "column": self.determined[0],
            "parts": list(self.sources),
            "factors": list(self.factors),
            "removed": bool(self.removed),
        }

    @classmethod
    def from_document(cls, fields, codecs, derived, n_classes):
        check_derived(fields, derived, [])
        total, parts = fields.integer("column", 0, len(codecs) - 1), fields.integers("parts", 0, len(codecs) - 1)
        members = [codecs[j] for j in (total, *parts)]
        if not parts or not are_computable(members) or any(isinstance(codec, CodedTimeCodec) for codec in members):
            fields.refuse("parts", "numeric columns without codes of times", parts)
        factors = fields.integers("factors", -1)
        if len(factors) != len(parts) or not all(factors):
            fields.refuse("factors", f"{len(parts)} factors other than 0", factors)
        return cls(total, parts, factors, not fields.flag("removed"))


def add_parts(parts, factors):
    """Return the sums of arrays times their factors: integers if all are integers or a factor is above 1."""
    are_integers = max(factors) > 1 or all(part.dtype.kind in "iu" for part in parts)
    return sum(
        (_whole(part) if are_integers else part.astype(float)) * factor
        for part, factor in zip(parts, factors, strict=True)
    )


def _whole(numbers):
    if numbers.dtype.kind == "f":
        numbers = to_integers(np.where(np.isfinite(numbers), numbers, 0))  # entries at missing values may be NaN
    return numbers.astype(np.int64)


def within_type(numbers, dtype):
    """Convert numbers to a type, clipped to its range if it is an integer type."""
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        numbers = np.clip(numbers, info.min, min(info.max, np.iinfo(np.int64).max))
    return numbers.astype(dtype)
