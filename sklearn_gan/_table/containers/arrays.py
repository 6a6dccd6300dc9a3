"""Containers with one type for all columns: numpy arrays, lists of rows and sparse matrices."""

import numpy as np
from scipy import sparse
from sklearn.utils import check_array

from sklearn_gan._persistence import array_from_document, array_to_document
from sklearn_gan._table.column_kinds.notation import EXACT
from sklearn_gan._table.columns import Gathered, are_missing, are_numbers, as_stored, column_of_array
from sklearn_gan._table.python_values import types_from_document, types_to_document

INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
MASKED_DTYPES = ("bool", *INTEGERS, "float32", "float64")
SPARSE_FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")


class ArrayContainer:
    """A numpy array of any dtype, or any array-like."""

    def __init__(self, X, estimator):
        self._read(X, estimator)

    def _read(self, X, estimator):
        array = check_array(X, dtype=None, ensure_all_finite=False, estimator=estimator)
        if array.dtype.kind == "V":
            raise ValueError(
                "Expected an array of numbers, strings, booleans, dates, durations or objects, got dtype "
                f"{array.dtype}. Pass a data frame, or an array with one column per field."
            )
        self.dtype, self.shape = array.dtype, array.shape
        self._array, self._python_types = array, [None] * array.shape[1]

    @property
    def names(self):
        """The positions of the columns."""
        return list(range(self.shape[1]))

    def columns(self):
        """Yield the columns of the table."""
        return map(self.column, self.names)

    def column(self, position):
        """Return one column of the table."""
        column = column_of_array(position, self._array[:, position])
        self._python_types[position] = column.python_type
        return column

    def remember(self, rows_of_column):
        """Keep the values at `rows_of_column[j]` of each column j, and release the table."""
        self._cells = [self._array[rows, j] for j, rows in enumerate(rows_of_column)]
        del self._array

    def to_document(self):
        """Return the kept values as a document."""
        columns = [array_to_document(cells, f"column {j}") for j, cells in enumerate(self._cells)]
        return {"columns": columns} | types_to_document(self._python_types, range(len(columns)))

    def restore(self, fields, codecs):
        """Restore the kept values from a document."""
        columns = fields.each("columns", len(codecs))
        self._cells = [array_from_document(column) for column in columns]
        self.dtype = self._cells[0].dtype
        self._python_types = types_from_document(fields, codecs, [self.dtype.kind == "O"] * len(codecs))
        parts = zip(columns, self._cells, codecs, self._python_types, strict=True)
        for column, cells, codec, python_type in parts:
            if cells.shape != codec.rows.shape or cells.dtype != self.dtype:
                column.refuse("", f"{len(codec.rows)} values of dtype {self.dtype}", cells)
            if python_type is None and self.dtype.kind not in codec.array_dtypes:
                column.refuse("dtype", f"a dtype for columns of kind {codec.name!r}", f"{self.dtype}")

    def as_built(self, columns):
        """Return the columns with decimals rounded to their places. Arrays store other numbers without rounding."""
        return [as_stored(*pair) for pair in zip(columns, self._python_types, strict=True)]

    def build(self, columns):
        """Return a table of the user's type with the generated columns."""
        n_rows = _n_rows(columns)
        array = np.empty((n_rows, len(columns)), dtype=self.dtype)
        for j, column in enumerate(columns):
            array[:, j] = self._cells_of(j, column)
        return array

    def append(self, X, columns):
        """Return the rows of `X` followed by the generated rows."""
        return np.concatenate((np.asarray(X), self.build(columns)))

    def fill(self, fillings, indicators):
        """Return a copy of the table with imputed values, followed by missing-value indicators.

        Parameters
        ----------
        fillings : dict
            The Filling of each column with missing values, by column position.
        indicators : dict
            The mask of missing values of each column with an indicator, by column position.
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
        remembered, python_type = self._cells[j], self._python_types[j]
        if isinstance(column, Gathered):
            return remembered[column.positions]
        values = column.values.astype(self.dtype) if python_type is None else python_type.to_objects(column.values)
        if column.missing.any():
            values[column.missing] = remembered[-1]  # the missing value comes last in `ColumnCodec.rows`
        return values


class MaskedContainer(ArrayContainer):
    """A masked array of numbers or booleans, whose masked values are missing. Output is masked, with the same dtype."""

    def _read(self, X, estimator):
        if X.dtype.name not in MASKED_DTYPES:
            raise ValueError(
                f"Expected a masked array of numbers or booleans, got dtype {X.dtype}. Pass a data frame with missing "
                "values."
            )
        self._masked_dtype = X.dtype
        # Objects keep booleans and large integers as they are, but take more memory than floats.
        super()._read(X.astype(float if _fit_floats(X) else object).filled(np.nan), estimator)

    def to_document(self):
        return super().to_document() | {"masked_dtype": self._masked_dtype.name}

    def restore(self, fields, codecs):
        super().restore(fields, codecs)
        self._masked_dtype = np.dtype(fields.one_of("masked_dtype", MASKED_DTYPES))

    def build(self, columns):
        return self._masked(super().build(columns))

    def append(self, X, columns):
        return np.ma.concatenate((X, self.build(columns)))

    def fill(self, fillings, indicators):
        return self._masked(super().fill(fillings, indicators))

    def _masked(self, array):
        missing = np.stack([are_missing(cells) for cells in array.T], axis=1)
        return np.ma.array(np.where(missing, 0, array).astype(self._masked_dtype), mask=missing)


class ListContainer(ArrayContainer):
    """A list of rows whose values keep their types."""

    def _read(self, X, estimator):
        super()._read(np.array(X, dtype=object), estimator)

    def build(self, columns):
        return super().build(columns).tolist()

    def _filled(self, fillings):
        """Return an array, as scikit-learn's transformers do: numeric if all values are numbers, else of objects."""
        array = super()._filled(fillings)
        return np.array(array.tolist()) if are_numbers(array.ravel()) else array

    def append(self, X, columns):
        return type(X)([*X, *self.build(columns)])


class SparseContainer(ArrayContainer):
    """A scipy sparse matrix or array. Training uses a dense copy, and output has the same sparse format."""

    def _read(self, X, estimator):
        checked = check_array(X, accept_sparse=True, dtype=None, ensure_all_finite=False)
        self._make, self._format = type(X), X.format
        super()._read(checked.toarray(), estimator)

    def to_document(self):
        is_matrix = isinstance(self._make((0, 0)), sparse.spmatrix)
        return super().to_document() | {"format": self._format, "is_matrix": is_matrix}

    def restore(self, fields, codecs):
        super().restore(fields, codecs)
        self._format = fields.one_of("format", SPARSE_FORMATS)
        self._make = getattr(sparse, f"{self._format}_{'matrix' if fields.flag('is_matrix') else 'array'}")

    def build(self, columns):
        return self._make(super().build(columns))

    def append(self, X, columns):
        return self._make(sparse.vstack((X, self.build(columns)), format=self._format))


def _fit_floats(X):
    """Return whether a masked array has numbers that are exact as floats. Booleans are no numbers."""
    observed = X.compressed()
    if X.dtype.kind == "f" or not len(observed):
        return True
    return X.dtype.kind != "b" and observed.min() >= -EXACT and observed.max() <= EXACT


def _n_rows(columns):
    first = columns[0]
    return len(first.positions if isinstance(first, Gathered) else first.values)
