"""The registry of column kinds, and the choice of a codec for each column."""

from numbers import Integral

import numpy as np

from sklearn_gan._runtime.text import list_names
from sklearn_gan._table.column_kinds.categorical import CategoricalCodec
from sklearn_gan._table.column_kinds.coded_time import CodedTimeCodec
from sklearn_gan._table.column_kinds.datetime import DatetimeCodec
from sklearn_gan._table.column_kinds.numeric import NumericCodec

# Keys are the names in saved files. If several kinds recognize a column, the last one is chosen.
KINDS = {codec.name: codec for codec in (NumericCodec, CodedTimeCodec, DatetimeCodec, CategoricalCodec)}


def choose_codecs(categorical_features, columns):
    """Return the codec class of each column.

    Parameters
    ----------
    categorical_features : "auto", or list of str, int or bool
        Names, positions or a mask of the categorical columns. With `"auto"`, a column that no other kind recognizes is
        categorical. Otherwise, such a column must be numeric.
    columns : list of Column
        The columns of the table.

    Returns
    -------
    codecs : list of subclasses of ColumnCodec

    Raises
    ------
    ValueError
        If `categorical_features` lists an unknown column, or if the mask has the wrong length.
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
    """Return the positions of columns selected by a mask or by a list of names and positions."""
    if not listed or not all(isinstance(item, bool | np.bool_) for item in listed):
        return {_position(item, columns) for item in listed}
    if len(listed) != len(columns):
        raise ValueError(
            f"Expected a mask of {len(columns)} entries in `categorical_features`, one per column, got "
            f"{len(listed)}. Pass one entry per column, or pass the names or positions of categorical columns."
        )
    return set(np.flatnonzero(listed).tolist())


def _position(item, columns):
    """Return the position of the column with name or position `item`."""
    names = [column.name for column in columns]
    if item in names:
        return names.index(item)
    if isinstance(item, Integral) and -len(columns) <= item < len(columns):
        return int(item) % len(columns)
    raise ValueError(
        f"Expected names or positions of columns in `categorical_features`, got {item!r}, which is not a column of the "
        f"table. Choose from its {len(columns)} columns: {list_names(names)}."
    )
