"""Command line for tables in files: `python -m sklearn_gan balance in.csv --target fraud --out out.csv`.

The command `compare` is in `compare.py`.
"""

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
from sklearn_gan._cli.arguments import Parser, add_columns, add_input, positive, seed
from sklearn_gan._cli.compare import add_compare, compare
from sklearn_gan._cli.files import check_overwrite, check_paths, open_table
from sklearn_gan._cli.input_table import describe_input, warn_about_copies
from sklearn_gan._cli.relation_text import describe_relations
from sklearn_gan._cli.roles import Roles, check_classes
from sklearn_gan._runtime.files import replacing

DATA_ERROR, INTERRUPTED = 1, 130
STRATEGIES = ("auto", "minority", "not minority", "not majority", "all")
STRATEGY_OPTION = "--sampling-strategy"
TARGET = re.compile(r"(?!--).*=\d+", re.DOTALL)  # LABEL=ROWS, but not an option
OPTION_OF_PARAMETER = {
    "sampling_strategy": STRATEGY_OPTION,
    "categorical_features": "--categorical",
    "max_steps": "--max-steps",
    "random_state": "--random-state",
    "cv": "--cv",
    "device": "--device",
}
# Warnings of the sampler about columns that this module warns about under their names in the file.
ABOUT_COLUMNS = "Columns? .* determines? y:|Expected categories that repeat"
PROGRAM = "python -m sklearn_gan"
USAGE = f"{PROGRAM} balance INPUT --target COLUMN --out OUTPUT [options]"
SUMMARY = "Oversample imbalanced tables in files with a conditional GAN, or compare methods for them."
DESCRIPTION = """\
Add synthetic rows of the rare classes to a table.

A conditional GAN is trained on the table and generates new rows of the rare
classes. OUTPUT contains the rows of INPUT, unchanged, followed by the synthetic
rows. Columns that contain only numbers or only dates are numeric, all others
categorical. Synthetic numbers lie within the observed range and, in text files,
have no more decimals than the original ones. Synthetic categories are among the
observed ones. Relations between columns, such as total = price + fee, are
detected, and synthetic rows satisfy them."""
EPILOG = """\
files:
  .csv .tsv .txt  The first line contains the column names. Detected and kept:
                  commas, semicolons, tabs or | as delimiters; decimal commas,
                  unless commas are delimiters; UTF-8, UTF-16 and
                  Windows-1252; quotes; line endings. Empty values, and NULL,
                  NA or NaN among numbers, are missing values. Codes such as
                  007 are categories. Dates, times and amounts are numeric if
                  one format fits the whole column, and are written in it:
                  2023-05-01, 2023-05-01T13:45:00, 31.05.2023, 5/31/2023,
                  13:45, 1.234,56, $1,234.50, 12.3%. Dates are categories if
                  days and months could be exchanged.
  .parquet .pq    Requires pyarrow: pip install "sklearn-gan[parquet]". Dates,
                  times and durations lie within the observed range.

examples:
  python -m sklearn_gan balance in.csv --target fraud --out out.csv
  python -m sklearn_gan balance in.csv --target fraud --out out.csv \\
      --exclude id name --mark is_generated --sampling-strategy yes=500

exit codes:
  0    OUTPUT was written
  1    a file or its table is invalid; one line explains why
  2    the command is invalid; one line explains why
  130  interrupted by Ctrl-C
  Unless the code is 0, nothing is written and an existing OUTPUT is unchanged."""


def main(arguments=None):
    """Run a command and return its exit code.

    Parameters
    ----------
    arguments : list of str or None, default=None
        Arguments after the program name. None uses those of the process.
    """
    options = _parse(arguments)
    try:
        with _warnings_as_lines():
            if options.command == "compare":
                compare(options)  # hands back the complete folds if interrupted
            else:
                with _interruptible():
                    balance(options)
    except (KeyboardInterrupt, _Interrupted):
        _say("interrupted; nothing was written")
        return INTERRUPTED
    except OSError as error:
        problem = f"{error.filename}: {error.strerror}" if error.filename else error
        _say(f"error: {problem}; nothing was written. Fix this problem and run the command again")
        return DATA_ERROR
    except MemoryError:
        _say("error: there is not enough memory for this table; exclude columns with --exclude, or use fewer rows")
        return DATA_ERROR
    except ValueError as error:
        _say(f"error: {_in_options(error)}")
        return DATA_ERROR
    return 0


