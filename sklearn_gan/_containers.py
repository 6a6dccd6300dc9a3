"""Read any table into plain columns, and write generated columns back the way the caller's table is.

A container is remembered as a handful of cells, never as a copy of the table: a generated category is
*gathered* from the caller's own cells, so that its type, its categorical levels and its kind of missing
value survive without a conversion.
"""

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real

import narwhals as nw
import numpy as np
from scipy import sparse
from sklearn.utils import _safe_indexing, check_array

from sklearn_gan._saving.cells import (
    array_from_document,
    array_to_document,
    cells_from_document,
    cells_to_document,
    import_library,
)
from sklearn_gan._saving.series import LIBRARIES, series_from_document, series_to_document

SPARSE_FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")


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
    """

    name: object
    cells: np.ndarray
    missing: np.ndarray
    kind: str
    unit: str = ""


@dataclass
class Numbers:
    """Cells of one column, as numbers; `missing` says which of them are to be left empty."""

    values: np.ndarray
    missing: np.ndarray

    def __getitem__(self, rows):
        return Numbers(self.values[rows], self.missing[rows])

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
    """Cells of one column, as positions in the cells that the container remembers."""

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


def open_container(X, estimator="GANOversampler"):
    """Return the container that reads `X` and writes tables like it; errors name the estimator."""
    if sparse.issparse(X):
        return SparseContainer(X, estimator)
    if nw.dependencies.is_pandas_like_dataframe(X):
        return PandasContainer(X, estimator)
    if isinstance(nw.from_native(X, eager_only=True, pass_through=True), nw.DataFrame):
        return FrameContainer(X, estimator)
    if isinstance(X, list | tuple):
        return ListContainer(X, estimator)
    return ArrayContainer(X, estimator)


def container_to_document(container):
    """Return a container that remembers cells as a document, for a file."""
    kinds = {kind: name for name, kind in CONTAINERS.items()}
    return {"kind": kinds[type(container)], "shape": list(container.shape)} | container.to_document()


def container_from_document(fields, n_cells):
    """Return the container of a document, which has to remember `n_cells[j]` cells of column j."""
    kind = CONTAINERS[fields.one_of("kind", CONTAINERS)]
    container = kind.__new__(kind)  # there is no table to read
    container.shape = tuple(fields.integers("shape", 1))
    if container.shape[1:] != (len(n_cells),):
        fields.refuse("shape", f"rows and {len(n_cells)} columns", container.shape)
    container.restore(fields, n_cells)
    return container


def take_rows(values, rows):
    """Return some rows, by position, of a table or of anything that has a value for each row."""
    frame = nw.from_native(values, eager_only=True, allow_series=True, pass_through=True)
    if isinstance(frame, nw.DataFrame | nw.Series):
        return frame[rows].to_native()
    if sparse.issparse(values):
        return values.tocsr()[rows]
    return _safe_indexing(values if hasattr(values, "__getitem__") else np.asarray(values), rows)


class ArrayContainer:
    """A numpy array of any dtype, or whatever numpy takes for one."""

    def __init__(self, X, estimator):
        self._read(X, estimator)

    def _read(self, X, estimator):
        array = check_array(X, dtype=None, ensure_all_finite=False, estimator=estimator)
        if array.dtype.kind == "V":
            raise ValueError(
                "Expected an array of numbers, strings, booleans, dates, durations or objects, got dtype "
                f"{array.dtype}. Pass a data frame, or an array that has a column for each field."
            )
        self.dtype, self.shape = array.dtype, array.shape
        self._array = array

    def columns(self):
        """Yield each column of the table."""
        for position, cells in enumerate(self._array.T):
            yield _array_column(position, cells)

    def remember(self, rows_of_column):
        """Keep the cells at `rows_of_column[j]` of each column j, and let go of the table."""
        self._cells = [self._array[rows, j] for j, rows in enumerate(rows_of_column)]
        del self._array

    def to_document(self):
        """Return what is remembered as a document."""
        return {"columns": [array_to_document(cells, f"column {j}") for j, cells in enumerate(self._cells)]}

    def restore(self, fields, n_cells):
        """Remember the cells of a document."""
        columns = fields.each("columns", len(n_cells))
        self._cells = [array_from_document(column) for column in columns]
        self.dtype = self._cells[0].dtype
        for column, cells, n in zip(columns, self._cells, n_cells, strict=True):
            if cells.shape != (n,) or cells.dtype != self.dtype:
                column.refuse("", f"{n} cells of dtype {self.dtype}", cells)

    def build(self, columns):
        """Return the generated columns as a table of the caller's kind."""
        n_rows = _n_rows(columns)
        array = np.empty((n_rows, len(columns)), dtype=self.dtype)
        for j, column in enumerate(columns):
            array[:, j] = self._cells_of(j, column)
        return array

    def append(self, X, columns):
        """Return the rows of `X` followed by the generated ones."""
        return np.concatenate((np.asarray(X), self.build(columns)))

    def fill(self, fillings, indicators):
        """Return a copy of the table with its missing cells filled, and columns that tell where they were.

        Parameters
        ----------
        fillings : dict
            The Filling of each column that has missing cells, by position.
        indicators : dict
            For each of these columns the flags of its missing cells, by position.
        """
        array = self._filled(fillings)
        flags = [flags[:, None].astype(array.dtype) for flags in indicators.values()]
        return np.hstack([array, *flags]) if flags else array

    def _filled(self, fillings):
        array = self._array.copy()
        for j, filling in fillings.items():
            array[filling.rows, j] = filling.cells
        return array

    def _cells_of(self, j, column):
        remembered = self._cells[j]
        if isinstance(column, Gathered):
            return remembered[column.positions]
        values = column.values.astype(self.dtype)
        if column.missing.any():
            values[column.missing] = remembered[-1]
        return values


