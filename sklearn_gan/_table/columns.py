"""Columns in the form that containers read and write, independent of any data frame library."""

from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Integral, Real

import narwhals as nw
import numpy as np

# Unsupported types, each by the start of its name, and the supported types nearest to them.
CONVERSIONS = {
    "int128": "Int64 or Float64",
    "uint128": "Int64 or Float64",
    "decimal": "decimal128 or float64",
    "float128": "float64",
    "date64": "date32",
    "string_view": "string",
}


@dataclass
class Column:
    """One column of a table, independent of its container.

    Attributes
    ----------
    name : object
        The user's name for the column: its label in a data frame, its position in an array.
    cells : ndarray of shape (n_rows,)
        The values, as numbers or objects. Entries at missing values are arbitrary.
    missing : ndarray of shape (n_rows,), dtype bool
        Mask of missing values.
    kind : {"number", "time", "category", "boolean", "object"}
        The kind of values. Columns of kind "object" may hold any value. Dates, times and durations have kind "time"
        and are integers in multiples of `unit`.
    unit : str, default=""
        The numpy type of dates or durations, such as "M8[us]". A time of day is a duration since midnight.
    is_zoned : bool, default=False
        Whether dates have a time zone. Dates with a time zone are stored in UTC.
    """

    name: object
    cells: np.ndarray
    missing: np.ndarray
    kind: str
    unit: str = ""
    is_zoned: bool = False

    def __getitem__(self, rows):
        return replace(self, cells=self.cells[rows], missing=self.missing[rows])


@dataclass
class ComparableColumn:
    """One column as input to distances and metrics: numbers or category codes.

    Attributes
    ----------
    name : object
        The user's name for the column.
    cells : ndarray of shape (n_rows,)
        Numbers, arbitrary at missing values, or integer category codes, -1 at missing values.
    missing : ndarray of shape (n_rows,), dtype bool
        Mask of missing values.
    is_numeric : bool
        Whether values are compared by their difference. Categories are only equal or different.
    unit : str, default=""
        The unit of dates and durations, as in :class:`Column`.
    """

    name: object
    cells: np.ndarray
    missing: np.ndarray
    is_numeric: bool
    unit: str = ""


