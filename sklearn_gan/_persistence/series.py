"""Convert data frame columns to documents and back, with their exact pandas, polars or pyarrow type."""

from decimal import Decimal
from importlib import import_module
from inspect import signature

import numpy as np

from sklearn_gan._persistence.values import (
    array_from_document,
    array_to_document,
    cannot_save,
    cells_from_document,
    cells_to_document,
    has_name,
    import_library,
)

UNITS = ("s", "ms", "us", "ns")
MOST_DIGITS = 38  # precision limit of polars decimals
CLOSED = ("left", "right", "both", "neither")
WHOLE = [f"{sign}Int{width}" for sign in ("", "U") for width in (8, 16, 32, 64)]
MASKED = {name: np.dtype(name.lower()) for name in (*WHOLE, "Float32", "Float64")} | {"boolean": np.dtype(bool)}


def series_to_document(series, library, subject):
    """Return a series as a document. Error messages name it `subject`."""
    if library not in LIBRARIES:
        cannot_save(subject, f"a column of {library}")
    write, _ = LIBRARIES[library]
    return write(series, subject)


def series_from_document(fields, library):
    """Return the series stored in a document."""
    _, read = LIBRARIES[library]
    return read(fields)


def _write_pandas(series, subject):
    return _pandas_to_document(series.array, subject)


def _read_pandas(fields):
    pd = import_library("pandas")
    return _keeping_type(pd.Series, _pandas_from_document(fields, pd))


def _keeping_type(make, array):
    """Convert an array to a series or an index without inferring its type."""
    return make(array, dtype=array.dtype)


def _pandas_to_document(array, subject):
    pd, dtype = import_module("pandas"), array.dtype
    for kind, (type_name, write, _) in PANDAS_KINDS.items():
        if isinstance(dtype, getattr(pd, type_name)):
            return {"kind": kind} | write(array, subject)
    if dtype.name in MASKED:
        missing = np.asarray(array.isna())
        values = array.to_numpy(dtype=MASKED[dtype.name], na_value=MASKED[dtype.name].type(0))
        return {"kind": "masked", "dtype": dtype.name, "values": values, "missing": missing}
    if isinstance(array, pd.arrays.NumpyExtensionArray) or isinstance(dtype, np.dtype):
        return {"kind": "numpy", "array": array_to_document(np.asarray(array), subject)}
    return cannot_save(subject, f"dtype {dtype}")


def _pandas_from_document(fields, pd):
    kind = fields.one_of("kind", ("numpy", "masked", *PANDAS_KINDS))
    if kind == "numpy":
        return array_from_document(fields.inside("array"))
    if kind == "masked":
        name = fields.one_of("dtype", MASKED)
        values = fields.array("values", MASKED[name], (None,))
        missing = fields.array("missing", bool, values.shape)
        array = pd.array(values, dtype=name)
        array[missing] = pd.NA
        return array
    return PANDAS_KINDS[kind][2](fields, pd)


def _write_category(array, subject):
    categories = _pandas_to_document(array.categories.array, subject)
    return {"codes": array.codes.astype(np.int64), "ordered": bool(array.ordered), "categories": categories}


def _read_category(fields, pd):
    categories = _keeping_type(pd.Index, _pandas_from_document(fields.inside("categories"), pd))
    codes = fields.positions("codes", (None,), len(categories), start=-1)
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(categories, fields.flag("ordered")))


def _write_strings(array, subject):
    is_nan = array.dtype.na_value is not import_module("pandas").NA
    cells = [cell if isinstance(cell, str) else None for cell in array]
    return {"storage": array.dtype.storage, "is_nan": is_nan, "cells": cells_to_document(cells, subject)}


def _read_strings(fields, pd):
    storage = fields.one_of("storage", ("python", "pyarrow"))
    dtype = _type_of_strings(storage, fields.flag("is_nan"), pd)
    return pd.array(cells_from_document(fields, "cells"), dtype=dtype)


