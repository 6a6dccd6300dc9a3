"""Dates, times and durations of tables that count them in different units."""

from dataclasses import replace

import numpy as np


def check_same_kind(column, expected, where):
    """Refuse dates or durations where the matching column holds something else, or the other way round.

    Parameters
    ----------
    column, expected : Column
        The column, and the one that it is to be like.
    where : str
        What an error calls the table of the latter.
    """
    kinds = _kind_of(column), _kind_of(expected)
    if (column.unit or expected.unit) and kinds[0] != kinds[1]:
        raise ValueError(
            f"Expected {kinds[1]} in column {column.name!r}, as in {where}, got {kinds[0]}. Convert either column to "
            "the type of the other."
        )


def _kind_of(column):
    """Return what a column holds, in words; what has the same name can be counted in one unit."""
    if not column.unit:
        return {"number": "numbers", "boolean": "booleans"}.get(column.kind, "strings, categories or objects")
    if column.unit.startswith("M8"):
        return "dates with a time zone" if column.is_zoned else "dates without a time zone"
    # Months are of different lengths: no number of days is one.
    is_calendar = np.datetime_data(column.unit)[0] in {"M", "Y"}
    return "durations in months or years" if is_calendar else "durations or times of day"


def finest_unit(columns):
    """Return the unit in which the cells of all columns, which are of one kind, are integers."""
    units = {column.unit for column in columns}
    return np.result_type(*units).str[1:] if len(units) > 1 else units.pop()


def in_unit(column, unit):
    """Return a column in another unit, its cells rounded down where that is coarser."""
    if column.unit == unit:
        return column
    times = np.where(column.missing, 0, column.cells).astype(column.unit)
    fine = times.astype(np.result_type(column.unit, unit))
    _check_reach(column.name, times, fine)
    cells = np.where(column.missing, column.cells, fine.astype(unit).astype(np.int64))
    return replace(column, cells=cells, unit=unit)


def _check_reach(name, times, fine):
    """Refuse times that a finer unit cannot count in 64 bits: numpy lets them overflow."""
    overflown = fine.astype(times.dtype) != times
    if overflown.any():
        raise ValueError(
            f"Expected in column {name!r} what {fine.dtype} can hold, the type of the finer of two tables, got "
            f"{times[overflown][0]}. Replace it, or convert the column of the finer table to {times.dtype}."
        )
