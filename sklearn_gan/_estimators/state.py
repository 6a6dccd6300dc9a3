"""Conversion of fitted samplers to documents for saved files, and back."""

import inspect
from collections import OrderedDict
from copy import deepcopy

import numpy as np
import torch

from sklearn_gan._networks import net_from_document, net_to_document
from sklearn_gan._persistence import (
    InvalidFileError,
    array_from_document,
    array_to_document,
    cells_from_document,
    cells_to_document,
)
from sklearn_gan._persistence.random_states import (
    legacy_from_document,
    legacy_to_document,
    numpy_from_document,
    numpy_to_document,
)
from sklearn_gan._runtime.device import choose_device
from sklearn_gan._runtime.interruption import interruptible
from sklearn_gan._runtime.text import describe
from sklearn_gan._runtime.torch_settings import OwnTorchSettings
from sklearn_gan._synthesis import CandidateSelector, RealRows
from sklearn_gan._table import (
    TableEncoder,
    container_from_document,
    container_to_document,
    relation_from_document,
    relation_to_document,
)

ROWS_PER_TRIAL = 32


def sampler_to_document(sampler):
    """Return a fitted sampler as a document for a file."""
    sampler._validate_params()  # rejects parameters that `load` would reject
    document = {
        "parameters": [_parameter_to_document(*item) for item in sampler.get_params(deep=False).items()],
        "n_features_in": sampler.n_features_in_,
        "classes": array_to_document(sampler.classes_, "y"),
        "first_rows": sampler._first_rows,
        "amounts": [int(n) for n in sampler.sampling_strategy_.values()],
        "labels": cells_to_document(sampler.sampling_strategy_, "y"),
        "container": container_to_document(sampler._container),
        "encoder": sampler._encoder.to_document(),
        "random_state": numpy_to_document(sampler._rng),
        "net": net_to_document(sampler.net_),
    }
    if len(sampler._sampled_rows) < sampler._container.shape[0]:
        document["sample"] = {"rows": sampler._sampled_rows, "n_rows": sampler._container.shape[0]}
    if hasattr(sampler, "feature_names_in_"):
        document["feature_names_in"] = array_to_document(sampler.feature_names_in_, "the names of columns")
    if sampler._selector is not None:
        document["selector"] = sampler._selector.to_document()
    if sampler._real_rows is not None:
        document["real_rows"] = sampler._real_rows.to_document(sampler._encoder.codecs_)
    if hasattr(sampler, "parents_"):
        document["resampled"] = {"parents": sampler.parents_, "synthetic_mask": sampler.synthetic_mask_}
    return document


