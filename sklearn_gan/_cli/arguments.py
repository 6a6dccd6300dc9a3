"""Arguments that commands share: the input file, its columns, and types of values."""

import argparse
from pathlib import Path

from sklearn_gan._cli.formats import PARQUET_FILES, TEXT_FILES

USAGE_ERROR = 2


class Parser(argparse.ArgumentParser):
    """Argument parser that reports errors in one line."""

    def error(self, message):
        self.exit(USAGE_ERROR, f"error: {message}; see {self.prog} --help\n")


def add_input(command):
    """Add the input file and its format."""
    known = f"{', '.join(TEXT_FILES)} (also with .gz), {', '.join(PARQUET_FILES)}"
    note = f"file with the table: {known}; or - for the standard input"
    command.add_argument("input", metavar="INPUT", type=Path, help=note)
    note = 'delimiter of a text file, "tab" for a tab (default: detected from the first lines)'
    command.add_argument("--delimiter", type=delimiter, metavar="CHARACTER", help=note)
    command.add_argument("--quiet", action="store_true", help="print only warnings and errors")


def add_report(command, about):
    """Add the file of a report."""
    note = f"HTML file to write: a report on {about}, which contains values of the table"
    command.add_argument("--report", metavar="REPORT", type=Path, help=note)


def add_columns(command):
    """Add the roles of columns, and return their group."""
    columns = command.add_argument_group("columns")
    columns.add_argument("--target", metavar="COLUMN", required=True, help="column with the class of each row")
    several = {"metavar": "COLUMN", "nargs": "+", "action": "extend", "default": []}
    columns.add_argument("--categorical", **several, help="categorical columns that look numeric")
    note = "leave out rows without a class (default: they are an error)"
    columns.add_argument("--drop-unlabelled", action="store_true", help=note)
    note = "columns to ignore: identifiers, names, comments (empty in synthetic rows)"
    columns.add_argument("--exclude", **several, help=note)
    return columns


def delimiter(text):
    """Return a delimiter, which may be named."""
    character = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(character) != 1 or character in '"\r\n':
        raise argparse.ArgumentTypeError(f'expected one character or "tab", got {text!r}')
    return character


def positive(text):
    """Return a positive integer."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected an integer, 1 or larger, got {text!r}")
    return int(text)


def seed(text):
    """Return a seed."""
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"expected an integer from 0 to {2**32 - 1}, got {text!r}")
    return int(text)
