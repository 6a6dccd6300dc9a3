"""Truncated, damaged or forged files are refused at little cost, and a killed save leaves a complete file."""

import gzip
import io
import json
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
import zipfile
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load, save

from sklearn_gan import GANOversampler
from sklearn_gan._networks.gan import ConditionalGAN
from sklearn_gan._persistence.file_format import FORMAT_VERSION

SAVED = Path(__file__).parent / "saved"
N_KILLS = int(os.environ.get("N_KILLS", "10"))
N_FLIPS = 200
NAMES = ("mixed", "numbers")
BLANK = b'"sha256":"' + b"0" * 64


def read(path):
    """Return the metadata, the arrays and the document of a file."""
    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
    arrays = load(path.read_bytes())
    return metadata, arrays, json.loads(arrays.pop("document").tobytes())


def forge(path, metadata, arrays, document):
    """Write a file with arbitrary content and a valid checksum."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    tensors = arrays | {"document": np.frombuffer(text, dtype=np.uint8)}
    data = save(tensors, metadata | {"sha256": "0" * 64})
    path.write_bytes(data.replace(BLANK, BLANK[:10] + sha256(data).hexdigest().encode(), 1))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The path and parts of a saved sampler of a mixed table, without candidate classifiers, which are slow to fit."""
    path = tmp_path_factory.mktemp("small") / "it"
    sampler = GANOversampler.load(SAVED / "mixed.safetensors").set_params(n_candidates=1)
    sampler._selector = None
    sampler.save(path)
    return path, read(path)


def refuse(path, match="Use another copy|Pass a saved file"):
    with pytest.raises(ValueError, match=match):
        GANOversampler.load(path)


def test_rewritten_file_without_changes_loads(small, tmp_path):
    forge(tmp_path / "it", *small[1])
    assert len(GANOversampler.load(tmp_path / "it").sample(5, y="rare")) == 5


@pytest.mark.parametrize("share", [0, 1e-5, 1e-3, 0.05, 0.3, 0.9, 0.99999])
def test_truncated_file_is_refused(small, tmp_path, share):
    data = small[0].read_bytes()
    (tmp_path / "it").write_bytes(data[: int(share * len(data))])
    refuse(tmp_path / "it", "save|undamaged")


def test_trailing_data_is_refused_without_reading_it(small, tmp_path):
    (tmp_path / "it").write_bytes(small[0].read_bytes())
    os.truncate(tmp_path / "it", 2**33)
    refuse(tmp_path / "it", "after the header")
    os.truncate(tmp_path / "it", 2**35)
    refuse(tmp_path / "it", "at most 16 GiB")


