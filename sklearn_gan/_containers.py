"""Read any table into plain columns, and write generated columns back the way the caller's table is.

A container is remembered as a handful of cells, never as a copy of the table: a generated category is
*gathered* from the caller's own cells, so that its type, its categorical levels and its kind of missing
value survive without a conversion.
"""

from dataclasses import dataclass
from numbers import Real

import narwhals as nw
import numpy as np
from scipy import sparse
from sklearn.utils import _safe_indexing, check_array


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
    kind : {"number", "category", "boolean", "object"}
        What the type of the column says that it holds; a column of objects may hold anything.
    """

    name: object
    cells: np.ndarray
    missing: np.ndarray
    kind: str


@dataclass
class Numbers:
    """Cells of one column, as numbers; `missing` says which of them are to be left empty."""

    values: np.ndarray
    missing: np.ndarray

    def overwrite(self, where, cells, rows):
        """Put `cells` in place, cell `rows[i]` where `where[i]` is true."""
        self.values[where] = cells.values[rows[where]]
        self.missing[where] = cells.missing[rows[where]]


@dataclass
class Gathered:
    """Cells of one column, as positions in the cells that the container remembers."""

    positions: np.ndarray

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
    frame = nw.from_native(X, eager_only=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        return FrameContainer(frame, estimator)
    if isinstance(X, list | tuple):
        return ListContainer(X, estimator)
    return ArrayContainer(X, estimator)


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
        if array.dtype.kind in "mMV":
            raise ValueError(
                f"Expected an array of numbers, strings, booleans or objects, got dtype {array.dtype}. "
                "Convert dates and durations to numbers first."
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
        return list(X) + self.build(columns)


class SparseContainer(ArrayContainer):
    """A scipy sparse matrix or array. It is trained on as a dense one and returned in its own format."""

    def _read(self, X, estimator):
        checked = check_array(X, accept_sparse=True, dtype=None, ensure_all_finite=False)
        self._make, self._format = type(X), X.format
        super()._read(checked.toarray(), estimator)

    def build(self, columns):
        return self._make(super().build(columns))

    def append(self, X, columns):
        return self._make(sparse.vstack((X, self.build(columns)), format=self._format))


class FrameContainer:
    """A data frame of any library that narwhals reads."""

    def __init__(self, frame, estimator):
        self._frame, self._names = frame, frame.columns
        self.shape = frame.shape
        if not all(self.shape):
            n_rows, n_columns = self.shape
            raise ValueError(
                f"Found array with {n_rows} sample(s) and {n_columns} feature(s) (shape={self.shape}) while a "
                f"minimum of 1 of each is required by {estimator}. Pass a frame that has rows and columns."
            )

    def columns(self):
        """Yield each column of the table."""
        for series in self._frame.iter_columns():
            yield _frame_column(series)

    def remember(self, rows_of_column):
        """Keep the cells at `rows_of_column[j]` of each column j, and let go of the table."""
        self._cells = [
            nw.maybe_reset_index(series[rows])
            for series, rows in zip(self._frame.iter_columns(), rows_of_column, strict=True)
        ]
        del self._frame

    def build(self, columns):
        """Return the generated columns as a frame of the caller's kind."""
        parts = [self._series_of(j, column).alias(self._names[j]).to_frame() for j, column in enumerate(columns)]
        return nw.to_native(nw.concat(parts, how="horizontal"))

    def append(self, X, columns):
        """Return the rows of `X` followed by the generated ones."""
        generated = nw.from_native(self.build(columns), eager_only=True)
        return _stack(nw.from_native(X, eager_only=True), generated).to_native()

    def fill(self, fillings, indicators):
        """Return the frame with its missing cells filled, and columns that tell where they were."""
        columns = [nw.maybe_reset_index(series) for series in self._frame.iter_columns()]
        for j, filling in fillings.items():
            columns[j] = _put(columns[j], filling)
        backend = self._frame.implementation
        for j, flags in indicators.items():
            columns.append(nw.new_series(f"missingindicator_{self._names[j]}", flags, backend=backend))
        filled = nw.concat([column.to_frame() for column in columns], how="horizontal").to_native()
        index = nw.maybe_get_index(self._frame)
        return filled if index is None else filled.set_axis(index, axis=0)

    def _series_of(self, j, column):
        remembered = self._cells[j]
        if isinstance(column, Gathered):
            return nw.maybe_reset_index(remembered[column.positions])
        values = _cast_like(remembered, column.values)
        if column.missing.any():
            last = np.full(len(column.missing), len(remembered) - 1)
            empty = nw.maybe_reset_index(remembered[last])
            present = nw.new_series("present", ~column.missing, backend=values.implementation)
            values = values.zip_with(present, empty)
        return values


