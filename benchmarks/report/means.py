"""Tables of means over tables, and the methods that they show."""

from benchmarks import statistics
from benchmarks.methods import METHODS
from benchmarks.report.markdown import to_markdown


def write_means(found, columns, methods):
    """Return the table of the means of each method."""
    return to_markdown(statistics.means(found, columns).loc[list(methods)])


def methods_of_all_tables(found, names=METHODS):
    """Return those of the methods with results on every table."""
    n_tables = found.groupby("method")["table"].nunique()
    return [name for name in names if n_tables.get(name, 0) == found["table"].nunique()]


def write_sizes(found):
    """Return a sentence with the numbers of tables, families and folds."""
    n_tables, n_families, n_folds = (found[name].nunique() for name in ("table", "family", "fold"))
    return f"{n_tables} tables from {n_families} families, {n_folds} fold{'s' if n_folds > 1 else ''}."