@dataclass
class Values:
    """Generated values of one column. Entries at missing values are arbitrary."""

    values: np.ndarray
    missing: np.ndarray

    def __getitem__(self, rows):
        return Values(self.values[rows], self.missing[rows])

    @classmethod
    def concatenate(cls, parts):
        """Concatenate the values of all parts."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "missing")))

    def overwrite(self, where, cells, rows):
        """Replace value i by value `rows[i]` of `cells` wherever `where[i]` is true."""
        self.values[where] = cells.values[rows[where]]
        self.missing[where] = cells.missing[rows[where]]


@dataclass
class Gathered:
    """Generated values of one column, as positions in the values kept by the container."""

    positions: np.ndarray

    def __getitem__(self, rows):
        return Gathered(self.positions[rows])

    @classmethod
    def concatenate(cls, parts):
        """Concatenate the values of all parts."""
        return cls(np.concatenate([part.positions for part in parts]))

    def overwrite(self, where, cells, rows):
        """Replace value i by value `rows[i]` of `cells` wherever `where[i]` is true."""
        self.positions[where] = cells.positions[rows[where]]


@dataclass
class Filling:
    """Imputed values of one column.

    Attributes
    ----------
    rows : ndarray of int
        The rows with a missing value.
    cells : ndarray
        The imputed value of each of these rows, as numbers or objects.
    """

    rows: np.ndarray
    cells: np.ndarray


def column_of_array(name, cells):
    """Return one column of an array as a Column."""
    missing = are_missing(cells)
    if cells.dtype.kind in "iuf":
        return Column(name, cells, missing, "number")
    if cells.dtype.kind in "mM":
        return Column(name, cells.astype(np.int64), missing, "time", cells.dtype.str[1:])
    if cells.dtype.kind != "O":
        return Column(name, cells, missing, "boolean" if cells.dtype.kind == "b" else "category")
    # The columns of an object array share one dtype, so the kind depends on the values.
    present = cells[~missing]
    if len(present) and are_numbers(present):
        return Column(name, numbers_of_objects(cells, missing), missing, "number")
    all_boolean = all(isinstance(cell, bool | np.bool_) for cell in present)
    return Column(name, cells, missing, "boolean" if all_boolean else "category")


def column_of_series(name, series):
    """Return one column of a data frame as a Column, or raise if its type is not supported."""
    native = series.to_native()
    if hasattr(native, "sparse"):
        series = nw.from_native(native.sparse.to_dense(), series_only=True)
    dtype, missing = series.dtype, series.is_null().to_numpy().astype(bool)
    if dtype == nw.Unknown and missing.all():
        return Column(name, np.full(len(missing), None), missing, "object")
    if dtype == nw.Unknown and str(native_type(series)) == "float16":  # unknown to older versions of narwhals
        return column_of_array(name, series.to_numpy())
    if not is_supported(series):
        raise ValueError(
            f"Column {name!r} has type {native_type(series)}; expected numbers of at most 64 bits or decimal128, "
            "strings, booleans, categories, dates or durations. Convert the column to "
            f"{type_to_convert_to(series)}, or drop it."
        )
    if dtype.is_temporal():
        is_zoned = getattr(dtype, "time_zone", None) is not None
        return Column(name, _count_units(series, missing), missing, "time", _unit_of(series), is_zoned)
    # Nulls are filled first, because integers with nulls would become floats.
    cells = (series.fill_null(0) if dtype.is_integer() else series).to_numpy()
    if not dtype.is_numeric():
        kind = {nw.Boolean: "boolean", nw.Object: "object"}.get(type(dtype), "category")
        return Column(name, cells, missing | are_missing(cells), kind)
    if cells.dtype.kind == "O":  # decimals
        return Column(name, numbers_of_objects(cells, missing).astype(float), missing, "number")
    return Column(name, cells, missing | are_missing(cells), "number")


def is_supported(series):
    """Return whether the values of a series can be read and generated."""
    return has_numpy_type(series) and not series.dtype.is_nested() and series.dtype != nw.Unknown


def has_numpy_type(series):
    """Return whether NumPy can hold the values of a series, and its library can select them."""
    return series.dtype not in {nw.Int128, nw.UInt128} and not str(native_type(series)).startswith("string_view")


def type_to_convert_to(series):
    """Return the name of a supported type in place of an unsupported one."""
    name = str(native_type(series)).lower()
    return next((target for start, target in CONVERSIONS.items() if name.startswith(start)), "one of these types")


def _count_units(series, missing):
    """Return dates, times or durations as integers, with 0 at missing values."""
    cells = np.zeros(len(missing), dtype=np.int64)
    cells[~missing] = series.drop_nulls().cast(type_of_units(series)).to_numpy()
    return cells


def type_of_units(series):
    """Return the integer type that stores the dates, times or durations of a series."""
    return nw.Int32 if getattr(_storage_type(series), "bit_width", 64) == 32 else nw.Int64


def _unit_of(series):
    """Return the numpy type of a series of dates, times or durations."""
    if series.dtype == nw.Date:
        return "M8[D]"
    kind = "M8" if isinstance(series.dtype, nw.Datetime) else "m8"
    arrow_unit = getattr(_storage_type(series), "unit", "ns")  # polars stores times of day in ns
    return f"{kind}[{getattr(series.dtype, 'time_unit', arrow_unit)}]"


def _storage_type(series):
    """Return the type of a series, or the Arrow type of an Arrow-backed pandas series."""
    dtype = native_type(series)
    return getattr(dtype, "pyarrow_dtype", dtype)


def native_type(series):
    """Return the type of a series in its own library."""
    native = series.to_native()
    return native.type if series.implementation.is_pyarrow() else native.dtype


def are_numbers(cells):
    """Return whether all objects are numbers. Booleans are not numbers."""
    return all(isinstance(cell, Real) and not isinstance(cell, bool | np.bool_) for cell in cells)


def numbers_of_objects(cells, missing):
    """Convert numeric objects to a 64-bit integer array if all are integers in range, else to a float array."""
    numbers = [0 if is_missing else cell for cell, is_missing in zip(cells, missing, strict=True)]
    if all(isinstance(number, Integral) for number in numbers):
        for dtype in (np.int64, np.uint64):
            with suppress(OverflowError):
                return np.array(numbers, dtype=dtype)
    return np.array([_nearest_float(number) for number in numbers])


def _nearest_float(number):
    try:
        return float(number)
    except OverflowError:
        return np.inf if number > 0 else -np.inf


def are_missing(cells):
    """Return a mask of the missing values of an array."""
    if cells.dtype.kind in "mM":
        return np.isnat(cells)
    if cells.dtype.kind != "O":
        return np.isnan(cells) if cells.dtype.kind == "f" else np.zeros(len(cells), dtype=bool)
    return np.fromiter(map(_is_missing_cell, cells), dtype=bool, count=len(cells))


def _is_missing_cell(cell):
    """Return whether an object is None, NaN, NaT or pandas' NA."""
    if isinstance(cell, Decimal):
        return cell.is_nan()
    is_nan = isinstance(cell, Real | np.datetime64 | np.timedelta64) and cell != cell
    # By type name, without importing pandas. Its NA cannot be compared.
    return cell is None or is_nan or type(cell).__name__ in {"NAType", "NaTType"}
