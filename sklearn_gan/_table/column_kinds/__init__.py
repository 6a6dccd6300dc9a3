"""The kinds of columns: a codec each, and the choice among them.

A new kind is a file here, with a subclass of :class:`ColumnCodec`, and an entry in `KINDS`.
"""

from sklearn_gan._table.column_kinds.categorical import CategoricalCodec, number_levels
from sklearn_gan._table.column_kinds.codec import ColumnCodec
from sklearn_gan._table.column_kinds.datetime import DatetimeCodec
from sklearn_gan._table.column_kinds.numeric import NumericCodec
from sklearn_gan._table.column_kinds.registry import KINDS, choose_codecs

__all__ = [
    "KINDS",
    "CategoricalCodec",
    "ColumnCodec",
    "DatetimeCodec",
    "NumericCodec",
    "choose_codecs",
    "number_levels",
]
