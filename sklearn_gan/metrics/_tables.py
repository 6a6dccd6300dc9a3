"""Tables that are to be compared, read as columns that stand side by side."""

import numpy as np
from sklearn.utils._param_validation import StrOptions

from sklearn_gan._checks import choose_categories
from sklearn_gan._containers import Column, FrameContainer, open_container
from sklearn_gan._table import as_numbers, number_levels

CATEGORICAL_FEATURES = [StrOptions({"auto"}), "array-like"]


def read_tables(categorical_features, **tables):
    """Return the columns of each table, in the order and of the kinds that the first one has.

    The cells of numbers are numbers. The cells of categories are integers, the same in all tables, that number the
    levels from 0 in their order of appearance; a missing cell is -1.

    Parameters
    ----------
    categorical_features : "auto", array-like of str, int or bool
        Which columns of the first table are categories.
    **tables
        The tables; errors call them as their keywords do.

    Returns
    -------
    tables : list of list of Column
        The columns, of the kinds "number" and "category".

    Raises
    ------
    ValueError
        If a table is empty or has other columns than the first, or a column of numbers holds something else.
    """
    containers = {role: open_container(table, estimator=f"`{role}`") for role, table in tables.items()}
    named = {role: list(container.columns()) for role, container in containers.items()}
    first = next(iter(tables))
    for role in named:
        if isinstance(containers[first], FrameContainer) and isinstance(containers[role], FrameContainer):
            named[role] = _match_names(first, named[first], role, named[role])
        elif len(named[role]) != len(named[first]):
            raise ValueError(
                f"Expected {len(named[first])} columns in `{role}`, as `{first}` has, got {len(named[role])}. Pass "
                "the same columns in the same order."
            )
    is_categorical = choose_categories(categorical_features, named[first])
    together = zip(is_categorical, *named.values(), strict=True)
    read = [
        _number_jointly(columns) if categorical else list(map(_read_numbers, named, columns))
        for categorical, *columns in together
    ]
    return [list(columns) for columns in zip(*read, strict=True)]


def _match_names(first, expected, role, columns):
    """Return the columns in the order of those that are expected."""
    by_name = {column.name: column for column in columns}
    missing = [column.name for column in expected if column.name not in by_name]
    unknown = [name for name in by_name if name not in {column.name for column in expected}]
    if missing or unknown:
        raise ValueError(
            f"Expected the columns of `{first}` in `{role}`, got none named {missing[:5]}, and {unknown[:5]} that "
            f"`{first}` has not. Rename them, or pass the columns that both have."
        )
    return [by_name[column.name] for column in expected]


def _read_numbers(role, column):
    """Return a column of numbers; where it has no cell, its type tells nothing."""
    try:
        cells = np.zeros(len(column.cells)) if column.missing.all() else as_numbers(column)
    except ValueError as error:
        raise ValueError(f"In `{role}`: {error}") from error
    return Column(column.name, cells, column.missing, "number")


def _number_jointly(columns):
    """Return columns of categories, in which a level has the same number in all tables."""
    numbers = {}
    return [
        Column(
            column.name,
            number_levels(column, lambda level: numbers.setdefault(level, len(numbers))),
            column.missing,
            "category",
        )
        for column in columns
    ]
