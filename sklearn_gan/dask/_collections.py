"""Check Dask collections, read them partition by partition, and build lazy collections from tasks."""

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
from dask import delayed
from dask.dataframe.utils import has_known_categories

from sklearn_gan.dask._digest import Digest

DIGESTS_PER_MERGE = 8


def check_collections(X, y):
    """Raise if X and y are not Dask collections with the same partitions."""
    _check_kind("X", X, dd.DataFrame, 2, "a Dask DataFrame of pandas partitions or a 2D Dask Array")
    _check_kind("y", y, dd.Series, 1, "a Dask Series of pandas partitions or a 1D Dask Array")
    if isinstance(X, da.Array) and isinstance(y, dd.Series):
        raise TypeError(
            "Expected y to be a Dask Array, because X is one, got a Dask Series. Call `y.to_dask_array(lengths=True)`."
        )
    if isinstance(X, da.Array) and X.numblocks[1] != 1:
        raise ValueError(
            f"Expected chunks of X with all {X.shape[1]} columns, got {X.numblocks[1]} chunks of columns. Call "
            "`X.rechunk({1: -1})`."
        )
    if X.npartitions != y.npartitions:
        raise ValueError(
            f"Expected X and y to have the same partitions, got {X.npartitions} of X and {y.npartitions} of y. Take "
            "both from one Dask collection, or repartition one of them."
        )
    if getattr(X, "known_divisions", False) and getattr(y, "known_divisions", False):
        _check_divisions(X.divisions, y.divisions)


def _check_divisions(of_X, of_y):
    """Raise if the divisions of X and y differ."""
    for i, (one, other) in enumerate(zip(of_X, of_y, strict=True)):
        if one != other:
            raise ValueError(
                f"Expected X and y to have the same divisions, got {one!r} in X and {other!r} in y as number {i}. "
                "Repartition one of them with the `divisions` of the other."
            )


def _check_kind(name, found, frame, ndim, expected):
    is_frame = isinstance(found, frame) and isinstance(found._meta, pd.DataFrame | pd.Series)
    is_array = isinstance(found, da.Array) and isinstance(found._meta, np.ndarray) and found.ndim == ndim
    if not (is_frame or is_array):
        kind = f"{type(found).__module__.split('.')[0]} {type(found).__name__}"
        raise TypeError(
            f"Expected {name} to be {expected}, got {kind}. Use `sklearn_gan.GANOversampler` for tables in memory, or "
            "convert them with `dask.dataframe.from_pandas` or `dask.array.from_array`."
        )


def check_index(X):
    """Raise if synthetic rows cannot continue the index of X."""
    if isinstance(X, dd.DataFrame) and not pd.api.types.is_integer_dtype(X._meta.index.dtype):
        raise ValueError(
            "Expected X to have an index of integers, which synthetic rows continue, got an index of type "
            f"{X._meta.index.dtype}. Call `X.reset_index()`, with `drop=True` to leave it out, and take y from the "
            "result."
        )


def check_largest_label(collection, label):
    """Raise if the index of a Dask DataFrame or Series cannot hold the labels of synthetic rows, up to `label`."""
    dtype = collection._meta.index.dtype
    if label > np.iinfo(getattr(dtype, "numpy_dtype", dtype)).max:
        raise ValueError(
            f"Expected an index that can hold the labels of synthetic rows, up to {label}, got an index of type "
            f"{dtype}. Call `X.reset_index()`, with `drop=True` to leave it out, and take y from the result."
        )


def empty_partition(collection):
    """Return a partition of a collection without rows."""
    if isinstance(collection, da.Array):
        return np.empty((0, *collection.shape[1:]), dtype=collection.dtype)
    return collection._meta


def column_names(X):
    """Return the names of the columns of a collection, or the positions in an array."""
    return X.columns.tolist() if isinstance(X, dd.DataFrame) else list(range(X.shape[1]))


