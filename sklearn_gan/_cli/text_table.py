"""A table in a text file: what its cells mean, and new rows that are written the way the others are.

The text that was there is never written anew, so that nothing in it can change: generated rows are put after it.
"""

import codecs
import csv
import io
import math
import re
from collections import Counter
from dataclasses import dataclass
from warnings import warn

import numpy as np

from sklearn_gan._cli.roles import check_observed, warn_of_identifiers

DELIMITERS = ",;\t|"
LINES_TO_GUESS_FROM = 50
RECORDS_TO_GUESS_FROM = 1_000
# What programs write into the empty cells of a column of numbers; in a column of text these are texts.
NO_NUMBER = {"", "na", "n/a", "#n/a", "nan", "null", "none"}
NO_LABEL = NO_NUMBER - {"none"}  # as good a name of a class as "no"
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Digits after a leading zero, or more of them than a number can hold, belong to a code: no numbers.
NUMBER = {
    mark: re.compile(rf"-?(?:(?:0|[1-9]\d{{0,17}})(?:{re.escape(mark)}\d*)?|{re.escape(mark)}\d+)(?:[eE][+-]?\d+)?")
    for mark in ".,"
}
INTEGER = re.compile(r"-?\d+")
PADDED = re.compile(r"-?0\d+")


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a column are written.

    Attributes
    ----------
    mark : {".", ","}
        What stands before the decimals.
    decimals : int or None
        The most digits after it, or None if there are exponents.
    digits : int
        The most digits of a number.
    is_integer, is_fixed : bool
        Whether there are no decimals; whether each number has as many.
    empty : str
        What stands where a number is missing.
    """

    mark: str
    decimals: int | None
    digits: int
    is_integer: bool
    is_fixed: bool
    empty: str

    @property
    def may_identify(self):
        """Whether the cells may be identifiers of rows."""
        return self.is_integer

    def read(self, cell):
        """Return the number, None if it is missing."""
        if _is_no_number(cell):
            return None
        return int(cell) if self.is_integer else float(cell.replace(self.mark, "."))

    def write(self, number):
        """Return the text of a number, with no more digits than the column has."""
        if number is None:
            return self.empty
        if self.is_integer:
            return str(number)
        return self._write_float(number).replace(".", self.mark)

    def _write_float(self, number):
        if self.decimals is None:
            return f"{number:.{self.digits}g}"
        number = round(number, self.decimals) + 0.0  # no -0.00
        padding = {"min_digits": self.decimals, "trim": "k"} if self.is_fixed else {"trim": "-"}
        return np.format_float_positional(number, precision=self.decimals, **padding)


class TextStyle:
    """A column of text: categories, each written as it was found."""

    empty = ""
    may_identify = True

    def read(self, cell):
        """Return the text, None if there is none."""
        return cell if cell.strip() else None

    def write(self, text):
        """Return the text."""
        return self.empty if text is None else text


class CsvTable:
    """A table in a text file whose first line has the names of the columns.

    The encoding is that of the byte order mark, or UTF-8, or else Windows-1252.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    delimiter : str or None, default=None
        What separates cells. With None the one of `DELIMITERS` that cuts the first lines into the most cells, in each
        line as many.

    Attributes
    ----------
    names : list of str
        The columns.
    """

    def __init__(self, path, delimiter=None):
        self._bom, self._encoding, text = _decode(path)
        self._lines = list(io.StringIO(text, newline=""))
        self.delimiter = delimiter or _guess_delimiter(self._lines)
        records = list(_records(self._lines, self.delimiter, path))
        if len(records) < 2:
            raise ValueError(
                f"{path}: expected a line with the names of the columns and then rows, got {len(records)} line(s); put "
                "in what is missing"
            )
        (_, self.names), *rows = records
        if len(self.names) < 2:
            raise ValueError(
                f"{path}: expected 2 columns or more, but nothing separates cells in it; pass as --delimiter what shall"
            )
        self._stops = [stop for stop, _ in records]
        for stop, cells in rows:
            if len(cells) != len(self.names):
                raise ValueError(
                    f"{path}, line {stop}: expected {len(self.names)} cells, as in the first line, got {len(cells)}; "
                    "mend this line, or pass another --delimiter"
                )
        self._columns = list(zip(*(cells for _, cells in rows), strict=True))

    def labels(self, target):
        """Return the class of each row."""
        cells = self._columns[self.names.index(target)]
        empty = [row for row, cell in enumerate(cells) if cell.strip().lower() in NO_LABEL]
        if empty:
            raise ValueError(
                f"column {target!r} has no class in {len(empty)} row(s), the first of them in line "
                f"{self._stops[empty[0] + 1]} ({cells[empty[0]]!r}); fill these cells in or delete these rows"
            )
        return list(cells)

    def features(self, roles):
        """Return the columns to learn from as an array of objects, and which of them are categories."""
        self._roles = roles
        self.learned = roles.learned(self.names)
        self._styles = {}
        X = np.empty((len(self._stops) - 1, len(self.learned)), dtype=object)
        for position, j in enumerate(self.learned):
            style = self._styles[j] = self._style_of(j)
            X[:, position] = [style.read(cell) for cell in self._columns[j]]
            if style.may_identify and self.names[j] not in roles.categorical:
                warn_of_identifiers(self.names[j], [cell for cell in X[:, position] if cell is not None])
        are_empty = (all(cell is None for cell in column) for column in X.T)
        check_observed(are_empty, [self.names[j] for j in self.learned])
        return X, "auto"  # texts are categories, numbers are none

    def is_number(self, j):
        """Tell whether a column that is learned is one of numbers."""
        return isinstance(self._styles[j], NumberStyle)

    def write(self, file, X, labels):
        """Write the text of the file, then generated rows."""
        text = self._original_text()
        if len(labels):
            end = _line_end(self._lines[0])
            text = text.rstrip("\r\n") + end + "".join(line + end for line in self._generated_lines(X, labels))
        file.write(self._bom + text.encode(self._encoding))

    def _style_of(self, j):
        name, cells = self.names[j], self._columns[j]
        if name in self._roles.categorical:
            return TextStyle()
        marks = "." if self.delimiter == "," else ".,"  # commas are decimal where they separate nothing
        for mark in marks:
            style = number_style(cells, mark)
            if style:
                return style
        self._warn_of_stray_cells(name, cells, marks)
        return TextStyle()

    def _warn_of_stray_cells(self, name, cells, marks):
        """Warn of a column of numbers that a few other cells make one of text."""
        distinct = {cell.strip() for cell in cells if not _is_no_number(cell)}
        stray = min(({cell for cell in distinct if not NUMBER[mark].fullmatch(cell)} for mark in marks), key=len)
        if len(stray) > len(distinct) / 2 or any(map(PADDED.fullmatch, stray)) or not stray:
            return
        row, cell = next((row, cell) for row, cell in enumerate(cells) if cell.strip() in stray)
        warn(
            f"column {name!r} is taken for text, not for numbers, because of cells such as {cell!r} in line "
            f"{self._stops[row + 1]}; empty them if it is to be one of numbers",
            stacklevel=2,
        )

    def _original_text(self):
        if self._roles.mark is None:
            return "".join(self._lines)
        name, start, parts = self._quote(self._roles.mark), 0, []
        for stop in self._stops:
            record = "".join(self._lines[start:stop])
            end = _line_end(record)
            parts += record[: len(record) - len(end)], self.delimiter, "false" if start else name, end
            start = stop
        return "".join(parts + self._lines[start:])

    def _generated_lines(self, X, labels):
        columns = [[""] * len(labels)] * len(self.names)
        columns[self.names.index(self._roles.target)] = labels
        for position, j in enumerate(self.learned):
            columns[j] = map(self._styles[j].write, X[:, position])
        is_quoted = self._quoted_columns()
        for cells in zip(*columns, strict=True):
            line = self._join(cells, is_quoted)
            yield line if self._roles.mark is None else f"{line}{self.delimiter}true"

    def _quoted_columns(self):
        """Return which columns have their cells in quotes: none, those of text, or all, as explains the most lines."""
        n_columns = len(self.names)
        numbers = {j for j in self.learned if self.is_number(j)}
        styles = ([False] * n_columns, [j not in numbers for j in range(n_columns)], [True] * n_columns)
        lines = ["".join(self._lines[i:j]).rstrip("\r\n") for i, j in zip(self._stops, self._stops[1:], strict=False)]
        lines = lines[:RECORDS_TO_GUESS_FROM]
        rows = list(zip(*(cells[: len(lines)] for cells in self._columns), strict=True))

        def n_explained(is_quoted):
            return sum(self._join(cells, is_quoted) == line for cells, line in zip(rows, lines, strict=True))

        return max(styles, key=n_explained)

    def _join(self, cells, is_quoted):
        return self.delimiter.join(self._quote(cell, quoted) for cell, quoted in zip(cells, is_quoted, strict=True))

    def _quote(self, cell, is_quoted=False):
        if (is_quoted and cell) or any(special in cell for special in (self.delimiter, '"', "\r", "\n")):
            return '"' + cell.replace('"', '""') + '"'
        return cell


def number_style(cells, mark):
    """Return how the numbers of a column are written, or None if they are none.

    >>> number_style(["1.50", "", "20.25"], ".").write(3.14159)
    '3.14'
    >>> number_style(["007", "123"], ".") is None
    True
    """
    present = {cell.strip() for cell in cells if not _is_no_number(cell)}
    if not present or not all(_is_finite_number(cell, mark) for cell in present):
        return None
    decimals = {len(cell.partition(mark)[2]) for cell in present}
    return NumberStyle(
        mark=mark,
        decimals=None if any("e" in cell.lower() for cell in present) else max(decimals),
        digits=max(sum(map(str.isdigit, re.split("[eE]", cell)[0])) for cell in present),
        is_integer=all(map(INTEGER.fullmatch, present)),
        is_fixed=len(decimals) == 1,
        empty=_most_frequent([cell for cell in cells if _is_no_number(cell)]),
    )


def _is_finite_number(cell, mark):
    return bool(NUMBER[mark].fullmatch(cell)) and math.isfinite(float(cell.replace(mark, ".")))


def _is_no_number(cell):
    return cell.strip().lower() in NO_NUMBER


def _most_frequent(cells):
    return Counter(cells).most_common(1)[0][0] if cells else ""


def _decode(path):
    """Return the byte order mark, the encoding and the text of a file."""
    content = path.read_bytes()
    bom = next((bom for bom in BOMS if content.startswith(bom)), b"")
    for encoding in [BOMS[bom]] if bom else ["utf-8", "cp1252"]:
        try:
            text = content[len(bom) :].decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return bom, encoding, text
    raise ValueError(f"{path}: is no text file; save the table as CSV in UTF-8")


def _records(lines, delimiter, path):
    """Yield the cells of each row that is not blank, and the number of its last line."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: {error}; mend the quotes there") from error


def _guess_delimiter(lines):
    """Return what cuts the first lines into the most cells, if possible in each line as many."""

    def merit(delimiter):
        reader = csv.reader(lines[:LINES_TO_GUESS_FROM], delimiter=delimiter)
        widths = [len(cells) for cells in reader if cells] or [0]
        return len(set(widths)) == 1 and widths[0] > 1, widths[0]

    return max(DELIMITERS, key=merit)


def _line_end(line):
    return line[len(line.rstrip("\r\n")) :]
