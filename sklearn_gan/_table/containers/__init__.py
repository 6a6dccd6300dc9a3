"""Read any table into columns, and write generated columns in the format of the user's table.

A container keeps a few values of the table, never a copy of it. Generated categories are *gathered* from the user's own
values. Their type, categorical dtype and kind of missing value are therefore kept without conversion. Other generated
values have the Python type of a column of objects, or the dtype of any other column.
"""

import narwhals as nw
import numpy as np
from scipy import sparse

from sklearn_gan._table.arrow import to_chunks
from sklearn_gan._table.containers.arrays import ArrayContainer, ListContainer, MaskedContainer, SparseContainer
from sklearn_gan._table.containers.frames import FrameContainer, PandasContainer, stack_frames
from sklearn_gan._table.containers.protocol import Container
from sklearn_gan._table.containers.record_batches import RecordBatchContainer

__all__ = [
    "Container",
    "FrameContainer",
    "container_from_document",
    "container_to_document",
    "open_container",
    "stack_frames",
]

CONTAINERS: dict[str, type[Container]] = {
    "array": ArrayContainer,
    "list": ListContainer,
    "masked": MaskedContainer,
    "sparse": SparseContainer,
    "frame": FrameContainer,
    "pandas": PandasContainer,
    "record batch": RecordBatchContainer,
}


def open_container(X, estimator="GANOversampler"):
    """Return the container that reads `X` and writes tables like it. Error messages name `estimator`."""
    _refuse_other_tables(X)
    if sparse.issparse(X):
        return SparseContainer(X, estimator)
    if nw.dependencies.is_pandas_like_dataframe(X):
        return PandasContainer(X, estimator)
    if to_chunks(X) is not X:
        return RecordBatchContainer(X, estimator)
    if isinstance(nw.from_native(X, eager_only=True, pass_through=True), nw.DataFrame):
        return FrameContainer(X, estimator)
    if isinstance(X, list | tuple):
        return ListContainer(X, estimator)
    if np.ma.isMaskedArray(X):
        return MaskedContainer(X, estimator)
    return ArrayContainer(X, estimator)


def _refuse_other_tables(X):
    """Raise for tables that would be read as an array of objects."""
    advice = "Convert it with `pandas.DataFrame(X)`."
    if nw.dependencies.is_polars_lazyframe(X):
        kind, advice = "a lazy frame", "Call its `collect()` first."
    elif type(X).__module__.partition(".")[0] == "dask":
        kind = "a Dask collection"
        advice = "Pass it to `sklearn_gan.dask.GANOversampler`, or call its `compute()` first."
    elif isinstance(X, list | tuple) and len(X) > 0 and isinstance(X[0], dict):
        kind = "a list of dicts"
    elif getattr(getattr(X, "dtype", None), "names", None):
        kind = "an array with named fields"
    else:
        return
    raise ValueError(
        f"Expected X to be a data frame, a 2D array, a sparse matrix or a list of rows, got {kind}. {advice}"
    )


def container_to_document(container):
    """Return a container as a document. Only valid after :meth:`Container.remember`."""
    kinds = {kind: name for name, kind in CONTAINERS.items()}
    return {"kind": kinds[type(container)], "shape": list(container.shape)} | container.to_document()


def container_from_document(fields, n_rows, codecs):
    """Return the container stored in a document, or raise if it does not match the fitted codecs."""
    kind = CONTAINERS[fields.one_of("kind", CONTAINERS)]
    container = kind.__new__(kind)  # __init__ would read a table
    container.shape = tuple(fields.integers("shape", 1))
    shape = (n_rows, len(codecs))
    if container.shape != shape:
        fields.refuse("shape", f"{shape}", container.shape)
    container.restore(fields, codecs)
    return container
