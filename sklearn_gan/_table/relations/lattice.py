"""Representable numbers of a column: the nearest one, and the nearest one above or below a bound."""

from dataclasses import dataclass

import numpy as np

from sklearn_gan._table.column_kinds import CodedTimeCodec, DatetimeCodec, NumericCodec
from sklearn_gan._table.column_kinds.notation import Notation

MEASURED = (NumericCodec, CodedTimeCodec, DatetimeCodec)
MAX_INTEGER = 2**62  # differences and sums of two smaller integers do not overflow
MAX_FLOAT = 1e100  # nor do squares of smaller floats
ROUNDS = 3  # the first candidate is at most this many steps away from the bound


@dataclass
class Lattice:
    """The numbers that a numeric or datetime column can hold.

    Attributes
    ----------
    notation : Notation
        The decimals and the step of the numbers.
    dtype : numpy.dtype
        Their type.
    """

    notation: Notation
    dtype: np.dtype

    @staticmethod
    def of(codec):
        """Return the representable numbers of a column with a fitted codec."""
        if isinstance(codec, DatetimeCodec):
            step = int(codec.step)
            return Lattice(Notation(0, step, int(codec.earliest) % step), np.dtype(np.int64))
        if codec.is_grid:
            return ObservedNumbers(codec.notation, codec.values.dtype, codec.values)
        return Lattice(codec.notation, codec.values.dtype)

    def nearest(self, numbers):
        """Return the nearest representable numbers."""
        if self.dtype.kind == "f":
            return self.notation.round(numbers.astype(float)).astype(self.dtype)
        # Dates in nanoseconds are not exact as floats.
        units = (numbers if numbers.dtype.kind == "i" else to_integers(numbers)) - self.notation.offset
        steps = units // self.notation.step + (units % self.notation.step * 2 >= self.notation.step)
        return steps * self.notation.step + self.notation.offset

    def beyond(self, bounds, sign, strict):
        """Return the nearest possible numbers at or above the bounds, or at or below them if `sign` is -1.

        If `strict`, numbers equal to the bounds are excluded.
        """
        numbers = self._first(bounds, sign, strict)
        for _ in range(ROUNDS):
            numbers = np.where(_is_before(numbers, bounds, sign, strict), self._next(numbers, sign), numbers)
        return numbers

    def _first(self, bounds, sign, strict):
        return self.nearest(bounds)

    def _next(self, numbers, sign):
        if self.dtype.kind != "f":
            return numbers + sign * self.notation.step
        if self.notation.places is None:
            return np.nextafter(numbers, np.asarray(sign * np.inf, dtype=self.dtype))
        unit = self.notation.step / 10.0**self.notation.places
        return self.nearest(numbers.astype(float) + sign * unit)


@dataclass
class ObservedNumbers(Lattice):
    """The numbers of a column in which only observed ones are generated. Numbers beyond them continue their notation.

    Attributes
    ----------
    observed : ndarray
        The observed numbers in ascending order.
    """

    observed: np.ndarray

    def _first(self, bounds, sign, strict):
        # The first observed number that is not before its bound.
        if sign > 0:
            position = np.searchsorted(self.observed, bounds, "right" if strict else "left")
        else:
            position = np.searchsorted(self.observed, bounds, "left" if strict else "right") - 1
        exists = (position >= 0) & (position < len(self.observed))
        return np.where(exists, self.observed[np.where(exists, position, 0)], self.nearest(bounds))


def _is_before(numbers, bounds, sign, strict):
    ahead, behind = (numbers, bounds) if sign > 0 else (bounds, numbers)
    return ahead <= behind if strict else ahead < behind


def to_integers(numbers):
    """Round floats to integers, clipped to `MAX_INTEGER`."""
    return np.rint(np.clip(numbers, -MAX_INTEGER, MAX_INTEGER)).astype(np.int64)


def is_measured(codec):
    """Return whether a column holds numbers or dates whose differences are meaningful, not a kind added to these."""
    return type(codec) in MEASURED


def are_moderate(numbers):
    """Return whether sums and differences of the numbers do not overflow."""
    limit = MAX_FLOAT if numbers.dtype.kind == "f" else MAX_INTEGER
    return bool((np.abs(numbers.astype(float)) < limit).all())


def are_computable(codecs):
    """Return whether columns have sums and differences that do not overflow."""
    return all(is_measured(codec) and are_moderate(codec.bounds) for codec in codecs)
