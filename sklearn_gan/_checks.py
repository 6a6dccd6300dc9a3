"""What the caller passes, checked: each message says what was expected, what was found and what to do."""

import re
import sys
import warnings
from hashlib import blake2b
from numbers import Integral
from pathlib import Path

import imblearn
import narwhals as nw
import numpy as np
import sklearn
import torch
from imblearn.utils import check_target_type
from scipy import sparse
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets

from sklearn_gan._containers.columns import are_missing

OWN_FOLDERS = tuple(str(Path(module.__file__).parent) for module in (sys.modules[__package__], sklearn, imblearn))


def check_labels(y):
    """Return the target as one column of labels; a one-hot one as imbalanced-learn takes it."""
    series = nw.from_native(y, series_only=True, pass_through=True)
    if isinstance(series, nw.Series):
        y = series.to_numpy()  # scikit-learn makes floats of nullable and of categorical integers and booleans
    elif sparse.issparse(y):
        y = y.toarray()
    elif np.ndim(y) == 2 and np.shape(y)[1] > 1:
        y = np.asarray(y)
    if np.ndim(y) == 1 and (unlabelled := are_missing(np.asarray(y))).any():
        raise ValueError(
            f"Expected a label in each row of y, got {unlabelled.sum()} row(s) that have none, the first of them row "
            f"{unlabelled.argmax()}. Drop these rows."
        )
    try:
        check_classification_targets(y)
        labels = check_target_type(y, indicate_one_vs_all=True)[0]
        np.unique(labels)
    except TypeError as error:
        raise ValueError(
            f"Expected labels of one type in y, got labels that cannot be compared: {error}. Convert them, for example "
            "to strings."
        ) from error
    return labels


def check_wanted_labels(n_samples, y, classes):
    """Return the class, as a position in `classes`, of each row that is asked for."""
    known = f"Labels seen in fit: {classes.tolist()}. Ask for one of these."
    if y is None:
        raise ValueError(f"Expected in `y` the label to draw, or one for each row, got None. {known}")
    labels = np.asarray(y)
    if labels.ndim == 0:
        if not isinstance(n_samples, Integral) or n_samples < 0:
            raise ValueError(
                f"Expected `n_samples` to be an integer, 0 or larger, got {n_samples!r}. Pass how many rows of class "
                f"{labels.tolist()!r} to draw."
            )
    elif labels.ndim > 1 or (n_samples is not None and n_samples != len(labels)):
        raise ValueError(
            f"Expected a label, or one for each row that `n_samples` asks for, got labels of shape {labels.shape} "
            f"and n_samples={n_samples}. Leave `n_samples` out to draw a row for each label."
        )
    position = {label: code for code, label in enumerate(classes.tolist())}
    wanted = labels.ravel().tolist()
    unseen = [label for label in dict.fromkeys(wanted) if label not in position]
    if unseen:
        raise ValueError(f"Label(s) {unseen} were not seen in fit. {known}")
    codes = np.array([position[label] for label in wanted], dtype=np.intp)
    return codes if labels.ndim else np.repeat(codes, n_samples)


def check_candidates(n_candidates, selector):
    """Refuse candidates among which nothing chooses."""
    if n_candidates > 1 and selector is None:
        raise ValueError(
            f"Expected a sampler whose `n_candidates` was above 1 in `fit`, to choose among n_candidates={n_candidates}"
            ", got one without judges of rows. Fit it again, or set `n_candidates` to 1."
        )


def check_distance(min_distance, real_rows, repeated):
    """Refuse a distance from real rows that are not there any more, or from those that are repeated."""
    if real_rows is None:
        raise ValueError(
            f"Expected a sampler whose `min_distance` was above 0 in `fit`, to draw min_distance={min_distance} away "
            "from real rows, got one that has let go of them. Fit it again."
        )
    if repeated:
        raise ValueError(
            f"Expected at least 2 rows of each class that is drawn min_distance={min_distance} away from real ones, "
            f"got 1 of class(es) {repeated}, which can only be repeated. Leave them out of `sampling_strategy`, or "
            "collect more rows."
        )


def check_hidden_layer_sizes(sizes):
    """Return the sizes as a tuple of Python's integers."""
    sizes = tuple(sizes)
    if not sizes or not all(isinstance(size, Integral) and size > 0 for size in sizes):
        raise ValueError(
            f"Expected `hidden_layer_sizes` to hold one or more positive integers, got {sizes}. "
            "Pass the width of each layer: (256, 256) makes two hidden ones of 256 units."
        )
    return tuple(int(size) for size in sizes)


