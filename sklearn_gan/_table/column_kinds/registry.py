"""The registry of column kinds, and the choice among them for each column of a table."""

from numbers import Integral

import numpy as np

from sklearn_gan._runtime.text import list_names
from sklearn_gan._table.column_kinds.categorical import CategoricalCodec
from sklearn_gan._table.column_kinds.datetime import DatetimeCodec
from sklearn_gan._table.column_kinds.numeric import NumericCodec

# By their names in saved files. If several kinds recognize a column, the last one is chosen.
KINDS = {codec.name: codec for codec in (NumericCodec, DatetimeCodec, CategoricalCodec)}


def choose_codecs(categorical_features, columns):
    """Return the class of codec for each column.

    Parameters
    ----------
    categorical_features : "auto", or list of str, int or bool
        The categorical columns: their names, their positions or a mask. `"auto"` takes a column that no other kind
        recognizes as categorical; otherwise such a column is expected to be numeric.
    columns : list of Column
        The columns of the table.

    Returns
    -------
    codecs : list of subclasses of ColumnCodec

    Raises
    ------
    ValueError
        If `categorical_features` names no column of the table, or the mask is of another length.
    """
    if isinstance(categorical_features, str):
        return [_recognize(column, CategoricalCodec) for column in columns]
    listed = _listed_positions(list(categorical_features), columns)
    return [
        CategoricalCodec if position in listed else _recognize(column, NumericCodec)
        for position, column in enumerate(columns)
    ]


def _recognize(column, otherwise):
    return next((codec for codec in reversed(KINDS.values()) if codec.recognizes(column)), otherwise)


def _listed_positions(listed, columns):
    """Return the positions of the columns that a mask or a list of names and positions selects."""
    if not listed or not all(isinstance(item, bool | np.bool_) for item in listed):
        return {_position(item, columns) for item in listed}
    if len(listed) != len(columns):
        raise ValueError(
            f"Expected a mask of {len(columns)} entries in `categorical_features`, one for each column, got "
            f"{len(listed)}. Pass names or positions to list the categories only."
        )
    return set(np.flatnonzero(listed).tolist())


def _position(item, columns):
    """Return the position of the column that is called `item` or stands there."""
    names = [column.name for column in columns]
    if item in names:
        return names.index(item)
    if isinstance(item, Integral) and -len(columns) <= item < len(columns):
        return int(item) % len(columns)
    raise ValueError(
        f"Expected in `categorical_features` names or positions of columns, got {item!r}, which is no column of the "
        f"table. Pass some of its {len(columns)} columns: {list_names(names)}."
    )
