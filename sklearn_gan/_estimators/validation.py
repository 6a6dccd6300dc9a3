"""Checks of parameters, and of the rows requested from a sampler."""

from collections.abc import Mapping
from dataclasses import fields
from numbers import Integral, Real

import narwhals as nw
import numpy as np
import torch

from sklearn_gan._networks import TrainingSettings
from sklearn_gan._runtime.text import describe, list_names
from sklearn_gan._runtime.warnings import warn_caller
from sklearn_gan._table import plain_labels

GAN_PARAMETERS = {
    "generator",
    "discriminator",
    "loss",
    "gradient_penalty",
    "feature_matching",
    "reconstruction",
    "augment",
    "augment_share",
}


def check_strategy(sampling_strategy, y, classes, counts):
    """Return a `sampling_strategy` as the name or the dict that imbalanced-learn expects, or raise if it is neither.

    A callable is called with `y`, and a ratio of two classes becomes a dict. `counts` are the numbers of rows of the
    `classes`.
    """
    strategy = _check_returned(sampling_strategy(y)) if callable(sampling_strategy) else sampling_strategy
    if not isinstance(strategy, Mapping):
        return _round_ratio(strategy, classes, counts)
    _check_rows_of_classes(strategy, classes)
    return {label: int(n_rows) for label, n_rows in strategy.items()}


def _check_returned(found):
    """Return what a callable returned, or raise if it is not a dict."""
    if isinstance(found, Mapping):
        return found
    advice = "Return a dict such as {label: 500}."
    if nw.dependencies.is_pandas_series(found):
        advice = "Return its `.to_dict()`."
    elif isinstance(found, Real):
        advice = "Return a dict, or pass a ratio as `sampling_strategy` itself."
    raise ValueError(
        "Expected the callable `sampling_strategy` to return a dict with the number of rows of each class, got "
        f"{_with_type(found)}. {advice}"
    )


def _check_rows_of_classes(strategy, classes):
    """Raise if a key is not a class, or a value is not a number of rows."""
    known, plain = set(classes), plain_labels(classes)
    for label, n_rows in strategy.items():
        if label not in known:
            raise ValueError(
                f"Expected the keys of `sampling_strategy` to be classes of y ({list_names(plain)}, of type "
                f"{type(plain[0]).__name__}), got {_with_type(label)}. Use classes of y, in the same type."
            )
        if isinstance(n_rows, bool) or not isinstance(n_rows, Real) or n_rows < 0 or n_rows % 1 != 0:
            raise ValueError(
                "Expected the values of `sampling_strategy` to be numbers of rows, which are non-negative integers, "
                f"got {_with_type(n_rows)} for class {_plain(label)!r}. Pass the number of rows after resampling."
            )


def _with_type(found):
    """Describe a value and its type in one line."""
    found = _plain(found)
    return f"{describe(repr(found))} of type {type(found).__name__}"


def _plain(found):
    """Return a NumPy scalar as a Python object, and anything else unchanged."""
    return found.item() if isinstance(found, np.generic) else found


def _round_ratio(sampling_strategy, classes, counts):
    """Return a ratio of two classes as the number of minority rows nearest to it, and anything else unchanged.

    imbalanced-learn truncates the number of new rows, and rejects ratios that are not valid.
    """
    if isinstance(sampling_strategy, Integral) or not isinstance(sampling_strategy, Real) or len(classes) != 2:
        return sampling_strategy
    n_rows = round(sampling_strategy * int(counts.max())) if 0 < sampling_strategy <= 1 else 0
    return {classes[counts.argmin()]: n_rows} if n_rows >= counts.min() else sampling_strategy


def warn_of_similar_labels(labels):
    """Warn about labels that differ only in white space or case."""
    spellings = {}
    for label in labels:
        if isinstance(label, str):
            spellings.setdefault(" ".join(label.split()).casefold(), []).append(label)
    similar = [found for found in spellings.values() if len(found) > 1]
    if similar:
        warn_caller(
            f"Expected labels in y with different names, found {' and '.join(map(repr, similar[0]))}, which differ "
            "only in white space or case. They are separate classes. If they mean the same class, rename them.",
            UserWarning,
        )


def warn_of_identifiers(names):
    """Warn about columns that may identify rows."""
    if names:
        warn_caller(
            "Expected categories that repeat, found different values in most rows of categorical column(s) "
            f"{list_names(names)}. Synthetic rows repeat these values. If they identify rows, drop the column(s).",
            UserWarning,
        )


def warn_of_copies(names):
    """Warn about columns that determine the target."""
    if names:
        subject = f"Column {names[0]!r} determines" if len(names) == 1 else f"Columns {list_names(names)} determine"
        warn_caller(
            f"{subject} y: each class has one value of its own there. If it is a copy of y, remove it from X.",
            UserWarning,
        )


def check_requested_labels(n_samples, y, classes):
    """Return the class of each requested row, as a position in `classes`."""
    return np.repeat(*check_request(n_samples, y, classes))