def balance(options):
    """Write the table in a file, followed by synthetic rows of its rare classes."""
    start = time.perf_counter()
    check_paths(options.input, options.out, options.force)
    roles = Roles(options.target, tuple(options.categorical), tuple(options.exclude), options.mark)
    table = open_table(options.input, options.delimiter)
    roles.check(table.names)
    labels = table.labels(options.target)
    check_classes(options.target, labels)
    _check_strategy(options.sampling_strategy, Counter(labels))
    X, categorical_features = table.features(roles)
    warn_about_copies(table, X, labels)
    report = _ignore if options.quiet else _say
    report(describe_input(options.input, table, len(labels)))
    sampler = GANOversampler(
        options.sampling_strategy,
        categorical_features=categorical_features,
        relations=options.relations,
        max_steps=options.max_steps,
        device=options.device,
        random_state=options.random_state,
        verbose=int(not options.quiet and sys.stderr.isatty()),  # a progress bar is useful only in a terminal
    )
    X_resampled, resampled_labels = sampler.fit_resample(X, labels)
    # The sampler returns the original rows first, then the synthetic ones.
    with replacing(options.out) as file:
        table.write(file, X_resampled[len(labels) :], resampled_labels[len(labels) :])
        check_overwrite(options.out, options.force)  # another program may have created it during training
    names = [table.names[j] for j in table.feature_positions]
    if sampler.relations_:
        report(f"Relations: {describe_relations(sampler.relations_, names)}.")
    report(_describe_output(options, labels, resampled_labels, time.perf_counter() - start))


class _Interrupted(BaseException):
    """Interruption by Ctrl-C. On a KeyboardInterrupt, the sampler would only end training early and then continue."""


