"""Documents of plain values and arrays in one safetensors file, written whole and checked when read.

Knows no estimator. `random_states` is imported by its own name, because it needs torch, which tables do not.
"""

from sklearn_gan._persistence.file_format import read_document, write_document
from sklearn_gan._persistence.reader import Fields, InvalidFileError
from sklearn_gan._persistence.series import LIBRARIES, series_from_document, series_to_document
from sklearn_gan._persistence.values import (
    array_from_document,
    array_to_document,
    cell_from_document,
    cells_from_document,
    cells_to_document,
    import_library,
)

__all__ = [
    "LIBRARIES",
    "Fields",
    "InvalidFileError",
    "array_from_document",
    "array_to_document",
    "cell_from_document",
    "cells_from_document",
    "cells_to_document",
    "import_library",
    "read_document",
    "series_from_document",
    "series_to_document",
    "write_document",
]