def check_request(n_samples, y, classes):
    """Return the requested rows as positions in `classes`, and how often each position is repeated."""
    known = f"Labels seen in fit: {plain_labels(classes)}. Pass one of them."
    if y is None:
        raise ValueError(f"Expected `y` to be a label, or one label per row, got None. {known}")
    labels = np.asarray(y)
    if labels.ndim == 0:
        if not isinstance(n_samples, Integral) or n_samples < 0:
            raise ValueError(
                f"Expected `n_samples` to be a non-negative integer, got {n_samples!r}. Pass the number of rows of "
                f"class {labels.tolist()!r}."
            )
    elif labels.ndim > 1 or (n_samples is not None and n_samples != len(labels)):
        raise ValueError(
            f"Expected `y` to be a label or a 1D array of `n_samples` labels, got labels of shape {labels.shape} and "
            f"n_samples={n_samples}. Pass a 1D array without `n_samples` to sample one row per label."
        )
    # Labels are equal across dtypes, such as 1 and 1.0.
    position = {label: code for code, label in enumerate(plain_labels(classes))}
    requested = plain_labels(labels.ravel())
    unseen = [label for label in dict.fromkeys(requested) if label not in position]
    if unseen:
        raise ValueError(f"Label(s) {unseen} were not seen in fit. {known}")
    codes = np.array([position[label] for label in requested], dtype=np.intp)
    return codes, np.full(len(codes), 1 if labels.ndim else n_samples)


def check_candidates(n_candidates, selector):
    """Raise if there is no selector to choose among candidates."""
    if n_candidates > 1 and selector is None:
        raise ValueError(
            f"Expected a sampler fitted with `n_candidates` above 1 to select from n_candidates={n_candidates}, got a "
            "sampler without classifiers for the selection. Fit it again, or set `n_candidates` to 1."
        )


def check_distance(min_distance, real_rows, repeated):
    """Raise if the sampler has not stored its real rows, or if it can only repeat the single row of a class."""
    if real_rows is None:
        raise ValueError(
            f"Expected a sampler fitted with `min_distance` above 0 to keep min_distance={min_distance} from real "
            "rows, got a sampler without stored rows. Fit it again."
        )
    if repeated:
        raise ValueError(
            f"Expected at least 2 real rows in each class to sample with min_distance={min_distance}, got 1 in "
            f"class(es) {repeated}: their synthetic rows copy the real row. Exclude these classes from "
            "`sampling_strategy`, or collect more rows."
        )


def check_hidden_layer_sizes(sizes):
    """Return the sizes as a tuple of Python integers, or raise if they are not positive integers."""
    sizes = tuple(sizes)
    if not sizes or not all(isinstance(size, Integral) and size > 0 for size in sizes):
        raise ValueError(
            f"Expected `hidden_layer_sizes` to contain one or more positive integers, got {sizes}. "
            "Pass the width of each hidden layer: (256, 256) creates two layers of 256 units."
        )
    return tuple(int(size) for size in sizes)


def training_settings(estimator):
    """Return the TrainingSettings of an estimator, with `hidden_layer_sizes` checked."""
    params = {field.name: getattr(estimator, field.name) for field in fields(TrainingSettings)}
    return TrainingSettings(**params | {"hidden_layer_sizes": check_hidden_layer_sizes(estimator.hidden_layer_sizes)})


def check_module(name, module):
    """Raise if `module` is an instance, or a class that does not create torch modules."""
    if isinstance(module, torch.nn.Module):
        raise ValueError(
            f"Expected `{name}` to be a name or a subclass of torch.nn.Module, got an instance of "
            f"{type(module).__name__}. Pass the class: the sampler creates an instance of the right size for the table."
        )
    # Other callables are accepted, because a function may also create a module.
    if isinstance(module, type) and not issubclass(module, torch.nn.Module):
        raise ValueError(
            f"Expected `{name}` to be a name or a subclass of torch.nn.Module, got the class {module.__name__}. Derive "
            "it from torch.nn.Module."
        )


def warn_of_unused(params, defaults):
    """Warn about parameters that were set but have no effect under the chosen options."""
    unused = sorted(
        name for name in _unused(params) if params[name] is not defaults[name] and params[name] != defaults[name]
    )
    if unused:
        warn_caller(
            f"Parameter(s) {', '.join(f'`{name}`' for name in unused)} have no effect with mode={params['mode']!r}, "
            f"generator={params['generator']!r} and augment={params['augment']!r}. Keep their defaults, or choose "
            "options that use them.",
            UserWarning,
        )


def _unused(params):
    """Return the names of the parameters that the chosen mode, generator and augmentation do not use."""
    if params["mode"] == "autoencoder":
        return GAN_PARAMETERS
    names = set() if params["generator"] == "autoencoder" else {"reconstruction"}  # the others reconstruct nothing
    return names if params["augment"] else names | {"augment_share", "perturbation", "perturbation_scale"}
