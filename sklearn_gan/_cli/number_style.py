"""Numbers in text files: a column has one decimal mark, and synthetic numbers have no more digits than it."""

import math
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

# Programs write these for missing numbers. In a text column they are ordinary values.
MISSING_NUMBERS = {"", "na", "n/a", "#n/a", "nan", "null", "none"}
# Leading zeros, or more digits than an integer type holds, indicate codes rather than numbers.
NUMBER = {
    mark: re.compile(rf"-?(?:(?:0|[1-9]\d{{0,17}})(?:{re.escape(mark)}\d*)?|{re.escape(mark)}\d+)(?:[eE][+-]?\d+)?")
    for mark in ".,"
}
INTEGER = re.compile(r"-?\d+")


@dataclass(frozen=True)
class NumberStyle:
    """Style of the numbers in a column.

    Attributes
    ----------
    mark : {".", ","}
        Decimal mark.
    decimals : int or None
        Maximum number of decimals, or None with exponents.
    digits : int
        Maximum number of digits.
    is_integer, is_fixed : bool
        Whether there are no decimals, and whether all numbers have equally many.
    empty : str
        Text of a missing number.
    """

    mark: str
    decimals: int | None
    digits: int
    is_integer: bool
    is_fixed: bool
    empty: str

    @property
    def may_identify(self):
        """Whether the numbers may be identifiers of rows."""
        return self.is_integer

    def read(self, cell):
        """Return the number, or None if it is missing."""
        if is_missing_number(cell):
            return None
        if self.is_integer and INTEGER.fullmatch(cell.strip()):
            return int(cell)
        return float(cell.replace(self.mark, "."))

    def write(self, number):
        """Return a number as text, with no more digits than the column has."""
        if number is None:
            return self.empty
        if self.is_integer:
            return str(number)
        return self._write_float(number).replace(".", self.mark)

    def _write_float(self, number):
        if self.decimals is None:
            return f"{number:.{self.digits}g}"
        number = round(number, self.decimals) + 0.0  # avoids -0.00
        padding = {"min_digits": self.decimals, "trim": "k"} if self.is_fixed else {"trim": "-"}
        return np.format_float_positional(number, precision=self.decimals, **padding)


def number_style(cells, mark):
    """Return the style of the numbers in a column, or None if it is not numeric.

    >>> number_style(["1.50", "", "20.25"], ".").write(3.14159)
    '3.14'
    >>> number_style(["007", "123"], ".") is None
    True
    """
    present = {cell.strip() for cell in cells if not is_missing_number(cell)}
    if not present or not all(is_finite_number(cell, mark) for cell in present):
        return None
    decimals = {len(cell.partition(mark)[2]) for cell in present}
    return NumberStyle(
        mark=mark,
        decimals=None if any("e" in cell.lower() for cell in present) else max(decimals),
        digits=max(sum(map(str.isdigit, re.split("[eE]", cell)[0])) for cell in present),
        is_integer=all(map(INTEGER.fullmatch, present)),
        is_fixed=len(decimals) == 1,
        empty=most_frequent([cell for cell in cells if is_missing_number(cell)]),
    )


def is_finite_number(cell, mark):
    return bool(NUMBER[mark].fullmatch(cell)) and math.isfinite(float(cell.replace(mark, ".")))


def is_missing_number(cell):
    return cell.strip().lower() in MISSING_NUMBERS


def most_frequent(cells):
    return Counter(cells).most_common(1)[0][0] if cells else ""
