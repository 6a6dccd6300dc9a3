"""The command line: output files, messages and exit codes."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
import warnings
from collections import Counter
from itertools import pairwise
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet
from sklearn.exceptions import ConvergenceWarning

from sklearn_gan import GANOversampler, __version__
from sklearn_gan.__main__ import main
from sklearn_gan._cli.relation_text import describe_relations
from sklearn_gan._cli.text_table import number_style
from sklearn_gan.relations import FixedCombinations, Inequality, Sum

pytestmark = pytest.mark.usefixtures("quick_selection")
OPTIONS = ["--target", "fraud", "--max-steps", "2", "--random-state", "0"]
AWKWARD = 'code,price,n,city,odd,"is, fraud"\n' + (
    '007,1.50,3,"Oslo, N",1e5,no\n012,20.25,,Rome,2.5E-7,no\n007,NULL,12,"say ""hi""",3,yes\n' * 4
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Run the test in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def text_of(n_no=20, n_yes=5, n_maybe=0):
    """Return a table as CSV text; none of its columns looks like an identifier."""
    labels = np.repeat(["no", "yes", "maybe"], [n_no, n_yes, n_maybe])
    rng = np.random.default_rng(0)
    columns = {"a": rng.integers(0, 9, len(labels)), "b": rng.normal(size=len(labels)).round(2), "fraud": labels}
    return pd.DataFrame(columns).to_csv(index=False)


def balance(content, *options, name="in.csv"):
    """Write a table to a file, balance it, and return the bytes of the output file."""
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    out = Path("out").with_suffix(Path(name).suffix)
    assert main(["balance", name, "--out", str(out), *OPTIONS, *options]) == 0
    return out.read_bytes()


def added_to(content, written, delimiter=",", encoding="utf-8"):
    """Return the rows written after the original content."""
    assert written.startswith(content)
    return list(csv.reader(io.StringIO(written[len(content) :].decode(encoding), newline=""), delimiter=delimiter))


