"""The registry of column kinds, and the choice of a codec for each column."""

from itertools import starmap
from numbers import Integral

import numpy as np

from sklearn_gan._runtime.text import list_names
from sklearn_gan._table.column_kinds.categorical import CategoricalCodec
from sklearn_gan._table.column_kinds.coded_time import CodedTimeCodec
from sklearn_gan._table.column_kinds.datetime import DatetimeCodec
from sklearn_gan._table.column_kinds.numeric import NumericCodec

# Keys are the names in saved files. If several kinds recognize a column, the last one is chosen.
KINDS = {codec.name: codec for codec in (NumericCodec, CodedTimeCodec, DatetimeCodec, CategoricalCodec)}


class CodecChooser:
    """Choose the codec class of each column.

    Parameters
    ----------
    categorical_features : "auto", or list of str, int or bool
        Names, positions or a mask of the categorical columns. With `"auto"`, a column that no other kind recognizes is
        categorical. Otherwise, such a column must be numeric, or have no observed value.
    names : list
        The names of all columns of the table.

    Raises
    ------
    ValueError
        If `categorical_features` lists an unknown column, or if the mask has the wrong length.
    """

    def __init__(self, categorical_features, names):
        is_automatic = isinstance(categorical_features, str)
        self._default = CategoricalCodec if is_automatic else NumericCodec
        self._listed = set() if is_automatic else _listed_positions(list(categorical_features), names)

    def choose(self, position, column):
        """Return the codec class of the Column at a position."""
        if position in self._listed or _has_no_type(column):
            return CategoricalCodec
        return next((codec for codec in reversed(KINDS.values()) if codec.recognizes(column)), self._default)


def _has_no_type(column):
    """Return whether a Column is not of numbers or times, and has no observed value that may be converted to one."""
    return column.kind not in {"number", "time"} and bool(column.missing.all())


def choose_codecs(categorical_features, columns):
    """Return the codec class of each Column of a table; see :class:`CodecChooser`."""
    chooser = CodecChooser(categorical_features, [column.name for column in columns])
    return list(starmap(chooser.choose, enumerate(columns)))


def fit_codecs(categorical_features, columns, codes):
    """Return the fitted codec of each Column of a table, given the class of each row."""
    first_rows = np.unique(codes, return_index=True)[1]
    codecs = [codec() for codec in choose_codecs(categorical_features, columns)]
    for codec, column in zip(codecs, columns, strict=True):
        codec.fit(column, codes, first_rows)
    return codecs


def _listed_positions(listed, names):
    """Return the positions of columns selected by a mask or by a list of names and positions."""
    if not listed or not all(isinstance(item, bool | np.bool_) for item in listed):
        return {_position(item, names) for item in listed}
    if len(listed) != len(names):
        raise ValueError(
            f"Expected a mask of {len(names)} entries in `categorical_features`, one per column, got "
            f"{len(listed)}. Pass one entry per column, or pass the names or positions of categorical columns."
        )
    return set(np.flatnonzero(listed).tolist())


def _position(item, names):
    """Return the position of the column with name or position `item`."""
    if item in names:
        return names.index(item)
    if isinstance(item, Integral) and -len(names) <= item < len(names):
        return int(item) % len(names)
    raise ValueError(
        f"Expected names or positions of columns in `categorical_features`, got {item!r}, which is not a column of the "
        f"table. Choose from its {len(names)} columns: {list_names(names)}."
    )
