"""Warnings that point at the user's code."""

import sys
import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import imblearn
import sklearn

PACKAGE = Path(__file__).parents[1]
SKIPPED_FOLDERS = (str(PACKAGE), *(str(Path(library.__file__).parent) for library in (sklearn, imblearn)))
COLLECTED = ContextVar("COLLECTED", default=None)


def warn_caller(message, category):
    """Warn at the innermost line outside this package, scikit-learn and imbalanced-learn."""
    if (collected := COLLECTED.get()) is not None:
        collected.append((message, category))
        return
    frame, stacklevel = sys._getframe(), 1
    while frame.f_back and frame.f_code.co_filename.startswith(SKIPPED_FOLDERS):
        frame, stacklevel = frame.f_back, stacklevel + 1
    warnings.warn(message, category, stacklevel=stacklevel)


@contextmanager
def collect_warnings():
    """Collect the arguments of :func:`warn_caller` in a list instead of warning, for a `with` block.

    Unlike `warnings.catch_warnings`, it is safe in threads.
    """
    token = COLLECTED.set(collected := [])
    try:
        yield collected
    finally:
        COLLECTED.reset(token)
