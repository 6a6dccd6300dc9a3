"""Convert values, labels and parameters, individually or in arrays, to documents and back without loss."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from math import isfinite
from zoneinfo import ZoneInfo

import numpy as np

PLAIN = (type(None), bool, int, str)
# An explicit list, because numpy parses many other type strings, such as those of structured dtypes.
DTYPE = re.compile(r"[<>|](b1|[iu][1248]|f[248]|[US]\d{1,9}|O|[mM]8(\[\d{0,9}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?)")
LAST_CHARACTER = 0x10FFFF
TYPE_OF_KIND = {"b": bool, "i": int, "u": int, "f": float, "U": str, "S": bytes, "m": int, "M": int}
ERRORS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def cannot_save(subject, found):
    """Raise the error for values that a file cannot store without code."""
    raise ValueError(
        f"Expected {subject} to hold numbers, strings, booleans, dates or missing values, which need no code to load, "
        f"got {found}. Convert it to one of these types before `fit`."
    )


def import_library(library):
    """Import the library that a stored column needs."""
    try:
        return import_module(library)
    except ImportError as error:
        raise ImportError(
            f"Expected {library} to be installed, because the sampler was fitted on a table with its types, but it was "
            f"not found. Install {library}."
        ) from error


def array_to_document(array, subject):
    """Return an array as a document. Error messages name it `subject`."""
    array = np.asarray(array)
    kind, dtype = array.dtype.kind, array.dtype.str
    if not DTYPE.fullmatch(dtype) or np.dtype(dtype) != array.dtype:
        cannot_save(subject, f"dtype {array.dtype}")
    document = {"dtype": dtype, "shape": list(array.shape)}
    array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
    if kind == "O":
        return document | {"cells": cells_to_document(array.ravel().tolist(), subject)}
    # safetensors has no strings, dates or durations. They are stored as integers.
    if kind in "US":
        unit = np.uint32 if kind == "U" else np.uint8
        return document | {"values": array.reshape(array.size, 1).view(unit)}
    return document | {"values": (array.view(np.int64) if kind in "mM" else array).ravel()}


def array_from_document(fields):
    """Return the array stored in a document."""
    dtype = fields.text("dtype")
    if not DTYPE.fullmatch(dtype):
        fields.refuse("dtype", "a numpy dtype", dtype)
    shape = tuple(fields.integers("shape", 0))
    flat = _flat_from_document(fields, np.dtype(dtype))
    # Python integers do not overflow, and an empty array could have a huge second dimension.
    if np.prod(shape, dtype=object) != len(flat) or (len(shape) > 1 and not len(flat)):
        fields.refuse("shape", f"the shape of {len(flat)} values", shape)
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
        fields.refuse("values", "Unicode characters", codes.max())
    return codes.view(dtype.newbyteorder("="))[:, 0].astype(dtype)


def cells_to_document(cells, subject):
    """Return a list of Python objects as a document."""
    return [_cell_to_document(cell, subject) for cell in cells]


def cells_from_document(fields, name, length=None):
    """Return the list of Python objects stored in a field."""
    return [cell_of(fields, name, node) for node in fields.list(name, length)]


def cell_from_document(fields, name):
    """Return the Python object stored in a field."""
    return cell_of(fields, name, fields.get(name))


def _cell_to_document(cell, subject):
    kind = type(cell)
    if kind in PLAIN or (kind is float and isfinite(cell)):
        return cell
    for tag, codec in (CODECS | pandas_codecs()).items():
        if kind is codec.kind and codec.is_exact(cell):
            return {tag: codec.write(cell, lambda part: _cell_to_document(part, subject))}
    if isinstance(cell, np.generic) and cell.dtype.kind in "biufUmM" and DTYPE.fullmatch(cell.dtype.str):
        value = cell.view(np.int64) if cell.dtype.kind in "mM" else cell
        return {"numpy": [cell.dtype.str, _cell_to_document(value.item(), subject)]}
    cannot_save(subject, f"a {kind.__module__}.{kind.__qualname__}")


def cell_of(fields, name, node):
    """Return the object encoded by a node of a document. Error messages name the field `name`."""
    if type(node) in (*PLAIN, float):
        return node
    try:
        ((tag, value),) = node.items()
        if tag == "numpy":
            dtype, plain = value
            return _numpy_scalar(fields, name, dtype, cell_of(fields, name, plain))
        codecs = CODECS if tag in CODECS else pandas_codecs(wanted=True)
        return codecs[tag].read(value, lambda part: cell_of(fields, name, part))
    except ERRORS:  # a forged node can cause any of these
        fields.refuse(name, "values of supported types", node)


def _numpy_scalar(fields, name, dtype, value):
    dtype = np.dtype(DTYPE.fullmatch(dtype)[0])
    if type(value) is not TYPE_OF_KIND.get(dtype.kind):  # other types that numpy converts may be of any size
        fields.refuse(name, f"a value of dtype {dtype}", value)
    return np.array(value, dtype=np.int64).view(dtype)[()] if dtype.kind in "mM" else dtype.type(value)


@dataclass
class ScalarCodec:
    """Conversion of objects of one type to JSON and back.

    Attributes
    ----------
    kind : type
        The type of the objects.
    write : callable
        Converts an object to JSON, given a function that converts its parts.
    read : callable
        Converts JSON to an object, given a function that converts its parts.
    is_exact : callable
        Returns whether an object is unchanged by both conversions.
    """

    kind: type
    write: Callable
    read: Callable
    is_exact: Callable = lambda cell: True


def _has_plain_zone(moment):
    return moment.tzinfo is None or (type(moment.tzinfo) is timezone and not moment.fold)


CODECS = {
    "float": ScalarCodec(float, lambda cell, dump: repr(cell), lambda value, read: NOT_FINITE[value]),
    "bytes": ScalarCodec(bytes, lambda cell, dump: cell.hex(), lambda value, read: bytes.fromhex(value)),
    "decimal": ScalarCodec(Decimal, lambda cell, dump: str(cell), lambda value, read: Decimal(value)),
    "datetime": ScalarCodec(
        datetime,
        lambda cell, dump: cell.isoformat(),
        lambda value, read: datetime.fromisoformat(value),
        _has_plain_zone,
    ),
    "date": ScalarCodec(date, lambda cell, dump: cell.isoformat(), lambda value, read: date.fromisoformat(value)),
    "time": ScalarCodec(
        time, lambda cell, dump: cell.isoformat(), lambda value, read: time.fromisoformat(value), _has_plain_zone
    ),
    "timedelta": ScalarCodec(
        timedelta,
        lambda cell, dump: [cell.days, cell.seconds, cell.microseconds],
        lambda value, read: timedelta(*value),
    ),
    "timezone": ScalarCodec(
        timezone,
        lambda cell, dump: list(map(dump, cell.__getinitargs__())),  # the offset, perhaps followed by a name
        lambda value, read: timezone(*map(read, value)),
    ),
    "zone": ScalarCodec(
        ZoneInfo, lambda cell, dump: cell.key, lambda value, read: ZoneInfo(value), lambda cell: cell.key is not None
    ),
    "list": ScalarCodec(list, lambda cell, dump: list(map(dump, cell)), lambda value, read: list(map(read, value))),
    "tuple": ScalarCodec(tuple, lambda cell, dump: list(map(dump, cell)), lambda value, read: tuple(map(read, value))),
    "dict": ScalarCodec(
        dict,
        lambda cell, dump: [[dump(name), dump(part)] for name, part in cell.items()],
        lambda value, read: {read(name): read(part) for name, part in value},
    ),
}
# JSON has no NaN and no infinities.
NOT_FINITE = {repr(value): value for value in (float("nan"), float("inf"), float("-inf"))}


def pandas_codecs(wanted=False):
    """Return the codecs of pandas scalars, or none if pandas is neither imported nor `wanted` by a file."""
    if not wanted and "pandas" not in sys.modules:
        return {}
    pd = import_library("pandas")
    return {
        "pandas NA": ScalarCodec(type(pd.NA), lambda cell, dump: None, lambda value, read: pd.NA),
        "pandas NaT": ScalarCodec(type(pd.NaT), lambda cell, dump: None, lambda value, read: pd.NaT),
        "pandas Timestamp": ScalarCodec(
            pd.Timestamp,
            lambda cell, dump: [int(cell.asm8.view(np.int64)), cell.unit, cell.tz and str(cell.tz)],
            lambda value, read: zoned(pd.Timestamp(np.datetime64(value[0], value[1])), value[2]),
            lambda cell: has_name(cell.tz),
        ),
        "pandas Timedelta": ScalarCodec(
            pd.Timedelta,
            lambda cell, dump: [int(cell.asm8.view(np.int64)), cell.unit],
            lambda value, read: pd.Timedelta(np.timedelta64(value[0], value[1])),
        ),
        "pandas Interval": ScalarCodec(
            pd.Interval,
            lambda cell, dump: [dump(cell.left), dump(cell.right), cell.closed],
            lambda value, read: pd.Interval(read(value[0]), read(value[1]), value[2]),
        ),
    }


def zoned(moment, zone):
    """Convert a UTC Timestamp to a time zone. None returns it unchanged."""
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(zone)


def zone_to_document(zone, subject):
    """Return the name by which pandas finds a time zone, or None for None. Error messages name it `subject`."""
    if not has_name(zone):
        cannot_save(subject, f"the time zone {zone!r}")
    return zone and str(zone)


def zone_from_document(fields, name):
    """Return the time zone whose name is stored in a field, or None."""
    zone = fields.get(name) and fields.text(name)
    try:
        return zone and import_library("pandas").DatetimeTZDtype(tz=zone).tz
    except ERRORS:
        fields.refuse(name, "a time zone", zone)


def has_name(zone):
    """Return whether pandas finds a time zone by its name. None counts as found."""
    pd = import_module("pandas")
    try:
        return zone is None or pd.DatetimeTZDtype(tz=str(zone)) == pd.DatetimeTZDtype(tz=zone)
    except ERRORS:
        return False
