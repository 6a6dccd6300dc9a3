"""Cells, labels and parameters of any ordinary type, one by one or in arrays, as documents and back, exactly."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from math import isfinite

import numpy as np

PLAIN = (type(None), bool, int, str)
DTYPE = re.compile(r"[<>|](b1|[iu][1248]|f[248]|[US]\d{1,9}|O|[mM]8(\[\d{0,9}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?)")
LAST_CHARACTER = 0x10FFFF
TYPE_OF_KIND = {"b": bool, "i": int, "u": int, "f": float, "U": str, "S": bytes, "m": int, "M": int}
ERRORS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def cannot_save(what, found):
    """Raise the error for what no file can hold that does not run code."""
    raise ValueError(
        f"Expected {what} to hold numbers, strings, booleans, dates or missing cells, as a file can without code, got "
        f"{found}. Convert it to one of them before `fit`."
    )


def import_library(library):
    """Return a library that a column needs, or say that it does."""
    try:
        return import_module(library)
    except ImportError as error:
        raise ImportError(
            f"Expected {library} to be installed, because the sampler was fitted to a table of its types, found none. "
            f"Install {library}."
        ) from error


def array_to_document(array, what):
    """Return the document of an array; errors call it `what`."""
    array = np.asarray(array)
    kind, dtype = array.dtype.kind, array.dtype.str
    if not DTYPE.fullmatch(dtype) or np.dtype(dtype) != array.dtype:
        cannot_save(what, f"dtype {array.dtype}")
    document = {"dtype": dtype, "shape": list(array.shape)}
    array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
    if kind == "O":
        return document | {"cells": cells_to_document(array.ravel().tolist(), what)}
    if kind in "US":
        unit = np.uint32 if kind == "U" else np.uint8
        return document | {"values": array.reshape(array.size, 1).view(unit)}
    return document | {"values": (array.view(np.int64) if kind in "mM" else array).ravel()}


def array_from_document(fields):
    """Return the array of a document."""
    dtype = fields.text("dtype")
    if not DTYPE.fullmatch(dtype):
        fields.refuse("dtype", "a dtype of numpy", dtype)
    shape = tuple(fields.integers("shape", 0))
    flat = _flat_from_document(fields, np.dtype(dtype))
    if np.prod(shape, dtype=object) != len(flat) or (len(shape) > 1 and not len(flat)):
        fields.refuse("shape", f"that of {len(flat)} cells", shape)
    return flat.reshape(shape)


def _flat_from_document(fields, dtype):
    kind = dtype.kind
    if kind == "O":
        cells = cells_from_document(fields, "cells")
        return np.fromiter(cells, dtype=object, count=len(cells))
    if kind not in "US":
        values = fields.array("values", np.int64 if kind in "mM" else dtype.newbyteorder("="), (None,))
        return (values.view(dtype.newbyteorder("=")) if kind in "mM" else values).astype(dtype)
    unit = np.dtype(np.uint32 if kind == "U" else np.uint8)
    codes = fields.array("values", unit, (None, max(1, dtype.itemsize // unit.itemsize)))
    if kind == "U" and codes.size and codes.max() > LAST_CHARACTER:
        fields.refuse("values", "characters", codes.max())
    return codes.view(dtype.newbyteorder("="))[:, 0].astype(dtype)


def cells_to_document(cells, what):
    """Return the document of a list of Python's objects."""
    return [_cell_to_document(cell, what) for cell in cells]


def cells_from_document(fields, name, length=None):
    """Return the list of Python's objects in a document."""
    return [cell_of(fields, name, node) for node in fields.list(name, length)]


def cell_from_document(fields, name):
    """Return the Python object in a field."""
    return cell_of(fields, name, fields.get(name))


def _cell_to_document(cell, what):
    kind = type(cell)
    if kind in PLAIN or (kind is float and isfinite(cell)):
        return cell
    for tag, codec in (CODECS | pandas_codecs()).items():
        if kind is codec.kind and codec.is_exact(cell):
            return {tag: codec.write(cell, lambda part: _cell_to_document(part, what))}
    if isinstance(cell, np.generic) and cell.dtype.kind in "biufUmM" and DTYPE.fullmatch(cell.dtype.str):
        value = cell.view(np.int64) if cell.dtype.kind in "mM" else cell
        return {"numpy": [cell.dtype.str, _cell_to_document(value.item(), what)]}
    cannot_save(what, f"a {kind.__module__}.{kind.__qualname__}")


