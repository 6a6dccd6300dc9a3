"""Dates and times in text files: one layout fits all values of a column, and synthetic values are written in it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from itertools import product

# Layouts of letters, each for a part of a date or time, and other characters.
PARTS = {"Y": "year", "m": "month", "d": "day", "H": "hour", "M": "minute", "S": "second", "f": "microsecond"}
YEAR_FIRST = ("Y-m-d", "Y/m/d", "Y.m.d")
YEAR_LAST = ("d.m.Y", "d/m/Y", "d-m-Y", "m.d.Y", "m/d/Y", "m-d-Y")
TIMES = ("H:M", "H:M:S", "H:M:S.f")
JOINED_TIMES = ("", *("".join(pair) for pair in product(("T", " "), TIMES)))
LAYOUTS = (*TIMES, *("".join(pair) for pair in product((*YEAR_FIRST, *YEAR_LAST), JOINED_TIMES)))
OFFSET = re.compile(r".*:\d\d(?:\.\d+)?(Z|[+-]\d\d:?\d\d)")


@dataclass(frozen=True)
class DateStyle:
    """Style of the dates, times of day, or dates with times in a column.

    Attributes
    ----------
    layout : str
        Letters of `PARTS` and the characters between them.
    is_padded : bool
        Whether months, days and hours below 10 have a leading zero.
    n_digits : int
        Number of digits of fractions of seconds, 0 without fractions.
    offset : str
        Time zone after each value, the same for all, such as "Z" or "+01:00".
    empty : str
        Text of a missing value.
    """

    layout: str
    is_padded: bool
    n_digits: int
    offset: str
    empty: str = ""
    may_identify = False

    def read(self, cell):
        """Return a date, a datetime or a time, or None if the text is not in this style."""
        match = _pattern(self.layout, self.is_padded, self.n_digits).fullmatch(cell.removesuffix(self.offset))
        if not match:
            return None
        parts = {
            PARTS[letter]: int(text.ljust(6, "0") if letter == "f" else text)
            for letter, text in match.groupdict().items()
        }
        try:
            return self.kind(**parts)
        except ValueError:  # such as the 31st of February
            return None

    def write(self, moment):
        """Return a date, a datetime or a time as text."""
        if moment is None:
            return self.empty
        return "".join(self._write_part(moment, letter) for letter in self.layout) + self.offset

    def fits(self, cells):
        """Return whether each text is the one written for the value read from it."""
        return all(map(self._is_kept, cells))

    def _is_kept(self, cell):
        moment = self.read(cell)
        return moment is not None and self.write(moment) == cell

    @property
    def kind(self):
        """Type of the values: date, datetime or time."""
        if "Y" not in self.layout:
            return time
        return datetime if "H" in self.layout else date

    def _write_part(self, moment, letter):
        if letter not in PARTS:
            return letter
        number = getattr(moment, PARTS[letter])
        if letter == "f":
            return f"{number:06}"[: self.n_digits]
        return f"{number:0{_width(letter, self.is_padded)}}"


def date_style(cells, empty):
    """Return the style of the dates in a column, or None if no layout or several layouts fit all values.

    Parameters
    ----------
    cells : list of str
        The distinct values without the missing ones.
    empty : str
        Text of a missing value.

    >>> date_style(["05/13/2023", "12/01/2023"], "").layout
    'm/d/Y'
    >>> date_style(["05/12/2023", "12/01/2023"], "") is None
    True
    """
    styles = [style for style in _styles_of(cells[0], empty) if style.fits(cells)]
    return styles[0] if len({style.layout for style in styles}) == 1 else None


def _styles_of(cell, empty):
    """Yield all styles that may fit a value."""
    match = OFFSET.fullmatch(cell)
    offset = match[1] if match else ""
    fraction = re.search(r":\d\d\.(\d{1,6})$", cell.removesuffix(offset))
    n_digits = len(fraction[1]) if fraction else 0
    for layout, is_padded in product(LAYOUTS, (True, False)):
        if ("f" in layout) == bool(n_digits) and ("H" in layout or not offset):
            yield DateStyle(layout, is_padded, n_digits, offset, empty)


@cache
def _pattern(layout, is_padded, n_digits):
    """Return the regular expression of a layout, with a group for each letter."""

    def pattern_of(letter):
        if letter not in PARTS:
            return re.escape(letter)
        digits = {"Y": "{4}", "f": f"{{{n_digits}}}"}.get(letter, "{2}" if _width(letter, is_padded) == 2 else "{1,2}")
        return f"(?P<{letter}>[0-9]{digits})"

    return re.compile("".join(map(pattern_of, layout)))


def _width(letter, is_padded):
    """Return the smallest number of digits of a part."""
    if letter == "Y":
        return 4
    return 2 if is_padded or letter in "MS" else 1
