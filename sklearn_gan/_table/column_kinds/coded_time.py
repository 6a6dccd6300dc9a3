"""Encode dates and times of day that are written as integers, such as 20240131 or 1745."""

from dataclasses import dataclass

import numpy as np

from sklearn_gan._table.column_kinds.notation import EXACT, Notation
from sklearn_gan._table.column_kinds.numeric import NumericCodec, as_numbers
from sklearn_gan._table.columns import Column, Values

FEWEST_VALUES = 8
ERROR_RATE = 1e-4
N_TRIED = 10_000


@dataclass(frozen=True)
class TimeCode:
    """Conversion of integer codes of dates or times to consecutive integers.

    Attributes
    ----------
    name : str
        The form of the codes.
    low, high : int
        The smallest and largest code.
    count : callable
        Converts codes to consecutive integers. Invalid codes become any integer.
    write : callable
        Converts consecutive integers to codes.
    """

    name: str
    low: int
    high: int
    count: callable
    write: callable

    def are_valid(self, codes):
        """Return a mask of the integers that are codes of this form."""
        inside = (codes >= self.low) & (codes <= self.high)
        return inside & (self.write(self.count(np.where(inside, codes, self.low))) == codes)


def _count_months(codes):
    return codes // 100 * 12 + np.clip(codes % 100, 1, 12) - 1


def _write_months(months):
    return months // 12 * 100 + months % 12 + 1


def _count_days(codes):
    months = (_count_months(codes // 100) - 1970 * 12).astype("M8[M]")
    return months.astype("M8[D]").astype(np.int64) + codes % 100 - 1


def _write_days(days):
    dates = days.astype("M8[D]")
    months = dates.astype("M8[M]")
    return _write_months(months.astype(np.int64) + 1970 * 12) * 100 + (dates - months).astype(np.int64) + 1


def _count_minutes(codes):
    return codes // 100 * 60 + codes % 100


def _write_minutes(minutes):
    return minutes // 60 * 100 + minutes % 60


TIME_CODES = {
    code.name: code
    for code in (
        TimeCode("YYYYMMDD", 1000_01_01, 9999_12_31, _count_days, _write_days),
        TimeCode("YYYYMM", 1000_01, 9999_12, _count_months, _write_months),
        TimeCode("HHMM", 0, 23_59, _count_minutes, _write_minutes),
    )
}


class CodedTimeCodec(NumericCodec):
    """Encode integers of the form YYYYMMDD, YYYYMM or HHMM as scores of days, months or minutes.

    All generated values are therefore valid dates or times. A column has one of these forms if all its integers do, and
    if that has a probability below `ERROR_RATE` for as many random integers in the same range with the same step.
    """

    name = "coded time"
    type_of_cells = np.dtype(np.int64)

    @classmethod
    def recognizes(cls, column):
        return column.kind == "number" and _find_form(column.cells[~column.missing]) is not None

    def fit(self, column, codes, first_rows):
        cells = as_numbers(column)
        self.form = TIME_CODES[_find_form(cells[~column.missing])]
        super().fit(self._in_units(column), codes, first_rows)
        self.originals = self.as_decoded(column[first_rows])

    def to_document(self):
        return super().to_document() | {"form": self.form.name}

    @classmethod
    def from_document(cls, fields, n_classes):
        column = super().from_document(fields, n_classes)
        column.form = TIME_CODES[fields.one_of("form", TIME_CODES)]
        units = column.values
        low, high = column.form.count(np.array([column.form.low, column.form.high]))
        if units.dtype != np.int64 or units[0] < low or units[-1] > high:
            fields.refuse("values", f"numbers of units of {column.form.name}", units)
        return column

    @property
    def bounds(self):
        return self.form.write(super().bounds)

    def may_hold(self, values):
        return super().may_hold(values) and bool(self.form.are_valid(values).all())

    def encode(self, column):
        return super().encode(self._in_units(column))

    def as_decoded(self, column):
        return Values(np.where(column.missing, self.form.low, as_numbers(column)).astype(np.int64), column.missing)

    def to_scale(self, cells):
        return Values(self.form.count(cells.values), cells.missing)

    def from_scale(self, cells):
        return Values(self.form.write(cells.values), cells.missing)

    def decode_cells(self, features):
        return self.form.write(super().decode_cells(features))

    def average(self, drawn):
        return self.form.write(super().average(self.form.count(drawn)))

    def _in_units(self, column):
        numbers = np.where(column.missing, self.form.low, as_numbers(column))
        codes = np.rint(np.clip(numbers, self.form.low, self.form.high)).astype(np.int64)
        return Column(column.name, self.form.count(codes), column.missing, "number")


def _find_form(numbers):
    """Return the name of the form of all numbers, or None."""
    if not len(numbers) or not _may_be_codes(numbers[:100]) or not _may_be_codes(numbers):
        return None
    values = np.unique(numbers.astype(np.int64))
    if len(values) < FEWEST_VALUES:
        return None
    return next((code.name for code in TIME_CODES.values() if _has_form(values, code)), None)


def _may_be_codes(numbers):
    floats = numbers.astype(float)
    bounds = floats.min(), floats.max()
    return bounds[0] >= 0 and bounds[1] <= 9999_12_31 < EXACT and np.array_equal(floats, np.rint(floats))


def _has_form(values, code):
    if not code.are_valid(values).all():
        return False
    step = Notation.learn(values).step
    n_steps = (values[-1] - values[0]) // step
    tried = values[0] + step * np.unique(np.linspace(0, n_steps, N_TRIED).astype(np.int64))
    return bool(code.are_valid(tried).mean() ** len(values) < ERROR_RATE)