def cell_of(fields, name, node):
    """Return the object that a node of a document stands for; errors name a field."""
    if type(node) in (*PLAIN, float):
        return node
    try:
        ((tag, value),) = node.items()
        if tag == "numpy":
            dtype, plain = value
            return _numpy_scalar(fields, name, dtype, cell_of(fields, name, plain))
        codecs = CODECS if tag in CODECS else pandas_codecs(wanted=True)
        return codecs[tag].read(value, lambda part: cell_of(fields, name, part))
    except ERRORS:
        fields.refuse(name, "cells", node)


def _numpy_scalar(fields, name, dtype, value):
    dtype = np.dtype(DTYPE.fullmatch(dtype)[0])
    if type(value) is not TYPE_OF_KIND.get(dtype.kind):  # whatever else numpy converts may be of any size
        fields.refuse(name, f"what {dtype} holds", value)
    return np.array(value, dtype=np.int64).view(dtype)[()] if dtype.kind in "mM" else dtype.type(value)


@dataclass
class Codec:
    """How objects of one type are written and read.

    Attributes
    ----------
    kind : type
        The type.
    write : callable
        From an object, and what writes its parts, to JSON.
    read : callable
        From JSON, and what reads its parts, to an object.
    is_exact : callable
        Whether an object is the same after both.
    """

    kind: type
    write: Callable
    read: Callable
    is_exact: Callable = lambda cell: True


def _has_plain_zone(moment):
    return moment.tzinfo is None or (type(moment.tzinfo) is timezone and not moment.fold)


CODECS = {
    "float": Codec(float, lambda cell, dump: repr(cell), lambda value, read: NOT_FINITE[value]),
    "bytes": Codec(bytes, lambda cell, dump: cell.hex(), lambda value, read: bytes.fromhex(value)),
    "decimal": Codec(Decimal, lambda cell, dump: str(cell), lambda value, read: Decimal(value)),
    "datetime": Codec(
        datetime,
        lambda cell, dump: cell.isoformat(),
        lambda value, read: datetime.fromisoformat(value),
        _has_plain_zone,
    ),
    "date": Codec(date, lambda cell, dump: cell.isoformat(), lambda value, read: date.fromisoformat(value)),
    "time": Codec(
        time, lambda cell, dump: cell.isoformat(), lambda value, read: time.fromisoformat(value), _has_plain_zone
    ),
    "timedelta": Codec(
        timedelta,
        lambda cell, dump: [cell.days, cell.seconds, cell.microseconds],
        lambda value, read: timedelta(*value),
    ),
    "list": Codec(list, lambda cell, dump: list(map(dump, cell)), lambda value, read: list(map(read, value))),
    "tuple": Codec(tuple, lambda cell, dump: list(map(dump, cell)), lambda value, read: tuple(map(read, value))),
    "dict": Codec(
        dict,
        lambda cell, dump: [[dump(name), dump(part)] for name, part in cell.items()],
        lambda value, read: {read(name): read(part) for name, part in value},
    ),
}
NOT_FINITE = {repr(value): value for value in (float("nan"), float("inf"), float("-inf"))}


def pandas_codecs(wanted=False):
    """Return the codecs of pandas' own scalars; without pandas, which only a file can want, there are none."""
    if not wanted and "pandas" not in sys.modules:
        return {}
    pd = import_library("pandas")
    return {
        "pandas NA": Codec(type(pd.NA), lambda cell, dump: None, lambda value, read: pd.NA),
        "pandas NaT": Codec(type(pd.NaT), lambda cell, dump: None, lambda value, read: pd.NaT),
        "pandas Timestamp": Codec(
            pd.Timestamp,
            lambda cell, dump: [int(cell.asm8.view(np.int64)), cell.unit, cell.tz and str(cell.tz)],
            lambda value, read: zoned(pd.Timestamp(np.datetime64(value[0], value[1])), value[2]),
            lambda cell: has_name(cell.tz),
        ),
        "pandas Timedelta": Codec(
            pd.Timedelta,
            lambda cell, dump: [int(cell.asm8.view(np.int64)), cell.unit],
            lambda value, read: pd.Timedelta(np.timedelta64(value[0], value[1])),
        ),
        "pandas Interval": Codec(
            pd.Interval,
            lambda cell, dump: [dump(cell.left), dump(cell.right), cell.closed],
            lambda value, read: pd.Interval(read(value[0]), read(value[1]), value[2]),
        ),
    }


def zoned(moment, zone):
    """Return a Timestamp of UTC in a zone; with None, without one."""
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(zone)


def has_name(zone):
    """Tell whether pandas finds a time zone by its name; None has one, too."""
    pd = import_module("pandas")
    try:
        return zone is None or pd.DatetimeTZDtype(tz=str(zone)) == pd.DatetimeTZDtype(tz=zone)
    except ERRORS:
        return False
