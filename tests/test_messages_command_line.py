"""What the command line says, word for word: a line for each error and each warning.

"[...]" stands for what differs from one library or machine to the next.
"""

import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from sklearn_gan.__main__ import main

TABLE = "a,b,fraud\n" + "1,2.5,no\n3,0.5,no\n2,1.5,yes\n5,2.5,no\n" * 8
KINDS = ".csv, .tsv, .txt, .parquet, .pq"
USAGE = "see python -m sklearn_gan balance --help"
LABELS = pa.array(["no", "no", "yes", "no"] * 8)


class Case(NamedTuple):
    """A line, the files and options that give it, the text of in.csv, and what is the matter with the machine."""

    text: str
    call: str = "in.csv --out out.csv"
    table: str | bytes = TABLE
    trouble: object = nullcontext()


def fitting(failure):
    return patch("sklearn_gan.GANOversampler.fit_resample", side_effect=failure)


PATHS = {
    "kind": Case(
        f"error: out.xlsx: expected a name that ends in {KINDS}; take a file of such a kind",
        "in.csv --out out.xlsx",
    ),
    "other kind": Case(
        "error: out.pq: expected a file of the same kind as in.csv; convert it afterwards", "in.csv --out out.pq"
    ),
    "no input": Case(
        "error: none.csv: there is no such file; look at its name and its folder", "none.csv --out out.csv"
    ),
    "no folder": Case("error: none/out.csv: there is no folder none; make it first", "in.csv --out none/out.csv"),
    "folder that is not ours": Case(
        "error: out.csv: cannot be written into this folder (Permission denied); name another one",
        trouble=patch("pathlib.Path.open", side_effect=PermissionError(13, "Permission denied", ".out.csv.1.part")),
    ),
    "itself": Case("error: in.csv: is the input itself; name another file", "in.csv --out in.csv --force"),
    "folder": Case(
        "error: folder.csv: is no file that could be written; name another one", "in.csv --out folder.csv --force"
    ),
    "exists": Case(
        "error: old.csv: there is such a file already; pass --force to overwrite it, or name another one",
        "in.csv --out old.csv",
    ),
    "delimiter": Case(
        "error: bad.parquet: --delimiter is for text files; leave it out", "bad.parquet --out out.pq --delimiter ;"
    ),
}
TEXT_FILES = {
    "no rows": Case(
        "error: in.csv: expected a line with the names of the columns and then rows, got 1 line(s); put in what is "
        "missing",
        table="a,fraud\n",
    ),
    "one column": Case(
        "error: in.csv: expected 2 columns or more, but nothing separates cells in it; pass as --delimiter what shall",
        table="fraud\nno\nyes\n",
    ),
    "ragged": Case(
        "error: in.csv, line 3: expected 2 cells, as in the first line, got 1; mend this line, or pass another "
        "--delimiter",
        table="a,fraud\n1,no\n2\n",
    ),
    "quotes": Case("error: in.csv, line 2: ',' expected after '\"'; mend the quotes there", table='a,fraud\n"2"3,no\n'),
    "binary": Case("error: in.csv: is no text file; save the table as CSV in UTF-8", table=b"a,\0b"),
    "no class": Case(
        "error: column 'fraud' has no class in 2 row(s), the first of them in line 3 (''); fill these cells in or "
        "delete these rows",
        table="a,fraud\n1,no\n1,\n1,yes\n1,NA\n",
    ),
    "stray cell": Case(
        "warning: column 'a' is taken for text, not for numbers, because of cells such as '?' in line 2; empty them if "
        "it is to be one of numbers",
        table=TABLE.replace("\n1,", "\n?,", 1),
    ),
    "identifier": Case(
        "warning: column 'a' has another integer in each row; leave it out with --exclude 'a' if it only identifies "
        "rows",
        table="a,fraud\n" + "".join(f"{i},{'no' if i % 4 else 'yes'}\n" for i in range(40)),
    ),
    "name": Case(
        "warning: column 'a' is text with 40 different values in 40 rows, which generated rows repeat; leave it out "
        "with --exclude 'a' if it only identifies rows",
        table="a,fraud\n" + "".join(f"Mr {i},{'no' if i % 4 else 'yes'}\n" for i in range(40)),
    ),
}
PARQUET_FILES = {
    "no pyarrow": Case(
        "error: bad.parquet: Parquet files need pyarrow, which is not installed. Install it with: pip install "
        '"sklearn-gan[parquet]"',
        "bad.parquet --out out.pq",
        trouble=patch.dict(sys.modules, {"pyarrow": None}),
    ),
    "bad": Case(
        "error: bad.parquet: cannot be read as a Parquet file ([...]); write it anew", "bad.parquet --out out.pq"
    ),
    "no rows": Case(
        "error: empty.parquet: expected rows, got none; take a file that has some", "empty.parquet --out out.pq"
    ),
    "no class": Case(
        "error: column 'fraud' has no class in 32 row(s), the first of them row 1; fill these cells in or delete these "
        "rows",
        "unlabelled.parquet --out out.pq",
    ),
    "bytes": Case(
        "error: column 'bytes' holds binary; expected numbers, dates, texts, categories or true and false. Leave it "
        "out with --exclude 'bytes', or convert it",
        "bytes.parquet --out out.pq",
    ),
}
COLUMNS = {
    "mark": Case(
        "error: expected in --mark the name of a new column, but there is a column 'a' already; pass another name",
        "in.csv --out out.csv --mark a",
    ),
    "target": Case(
        "error: column 'fraud' is the --target; take it out of --categorical and --exclude",
        "in.csv --out out.csv --exclude fraud",
    ),
    "nothing left": Case(
        "error: expected a column to learn from beside 'fraud', got 'a', 'b', 'fraud' only; leave one out of "
        "--exclude, or add one",
        "in.csv --out out.csv --exclude a b",
    ),
    "twice": Case(
        "error: column 'a' is there 2 times; rename all but one of them", table="a,a,fraud\n1,1,no\n2,2,yes\n"
    ),
    "empty": Case(
        "error: expected something to learn from, but all cells of 'a', 'b' are empty; fill some of them in, or leave "
        "fewer columns out",
        table="a,b,fraud\n,,no\n, ,yes\n",
    ),
    "empty in Parquet": Case(
        "error: expected something to learn from, but all cells of 'a', 'b' are empty; fill some of them in, or leave "
        "fewer columns out",
        "hollow.parquet --out out.pq",
    ),
    "misspelt": Case(
        "error: there is no column 'aa'; did you mean 'a'? Name one of these: 'a', 'b', 'fraud'",
        "in.csv --out out.csv --exclude aa",
    ),
    "unknown": Case(
        "error: there is no column 'zzz'. Name one of these: 'a', 'b', 'fraud'", "in.csv --out out.csv --exclude zzz"
    ),
    "one class": Case(
        "error: column 'fraud' has the class 'no' in all rows; expected 2 classes or more in the --target. Name the "
        "column that holds them, or add rows of another class",
        table="a,fraud\n1,no\n2,no\n",
    ),
    "no classes": Case(
        "error: column 'fraud' has 20 different values in 20 rows; expected a few classes in the --target. Name the "
        "column that holds them",
        table="a,fraud\n" + "".join(f"1,{i}\n" for i in range(20)),
    ),
}
AMOUNTS = {
    "strategy": Case(
        "error: argument --sampling-strategy: expected 'auto', 'minority', 'not minority', 'not majority', 'all', a "
        f"number or LABEL=ROWS, got 'a=b'; {USAGE}",
        "in.csv --out out.csv --sampling-strategy a=b",
    ),
    "label": Case(
        "error: --sampling-strategy has 'Yes', but the target has 2 classes: 'no', 'yes'; pass some of these",
        "in.csv --out out.csv --sampling-strategy Yes=50",
    ),
    "fewer": Case(
        "error: --sampling-strategy has yes=2, but 'yes' has 8 rows already, and none are taken away; pass how many it "
        "shall have in all",
        "in.csv --out out.csv --sampling-strategy yes=2",
    ),
    "ratio of three": Case(
        "error: --sampling-strategy 0.5 is for 2 classes, but the target has 3 classes: 'maybe', 'no', 'yes'; pass "
        "LABEL=ROWS",
        "in.csv --out out.csv --sampling-strategy 0.5",
        TABLE + "1,2.5,maybe\n",
    ),
    "ratio": Case(
        "error: --sampling-strategy is 0.1; expected a ratio from 0.333, as it is now, to 1. Pass one between them",
        "in.csv --out out.csv --sampling-strategy 0.1",
    ),
    "steps": Case(
        f"error: argument --max-steps: expected an integer, 1 or larger, got '0'; {USAGE}",
        "in.csv --out out.csv --max-steps 0",
    ),
    "seed": Case(
        f"error: argument --random-state: expected an integer from 0 to 4294967295, got 'x'; {USAGE}",
        "in.csv --out out.csv --random-state x",
    ),
    "cells": Case(
        f"error: argument --delimiter: expected one character or \"tab\", got ';;'; {USAGE}",
        "in.csv --out out.csv --delimiter ;;",
    ),
}
MACHINE = {
    "interrupted": Case("interrupted; nothing is written", trouble=fitting(KeyboardInterrupt)),
    "memory": Case(
        "error: there is not enough memory for this table; leave columns out by --exclude, or take fewer rows",
        trouble=fitting(MemoryError),
    ),
    "file": Case(
        "error: out.csv: No space left on device; nothing is written. Mend this, and run it again",
        trouble=fitting(OSError(28, "No space left on device", "out.csv")),
    ),
    "system": Case(
        "error: no space; nothing is written. Mend this, and run it again", trouble=fitting(OSError("no space"))
    ),
}
CASES = PATHS | TEXT_FILES | {f"Parquet: {name}": case for name, case in PARQUET_FILES.items()}
CASES |= {f"columns: {name}": case for name, case in COLUMNS.items()} | AMOUNTS | MACHINE
TEXTS = {name: case.text for name, case in CASES.items()}


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Work in a folder that has a file of each kind."""
    monkeypatch.chdir(tmp_path)
    Path("folder.csv").mkdir()
    for name in ("old.csv", "bad.parquet"):
        Path(name).write_text("?")
    numbers = pa.array(np.arange(32) % 5)
    table = pa.table({"a": numbers, "fraud": LABELS})
    parquet.write_table(table[:0], "empty.parquet")
    parquet.write_table(table.append_column("bytes", pa.array([b"?"] * 32)), "bytes.parquet")
    parquet.write_table(pa.table({"a": numbers, "fraud": pa.nulls(32, pa.string())}), "unlabelled.parquet")
    hollow = {"a": pa.nulls(32, pa.string()), "b": pa.array([float("nan")] * 32), "fraud": LABELS}
    parquet.write_table(pa.table(hollow), "hollow.parquet")


def run(call):
    """Return the exit code."""
    options = ["--target", "fraud", "--quiet", *([] if "--max-steps" in call else ["--max-steps", "2"])]
    try:
        return main(["balance", *call.split(), *options])
    except SystemExit as stop:
        return stop.code


@pytest.mark.parametrize("text, call, table, trouble", CASES.values(), ids=CASES)
def test_it_is_said_in_a_line_word_for_word(text, call, table, trouble, capsys):
    Path("in.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    with trouble:
        code = run(call)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert re.fullmatch(re.escape(text).replace(re.escape("[...]"), ".+"), lines[0]), lines
    assert code == (0 if text.startswith("warning") else 2 if text.endswith(USAGE) else code) and (
        code or "warn" in text
    )
