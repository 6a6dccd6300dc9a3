"""Columns in the form that containers read and write, independent of any data frame library."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import repeat
from numbers import Real
from operator import is_
from types import NoneType

import narwhals as nw
import numpy as np

from sklearn_gan._persistence import array_from_document, array_to_document
from sklearn_gan._table.python_values import PythonType, numbers_of_objects, read_python_values

# Unsupported types, each by the start of its name, and the supported types nearest to them.
CONVERSIONS = {
    "int128": "Int64 or Float64",
    "uint128": "Int64 or Float64",
    "decimal": "decimal128 or float64",
    "float128": "float64",
    "date64": "date32",
    "string_view": "string",
}
NANS = Real | np.datetime64 | np.timedelta64  # types with a value that differs from itself


@dataclass
class NamedCells:
    """The name, values and missing values of one column."""

    name: object
    cells: np.ndarray
    missing: np.ndarray

    @cached_property
    def factorized(self):
        """The category code of each value, -1 where it is missing, and the first row of each category.

        Codes follow the order of appearance, which is the same in all containers.
        """
        rows = np.flatnonzero(~self.missing)
        try:
            levels, first = factorize(self.cells[rows])
        except TypeError as error:
            # scikit-learn's estimator checks expect the words "argument must be a string, a number".
            raise TypeError(
                f"Column {self.name!r} holds values that cannot be used as categories ({error}); each argument must be "
                "a string, a number, a boolean or another hashable value. Convert them, for example to strings."
            ) from error
        codes = np.full(len(self.cells), -1, dtype=np.intp)
        codes[rows] = levels
        return codes, rows[first]


@dataclass
class Column(NamedCells):
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
    python_type : PythonType or None, default=None
        Type of the Python values that a column of objects stores as numbers. None for any other values.
    objects : ndarray of shape (n_rows,), dtype object, or None, default=None
        The values of a column of objects or nulls. None for columns of other types.
    """

    kind: str
    unit: str = ""
    is_zoned: bool = False
    python_type: PythonType | None = None
    objects: np.ndarray | None = None

    def __getitem__(self, rows):
        objects = None if self.objects is None else self.objects[rows]
        return replace(self, cells=self.cells[rows], missing=self.missing[rows], objects=objects)

    @property
    def is_untyped(self):
        """Whether this is a column of objects or nulls without an observed value."""
        return self.objects is not None and bool(self.missing.all())

    def as_objects(self):
        """Return the column with its Python values in place of their numbers, to use them as categories."""
        if self.python_type is None:
            return self
        return replace(self, cells=self.objects, kind="object", unit="", is_zoned=False, python_type=None)


@dataclass
class ComparableColumn(NamedCells):
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

    is_numeric: bool
    unit: str = ""


