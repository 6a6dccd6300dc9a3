"""Record the messages of code that fails, each with the lines of code that gave it."""

import sys
import traceback
import warnings
from contextlib import redirect_stderr
from functools import cache
from types import SimpleNamespace
from typing import NamedTuple


class Case:
    """A function that provokes a message of some type, the values that the message shows, and the exit code if any."""

    def __init__(self, provoke, *shown, kind=ValueError, code=None):
        self.provoke, self.shown, self.kind, self.code = provoke, shown, kind, code


class Message(NamedTuple):
    """An error, a warning or printed text, with the (file, line) pairs of the code that gave it."""

    text: str
    kind: type
    places: frozenset


@cache
def record(provoke):
    """Call a function and return its messages and its exit code, if it has one."""
    messages, code = [], None

    def note(message, kind, *_):
        messages.append(Message(str(message), kind, _places(str(message))))

    stderr = SimpleNamespace(write=lambda text: text.strip() and note(text, str))
    with warnings.catch_warnings(), redirect_stderr(stderr):
        warnings.simplefilter("always")
        warnings.showwarning = note
        try:
            provoke()
        except SystemExit as stop:
            code = stop.code
        except Exception as error:
            note(error, type(error))
    return messages, code


def _places(text):
    """Return the lines being executed, and those that raised the handled errors whose words are in the text."""
    frames, error = list(traceback.walk_stack(sys._getframe())), sys.exception()
    while error is not None:
        if str(error) in text:
            frames += traceback.walk_tb(error.__traceback__)
        error = error.__cause__ or error.__context__
    return frozenset((frame.f_code.co_filename, line) for frame, line in frames)
