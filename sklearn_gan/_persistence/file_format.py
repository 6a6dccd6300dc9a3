"""One safetensors file: tensors, a JSON text among them, a format version and a checksum; written whole or not at all.

The layout is public: https://huggingface.co/docs/safetensors, "Format". The header's `__metadata__` holds

- `estimator`: what was saved,
- `format_version`: an integer that grows with whatever an older reader would not know, such as a new parameter,
- `versions`: those of the packages that wrote it, as JSON,
- `sha256`: of the whole file, with zeros in place of these 64 characters.

The tensor `document` holds the JSON text; all others are arrays that belong to it.
"""

import json
import os
import re
from hashlib import sha256
from importlib import import_module

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from sklearn_gan._persistence.reader import Fields, join_place, loads
from sklearn_gan._runtime.files import check_ordinary, replacing
from sklearn_gan._runtime.text import describe

FORMAT_VERSION = 1
MAX_BYTES = 2**34
MAX_HEADER_BYTES = 100_000_000  # safetensors' own limit
PACKAGES = ("sklearn_gan", "torch", "sklearn", "imblearn", "skorch", "numpy")
BLANK_DIGEST = b"0" * 64
DIGEST = re.compile(rb'"sha256":"([0-9a-f]{64})"')
SIGNATURES = {b"PK\x03\x04": "a zip archive, such as torch.save writes", b"\x80": "a pickle", b"\x1f\x8b": "gzip"}


def write_document(path, estimator, document):
    """Write a document, whose leaves may be arrays, to a file.

    Whenever this is interrupted, the old file or the new one is there, whole.

    Raises
    ------
    OSError
        If there is no such folder, or no file can be written there.
    ValueError
        If what is there is no file, or if the document is too large for one.
    """
    text, arrays = _split_arrays(document)
    tensors = arrays | {"document": np.frombuffer(text, dtype=np.uint8)}
    metadata = {
        "estimator": estimator,
        "format_version": str(FORMAT_VERSION),
        "versions": json.dumps({package: import_module(package).__version__ for package in PACKAGES}),
        "sha256": BLANK_DIGEST.decode(),
    }
    _check_sizes(tensors)
    data = save(tensors, metadata)
    start, stop = _find_digest(data)
    with replacing(path) as file:
        view = memoryview(data)
        file.writelines((view[:start], _digest(data, start, stop), view[stop:]))


def read_document(path, estimator):
    """Return the document of a file as Fields, after everything that does not depend on its content was checked.

    Raises
    ------
    OSError
        If there is no file that can be opened.
    ValueError
        If it is not a whole file that `write_document` wrote for this estimator.
    """
    size = _size_of_ordinary_file(path)
    with open(path, "rb") as file:
        metadata = _check_header(path, file, size)
        _check_origin(path, metadata, estimator)
        file.seek(0)
        data = file.read(size)
    _check_digest(path, data)
    try:
        tensors = load(data)
        document = loads(bytes(tensors.pop("document")))
    except (LookupError, RecursionError, SafetensorError, ValueError) as error:
        _refuse_damaged(path, f"tensors and a JSON text, found {describe(error)}")
    return Fields(document, tensors, f"{path}: ")


def _check_sizes(tensors):
    n_bytes = sum(array.nbytes for array in tensors.values())
    n_header = sum(len(name) + 100 for name in tensors)
    if n_bytes > MAX_BYTES - n_header or n_header > MAX_HEADER_BYTES:
        raise ValueError(
            f"Expected a sampler of {MAX_BYTES >> 30} GiB and {MAX_HEADER_BYTES // 100:,} arrays at most, got "
            f"{n_bytes / 2**30:.1f} GiB in {len(tensors):,} arrays. Fit it to fewer rows or columns."
        )


def _split_arrays(document):
    """Return the document without its arrays, as JSON, and its arrays by the place where they were."""
    arrays = {}
    text = json.dumps(_without_arrays(document, "", arrays), allow_nan=False, separators=(",", ":"))
    return text.encode(), arrays


def _without_arrays(node, place, arrays):
    if isinstance(node, np.ndarray):
        arrays[place] = np.ascontiguousarray(node, dtype=node.dtype.newbyteorder("="))
        return None
    if isinstance(node, dict):
        return {name: _without_arrays(value, join_place(place, name), arrays) for name, value in node.items()}
    if isinstance(node, list | tuple):
        return [_without_arrays(value, join_place(place, i), arrays) for i, value in enumerate(node)]
    return node


def _find_digest(data):
    """Return where in the header the checksum begins and ends; at 0 if there is none."""
    found = DIGEST.search(data, 8, 8 + int.from_bytes(data[:8], "little"))
    return found.span(1) if found else (0, 0)


def _digest(data, start, stop):
    """Return the checksum of all but itself, which is from `start` to `stop`."""
    digest, view = sha256(), memoryview(data)
    for part in (view[:start], BLANK_DIGEST, view[stop:]):
        digest.update(part)
    return digest.hexdigest().encode()


def _size_of_ordinary_file(path):
    found = os.stat(path)
    check_ordinary(path, found)
    if found.st_size > MAX_BYTES:
        _refuse_damaged(path, f"{MAX_BYTES >> 30} GiB at most, found {found.st_size / 2**30:.1f} GiB")
    return found.st_size


def _check_header(path, file, size):
    """Return the metadata, if the header is whole and says how large the file is."""
    start = file.read(9)
    length = int.from_bytes(start[:8], "little")
    if len(start) < 9 or start[8:] != b"{" or length > MAX_HEADER_BYTES:
        what = next((name for bytes_, name in SIGNATURES.items() if start.startswith(bytes_)), "something else")
        raise ValueError(
            f"Expected {path} to be a file that `save` wrote, found {what}, of {size} bytes. Nothing in it was run. "
            "Pass one that was saved."
        )
    try:
        header = loads(start[8:] + file.read(min(length, size) - 1))
        metadata = header.pop("__metadata__")
        stop = max(tensor["data_offsets"][1] for tensor in header.values())
        metadata = {name: str(metadata[name]) for name in ("estimator", "format_version", "versions")}
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        _refuse_damaged(path, f"a header that lists tensors, found {describe(error)}")
    if stop != size - 8 - length:
        _refuse_damaged(path, f"{stop!r:.20} bytes behind the header, found {max(0, size - 8 - length)}")
    return metadata


def _check_origin(path, metadata, estimator):
    found = {name: describe(text) for name, text in metadata.items()}
    if metadata["format_version"] not in map(str, range(1, FORMAT_VERSION + 1)):
        raise ValueError(
            f"Expected {path} to be of format {FORMAT_VERSION} at most, found {found['format_version']:.20}, which a "
            f"newer version wrote: {found['versions']}. Install that version of sklearn-gan."
        )
    if metadata["estimator"] != estimator:
        raise ValueError(
            f"Expected {path} to hold a {estimator}, found {found['estimator']:.50}. Take the class that saved it."
        )


def _check_digest(path, data):
    start, stop = _find_digest(data)
    if data[start:stop] != _digest(data, start, stop):
        _refuse_damaged(path, "its content to have the checksum that was written, found another")


def _refuse_damaged(path, expected_and_found):
    raise ValueError(
        f"Expected {path} to be whole: {expected_and_found}. Take another copy of the file, or save the sampler again."
    )
