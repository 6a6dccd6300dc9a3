"""Read and check the labels of a target."""

from numbers import Real

import narwhals as nw
import numpy as np
from imblearn.utils import check_target_type
from scipy import sparse
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from sklearn_gan._runtime.text import describe, list_names
from sklearn_gan._table.arrow import to_chunks
from sklearn_gan._table.columns import are_missing, has_numpy_type, native_type, type_to_convert_to

KINDS = (str, Real | np.bool_, np.datetime64)  # the labels of a target are of one of these


def check_labels(y):
    """Return the target as one column of labels, and decode a one-hot target as imbalanced-learn does."""
    labels = read_labels(y)
    if np.ndim(labels) == 2 and labels.shape[1] == 1:
        labels = read_labels(labels[:, 0])
    if np.ndim(labels) == 1:
        _check_labelled(are_missing(labels))
    check_classification_targets(labels)
    return check_target_type(labels, indicate_one_vs_all=True)[0]


def read_labels(y):
    """Return the target as an array, or raise if its labels are not all strings or all numbers.

    Labels held as objects become numbers if all of them are.
    """
    y = to_chunks(y)
    series = nw.from_native(y, series_only=True, pass_through=True)
    if isinstance(series, nw.Series):
        y = _array_of_series(series)
    elif sparse.issparse(y):
        return y.toarray()
    elif isinstance(y, list | tuple):
        return _array_of_list(y)
    labels = np.asarray(y)
    if labels.ndim == 0:
        return y  # refused by scikit-learn
    return _array_of_objects(labels) if labels.ndim == 1 and labels.dtype.kind in "OSV" else labels


def plain_labels(labels):
    """Return an array of labels as a list of Python objects, or of NumPy dates: those in nanoseconds become integers.

    The result has the keys of a `sampling_strategy_`.
    """
    return list(labels) if labels.dtype.kind == "M" else labels.tolist()


def _array_of_series(series):
    """Return the values of a series. scikit-learn would convert nullable integers and booleans to floats."""
    if not has_numpy_type(series):
        _check_labelled(series.is_null().to_numpy())
        _refuse(f"a series of type {native_type(series)}", type_to_convert_to(series))
    return series.to_numpy()


def _array_of_list(y):
    """Return a list as an array of labels, or of one-hot rows."""
    cells = np.fromiter(y, dtype=object, count=len(y))  # `np.array` would convert numbers beside strings to strings
    if any(issubclass(kind, list | tuple | np.ndarray) for kind in set(map(type, cells))):
        rows = _stack(y)
        if rows is not None and (rows.ndim < 2 or rows.shape[1] == 1 or type_of_target(rows).startswith("multilabel")):
            return rows
    labels = _array_of_objects(cells)
    return labels.astype(str) if labels.dtype == object else labels


def _stack(rows):
    """Return rows as an array, or None if they differ in length."""
    try:
        return np.array(rows)
    except ValueError:
        return None


def _array_of_objects(cells):
    """Return labels held as objects as strings or numbers, or raise if they are of other types."""
    _check_labelled(are_missing(cells))
    examples = {type(cell): cell for cell in reversed(cells.tolist())}
    kind = next((kind for kind in KINDS if all(issubclass(found, kind) for found in examples)), None)
    if kind is str:
        return np.fromiter(map(str.__str__, cells), dtype=object, count=len(cells))  # without members of enumerations
    numbers = np.array(cells.tolist()) if kind else cells
    if numbers.dtype.kind in "OSV":
        _refuse(list_names(list(examples.items())[::-1], 3, _with_example))
    return numbers


def _with_example(item):
    kind, example = item
    return f"{kind.__name__} (such as {describe(repr(example))})"


def _check_labelled(missing):
    """Raise if a row has no label."""
    if missing.any():
        raise ValueError(
            f"Expected a label in each row of y, got {missing.sum()} row(s) without a label, the first at row "
            f"{missing.argmax()}. Drop these rows."
        )


def _refuse(found, target="strings"):
    raise ValueError(
        f"Expected labels in y that are all strings or all numbers of at most 64 bits, got {found}. Convert them, for "
        f"example to {target}."
    )
