"""What commands say about the table in the input file."""

import numpy as np

from sklearn_gan._cli.roles import warn_about_copy
from sklearn_gan._runtime.text import list_names
from sklearn_gan._table import CopyTest, open_container


def warn_about_copies(table, X, labels):
    """Warn about columns that determine the target."""
    copy_test = CopyTest(np.unique(labels, return_inverse=True)[1])
    for position, column in enumerate(open_container(X).columns()):
        if copy_test.holds(column):
            warn_about_copy(table.names[table.feature_positions[position]])


def describe_input(path, table, n_rows):
    """Return the number of rows and the types of the features."""
    names = {True: [], False: []}
    for j in table.feature_positions:
        names[table.is_number(j)].append(table.names[j])
    numeric, categorical = (list_names(names[is_number], 10, str) or "none" for is_number in (True, False))
    return f"{path}: {n_rows:,} rows. Numeric: {numeric}. Categorical: {categorical}."
