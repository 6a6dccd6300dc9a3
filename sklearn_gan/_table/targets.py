"""Repeat, stack and select rows of tables, targets and other values per row."""

import narwhals as nw
import numpy as np
from scipy import sparse
from sklearn.utils import _safe_indexing

from sklearn_gan._table.arrow import from_chunks, to_chunks
from sklearn_gan._table.containers import stack_frames


def repeat_targets(y, rows, X_resampled):
    """Append copies of the values at `rows` to the target, and give it the index of `X_resampled`.

    The target may be a list, an array (one column, one-hot or strings), or a series, data frame, array or record batch
    of any library, categorical or not.
    """
    native = nw.from_native(to_chunks(y), eager_only=True, allow_series=True, pass_through=True)
    if isinstance(native, nw.Series):
        name = native.name
        frame = native.alias("target").to_frame()
        repeated = stack_frames(frame, frame[rows])["target"].alias(name)
        return from_chunks(_same_index(repeated, X_resampled), y)
    if isinstance(native, nw.DataFrame):
        return from_chunks(_same_index(stack_frames(native, native[rows]), X_resampled), y)
    if isinstance(y, list | tuple):
        return type(y)([*y, *(y[row] for row in rows)])
    if sparse.issparse(y):
        return type(y)(sparse.vstack((y, y.tocsr()[rows])))
    return np.concatenate((np.asarray(y), np.asarray(y)[rows]))


def take_rows(values, rows):
    """Select rows by position from a table or from any container with one value per row."""
    frame = nw.from_native(to_chunks(values), eager_only=True, allow_series=True, pass_through=True)
    if isinstance(frame, nw.DataFrame | nw.Series):
        return from_chunks(frame[rows].to_native(), values)
    if sparse.issparse(values):
        return values.tocsr()[rows]
    return _safe_indexing(values if hasattr(values, "__getitem__") else np.asarray(values), rows)


def stack_rows(X, below):
    """Return the rows of a table, followed by those of another one in the same container."""
    frame = nw.from_native(X, eager_only=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        return stack_frames(frame, nw.from_native(below, eager_only=True)).to_native()
    if sparse.issparse(X):
        return type(X)(sparse.vstack((X, below)))
    if isinstance(X, list | tuple):
        return type(X)([*X, *below])
    return np.ma.concatenate((X, below)) if np.ma.isMaskedArray(X) else np.concatenate((np.asarray(X), below))


def _same_index(y_resampled, X_resampled):
    native = y_resampled.to_native()
    if nw.maybe_get_index(y_resampled) is None or not nw.dependencies.is_pandas_like_dataframe(X_resampled):
        return native
    return native.set_axis(X_resampled.index, axis=0)
