"""Containers for data frames, with one type per column."""

from copy import deepcopy

import narwhals as nw
import numpy as np

from sklearn_gan._persistence import (
    LIBRARIES,
    cells_from_document,
    cells_to_document,
    import_library,
    series_from_document,
    series_to_document,
)
from sklearn_gan._runtime.text import list_names
from sklearn_gan._table.columns import (
    Gathered,
    Values,
    are_missing,
    as_stored,
    column_of_series,
    holds_objects,
    native_type,
    type_of_units,
)
from sklearn_gan._table.python_values import types_from_document, types_to_document


class FrameContainer:
    """A data frame of any library supported by narwhals."""

    libraries = tuple(LIBRARIES)  # in saved files

    def __init__(self, X, estimator):
        self._frame = self._open(X)
        self.shape = self._frame.shape
        self._python_types = [None] * self.shape[1]
        if not all(self.shape):
            n_rows, n_columns = self.shape
            raise ValueError(
                f"Found array with {n_rows} sample(s) and {n_columns} feature(s) (shape={self.shape}) while a "
                f"minimum of 1 of each is required by {estimator}. Pass a data frame with rows and columns."
            )

    def _open(self, X):
        """Return a narwhals frame with unique column names, and keep the user's names."""
        frame = nw.from_native(X, eager_only=True)
        self.names = frame.columns
        return frame

    def _labelled(self, frame):
        """Return the frame in the user's library, with the user's column labels."""
        return frame.to_native()

    def columns(self):
        """Yield the columns of the table."""
        return map(self.column, range(self.shape[1]))

    def column(self, position):
        """Return one column of the table."""
        column = column_of_series(self.names[position], self._frame[:, position])
        self._python_types[position] = column.python_type
        return column

    def remember(self, rows_of_column):
        """Keep the values at `rows_of_column[j]` of each column j, and release the table."""
        self._cells = [
            nw.maybe_reset_index(series[rows])
            for series, rows in zip(self._frame.iter_columns(), rows_of_column, strict=True)
        ]
        del self._frame

    def to_document(self):
        """Return the kept values as a document."""
        library = self._cells[0].implementation.name.lower()
        columns = [
            series_to_document(cells.to_native(), library, f"column {name!r}")
            for name, cells in zip(self.names, self._cells, strict=True)
        ]
        types = types_to_document(self._python_types, self.names)
        return {"library": library, "labels": self._labels_to_document(), "columns": columns} | types

    def _labels_to_document(self):
        return cells_to_document(self.names, "the column names")

    def restore(self, fields, codecs):
        """Restore the kept values from a document."""
        library = fields.one_of("library", self.libraries)
        names = self._restore_labels(fields, len(codecs))
        columns = fields.each("columns", len(codecs))
        series = [nw.from_native(series_from_document(column, library), series_only=True) for column in columns]
        self._cells = [cells.alias(name) for cells, name in zip(series, names, strict=True)]
        for column, cells, codec in zip(columns, self._cells, codecs, strict=True):
            if len(cells) != len(codec.rows):
                column.refuse("", f"{len(codec.rows)} values", f"{len(cells)}")
        self._python_types = types_from_document(fields, codecs, list(map(holds_objects, self._cells)))

    def _restore_labels(self, fields, n_columns):
        """Restore the user's column labels, and return the column names for narwhals."""
        self.names = cells_from_document(fields, "labels", n_columns)
        return self.names

    def as_built(self, columns):
        """Return the columns with decimals rounded to the scale of their type, or to the places of Python decimals."""
        return [_as_built(*parts) for parts in zip(self._cells, columns, self._python_types, strict=True)]

    def build(self, columns):
        """Return a data frame of the user's type with the generated columns."""
        return self._labelled(self._build(columns))

    def append(self, X, columns):
        """Return the rows of `X` followed by the generated rows."""
        return self._labelled(stack_frames(self._open(X), self._build(columns)))

    def fill(self, fillings, indicators):
        """Return a copy of the table with imputed values, followed by missing-value indicators."""
        # The index is reset, because pandas would align the columns by it.
        columns = [nw.maybe_reset_index(series) for series in self._frame.iter_columns()]
        for j, filling in fillings.items():
            columns[j] = _put(columns[j], filling)
        backend = self._frame.implementation
        for j, flags in indicators.items():
            columns.append(nw.new_series(f"missingindicator_{self.names[j]}", flags, backend=backend))
        filled = self._labelled(nw.concat([column.to_frame() for column in columns], how="horizontal"))
        index = nw.maybe_get_index(self._frame)
        return filled if index is None else filled.set_axis(index, axis=0)

    def _build(self, columns):
        parts = zip(self._cells, columns, self._python_types, strict=True)
        first, *others = (self._series_of(*part) for part in parts)
        return first.to_frame().with_columns(*others)  # `nw.concat` would make an index for each column

    def _series_of(self, remembered, column, python_type):
        if isinstance(column, Gathered):
            return nw.maybe_reset_index(remembered[column.positions])
        if python_type is not None:
            return _series_of_objects(remembered, column, python_type)
        values = _cast_like(remembered, column.values).alias(remembered.name)
        if column.missing.any():
            last = np.full(len(column.missing), len(remembered) - 1)
            missing_values = nw.maybe_reset_index(remembered[last])
            present = nw.new_series("present", ~column.missing, backend=values.implementation)
            values = values.zip_with(present, missing_values)
        return values