def sampler_from_document(kind, fields, device):
    """Return the sampler of class `kind` that a document describes."""
    try:
        sampler = kind(**_parameters(kind, fields))
        sampler._validate_params()
        with interruptible(), OwnTorchSettings("cpu"):
            _restore(sampler, fields, device)
            fields.check_all_was_read()
            _try_out(sampler)  # values that are valid one by one may still not fit together
            if sampler._selector is not None:  # last, because it takes longest
                sampler._selector.train(sampler.net_.mixer.matrix.cpu().numpy())
    except (ImportError, InvalidFileError, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # libraries differ in how they reject forged values; polars' panics are no Exception
        fields.refuse("", "a sampler that generates rows", error)
    return sampler


def _parameter_to_document(name, value):
    """Return a parameter as a document, and None for callbacks, which are code."""
    if name == "callbacks":
        value = None
    if callable(value):
        raise ValueError(
            f"Expected `{name}` to be a string, number or dict, because files contain no code, got {value!r}. Set it "
            "to such a value, or pickle the sampler and load the pickle only if you trust its source."
        )
    if name == "relations" and isinstance(value, list):
        return {"name": name, "relations": [relation_to_document(relation) for relation in value]}
    if isinstance(value, np.random.RandomState):
        return {"name": name, "random_state": legacy_to_document(value)}
    if isinstance(value, range):  # `categorical_features` may be a range
        value = list(value)
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        return {"name": name, "array": array_to_document(value, f"`{name}`")}
    return {"name": name, "value": cells_to_document([value], f"`{name}`")}


def _parameter_from_document(fields):
    if "random_state" in fields.names():
        return legacy_from_document(fields.inside("random_state"))
    if "relations" in fields.names():
        return [relation_from_document(relation) for relation in fields.each("relations")]
    if "array" in fields.names():
        return array_from_document(fields.inside("array"))
    (value,) = cells_from_document(fields, "value", length=1)
    return value


def _parameters(kind, fields):
    """Return the parameters in a document; the defaults apply to any others."""
    known, parameters = inspect.signature(kind).parameters, {}
    for part in fields.each("parameters"):
        name = part.one_of("name", known)
        if name in parameters:
            part.refuse("name", "a unique name", name)
        parameters[name] = _parameter_from_document(part)
    if parameters.get("callbacks") is not None:
        fields.refuse("parameters", "without callbacks, which are code", parameters["callbacks"])
    return parameters


def _restore(sampler, fields, device):
    """Set the fitted attributes from a document."""
    sampler.classes_ = array_from_document(fields.inside("classes"))
    if not np.array_equal(np.unique(sampler.classes_), sampler.classes_):
        fields.refuse("classes", "sorted, distinct labels", sampler.classes_)
    n_classes = len(sampler.classes_)
    if n_classes < 2:
        fields.refuse("classes", "at least 2 labels", sampler.classes_)
    sampler.n_features_in_ = fields.integer("n_features_in", 1)
    sampler._encoder = TableEncoder.from_document(fields.inside("encoder"), sampler.n_features_in_, n_classes)
    sampler.relations_ = sampler._encoder.relations_
    sampler.sampling_strategy_ = _amounts(fields, sampler.classes_)
    if "feature_names_in" in fields.names():
        sampler.feature_names_in_ = array_from_document(fields.inside("feature_names_in"))
        if sampler.feature_names_in_.shape != (sampler.n_features_in_,):
            fields.refuse("feature_names_in", f"{sampler.n_features_in_} names", sampler.feature_names_in_)
    sampler._rng = numpy_from_document(fields.inside("random_state"))
    net = fields.inside("net")
    found = _choose_device(device, sampler, net.text("device"))
    sampler.net_ = net_from_document(net, sampler._encoder.layout_, n_classes, found)
    sampler.history_ = sampler.net_.history_
    n_sampled, codecs = len(sampler.net_.mixer.matrix), sampler._encoder.codecs_
    sampler._sampled_rows, n_rows = _sampled_rows(fields, n_sampled)
    sampler._container = container_from_document(fields.inside("container"), n_rows, codecs)
    sampler._first_rows = fields.positions("first_rows", (n_classes,), n_rows)
    if len(np.unique(sampler._first_rows)) < n_classes:
        fields.refuse("first_rows", "one row per class", sampler._first_rows)
    sampler._selector = None
    if "selector" in fields.names():
        sampler._selector = CandidateSelector.from_document(fields.inside("selector"), n_sampled, n_classes)
    sampler._real_rows = None
    if "real_rows" in fields.names():
        sampler._real_rows = RealRows.from_document(fields.inside("real_rows"), n_rows, codecs)
    if "resampled" in fields.names():
        _restore_resampled(sampler, fields.inside("resampled"), n_rows)


def _sampled_rows(fields, n_sampled):
    """Return the positions of the sampled rows in the table, and its number of rows."""
    if "sample" not in fields.names():
        return np.arange(n_sampled), n_sampled
    sample = fields.inside("sample")
    n_rows = sample.integer("n_rows", n_sampled)
    rows = sample.positions("rows", (n_sampled,), n_rows)
    if (np.diff(rows) <= 0).any():
        sample.refuse("rows", "in ascending order", rows)
    return rows, n_rows


def _amounts(fields, classes):
    amounts = fields.integers("amounts", 0)
    labels = cells_from_document(fields, "labels", len(amounts))
    if not set(labels) <= set(classes) or len(set(labels)) < len(labels):
        fields.refuse("labels", f"distinct labels among {describe(classes.tolist())}", labels)
    return OrderedDict(zip(labels, amounts, strict=True))


def _restore_resampled(sampler, fields, n_rows):
    sampler.parents_ = fields.positions("parents", (None, None), n_rows, start=-1)
    sampler.synthetic_mask_ = fields.array("synthetic_mask", bool, (n_rows + len(sampler.parents_),))


def _choose_device(requested, sampler, trained_on):
    """Return the requested device, or for "auto" the training device if available, else the CPU."""
    if requested != "auto":
        sampler.device = requested
        return choose_device(requested)
    if not _is_available(sampler.device):  # the file may come from another machine
        sampler.device = "auto"
    return choose_device(trained_on if _is_available(trained_on) else "cpu")


def _is_available(device):
    try:
        return bool(choose_device(device))
    except ValueError:
        return False


def _try_out(sampler):
    """Generate a row of each class, in batches, and restore the states of the random generators."""
    net, codes = sampler.net_, np.arange(len(sampler.classes_))
    state, state_of_net = deepcopy(sampler._rng.bit_generator.state), net.rng.get_state()
    for batch in np.split(codes, range(ROWS_PER_TRIAL, len(codes), ROWS_PER_TRIAL)):
        drawn = net.draw(torch.from_numpy(batch).to(net.device)).to("cpu")
        sampler._container.build(sampler._encoder.decode(drawn.rows.numpy(), batch, sampler._rng))
    sampler._rng.bit_generator.state = state
    net.rng.set_state(state_of_net)