def repeat_targets(y, rows, X_resampled):
    """Return the target followed by its own cells at `rows`, indexed as `X_resampled` is.

    Because the cells are the caller's own, a target of any kind goes through: a list, an array (of one
    column, one-hot, strings), a series or a frame of any library, categorical or not.
    """
    native = nw.from_native(y, eager_only=True, allow_series=True, pass_through=True)
    table = nw.from_native(X_resampled, eager_only=True, pass_through=True)
    if isinstance(native, nw.Series):
        name = native.name
        frame = native.alias("target").to_frame()
        return _same_index(_stack(frame, frame[rows])["target"].alias(name), table)
    if isinstance(native, nw.DataFrame):
        return _same_index(_stack(native, native[rows]), table)
    if isinstance(y, list | tuple):
        return list(y) + [y[row] for row in rows]
    if sparse.issparse(y):
        return type(y)(sparse.vstack((y, y.tocsr()[rows])))
    return np.concatenate((np.asarray(y), np.asarray(y)[rows]))


def _array_column(name, cells):
    if cells.dtype.kind in "iuf":
        return Column(name, cells, np.isnan(cells), "number")
    if cells.dtype.kind != "O":
        kind = "boolean" if cells.dtype.kind == "b" else "category"
        return Column(name, cells, np.zeros(len(cells), dtype=bool), kind)
    missing = _is_missing(cells)
    # An object array has one dtype for all of its columns, so that its cells must tell the kind.
    present = cells[~missing]
    if len(present) and are_numbers(present):
        return Column(name, numbers_of_objects(cells, missing), missing, "number")
    all_boolean = all(isinstance(cell, bool | np.bool_) for cell in present)
    return Column(name, cells, missing, "boolean" if all_boolean else "category")


def _frame_column(series):
    native, name = series.to_native(), series.name
    if hasattr(native, "sparse"):
        series = nw.from_native(native.sparse.to_dense(), series_only=True)
    dtype, missing = series.dtype, series.is_null().to_numpy().astype(bool)
    if dtype == nw.Unknown and missing.all():
        return Column(name, np.full(len(missing), None), missing, "object")
    if dtype.is_temporal() or dtype.is_nested() or dtype == nw.Unknown:
        raise ValueError(
            f"Column {name!r} holds {getattr(native, 'dtype', dtype)}: expected numbers, strings, booleans or "
            "categories. Convert the column to one of them (dates and durations to numbers), or drop it."
        )
    # Filled, integers do not become floats for their missing cells' sake.
    cells = (series.fill_null(0) if dtype.is_integer() else series).to_numpy()
    if not dtype.is_numeric():
        kind = {nw.Boolean: "boolean", nw.Object: "object"}.get(type(dtype), "category")
        return Column(name, cells, missing | _is_missing(cells), kind)
    if cells.dtype.kind == "O":  # decimals
        return Column(name, numbers_of_objects(cells, missing), missing, "number")
    return Column(name, cells, missing | np.isnan(cells), "number")


def are_numbers(cells):
    """Tell whether all objects are numbers, booleans being none."""
    return all(isinstance(cell, Real) and not isinstance(cell, bool | np.bool_) for cell in cells)


def numbers_of_objects(cells, missing):
    """Return objects that are numbers as an array of integers if they all are, else of floats."""
    numbers = np.array([0 if empty else cell for cell, empty in zip(cells, missing, strict=True)])
    return numbers if numbers.dtype.kind in "iuf" else numbers.astype(float)


def _is_missing(cells):
    if cells.dtype.kind != "O":
        return np.zeros(len(cells), dtype=bool)
    return np.fromiter(map(_is_missing_cell, cells), dtype=bool, count=len(cells))


def _is_missing_cell(cell):
    """Tell None, NaN, and pandas' NA (which refuses to be compared) from a value."""
    is_nan = isinstance(cell, Real) and cell != cell
    return cell is None or is_nan or type(cell).__name__ == "NAType"


def _cast_like(series, values):
    """Return `values` as a series of the library and the exact dtype of `series`."""
    native = series.to_native()
    if series.implementation.is_pandas():
        cast = type(native)(values, name=native.name).astype(native.dtype)
    else:
        values = values.tolist() if values.dtype.kind == "O" else values
        fresh = nw.new_series(series.name, values, backend=series.implementation)
        # Of the types that narwhals takes for one, such as arrow's two types of strings, the native one is meant.
        is_arrow = series.implementation.is_pyarrow()
        cast = fresh.to_native().cast(native.type) if is_arrow else fresh.cast(series.dtype).to_native()
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
    labelled = isinstance(X_resampled, nw.DataFrame) and nw.maybe_get_index(y_resampled) is not None
    if labelled and nw.maybe_get_index(X_resampled) is not None:
        return nw.to_native(y_resampled).set_axis(nw.maybe_get_index(X_resampled), axis=0)
    return nw.to_native(y_resampled)
