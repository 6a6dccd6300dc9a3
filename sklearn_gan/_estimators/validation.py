"""Checks of the parameters and requests of estimators."""

from dataclasses import fields
from numbers import Integral

import numpy as np
import torch

from sklearn_gan._networks import TrainingSettings
from sklearn_gan._runtime.warnings import warn_caller

ONLY_OF_THE_GAN = {
    "generator",
    "discriminator",
    "loss",
    "gradient_penalty",
    "feature_matching",
    "reconstruction",
    "augment",
    "augment_share",
}


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


def training_settings(estimator):
    """Return the parameters of an estimator that make up its TrainingSettings, with `hidden_layer_sizes` checked."""
    params = {field.name: getattr(estimator, field.name) for field in fields(TrainingSettings)}
    return TrainingSettings(**params | {"hidden_layer_sizes": check_hidden_layer_sizes(estimator.hidden_layer_sizes)})


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


def warn_of_unused(params, defaults):
    """Warn of parameters that were set but have no effect under the chosen options."""
    idle = sorted(
        name for name in _unused(params) if params[name] is not defaults[name] and params[name] != defaults[name]
    )
    if idle:
        warn_caller(
            f"What was set in {', '.join(f'`{name}`' for name in idle)} has no effect with "
            f"mode={params['mode']!r}, generator={params['generator']!r} and augment={params['augment']!r}. Leave it "
            "at its default, or choose what reads it.",
            UserWarning,
        )


def _unused(params):
    """Return the names of the parameters that the chosen mode, generator and augmentation do not use."""
    if params["mode"] == "autoencoder":
        return ONLY_OF_THE_GAN
    names = set() if params["generator"] == "autoencoder" else {"reconstruction"}
    return names if params["augment"] else names | {"augment_share", "perturbation", "perturbation_scale"}
