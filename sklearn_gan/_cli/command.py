"""The command line, for tables in files: `python -m sklearn_gan balance in.csv --target fraud --out out.csv`."""

import argparse
import re
import signal
import sys
import time
import warnings
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from sklearn_gan import GANOversampler, __version__
from sklearn_gan._cli.files import KINDS, check_paths, check_unclaimed, open_table
from sklearn_gan._cli.roles import Roles, check_classes
from sklearn_gan._runtime.files import replacing
from sklearn_gan._runtime.text import list_names

DATA_ERROR, USAGE_ERROR, INTERRUPTED = 1, 2, 130
STRATEGIES = ("auto", "minority", "not minority", "not majority", "all")
STRATEGY_OPTION = "--sampling-strategy"
AMOUNT = re.compile(r"(?!--).*=\d+", re.DOTALL)  # LABEL=ROWS, unless it is an option
OPTION_OF_PARAMETER = {
    "sampling_strategy": STRATEGY_OPTION,
    "categorical_features": "--categorical",
    "max_steps": "--max-steps",
    "random_state": "--random-state",
    "device": "--device",
}
PROGRAM = "python -m sklearn_gan"
USAGE = f"{PROGRAM} balance INPUT --target COLUMN --out OUTPUT [options]"
SUMMARY = "Class imbalance on tables in files, mended by rows that a network generates."
DESCRIPTION = """\
Fill up the rare classes of a table with generated rows.

A network learns the table, and draws new rows of the rare classes. OUTPUT has
the rows of INPUT first, exactly as they were, and after them the generated
ones. Columns whose cells are all numbers are numbers, all others categories.
Generated numbers lie within those that are there, with no more decimals in a
text file; generated categories are some of those that are there."""
EPILOG = """\
files:
  .csv .tsv .txt  The first line has the names of the columns. Recognised and
                  kept: commas, semicolons, tabs or | between cells; decimal
                  commas, unless commas separate the cells; UTF-8, UTF-16 and
                  Windows-1252; quotes; the ends of lines. Empty cells, and
                  NULL, NA or NaN among numbers, are missing ones. Codes such
                  as 007, and dates, are categories.
  .parquet .pq    Needs pyarrow: pip install "sklearn-gan[parquet]". Dates,
                  times and durations lie within those that are there.

examples:
  python -m sklearn_gan balance in.csv --target fraud --out out.csv
  python -m sklearn_gan balance in.csv --target fraud --out out.csv \\
      --exclude id name --mark is_generated --sampling-strategy yes=500

exit codes:
  0    OUTPUT is written
  1    a file, or the table in it, is not as expected: one line says why
  2    the command is not as expected: one line says why
  130  interrupted by Ctrl-C
  Unless it is 0, nothing is written, and an older OUTPUT is as it was."""


def main(arguments=None):
    """Run a command and return its exit code.

    Parameters
    ----------
    arguments : list of str or None, default=None
        What stands on the command line after the name of the program; with None, what does.
    """
    options = _parse(arguments)
    try:
        with _interruptible(), _warnings_as_lines():
            balance(options)
    except (KeyboardInterrupt, _Interrupted):
        _say("interrupted; nothing is written")
        return INTERRUPTED
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else error
        _say(f"error: {what}; nothing is written. Mend this, and run it again")
        return DATA_ERROR
    except MemoryError:
        _say("error: there is not enough memory for this table; leave columns out by --exclude, or take fewer rows")
        return DATA_ERROR
    except ValueError as error:
        _say(f"error: {_in_options(error)}")
        return DATA_ERROR
    return 0


def balance(options):
    """Write the table in a file and, after its rows, generated ones of the rare classes."""
    start = time.perf_counter()
    check_paths(options.input, options.out, options.force)
    roles = Roles(options.target, tuple(options.categorical), tuple(options.exclude), options.mark)
    table = open_table(options.input, options.delimiter)
    roles.check(table.names)
    labels = table.labels(options.target)
    check_classes(options.target, labels)
    _check_strategy(options.sampling_strategy, Counter(labels))
    X, categorical_features = table.features(roles)
    report = _ignore if options.quiet else _say
    report(_what_is_read(options.input, table, len(labels)))
    sampler = GANOversampler(
        options.sampling_strategy,
        categorical_features=categorical_features,
        max_steps=options.max_steps,
        device=options.device,
        random_state=options.random_state,
        verbose=int(not options.quiet and sys.stderr.isatty()),
    )
    X_resampled, resampled_labels = sampler.fit_resample(X, labels)
    with replacing(options.out) as file:
        table.write(file, X_resampled[len(labels) :], resampled_labels[len(labels) :])
        check_unclaimed(options.out, options.force)  # another program may have written it in the meantime
    report(_what_is_written(options, labels, resampled_labels, time.perf_counter() - start))


