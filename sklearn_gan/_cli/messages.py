"""Standard output and standard error of the command line."""

import os
import sys
from contextlib import contextmanager, suppress

from sklearn_gan._runtime.progress_lines import ProgressLines

STANDARD_OUTPUT = "standard output"


def say(line):
    """Print a line to the standard error output."""
    try:
        print(line, file=sys.stderr)  # stderr escapes characters the terminal cannot show
    except BrokenPipeError:  # nobody reads the messages, which is no reason to stop
        _discard(sys.stderr)


def progress_lines(is_quiet):
    """Return the ProgressLines of a command: none in a terminal, which shows a progress bar."""
    is_shown = not is_quiet and sys.stderr is not None and not sys.stderr.isatty()
    return ProgressLines(say if is_shown else None)


@contextmanager
def standard_output():
    """Open the standard output, and flush it at the end of the block. Errors name it."""
    if sys.stdout is None:
        raise ValueError(f"expected an open {STANDARD_OUTPUT}, got a closed one; redirect it to a file or a pipe")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError as error:
        _discard(sys.stdout)
        error.filename = STANDARD_OUTPUT
        raise


def _discard(stream):
    """Send what is left in a stream nowhere. Otherwise, Python tries to write it once more at exit."""
    with suppress(OSError):  # a stream of a test has no descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