class PandasContainer(FrameContainer):
    """A data frame of pandas or a pandas-like library, with column labels of any type and number of levels."""

    def _open(self, X):
        self._labels = X.columns
        repeated = self._labels[self._labels.duplicated()].unique().tolist()
        if repeated:
            raise ValueError(
                f"Expected unique column names, got several columns named {list_names(repeated, 5)}. Rename "
                "these columns, or keep one of each."
            )
        numbered = X.copy(deep=False)
        numbered.columns = range(X.shape[1])
        frame = super()._open(_without_attrs(nw.from_native(numbered)).to_native())
        self.names = self._labels.tolist()
        return frame

    def append(self, X, columns):
        return _with_attrs(super().append(X, columns), X)

    def _labels_to_document(self):
        levels = [self._labels.get_level_values(i) for i in range(self._labels.nlevels)]
        subject = "the column labels"
        return {
            "names": cells_to_document(self._labels.names, subject),
            "levels": [series_to_document(level, "pandas", subject) for level in levels],
        }

    def _restore_labels(self, fields, n_columns):
        pd, labels = import_library("pandas"), fields.inside("labels")
        levels = [series_from_document(level, "pandas") for level in labels.each("levels")]
        names = cells_from_document(labels, "names", len(levels))
        if not levels or {len(level) for level in levels} != {n_columns}:
            labels.refuse("levels", f"one or more levels of {n_columns} labels", f"{len(levels)}")
        if len(levels) == 1:
            self._labels = pd.Index(levels[0], dtype=levels[0].dtype, name=names[0])
        else:
            self._labels = pd.MultiIndex.from_arrays(levels, names=names)
        self.names = self._labels.tolist()
        return range(n_columns)

    def _labelled(self, frame):
        native = frame.to_native()
        added = native.columns[len(self._labels) :]
        return native.set_axis(self._labels.append(added) if len(added) else self._labels, axis=1)


def _series_of_objects(remembered, column, python_type):
    objects = python_type.to_objects(column.values)
    if column.missing.any():
        objects[column.missing] = remembered.to_numpy()[-1]
    return _cast_like(remembered, objects)


def _as_built(remembered, column, python_type):
    if isinstance(column, Gathered) or not remembered.dtype.is_decimal():
        return as_stored(column, python_type)
    read = column_of_series(remembered.name, _cast_like(remembered, column.values))
    return Values(read.cells, column.missing)


