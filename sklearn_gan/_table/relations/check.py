"""Check relations against the rows of a table."""

import numpy as np

from sklearn_gan._table.column_kinds import CodedTimeCodec
from sklearn_gan._table.relations.kinds import Inequality, MissingTogether, OneHot, Sum
from sklearn_gan._table.relations.lattice import Lattice, are_moderate, is_measured
from sklearn_gan._table.relations.totals import add_parts

ULPS = 8
DAY = np.timedelta64(1, "D")


def find_breaches(relation, columns, codecs):
    """Return masks of the rows that break a relation, and of the rows to which it applies.

    Parameters
    ----------
    relation : Relation
    columns : list of Column
        The columns of the relation.
    codecs : list of ColumnCodec
        The fitted codec of each of these columns.
    """
    missing = np.stack([column.missing for column in columns])
    if isinstance(relation, MissingTogether):
        return missing.any(axis=0) & ~missing.all(axis=0), missing.all(axis=0)
    applies = ~missing.any(axis=0)
    if isinstance(relation, OneHot):
        return applies & (count_hot(columns) != 1), applies
    if isinstance(relation, Inequality):
        low, high = (
            codec.to_scale(codec.as_decoded(column)).values for codec, column in zip(codecs, columns, strict=True)
        )
        return applies & ((low >= high) if relation.strict else (low > high)), applies
    if isinstance(relation, Sum):
        return applies & ~_is_sum(relation, columns, codecs), applies
    return np.zeros(len(applies), dtype=bool), applies


def count_hot(columns):
    """Return how many of several columns of 0 and 1, or booleans, are 1 in each row."""
    return np.sum([indicator(column) for column in columns], axis=0)


def indicator(column):
    """Return a column of 0 and 1, or of booleans, as booleans; missing values become False."""
    return np.where(column.missing, False, column.cells).astype(float) == 1


def is_indicator(column):
    """Return whether a column has no values but 0 and 1, or False and True."""
    if column.kind == "boolean":
        return True
    return column.kind == "number" and bool(np.isin(column.cells[~column.missing], (0, 1)).all())


def _is_sum(relation, columns, codecs):
    total, *parts = (codec.as_decoded(column).values for codec, column in zip(codecs, columns, strict=True))
    sums = add_parts(parts, factors_of(columns[0], columns[1:]))
    difference = sums - (total.astype(np.int64) if sums.dtype.kind == "i" and columns[0].unit else total.astype(float))
    tolerance = relation.tolerance
    if tolerance is None:
        tolerance = tolerance_of(columns[0], codecs[0], [total, *parts])
    return np.abs(difference) <= tolerance


def tolerance_of(total, codec, values):
    """Return the rounding error of a sum: half a unit of the last decimal of the total, and that of floats."""
    if total.unit:
        return 0.0
    eps = max(np.finfo(part.dtype).eps if part.dtype.kind == "f" else np.finfo(float).eps for part in values)
    rounding = ULPS * eps * np.sum([np.abs(part.astype(float)) for part in values], axis=0)
    places = Lattice.of(codec).notation.places
    return rounding + (0.0 if places is None else 0.5 / 10.0**places)


def factors_of(total, parts):
    """Return the factor of each part in a sum: the units per day for numbers of days in a sum of dates, else 1."""
    if not total.unit:
        return [1] * len(parts)
    per_day = int(DAY / np.timedelta64(1, np.datetime_data(total.unit)[0]))
    return [1 if part.unit else per_day for part in parts]


def why_unfit(relation, columns, codecs):
    """Return why columns of these kinds cannot have a relation, or None if they can."""
    if not all(is_measured(codec) or not codec.is_numeric for codec in codecs):
        return "columns of the built-in kinds"
    if isinstance(relation, OneHot) and not all(map(is_indicator, columns)):
        return "columns of 0 and 1, or of booleans"
    if isinstance(relation, Inequality | Sum):
        if not all(map(is_measured, codecs)) or not all(map(is_moderate, columns)):
            return "numeric or datetime columns with integers below 2**62 and floats below 1e100"
        if isinstance(relation, Inequality) and not have_one_scale(columns, codecs):
            return "two numeric columns, or two datetime columns of the same type"
        if isinstance(relation, Sum) and not _can_add(columns, codecs):
            return "numeric columns, or a date, another date and durations or numbers of days"
    return None


def is_moderate(column):
    """Return whether sums and differences of the numbers in a column do not overflow."""
    return are_moderate(column.cells[~column.missing])


def have_one_scale(columns, codecs):
    """Return whether the values of two numeric columns can be compared."""
    return len(set(map(scale_of, columns, codecs))) == 1


def scale_of(column, codec):
    """Return a value that is equal for columns whose values can be compared."""
    form = codec.form.name if isinstance(codec, CodedTimeCodec) else None
    return type(codec), column.unit, column.is_zoned, form


def _can_add(columns, codecs):
    if any(isinstance(codec, CodedTimeCodec) for codec in codecs):
        return False
    total, *parts = columns
    if not total.unit:
        return not any(part.unit for part in parts)
    dates = [part for part in parts if part.unit.startswith("M8")]
    durations = [part for part in parts if part.unit.startswith("m8")]
    same_unit = all(part.unit[2:] == total.unit[2:] for part in (*dates, *durations))
    n_dates = 1 if total.unit.startswith("M8") else 0
    return same_unit and len(dates) == n_dates and all(part.is_zoned == total.is_zoned for part in dates)