class ListContainer(ArrayContainer):
    """A list of rows, whose cells keep their types."""

    def _read(self, X, estimator):
        super()._read(np.array(X, dtype=object), estimator)

    def build(self, columns):
        return super().build(columns).tolist()

    def _filled(self, fillings):
        """Return an array, as scikit-learn's transformers do: of numbers if all cells are, else of objects."""
        array = super()._filled(fillings)
        return np.array(array.tolist()) if are_numbers(array.ravel()) else array

    def append(self, X, columns):
        return type(X)([*X, *self.build(columns)])


class SparseContainer(ArrayContainer):
    """A scipy sparse matrix or array. It is trained on as a dense one and returned in its own format."""

    def _read(self, X, estimator):
        checked = check_array(X, accept_sparse=True, dtype=None, ensure_all_finite=False)
        self._make, self._format = type(X), X.format
        super()._read(checked.toarray(), estimator)

    def to_document(self):
        is_matrix = isinstance(self._make((0, 0)), sparse.spmatrix)
        return super().to_document() | {"format": self._format, "is_matrix": is_matrix}

    def restore(self, fields, n_cells):
        super().restore(fields, n_cells)
        self._format = fields.one_of("format", SPARSE_FORMATS)
        self._make = getattr(sparse, f"{self._format}_{'matrix' if fields.flag('is_matrix') else 'array'}")

    def build(self, columns):
        return self._make(super().build(columns))

    def append(self, X, columns):
        return self._make(sparse.vstack((X, self.build(columns)), format=self._format))


class FrameContainer:
    """A data frame of any library that narwhals reads."""

    def __init__(self, X, estimator):
        self._frame = self._open(X)
        self.shape = self._frame.shape
        if not all(self.shape):
            n_rows, n_columns = self.shape
            raise ValueError(
                f"Found array with {n_rows} sample(s) and {n_columns} feature(s) (shape={self.shape}) while a "
                f"minimum of 1 of each is required by {estimator}. Pass a frame that has rows and columns."
            )

    def _open(self, X):
        """Return a frame whose columns have names that narwhals can tell apart, and remember the caller's."""
        frame = nw.from_native(X, eager_only=True)
        self._names = frame.columns
        return frame

    def _labelled(self, frame):
        """Return the caller's kind of a frame, the columns called as the caller calls them."""
        return frame.to_native()

    def columns(self):
        """Yield each column of the table."""
        for name, series in zip(self._names, self._frame.iter_columns(), strict=True):
            yield _frame_column(name, series)

    def remember(self, rows_of_column):
        """Keep the cells at `rows_of_column[j]` of each column j, and let go of the table."""
        self._cells = [
            nw.maybe_reset_index(series[rows])
            for series, rows in zip(self._frame.iter_columns(), rows_of_column, strict=True)
        ]
        del self._frame

    def to_document(self):
        """Return what is remembered as a document."""
        library = self._cells[0].implementation.name.lower()
        columns = [
            series_to_document(cells.to_native(), library, f"column {name!r}")
            for name, cells in zip(self._names, self._cells, strict=True)
        ]
        return {"library": library, "labels": self._labels_to_document(), "columns": columns}

    def _labels_to_document(self):
        return cells_to_document(self._names, "the names of columns")

    def restore(self, fields, n_cells):
        """Remember the cells of a document."""
        library = fields.one_of("library", LIBRARIES)
        names = self._restore_labels(fields, len(n_cells))
        columns = fields.each("columns", len(n_cells))
        series = [nw.from_native(series_from_document(column, library), series_only=True) for column in columns]
        self._cells = [cells.alias(name) for cells, name in zip(series, names, strict=True)]
        for column, cells, n in zip(columns, self._cells, n_cells, strict=True):
            if len(cells) != n:
                column.refuse("", f"{n} cells", f"{len(cells)}")

    def _restore_labels(self, fields, n_columns):
        """Remember what the caller calls the columns; return what narwhals does."""
        self._names = cells_from_document(fields, "labels", n_columns)
        return self._names

    def build(self, columns):
        """Return the generated columns as a frame of the caller's kind."""
        return self._labelled(self._build(columns))

    def append(self, X, columns):
        """Return the rows of `X` followed by the generated ones."""
        return self._labelled(_stack(self._open(X), self._build(columns)))

    def fill(self, fillings, indicators):
        """Return the frame with its missing cells filled, and columns that tell where they were."""
        columns = [nw.maybe_reset_index(series) for series in self._frame.iter_columns()]
        for j, filling in fillings.items():
            columns[j] = _put(columns[j], filling)
        backend = self._frame.implementation
        for j, flags in indicators.items():
            columns.append(nw.new_series(f"missingindicator_{self._names[j]}", flags, backend=backend))
        filled = self._labelled(nw.concat([column.to_frame() for column in columns], how="horizontal"))
        index = nw.maybe_get_index(self._frame)
        return filled if index is None else filled.set_axis(index, axis=0)

    def _build(self, columns):
        series = [self._series_of(remembered, column) for remembered, column in zip(self._cells, columns, strict=True)]
        return nw.concat([cells.to_frame() for cells in series], how="horizontal")

    def _series_of(self, remembered, column):
        if isinstance(column, Gathered):
            return nw.maybe_reset_index(remembered[column.positions])
        values = _cast_like(remembered, column.values).alias(remembered.name)
        if column.missing.any():
            last = np.full(len(column.missing), len(remembered) - 1)
            empty = nw.maybe_reset_index(remembered[last])
            present = nw.new_series("present", ~column.missing, backend=values.implementation)
            values = values.zip_with(present, empty)
        return values


