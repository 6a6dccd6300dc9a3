"""Numbers with thousands separators, currency symbols or percent signs in text files, such as "$1,234.50"."""

import re
from dataclasses import dataclass
from unicodedata import category

SPACES = " \u00a0\u202f"
# Decimal marks with thousands separators, which may be spaces of several widths or apostrophes.
GROUPED = ((".", ","), (",", "."), *((mark, group) for mark in ".," for group in f"{SPACES}'\u2019"))
UNGROUPED = ((".", ""), (",", ""))
PARTS = re.compile(
    rf"(?P<minus>-?)(?P<prefix>[^\d\s-]?[{SPACES}]?)(?P<inner_minus>-?)"
    rf"(?P<number>[0-9](?:[0-9.,'\u2019{SPACES}]*[0-9])?)(?P<suffix>[{SPACES}]?[^\d\s]?)"
)
MOST_DIGITS = 15  # floats keep these


@dataclass(frozen=True)
class AmountStyle:
    """Style of the amounts in a column.

    Attributes
    ----------
    mark : {".", ","}
        Decimal mark.
    group : str
        Thousands separator, or "".
    prefix, suffix : str
        Text before and after each number, such as "$" or " %".
    has_inner_minus : bool
        Whether the minus follows the prefix.
    decimals : int
        Maximum number of decimals.
    is_fixed : bool
        Whether all numbers have `decimals` decimals. Otherwise, there are no zeros at the end.
    empty : str
        Text of a missing number.
    """

    mark: str
    group: str
    prefix: str
    suffix: str
    has_inner_minus: bool
    decimals: int
    is_fixed: bool
    empty: str = ""

    @property
    def may_identify(self):
        """Whether the numbers may be identifiers of rows: digits in groups, such as telephone numbers."""
        return self.group in SPACES and not (self.decimals or self.prefix or self.suffix)

    def read(self, cell):
        """Return the number, or None if the text is not in this style."""
        match = PARTS.fullmatch(cell)
        if not match:
            return None
        digits = match["number"].replace(self.group, "").replace(self.mark, ".")
        if not re.fullmatch(r"\d+(\.\d+)?", digits) or len(digits) > MOST_DIGITS:
            return None
        number = float(digits) if self.decimals or "." in digits else int(digits)
        return -number if match["minus"] or match["inner_minus"] else number

    def write(self, number):
        """Return a number as text."""
        if number is None:
            return self.empty
        number = round(number, self.decimals)
        text = f"{abs(number):,.{self.decimals}f}"
        if not self.is_fixed:
            text = text.rstrip("0").rstrip(".")
        text = text.translate({ord(","): self.group, ord("."): self.mark})
        signs = ("", "-") if self.has_inner_minus else ("-", "")
        before, after = signs if number < 0 else ("", "")
        return f"{before}{self.prefix}{after}{text}{self.suffix}"

    def fits(self, cells):
        """Return whether each text is the one written for the number read from it, except for the minus of a zero."""
        return all(map(self._is_kept, cells))

    def _is_kept(self, cell):
        number = self.read(cell)
        return number is not None and self.write(number) == (cell if number else cell.replace("-", ""))


def amount_style(cells, empty):
    """Return the style of the amounts in a column, or None if it has no such style.

    Without a symbol, numbers must have thousands separators.

    Parameters
    ----------
    cells : list of str
        The distinct values without the missing ones.
    empty : str
        Text of a missing value.

    >>> amount_style(["$1,234.50", "$5.00"], "").write(-1e6)
    '-$1,000,000.00'
    >>> amount_style(["007", "1,234"], "") is None
    True
    """
    if not all(map(PARTS.fullmatch, cells)):
        return None
    matches = [PARTS.fullmatch(cell) for cell in cells]
    if not _has_known_symbol(matches[0]):
        return None
    styles = (_style_of(matches, *marks, empty) for marks in _marks(matches))
    return next((style for style in styles if style.fits(cells)), None)


def _has_known_symbol(match):
    """Return whether the text around a number is a currency symbol, a percent sign or nothing."""
    around = match["prefix"] + match["suffix"]
    symbol = around.strip(SPACES)
    return not around or (len(symbol) == 1 and (category(symbol) == "Sc" or match["suffix"].endswith("%")))


def _marks(matches):
    """Return the decimal marks and thousands separators to try, the more probable ones first."""
    numbers = [match["number"] for match in matches]
    grouped = [marks for marks in GROUPED if any(marks[1] in number for number in numbers)]
    if not (matches[0]["prefix"] or matches[0]["suffix"]):
        return grouped
    # "€ 1.234" is rather a thousand euros, but "1.234%" is rather one percent.
    return [*UNGROUPED, *grouped] if "%" in matches[0]["suffix"] else [*grouped, *UNGROUPED]


def _style_of(matches, mark, group, empty):
    decimals = {len(match["number"].partition(mark)[2]) for match in matches}
    return AmountStyle(
        mark=mark,
        group=group,
        prefix=matches[0]["prefix"],
        suffix=matches[0]["suffix"],
        has_inner_minus=any(match["inner_minus"] for match in matches),
        decimals=max(decimals),
        is_fixed=len(decimals) == 1,
        empty=empty,
    )
