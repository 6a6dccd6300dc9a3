"""Convert dates, times and durations of several tables to a common unit."""

from dataclasses import replace

import numpy as np


def check_same_kind(column, expected, where):
    """Raise if one of two matching columns holds dates, times or durations and the other holds another kind.

    Parameters
    ----------
    column, expected : Column
        The column to check, and the matching column of the reference table.
    where : str
        The name of the reference table in error messages.
    """
    kinds = _kind_of(column), _kind_of(expected)
    if (column.unit or expected.unit) and kinds[0] != kinds[1]:
        raise ValueError(
            f"Expected {kinds[1]} in column {column.name!r}, as in {where}, got {kinds[0]}. Convert one of the two "
            "columns to the type of the other."
        )


def _kind_of(column):
    """Return the kind of a column in words. Columns of the same kind have a common unit."""
    if not column.unit:
        return {"number": "numbers", "boolean": "booleans"}.get(column.kind, "strings, categories or objects")
    if column.unit.startswith("M8"):
        return "dates with a time zone" if column.is_zoned else "dates without a time zone"
    # Months differ in length and cannot be converted to days.
    is_calendar = np.datetime_data(column.unit)[0] in {"M", "Y"}
    return "durations in months or years" if is_calendar else "durations or times of day"


def finest_unit(columns):
    """Return the unit in which all values of columns of the same kind are integers."""
    units = {column.unit for column in columns}
    return np.result_type(*units).str[1:] if len(units) > 1 else units.pop()


def in_unit(column, unit):
    """Convert a column to another unit, rounding values down if that unit is coarser."""
    if column.unit == unit:
        return column
    times = np.where(column.missing, 0, column.cells).astype(column.unit)
    fine = times.astype(np.result_type(column.unit, unit))
    _check_range(column.name, times, fine)
    cells = np.where(column.missing, column.cells, fine.astype(unit).astype(np.int64))
    return replace(column, cells=cells, unit=unit)


def _check_range(name, times, fine):
    """Raise if a value overflows 64 bits in a finer unit, which numpy does not check."""
    overflown = fine.astype(times.dtype) != times
    if overflown.any():
        raise ValueError(
            f"Expected values in column {name!r} within the range of {fine.dtype}, the finer type of two tables, got "
            f"{times[overflown][0]}. Replace this value, or convert the column with the finer type to {times.dtype}."
        )
