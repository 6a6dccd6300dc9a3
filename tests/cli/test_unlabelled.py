"""Rows without a class are left out on request."""

from pathlib import Path

import pandas as pd
import pytest

from sklearn_gan.__main__ import main

pytestmark = pytest.mark.usefixtures("quick_selection")
OPTIONS = ["--target", "fraud", "--max-steps", "2", "--random-state", "0", "--drop-unlabelled"]


def without_labels(table, rows):
    """Write the table to files, without the classes of some rows."""
    table = table.assign(fraud=table.fraud.where(~table.index.isin(rows)))
    table.to_csv("in.csv", index=False)
    table.to_parquet("in.parquet", index=False)


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
@pytest.mark.parametrize("rows", [[0, 7], [24], []])
def test_output_is_that_of_the_labelled_rows(name, rows, labelled, capsys):
    out = f"out{Path(name).suffix}"
    without_labels(labelled.drop(index=rows), [])
    assert main(["balance", name, "--out", out, *OPTIONS]) == 0
    expected = Path(out).read_bytes()
    assert "left out" not in capsys.readouterr().err
    without_labels(labelled, rows)
    assert main(["balance", name, "--out", out, *OPTIONS, "--force"]) == 0
    if name == "in.csv":
        assert Path(out).read_bytes() == expected
    assert len(pd.read_csv(out) if name == "in.csv" else pd.read_parquet(out)) == 40 - sum(row < 20 for row in rows) * 2
    dropped = f" ({len(rows)} more without a class are left out)" if rows else ""
    assert capsys.readouterr().err.startswith(f"{name}: {25 - len(rows)} rows{dropped}. Numeric")


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_table_without_any_class_is_refused(name, labelled, capsys):
    without_labels(labelled, range(25))
    assert main(["balance", name, "--out", f"out{Path(name).suffix}", *OPTIONS]) == 1
    assert "error: column 'fraud' has no class in any of the 25 rows" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_error_without_the_option_names_it(name, labelled, capsys):
    without_labels(labelled, [3])
    assert main(["balance", name, "--out", f"out{Path(name).suffix}", *OPTIONS[:-1]]) == 1
    assert "--drop-unlabelled to leave these rows out" in capsys.readouterr().err