def _parse(arguments):
    parser = Parser(prog=PROGRAM, description=SUMMARY, epilog=f"Options of a command: {PROGRAM} COMMAND --help")
    parser.add_argument("--version", action="version", version=f"sklearn_gan {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    layout = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False, "usage": USAGE}
    note = "add synthetic rows of the rare classes to a table"
    command = commands.add_parser("balance", help=note, description=DESCRIPTION, epilog=EPILOG, **layout)
    add_input(command)
    _add_output(command)
    _add_columns(add_columns(command))
    _add_sampling(command)
    add_compare(commands)
    options = parser.parse_args(_attach_targets(sys.argv[1:] if arguments is None else arguments))
    if options.command == "compare":
        return options
    try:
        options.sampling_strategy = _sampling_strategy(options.sampling_strategy or ["auto"])
    except ValueError as error:
        command.error(str(error))
    return options


def _attach_targets(arguments):
    """Return the arguments with one option per LABEL=ROWS, because argparse rejects labels with a leading "-".

    >>> _attach_targets(["--sampling-strategy", "-1=40", "1=40"])
    ['--sampling-strategy=-1=40', '--sampling-strategy=1=40']
    """
    attached, is_listing = [], False
    for word in arguments:
        if is_listing and TARGET.fullmatch(word):
            if attached[-1] == STRATEGY_OPTION:
                attached.pop()
            attached.append(f"{STRATEGY_OPTION}={word}")
        else:
            is_listing = word == STRATEGY_OPTION
            attached.append(word)
    return attached


def _add_output(command):
    command.add_argument("--out", metavar="OUTPUT", type=Path, required=True, help="file to write, of the same kind")
    command.add_argument("--force", action="store_true", help="overwrite an existing OUTPUT")


def _add_columns(columns):
    note = "keep no relations between columns (default: relations are detected, and the summary lists them)"
    off = {"action": "store_const", "const": None, "default": "auto"}
    columns.add_argument("--no-relations", dest="relations", **off, help=note)
    note = "name of a column to add: true for synthetic rows, false for original ones"
    columns.add_argument("--mark", metavar="COLUMN", help=note)


def _add_sampling(command):
    sampling = command.add_argument_group("sampling")
    note = (
        "target number of rows: LABEL=ROWS, once or more, for the total of a class; a number up to 1 for the ratio of "
        "the smaller to the larger class; or the classes to oversample to the size of the largest: "
        f"{', '.join(STRATEGIES)} (default: auto, all of them). May be repeated. If LABEL begins with --, write "
        f"{STRATEGY_OPTION}=LABEL=ROWS"
    )
    sampling.add_argument(STRATEGY_OPTION, nargs="+", action="extend", metavar="HOW", help=note)
    note = "number of training steps; time is proportional to it (default: %(default)s)"
    sampling.add_argument("--max-steps", type=positive, metavar="N", default=400, help=note)
    note = "seed; the same integer gives the same rows (default: each run differs)"
    sampling.add_argument("--random-state", type=seed, metavar="N", help=note)
    note = "device to train on, such as cpu or cuda (default: an accelerator if available)"
    sampling.add_argument("--device", default="auto", help=note)


def _sampling_strategy(words):
    """Return the `sampling_strategy` of the sampler: a name, a number or a dict.

    >>> _sampling_strategy(["yes=500", "maybe=300"])
    {'yes': 500, 'maybe': 300}
    """
    text = " ".join(words)
    if text in STRATEGIES:
        return text
    pairs = [word.rpartition("=") for word in words]  # a label may contain "="
    if all(equals and n_rows.isdecimal() for _, equals, n_rows in pairs):
        return {label: int(n_rows) for label, _, n_rows in pairs}
    try:
        return float(text)
    except ValueError:
        expected = f"{', '.join(map(repr, STRATEGIES))}, a number or LABEL=ROWS"
        raise ValueError(f"argument --sampling-strategy: expected {expected}, got {text!r}") from None


def _check_strategy(strategy, counts):
    """Raise if the classes, with these numbers of rows, do not allow the strategy."""
    if isinstance(strategy, float):
        _check_ratio(strategy, counts)
    elif isinstance(strategy, dict):
        for label, n_rows in strategy.items():
            if label not in counts:
                raise ValueError(
                    f"--sampling-strategy has {label!r}, but the target has {_classes(counts)}; pass one of these"
                )
            if n_rows < counts[label]:
                raise ValueError(
                    f"--sampling-strategy has {label}={n_rows}, but {label!r} already has {counts[label]} rows, and "
                    f"none are removed; pass a total of {counts[label]} or more"
                )


def _check_ratio(ratio, counts):
    if len(counts) != 2:
        raise ValueError(
            f"--sampling-strategy {ratio:g} requires 2 classes, but the target has {_classes(counts)}; pass LABEL=ROWS"
        )
    present = min(counts.values()) / max(counts.values())
    if not present <= ratio <= 1:
        raise ValueError(
            f"--sampling-strategy is {ratio:g}; expected a ratio from {present:.3g}, the present one, to 1. Pass a "
            "ratio in this range"
        )


def _classes(counts):
    return f"{len(counts)} classes: {', '.join(map(repr, sorted(counts)))}"


def _describe_output(options, labels, resampled_labels, seconds):
    before, after = Counter(labels), Counter(resampled_labels)
    width, digits = max(map(len, after)), len(f"{max(after.values()):,}")
    n_new = len(resampled_labels) - len(labels)
    lines = [f"{options.out}: {len(labels):,} original rows, then {n_new:,} synthetic rows ({seconds:.0f} seconds)."]
    for label, n_rows in before.most_common():
        lines.append(f"  {label:<{width}}  {n_rows:>{digits},} -> {after[label]:>{digits},}")
    return "\n".join(lines)


def _in_options(message):
    """Return a message of the sampler in one line, with command-line options in place of parameters."""
    line = " ".join(str(message).split())
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


@contextmanager
def _interruptible():
    """Let Ctrl-C end all work immediately."""

    def interrupt(signum, frame):
        raise _Interrupted

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _warn_once(line, shown):
    if line not in shown:
        shown.add(line)
        _say(f"warning: {line}")


def _say(line):
    print(line, file=sys.stderr)  # stderr escapes characters the terminal cannot show


def _ignore(line):
    pass
