"""Commands that provoke the errors and warnings of the command line."""

import runpy
import sys
from contextlib import chdir, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock, patch

import numpy as np
import pyarrow as pa
from pyarrow import parquet

import sklearn_gan

from .recording import Case

PROGRAM = Path(sklearn_gan.__file__).parent / "__main__.py"
USAGE_ERROR, INTERRUPTED = 2, 130
DENIED = PermissionError(13, "Permission denied", ".out.csv.1.part")
TABLE = "a,b,fraud\n" + "1,2.5,no\n3,0.5,no\n2,1.5,yes\n5,2.5,no\n" * 8
HELD_OUT = {"other.csv": "a,fraud\n1,no\n", "many.csv": "a,b,fraud\nmany,1,no\n"}
NUMBERS, LABELS = np.arange(32) % 5, pa.array(["no", "no", "yes", "no"] * 8)
PARQUET = {
    "in": {"a": NUMBERS, "fraud": LABELS},
    "empty": {"a": NUMBERS[:0], "fraud": LABELS[:0]},
    "bytes": {"a": NUMBERS, "bytes": [b"?"] * 32, "fraud": LABELS},
    "other": {"a": LABELS, "fraud": LABELS},
    "unlabelled": {"a": NUMBERS, "fraud": pa.nulls(32, pa.string())},
    "missing": {"a": pa.nulls(32, pa.string()), "b": np.full(32, np.nan), "fraud": LABELS},
}


