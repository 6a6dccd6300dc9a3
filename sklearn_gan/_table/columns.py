"""Columns free of their container: what is read from one, and what is handed to it to be written."""

from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Integral, Real

import narwhals as nw
import numpy as np


@dataclass
class Column:
    """One column of a table, free of its container.

    Attributes
    ----------
    name : object
        What the caller calls the column: its name in a frame, its position in an array.
    cells : ndarray of shape (n_rows,)
        The cells, as numbers or as objects. What stands in a missing cell has no meaning.
    missing : ndarray of shape (n_rows,), dtype bool
        Which cells are missing.
    kind : {"number", "time", "category", "boolean", "object"}
        What the type of the column says that it holds; a column of objects may hold anything. A date, a time or a
        duration is an integer, which counts the units of the type.
    unit : str, default=""
        What numpy calls the type of dates or durations, such as "M8[us]"; a time of day is a duration since midnight.
    is_zoned : bool, default=False
        Whether dates have a time zone; those that have are counted in UTC.
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
    """One column as distances and metrics see it, whatever its kind: numbers, or numbers of categories.

    Attributes
    ----------
    name : object
        What the caller calls the column.
    cells : ndarray of shape (n_rows,)
        Numbers, whose values in missing cells have no meaning; or for each category an integer, -1 if missing.
    missing : ndarray of shape (n_rows,), dtype bool
        Which cells are missing.
    is_numeric : bool
        Whether cells differ by their difference, or only by being equal or not.
    unit : str, default=""
        That of the Column, for dates and durations.
    """

    name: object
    cells: np.ndarray
    missing: np.ndarray
    is_numeric: bool
    unit: str = ""


@dataclass
class Values:
    """Generated cells of one column, as values; those that are missing have no meaning."""

    values: np.ndarray
    missing: np.ndarray

    def __getitem__(self, rows):
        return Values(self.values[rows], self.missing[rows])

    @classmethod
    def concatenate(cls, parts):
        """Return the cells of all parts, one after the other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "missing")))

    def overwrite(self, where, cells, rows):
        """Put `cells` in place, cell `rows[i]` where `where[i]` is true."""
        self.values[where] = cells.values[rows[where]]
        self.missing[where] = cells.missing[rows[where]]


@dataclass
class Gathered:
    """Generated cells of one column, as positions in the cells that the container remembers."""

    positions: np.ndarray

    def __getitem__(self, rows):
        return Gathered(self.positions[rows])

    @classmethod
    def concatenate(cls, parts):
        """Return the cells of all parts, one after the other."""
        return cls(np.concatenate([part.positions for part in parts]))

    def overwrite(self, where, cells, rows):
        """Put `cells` in place, cell `rows[i]` where `where[i]` is true."""
        self.positions[where] = cells.positions[rows[where]]


@dataclass
class Filling:
    """What one column gets in its missing cells.

    Attributes
    ----------
    rows : ndarray of int
        Where it has missing cells.
    cells : ndarray
        What is put there, numbers or objects.
    """

    rows: np.ndarray
    cells: np.ndarray


def column_of_array(name, cells):
    """Return one column of an array."""
    missing = are_missing(cells)
    if cells.dtype.kind in "iuf":
        return Column(name, cells, missing, "number")
    if cells.dtype.kind in "mM":
        return Column(name, cells.astype(np.int64), missing, "time", cells.dtype.str[1:])
    if cells.dtype.kind != "O":
        return Column(name, cells, missing, "boolean" if cells.dtype.kind == "b" else "category")
    # An object array has one dtype for all of its columns, so that its cells must tell the kind.
    present = cells[~missing]
    if len(present) and are_numbers(present):
        return Column(name, numbers_of_objects(cells, missing), missing, "number")
    all_boolean = all(isinstance(cell, bool | np.bool_) for cell in present)
    return Column(name, cells, missing, "boolean" if all_boolean else "category")


