"""Column kinds: one codec per kind, and the choice of a codec for each column.

To add a kind, add a file with a subclass of :class:`ColumnCodec` and an entry in `KINDS`.
"""

from sklearn_gan._table.column_kinds.categorical import CategoricalCodec, number_levels
from sklearn_gan._table.column_kinds.codec import ColumnCodec
from sklearn_gan._table.column_kinds.coded_time import CodedTimeCodec
from sklearn_gan._table.column_kinds.datetime import DatetimeCodec
from sklearn_gan._table.column_kinds.numeric import NumericCodec
from sklearn_gan._table.column_kinds.registry import KINDS, CodecChooser, choose_codecs, fit_codecs

__all__ = [
    "KINDS",
    "CategoricalCodec",
    "CodecChooser",
    "CodedTimeCodec",
    "ColumnCodec",
    "DatetimeCodec",
    "NumericCodec",
    "choose_codecs",
    "fit_codecs",
    "number_levels",
]