def stack_frames(frame, generated):
    """Concatenate the rows of two frames.

    A pandas index of integers is continued, any other index is replaced by row numbers, and the `attrs` of the first
    frame are kept.
    """
    index = nw.maybe_get_index(frame)
    if index is None:
        return nw.concat([frame, generated])
    labels, name = _longer_index(index, len(generated))
    stacked = nw.concat([nw.maybe_reset_index(_without_attrs(part)) for part in (frame, generated)]).to_native()
    return nw.from_native(_with_attrs(stacked.set_axis(labels, axis=0).rename_axis(name), frame.to_native()))


def _longer_index(index, n_new):
    """Extend integer labels by `n_new` values after the largest; if that is impossible, number all rows from 0.

    Returns the labels and the name of the index. Row numbers have no name.
    """
    labels = np.asarray(index)
    if labels.dtype.kind not in "iu" or int(labels.max()) > np.iinfo(np.int64).max - n_new:
        return range(len(labels) + n_new), None
    if getattr(index, "step", None) == 1:
        return range(index.start, index.stop + n_new), index.name
    new = int(labels.max()) + 1 + np.arange(n_new)
    return np.concatenate((labels.astype(new.dtype), new)), index.name


def _without_attrs(frame):
    """Return a frame without its `attrs`, which pandas compares, with an error if they contain arrays."""
    native = frame.to_native()
    if not getattr(native, "attrs", None):
        return frame
    native = native.copy(deep=False)
    native.attrs = {}
    return nw.from_native(native, allow_series=True)


def _with_attrs(native, original):
    """Return a pandas object with a copy of the `attrs` of another."""
    if getattr(original, "attrs", None):
        native.attrs = deepcopy(original.attrs)
    return native


def _cast_like(series, values):
    """Return `values` as a series with the library and exact dtype of `series`."""
    native = series.to_native()
    if holds_objects(series):
        return nw.new_series(series.name, values, nw.Object, backend=series.implementation)
    if series.dtype.is_temporal():
        values = values.astype(np.int32 if type_of_units(series) == nw.Int32 else np.int64)
    if series.implementation.is_pandas():
        cast = type(native)(values, name=native.name, copy=False).astype(native.dtype)
    else:
        values = values.tolist() if values.dtype.kind == "O" else values
        fresh = nw.new_series(series.name, values, backend=series.implementation)
        # A native cast, because narwhals merges some native types, such as the two string types of Arrow.
        is_native = series.implementation.is_pyarrow() or series.implementation.is_polars()
        cast = fresh.to_native().cast(native_type(series)) if is_native else fresh.cast(series.dtype).to_native()
    return nw.from_native(cast, series_only=True)


def _put(series, filling):
    """Return the series with imputed values, in its own type if it has one."""
    is_null = series.dtype == nw.Unknown and len(filling.rows) == len(series)
    if is_null and not are_missing(filling.cells).all():  # its type can hold no values
        return nw.new_series(series.name, filling.cells.tolist(), backend=series.implementation)
    series, cells = _with_levels(series, filling.cells), filling.cells
    if series.dtype.is_integer() and cells.dtype.kind == "f":
        cells = np.rint(cells)
    positions = np.arange(len(series))
    positions[filling.rows] = len(series) + np.arange(len(cells))
    # Unlike writing in place, gathering supports every type of every library.
    parts = [part.alias("cells").to_frame() for part in (series, _cast_like(series, cells))]
    return nw.maybe_reset_index(nw.concat(parts)["cells"][positions]).alias(series.name)


def _with_levels(series, cells):
    """Add values to the categories of a pandas categorical series. Return any other series unchanged."""
    native = series.to_native()
    if not (series.implementation.is_pandas() and hasattr(native, "cat")):
        return series
    unknown = [level for level in dict.fromkeys(cells.tolist()) if level not in native.cat.categories]
    return nw.from_native(native.cat.add_categories(unknown), series_only=True) if unknown else series