def _type_of_strings(storage, is_nan, pd):
    """Return the pandas type. Before pandas 2.3, strings with NaN are stored as objects."""
    if is_nan and "na_value" not in signature(pd.StringDtype).parameters:
        return object
    if storage == "pyarrow":
        import_library("pyarrow")
    return pd.StringDtype(storage, **({"na_value": np.nan} if is_nan else {}))


def _write_zoned(array, subject):
    if not has_name(array.dtype.tz):
        cannot_save(subject, f"the time zone {array.dtype.tz!r}")
    moments = np.asarray(array.tz_convert("UTC").tz_localize(None))
    return {"zone": str(array.dtype.tz), "moments": array_to_document(moments, subject)}


def _read_zoned(fields, pd):
    moments = array_from_document(fields.inside("moments"))
    return _keeping_type(pd.array, moments).tz_localize("UTC").tz_convert(fields.text("zone"))


def _write_sparse(array, subject):
    fill = cells_to_document([np.asarray(array.fill_value)[()]], subject)
    return {"fill": fill, "dense": array_to_document(np.asarray(array), subject)}


def _read_sparse(fields, pd):
    (fill,) = cells_from_document(fields, "fill", length=1)
    return pd.arrays.SparseArray(array_from_document(fields.inside("dense")), fill_value=fill)


def _write_intervals(array, subject):
    sides = {side: _pandas_to_document(getattr(array, side).array, subject) for side in ("left", "right")}
    return {"closed": array.closed, **sides}


def _read_intervals(fields, pd):
    sides = [_keeping_type(pd.Index, _pandas_from_document(fields.inside(side), pd)) for side in ("left", "right")]
    return pd.arrays.IntervalArray.from_arrays(*sides, closed=fields.one_of("closed", CLOSED))


def _write_arrow_backed(array, subject):
    return _write_pyarrow(array.__arrow_array__(), subject)


def _read_arrow_backed(fields, pd):
    return pd.arrays.ArrowExtensionArray(_read_pyarrow(fields))


# Types by name, because pandas is imported only if it is used.
PANDAS_KINDS = {
    "category": ("CategoricalDtype", _write_category, _read_category),
    "string": ("StringDtype", _write_strings, _read_strings),
    "zoned": ("DatetimeTZDtype", _write_zoned, _read_zoned),
    "sparse": ("SparseDtype", _write_sparse, _read_sparse),
    "interval": ("IntervalDtype", _write_intervals, _read_intervals),
    "arrow": ("ArrowDtype", _write_arrow_backed, _read_arrow_backed),
}


def _write_polars(series, subject):
    dtype, kind = series.dtype, series.dtype.base_type()
    name = kind.__name__
    arguments = {argument: getattr(dtype, argument) for argument in POLARS_TYPES.get(name, ())}
    if name not in POLARS_TYPES or kind(**arguments) != dtype:  # the type has parameters beyond the saved arguments
        cannot_save(subject, f"dtype {dtype}")
    if name == "Enum":
        arguments["categories"] = arguments["categories"].to_list()
    cells = series.to_physical().to_list() if dtype.is_temporal() else series.to_list()
    return {"type": name, **arguments, "cells": cells_to_document(cells, subject)}


def _read_polars(fields):
    pl = import_library("polars")
    name = fields.one_of("type", POLARS_TYPES)
    cells = cells_from_document(fields, "cells")
    dtype = getattr(pl, name)(**{argument: read(fields) for argument, read in POLARS_TYPES[name].items()})
    if name == "Decimal":
        _check_decimals(fields, cells, dtype)
    if dtype.is_temporal():
        return pl.Series(cells, dtype=pl.Int64).cast(dtype)
    return pl.Series(cells, dtype=dtype)


def _check_decimals(fields, cells, dtype):
    """Raise if a decimal does not fit the type, because polars panics on some of these."""
    for cell in cells:
        fits = cell is None or (
            type(cell) is Decimal
            and cell.is_finite()
            and cell.as_tuple().exponent >= -dtype.scale
            and cell.adjusted() < (dtype.precision or MOST_DIGITS) - dtype.scale
        )
        if not fits:
            fields.refuse("cells", f"decimals of type {dtype!r}", cell)