def error_of(capsys):
    """Return the single line of standard error, which must be an error."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: ")
    return lines[0]


DIALECTS = {
    "comma": (AWKWARD, ",", "utf-8"),
    "CRLF": (AWKWARD.replace("\n", "\r\n"), ",", "utf-8"),
    "CR": (AWKWARD.replace("\n", "\r"), ",", "utf-8"),
    "byte order mark": ("\ufeff" + AWKWARD, ",", "utf-8"),
    "semicolon": (AWKWARD.replace(",", ";").replace(".", ","), ";", "utf-8"),
    "tab": (AWKWARD.replace(",", "\t"), "\t", "utf-8"),
    "pipe": (AWKWARD.replace(",", "|"), "|", "utf-8"),
    "unicode": (AWKWARD.replace("Rome", "Tromsø 🐟"), ",", "utf-8"),
    "Windows-1252": (AWKWARD.replace("Rome", "Tromsø €"), ",", "cp1252"),
    "UTF-16": ("\ufeff" + AWKWARD.replace(",", "\t"), "\t", "utf-16-le"),
    "line breaks in values": (AWKWARD.replace("Rome", '"Ro\nme"'), ",", "utf-8"),
    "spaces around numbers": (AWKWARD.replace("20.25", " 20.25 "), ",", "utf-8"),
    "blank lines": (AWKWARD.replace("012", "\n012"), ",", "utf-8"),
}


@pytest.mark.parametrize("content, delimiter, encoding", DIALECTS.values(), ids=DIALECTS)
def test_new_rows_are_appended_in_the_format_of_the_file(content, delimiter, encoding):
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""), delimiter=delimiter))
    content = content.encode(encoding)
    written = balance(content, "--target", rows[0][-1])
    added = added_to(content, written, delimiter, encoding)
    assert [row[-1] for row in added] == ["yes"] * 4  # 8 no, 4 yes
    observed = list(zip(*filter(None, rows[1:]), strict=True))
    for code, price, n, city, odd, _ in added:
        assert code in observed[0] and city in observed[3]
        assert re.fullmatch(r"\d+[.,]\d\d|NULL", price) and re.fullmatch(r"\d*", n) and float(odd.replace(",", "."))
    end = re.search("\r\n|\n|\r", content.decode(encoding))[0]
    assert written.decode(encoding).endswith(end)


def test_missing_final_newline_is_added_before_new_rows():
    content = text_of().strip()
    assert balance(content).startswith(content.encode() + b"\n")


def test_trailing_blank_lines_are_removed_before_new_rows():
    written = balance(text_of() + "\n\n")
    assert written.startswith(text_of().encode()) and b"\n\n" not in written


def test_balanced_table_is_copied_unchanged():
    content = text_of(5, 5) + "\n\n"
    assert balance(content) == content.encode()


QUOTED = {"text": csv.QUOTE_NONNUMERIC, "all": csv.QUOTE_ALL, "none": csv.QUOTE_MINIMAL}


@pytest.mark.parametrize("quoting", QUOTED.values(), ids=QUOTED)
def test_new_rows_are_quoted_like_the_original_rows(quoting):
    content = pd.read_csv(io.StringIO(text_of())).to_csv(index=False, quoting=quoting)
    lines = balance(content).decode().splitlines()
    patterns = {re.sub(r"[\w.-]+", "x", line) for line in lines[1:]}
    assert len(patterns) == 1


@pytest.mark.parametrize(
    "values, number, expected",
    [
        (["1.50", "20.25"], 3.14159, "3.14"),
        (["1.50", "20.25"], 3.0, "3.00"),
        (["1.5", "20.25", "3"], 3.0, "3"),
        (["1.0", "2.0", ""], 2.0, "2.0"),
        (["0.01", "-0.01"], -0.001, "0.00"),
        (["0.1234567890123456", "1"], 0.1 + 0.2, "0.3"),
        (["3", "12"], 7, "7"),
        (["1e5", "2.5e-7"], 123456.0, "1.2e+05"),
        (["1", "n/a", "n/a", ""], None, "n/a"),
    ],
)
def test_numbers_are_formatted_like_their_column(values, number, expected):
    assert number_style(values, ".").write(number) == expected


CODES = [["007", "123"], ["1" * 19], ["+49"], ["1,234"], ["12 kg"], ["1e999"], ["2024-01-31"], ["TRUE"], ["", "NA"]]


@pytest.mark.parametrize("values", CODES)
def test_codes_are_not_numbers(values):
    assert number_style(values, ".") is None


def arrow_table(labels):
    """Return an arrow table with columns of many types."""
    n, rng = len(labels), np.random.default_rng(0)
    categories = rng.choice(["x", "y"], n)
    dates = pa.array(np.arange(n), pa.int32()).cast(pa.date32())
    timestamps = pa.array(rng.integers(0, 9, n) * 86_400_000, pa.timestamp("ms", "UTC"))
    columns = {
        "i": pa.array(rng.integers(0, 9, n), pa.int8()),
        "f": pa.array(np.where(rng.random(n) < 0.3, None, rng.normal(size=n).round(1)), pa.float32()),
        "s": pa.array(categories, pa.large_string()),
        "c": pa.array(categories).dictionary_encode(),
        "b": pa.array(categories == "x"),
        "t": timestamps,
        "fraud": labels,
        "date": dates,
    }
    schema = pa.schema([pa.field(name, column.type, nullable=name != "date") for name, column in columns.items()])
    return pa.table(columns, schema=schema.with_metadata({"made": "by hand"}))


@pytest.mark.parametrize("labels", [["no", "yes"], [0, 1], [False, True]], ids=["text", "integer", "boolean"])
def test_parquet_keeps_rows_types_and_metadata(labels, capsys):
    table = arrow_table(pa.array([labels[0]] * 20 + [labels[1]] * 5))
    parquet.write_table(table, "in.parquet")
    balance(Path("in.parquet").read_bytes(), "--exclude", "date", "--mark", "new", name="in.parquet")
    written = parquet.read_table("out.parquet")
    assert written.slice(0, 25).drop_columns("new").to_pylist() == table.to_pylist()
    assert written.schema.metadata == table.schema.metadata
    assert [field.type for field in written.schema][:-1] == [field.type for field in table.schema]
    added = written.slice(25).to_pydict()
    assert added["fraud"] == [labels[1]] * 15 and set(added["date"]) == {None} and set(added["new"]) == {True}
    assert written["new"].to_pylist()[:25] == [False] * 25
    assert set(added["t"]) <= set(table["t"].to_pylist())
    message = capsys.readouterr().err
    assert f"{labels[1]}".lower() in message and "Numeric: i, f, t." in message


def test_balanced_parquet_table_is_unchanged():
    table = arrow_table(pa.array(["no", "yes"] * 10)).drop_columns("date")
    parquet.write_table(table, "in.parquet")
    balance(Path("in.parquet").read_bytes(), name="in.parquet")
    assert parquet.read_table("out.parquet").equals(table)


@pytest.mark.parametrize(
    "strategy, n_yes, n_maybe",
    [
        (["auto"], 20, 20),
        (["minority"], 8, 20),
        (["not", "minority"], 20, 5),
        (["not majority"], 20, 20),
        (["yes=10"], 10, 5),
        (["yes=10", "maybe=7"], 10, 7),
        (["yes=10", "--sampling-strategy", "maybe=7"], 10, 7),
    ],
)
def test_sampling_strategy_sets_the_class_counts(strategy, n_yes, n_maybe):
    added = added_to(text_of(20, 8, 5).encode(), balance(text_of(20, 8, 5), "--sampling-strategy", *strategy))
    assert Counter(row[-1] for row in added) == Counter(yes=n_yes - 8, maybe=n_maybe - 5)


@pytest.mark.parametrize(
    "options",
    [
        ["--sampling-strategy", "-1=30", "1=40"],
        ["--sampling-strategy", "1=40", "-1=30"],
        ["--sampling-strategy=-1=30", "--sampling-strategy", "1=40"],
        ["--sampling-strategy=-1=30", "--sampling-strategy=1=40"],
    ],
)
def test_sampling_strategy_accepts_labels_with_a_leading_minus(options):
    content = text_of().replace("no", "-1").replace("yes", "1")
    added = added_to(content.encode(), balance(content, *options))
    assert Counter(row[-1] for row in added) == {"-1": 10, "1": 35}


def test_labels_like_options_can_be_passed_after_an_equals_sign():
    content = text_of().replace("yes", "--force")
    assert len(added_to(content.encode(), balance(content, "--sampling-strategy=--force=9"))) == 4


def test_numeric_sampling_strategy_is_a_ratio():
    assert len(added_to(text_of().encode(), balance(text_of(), "--sampling-strategy", "0.5"))) == 5


def test_max_steps_random_state_and_device_are_passed_to_the_sampler(monkeypatch):
    params = []

    class Sampler(GANOversampler):
        def fit_resample(self, X, y):
            params.append(self.get_params())
            return super().fit_resample(X, y)

    monkeypatch.setattr("sklearn_gan._cli.balance.GANOversampler", Sampler)
    balance(text_of(), "--max-steps", "3", "--random-state", "7", "--device", "cpu")
    assert (params[0]["max_steps"], params[0]["random_state"], params[0]["device"]) == (3, 7, "cpu")


def test_random_state_determines_the_output_file():
    first = balance(text_of())
    assert balance(text_of(), "--force") == first
    assert balance(text_of(), "--force", "--random-state", "1") != first


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_categorical_option_sets_the_categorical_columns(name, capsys):
    content = pd.read_csv(io.StringIO(text_of()))
    content.to_parquet("in.parquet", index=False)
    balance(Path(name).read_bytes() if name == "in.parquet" else text_of(), "--categorical", "a", name=name)
    assert "Numeric: b. Categorical: a." in capsys.readouterr().err


def test_excluded_columns_are_empty_in_new_rows():
    content = "id,name," + "".join(f"{i},Mr {i},{line}" for i, line in enumerate(text_of().splitlines(True)))[7:]
    added = added_to(content.encode(), balance(content, "--exclude", "id", "name"))
    assert len(added) == 15 and {(row[0], row[1]) for row in added} == {("", "")} and all(row[2] for row in added)


def test_mark_adds_a_column_that_marks_synthetic_rows():
    lines = balance(AWKWARD.replace("\n", "\r\n").strip(), "--target", "is, fraud", "--mark", "is new").split(b"\r\n")
    originals = AWKWARD.encode().splitlines()
    assert lines[0] == originals[0] + b",is new"
    assert lines[1:13] == [line + b",false" for line in originals[1:]]
    assert len(lines) == 18 and all(line.endswith(b"yes,true") for line in lines[13:17]) and not lines[17]


def test_delimiter_option_is_used():
    content = text_of().replace(",", "~")
    assert len(added_to(content.encode(), balance(content, "--delimiter", "~"), "~")) == 15
    content = text_of().replace(",", "\t")
    assert balance(content, "--delimiter", "tab", "--force")


def test_summary_lists_columns_and_class_counts(capsys):
    balance(text_of())
    captured = capsys.readouterr()
    assert re.fullmatch(
        r"in.csv: 25 rows. Numeric: a, b. Categorical: none.\n"
        r"out.csv: 25 original rows, then 15 synthetic rows \(\d+ seconds\).\n"
        r"  no   20 -> 20\n  yes   5 -> 20\n",
        captured.err,
    )
    assert not captured.out


def bookings(n=200):
    """Return a table whose columns are related."""
    rng = np.random.default_rng(0)
    city, price, fee = rng.integers(0, 6, n), rng.lognormal(4, 1, n).round(2), rng.exponential(60, n).round(2)
    arrival = pd.Timestamp("2024-03-01") + pd.to_timedelta(rng.integers(0, 200, n), unit="D")
    channel, is_rated = rng.integers(0, 3, n), rng.random(n) < 0.7
    columns = {
        "id": np.arange(n) + 7.5,
        "city": [f"city {i}" for i in city],
        "country": [f"land {i // 2}" for i in city],
        "arrival": arrival,
        "departure": arrival + pd.to_timedelta(rng.geometric(0.3, n), unit="D"),
        "price": price,
        "fee": fee,
        "total": (price + fee).round(2),
        **{f"by_{i}": (channel == i).astype(int) for i in range(3)},
        **{f"rating_{i}": pd.Series(rng.integers(1, 6, n)).where(is_rated).astype("Int64") for i in "ab"},
        "fraud": np.where(rng.random(n) < 0.2, "yes", "no"),
    }
    return pd.DataFrame(columns)


KEPT = (
    "Relations: one of by_0, by_1, by_2; total = price + fee; city determines country; arrival < departure; "
    "rating_a, rating_b missing together.\n"
)


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_summary_lists_the_relations_that_new_rows_satisfy(name, capsys):
    X = bookings()
    X.to_parquet("in.parquet", index=False)
    balance(Path(name).read_bytes() if name == "in.parquet" else X.to_csv(index=False), "--exclude", "id", name=name)
    assert KEPT in capsys.readouterr().err
    written = pd.read_csv("out.csv") if name == "in.csv" else pd.read_parquet("out.parquet")
    assert ((written.price + written.fee).round(2) == written.total).all() and len(written) > len(X)
    assert (written.arrival < written.departure).all() and (written.filter(like="by_").sum(axis=1) == 1).all()
    assert set(zip(written.city, written.country, strict=True)) == set(zip(X.city, X.country, strict=True))
    assert (written.rating_a.isna() == written.rating_b.isna()).all()


def test_few_relations_and_columns_are_shown():
    names = list("abcdefg")
    assert describe_relations([Sum(0, [1, 2, 3, 4, 5])], names) == "a = b + c + d + e and 1 more"
    assert describe_relations([FixedCombinations([6, 0, 1])], names) == "g determines a, b"
    chain = [Inequality(low, high) for low, high in pairwise(names)]
    assert describe_relations(chain, names) == "a <= b; b <= c; c <= d; d <= e; e <= f and 1 more"


def test_no_relations_are_kept_on_request(capsys):
    content = bookings().to_csv(index=False)
    balance(content, "--exclude", "id", "--no-relations")
    written = pd.read_csv("out.csv")
    assert ((written.price + written.fee).round(2) != written.total).any()
    assert "Relations" not in capsys.readouterr().err


@pytest.mark.parametrize("quiet, is_terminal", [(False, True), (True, True), (False, False)])
def test_progress_bar_is_shown_in_a_terminal_unless_quiet(quiet, is_terminal, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    balance(text_of(), *["--quiet"][: int(quiet)])
    shown = capsys.readouterr().err
    assert ("2/2" in shown) == (is_terminal and not quiet) and bool(shown) != quiet


IDENTIFIED = "id," + "".join(f"{i},{line}" for i, line in enumerate(text_of(30, 10).splitlines(True)))[2:]
COPIED = "paid," + re.sub(r"^(.*)(no|yes)$", r"_\2,\1\2", text_of(30, 10), flags=re.MULTILINE)
CODED = "zip,fraud\n" + "".join(f"{100 + 7 * (i % 40) ** 2 % 899},{'no' if i % 5 else 'yes'}\n" for i in range(200))
WARNED = {
    "identifier": (IDENTIFIED, "column 'id' has a different integer in each row; .*--exclude 'id'"),
    "name": (
        re.sub(r"^(\d)", r"Mr \1", IDENTIFIED, flags=re.MULTILINE),
        "column 'id' is text with 40 .*--exclude 'id'",
    ),
    "copy": (COPIED, r"column 'paid' determines the --target: .*; exclude it with --exclude 'paid'"),
    "codes": (CODED, "Expected numbers in column 'zip', found .* add the column to --categorical"),
    "stray": (text_of().replace("\n", "\n?,0,no\n", 1), r"column 'a' is treated as text.* '\?' in line 2; delete"),
    "single": (text_of(20, 5, 1), r"Class\(es\) \['maybe'\] have 1 row.*these classes from --sampling-strategy\."),
}


@pytest.mark.parametrize("content, pattern", WARNED.values(), ids=WARNED)
def test_warnings_are_one_line_each_even_if_quiet(content, pattern, capsys):
    balance(content, "--quiet")
    assert re.fullmatch(f"warning: {pattern}.*\n", capsys.readouterr().err)


def test_sampler_warnings_are_shown_and_library_warnings_are_not(monkeypatch, capsys):
    def fit_resample(self, X, y):
        warnings.warn("A generator\ncovers little. Raise `max_steps` (2).", ConvergenceWarning, stacklevel=1)
        warnings.warn("Call something else.", FutureWarning, stacklevel=1)
        self.relations_ = []
        return X, y

    monkeypatch.setattr(GANOversampler, "fit_resample", fit_resample)
    balance(text_of(), "--quiet")
    assert capsys.readouterr().err == "warning: A generator covers little. Raise --max-steps (2).\n"


def test_warnings_of_collapse_suggest_options_only(monkeypatch, capsys):
    monkeypatch.setattr("sklearn_gan._estimators.sampler.SMALLEST_COVERAGE", 2.0)  # every generator covers less
    balance(text_of(60, 20), "--quiet")
    assert capsys.readouterr().err.endswith(" Increase --max-steps (2).\n")


BAD_TABLES = {
    "empty": ("", "expected a line of column names"),
    "no rows": ("a,b,fraud\n", "expected a line of column names"),
    "ragged": ("a,b,fraud\n1,2,no\n1,2\n", "in.csv, line 3: expected 3 values, as in the first line, got 2"),
    "quotes": ('a,b,fraud\n1,"2"3,no\n', "in.csv, line 2: .* quotes"),
    "one column": ("fraud\nyes\nno\n", "found no delimiter between values; pass it as --delimiter"),
    "target alone": ("fraud,fraud2\nyes,1\nno,2\n", "expected at least 1 column besides 'fraud'"),
    "binary": (b"a,\0b", "is not a text file"),
    "no column": ("a,Fraud\n1,no\n", "no column 'fraud'; did you mean 'Fraud'. Name one of these: 'a', 'Fraud'"),
    "two targets": ("a,fraud,fraud\n1,no,no\n", "column 'fraud' occurs 2 times"),
    "two columns": ("a,a,fraud\n1,2,no\n3,4,yes\n", "column 'a' occurs 2 times"),
    "no values": ("a,b,fraud\n,,no\n, ,yes\n", "all values of 'a', 'b' are missing"),
    "no class": ("a,fraud\n1,no\n1,\n1,yes\n1,NA\n", r"no class in 2 row\(s\), first in line 3"),
    "one class": ("a,fraud\n1,none\n1,none\n", "has the class 'none' in all rows"),
    "no classes": ("a,fraud\n" + "".join(f"1,{i}\n" for i in range(20)), "has 20 different values in 20 rows"),
}


@pytest.mark.parametrize("content, pattern", BAD_TABLES.values(), ids=BAD_TABLES)
def test_invalid_table_gives_one_error_line_and_no_output(content, pattern, capsys, folder):
    Path("in.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    excluded = ["--exclude", "fraud2"] if "fraud2" in str(content) else []
    assert main(["balance", "in.csv", "--out", "out.csv", *OPTIONS, *excluded]) == 1
    assert re.search(pattern, error_of(capsys))
    assert os.listdir(folder) == ["in.csv"]


BAD_CALLS = {
    "no input": ("none.csv --out out.csv", "none.csv: no such file"),
    "kind": ("in.csv --out out.xlsx", "out.xlsx: expected one of the extensions .csv"),
    "no folder": ("in.csv --out none/out.csv", "there is no folder none"),
    "exists": ("in.csv --out old.csv", "old.csv: the file already exists; pass --force"),
    "itself": ("in.csv --out ./in.csv --force", "is the input file"),
    "folder": ("in.csv --out folder.csv --force", "is not a regular file"),
    "bad Parquet": ("bad.parquet --out out.parquet", "cannot be read as a Parquet file"),
    "delimiter": ("bad.parquet --out out.parquet --delimiter ;", "--delimiter is only for text files"),
    "categorical": ("in.csv --out out.csv --categorical aa", "no column 'aa'; did you mean 'a'"),
    "exclude": ("in.csv --out out.csv --exclude zzz", "no column 'zzz'. Name one of these: 'a', 'b', 'fraud'"),
    "exclude target": ("in.csv --out out.csv --exclude fraud", "'fraud' is the --target"),
    "mark": ("in.csv --out out.csv --mark a", "column 'a' already exists"),
    "label": ("in.csv --out out.csv --sampling-strategy Yes=50", "'Yes', but the target has 2 classes: 'no', 'yes'"),
    "fewer": ("in.csv --out out.csv --sampling-strategy yes=2", "'yes' already has 5 rows"),
    "ratio": ("in.csv --out out.csv --sampling-strategy 0.1", "expected a ratio from 0.25, the present one, to 1"),
    "classes": ("three.csv --out out.csv --sampling-strategy 0.5", "requires 2 classes, but the target has 3"),
    "device": ("in.csv --out out.csv --device abacus --quiet", "Expected --device to be"),
}


@pytest.mark.parametrize("call, message", BAD_CALLS.values(), ids=BAD_CALLS)
def test_invalid_options_give_one_error_line_and_change_no_file(call, message, capsys, folder):
    for name, content in {
        "in.csv": text_of(),
        "three.csv": text_of(9, 4, 4),
        "old.csv": "old",
        "bad.parquet": "?",
    }.items():
        Path(name).write_text(content)
    Path("folder.csv").mkdir()
    before = sorted(os.listdir(folder))
    assert main(["balance", *call.split(), *OPTIONS]) == 1
    assert message in error_of(capsys)
    assert sorted(os.listdir(folder)) == before and Path("old.csv").read_text() == "old"


USAGE = {
    "nothing": ([], "required: COMMAND"),
    "no output": (["balance", "in.csv", "--target", "a"], "required: --out"),
    "steps": (["balance", "in.csv", "--out", "o.csv", *OPTIONS, "--max-steps", "0"], "an integer, 1 or larger"),
    "seed": (["balance", "in.csv", "--out", "o.csv", *OPTIONS, "--random-state", "x"], "an integer from 0 to"),
    "strategy": (["balance", "in.csv", "--out", "o.csv", *OPTIONS, "--sampling-strategy", "a=b"], "LABEL=ROWS, got"),
    "delimiter": (["balance", "in.csv", "--out", "o.csv", *OPTIONS, "--delimiter", ";;"], "one character"),
    "abbreviated": (
        ["balance", "in.csv", "--out", "o.csv", *OPTIONS, "--categ", "a"],
        "expected options of balance, got --categ",
    ),
    "other command": (
        ["compare", "in.csv", "--target", "a", "--mark", "b"],
        "--mark b; see python -m sklearn_gan compare",
    ),
}


@pytest.mark.parametrize("arguments, message", USAGE.values(), ids=USAGE)
def test_usage_errors_give_one_line_and_exit_code_2(arguments, message, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert message in error_of(capsys)


def test_unsupported_parquet_types_are_refused(capsys):
    table = arrow_table(pa.array(["no"] * 20 + ["yes"] * 5))
    parquet.write_table(table.append_column("bytes", pa.array([b"?"] * 25)), "in.parquet")
    assert main(["balance", "in.parquet", "--out", "out.parquet", *OPTIONS]) == 1
    assert "column 'bytes' has type binary; " in error_of(capsys)


def test_parquet_rows_without_a_class_are_refused(capsys):
    parquet.write_table(arrow_table(pa.array(["no"] * 20 + [None] * 5)), "in.parquet")
    assert main(["balance", "in.parquet", "--out", "out.parquet", *OPTIONS]) == 1
    assert "no class in 5 row(s), first in row 21" in error_of(capsys)


def test_error_without_pyarrow_shows_how_to_install_it(monkeypatch, capsys):
    Path("in.parquet").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["balance", "in.parquet", "--out", "out.parquet", *OPTIONS]) == 1
    assert 'Install it with: pip install "sklearn-gan[parquet]"' in error_of(capsys)


RETRY = "nothing was written. Fix this problem and run the command again"
SMALLER = "there is not enough memory for this table; exclude columns with --exclude, or use fewer rows"
FAILURES = {
    "interrupt": (KeyboardInterrupt(), 130, "interrupted; nothing was written"),
    "table": (ValueError("no such table"), 1, "error: no such table"),
    "file": (PermissionError(13, "Permission denied", "out.csv"), 1, f"error: out.csv: Permission denied; {RETRY}"),
    "disk": (OSError("no space"), 1, f"error: no space; {RETRY}"),
    "memory": (MemoryError(), 1, f"error: {SMALLER}"),
}


@pytest.mark.parametrize("place", ["GANOversampler.fit_resample", "_cli.text_table.CsvTable.write"])
@pytest.mark.parametrize("failure, code, line", FAILURES.values(), ids=FAILURES)
def test_failure_keeps_the_old_file_and_leaves_no_other(place, failure, code, line, monkeypatch, capsys, folder):
    def fail(self, *args):
        if args and hasattr(args[0], "write"):
            args[0].write(b"half of")
        raise failure

    monkeypatch.setattr(f"sklearn_gan.{place}", fail)
    Path("in.csv").write_text(text_of())
    Path("out.csv").write_text("old")
    assert main(["balance", "in.csv", "--out", "out.csv", "--force", "--quiet", *OPTIONS]) == code
    assert capsys.readouterr().err == line + "\n"
    assert Path("out.csv").read_text() == "old" and sorted(os.listdir(folder)) == ["in.csv", "out.csv"]


def test_unwritable_folder_is_reported_before_training(monkeypatch, capsys):
    monkeypatch.setattr(GANOversampler, "fit_resample", lambda self, X, y: pytest.fail("training started"))
    Path("in.csv").write_text(text_of())
    out = "x" * 245 + ".csv"  # too long for the name of the temporary file beside it
    assert main(["balance", "in.csv", "--out", out, *OPTIONS]) == 1
    assert error_of(capsys).startswith(f"error: {out}: cannot be written to this folder (")


def test_write_error_names_the_output_file(monkeypatch, capsys):
    monkeypatch.setattr("os.replace", Mock(side_effect=PermissionError(13, "Permission denied", ".out.csv.1.part")))
    Path("in.csv").write_text(text_of())
    assert main(["balance", "in.csv", "--out", "out.csv", "--quiet", *OPTIONS]) == 1
    assert error_of(capsys).startswith("error: out.csv: Permission denied; nothing was written")


def test_interruption_during_on_epoch_end_stops_the_command(monkeypatch, capsys):
    # A KeyboardInterrupt raised here by a callback would only end training, and rows would be written.
    monkeypatch.setattr(
        "sklearn_gan._networks.callbacks.StepCounter.on_epoch_end",
        lambda *args, **kwargs: signal.raise_signal(signal.SIGINT),
    )
    Path("in.csv").write_text(text_of())
    handler = signal.getsignal(signal.SIGINT)
    assert main(["balance", "in.csv", "--out", "out.csv", "--quiet", *OPTIONS]) == 130
    assert "interrupted" in capsys.readouterr().err and not Path("out.csv").exists()
    assert signal.getsignal(signal.SIGINT) is handler


def test_file_created_during_training_is_not_overwritten(monkeypatch, capsys):
    def fit_resample(self, X, y):
        Path("out.csv").write_text("other content")
        return X, y

    monkeypatch.setattr(GANOversampler, "fit_resample", fit_resample)
    Path("in.csv").write_text(text_of())
    assert main(["balance", "in.csv", "--out", "out.csv", "--quiet", *OPTIONS]) == 1
    assert "--force" in error_of(capsys) and Path("out.csv").read_text() == "other content"


def test_unexpected_errors_keep_their_traceback(monkeypatch):
    monkeypatch.setattr("sklearn_gan._cli.balance.balance", lambda options: {}["bug"])
    with pytest.raises(KeyError):
        main(["balance", "in.csv", "--out", "out.csv", *OPTIONS])


@pytest.mark.parametrize("arguments, shown", [(["--version"], __version__), (["--help"], "balance")])
def test_help_and_version(arguments, shown, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert not stop.value.code and shown in capsys.readouterr().out


def test_help_of_balance_lists_options_exit_codes_and_extras(capsys):
    with pytest.raises(SystemExit):
        main(["balance", "--help"])
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("--sampling-strategy", "exit codes:", "130", "sklearn-gan[parquet]"))


def test_command_runs_in_a_new_process():
    Path("in.csv").write_text(text_of())
    command = [sys.executable, "-m", "sklearn_gan", "balance", "in.csv", "--out", "out.csv", *OPTIONS]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert result.returncode == 0 and "then 15 synthetic rows" in result.stderr and "Warning" not in result.stderr


def test_help_needs_no_large_package():
    loaded = "print(sorted({'numpy', 'sklearn', 'torch'} & set(sys.modules)))"
    code = f"import sys, sklearn_gan.__main__ as run\ntry: run.main(['--help'])\nfinally: {loaded}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "[]"


def test_interruption_during_imports_ends_without_a_traceback():
    code = """
