"""The notation of the numbers in a column: their decimals and their common step."""

from dataclasses import dataclass

import numpy as np

MAX_PLACES = 8
FEWEST_VALUES = 8  # fewer integers have a common divisor by chance in more than 1 of 100 columns
EXACT = 2.0**53  # integers below this bound are exact as floats


@dataclass(frozen=True)
class Notation:
    """The common form (offset + k step) / 10^places of all numbers in a column, for integers k.

    Attributes
    ----------
    places : int or None
        Number of decimals. If None, numbers have no common form.
    step : int, default=1
        The largest common step, in units of the last decimal.
    offset : int, default=0
        The remainder of all numbers after division by the step, in the same units.
    """

    places: int | None
    step: int = 1
    offset: int = 0

    @classmethod
    def learn(cls, values):
        """Return the notation of distinct, finite numbers."""
        places = _count_places(values)
        scale = 10.0 ** (places or 0)
        if places is None or len(values) < FEWEST_VALUES or np.abs(values.astype(float)).max() * scale >= EXACT:
            return cls(places)
        units = np.rint(values.astype(float) * scale).astype(np.int64)
        step = int(np.gcd.reduce(units - units[0]))
        return cls(places, step, int(units[0]) % step)

    def round(self, numbers):
        """Return the nearest numbers in this notation, as the floats nearest to their decimals."""
        if self.places is None:
            return numbers
        scale = 10.0**self.places
        units = np.rint((numbers * scale - self.offset) / self.step) * self.step + self.offset
        return units / scale

    def to_document(self):
        """Return the notation as a document."""
        return vars(self)

    @classmethod
    def from_document(cls, fields, values):
        """Return the notation stored in a document, or raise if `values` are not in this notation."""
        places = None if fields.get("places") is None else fields.integer("places", 0, MAX_PLACES)
        step = fields.integer("step", 1)
        notation = cls(places, step, fields.integer("offset", 0, step - 1))
        if not notation._writes(values):
            fields.refuse("", "the notation of the values", vars(notation))
        return notation

    def _writes(self, values):
        if self.places == 0 and self.step == 1 and values.dtype.kind != "f":
            return True  # integers may be too large for the computation in floats
        with np.errstate(over="ignore"):
            return np.array_equal(self.round(values.astype(float)).astype(values.dtype), values)


def _count_places(values):
    """Return the smallest number of decimals that writes every number exactly, or None if that is above 8."""
    if values.dtype.kind != "f":
        return 0
    largest = np.abs(values.astype(float)).max()
    for places in range(MAX_PLACES + 1):
        if places and largest * 10.0**places >= 2.0 ** (np.finfo(values.dtype).nmant + 1):
            return None  # any number of this size has the decimals
        # Most numbers of places fail on the first values.
        if _has_places(values[:100], places) and _has_places(values, places):
            return places
    return None


def _has_places(values, places):
    scale = 10.0**places
    return np.array_equal((np.rint(values.astype(float) * scale) / scale).astype(values.dtype), values)
