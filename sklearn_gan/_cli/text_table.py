"""Table in a text file: its values, and synthetic rows written in the style of its columns.

The original text stays unchanged. Synthetic rows are appended.
"""

import codecs
import csv
import io
import re
from itertools import compress, pairwise
from warnings import warn

import numpy as np

from sklearn_gan._cli.amount_style import amount_style
from sklearn_gan._cli.date_style import date_style
from sklearn_gan._cli.formats import TEXT
from sklearn_gan._cli.number_style import (
    MISSING_NUMBERS,
    NUMBER,
    NumberStyle,
    is_missing_number,
    most_frequent,
    number_style,
)
from sklearn_gan._cli.roles import check_observed, warn_about_identifiers

DELIMITERS = ",;\t|"
LINES_TO_GUESS_FROM = 50
RECORDS_TO_GUESS_FROM = 1_000
MISSING_LABELS = MISSING_NUMBERS - {"none"}  # a valid class name, like "no"
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
PADDED = re.compile(r"-?0\d+")


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
    source : Source
        The text.
    delimiter : str or None, default=None
        Delimiter between values. None selects the one of `DELIMITERS` that splits the first lines into the most
        values, preferably equally many per line.

    Attributes
    ----------
    name : str
        Name of the source.
    names : list of str
        Names of the columns.
    """

    format = TEXT

    def __init__(self, source, delimiter=None):
        path = self.name = source.name
        self._bom, self._encoding, text = _decode(source)
        lines = list(io.StringIO(text, newline=""))
        self.delimiter = delimiter or _guess_delimiter(lines)
        records = list(_records(lines, self.delimiter, path))
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
        stops = [stop for stop, _ in records]  # a record may span several lines
        self._header, *self._records = ("".join(lines[i:j]) for i, j in pairwise([0, *stops]))
        self._end = lines[stops[-1] :]
        self._line_numbers = stops[1:]
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
        empty = [row for row, cell in enumerate(cells) if _is_missing_label(cell)]
        if empty:
            raise ValueError(
                f"column {target!r} has no class in {len(empty)} row(s), first in line {self._line_numbers[empty[0]]} "
                f"({cells[empty[0]]!r}); fill in the class, or pass --drop-unlabelled to leave these rows out"
            )
        return list(cells)

    def drop_unlabelled(self, target):
        """Drop the rows without a class, and return their number."""
        is_kept = [not _is_missing_label(cell) for cell in self._columns[self.names.index(target)]]
        self._columns = [tuple(compress(column, is_kept)) for column in self._columns]
        self._records = list(compress(self._records, is_kept))
        self._line_numbers = list(compress(self._line_numbers, is_kept))
        return is_kept.count(False)

    def features(self, roles):
        """Return the features as an array of objects, and the categorical columns."""
        self._roles = roles
        self.feature_positions = roles.feature_positions(self.names)
        self._styles = {}
        X = np.empty((len(self._records), len(self.feature_positions)), dtype=object)
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

    def read_like(self, other):
        """Return the features of another text table, read in the style of each column of this one."""
        X = np.empty((len(other._records), len(self.feature_positions)), dtype=object)
        for position, j in enumerate(self.feature_positions):
            X[:, position] = list(self._read_cells(j, other))
        return X

    def _read_cells(self, j, other):
        cells = other._columns[other.names.index(self.names[j])]
        for cell, line in zip(cells, other._line_numbers, strict=True):
            value = _read_if_possible(self._styles[j], cell)
            if value is None and not is_missing_number(cell):
                raise ValueError(
                    f"{other.name}, line {line}: column {self.names[j]!r} has {cell!r}, but {self.name} has only "
                    "numbers, dates or amounts of one format there; correct this value"
                )
            yield value

    def check_text(self):
        """Do nothing: the table is text already."""

    def to_arrow(self, X, labels):
        """Return the rows of the file, followed by the synthetic rows, as an arrow table."""
        import pyarrow as pa

        from sklearn_gan._cli.text_types import arrow_array

        added = self._synthetic_columns(X, labels)
        columns = {
            name: arrow_array(self._style_to_convert(j), [*self._columns[j], *added[j]])
            for j, name in enumerate(self.names)
        }
        if self._roles.mark is not None:
            columns[self._roles.mark] = pa.array([False] * len(self._records) + [True] * len(labels))
        return pa.table(columns)

    def _style_to_convert(self, j):
        if j in self._styles:
            return self._styles[j]
        cells = self._columns[j]
        if self.names[j] == self._roles.target and any(map(is_missing_number, cells)):
            return TextStyle()  # "none" is a class
        return self._find_style(cells) or TextStyle()

    def write(self, file, X, labels):
        """Write the text of the file, followed by the synthetic rows."""
        text = self._original_text()
        if len(labels):
            end = _line_end(self._header)
            # Blank lines at the end would separate the synthetic rows from the others.
            text = text.rstrip("\r\n") + end + "".join(line + end for line in self._synthetic_lines(X, labels))
        file.write(self._bom + text.encode(self._encoding))

    def _style_of(self, j):
        name, cells = self.names[j], self._columns[j]
        if name in self._roles.categorical:
            return TextStyle()
        style = self._find_style(cells)
        if style is None:
            self._warn_about_stray_text(name, cells)
        return style or TextStyle()

    @property
    def _marks(self):
        return "." if self.delimiter == "," else ".,"  # a delimiter is no decimal mark

    def _find_style(self, cells):
        """Return the style of a column of numbers, dates or amounts, or None for text."""
        styles = (number_style(cells, mark) for mark in self._marks)
        return next(filter(None, styles), None) or _formatted_style(cells)

    def _warn_about_stray_text(self, name, cells):
        """Warn if a few other values turn a numeric column into a text column."""
        distinct = {cell.strip() for cell in cells if not is_missing_number(cell)}
        stray = min(({cell for cell in distinct if not NUMBER[mark].fullmatch(cell)} for mark in self._marks), key=len)
        if len(stray) > len(distinct) / 2 or any(map(PADDED.fullmatch, stray)) or not stray:
            return
        row, cell = next((row, cell) for row, cell in enumerate(cells) if cell.strip() in stray)
        warn(
            f"column {name!r} is treated as text, not as numbers, because of values such as {cell!r} in line "
            f"{self._line_numbers[row]}; delete these values if the column is numeric",
            stacklevel=2,
        )

    def _original_text(self):
        """Return the text of the file, with the column that marks synthetic rows if requested."""
        records = (self._header, *self._records)
        if self._roles.mark is not None:
            values = (self._quote(self._roles.mark), *["false"] * len(self._records))
            records = map(self._with_mark, records, values)
        return "".join([*records, *self._end])

    def _with_mark(self, record, value):
        end = _line_end(record)
        return f"{record[: len(record) - len(end)]}{self.delimiter}{value}{end}"

    def _synthetic_columns(self, X, labels):
        """Return the text of the synthetic values of each column."""
        columns = [[""] * len(labels)] * len(self.names)
        columns[self.names.index(self._roles.target)] = labels
        for position, j in enumerate(self.feature_positions):
            columns[j] = map(self._styles[j].write, X[:, position])
        return columns

    def _synthetic_lines(self, X, labels):
        is_quoted = self._quoted_columns()
        for cells in zip(*self._synthetic_columns(X, labels), strict=True):
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
        records = self._records[:RECORDS_TO_GUESS_FROM]  # bounds the time on long files
        lines = [record.rstrip("\r\n") for record in records]
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


def _formatted_style(cells):
    """Return the style of the dates or amounts in a column, or None if no style fits all values."""
    present = list(dict.fromkeys(cell for cell in cells if not is_missing_number(cell)))
    empty = most_frequent([cell for cell in cells if is_missing_number(cell)])
    return (date_style(present, empty) or amount_style(present, empty)) if present else None


def _is_missing_label(cell):
    return cell.strip().lower() in MISSING_LABELS


def _read_if_possible(style, cell):
    try:
        return style.read(cell)
    except ValueError:
        return None


def _decode(source):
    """Return the byte order mark, the encoding and the text of a source."""
    content = source.content
    bom = next((bom for bom in BOMS if content.startswith(bom)), b"")
    for encoding in [BOMS[bom]] if bom else ["utf-8", "cp1252"]:
        try:
            text = content[len(bom) :].decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # null characters indicate a binary file
            return bom, encoding, text
    raise ValueError(f"{source.name}: is not a text file; save the table as CSV in UTF-8")


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
