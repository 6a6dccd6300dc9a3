"""The file format: a safetensors file with tensors, a JSON text, a format version and a checksum.

Files are written completely or not at all. The layout is public: https://huggingface.co/docs/safetensors, "Format". The
header's `__metadata__` holds

- `estimator`: the class name of the saved estimator,
- `format_version`: an integer, raised with each change of the content. Files of other versions are refused,
- `versions`: the versions of the packages that wrote the file, as JSON,
- `sha256`: the checksum of the whole file, with zeros in place of its 64 characters.

The tensor `document` holds the JSON text. All other tensors are the arrays of the document.
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
from sklearn_gan._runtime.files import check_regular_file, replacing
from sklearn_gan._runtime.text import describe

FORMAT_VERSION = 3
MAX_BYTES = 2**34
MAX_HEADER_BYTES = 100_000_000  # safetensors' own limit
PACKAGES = ("sklearn_gan", "torch", "sklearn", "imblearn", "skorch", "numpy")
BLANK_DIGEST = b"0" * 64
DIGEST = re.compile(rb'"sha256":"([0-9a-f]{64})"')
SIGNATURES = {b"PK\x03\x04": "a zip archive, as written by torch.save,", b"\x80": "a pickle", b"\x1f\x8b": "gzip data"}


def write_document(path, estimator, document):
    """Write a document, whose leaves may be arrays, to a file.

    An interruption leaves either the complete old file or the complete new file.

    Raises
    ------
    OSError
        If the folder does not exist, or if no file can be written in it.
    ValueError
        If `path` is not a regular file, or if the document is too large.
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
        # Written in parts, because the data may be too large to copy.
        file.writelines((view[:start], _digest(data, start, stop), view[stop:]))


def read_document(path, estimator):
    """Return the document of a file as Fields, after all checks that do not depend on its content.

    Raises
    ------
    OSError
        If the file cannot be opened.
    ValueError
        If the file is not a complete file written by `write_document` for this estimator.
    """
    size = _size_of_regular_file(path)
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
    n_header = sum(len(name) + 100 for name in tensors)  # an entry has at most about 100 other characters
    if n_bytes > MAX_BYTES - n_header or n_header > MAX_HEADER_BYTES:
        raise ValueError(
            f"Expected a sampler of at most {MAX_BYTES >> 30} GiB and {MAX_HEADER_BYTES // 100:,} arrays, got "
            f"{n_bytes / 2**30:.1f} GiB in {len(tensors):,} arrays. Fit it on fewer rows or columns."
        )


def _split_arrays(document):
    """Return the document without its arrays as JSON, and the arrays by their place in the document."""
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
    """Return the start and stop of the checksum in the header, or zeros if there is none."""
    found = DIGEST.search(data, 8, 8 + int.from_bytes(data[:8], "little"))
    return found.span(1) if found else (0, 0)


def _digest(data, start, stop):
    """Return the checksum of the data, excluding the checksum itself from `start` to `stop`."""
    digest, view = sha256(), memoryview(data)
    for part in (view[:start], BLANK_DIGEST, view[stop:]):
        digest.update(part)
    return digest.hexdigest().encode()


def _size_of_regular_file(path):
    found = os.stat(path)
    check_regular_file(path, found)
    if found.st_size > MAX_BYTES:
        _refuse_damaged(path, f"at most {MAX_BYTES >> 30} GiB, found {found.st_size / 2**30:.1f} GiB")
    return found.st_size


def _check_header(path, file, size):
    """Return the metadata, or raise if the header is damaged or does not match the file size."""
    start = file.read(9)
    length = int.from_bytes(start[:8], "little")
    if len(start) < 9 or start[8:] != b"{" or length > MAX_HEADER_BYTES:
        content = next((name for bytes_, name in SIGNATURES.items() if start.startswith(bytes_)), "other data")
        raise ValueError(
            f"Expected {path} to be a file written by `save`, found {content} of {size} bytes. No code in it was run. "
            "Pass a saved file."
        )
    try:
        header = loads(start[8:] + file.read(min(length, size) - 1))  # a forged length must not use up memory
        metadata = header.pop("__metadata__")
        stop = max(tensor["data_offsets"][1] for tensor in header.values())
        metadata = {name: str(metadata[name]) for name in ("estimator", "format_version", "versions")}
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        _refuse_damaged(path, f"a header that lists tensors, found {describe(error)}")
    if stop != size - 8 - length:
        # A forged number may have thousands of digits.
        _refuse_damaged(path, f"{stop!r:.20} bytes after the header, found {max(0, size - 8 - length)}")
    return metadata


def _check_origin(path, metadata, estimator):
    found = {name: describe(text) for name, text in metadata.items()}
    if metadata["format_version"] != str(FORMAT_VERSION):
        age = "an older" if metadata["format_version"] in map(str, range(1, FORMAT_VERSION)) else "a newer"
        raise ValueError(
            f"Expected {path} to have format version {FORMAT_VERSION}, found {found['format_version']:.20}, written by "
            f"{age} version: {found['versions']}. Install that version of sklearn-gan, or fit and save the sampler "
            "again."
        )
    if metadata["estimator"] != estimator:
        raise ValueError(
            f"Expected {path} to hold a {estimator}, found {found['estimator']:.50}. "
            "Load the file with the class that saved it."
        )


def _check_digest(path, data):
    start, stop = _find_digest(data)
    if data[start:stop] != _digest(data, start, stop):
        _refuse_damaged(path, "the checksum given in its header, found another checksum")


def _refuse_damaged(path, expected_and_found):
    raise ValueError(
        f"Expected {path} to be an undamaged file with {expected_and_found}. Use another copy of the file, or save the "
        "sampler again."
    )