import os, signal, time
from sklearn_gan._cli import command

def interrupted_import(name):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)

command.import_module = interrupted_import
command.main(["balance", "in.csv", "--target", "y", "--out", "out.csv"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (130, "interrupted; nothing was written\n")


def test_report_is_written_beside_the_output_and_shows_columns_of_the_file(capsys):
    balance(text_of(), "--report", "report.html")
    page = Path("report.html").read_text(encoding="utf-8")
    assert "<title>Resampling report</title>" in page and '<th scope="row">a</th>' in page
    assert "python -m sklearn_gan balance in.csv --out out.csv" in page and "import GANOversampler" not in page
    assert "report.html: report on the synthetic rows. It contains real rows." in capsys.readouterr().err


def test_output_is_the_same_with_and_without_a_report():
    assert balance(text_of(), "--report", "report.html") == balance(text_of(), "--force")


def test_existing_report_is_replaced_only_with_force():
    Path("report.html").write_text("old")
    Path("in.csv").write_text(text_of())
    arguments = ["balance", "in.csv", "--out", "out.csv", *OPTIONS, "--report", "report.html"]
    assert main(arguments) == 1
    assert Path("report.html").read_text() == "old" and not Path("out.csv").exists()
    assert main([*arguments, "--force"]) == 0
    assert Path("report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_no_file_is_written_if_the_report_fails(monkeypatch):
    monkeypatch.setattr("sklearn_gan.ResamplingReport.to_html", Mock(side_effect=ValueError("no page")))
    Path("in.csv").write_text(text_of())
    assert main(["balance", "in.csv", "--out", "out.csv", *OPTIONS, "--report", "report.html"]) == 1
    assert sorted(os.listdir()) == ["in.csv"]