def column_of_series(name, series):
    """Return one column of a frame, or say that its type is none that a table may hold."""
    native = series.to_native()
    if hasattr(native, "sparse"):
        series = nw.from_native(native.sparse.to_dense(), series_only=True)
    dtype, missing = series.dtype, series.is_null().to_numpy().astype(bool)
    if dtype == nw.Unknown and missing.all():
        return Column(name, np.full(len(missing), None), missing, "object")
    if dtype == nw.Unknown and str(native_type(series)) == "float16":  # narwhals has not always known it
        return column_of_array(name, series.to_numpy())
    if dtype.is_nested() or dtype == nw.Unknown:
        raise ValueError(
            f"Column {name!r} holds {native_type(series)}: expected numbers, strings, booleans, "
            "categories, dates or durations. Convert the column to one of them, or drop it."
        )
    if dtype.is_temporal():
        is_zoned = getattr(dtype, "time_zone", None) is not None
        return Column(name, _count_units(series, missing), missing, "time", _unit_of(series), is_zoned)
    # Filled, integers do not become floats for their missing cells' sake.
    cells = (series.fill_null(0) if dtype.is_integer() else series).to_numpy()
    if not dtype.is_numeric():
        kind = {nw.Boolean: "boolean", nw.Object: "object"}.get(type(dtype), "category")
        return Column(name, cells, missing | are_missing(cells), kind)
    if cells.dtype.kind == "O":  # decimals
        return Column(name, numbers_of_objects(cells, missing).astype(float), missing, "number")
    return Column(name, cells, missing | are_missing(cells), "number")


def _count_units(series, missing):
    """Return dates, times or durations as integers, with 0 where a cell is missing."""
    cells = np.zeros(len(missing), dtype=np.int64)
    cells[~missing] = series.drop_nulls().cast(type_of_units(series)).to_numpy()
    return cells


def type_of_units(series):
    """Return the type of the integers that a type of dates, times or durations is stored as."""
    return nw.Int32 if getattr(_storage_type(series), "bit_width", 64) == 32 else nw.Int64


def _unit_of(series):
    """Return what numpy calls a type of dates, times or durations."""
    if series.dtype == nw.Date:
        return "M8[D]"
    kind = "M8" if isinstance(series.dtype, nw.Datetime) else "m8"
    of_arrow = getattr(_storage_type(series), "unit", "ns")  # polars' times of day
    return f"{kind}[{getattr(series.dtype, 'time_unit', of_arrow)}]"


def _storage_type(series):
    """Return the type of a series, of pandas' series of arrow's types that of arrow."""
    dtype = native_type(series)
    return getattr(dtype, "pyarrow_dtype", dtype)


def native_type(series):
    """Return the type of a series, as its library calls it."""
    native = series.to_native()
    return native.type if series.implementation.is_pyarrow() else native.dtype


def are_numbers(cells):
    """Tell whether all objects are numbers, booleans being none."""
    return all(isinstance(cell, Real) and not isinstance(cell, bool | np.bool_) for cell in cells)


def numbers_of_objects(cells, missing):
    """Return objects that are numbers as an array of integers if they all are, of up to 64 bits, else of floats."""
    numbers = [0 if empty else cell for cell, empty in zip(cells, missing, strict=True)]
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
    """Tell which cells of an array are missing."""
    if cells.dtype.kind in "mM":
        return np.isnat(cells)
    if cells.dtype.kind != "O":
        return np.isnan(cells) if cells.dtype.kind == "f" else np.zeros(len(cells), dtype=bool)
    return np.fromiter(map(_is_missing_cell, cells), dtype=bool, count=len(cells))


def _is_missing_cell(cell):
    """Tell None, NaN, NaT, and pandas' NA (which refuses to be compared) from a value."""
    if isinstance(cell, Decimal):
        return cell.is_nan()
    is_nan = isinstance(cell, Real | np.datetime64 | np.timedelta64) and cell != cell
    return cell is None or is_nan or type(cell).__name__ in {"NAType", "NaTType"}
