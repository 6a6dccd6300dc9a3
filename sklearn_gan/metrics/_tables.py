"""Tables that are to be compared, read as columns that stand side by side."""

from dataclasses import replace

from sklearn.utils._param_validation import StrOptions

from sklearn_gan._categorical_columns import number_levels
from sklearn_gan._checks import choose_categories
from sklearn_gan._containers import FrameContainer, open_container
from sklearn_gan._containers.columns import Column
from sklearn_gan._containers.units import check_same_kind, finest_unit, in_unit
from sklearn_gan._rows import observed_numbers

CATEGORICAL_FEATURES = [StrOptions({"auto"}), "array-like"]


def read_tables(categorical_features, **tables):
    """Return the columns of each table, in the order and of the kinds that the first one has.

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
    tables : list of list of Column
        The columns, of the kinds "number" and "category".

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
    is_categorical = choose_categories(categorical_features, expected)
    together = zip(is_categorical, *matched, strict=True)
    read = [_read(list(tables), columns, categorical) for categorical, *columns in together]
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
            f"Expected the columns of `{first}` in `{role}`, got others: missing are {missing[:5]}, unknown are "
            f"{unknown[:5]}. Rename them, or pass the columns that both have."
        )
    return [by_name[name] for name in names]


def _read(roles, columns, is_categorical):
    """Return one column of each table, as :func:`read_tables` does."""
    columns = _in_one_unit(roles, columns)
    if is_categorical:
        return number_jointly(columns)
    return [_of_table(role, _read_numbers, column) for role, column in zip(roles, columns, strict=True)]


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


def _read_numbers(column):
    return Column(column.name, observed_numbers(column), column.missing, "number", column.unit)


def number_jointly(columns):
    """Return columns of categories, in which a level has the same number in all tables; a number is a level, too."""
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
