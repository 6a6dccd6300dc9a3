"""The parser of the command line. Imports no large package, so that help and errors come at once."""

import argparse
import re
import shlex
import sys
from pathlib import Path

from sklearn_gan import __version__
from sklearn_gan._cli.arguments import Parser, add_columns, add_input, add_report, positive, seed

CLASSIFIERS = ("boosting", "forest", "logistic")
STRATEGIES = ("auto", "minority", "not minority", "not majority", "all")
STRATEGY_OPTION = "--sampling-strategy"
TARGET = re.compile(r"(?!--).*=\d+", re.DOTALL)  # LABEL=ROWS, but not an option
PROGRAM = "python -m sklearn_gan"
USAGE = f"{PROGRAM} balance INPUT --target COLUMN --out OUTPUT [options]"
SUMMARY = "Oversample imbalanced tables in files with a conditional GAN, or compare methods for them."
DESCRIPTION = """\
Add synthetic rows of the rare classes to a table.

A conditional GAN is trained on the table and generates new rows of the rare
classes. OUTPUT contains the rows of INPUT, unchanged, followed by the synthetic
rows. Its extension is that of its format, which may differ from that of INPUT.
Columns that contain only numbers or only dates are numeric, all others
categorical. Synthetic numbers lie within the observed range and, in text files,
have no more decimals than the original ones. Synthetic categories are among the
observed ones. Relations between columns, such as total = price + fee, are
detected, and synthetic rows satisfy them. Without a terminal, a line every ten
seconds shows the progress."""
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
  .csv.gz .tsv.gz .txt.gz
                  The same, compressed by gzip.
  .parquet .pq    Requires pyarrow: pip install "sklearn-gan[parquet]". Dates,
                  times and durations lie within the observed range.
  -               INPUT is the standard input: text, compressed or not, or
                  Parquet. OUTPUT is the standard output, in the format of
                  INPUT and uncompressed. Messages go to the standard error.
  Text becomes Parquet with numbers, dates, booleans and text as types.
  Parquet becomes UTF-8 text with commas, ISO 8601 dates, and true or false.

examples:
  python -m sklearn_gan balance in.csv --target fraud --out out.csv
  python -m sklearn_gan balance in.csv --target fraud --out out.parquet
  cat in.csv.gz | python -m sklearn_gan balance - --target fraud --out - | head
  python -m sklearn_gan balance train.csv --target fraud --drop-unlabelled \\
      --out out.csv --report report.html --holdout test.csv
  python -m sklearn_gan balance in.csv --target fraud --out out.csv \\
      --exclude id name --mark is_generated --sampling-strategy yes=500

exit codes:
  0    OUTPUT was written
  1    a file or its table is invalid; one line explains why
  2    the command is invalid; one line explains why
  130  interrupted by Ctrl-C
  141  the reader of the standard output, such as head, has closed it
  Unless the code is 0 or 141, nothing is written, and an existing OUTPUT or
  REPORT is unchanged."""
COMPARE_USAGE = "python -m sklearn_gan compare INPUT --target COLUMN [options]"
COMPARE_DESCRIPTION = """\
Compare methods for class imbalance on a table.

Without resampling, with class weights, SMOTE, GANOversampler and
ResampledClassifier, a classifier is fitted and scored on the same folds. The
output has the mean scores, and a verdict for each metric. A method is
recommended only if it beats no resampling by more than the folds vary. If
interrupted by Ctrl-C, the complete folds are compared."""
COMPARE_EPILOG = """\
Without a terminal, a line every ten seconds shows how many fits are done.

examples:
  python -m sklearn_gan compare in.csv --target fraud
  cat in.csv.gz | python -m sklearn_gan compare - --target fraud
  python -m sklearn_gan compare in.csv --target fraud --exclude id name \\
      --classifier logistic --cv 10 --repeats 1 --random-state 0"""


def parse(arguments):
    """Return the options of a command, with the command line itself, or exit."""
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
    _add_compare(commands)
    arguments = sys.argv[1:] if arguments is None else arguments
    options, unknown = parser.parse_known_args(_attach_targets(arguments))
    if unknown:  # argparse would refer to the help without the options of the command
        commands.choices[options.command].error(f"expected options of {options.command}, got {' '.join(unknown)}")
    options.command_line = shlex.join([*PROGRAM.split(), *arguments])
    if options.command == "compare":
        return options
    if options.holdout and not options.report:
        command.error("argument --holdout: expected --report with it, found none; pass both, or neither")
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
    note = "file to write, in the format of its extension; or - for the standard output"
    command.add_argument("--out", metavar="OUTPUT", type=Path, required=True, help=note)
    add_report(command, "the synthetic rows beside the real ones")
    note = (
        "file with other real rows, which are not in INPUT: REPORT shows whether synthetic rows reveal those of INPUT"
    )
    command.add_argument("--holdout", metavar="HOLDOUT", type=Path, help=note)
    command.add_argument("--force", action="store_true", help="overwrite an existing OUTPUT or REPORT")


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
    sampling.add_argument("--random-state", "--seed", type=seed, metavar="N", help=note)
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


def _add_compare(commands):
    layout = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False, "usage": COMPARE_USAGE}
    note = "compare methods for class imbalance on a table"
    command = commands.add_parser(
        "compare", help=note, description=COMPARE_DESCRIPTION, epilog=COMPARE_EPILOG, **layout
    )
    add_input(command)
    add_report(command, "the comparison")
    command.add_argument("--force", action="store_true", help="overwrite an existing REPORT")
    add_columns(command)
    comparison = command.add_argument_group("comparison")
    note = "classifier: %(choices)s (default: %(default)s)"
    comparison.add_argument("--classifier", choices=CLASSIFIERS, default="boosting", help=note)
    note = "number of stratified folds (default: %(default)s)"
    comparison.add_argument("--cv", type=positive, metavar="N", default=5, help=note)
    note = "number of repetitions with other folds (default: %(default)s)"
    comparison.add_argument("--repeats", type=positive, metavar="N", default=2, help=note)
    note = "number of fits in parallel (default: %(default)s)"
    comparison.add_argument("--jobs", type=positive, metavar="N", default=1, help=note)
    note = "seed; the same integer gives the same scores (default: each run differs)"
    comparison.add_argument("--random-state", "--seed", type=seed, metavar="N", help=note)