@pytest.mark.parametrize("seed", range(4))
def test_single_bit_flips_are_detected(small, tmp_path, seed):
    rng = random.Random(seed)
    data = bytearray(small[0].read_bytes())
    for _ in range(N_FLIPS // 4):
        position, bit = rng.randrange(len(data)), 1 << rng.randrange(8)
        data[position] ^= bit
        (tmp_path / "it").write_bytes(data)
        refuse(tmp_path / "it")
        data[position] ^= bit


class Payload:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_pickles_and_archives_are_refused_and_not_executed(tmp_path):
    payload, path = Payload(tmp_path / "made"), tmp_path / "it"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../escaped", "x")
    path.write_bytes(archive.getvalue())
    refuse(path, "found a zip archive")
    torch.save({"it": payload}, path)
    refuse(path, "found a zip archive, as written by torch.save")
    for protocol in (2, 5):
        path.write_bytes(pickle.dumps(payload, protocol=protocol))
        refuse(path, "found a pickle")
    path.write_bytes(pickle.dumps(payload, protocol=0))
    refuse(path, "found other data")
    path.write_bytes(gzip.compress(bytes(10**7)))
    refuse(path, "found gzip")
    assert not (tmp_path / "made").exists() and not (tmp_path.parent / "escaped").exists()


def test_paths_other_than_regular_files_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        GANOversampler.load(tmp_path / "it")
    with pytest.raises(IsADirectoryError):
        GANOversampler.load(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    refuse(tmp_path / "pipe", "a device or a pipe")
    refuse("/dev/zero", "a device or a pipe")


HEADERS = {
    "not an object": b"[1]",
    "not JSON": b"{" + b"x" * 100,
    "deeply nested": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "no metadata": b'{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
    "huge integers": b'{"__metadata__":{},"a":{"dtype":"U8","shape":[' + b"9" * 5000 + b'],"data_offsets":[0,0]}}',
    "duplicate tensor": b'{"__metadata__":{},"a":{"data_offsets":[0,0]},"a":{"data_offsets":[0,0]}}',
}


@pytest.mark.parametrize("name", HEADERS)
def test_forged_headers_are_refused(tmp_path, name):
    (tmp_path / "it").write_bytes(len(HEADERS[name]).to_bytes(8, "little") + HEADERS[name])
    refuse(tmp_path / "it")


def sealed(header, data):
    """Return the bytes of a file with a header that safetensors would not write, and a valid checksum."""
    text = json.dumps(header, separators=(",", ":")).encode()
    file = len(text).to_bytes(8, "little") + text + data
    return file.replace(BLANK, BLANK[:10] + sha256(file).hexdigest().encode(), 1)


@pytest.mark.parametrize(
    "tensor",
    [
        {"dtype": "U8", "shape": [2**62, 2**62], "data_offsets": [0, 4]},
        {"dtype": "F64", "shape": [10**9], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [-4], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [4], "data_offsets": [-4, 4]},
        {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]},
        {"dtype": "O", "shape": [2], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [[[4]]], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [4], "data_offsets": [0, 4], "path": "../../escaped"},
    ],
)
def test_forged_tensors_are_refused(small, tmp_path, tensor):
    metadata = {
        "estimator": "GANOversampler",
        "format_version": str(FORMAT_VERSION),
        "versions": "{}",
        "sha256": "0" * 64,
    }
    (tmp_path / "it").write_bytes(sealed({"__metadata__": metadata, "document": tensor}, bytes(4)))
    refuse(tmp_path / "it", "undamaged|object")


@pytest.mark.parametrize(
    "change, match",
    [
        ({"format_version": "1"}, "found 1, written by an older version.*torch.*or fit and save the sampler again"),
        ({"format_version": str(FORMAT_VERSION - 1)}, "written by an older version"),
        ({"format_version": str(FORMAT_VERSION + 1)}, "written by a newer version.*torch.*Install that version"),
        ({"format_version": "9" * 5000}, "a newer version"),
        ({"format_version": "one"}, "a newer version"),
        ({"format_version": "\x1b[31m", "versions": "\u202e"}, r"found \\x1b\[31m, .* version: \\u202e\. Install"),
        ({"estimator": "\x1b[31m"}, r"found \\x1b\[31m\. Load"),
        ({"estimator": "GANImputer"}, "found GANImputer"),
    ],
)
def test_error_names_an_unsupported_version_or_estimator(small, tmp_path, change, match):
    metadata, arrays, document = small[1]
    forge(tmp_path / "it", metadata | change, arrays, document)
    refuse(tmp_path / "it", match)


TEXTS = {
    "deeply nested": b"[" * 100_000 + b"]" * 100_000,
    "NaN": b'{"n_features_in": NaN}',
    "huge integer": b'{"n_features_in": ' + b"9" * 5000 + b"}",
    "duplicate keys": b'{"a": 1, "a": 2}',
    "empty": b"",
    "not text": b"\xff\xfe\x00",
    "list": b"[]",
}


@pytest.mark.parametrize("name", TEXTS)
def test_forged_json_texts_are_refused(small, tmp_path, name):
    metadata, arrays, _ = small[1]
    forge(tmp_path / "it", metadata, arrays, TEXTS[name])
    refuse(tmp_path / "it")


def longer_time_step(arrays, document):
    """Make the time step of a column so long that only its last multiple exceeds the latest time."""
    document["encoder"]["columns"][0]["step"] += 1


def put(place, value):
    """Return a function that sets a value of a document, at a place such as "net/latent_dim"."""

    def change(arrays, document):
        *parents, name = [int(part) if part.isdigit() else part for part in place.split("/")]
        for part in parents:
            document = document[part]
        document[name] = value

    return change


def put_parameter(name, value):
    def change(arrays, document):
        (parameter,) = [part for part in document["parameters"] if part["name"] == name]
        parameter["value"] = [value]

    return change


def put_array(place, make):
    def change(arrays, document):
        arrays[place] = np.ascontiguousarray(make(arrays[place]))

    return change


def with_first_value(value):
    def change(array):
        array = array.copy()
        array.reshape(-1)[0] = value
        return array

    return change


def all_of(*changes):
    def change(arrays, document):
        for part in changes:
            part(arrays, document)

    return change


def remove(name):
    return lambda arrays, document: document.pop(name)


def empty_strings(arrays, document):
    """Turn a numeric column, which stores no values, into a column of very long strings."""
    document["container"]["columns"][0]["dtype"] = "<U10000000"
    arrays["container/columns/0/values"] = np.zeros((0, 10_000_000), dtype=np.uint32)


def duplicate_rows(arrays, document):
    arrays["selector/seen"] = np.zeros_like(arrays["selector/seen"])


nested = deepest = []
for _ in range(90):
    deepest.append([])
    (deepest,) = deepest

NUMBER = {"numpy": ["<i8", {"decimal": "1E9999999"}]}
FORGERIES = {
    "latent_dim": put("net/latent_dim", 10**12),
    "latent_dim of another size": put("net/latent_dim", 2**31 - 1),
    "widths": put("net/hidden_layer_sizes", [10**9]),
    "widths beyond 64 bits": put("net/hidden_layer_sizes", [2**31 - 1] * 2),
    "too many layers": put("net/hidden_layer_sizes", [1] * 10**6),
    "no layers": put("net/hidden_layer_sizes", []),
    "steps": put("net/max_steps", 10**400),
    "generators": put("net/generators", [nested]),
    "too many generators": put("net/generators", ["residual"] * 10**5),
    "kind of net": put("net/kind", "eval"),
    "kind of column": put("encoder/columns/0/kind", "os.system"),
    "kind of container": put("container/kind", "__init__"),
    "library": put("container/library", "os"),
    "dtype": put("container/columns/0/array/dtype", "i4,i4"),
    "object dtype": put("container/columns/0/array/dtype", "|O"),
    "shape": put("container/columns/0/array/shape", [10**18]),
    "shape with many dimensions": put("container/columns/0/array/shape", [1] * 1000),
    "categories": put("container/columns/10/categories", nested),
    "flags": put("encoder/flagged", [True] * 11),
    "columns": put("n_features_in", 10**9),
    "labels": put("classes/cells", ["common"]),
    "labels that are slow to parse": put("labels", [NUMBER]),
    "missing labels": put("classes/cells", [None, "rare"]),
    "duplicate labels": put("classes/cells", ["rare", "rare"]),
    "labels of another kind": put("classes/cells", [{"list": []}, {"list": []}]),
    "names": put("feature_names_in/cells", [nested] * 11),
    "random state": put("random_state/inc", 2**128),
    "step": put("net/kept/0/step", -1),
    "unknown parameter": put("parameters/0/name", "__class__"),
    "parameter out of range": put_parameter("max_steps", -5),
    "no encoder": put("encoder", None),
    "matrix": put_array("net/mixer/matrix", with_first_value(np.nan)),
    "width of the matrix": put_array("net/mixer/matrix", lambda array: array[:, 1:]),
    "dtype of the matrix": put_array("net/mixer/matrix", lambda array: array.astype(float)),
    "families": put_array("net/mixer/families", with_first_value(75)),
    "negative family members": put_array("net/mixer/families", with_first_value(-1)),
    "empty families": put_array("net/mixer/families", lambda array: array[:, :0]),
    "sizes": put_array("net/mixer/sizes", with_first_value(7)),
    "weights": put_array("net/weights/0.body.0.bias", with_first_value(np.nan)),
    "shape of weights": put_array("net/weights/0.body.0.weight", np.transpose),
    "torch's random state": put_array("net/random_state/state", lambda array: array * 0 + 255),
    "length of torch's random state": put_array("net/random_state/state", lambda array: array[:9]),
    "knots": put_array("encoder/columns/0/values/values", lambda array: array[::-1]),
    "infinite knots": put_array("encoder/columns/0/values/values", with_first_value(-np.inf)),
    "scores": put_array("encoder/columns/0/scores", lambda array: array[::-1]),
    "fewer scores": put_array("encoder/columns/0/scores", lambda array: array[1:]),
    "categories by frequency": put_array("encoder/columns/8/by_frequency", with_first_value(3)),
    "duplicate categories": put_array("encoder/columns/8/by_frequency", lambda array: array * 0),
    "shares": put_array("encoder/columns/8/share", lambda array: -array),
    "first rows": put_array("first_rows", with_first_value(10**6)),
    "parents": put_array("resampled/parents", with_first_value(10**6)),
    "mask": put_array("resampled/synthetic_mask", lambda array: array[1:]),
    "extra array": lambda arrays, document: arrays.update(another=np.zeros(3)),
    "missing array": lambda arrays, document: arrays.pop("net/mixer/matrix"),
}


def with_types(*types):
    """Return a function that replaces the Python types of a table."""
    return put("container/python_types", list(types))


def remove_types(arrays, document):
    del document["container"]["python_types"]


DATE, ZONED = {"column": 0, "type": "date"}, {"column": 1, "type": "datetime"}
TYPE = "container/python_types/0"
DECIMAL = {"type": "Decimal", "precision": 38, "scale": 2}
COLUMN = "container/columns/0"
# Name of the file, change, and expected message.
REFUSALS = [
    (
        "mixed",
        put_array("encoder/columns/8/by_frequency", lambda array: array * 0),
        "by_frequency to be distinct categories",
    ),
    ("mixed", put_array("encoder/columns/8/share", lambda array: array * 2), "columns/8/share to be shares that sum"),
    ("mixed", put_array("encoder/columns/8/rows", lambda array: array[1:]), "columns/8/rows to be one row per"),
    ("mixed", put("encoder/columns/8/width", 2), "encoder/columns/8/width to be an integer from 3 to 3, found 2"),
    ("mixed", put("container/shape", [1, 11]), r"container/shape to be \(75, 11\), found \(1, 11\)"),
    (
        "mixed",
        all_of(put("container/labels/levels", []), put("container/labels/names", [])),
        "container/labels/levels to be one or more levels of 11 labels, found 0",
    ),
    ("mixed", put("container/columns/8/cells", ["a"]), "container/columns/8 to be 3 values, found 1"),
    ("mixed", put_array("encoder/columns/0/values/values", lambda array: array[::-1]), "values to be increasing"),
    ("mixed", put_array("encoder/columns/0/values/values", with_first_value(-np.inf)), "values to be finite numbers"),
    ("mixed", put("encoder/columns/0/originals/shape", [2, 1]), "originals to be 2 numbers of the same type"),
    ("mixed", put_array("encoder/columns/0/missing", np.invert), "columns/0/rows to be the row of a missing value"),
    ("mixed", put_array("encoder/columns/0/scores", lambda array: array[::-1]), "columns/0/scores to be in ascending"),
    ("mixed", put("encoder/columns/0/values/dtype", "i4,i4"), "values/dtype to be a numpy dtype, found i4,i4"),
    ("mixed", put("encoder/columns/0/values/shape", [74]), r"values/shape to be the shape of 75 values, found \(74,\)"),
    ("mixed", put("encoder/flagged", [True] * 11), "encoder/flagged to be true only for columns with"),
    ("mixed", put("encoder/flagged", [1] * 11), "encoder/flagged to be a list of true and false"),
    ("mixed", put("encoder/columns", []), r"encoder/columns to be a list of 11 items, found \[\]"),
    ("mixed", put("classes/cells", [{"float": "0"}, "rare"]), "classes/cells to be values of .*, found {'float': '0'}"),
    ("mixed", put("classes/cells", ["rare", "common"]), "classes to be sorted, distinct labels"),
    ("mixed", all_of(put("classes/cells", ["a"]), put("classes/shape", [1])), "classes to be at least 2 labels"),
    ("mixed", put("labels", [NUMBER]), "labels to be values of .*, found {'numpy': "),
    ("mixed", put("labels", [{"numpy": ["<f8", 1]}]), "labels to be values of .*, found {'numpy': "),
    ("mixed", put("labels", ["other"]), r"labels to be distinct labels among \['common', 'rare'\], found \['other'\]"),
    ("mixed", all_of(put("labels", ["rare"] * 2), put("amounts", [1, 1])), "labels to be distinct labels among "),
    (
        "mixed",
        all_of(put("feature_names_in/cells", ["a"] * 10), put("feature_names_in/shape", [10])),
        "feature_names_in to be 11 names",
    ),
    ("mixed", put_array("first_rows", lambda array: array * 0), "first_rows to be one row per class"),
    ("mixed", put("n_features_in", 0), "n_features_in to be an integer from 1 to"),
    ("mixed", remove("n_features_in"), "n_features_in to be present, found nothing"),
    ("mixed", put("net/lr", "0"), "net/lr to be a finite number, found 0"),
    ("mixed", put("net/device", 3), "net/device to be a string, found 3"),
    ("mixed", put("net/diverged_at", [-1]), "net/diverged_at to be a list of integers from 0 to 60"),
    ("mixed", put("net/generators", ["noise", "noise"]), "net/generators to be a list of one or more distinct"),
    ("mixed", put("net/kept/0/coverages", [2]), "net/kept/0/coverages to be a list of finite numbers"),
    ("mixed", put("net/kept/0/codes", [1, 1]), "net/kept/0/codes to be distinct classes"),
    ("mixed", put("net/hidden_layer_sizes", [1] * 99), "net/weights to be those of 99 hidden layers"),
    ("mixed", put("net/weights/other", None), r"net/weights to be the weights \["),
    ("mixed", put_array("net/mixer/families", lambda array: array[:, :0]), "families to be 75 groups of 1 to 8 memb"),
    ("mixed", put_array("net/mixer/families", lambda array: np.tile(array, 2)), "families to be 75 groups of 1 to"),
    ("mixed", put_array("net/random_state/state", lambda array: array | 255), "state to be the state of a random"),
    ("mixed", lambda arrays, document: arrays.pop("net/mixer/sizes"), "net/mixer/sizes to be an array, found None"),
    ("mixed", put_array("net/mixer/sizes", with_first_value(0)), "net/mixer/sizes to be an array of positions from 1"),
    ("mixed", put_array("net/mixer/sizes", lambda array: array[1:]), r"sizes to be an array of int64 and shape \(2\)"),
    (
        "mixed",
        put_array("net/mixer/matrix", with_first_value(np.nan)),
        "net/mixer/matrix to be an array of finite numb",
    ),
    ("mixed", put("net/mixer/sizes", [1]), r"net/mixer/sizes to be an array, found \[1\]"),
    ("mixed", put("net/mixer/other", [1]), r"net/mixer to be without other fields, found \['other'\]"),
    ("mixed", put("other", "\x1b[31m"), r"the document to be without other fields, found \['other'\]"),
    ("mixed", lambda arrays, document: arrays.update(other=np.zeros(3)), "the document to be without other arrays"),
    ("mixed", put("parameters/0/name", "loss"), "parameters/13/name to be a unique name, found loss"),
    ("mixed", put("parameters/0/name", "\x1b[31m"), r"parameters/0/name to be one of .*, found \\x1b\[31m"),
    ("mixed", put_parameter("callbacks", {"list": ["x"]}), "parameters to be without callbacks, which are code"),
    ("mixed", put_array("selector/codes", lambda array: array * 0), "selector/codes to be classes of 1 to 2,000 rows"),
    ("mixed", duplicate_rows, "selector/seen to be distinct rows"),
    ("numbers", empty_strings, f"{COLUMN}/dtype to be a dtype for columns of kind 'number', found <U10000000"),
    ("numbers", put(f"{COLUMN}/shape", [0, 10**9]), rf"{COLUMN}/shape to be the shape of 0 values, found \(0, 10+\)"),
    (
        "numbers",
        all_of(
            put("container/columns/1/dtype", "<f4"),
            put_array("container/columns/1/values", lambda array: array.astype(np.float32)),
        ),
        "container/columns/1 to be 0 values of dtype float64",
    ),
    ("texts", put_array(f"{COLUMN}/values", with_first_value(0x110000)), f"{COLUMN}/values to be Unicode"),
    ("times", longer_time_step, "encoder/columns/0/step to be small enough to stay at or below"),
    ("times", put_array("real_rows/deviations", np.negative), "real_rows/deviations to be positive numbers"),
    ("times", put("parameters/20/random_state/gauss", None), "parameters/20/random_state/gauss to be a number"),
    ("polars", put(COLUMN, DECIMAL | {"cells": [{"decimal": "sNaN"}, None]}), f"{COLUMN}/cells to be decimals of"),
    ("polars", put(COLUMN, DECIMAL | {"cells": [{"decimal": "1E-9"}, None]}), f"{COLUMN}/cells to be decimals of"),
    ("polars", put(COLUMN, DECIMAL | {"cells": [{"decimal": "1E36"}, None]}), f"{COLUMN}/cells to be decimals of"),
    ("polars", put(COLUMN, DECIMAL | {"cells": [], "precision": 99}), f"{COLUMN}/precision to be an integer from 1"),
    ("polars", put(COLUMN, DECIMAL | {"cells": [], "scale": -1}), f"{COLUMN}/scale to be an integer from 0 to 38"),
    ("polars", put(COLUMN, {"type": "Enum", "categories": ["a", "a"], "cells": []}), "categories to be distinct str"),
    ("polars", put(COLUMN, {"type": "Duration", "time_unit": "D", "cells": []}), f"{COLUMN}/time_unit to be one of"),
    (
        "polars",
        put(COLUMN, {"type": "Datetime", "time_unit": "ms", "time_zone": 5, "cells": []}),
        f"{COLUMN}/time_zone to be a string, found 5",
    ),
    ("python", with_types(DATE | {"type": "os.system"}), f"{TYPE}/type to be one of .*, found os.system"),
    ("python", with_types(DATE | {"type": None}), f"{TYPE}/type to be one of .*, found None"),
    ("python", with_types(DATE | {"column": 4}), f"{TYPE}/column to be an integer from 0 to 3, found 4"),
    ("python", with_types(DATE, DATE), "python_types/1/column to be the position of another column of objects"),
    ("python", with_types(DATE | {"column": 3}), f"{TYPE}/column to be the position of another column of objects"),
    ("python", with_types(DATE | {"other": 1}), f"{TYPE} to be without other fields"),
    (
        "python",
        with_types(DATE | {"type": "float"}),
        f"{TYPE}/type to be a type for columns of kind 'time'",
    ),
    ("python", with_types(DATE | {"column": 2}), f"{TYPE}/type to be a type for columns of kind 'number', found date"),
    ("python", put("encoder/columns/0/latest", 2**60), f"{TYPE}/type to be a type for the fitted times, found date"),
    ("python", with_types(ZONED | {"zone": [5]}), f"{TYPE}/zone to be a time zone, found 5"),
    ("python", with_types(ZONED | {"zone": [{"zone": "../passwd"}]}), f"{TYPE}/zone to be values of supported types"),
    ("python", with_types(ZONED | {"zone": [{"timezone": []}]}), f"{TYPE}/zone to be values of supported types"),
    ("python", with_types(ZONED | {"zone": [{"timezone": [5]}]}), f"{TYPE}/zone to be values of supported types"),
    ("python", with_types(ZONED | {"zone": []}), f"{TYPE}/zone to be a list of 1 items"),
    (
        "python",
        with_types({"column": 1, "type": "pandas Timestamp", "unit": "M8[D]", "zone": None}),
        f"{TYPE}/unit to be one of",
    ),
    (
        "python",
        with_types({"column": 1, "type": "pandas Timestamp", "unit": "M8[us]", "zone": "Nowhere"}),
        f"{TYPE}/zone to be a time zone, found Nowhere",
    ),
    ("python", with_types({"column": 2, "type": "Decimal", "places": 10**9}), f"{TYPE}/places to be an integer from 0"),
    ("rows", remove_types, "container/columns/0/dtype to be a dtype for columns of kind 'time', found object"),
    ("pyarrow", put(COLUMN, {"type": "string_view", "cells": ["a", "b"]}), f"{COLUMN}/type to be one of"),
]


def of_rule(name, place, value, which=0):
    """Return a function that sets a value of a rule, or of several such rules the one at position `which`.

    A function as value gets a function that returns the position of a column.
    """

    def change(arrays, document):
        names = document["feature_names_in"]["cells"]
        i = [i for i, rule in enumerate(document["encoder"]["rules"]) if rule["rule"] == name][which]
        put(f"encoder/rules/{i}/{place}", value(names.index) if callable(value) else value)(arrays, document)

    return change


def array_of_rule(name, place, make, which=0):
    """Return a function that changes an array of a rule, or of several such rules of the one at position `which`."""

    def change(arrays, document):
        i = [i for i, rule in enumerate(document["encoder"]["rules"]) if rule["rule"] == name][which]
        put_array(f"encoder/rules/{i}/{place}", make)(arrays, document)

    return change


def of_column(name, place, value):
    """Return a function that sets a value of the codec of a column."""

    def change(arrays, document):
        j = document["feature_names_in"]["cells"].index(name)
        put(f"encoder/columns/{j}/{place}", value)(arrays, document)

    return change


def drop_rules(name):
    """Return a function that removes the first rule of this name and all later ones."""

    def change(arrays, document):
        rules = document["encoder"]["rules"]
        i = [rule["rule"] for rule in rules].index(name)
        document["encoder"]["rules"] = rules[:i]
        for place in [place for place in arrays if place.startswith("encoder/rules/")]:
            if int(place.split("/")[2]) >= i:
                del arrays[place]

    return change


def derive_another(name):
    """Return a function that adds a copy of the derived columns of the first spikes to a rule."""

    def change(arrays, document):
        rules = document["encoder"]["rules"]
        names = [rule["rule"] for rule in rules]
        source, target = names.index("spikes"), names.index(name)
        added = deepcopy(rules[source]["derived"][:1])
        n_derived = len(rules[target]["derived"])
        rules[target]["derived"] += added
        old, new = f"encoder/rules/{source}/derived/0/", f"encoder/rules/{target}/derived/{n_derived}/"
        arrays.update({new + place[len(old) :]: array for place, array in arrays.items() if place.startswith(old)})

    return change


def of_relation(i, name, value):
    return put(f"encoder/relations/{i}/{name}", value)


HUGE, LATE = with_first_value(2**62), "in an order in which sources are determined before their rule"
TWICE = "encoder/rules to be a list that determines each column at most once"
SUPERFLUOUS = "derived to be the columns that the rule derives"
RANGE = "values to be values within the range of their column"
# A table with every rule: change, and expected message.
RULE_REFUSALS = {
    "unknown rule": (of_rule("lookup", "rule", "os.system"), "rule to be one of .*, found os.system"),
    "no list of rules": (put("encoder/rules", {}), "encoder/rules to be a list, found {}"),
    "no rules": (put("encoder/rules", []), "encoder/flagged to be a list of 34 items"),
    "removed total without its rule": (drop_rules("total"), "encoder/flagged to be a list of"),
    "lookup from a column outside": (of_rule("lookup", "source", 34), "source to be an integer from 0 to 33, found 34"),
    "lookup of a column outside": (of_rule("lookup", "targets/0/column", -1), "column to be an integer from 0 to 33"),
    "lookup from itself": (of_rule("lookup", "targets/0/column", lambda at: at("city"), 1), LATE),
    "lookup of another type": (of_rule("lookup", "targets/0/column", lambda at: at("price")), "values of type float64"),
    "longer table": (
        array_of_rule("lookup", "targets/0/known", lambda a: np.tile(a, 2)),
        r"known to be an array of bool",
    ),
    "table of floats": (
        array_of_rule("lookup", "targets/0/positions", lambda a: a * 0.5, 1),
        "positions to be an array",
    ),
    "table beyond the rows": (
        array_of_rule("lookup", "targets/0/positions", HUGE, 1),
        "positions to be an array of pos",
    ),
    "table beyond the range": (array_of_rule("lookup", "targets/0/values/values", HUGE), RANGE),
    "table of missing values": (array_of_rule("lookup", "targets/0/missing", np.invert), "values of type int64"),
    "removed is no flag": (of_rule("lookup", "targets/0/removed", 1), "removed to be true or false, found 1"),
    "removed without a rule": (of_rule("lookup", "targets/0/removed", False), "encoder/flagged to be a list of"),
    "unsorted keys": (array_of_rule("lookup", "keys/values", lambda a: a[::-1]), "keys to be increasing numbers"),
    "keys that are no numbers": (
        array_of_rule("lookup", "keys/values", with_first_value(np.nan)),
        "keys to be increas",
    ),
    "keys of another type": (
        all_of(
            of_rule("lookup", "keys/dtype", "<i8"), array_of_rule("lookup", "keys/values", lambda a: a.astype(np.int64))
        ),
        "keys to be numbers of type float64",
    ),
    "keys of categories": (of_rule("lookup", "keys", [1], 1), "keys to be null for a categorical column"),
    "no keys": (of_rule("lookup", "keys", None), "keys to be an object"),
    "lookup with a derived column": (derive_another("lookup"), SUPERFLUOUS),
    "two combinations of a column": (of_rule("combination", "members/0", lambda at: at("shade")), TWICE),
    "combination of a column with itself": (of_rule("combination", "members", lambda at: [at("is_a")] * 2, 1), TWICE),
    "combination of a looked-up column": (of_rule("combination", "members/0", lambda at: at("country")), TWICE),
    "combination of columns outside": (of_rule("combination", "members", [99]), "members to be a list of integers"),
    "combination of too few tables": (of_rule("combination", "members", [0]), "tables to be a list of 1 items"),
    "huge combination": (of_rule("combination", "size", 10**9), "size to be the number of categories"),
    "combination beyond the rows": (
        array_of_rule("combination", "tables/0/positions", HUGE),
        "positions to be an array",
    ),
    "combination with two columns": (derive_another("combination"), SUPERFLUOUS),
    "combination without a column": (of_rule("combination", "derived", []), SUPERFLUOUS),
    "choice from itself": (of_rule("consistent choice", "source", lambda at: at("phone")), LATE),
    "negative counts": (
        array_of_rule("consistent choice", "counts", with_first_value(-1)),
        "counts to be numbers of rows",
    ),
    "infinite counts": (
        array_of_rule("consistent choice", "counts", with_first_value(np.inf)),
        "counts to be an array of",
    ),
    "huge counts": (
        array_of_rule("consistent choice", "counts", lambda a: a * 0 + 1e308),
        "counts to be numbers of rows",
    ),
    "counts of other classes": (array_of_rule("consistent choice", "counts", lambda a: a[:1]), "counts to be an array"),
    "choice of an unknown value": (
        array_of_rule("consistent choice", "given_of_key", HUGE),
        "given_of_key to be an array",
    ),
    "choice with a derived column": (derive_another("consistent choice"), SUPERFLUOUS),
    "difference from itself": (of_rule("difference", "sources/0", lambda at: at("end")), LATE),
    "difference from a later column": (of_rule("difference", "sources/0", lambda at: at("due")), LATE),
    "cycle of differences": (of_rule("difference", "sources/0", lambda at: at("closed"), 1), LATE),
    "difference without sources": (of_rule("difference", "sources", []), "sources to be numeric columns"),
    "difference from categories": (
        of_rule("difference", "sources/0", lambda at: at("city")),
        "sources to be numeric col",
    ),
    "difference without a sign": (of_rule("difference", "sign", 0), "sources to be numeric columns"),
    "sign is no integer": (of_rule("difference", "sign", True), "sign to be an integer from -1 to 1"),
    "strict for each source": (of_rule("difference", "strict", [True, True]), "strict to be a list of 1 items"),
    "strict is no flag": (of_rule("difference", "strict", ["yes"]), "strict to be a list of true and false"),
    "difference that removes no column": (of_rule("difference", "removed", False), SUPERFLUOUS),
    "difference that removes a column": (of_rule("difference", "removed", True, 1), SUPERFLUOUS),
    "difference of categories": (derive_another("difference"), SUPERFLUOUS),
    "bound that is no number": (
        array_of_rule("difference", "usual/values", with_first_value(np.nan), 3),
        "usual to be a number",
    ),
    "total of itself": (of_rule("total", "parts/0", lambda at: at("total")), LATE),
    "total of a later total": (of_rule("total", "parts/0", lambda at: at("sum")), LATE),
    "total of nothing": (of_rule("total", "parts", []), "parts to be numeric columns"),
    "total of codes": (of_rule("total", "parts/0", lambda at: at("time")), "parts to be numeric columns without codes"),
    "two totals of a column": (of_rule("total", "column", lambda at: at("sum")), TWICE),
    "negative factor": (of_rule("total", "factors", [-2, 1]), "factors to be a list of integers from -1"),
    "factor of 0": (of_rule("total", "factors", [0, 1]), "factors to be 2 factors other than 0"),
    "huge factor": (of_rule("total", "factors", [10**30, 1]), "factors to be a list of integers from -1"),
    "factors of other parts": (of_rule("total", "factors", [1]), "factors to be 2 factors"),
    "total with a derived column": (derive_another("total"), SUPERFLUOUS),
    "total that is not removed": (of_rule("total", "removed", False), "encoder/flagged to be a list of"),
    "missing together with itself": (of_rule("jointly missing", "members", [0, 0]), "two or more different columns"),
    "missing together with none": (of_rule("jointly missing", "members", []), "two or more different columns"),
    "missing together outside": (of_rule("jointly missing", "members", [0, 34]), "members to be a list of integers"),
    "missing together with a column": (derive_another("jointly missing"), SUPERFLUOUS),
    "unknown spike": (of_rule("spikes", "other", 2), "other to be an integer from 0 to 1, found 2"),
    "spikes of categories": (
        of_rule("spikes", "column", lambda at: at("city")),
        "column to be a numeric column of the",
    ),
    "spikes of integers": (of_rule("spikes", "column", lambda at: at("few")), "column to be a numeric column of the"),
    "spikes of a determined column": (of_rule("spikes", "column", lambda at: at("total")), TWICE),
    "spikes of a column without missing values": (
        of_rule("spikes", "column", lambda at: at("net"), 1),
        "derived to be witho",
    ),
    "spikes beyond the range": (array_of_rule("spikes", "spikes/values/values", with_first_value(1e9)), RANGE),
    "more spikes": (
        array_of_rule("spikes", "spikes/missing", lambda a: np.tile(a, 2)),
        "missing to be an array of bool",
    ),
    "spikes without numbers": (of_rule("spikes", "derived", []), SUPERFLUOUS),
    "spikes with another column": (derive_another("spikes"), SUPERFLUOUS),
    "gaps": (put_array("encoder/columns/33/gaps", lambda a: a[1:]), "gaps to be an array of bool"),
    "places": (of_column("quarter", "notation/places", 9), "places to be an integer from 0 to 8, found 9"),
    "places with decimals": (of_column("quarter", "notation/places", 2.0), "places to be an integer from 0 to 8"),
    "places of other values": (of_column("quarter", "notation/places", 0), "notation to be the notation of the values"),
    "no step": (of_column("quarter", "notation/step", 0), "step to be an integer from 1"),
    "huge step": (of_column("quarter", "notation/step", 10**30), "step to be an integer from 1"),
    "step of other values": (of_column("quarter", "notation/step", 2**62), "notation to be the notation of the values"),
    "huge offset": (of_column("quarter", "notation/offset", 25), "offset to be an integer from 0 to 24, found 25"),
    "huge step of days": (of_column("start", "step", 2**63), "step to be small enough"),
    "unknown form": (of_column("time", "form", "DDMMYYYY"), "form to be one of .*, found DDMMYYYY"),
    "form of other values": (of_column("opened", "form", "HHMM"), "values to be numbers of units of HHMM"),
    "relations are no list": (put("encoder/relations", None), "relations to be a list, found None"),
    "unknown relation": (of_relation(0, "kind", "Relation"), "kind to be one of .*, found Relation"),
    "columns are no list": (of_relation(0, "columns", "ab"), "columns to be a list, found ab"),
    "names are nested": (of_relation(0, "columns", [nested]), "columns to be values of supported types"),
    "negative support": (of_relation(0, "support", -1), "support to be an integer from 0"),
    "support is no integer": (of_relation(0, "support", 0.5), "support to be an integer from 0"),
    "strict of a relation": (of_relation(5, "strict", 1), "strict to be true or false, found 1"),
    "negative tolerance": (of_relation(10, "tolerance", -0.5), "tolerance to be null or a number of at least 0"),
    "tolerance is no number": (of_relation(10, "tolerance", "0.5"), "tolerance to be null or a number of at least 0"),
    "tolerance is not a number": (
        of_relation(10, "tolerance", {"float": "nan"}),
        "tolerance to be null or a number of",
    ),
    "relation with other fields": (
        of_relation(0, "low", "a"),
        r"relations/0 to be without other fields, found \['low'",
    ),
}
ZYGOTE = """
import os, random, resource, signal, sys, time
from sklearn_gan import GANOversampler

samplers = [GANOversampler.load(path) for path in sys.argv[1:]]

def load(path):
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**28, used + 2**28))
    start = time.process_time()
    try:
        GANOversampler.load(path)
        print("loaded", flush=True)
    except Exception as error:
        print(f"{time.process_time() - start:.3f} {type(error).__mro__[1].__name__} {error}", flush=True)

def save(path):
    while True:
        for sampler in samplers:
            sampler.save(path)

for line in sys.stdin:
    job, path = line.split()
    child = os.fork()
    if not child:
        (load if job == "load" else save)(path)
        os._exit(0)
    if job == "kill":
        time.sleep(random.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        print("killed", flush=True)
    os.waitpid(child, 0)
"""


@pytest.fixture(scope="module")
def zygote():
    """Return a function that runs a job in a fork of a process that has imported everything, and returns its output."""
    command = [sys.executable, "-W", "ignore", "-c", ZYGOTE, *(str(SAVED / f"{name}.safetensors") for name in NAMES)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def do(job, path):
            process.stdin.write(f"{job} {path}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield do


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory limit requires Linux")
@pytest.mark.parametrize("name", FORGERIES)
def test_forged_documents_are_refused_quickly_with_little_memory(small, zygote, tmp_path, name):
    metadata, arrays, document = deepcopy(small[1])
    FORGERIES[name](arrays, document)
    forge(tmp_path / "it", metadata, arrays, document)
    seconds, kind, message = zygote("load", tmp_path / "it").split(" ", 2)
    assert float(seconds) < 2 and kind == "ValueError"
    assert message.startswith(f"{tmp_path / 'it'}: expected") and message.endswith("or save the sampler again.")
    assert "alloc" not in message and "MemoryError" not in message


@pytest.fixture(scope="module")
def with_rules(every_rule, tmp_path_factory):
    """The parts of a saved sampler of a table with every rule."""
    path, (X, y, relations) = tmp_path_factory.mktemp("rules") / "it", every_rule
    params = {"max_steps": 2, "hidden_layer_sizes": (4,), "latent_dim": 2, "n_candidates": 1, "random_state": 0}
    GANOversampler(relations=relations, **params).fit(X, y).save(path)
    return read(path)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory limit requires Linux")
@pytest.mark.parametrize("name", RULE_REFUSALS)
def test_forged_rules_are_refused_quickly_with_little_memory(with_rules, zygote, tmp_path, name):
    metadata, arrays, document = deepcopy(with_rules)
    change, expected = RULE_REFUSALS[name]
    change(arrays, document)
    forge(tmp_path / "it", metadata, arrays, document)
    seconds, kind, message = zygote("load", tmp_path / "it").split(" ", 2)
    assert float(seconds) < 2 and kind == "ValueError"
    assert re.search(f"it: expected .*({expected}).* save the sampler again", message)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The parts of saved samplers of several tables and modes, by name."""
    folder, rng, y = tmp_path_factory.mktemp("files"), np.random.default_rng(0), np.arange(30) % 3 // 2
    texts = rng.choice(["a", "b"], (30, 2))
    times = pd.DataFrame({"when": pd.date_range("2020", periods=30), "number": rng.normal(size=30)})
    moments = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=i) for i in range(30)]
    rows = [[moment.date(), moment, Decimal(i)] for i, moment in enumerate(moments)]
    python = pd.DataFrame(rows, columns=[*"abc"], dtype=object).assign(d=rng.normal(size=30))
    autoencoder = {"mode": "autoencoder", "min_distance": 0.01, "random_state": np.random.RandomState(0)}
    tables = {
        "texts": (texts, {}),
        "times": (times, autoencoder),
        "python": (python, {}),
        "rows": (rows, {}),
        "polars": (pl.DataFrame({"c": texts[:, 0]}), {}),
        "pyarrow": (pa.table({"c": texts[:, 0].tolist()}), {}),
    }
    for name, (X, params) in tables.items():
        common = {"max_steps": 2, "hidden_layer_sizes": (4,), "latent_dim": 2, "n_candidates": 1, "random_state": 0}
        GANOversampler(**common | params).fit(X, y).save(folder / name)
    saved = {name: SAVED / f"{name}.safetensors" for name in NAMES}
    return {name: read(path) for name, path in ({name: folder / name for name in tables} | saved).items()}


@pytest.mark.parametrize("name, change, message", REFUSALS, ids=lambda part: part if isinstance(part, str) else "")
def test_error_names_the_invalid_field(files, tmp_path, name, change, message):
    metadata, arrays, document = deepcopy(files[name])
    change(arrays, document)
    forge(tmp_path / "it", metadata, arrays, document)
    refuse(tmp_path / "it", f"it: expected .*{message}.*Use another copy")


def test_too_many_flags_are_refused(files, tmp_path):
    forge(tmp_path / "it", *files["mixed"])
    with patch("sklearn_gan._table.encoder.MAX_MASK_SIZE", 1):
        refuse(tmp_path / "it", "encoder/flagged to be flags with at most 1 pairs")


class Panic(BaseException):
    """A panic, as raised by polars, which is not a subclass of Exception."""


@pytest.mark.parametrize("error, expected", [(Panic, ValueError), (MemoryError,) * 2, (KeyboardInterrupt,) * 2])
def test_library_errors_raise_value_error_but_memory_errors_propagate(small, error, expected):
    with (
        patch("sklearn_gan._estimators.state._try_out", side_effect=error("now")),
        pytest.raises(expected, match="now"),
    ):
        GANOversampler.load(small[0])


def test_many_classes_are_checked_in_batches_on_loading(make_sampler, tmp_path):
    X, y = np.random.default_rng(0).normal(size=(120, 2)), np.arange(120) % 40
    make_sampler(n_candidates=1, generator="noise").fit(X, y).save(tmp_path / "it")
    with patch.object(ConditionalGAN, "draw", autospec=True, side_effect=ConditionalGAN.draw) as draw:
        GANOversampler.load(tmp_path / "it")
    tried = [call.args[1] for call in draw.call_args_list]
    assert torch.cat(tried).tolist() == list(range(40)) and max(map(len, tried)) < 40


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=5,
)


def places_in(node, place=()):
    """Yield the place of each node of a document."""
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        yield (*place, name)
        yield from places_in(part, (*place, name))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_document_is_refused_or_samples_rows(small, tmp_path, data):
    metadata, arrays, document = deepcopy(small[1])
    put_random(data, document, list(places_in(document)))
    forge(tmp_path / "it", metadata, arrays, document)
    refuse_or_sample(tmp_path / "it")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_rules_are_refused_or_sample_rows(with_rules, tmp_path, data):
    metadata, arrays, document = deepcopy(with_rules)
    encoder = document["encoder"]
    put_random(data, encoder, [place for place in places_in(encoder) if place[0] in ("rules", "relations")])
    forge(tmp_path / "it", metadata, arrays, document)
    refuse_or_sample(tmp_path / "it")


def put_random(data, node, places):
    """Set the node at one of the places to a random value, often a position of a column."""
    *parents, name = data.draw(st.sampled_from(places))
    for parent in parents:
        node = node[parent]
    node[name] = data.draw(st.integers(0, 33) | JSON)


def refuse_or_sample(path):
    try:
        sampler = GANOversampler.load(path)
    except ValueError:
        return
    for label in sampler.classes_:
        assert len(sampler.sample(40, y=label)) == 40


DTYPES = st.sampled_from(["bool", "int8", "int64", "uint8", "uint32", "float16", "float32", "float64"])
NUMBERS = st.sampled_from([0, 1, -1, 2, 127, 2**31, -(2**31), 2**62, 1e-300, 1e30, np.inf, -np.inf, np.nan])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_arrays_are_refused_or_sample_rows(small, tmp_path, data):
    metadata, arrays, document = deepcopy(small[1])
    change_random(data, arrays, sorted(arrays))
    forge(tmp_path / "it", metadata, arrays, document)
    refuse_or_sample(tmp_path / "it")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_arrays_of_rules_are_refused_or_sample_rows(with_rules, tmp_path, data):
    metadata, arrays, document = deepcopy(with_rules)
    change_random(data, arrays, sorted(name for name in arrays if name.startswith("encoder/")))
    forge(tmp_path / "it", metadata, arrays, document)
    refuse_or_sample(tmp_path / "it")


def change_random(data, arrays, names):
    """Change the first values, the length or the type of one of the arrays with these names."""
    name = data.draw(st.sampled_from(names))
    with np.errstate(all="ignore"):
        array = arrays[name].astype(data.draw(st.just(arrays[name].dtype) | DTYPES))
        array[: data.draw(st.integers(0, 2))] = np.array(data.draw(NUMBERS)).astype(array.dtype)
    arrays[name] = np.ascontiguousarray(array[data.draw(st.integers(0, 1)) :])


@pytest.mark.skipif(os.name != "posix", reason="fork requires POSIX")
def test_killed_save_leaves_a_complete_file(small, zygote, tmp_path, record_property):
    record_property("repetitions", N_KILLS)
    path = tmp_path / "it"
    shutil.copy(small[0], path)
    for _ in range(N_KILLS):
        assert zygote("kill", path) == "killed"
        assert GANOversampler.load(path).n_features_in_ in (11, 5)
    left = set(os.listdir(tmp_path)) - {"it"}
    assert len(left) <= N_KILLS and all(name.startswith(".it.") for name in left)
    assert left or N_KILLS < 50  # otherwise, no kill interrupted a save