@dataclass
class Values:
    """Generated values of one column. Entries at missing values are arbitrary."""

    values: np.ndarray
    missing: np.ndarray

    def __getitem__(self, rows):
        return Values(self.values[rows], self.missing[rows])

    def __setitem__(self, rows, part):
        """Replace the values at `rows`."""
        self.values[rows], self.missing[rows] = part.values, part.missing

    def make_room(self, n_rows):
        """Return `n_rows` arbitrary values of the same type, to be replaced."""
        return Values(np.empty(n_rows, dtype=self.values.dtype), np.empty(n_rows, dtype=bool))

    @classmethod
    def concatenate(cls, parts):
        """Concatenate the values of all parts."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "missing")))

    def to_document(self):
        """Return the values as a document."""
        return {"values": array_to_document(self.values, "a numeric column"), "missing": self.missing}

    @classmethod
    def from_document(cls, fields, n_rows):
        """Return the values stored in a document."""
        values = array_from_document(fields.inside("values"))
        if values.shape != (n_rows,) or values.dtype.kind not in "iuf":
            fields.refuse("values", f"{n_rows} numbers", values)
        return cls(values, fields.array("missing", bool, (n_rows,)))

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

    def __setitem__(self, rows, part):
        """Replace the values at `rows`."""
        self.positions[rows] = part.positions

    def make_room(self, n_rows):
        """Return `n_rows` arbitrary values, to be replaced. Their positions take half the memory."""
        return Gathered(np.empty(n_rows, dtype=np.int32))

    @classmethod
    def concatenate(cls, parts):
        """Concatenate the values of all parts."""
        return cls(np.concatenate([part.positions for part in parts]))

    def overwrite(self, where, cells, rows):
        """Replace value i by value `rows[i]` of `cells` wherever `where[i]` is true."""
        self.positions[where] = cells.positions[rows[where]]


def as_stored(column, python_type):
    """Return generated values, a Values or Gathered, rounded as by their PythonType, which may be None."""
    if python_type is None or isinstance(column, Gathered):
        return column
    return Values(python_type.as_stored(column.values), column.missing)


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


def factorize(cells):
    """Return the category code of each value of an array, and the position of the first value of each category.

    Codes follow the order of appearance. Values are equal if they are the same key of a dict.
    """
    cells = cells.tolist()
    # No Python code runs per value: `map` calls a method of a dict.
    first = np.fromiter(map({}.setdefault, cells, range(len(cells))), dtype=np.intp, count=len(cells))
    is_first = first == np.arange(len(cells))
    return (np.cumsum(is_first) - 1)[first], np.flatnonzero(is_first)


def column_of_array(name, cells):
    """Return one column of an array as a Column."""
    missing = are_missing(cells)
    if cells.dtype.kind in "iuf":
        return Column(name, cells, missing, "number")
    if cells.dtype.kind in "mM":
        return Column(name, cells.astype(np.int64), missing, "time", cells.dtype.str[1:])
    if cells.dtype.kind != "O":
        return Column(name, cells, missing, "boolean" if cells.dtype.kind == "b" else "category")
    all_boolean = all(issubclass(kind, bool | np.bool_) for kind in set(map(type, cells[~missing])))
    return _column_of_objects(name, cells, missing, "boolean" if all_boolean else "category")


def _column_of_objects(name, cells, missing, kind):
    """Return a column of objects, whose kind depends on the values. Without a type for them, it is `kind`."""
    found = read_python_values(cells, missing)
    if found is None:
        return Column(name, cells, missing, kind, objects=cells)
    python_type, numbers = found
    is_zoned = python_type.zone is not None
    return Column(name, numbers, missing, python_type.kind, python_type.unit, is_zoned, python_type, cells)


def column_of_series(name, series):
    """Return one column of a data frame as a Column, or raise if its type is not supported."""
    native = series.to_native()
    if hasattr(native, "sparse"):
        series = nw.from_native(native.sparse.to_dense(), series_only=True)
    dtype, missing = series.dtype, series.is_null().to_numpy().astype(bool)
    if dtype == nw.Unknown and missing.all():
        cells = np.full(len(missing), None)
        return Column(name, cells, missing, "object", objects=cells)
    if dtype == nw.Unknown and str(native_type(series)) == "float16":  # unknown to older versions of narwhals
        return column_of_array(name, series.to_numpy())
    if holds_objects(series):
        cells = series.to_numpy()
        return _column_of_objects(
            name, cells, missing | are_missing(cells), "category" if dtype == nw.String else "object"
        )
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
    cells = _to_numpy(series.fill_null(0) if dtype.is_integer() else series)
    if dtype == nw.String:
        return Column(name, cells, missing, "category")
    if not dtype.is_numeric():
        return Column(name, cells, missing | are_missing(cells), "boolean" if dtype == nw.Boolean else "category")
    if cells.dtype.kind == "O":  # decimals
        return Column(name, numbers_of_objects(cells, missing).astype(float), missing, "number")
    return Column(name, cells, missing | are_missing(cells), "number")


def _to_numpy(series):
    """Return the values of a series. Equal strings of pandas are one object, which takes less time and memory."""
    native = series.to_native()
    if not series.implementation.is_pandas():
        return series.to_numpy()
    levels = native.cat.categories if hasattr(native, "cat") else native
    if levels.dtype.kind != "O":
        return series.to_numpy()
    codes, levels = native.factorize()
    return np.append(np.asarray(levels, dtype=object), None)[codes]


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


def holds_objects(series):
    """Return whether a series may hold any object."""
    # narwhals takes a pandas column of objects for strings if its first values are strings or missing.
    return series.dtype == nw.Object or (series.implementation.is_pandas() and str(native_type(series)) == "object")


def native_type(series):
    """Return the type of a series in its own library."""
    native = series.to_native()
    return native.type if series.implementation.is_pyarrow() else native.dtype


def are_numbers(cells):
    """Return whether all objects are numbers. Booleans are not numbers."""
    return all(issubclass(kind, Real) and not issubclass(kind, bool | np.bool_) for kind in set(map(type, cells)))


def are_missing(cells):
    """Return a mask of the missing values of an array."""
    if cells.dtype.kind in "mM":
        return np.isnat(cells)
    if cells.dtype.kind != "O":
        return np.isnan(cells) if cells.dtype.kind == "f" else np.zeros(len(cells), dtype=bool)
    missing = np.zeros(len(cells), dtype=bool)
    for kind in filter(_may_be_missing, set(map(type, cells))):
        rows = np.fromiter(map(is_, map(type, cells), repeat(kind)), dtype=bool, count=len(cells))
        missing[rows] = _are_missing_objects(kind, cells[rows])
    return missing


def _may_be_missing(kind):
    """Return whether a type has missing values: None, NaN, NaT or pandas' NA."""
    # Types of pandas by their name, without importing it.
    return issubclass(kind, NoneType | Decimal | NANS) or kind.__name__ in {"NAType", "NaTType"}


def _are_missing_objects(kind, cells):
    """Return the mask of missing values among objects of one type, or True if its only value is a missing one."""
    if issubclass(kind, Decimal):
        return list(map(kind.is_nan, cells))
    return cells != cells if issubclass(kind, NANS) else True  # pandas' NA cannot be compared
