"""Held-out rows of `balance`: real rows that the sampler is not fitted on, for the report."""

from sklearn_gan._cli.input_table import open_table, read_labels
from sklearn_gan._runtime.text import list_names


def read_holdout(path, table, target, options):
    """Return the features and the classes of held-out rows, read like the input table."""
    holdout = open_table(path, options.delimiter)
    _check_same_columns(holdout, table, target)
    labels, _ = read_labels(holdout, target, options.drop_unlabelled)
    return table.read_like(holdout), labels


def _check_same_columns(holdout, table, target):
    if holdout.format != table.format:
        raise ValueError(f"{holdout.name}: expected a {table.format} file like {table.name}; convert one of them")
    needed = [target, *(table.names[j] for j in table.feature_positions)]
    for name in needed:
        if holdout.names.count(name) != 1:
            raise ValueError(
                f"{holdout.name}: expected one column {name!r}, as in {table.name}, got {list_names(holdout.names)}; "
                "pass a file with the columns of INPUT"
            )