class PandasContainer(FrameContainer):
    """A data frame of pandas, or of a library like it, whose columns may have labels of any type and any levels."""

    def _open(self, X):
        self._labels = X.columns
        repeated = self._labels[self._labels.duplicated()].unique().tolist()
        if repeated:
            raise ValueError(
                f"Expected columns of different names, got several called {', '.join(map(repr, repeated[:5]))}. Rename "
                "them, or drop all but one of each."
            )
        numbered = X.copy(deep=False)
        numbered.columns = range(X.shape[1])
        frame = super()._open(numbered)
        self._names = self._labels.tolist()
        return frame

    def _labels_to_document(self):
        levels = [self._labels.get_level_values(i) for i in range(self._labels.nlevels)]
        what = "the labels of columns"
        return {
            "names": cells_to_document(self._labels.names, what),
            "levels": [series_to_document(level, "pandas", what) for level in levels],
        }

    def _restore_labels(self, fields, n_columns):
        pd, labels = import_library("pandas"), fields.inside("labels")
        levels = [series_from_document(level, "pandas") for level in labels.each("levels")]
        names = cells_from_document(labels, "names", len(levels))
        if not levels or {len(level) for level in levels} != {n_columns}:
            labels.refuse("levels", f"one or more, of {n_columns} labels", f"{len(levels)}")
        if len(levels) == 1:
            self._labels = pd.Index(levels[0], dtype=levels[0].dtype, name=names[0])
        else:
            self._labels = pd.MultiIndex.from_arrays(levels, names=names)
        self._names = self._labels.tolist()
        return range(n_columns)

    def _labelled(self, frame):
        native = frame.to_native()
        added = native.columns[len(self._labels) :]
        return native.set_axis(self._labels.append(added) if len(added) else self._labels, axis=1)


CONTAINERS = {
    "array": ArrayContainer,
    "list": ListContainer,
    "sparse": SparseContainer,
    "frame": FrameContainer,
    "pandas": PandasContainer,
}


def repeat_targets(y, rows, X_resampled):
    """Return the target followed by its own cells at `rows`, indexed as `X_resampled` is.

    Because the cells are the caller's own, a target of any kind goes through: a list, an array (of one
    column, one-hot, strings), a series or a frame of any library, categorical or not.
    """
    native = nw.from_native(y, eager_only=True, allow_series=True, pass_through=True)
    if isinstance(native, nw.Series):
        name = native.name
        frame = native.alias("target").to_frame()
        return _same_index(_stack(frame, frame[rows])["target"].alias(name), X_resampled)
    if isinstance(native, nw.DataFrame):
        return _same_index(_stack(native, native[rows]), X_resampled)
    if isinstance(y, list | tuple):
        return type(y)([*y, *(y[row] for row in rows)])
    if sparse.issparse(y):
        return type(y)(sparse.vstack((y, y.tocsr()[rows])))
    return np.concatenate((np.asarray(y), np.asarray(y)[rows]))


