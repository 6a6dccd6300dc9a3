"""Read several tables for comparison, and convert them to features for classifiers."""

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
    """Return the columns of each table in the form and order of the first table.

    Numeric columns hold numbers. Dates and durations are in the finest unit of any table. Categorical columns hold
    integer codes, shared by all tables and assigned from 0 in order of appearance. A missing value has code -1.

    Parameters
    ----------
    categorical_features : "auto", array-like of str, int or bool
        The categorical columns of the first table.
    **tables
        The tables. Error messages name them by keyword.

    Returns
    -------
    tables : list of list of ComparableColumn

    Raises
    ------
    ValueError
        If a table is empty or its columns differ from those of the first. If a numeric column holds other values, or if
        dates or durations are matched with another kind or have no common unit.
    """
    containers = {role: open_container(table, estimator=f"`{role}`") for role, table in tables.items()}
    first = next(iter(tables))
    expected = list(containers[first].columns())
    matched = [_match(expected, first, containers[first], *other) for other in containers.items()]
    codecs = choose_codecs(categorical_features, expected)
    read = [_read(list(tables), columns, codec) for codec, *columns in zip(codecs, *matched, strict=True)]
    return [list(columns) for columns in zip(*read, strict=True)]


def _match(expected, first, real, role, container):
    """Return the columns of a container in the expected order, matched by name between data frames."""
    columns = list(container.columns())
    if isinstance(real, FrameContainer) and isinstance(container, FrameContainer):
        return _match_names(expected, first, columns, role)
    if len(columns) != len(expected):
        raise ValueError(
            f"Expected {len(expected)} columns in `{role}`, as in `{first}`, got {len(columns)}. Pass the same "
            "columns in the same order."
        )
    return columns


def _match_names(expected, first, columns, role):
    by_name, names = {column.name: column for column in columns}, [column.name for column in expected]
    missing, unknown = [name for name in names if name not in by_name], [name for name in by_name if name not in names]
    if missing or unknown:
        raise ValueError(
            f"Expected the columns of `{first}` in `{role}`, got different ones: missing [{list_names(missing, 5)}], "
            f"unexpected [{list_names(unknown, 5)}]. Rename these columns, or pass only the columns of both tables."
        )
    return [by_name[name] for name in names]


def choose_categorical(categorical_features, columns):
    """Return whether each Column is compared by category."""
    return [not codec.is_numeric for codec in choose_codecs(categorical_features, columns)]


def _read(roles, columns, codec):
    """Return one column of all tables in the form that :func:`read_tables` returns."""
    if not codec.is_numeric:
        columns = [column.as_objects() for column in columns]
    columns = _in_one_unit(roles, columns)
    if not codec.is_numeric:
        return number_jointly(columns)
    return [_call_for_table(role, _read_numbers, column, codec) for role, column in zip(roles, columns, strict=True)]


def _in_one_unit(roles, columns):
    """Convert dates and durations to one unit, ignoring the type of columns without observed values."""
    observed = [i for i, column in enumerate(columns) if not column.missing.all()]
    if not observed:
        return columns
    first = observed[0]
    for i in observed[1:]:
        _call_for_table(roles[i], check_same_kind, columns[i], columns[first], f"`{roles[first]}`")
    unit = finest_unit([columns[i] for i in observed])
    return [
        _call_for_table(role, in_unit, column, unit) if i in observed else replace(column, unit=unit)
        for i, (role, column) in enumerate(zip(roles, columns, strict=True))
    ]


def _call_for_table(role, function, *args):
    """Call `function`, and name the table in its errors."""
    try:
        return function(*args)
    except ValueError as error:
        raise ValueError(f"In `{role}`: {error}") from error


def _read_numbers(column, codec):
    return ComparableColumn(column.name, codec.numbers(column), column.missing, True, column.unit)


def number_jointly(columns):
    """Encode one column of several tables with shared category codes. Numbers are treated as categories."""
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
    """Return each table as a matrix of numbers and one-hot categories, suitable for any classifier.

    The rarest categories of a column with more than `MAX_LEVELS` categories share a feature.
    """
    if not tables[0].levels.shape[1]:
        return [rows.numbers for rows in tables]
    encoder = OneHotEncoder(max_categories=MAX_LEVELS, sparse_output=False)
    encoder.fit(np.concatenate([rows.levels for rows in tables]))
    return [np.hstack((rows.numbers, encoder.transform(rows.levels))) for rows in tables]