def _read_categories(fields):
    categories = fields.list("categories")
    if not all(isinstance(category, str) for category in categories) or len(set(categories)) < len(categories):
        fields.refuse("categories", "distinct strings", categories)
    return categories


def _read_time_zone(fields):
    return fields.get("time_zone") and fields.text("time_zone")


def _read_time_unit(fields):
    return fields.one_of("time_unit", UNITS[1:])


SIMPLE = (*WHOLE, "Float32", "Float64", "Boolean", "String", "Binary", "Categorical", "Object", "Null", "Date", "Time")
POLARS_TYPES = {name: {} for name in SIMPLE} | {
    "Enum": {"categories": _read_categories},
    "Decimal": {
        "precision": lambda fields: fields.get("precision") and fields.integer("precision", 1, MOST_DIGITS),
        "scale": lambda fields: fields.integer("scale", 0, MOST_DIGITS),
    },
    "Datetime": {"time_unit": _read_time_unit, "time_zone": _read_time_zone},
    "Duration": {"time_unit": _read_time_unit},
}


def _write_pyarrow(series, subject):
    pa, kind = import_module("pyarrow"), series.type
    if pa.types.is_dictionary(kind):
        array = series.combine_chunks() if isinstance(series, pa.ChunkedArray) else series
        return {
            "type": "dictionary",
            "index": str(kind.index_type),
            "ordered": kind.ordered,
            "codes": cells_to_document(array.indices.to_pylist(), subject),
            "values": _write_pyarrow(array.dictionary, subject),
        }
    document = _arrow_type_to_document(kind, pa, subject)
    cells = series.cast(pa.int64() if kind.bit_width == 64 else pa.int32()) if pa.types.is_temporal(kind) else series
    return document | {"cells": cells_to_document(cells.to_pylist(), subject)}


def _arrow_type_to_document(kind, pa, subject):
    if pa.types.is_decimal(kind):
        return {"type": "decimal", "bits": kind.bit_width, "precision": kind.precision, "scale": kind.scale}
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return {"type": "zoned", "unit": kind.unit, "zone": kind.tz}
    if str(kind) not in ARROW_TYPES:
        cannot_save(subject, f"type {kind}")
    return {"type": str(kind)}


def _read_pyarrow(fields):
    pa = import_library("pyarrow")
    name = fields.one_of("type", (*ARROW_TYPES, "dictionary", "decimal", "zoned"))
    if name == "dictionary":
        return _read_dictionary(fields, pa)
    if name == "decimal":
        make = getattr(pa, f"decimal{fields.integer('bits', 32, 256)}")
        kind = make(fields.integer("precision", 1, 76), fields.integer("scale", -76, 76))
    elif name == "zoned":
        kind = pa.timestamp(fields.one_of("unit", UNITS), fields.text("zone"))
    else:
        kind = pa.type_for_alias(name)
    cells = cells_from_document(fields, "cells")
    if pa.types.is_temporal(kind):
        return pa.chunked_array([pa.array(cells, pa.int64() if kind.bit_width == 64 else pa.int32()).cast(kind)])
    return pa.chunked_array([pa.array(cells, kind)])


def _read_dictionary(fields, pa):
    values = _read_pyarrow(fields.inside("values")).combine_chunks()
    codes = cells_from_document(fields, "codes")
    indices = pa.array(codes, pa.type_for_alias(fields.one_of("index", INDEX_TYPES)))
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, values, ordered=fields.flag("ordered"))])


INDEX_TYPES = [f"{sign}int{width}" for sign in ("", "u") for width in (8, 16, 32, 64)]
ARROW_TYPES = [
    *INDEX_TYPES,
    *("bool", "null", "halffloat", "float", "double"),
    *("string", "large_string", "binary", "large_binary"),
    *("date32[day]", "date64[ms]", "time32[s]", "time32[ms]", "time64[us]", "time64[ns]"),
    *(f"{kind}[{unit}]" for kind in ("timestamp", "duration") for unit in UNITS),
]
LIBRARIES = {
    "pandas": (_write_pandas, _read_pandas),
    "polars": (_write_polars, _read_polars),
    "pyarrow": (_write_pyarrow, _read_pyarrow),
}
