"""Save documents of plain values and arrays as one safetensors file, and check them on loading.

The package does not depend on the estimators. `random_states` is a separate import, because it needs torch, unlike
tables.
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
    zone_from_document,
    zone_to_document,
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
    "zone_from_document",
    "zone_to_document",
]
