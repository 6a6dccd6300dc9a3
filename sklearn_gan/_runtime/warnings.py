"""Warnings that point at the user's code."""

import sys
import warnings
from pathlib import Path

import imblearn
import sklearn

PACKAGE = Path(__file__).parents[1]
SKIPPED_FOLDERS = (str(PACKAGE), *(str(Path(library.__file__).parent) for library in (sklearn, imblearn)))


def warn_caller(message, category):
    """Warn at the innermost line outside this package, scikit-learn and imbalanced-learn."""
    frame, stacklevel = sys._getframe(), 1
    while frame.f_back and frame.f_code.co_filename.startswith(SKIPPED_FOLDERS):
        frame, stacklevel = frame.f_back, stacklevel + 1
    warnings.warn(message, category, stacklevel=stacklevel)
