"""Command line for tables in files: `python -m sklearn_gan balance in.csv --target fraud --out out.csv`.

Large packages are imported only when a command runs.
"""

import os
import re
import signal
import warnings
from contextlib import contextmanager
from importlib import import_module

from sklearn_gan._cli.messages import say
from sklearn_gan._cli.parser import STRATEGY_OPTION, parse
from sklearn_gan._runtime.text import note_problem

DATA_ERROR, INTERRUPTED, BROKEN_PIPE = 1, 130, 141
OPTION_OF_PARAMETER = {
    "sampling_strategy": STRATEGY_OPTION,
    "categorical_features": "--categorical",
    "max_steps": "--max-steps",
    "random_state": "--random-state",
    "cv": "--cv",
    "device": "--device",
}
# Warnings of the sampler about columns that this package warns about under their names in the file.
ABOUT_COLUMNS = "Columns? .* determines? y:|Expected categories that repeat"
# Parameters that the sampler suggests after `max_steps`, and that have no option.
ONLY_IN_PYTHON = r" or `latent_dim` \(.*"
NOTHING_WRITTEN = "interrupted; nothing was written"


def main(arguments=None):
    """Run a command and return its exit code.

    Parameters
    ----------
    arguments : list of str or None, default=None
        Arguments after the program name. None uses those of the process.
    """
    options = parse(arguments)
    run = _load(options.command)
    try:
        with _warnings_as_lines():
            if options.command == "compare":
                run(options)  # hands back the complete folds if interrupted
            else:
                with _interruptible():
                    run(options)
    except (KeyboardInterrupt, _Interrupted):
        say(NOTHING_WRITTEN)
        return INTERRUPTED
    except BrokenPipeError:  # such as `| head`
        return BROKEN_PIPE
    except OSError as error:
        problem = f"{error.filename}: {error.strerror}" if error.filename else error
        say(f"error: {problem}; nothing was written. Fix this problem and run the command again")
        return DATA_ERROR
    except MemoryError:
        say("error: there is not enough memory for this table; exclude columns with --exclude, or use fewer rows")
        return DATA_ERROR
    except ValueError as error:
        say(f"error: {_in_options(error)}")
        return DATA_ERROR
    return 0


def _load(command):
    """Return the function that runs a command, from the module of the same name."""
    with _on_interrupt(_leave):
        return getattr(import_module(f"sklearn_gan._cli.{command}"), command)


def _leave(signum, frame):
    """End the process. Extension modules would turn an exception during their import into other errors."""
    say(NOTHING_WRITTEN)
    os._exit(INTERRUPTED)


class _Interrupted(BaseException):
    """Interruption by Ctrl-C. On a KeyboardInterrupt, the sampler would only end training early and then continue."""


def _in_options(message):
    """Return a message of the sampler in one line, with command-line options in place of parameters."""
    line = re.sub(ONLY_IN_PYTHON, ".", " ".join(str(message).split()))
    return re.sub(r"`(\w+)`", lambda match: OPTION_OF_PARAMETER.get(match[1], match[0]), line)


@contextmanager
def _warnings_as_lines():
    """Print each warning for users in one line, and ignore warnings for developers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)  # includes scikit-learn's ConvergenceWarning
        warnings.filterwarnings("ignore", ABOUT_COLUMNS)
        shown = set()  # a comparison fits many classifiers, with the same warnings
        warnings.showwarning = lambda message, *args, **kwargs: _warn_once(_in_options(message), shown)
        yield


def _interruptible():
    """Let Ctrl-C end all work immediately."""

    def interrupt(signum, frame):
        raise _Interrupted

    return _on_interrupt(interrupt)


@contextmanager
def _on_interrupt(handler):
    """Call a handler on Ctrl-C inside a `with` block."""
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _warn_once(line, shown):
    if note_problem(line, shown):
        say(f"warning: {line}")