def command(call, *shown, code=1, table=TABLE, trouble=None):
    """Return the case of a command that runs on files of each kind, perhaps with trouble of the machine."""
    more = ["--target", "fraud", "--quiet", *([] if "--max-steps" in call else ["--max-steps", "2"])]
    arguments = [str(PROGRAM), "balance", *call.split(), *more]

    def provoke():
        with TemporaryDirectory() as folder, chdir(folder), patch.object(sys, "argv", arguments):
            Path("folder.csv").mkdir()
            for name in ("old.csv", "bad.parquet", "bad.csv.gz"):
                Path(name).write_text("?")
            for name, content in HELD_OUT.items():
                Path(name).write_text(content)
            for name, columns in PARQUET.items():
                parquet.write_table(pa.table(columns), f"{name}.parquet")
            Path("in.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
            with trouble or nullcontext():
                runpy.run_path(str(PROGRAM), run_name="__main__")

    return Case(provoke, *shown, kind=str, code=code)


def with_options(options, *shown, **kwargs):
    return command(f"in.csv --out out.csv {options}", *shown, **kwargs)


def with_table(table, *shown, **kwargs):
    return command("in.csv --out out.csv", *shown, table=table, **kwargs)


def with_holdout(holdout, *shown, **kwargs):
    return with_options(f"--report out.html --holdout {holdout}", *shown, **kwargs)


def with_error(error, *shown, place="sklearn_gan.GANOversampler.fit_resample", **kwargs):
    return command("in.csv --out out.csv", *shown, trouble=patch(place, side_effect=error), **kwargs)


def numbered(row):
    """Return a table of 40 rows in four, one of them of the rare class."""
    return "a,fraud\n" + "".join(f"{row}{i},{'no' if i % 4 else 'yes'}\n" for i in range(40))


CASES = {
    # Paths
    "kind": command("in.csv --out out.xlsx", "out.xlsx", ".parquet"),
    "no input": command("none.csv --out out.csv", "none.csv"),
    "no folder": command("in.csv --out none/out.csv", "none/out.csv"),
    "folder without permission": with_error(DENIED, "out.csv", "Permission denied", place="pathlib.Path.open"),
    "output is input": command("in.csv --out in.csv --force", "in.csv"),
    "output is a folder": command("in.csv --out folder.csv --force", "folder.csv"),
    "output exists": command("in.csv --out old.csv", "old.csv", "--force"),
    "kind of report": with_options("--report out.pdf", "out.pdf", ".html"),
    "report without Jinja2": with_options(
        "--report out.html", "Jinja2", "--report", trouble=patch.dict(sys.modules, {"jinja2": None})
    ),
    "delimiter of Parquet": command("bad.parquet --out out.pq --delimiter ;", "bad.parquet", "--delimiter"),
    "no gzip": command("bad.csv.gz --out out.csv", "bad.csv.gz"),
    "standard output closed": command("in.csv --out -", "standard output", trouble=patch.object(sys, "stdout", None)),
    "Parquet to a terminal": command(
        "in.parquet --out -", "--out", trouble=patch.object(sys, "stdout", Mock(isatty=lambda: True))
    ),
    # Held-out rows
    "report of held-out rows": with_options("--holdout in.csv", "--holdout", "--report", code=USAGE_ERROR),
    "held-out rows of the input": with_holdout("in.csv", "in.csv", "--holdout"),
    "output is held out": command(
        "in.csv --out old.csv --force --report out.html --holdout old.csv", "old.csv", "--holdout"
    ),
    "kind of held-out rows": with_holdout("in.parquet", "in.parquet", "in.csv"),
    "columns of held-out rows": with_holdout("other.csv", "other.csv", "'b'"),
    "values of held-out rows": with_holdout("many.csv", "many.csv", 2, "'a'", "'many'"),
    "types of held-out rows": command(
        "in.parquet --out out.pq --report out.html --holdout other.parquet", "other.parquet", "in.parquet"
    ),
    # Text files
    "no rows": with_table("a,fraud\n", "in.csv", 1),
    "one column": with_table("fraud\nno\nyes\n", "in.csv", 2, "--delimiter"),
    "ragged": with_table("a,fraud\n1,no\n2\n", "in.csv", 3, 2, 1),
    "quotes": with_table('a,fraud\n"2"3,no\n', "in.csv", 2),
    "binary": with_table(b"a,\0b", "in.csv"),
    "missing class": with_table("a,fraud\n1,no\n1,\n1,yes\n1,NA\n", "'fraud'", 2, 3),
    "text among numbers": with_table(TABLE.replace("\n1,", "\n?,", 1), "'a'", "'?'", 2, code=0),
    "identifier": with_table(numbered(""), "'a'", code=0),
    "name": with_table(numbered("Mr "), "'a'", 40, code=0),
    "copy of the target": with_table("a,b,fraud\n" + "1,0,no\n3,0,no\n2,1,yes\n5,0,no\n" * 8, "'b'", code=0),
    "no class at all": with_options("--drop-unlabelled", "'fraud'", 2, table="a,fraud\n1,\n2,NA\n"),
    # Parquet files
    "no pyarrow": command(
        "bad.parquet --out out.pq", "bad.parquet", trouble=patch.dict(sys.modules, {"pyarrow": None})
    ),
    "no Parquet file": command("bad.parquet --out out.pq", "bad.parquet"),
    "no rows in Parquet": command("empty.parquet --out out.pq", "empty.parquet"),
    "missing class in Parquet": command("unlabelled.parquet --out out.pq", "'fraud'", 32, 1),
    "bytes in text": command("bytes.parquet --out out.csv", "'bytes'", "binary"),
    "bytes in Parquet": command("bytes.parquet --out out.pq", "'bytes'", "binary"),
    # Columns
    "mark": with_options("--mark a", "--mark", "'a'"),
    "target": with_options("--exclude fraud", "'fraud'", "--target"),
    "nothing left": with_options("--exclude a b", "'a', 'b', 'fraud'"),
    "twice": with_table("a,a,fraud\n1,1,no\n2,2,yes\n", "'a'", 2),
    "no values": with_table("a,b,fraud\n,,no\n, ,yes\n", "'a', 'b'"),
    "no values in Parquet": command("missing.parquet --out out.pq", "'a', 'b'"),
    "misspelt": with_options("--exclude aa", "'aa'", "'a', 'b', 'fraud'"),
    "unknown": with_options("--exclude zzz", "'zzz'", "'a', 'b', 'fraud'"),
    "one class": with_table("a,fraud\n1,no\n2,no\n", "'fraud'", "'no'"),
    "no classes": with_table("a,fraud\n" + "".join(f"1,{i}\n" for i in range(20)), "'fraud'", 20),
    # Options
    "strategy": with_options("--sampling-strategy a=b", "'a=b'", "--help", code=USAGE_ERROR),
    "label": with_options("--sampling-strategy Yes=50", "'Yes'", "'no', 'yes'"),
    "fewer rows": with_options("--sampling-strategy yes=2", "yes=2", 8),
    "ratio of three classes": with_options("--sampling-strategy 0.5", 0.5, 3, "'maybe'", table=TABLE + "1,2.5,maybe\n"),
    "ratio": with_options("--sampling-strategy 0.1", 0.1, 0.333),
    "steps": with_options("--max-steps 0", "--max-steps", "'0'", "--help", code=USAGE_ERROR),
    "seed": with_options("--random-state x", "--random-state", 2**32 - 1, "'x'", "--help", code=USAGE_ERROR),
    "delimiter": with_options("--delimiter ;;", "--delimiter", "';;'", "--help", code=USAGE_ERROR),
    "unknown option": with_options("--marks a", "--marks a", "balance --help", code=USAGE_ERROR),
    # The machine
    "interrupted": with_error(KeyboardInterrupt, code=INTERRUPTED),
    "memory": with_error(MemoryError, "--exclude"),
    "file": with_error(OSError(28, "No space left on device", "out.csv"), "out.csv", "No space left on device"),
    "system": with_error(OSError("no space"), "no space"),
}