def _array_column(name, cells):
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


def _frame_column(name, series):
    native = series.to_native()
    if hasattr(native, "sparse"):
        series = nw.from_native(native.sparse.to_dense(), series_only=True)
    dtype, missing = series.dtype, series.is_null().to_numpy().astype(bool)
    if dtype == nw.Unknown and missing.all():
        return Column(name, np.full(len(missing), None), missing, "object")
    if dtype.is_nested() or dtype == nw.Unknown:
        raise ValueError(
            f"Column {name!r} holds {_native_type(series)}: expected numbers, strings, booleans, "
            "categories, dates or durations. Convert the column to one of them, or drop it."
        )
    if dtype.is_temporal():
        return Column(name, _count_units(series, missing), missing, "time", _unit_of(series))
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
    cells[~missing] = series.drop_nulls().cast(_type_of_units(series)).to_numpy()
    return cells


def _type_of_units(series):
    """Return the type of the integers that a type of dates, times or durations is stored as."""
    native_type = _native_type(series)
    arrow_type = getattr(native_type, "pyarrow_dtype", native_type)
    return nw.Int32 if getattr(arrow_type, "bit_width", 64) == 32 else nw.Int64


def _unit_of(series):
    """Return what numpy calls a type of dates, times or durations."""
    if series.dtype == nw.Date:
        return "M8[D]"
    native_type = _native_type(series)
    kind = "M8" if isinstance(series.dtype, nw.Datetime) else "m8"
    of_arrow = getattr(getattr(native_type, "pyarrow_dtype", native_type), "unit", "ns")  # polars' times of day
    return f"{kind}[{getattr(series.dtype, 'time_unit', of_arrow)}]"


def _native_type(series):
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


def _cast_like(series, values):
    """Return `values` as a series of the library and the exact dtype of `series`."""
    native = series.to_native()
    if series.dtype.is_temporal():
        values = values.astype(np.int32 if _type_of_units(series) == nw.Int32 else np.int64)
    if series.implementation.is_pandas():
        cast = type(native)(values, name=native.name).astype(native.dtype)
    else:
        values = values.tolist() if values.dtype.kind == "O" else values
        fresh = nw.new_series(series.name, values, backend=series.implementation)
        # Of the types that narwhals takes for one, such as arrow's two types of strings, the native one is meant.
        is_arrow = series.implementation.is_pyarrow()
        cast = fresh.to_native().cast(_native_type(series)) if is_arrow else fresh.cast(series.dtype).to_native()
    return nw.from_native(cast, series_only=True)


def _put(series, filling):
    """Return the series with cells put in, in its own type."""
    series, cells = _with_levels(series, filling.cells), filling.cells
    if series.dtype.is_integer() and cells.dtype.kind == "f":
        cells = np.rint(cells)
    positions = np.arange(len(series))
    positions[filling.rows] = len(series) + np.arange(len(cells))
    # Gathering goes with every type of every library, writing in place does not.
    parts = [part.alias("cells").to_frame() for part in (series, _cast_like(series, cells))]
    return nw.maybe_reset_index(nw.concat(parts)["cells"][positions]).alias(series.name)


def _with_levels(series, cells):
    """Return a series of pandas with these cells among its categorical levels, any other as it is."""
    native = series.to_native()
    if not (series.implementation.is_pandas() and hasattr(native, "cat")):
        return series
    unknown = [level for level in dict.fromkeys(cells.tolist()) if level not in native.cat.categories]
    return nw.from_native(native.cat.add_categories(unknown), series_only=True) if unknown else series


def _n_rows(columns):
    first = columns[0]
    return len(first.positions if isinstance(first, Gathered) else first.values)


def _stack(frame, generated):
    """Return a frame with the rows of both; labels of pandas' index are kept where they can go on."""
    index = nw.maybe_get_index(frame)
    stacked = nw.concat([nw.maybe_reset_index(part) for part in (frame, generated)])
    if index is None:
        return stacked
    labels = _longer_index(index, len(generated))
    return nw.from_native(stacked.to_native().set_axis(labels, axis=0).rename_axis(index.name))


def _longer_index(index, n_new):
    """Return labels for `n_new` more rows: integers go on after the largest, others are numbered anew."""
    labels = np.asarray(index)
    if labels.dtype.kind not in "iu":
        return np.arange(len(labels) + n_new)
    new = int(labels.max()) + 1 + np.arange(n_new)
    return np.concatenate((labels.astype(new.dtype), new))


def _same_index(y_resampled, X_resampled):
    native = y_resampled.to_native()
    if nw.maybe_get_index(y_resampled) is None or not nw.dependencies.is_pandas_like_dataframe(X_resampled):
        return native
    return native.set_axis(X_resampled.index, axis=0)
