"""Tables that are compared: read side by side, and as features for any classifier."""

from dataclasses import replace

import numpy as np
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils._param_validation import StrOptions

from sklearn_gan._runtime.text import list_names
from sklearn_gan._table.column_kinds import choose_codecs, number_levels
from sklearn_gan._table.columns import ComparableColumn
from sklearn_gan._table.containers import FrameContainer, open_container
from sklearn_gan._table.units import check_same_kind, finest_unit, in_unit

CATEGORICAL_FEATURES = [StrOptions({"auto"}), "array-like"]
MAX_LEVELS = 64


def read_tables(categorical_features, **tables):
    """Return the columns of each table, in the order and compared as those of the first one.

    The cells of numbers are numbers; dates and durations are counted in the finest unit that a table has for them. The
    cells of categories are integers, the same in all tables, that number the levels from 0 in their order of
    appearance; a missing cell is -1.

    Parameters
    ----------
    categorical_features : "auto", array-like of str, int or bool
        Which columns of the first table are categories.
    **tables
        The tables; errors call them as their keywords do.

    Returns
    -------
    tables : list of list of ComparableColumn

    Raises
    ------
    ValueError
        If a table is empty or has other columns than the first, a column of numbers holds something else, or dates or
        durations stand beside something else or cannot be counted in one unit.
    """
    containers = {role: open_container(table, estimator=f"`{role}`") for role, table in tables.items()}
    first = next(iter(tables))
    expected = list(containers[first].columns())
    matched = [_match(expected, first, containers[first], *other) for other in containers.items()]
    codecs = choose_codecs(categorical_features, expected)
    read = [_read(list(tables), columns, codec) for codec, *columns in zip(codecs, *matched, strict=True)]
    return [list(columns) for columns in zip(*read, strict=True)]


def _match(expected, first, real, role, container):
    """Return the columns of a container in the order of those that are expected: by name if both have names."""
    columns = list(container.columns())
    if isinstance(real, FrameContainer) and isinstance(container, FrameContainer):
        return _match_names(expected, first, columns, role)
    if len(columns) != len(expected):
        raise ValueError(
            f"Expected {len(expected)} columns in `{role}`, as `{first}` has, got {len(columns)}. Pass the same "
            "columns in the same order."
        )
    return columns


def _match_names(expected, first, columns, role):
    by_name, names = {column.name: column for column in columns}, [column.name for column in expected]
    missing, unknown = [name for name in names if name not in by_name], [name for name in by_name if name not in names]
    if missing or unknown:
        raise ValueError(
            f"Expected the columns of `{first}` in `{role}`, got others: missing are [{list_names(missing, 5)}], "
            f"unknown are [{list_names(unknown, 5)}]. Rename them, or pass the columns that both have."
        )
    return [by_name[name] for name in names]


def choose_categorical(categorical_features, columns):
    """Return for each Column whether it is compared by its categories."""
    return [not codec.is_numeric for codec in choose_codecs(categorical_features, columns)]


def _read(roles, columns, codec):
    """Return one column of each table, as :func:`read_tables` does."""
    columns = _in_one_unit(roles, columns)
    if not codec.is_numeric:
        return number_jointly(columns)
    return [_of_table(role, _read_numbers, column, codec) for role, column in zip(roles, columns, strict=True)]


def _in_one_unit(roles, columns):
    """Return the columns with dates and durations in one unit; where no cell is observed, the type tells nothing."""
    observed = [i for i, column in enumerate(columns) if not column.missing.all()]
    if not observed:
        return columns
    first = observed[0]
    for i in observed[1:]:
        _of_table(roles[i], check_same_kind, columns[i], columns[first], f"`{roles[first]}`")
    unit = finest_unit([columns[i] for i in observed])
    return [
        _of_table(role, in_unit, column, unit) if i in observed else replace(column, unit=unit)
        for i, (role, column) in enumerate(zip(roles, columns, strict=True))
    ]


def _of_table(role, read, *args):
    """Return what `read` returns; its errors tell the table."""
    try:
        return read(*args)
    except ValueError as error:
        raise ValueError(f"In `{role}`: {error}") from error


def _read_numbers(column, codec):
    return ComparableColumn(column.name, codec.numbers(column), column.missing, True, column.unit)


def number_jointly(columns):
    """Return columns of categories, in which a level has the same number in all tables; a number is a level, too."""
    numbers = {}
    return [
        ComparableColumn(
            column.name,
            number_levels(column, lambda level: numbers.setdefault(level, len(numbers))),
            column.missing,
            is_numeric=False,
        )
        for column in columns
    ]


def classifier_features(*tables):
    """Return a matrix for each table that any classifier takes: the numbers of its rows, and one-hot levels.

    The rarest levels of a column with more than `MAX_LEVELS` share a feature.
    """
    if not tables[0].levels.shape[1]:
        return [rows.numbers for rows in tables]
    encoder = OneHotEncoder(max_categories=MAX_LEVELS, sparse_output=False)
    encoder.fit(np.concatenate([rows.levels for rows in tables]))
    return [np.hstack((rows.numbers, encoder.transform(rows.levels))) for rows in tables]
