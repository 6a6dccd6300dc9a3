"""Held-out rows of the report on synthetic rows."""

from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from sklearn_gan import ResamplingReport
from sklearn_gan.__main__ import main

pytestmark = pytest.mark.usefixtures("quick_selection", "folder")
OPTIONS = ["--target", "fraud", "--max-steps", "2", "--random-state", "0", "--report", "report.html"]
UNKNOWN = "Whether they reveal real rows is unknown; pass other real rows as --holdout."


@pytest.fixture(params=["csv", "parquet"])
def kind(request):
    """Write a table and held-out rows to files of a kind, and return the kind."""
    rng = np.random.default_rng(0)
    labels = np.repeat(["no", "yes"], [90, 50])
    table = pd.DataFrame(
        {
            "n": rng.integers(0, 50, 140),
            "size": rng.normal(size=140).round(2),
            "city": rng.choice(["Oslo", "Rome"], 140),
            "id": np.arange(140) + 0.5,
            "fraud": labels,
        }
    )
    holdout = table[1::2][["fraud", "size", "city", "n"]]  # in another order, and without the excluded column
    for name, rows in {"in": table[::2], "holdout": holdout}.items():
        if request.param == "csv":
            rows.to_csv(f"{name}.csv", index=False)
        else:
            rows.to_parquet(f"{name}.parquet", index=False)
    return request.param


def test_holdout_decides_about_memorization(kind, capsys):
    call = ["balance", f"in.{kind}", "--out", f"out.{kind}", "--exclude", "id", *OPTIONS, "--force"]
    assert main(call) == 0
    assert "because there are no held-out rows" in Path("report.html").read_text(encoding="utf-8")
    assert UNKNOWN in capsys.readouterr().err
    assert main([*call, "--holdout", f"holdout.{kind}"]) == 0
    page = Path("report.html").read_text(encoding="utf-8")
    assert "and 25 held-out rows" in page and "no held-out rows" not in page
    assert UNKNOWN not in capsys.readouterr().err


def test_holdout_is_read_like_the_input(kind):
    with patch("sklearn_gan.ResamplingReport", wraps=ResamplingReport) as report:
        call = ["balance", f"in.{kind}", "--out", f"out.{kind}", "--exclude", "id", *OPTIONS]
        assert main([*call, "--holdout", f"holdout.{kind}"]) == 0
    X, y = report.call_args.kwargs["holdout"]
    expected = pd.read_csv("holdout.csv") if kind == "csv" else pd.read_parquet("holdout.parquet")
    rows = pd.DataFrame(X, columns=["n", "size", "city"]) if kind == "csv" else X.to_pandas()
    pd.testing.assert_frame_equal(rows.infer_objects(), expected[["n", "size", "city"]], check_dtype=False)
    assert list(y) == expected.fraud.tolist()


TABLE = "n,city,day,fraud\n" + "1,Oslo,2024-05-13,no\n2,Rome,2024-05-14,no\n3,Rome,2024-05-15,yes\n" * 8
READ = {"number with decimals": "2.5,Oslo,2024-05-13,yes", "new category": "2,Paris,,yes", "missing": "NA,,,yes"}
REFUSED = {
    "text": ("many,Oslo,2024-05-13,yes", "holdout.csv, line 2: column 'n' has 'many'"),
    "date": ("1,Oslo,13.05.2024,yes", "holdout.csv, line 2: column 'day' has '13.05.2024'"),
    "class": ("1,Oslo,2024-05-13,", "column 'fraud' has no class in 1 row(s)"),
}


@pytest.mark.parametrize("row", READ.values(), ids=READ)
def test_values_that_are_not_in_the_input_are_read(row):
    Path("in.csv").write_text(TABLE)
    Path("holdout.csv").write_text(f"n,city,day,fraud\n{row}\n")
    assert main(["balance", "in.csv", "--out", "out.csv", *OPTIONS, "--holdout", "holdout.csv"]) == 0


@pytest.mark.parametrize("row, message", REFUSED.values(), ids=REFUSED)
def test_values_in_another_format_are_refused_before_training(row, message, capsys):
    Path("in.csv").write_text(TABLE)
    Path("holdout.csv").write_text(f"n,city,day,fraud\n{row}\n")
    assert main(["balance", "in.csv", "--out", "out.csv", *OPTIONS, "--quiet", "--holdout", "holdout.csv"]) == 1
    assert message in capsys.readouterr().err and not Path("out.csv").exists()