class _Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong."""

    def error(self, message):
        self.exit(USAGE_ERROR, f"error: {message}; see {self.prog} --help\n")


class _Interrupted(BaseException):
    """Ctrl-C: no KeyboardInterrupt, by which callbacks of the sampler end training early and go on."""


def _parse(arguments):
    parser = _Parser(prog=PROGRAM, description=SUMMARY, epilog=f"All of its options: {PROGRAM} balance --help")
    parser.add_argument("--version", action="version", version=f"sklearn_gan {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    layout = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False, "usage": USAGE}
    note = "fill up the rare classes of a table with generated rows"
    command = commands.add_parser("balance", help=note, description=DESCRIPTION, epilog=EPILOG, **layout)
    _add_files(command)
    _add_columns(command)
    _add_sampling(command)
    options = parser.parse_args(_give_each_amount_its_option(sys.argv[1:] if arguments is None else arguments))
    try:
        options.sampling_strategy = _sampling_strategy(options.sampling_strategy or ["auto"])
    except ValueError as error:
        command.error(str(error))
    return options


def _give_each_amount_its_option(arguments):
    """Return the arguments in the only form in which argparse takes labels that begin with "-".

    >>> _give_each_amount_its_option(["--sampling-strategy", "-1=40", "1=40"])
    ['--sampling-strategy=-1=40', '--sampling-strategy=1=40']
    """
    spelt, is_listing = [], False
    for word in arguments:
        if is_listing and AMOUNT.fullmatch(word):
            if spelt[-1] == STRATEGY_OPTION:
                spelt.pop()
            spelt.append(f"{STRATEGY_OPTION}={word}")
        else:
            is_listing = word == STRATEGY_OPTION
            spelt.append(word)
    return spelt


def _add_files(command):
    known = ", ".join(KINDS)
    command.add_argument("input", metavar="INPUT", type=Path, help=f"the file that has the table: {known}")
    command.add_argument(
        "--out", metavar="OUTPUT", type=Path, required=True, help="the file to write, of the same kind"
    )
    command.add_argument("--force", action="store_true", help="overwrite OUTPUT if it is there")
    note = 'between cells of a text file, "tab" for a tab (default: as the first lines look)'
    command.add_argument("--delimiter", type=_delimiter, metavar="CHARACTER", help=note)
    command.add_argument("--quiet", action="store_true", help="print nothing but warnings and errors")


def _add_columns(command):
    columns = command.add_argument_group("columns")
    columns.add_argument("--target", metavar="COLUMN", required=True, help="has the class of each row")
    several = {"metavar": "COLUMN", "nargs": "+", "action": "extend", "default": []}
    columns.add_argument("--categorical", **several, help="these are categories, although they look like numbers")
    note = "these are not learned, and empty in generated rows: identifiers, names, comments"
    columns.add_argument("--exclude", **several, help=note)
    note = "add a column of this name that says true for generated rows and false for all others"
    columns.add_argument("--mark", metavar="COLUMN", help=note)


def _add_sampling(command):
    sampling = command.add_argument_group("sampling")
    note = (
        "how many rows there shall be: a number up to 1, rows of the smaller class divided by those of the larger; "
        f"LABEL=ROWS, once or more, in all; or which classes become as large as the largest: {', '.join(STRATEGIES)} "
        "(default: auto, all of them). May be repeated; a LABEL that begins with -- goes as "
        f"{STRATEGY_OPTION}=LABEL=ROWS"
    )
    sampling.add_argument(STRATEGY_OPTION, nargs="+", action="extend", metavar="HOW", help=note)
    note = "length of training; time is proportional to it (default: %(default)s)"
    sampling.add_argument("--max-steps", type=_positive, metavar="N", default=600, help=note)
    note = "the same integer gives the same rows each time (default: each run differs)"
    sampling.add_argument("--random-state", type=_seed, metavar="N", help=note)
    note = "where to compute, such as cpu or cuda (default: an accelerator if there is one)"
    sampling.add_argument("--device", default="auto", help=note)


def _delimiter(text):
    character = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(character) != 1 or character in '"\r\n':
        raise argparse.ArgumentTypeError(f'expected one character or "tab", got {text!r}')
    return character


def _positive(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected an integer, 1 or larger, got {text!r}")
    return int(text)


def _seed(text):
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"expected an integer from 0 to {2**32 - 1}, got {text!r}")
    return int(text)


def _sampling_strategy(words):
    """Return what `sampling_strategy` shall be: a name, a number or a dict.

    >>> _sampling_strategy(["yes=500", "maybe=300"])
    {'yes': 500, 'maybe': 300}
    """
    text = " ".join(words)
    if text in STRATEGIES:
        return text
    pairs = [word.rpartition("=") for word in words]
    if all(equals and n_rows.isdecimal() for _, equals, n_rows in pairs):
        return {label: int(n_rows) for label, _, n_rows in pairs}
    try:
        return float(text)
    except ValueError:
        expected = f"{', '.join(map(repr, STRATEGIES))}, a number or LABEL=ROWS"
        raise ValueError(f"argument --sampling-strategy: expected {expected}, got {text!r}") from None


def _check_strategy(strategy, counts):
    """Refuse amounts that these classes, with their numbers of rows, cannot get."""
    if isinstance(strategy, float):
        _check_ratio(strategy, counts)
    elif isinstance(strategy, dict):
        for label, n_rows in strategy.items():
            if label not in counts:
                raise ValueError(
                    f"--sampling-strategy has {label!r}, but the target has {_classes(counts)}; pass some of these"
                )
            if n_rows < counts[label]:
                raise ValueError(
                    f"--sampling-strategy has {label}={n_rows}, but {label!r} has {counts[label]} rows already, and "
                    "none are taken away; pass how many it shall have in all"
                )


def _check_ratio(ratio, counts):
    if len(counts) != 2:
        raise ValueError(
            f"--sampling-strategy {ratio:g} is for 2 classes, but the target has {_classes(counts)}; pass LABEL=ROWS"
        )
    present = min(counts.values()) / max(counts.values())
    if not present <= ratio <= 1:
        raise ValueError(
            f"--sampling-strategy is {ratio:g}; expected a ratio from {present:.3g}, as it is now, to 1. Pass one "
            "between them"
        )


def _classes(counts):
    return f"{len(counts)} classes: {', '.join(map(repr, sorted(counts)))}"


def _what_is_read(path, table, n_rows):
    names = {True: [], False: []}
    for j in table.learned:
        names[table.is_number(j)].append(table.names[j])
    numbers, categories = (list_names(names[is_number], 10, str) or "none" for is_number in (True, False))
    return f"{path}: {n_rows:,} rows. Numbers: {numbers}. Categories: {categories}."


def _what_is_written(options, labels, resampled_labels, seconds):
    before, after = Counter(labels), Counter(resampled_labels)
    width, digits = max(map(len, after)), len(f"{max(after.values()):,}")
    n_new = len(resampled_labels) - len(labels)
    lines = [
        f"{options.out}: {len(labels):,} rows as they were, then {n_new:,} generated ones ({seconds:.0f} seconds)."
    ]
    for label, n_rows in before.most_common():
        lines.append(f"  {label:<{width}}  {n_rows:>{digits},} -> {after[label]:>{digits},}")
    return "\n".join(lines)


def _in_options(message):
    """Return a message of the sampler in one line, with options of the command line instead of parameters."""
    line = " ".join(str(message).split())
    return re.sub(r"`(\w+)`", lambda match: OPTION_OF_PARAMETER.get(match[1], match[0]), line)


@contextmanager
def _warnings_as_lines():
    """Print warnings that are meant for the user, a line each; those among programmers are none of the user's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = lambda message, *args, **kwargs: _say(f"warning: {_in_options(message)}")
        yield


@contextmanager
def _interruptible():
    """Let Ctrl-C end all work at once."""

    def interrupt(signum, frame):
        raise _Interrupted

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _say(line):
    print(line, file=sys.stderr)  # where characters that a terminal does not know do no harm


def _ignore(line):
    pass