def digest(X, y, seed, chooser):
    """Return the Digest of all partitions, computed in one pass.

    Categorical columns with unknown categories differ in type between partitions. Digests therefore hold their values,
    and the result holds categories in sorted order.
    """
    unknown = [name for name, meta in _columns(X) if _has_unknown_categories(meta)]
    is_unknown = _has_unknown_categories(y._meta)
    read = delayed(_read, pure=False)
    digests = [read(pair, i, seed, chooser, unknown, is_unknown) for i, pair in enumerate(_pairs(X, y))]
    merge = delayed(Digest.merge, pure=False)
    while len(digests) > 1:
        starts = range(0, len(digests), DIGESTS_PER_MERGE)
        digests = [merge(digests[start : start + DIGESTS_PER_MERGE], chooser) for start in starts]
    found = digests[0].compute()
    found.X = found.X.astype(dict.fromkeys(unknown, "category")) if unknown else found.X
    found.y = found.y.astype("category") if is_unknown else found.y
    return found


def _pairs(X, y):
    """Return a task for each partition, which returns its rows and labels."""
    if isinstance(X, dd.DataFrame) and isinstance(y, dd.Series):
        # One expression for both, so that Dask reads each partition once.
        pairs = X.map_partitions(_pair, y, meta=X._meta, enforce_metadata=False, align_dataframes=False)
        return pairs.to_delayed()
    # Optimized graphs of two arrays would share no task, and so read their common source twice.
    parts = (np.ravel(part.to_delayed(optimize_graph=isinstance(part, dd.DataFrame))).tolist() for part in (X, y))
    return list(zip(*parts, strict=True))


def _pair(X, y):
    return X, y


def _read(pair, number, seed, chooser, unknown, is_unknown):
    """Return the digest of a partition, with values in place of unknown categories."""
    X, y = pair
    X = X.copy(deep=False) if unknown else X
    for name in unknown:
        X[name] = _values_of_categories(X[name])
    return Digest.of_partition(X, _values_of_categories(y) if is_unknown else y, number, seed, chooser)


def _columns(X):
    return X._meta.items() if isinstance(X, dd.DataFrame) else ()


def _has_unknown_categories(meta):
    return isinstance(getattr(meta, "dtype", None), pd.CategoricalDtype) and not has_known_categories(meta)


def _values_of_categories(series):
    dtype = series.cat.categories.dtype
    return series.astype(object if dtype.kind in "iub" else dtype)  # integers and booleans may be missing


def to_collection(parts, lengths, meta, start=None):
    """Return a Dask collection of tasks.

    Parameters
    ----------
    parts : list of Delayed
        The tasks, one per partition.
    lengths : list of int
        The number of rows that each returns.
    meta : DataFrame, Series or ndarray
        An empty partition.
    start : int or None, default=None
        The first label of the index of a Dask DataFrame or Series, which has consecutive labels.
    """
    if not isinstance(meta, np.ndarray):
        starts = (np.cumsum([0, *lengths]) + start).tolist()
        number = delayed(_number_rows, pure=False)
        parts = [number(part, start, meta.index) for part, start in zip(parts, starts, strict=False)]
        return dd.from_delayed(parts, meta=meta, divisions=(*starts[:-1], max(start, starts[-1] - 1)))
    return da.concatenate(
        [
            da.from_delayed(part, (length, *meta.shape[1:]), dtype=meta.dtype, meta=meta)
            for part, length in zip(parts, lengths, strict=True)
        ]
    )


def _number_rows(rows, start, index):
    """Give a frame or a series consecutive labels from `start`, with the name and the type of an index."""
    labels = pd.RangeIndex(start, start + len(rows), name=index.name)
    return rows.set_axis(labels if labels.dtype == index.dtype else labels.astype(index.dtype), axis=0)


def append(collection, below):
    """Return the partitions of one collection, followed by those of another."""
    if isinstance(collection, da.Array):
        return da.concatenate([collection, below])
    return dd.concat([collection, below])
