"""Text becomes Parquet and Parquet becomes text, with the same values."""

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from sklearn_gan.__main__ import main
from sklearn_gan._cli.arrow_text import texts_of, write_text
from sklearn_gan._cli.date_style import date_style
from sklearn_gan._cli.text_types import arrow_array

pytestmark = pytest.mark.usefixtures("quick_selection", "folder")
OPTIONS = ["--target", "fraud", "--max-steps", "2", "--random-state", "0", "--quiet"]


def convert(source, destination, *options):
    """Balance a table and return what pandas reads in the output."""
    assert main(["balance", source, "--out", destination, *OPTIONS, *options]) == 0
    return pd.read_csv(destination) if destination.endswith(".csv") else pd.read_parquet(destination)


@pytest.fixture
def frame():
    """Return a table whose values pandas reads from text with the same types."""
    rng = np.random.default_rng(0)
    is_missing = rng.random(40) < 0.2
    return pd.DataFrame(
        {
            "count, all": rng.integers(0, 9, 40),
            "size": np.where(is_missing, np.nan, rng.normal(size=40).round(2)),
            "city": np.where(is_missing, None, rng.choice(["Oslo, N", 'say "hi"', "Tromsø"], 40)),
            "paid": rng.random(40) < 0.5,
            "visits": np.where(is_missing, np.nan, rng.integers(0, 5, 40)),
            "fraud": np.repeat([0, 1], [30, 10]),
        }
    )


def test_parquet_of_text_has_the_values_that_pandas_reads(frame):
    frame.to_csv("in.csv", index=False)
    written = convert("in.csv", "out.parquet", "--mark", "new")
    expected = pd.read_csv("in.csv")
    pd.testing.assert_frame_equal(written[:40].drop(columns="new"), expected, check_dtype=False)
    assert written.new.tolist() == [False] * 40 + [True] * 20
    assert (written.fraud[40:] == 1).all() and set(written.city[40:].dropna()) <= set(expected.city)


def test_text_of_parquet_has_the_same_values(frame):
    frame.to_parquet("in.parquet", index=False)
    written = convert("in.parquet", "out.csv", "--mark", "new")
    pd.testing.assert_frame_equal(written[:40].drop(columns="new"), frame, check_dtype=False, check_column_type=False)
    assert written.new.tolist() == [False] * 40 + [True] * 20
    assert Path("out.csv").read_text(encoding="utf-8").startswith('"count, all",size,city,paid,visits,fraud,new\n')


@pytest.mark.parametrize("first, second", [("in.csv", "out.parquet"), ("in.parquet", "out.csv")])
def test_synthetic_rows_do_not_depend_on_the_format_of_the_output(first, second, frame):
    frame.to_csv("in.csv", index=False)
    frame.to_parquet("in.parquet", index=False)
    other = convert(first, f"same{Path(first).suffix}")
    pd.testing.assert_frame_equal(convert(first, second), other, check_dtype=False)


STYLES = {
    "dates": (["2023-05-01", "", "2023-05-31"], [date(2023, 5, 1), None, date(2023, 5, 31)], "date32[day]"),
    "moments": (["31.5.2023 9:05", "1.6.2023 10:00"], [datetime(2023, 5, 31, 9, 5), datetime(2023, 6, 1, 10)], None),
    "UTC": (["2023-05-01T13:45:00Z"], ["2023-05-01 13:45:00+00:00"], "timestamp[us, tz=UTC]"),
    "offset": (["2023-05-01 13:45+05:30"], ["2023-05-01 13:45:00+05:30"], "timestamp[us, tz=+05:30]"),
    "times": (["08:30", "23:59"], [time(8, 30), time(23, 59)], "time64[us]"),
    "times with offset": (["08:30Z", ""], ["08:30Z", None], "string"),
}


@pytest.mark.parametrize("cells, values, kind", STYLES.values(), ids=STYLES)
def test_dates_and_times_become_dates_and_times(cells, values, kind):
    array = arrow_array(date_style(list(filter(None, cells)), ""), cells)
    assert str(array.type) == (kind or "timestamp[us]")
    found = array.to_pylist()
    assert found == values or list(map(str, found)) == values


