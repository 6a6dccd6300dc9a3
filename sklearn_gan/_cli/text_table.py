"""Table in a text file: its values, and synthetic rows written in the style of its columns.

The original text stays unchanged. Synthetic rows are appended.
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

from sklearn_gan._cli.amount_style import amount_style
from sklearn_gan._cli.date_style import date_style
from sklearn_gan._cli.roles import check_observed, warn_about_identifiers

DELIMITERS = ",;\t|"
LINES_TO_GUESS_FROM = 50
RECORDS_TO_GUESS_FROM = 1_000
# Programs write these for missing numbers. In a text column they are ordinary values.
MISSING_NUMBERS = {"", "na", "n/a", "#n/a", "nan", "null", "none"}
MISSING_LABELS = MISSING_NUMBERS - {"none"}  # a valid class name, like "no"
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Leading zeros, or more digits than an integer type holds, indicate codes rather than numbers.
NUMBER = {
    mark: re.compile(rf"-?(?:(?:0|[1-9]\d{{0,17}})(?:{re.escape(mark)}\d*)?|{re.escape(mark)}\d+)(?:[eE][+-]?\d+)?")
    for mark in ".,"
}
INTEGER = re.compile(r"-?\d+")
PADDED = re.compile(r"-?0\d+")


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
        if _is_missing_number(cell):
            return None
        return int(cell) if self.is_integer else float(cell.replace(self.mark, "."))

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


class TextStyle:
    """Style of a text column: categories are written as they were read."""

    empty = ""
    may_identify = True

    def read(self, cell):
        """Return the text, or None if it is blank."""
        return cell if cell.strip() else None

    def write(self, text):
        """Return the text, or an empty text for None."""
        return self.empty if text is None else text


class CsvTable:
    """Table in a text file whose first line contains the column names.

    The encoding is that of the byte order mark. Without one, it is UTF-8 or else Windows-1252.

    Parameters
    ----------
    path : pathlib.Path
        Path of the file.
    delimiter : str or None, default=None
        Delimiter between values. None selects the one of `DELIMITERS` that splits the first lines into the most
        values, preferably equally many per line.

    Attributes
    ----------
    names : list of str
        Names of the columns.
    """

    def __init__(self, path, delimiter=None):
        self._bom, self._encoding, text = _decode(path)
        self._lines = list(io.StringIO(text, newline=""))
        self.delimiter = delimiter or _guess_delimiter(self._lines)
        records = list(_records(self._lines, self.delimiter, path))
        if len(records) < 2:
            raise ValueError(
                f"{path}: expected a line of column names followed by rows, got {len(records)} line(s); "
                "add the missing lines"
            )
        (_, self.names), *rows = records
        if len(self.names) < 2:
            raise ValueError(
                f"{path}: expected at least 2 columns, but found no delimiter between values; pass it as --delimiter"
            )
        self._stops = [stop for stop, _ in records]  # a record may span several lines
        for stop, cells in rows:
            if len(cells) != len(self.names):
                raise ValueError(
                    f"{path}, line {stop}: expected {len(self.names)} values, as in the first line, got {len(cells)}; "
                    "correct this line, or pass another --delimiter"
                )
        self._columns = list(zip(*(cells for _, cells in rows), strict=True))

    def labels(self, target):
        """Return the class of each row."""
        cells = self._columns[self.names.index(target)]
        empty = [row for row, cell in enumerate(cells) if cell.strip().lower() in MISSING_LABELS]
        if empty:
            raise ValueError(
                f"column {target!r} has no class in {len(empty)} row(s), first in line {self._stops[empty[0] + 1]} "
                f"({cells[empty[0]]!r}); fill in the class or delete these rows"
            )
        return list(cells)

    def features(self, roles):
        """Return the features as an array of objects, and the categorical columns."""
        self._roles = roles
        self.feature_positions = roles.feature_positions(self.names)
        self._styles = {}
        X = np.empty((len(self._stops) - 1, len(self.feature_positions)), dtype=object)
        for position, j in enumerate(self.feature_positions):
            style = self._styles[j] = self._style_of(j)
            X[:, position] = [style.read(cell) for cell in self._columns[j]]
            if style.may_identify and self.names[j] not in roles.categorical:
                warn_about_identifiers(self.names[j], [cell for cell in X[:, position] if cell is not None])
        are_empty = (all(cell is None for cell in column) for column in X.T)
        check_observed(are_empty, [self.names[j] for j in self.feature_positions])
        return X, "auto"  # text is categorical, numbers and dates are not

    def is_number(self, j):
        """Return whether a feature is numeric. Dates count as numeric."""
        return not isinstance(self._styles[j], TextStyle)

    def write(self, file, X, labels):
        """Write the text of the file, followed by the synthetic rows."""
        text = self._original_text()
        if len(labels):
            end = _line_end(self._lines[0])
            # Blank lines at the end would separate the synthetic rows from the others.
            text = text.rstrip("\r\n") + end + "".join(line + end for line in self._synthetic_lines(X, labels))
        file.write(self._bom + text.encode(self._encoding))

    def _style_of(self, j):
        name, cells = self.names[j], self._columns[j]
        if name in self._roles.categorical:
            return TextStyle()
        marks = "." if self.delimiter == "," else ".,"  # a delimiter is no decimal mark
        for mark in marks:
            style = number_style(cells, mark)
            if style:
                return style
        style = _formatted_style(cells)
        if style:
            return style
        self._warn_about_stray_text(name, cells, marks)
        return TextStyle()

    def _warn_about_stray_text(self, name, cells, marks):
        """Warn if a few other values turn a numeric column into a text column."""
        distinct = {cell.strip() for cell in cells if not _is_missing_number(cell)}
        stray = min(({cell for cell in distinct if not NUMBER[mark].fullmatch(cell)} for mark in marks), key=len)
        if len(stray) > len(distinct) / 2 or any(map(PADDED.fullmatch, stray)) or not stray:
            return
        row, cell = next((row, cell) for row, cell in enumerate(cells) if cell.strip() in stray)
        warn(
            f"column {name!r} is treated as text, not as numbers, because of values such as {cell!r} in line "
            f"{self._stops[row + 1]}; delete these values if the column is numeric",
            stacklevel=2,
        )

    def _original_text(self):
        """Return the text of the file, with the column that marks synthetic rows if requested."""
        if self._roles.mark is None:
            return "".join(self._lines)
        name, start, parts = self._quote(self._roles.mark), 0, []
        for stop in self._stops:
            record = "".join(self._lines[start:stop])
            end = _line_end(record)
            parts += record[: len(record) - len(end)], self.delimiter, "false" if start else name, end
            start = stop
        return "".join(parts + self._lines[start:])

    def _synthetic_lines(self, X, labels):
        columns = [[""] * len(labels)] * len(self.names)
        columns[self.names.index(self._roles.target)] = labels
        for position, j in enumerate(self.feature_positions):
            columns[j] = map(self._styles[j].write, X[:, position])
        is_quoted = self._quoted_columns()
        for cells in zip(*columns, strict=True):
            line = self._join(cells, is_quoted)
            yield line if self._roles.mark is None else f"{line}{self.delimiter}true"

    def _quoted_columns(self):
        """Return a mask of the quoted columns: none, text columns or all, whichever reproduces the most lines.

        Dates and amounts such as "$5" may be quoted like text or not.
        """
        n_columns = len(self.names)
        plain = {j for j in self.feature_positions if isinstance(self._styles[j], NumberStyle)}
        numbers = {j for j in self.feature_positions if self.is_number(j)}
        quoted_texts = ([j not in unquoted for j in range(n_columns)] for unquoted in (plain, numbers))
        styles = ([False] * n_columns, *quoted_texts, [True] * n_columns)
        lines = ["".join(self._lines[i:j]).rstrip("\r\n") for i, j in zip(self._stops, self._stops[1:], strict=False)]
        lines = lines[:RECORDS_TO_GUESS_FROM]  # bounds the time on long files
        rows = list(zip(*(cells[: len(lines)] for cells in self._columns), strict=True))

        def n_reproduced(is_quoted):
            return sum(self._join(cells, is_quoted) == line for cells, line in zip(rows, lines, strict=True))

        return max(styles, key=n_reproduced)

    def _join(self, cells, is_quoted):
        return self.delimiter.join(self._quote(cell, quoted) for cell, quoted in zip(cells, is_quoted, strict=True))

    def _quote(self, cell, is_quoted=False):
        if (is_quoted and cell) or any(special in cell for special in (self.delimiter, '"', "\r", "\n")):
            return '"' + cell.replace('"', '""') + '"'
        return cell


def number_style(cells, mark):
    """Return the style of the numbers in a column, or None if it is not numeric.

    >>> number_style(["1.50", "", "20.25"], ".").write(3.14159)
    '3.14'
    >>> number_style(["007", "123"], ".") is None
    True
    """
    present = {cell.strip() for cell in cells if not _is_missing_number(cell)}
    if not present or not all(_is_finite_number(cell, mark) for cell in present):
        return None
    decimals = {len(cell.partition(mark)[2]) for cell in present}
    return NumberStyle(
        mark=mark,
        decimals=None if any("e" in cell.lower() for cell in present) else max(decimals),
        digits=max(sum(map(str.isdigit, re.split("[eE]", cell)[0])) for cell in present),
        is_integer=all(map(INTEGER.fullmatch, present)),
        is_fixed=len(decimals) == 1,
        empty=_most_frequent([cell for cell in cells if _is_missing_number(cell)]),
    )


def _formatted_style(cells):
    """Return the style of the dates or amounts in a column, or None if no style fits all values."""
    present = list(dict.fromkeys(cell for cell in cells if not _is_missing_number(cell)))
    empty = _most_frequent([cell for cell in cells if _is_missing_number(cell)])
    return (date_style(present, empty) or amount_style(present, empty)) if present else None


def _is_finite_number(cell, mark):
    return bool(NUMBER[mark].fullmatch(cell)) and math.isfinite(float(cell.replace(mark, ".")))


def _is_missing_number(cell):
    return cell.strip().lower() in MISSING_NUMBERS


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
        if "\0" not in text:  # null characters indicate a binary file
            return bom, encoding, text
    raise ValueError(f"{path}: is not a text file; save the table as CSV in UTF-8")


def _records(lines, delimiter, path):
    """Yield the last line number and the values of each row that is not blank."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: {error}; correct the quotes there") from error


def _guess_delimiter(lines):
    """Return the delimiter that splits the first lines into the most values, preferably equally many per line."""

    def merit(delimiter):
        reader = csv.reader(lines[:LINES_TO_GUESS_FROM], delimiter=delimiter)
        widths = [len(cells) for cells in reader if cells] or [0]
        return len(set(widths)) == 1 and widths[0] > 1, widths[0]

    return max(DELIMITERS, key=merit)


def _line_end(line):
    return line[len(line.rstrip("\r\n")) :]
