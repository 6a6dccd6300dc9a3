"""The table in the input file: how commands read it, and what they say about it."""

import re
import warnings
from contextlib import contextmanager

import numpy as np

from sklearn_gan._cli.formats import PARQUET
from sklearn_gan._cli.parquet_table import ParquetTable
from sklearn_gan._cli.roles import warn_about_copy
from sklearn_gan._cli.source import Source
from sklearn_gan._cli.text_table import CsvTable
from sklearn_gan._runtime.text import list_names
from sklearn_gan._table import CopyTest, open_container

POSITION = re.compile(r"\bcolumn (\d+)\b")  # arrays have no names of columns


def open_table(path, delimiter=None):
    """Return the table in a file, or in the standard input for "-"."""
    source = Source.read(path)
    if source.format != PARQUET:
        return CsvTable(source, delimiter)
    if delimiter is not None:
        raise ValueError(f"{source.name}: --delimiter is only for text files; omit it")
    return ParquetTable(source)


def read_labels(table, target, drop_unlabelled):
    """Return the class of each row, and the number of rows without a class that are left out if this is requested."""
    if not drop_unlabelled:
        return table.labels(target), 0
    n_dropped = table.drop_unlabelled(target)
    labels = table.labels(target)
    if not labels:
        raise ValueError(
            f"column {target!r} has no class in any of the {n_dropped} rows; name the column of the classes as --target"
        )
    return labels, n_dropped


def warn_about_copies(table, X, labels):
    """Warn about columns that determine the target."""
    copy_test = CopyTest(np.unique(labels, return_inverse=True)[1])
    for position, column in enumerate(open_container(X).columns()):
        if copy_test.holds(column):
            warn_about_copy(table.names[table.feature_positions[position]])


@contextmanager
def naming_columns(table):
    """Show warnings about positions of columns with the names in the file."""
    show = warnings.showwarning

    def show_named(message, *args, **params):
        def name_of(match):
            return f"column {table.names[table.feature_positions[int(match[1])]]!r}"

        show(POSITION.sub(name_of, str(message)), *args, **params)

    warnings.showwarning = show_named
    try:
        yield
    finally:
        warnings.showwarning = show


def describe_input(table, n_rows, n_dropped):
    """Return the number of rows and the types of the features."""
    names = {True: [], False: []}
    for j in table.feature_positions:
        names[table.is_number(j)].append(table.names[j])
    numeric, categorical = (list_names(names[is_number], 10, str) or "none" for is_number in (True, False))
    dropped = f" ({n_dropped:,} more without a class are left out)" if n_dropped else ""
    return f"{table.name}: {n_rows:,} rows{dropped}. Numeric: {numeric}. Categorical: {categorical}."
