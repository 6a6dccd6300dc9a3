"""Encode dates, times and durations as numbers of steps since the earliest value."""

import numpy as np

from sklearn_gan._table.column_kinds.numeric import NumericCodec, as_numbers
from sklearn_gan._table.columns import Column, Values


class DatetimeCodec(NumericCodec):
    """Encode dates, times or durations as scores of the number of steps since the earliest value.

    The step is the largest that divides all observed differences from the earliest value. Columns observed in whole
    days are therefore generated in whole days. The step also makes the numbers small enough to be exact as floats.
    """

    name = "time"
    array_dtypes = "mM"

    @classmethod
    def recognizes(cls, column):
        return column.kind == "time"

    def fit(self, column, codes, first_rows):
        present = column.cells[~column.missing]
        self.earliest, self.latest = (present.min(), present.max()) if len(present) else (np.int64(0), np.int64(0))
        self.step = max(np.gcd.reduce(_elapsed(present, self.earliest)), np.uint64(1))
        super().fit(self._in_steps(column), codes, first_rows)
        self.originals = Values(column.cells[first_rows], column.missing[first_rows])

    def to_document(self):
        bounds = {"earliest": int(self.earliest), "latest": int(self.latest), "step": int(self.step)}
        return super().to_document() | bounds

    @classmethod
    def from_document(cls, fields, n_classes):
        column, (low, high) = super().from_document(fields, n_classes), (np.iinfo(np.int64).min, np.iinfo(np.int64).max)
        earliest, latest = (fields.integer(name, low, high) for name in ("earliest", "latest"))
        step = fields.integer("step", 1, np.iinfo(np.uint64).max)
        span = latest - earliest
        if column.values.dtype != np.uint64 or int(column.values[-1]) * step > span or step > max(span, 1):
            fields.refuse("step", f"small enough to stay at or below {latest}", step)
        column.earliest, column.latest, column.step = np.int64(earliest), np.int64(latest), np.uint64(step)
        return column

    @property
    def type_of_cells(self):
        return np.dtype(np.int64)

    @property
    def bounds(self):
        return np.array([self.earliest, self.latest])

    def encode(self, column):
        return super().encode(self._in_steps(column))

    def decode_cells(self, features):
        return self._from_steps(super().decode_cells(features))

    def average(self, drawn):
        return self._from_steps(super().average(self._count_steps(drawn)))

    def _in_steps(self, column):
        return Column(column.name, self._count_steps(as_numbers(column)), column.missing, "number")

    def _count_steps(self, cells):
        return _elapsed(np.clip(cells, self.earliest, self.latest), self.earliest) // self.step

    def _from_steps(self, steps):
        return (self.earliest.astype(np.uint64) + steps * self.step).astype(np.int64)


def _elapsed(cells, earliest):
    """Return differences of integers as unsigned integers, because signed ones could overflow."""
    return cells.astype(np.uint64) - earliest.astype(np.uint64)