def check_module(name, module):
    """Refuse what is called, but makes none of torch's modules; names were checked before."""
    if isinstance(module, torch.nn.Module):
        raise ValueError(
            f"Expected `{name}` to be a name or a subclass of torch.nn.Module, got an instance of "
            f"{type(module).__name__}. Pass the class: the sampler makes its own instance, of the sizes of the table."
        )
    if isinstance(module, type) and not issubclass(module, torch.nn.Module):
        raise ValueError(
            f"Expected `{name}` to be a name or a subclass of torch.nn.Module, got the class {module.__name__}. Derive "
            "it from torch.nn.Module."
        )


def warn_of_unread(params, defaults, unread):
    """Warn of parameters that were set to no effect."""
    idle = sorted(name for name in unread if params[name] is not defaults[name] and params[name] != defaults[name])
    if idle:
        warn_caller(
            f"What was set in {', '.join(f'`{name}`' for name in idle)} has no effect with "
            f"mode={params['mode']!r}, generator={params['generator']!r} and augment={params['augment']!r}. Leave it "
            "at its default, or choose what reads it.",
            UserWarning,
        )


def warn_caller(message, category):
    """Warn at the line outside of this package and of the libraries that call it."""
    frame, stacklevel = sys._getframe(), 1
    while frame.f_back and frame.f_code.co_filename.startswith(OWN_FOLDERS):
        frame, stacklevel = frame.f_back, stacklevel + 1
    warnings.warn(message, category, stacklevel=stacklevel)


def check_finite(net, learning_rate):
    """Refuse a net whose training diverged."""
    if not net.is_finite():
        raise FloatingPointError(
            f"Training diverged: after {net.history_[-1, 'step']} steps the weights are not finite. "
            f"Lower `learning_rate`, which is {learning_rate}."
        )


def choose_device(name):
    """Return the device that is called so; of "auto", the accelerator if there is one."""
    if name == "auto":
        return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    if not isinstance(name, str | torch.device):
        raise ValueError(f'Expected `device` to be a string, "auto" or the name of a device, got {name!r}. Pass "cpu".')
    try:
        torch.Generator(name)  # says whether the device is there, too
        return torch.device(name)
    except (AssertionError, NotImplementedError, RuntimeError) as error:  # backends differ in what they raise
        why = re.split(r"\.\s|\n", str(error))[0].rstrip(".")  # what follows the first sentence can be an essay
        raise ValueError(
            f'Expected `device` to be "auto" or a device that this torch can use, got {name!r}: {why}. '
            'Pass "cpu", which is always there.'
        ) from error


def draw_seed(random_state):
    """Return a seed; None gives a fresh one, so that numpy's global state is left alone."""
    if random_state is None or isinstance(random_state, Integral):
        return random_state
    return check_random_state(random_state).randint(np.iinfo(np.int32).max)


def seed_for_table(random_state, *arrays):
    """Return a random generator for these arrays: the same for equal ones, one that shares no noise for any others.

    So the folds of a cross-validation, whose samplers have the same seed, are independent of each other.
    """
    seed = draw_seed(random_state)
    if seed is None:
        return np.random.default_rng()
    digest = blake2b(digest_size=16)
    for array in arrays:
        digest.update(np.ascontiguousarray(array))
    return np.random.default_rng([seed, *np.frombuffer(digest.digest(), dtype=np.uint32).tolist()])


def choose_categories(categorical_features, columns):
    """Return for each column whether it is of categories."""
    if isinstance(categorical_features, str):
        return [column.kind not in {"number", "time"} for column in columns]
    # Two levels have nothing between them, so that a boolean column is one of categories in any case.
    chosen = {j for j, column in enumerate(columns) if column.kind == "boolean"}
    chosen |= _listed_positions(list(categorical_features), columns)
    return [j in chosen for j in range(len(columns))]


def _listed_positions(listed, columns):
    """Return the positions of the columns that a mask or a list of names and positions tells."""
    if not listed or not all(isinstance(item, bool | np.bool_) for item in listed):
        return {_position(item, columns) for item in listed}
    if len(listed) != len(columns):
        raise ValueError(
            f"Expected a mask of {len(columns)} entries in `categorical_features`, one for each column, got "
            f"{len(listed)}. Pass names or positions to list the categories only."
        )
    return set(np.flatnonzero(listed).tolist())


def _position(item, columns):
    """Return the position of the column that is called `item` or stands there."""
    names = [column.name for column in columns]
    if item in names:
        return names.index(item)
    if isinstance(item, Integral) and -len(columns) <= item < len(columns):
        return int(item) % len(columns)
    raise ValueError(
        f"Expected in `categorical_features` names or positions of columns, got {item!r}, which is no column of the "
        f"table. Pass some of its {len(columns)} columns: {_shorten(names)}."
    )


def _shorten(names, longest=20):
    listed = ", ".join(map(repr, names[:longest]))
    return f"{listed}, ..." if len(names) > longest else listed
