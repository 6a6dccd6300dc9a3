"""Messages of the command line."""

import sys


def say(line):
    """Print a line to the standard error output."""
    print(line, file=sys.stderr)  # stderr escapes characters the terminal cannot show