def test_amounts_become_floats_codes_text_and_excluded_columns_their_type():
    rows = "".join(f"$1,{i % 7}00,{i % 3:03},{i + 1000},{'TRUE' if i % 4 else 'FALSE'},{i % 5}\n" for i in range(40))
    Path("in.csv").write_text(
        "price,code,id,fraud,n\n".replace(",", ";") + rows.replace(",", ";").replace("$1;", "$1,")
    )
    convert("in.csv", "out.parquet", "--exclude", "id")
    table = parquet.read_table("out.parquet")
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds == {"price": "double", "code": "string", "id": "int64", "fraud": "bool", "n": "int64"}
    assert table["price"][2].as_py() == 1200 and table["code"][1].as_py() == "001"
    assert table["id"].to_pylist()[40:] == [None] * 20 and set(table["fraud"].to_pylist()[40:]) == {False}


def test_missing_number_is_null_and_none_is_a_class():
    rows = "".join(f"{['NULL', 'n/a', 1, 2][i % 4]},{['none', 1][i % 3 == 0]}\n" for i in range(40))
    Path("in.csv").write_text("a,fraud\n" + rows)
    convert("in.csv", "out.parquet")
    table = parquet.read_table("out.parquet")
    assert table["a"].to_pylist()[:4] == [None, None, 1, 2]
    assert table["fraud"].to_pylist()[:2] == ["1", "none"]


TEXTS = {
    "float32": (pa.array([0.1, None, float("nan")], pa.float32()), ["0.1", "", ""]),
    "integer": (pa.array([2**63, None], pa.uint64()), ["9223372036854775808", ""]),
    "boolean": (pa.array([True, False, None]), ["true", "false", ""]),
    "category": (pa.array(["x", None]).dictionary_encode(), ["x", ""]),
    "decimal": (
        pa.array([Decimal("0E-10"), Decimal("-1.50")], pa.decimal128(20, 10)),
        ["0.0000000000", "-1.5000000000"],
    ),
    "date": (pa.array([date(2024, 2, 3), None]), ["2024-02-03", ""]),
    "midnight": (pa.array([datetime(2024, 2, 3), None], pa.timestamp("ns")), ["2024-02-03", ""]),
    "moment": (
        pa.array([datetime(2024, 2, 3), datetime(2024, 2, 3, 4, 5, 6, 120_000)], pa.timestamp("us")),
        ["2024-02-03 00:00:00.00", "2024-02-03 04:05:06.12"],
    ),
    "zone": (pa.array([datetime(2024, 2, 3)], pa.timestamp("ms", "UTC")), ["2024-02-03 00:00:00Z"]),
    "time": (pa.array([time(4, 5), None], pa.time64("us")), ["04:05:00", ""]),
    "duration": (pa.array([timedelta(days=1, milliseconds=500), None], pa.duration("ms")), ["86400.5", ""]),
    "seconds": (pa.array([timedelta(seconds=120)], pa.duration("s")), ["120"]),
    "missing": (pa.nulls(1), [""]),
}


@pytest.mark.parametrize("array, texts", TEXTS.values(), ids=TEXTS)
def test_value_of_each_type_has_a_text(array, texts):
    assert texts_of(pa.chunked_array([array])) == texts


def test_special_characters_are_quoted():
    file = io.BytesIO()
    write_text(pa.table({"a,b": ['x"y', "line\nbreak", None], "c": [1, 2, 3]}), file)
    assert file.getvalue() == b'"a,b",c\n"x""y",1\n"line\nbreak",2\n,3\n'


@pytest.mark.parametrize("values", [[b"?"] * 40, [[1]] * 40, [{"a": 1}] * 40], ids=["bytes", "list", "struct"])
def test_types_without_text_are_refused_before_training(values, frame, capsys):
    parquet.write_table(pa.Table.from_pandas(frame).append_column("odd", pa.array(values)), "in.parquet")
    assert main(["balance", "in.parquet", "--out", "out.csv", "--exclude", "odd", *OPTIONS]) == 1
    assert "column 'odd' has type" in capsys.readouterr().err and not Path("out.csv").exists()
