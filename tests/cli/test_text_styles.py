"""Dates and amounts in text files are read as dates and numbers, and written in the style of their column."""

import csv
import io
import re
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_gan.__main__ import main
from sklearn_gan._cli.amount_style import GROUPED, amount_style
from sklearn_gan._cli.date_style import LAYOUTS, DateStyle, date_style
from sklearn_gan._cli.roles import Roles
from sklearn_gan._cli.source import Source
from sklearn_gan._cli.text_table import CsvTable

pytestmark = pytest.mark.usefixtures("quick_selection")
# Values of a column, a new value, and its text.
DATES = [
    (["2023-05-01", "2023-12-31"], date(2024, 2, 3), "2024-02-03"),
    (["2023-05-01 13:45", "2023-12-31 00:00"], datetime(2024, 2, 3, 4, 5), "2024-02-03 04:05"),
    (["2023-05-01T13:45:00"], datetime(2024, 2, 3, 4, 5, 6), "2024-02-03T04:05:06"),
    (["2023-05-01T13:45:00.120Z"], datetime(2024, 2, 3, 4, 5, 6, 7000), "2024-02-03T04:05:06.007Z"),
    (["2023-05-01 13:45:00+02:00"], datetime(2024, 2, 3, 4, 5, 6), "2024-02-03 04:05:06+02:00"),
    (["2023/05/01"], date(2024, 2, 3), "2024/02/03"),
    (["01.05.2023", "31.05.2023"], date(2024, 2, 3), "03.02.2024"),
    (["05/01/2023", "05/31/2023"], date(2024, 2, 3), "02/03/2024"),
    (["01/05/2023", "31/05/2023"], date(2024, 2, 3), "03/02/2024"),
    (["5/1/2023 9:05", "12/31/2023 13:45"], datetime(2024, 2, 3, 4, 5), "2/3/2024 4:05"),
    (["08:30", "23:59"], time(4, 5), "04:05"),
    (["8:30:00", "23:59:59"], time(4, 5, 6), "4:05:06"),
    (["9999-12-31", "0001-01-01"], date(987, 2, 3), "0987-02-03"),
]
NO_DATES = {
    "day or month": ["01.05.2023", "12.01.2023"],
    "month or day": ["05/05/2023", "06/06/2023"],
    "two layouts": ["2023-05-01", "01.05.2023"],
    "no such day": ["31.02.2023"],
    "with and without time": ["2023-05-01", "2023-05-02 13:45"],
    "two offsets": ["2023-05-01 13:45+01:00", "2023-05-01 13:45+02:00"],
    "padded and not": ["1/13/2023", "01/14/2023"],
    "year and month": ["2023-05"],
    "digits": ["20230501"],
    "other digits": ["\uff12\uff10\uff12\uff13-05-01"],
    "space": [" 2023-05-01"],
    "version": ["1.2.3"],
    "duration": ["25:30"],
    "word": ["2023-05-01", "unknown"],
}
AMOUNTS = [
    (["1.234,56", "0,50"], 7654321.0, "7.654.321,00"),
    (["1,234.50", "-3.00"], -9876.5, "-9,876.50"),
    (["1 234,5", "2"], 1234.0, "1 234"),
    (["1'234.50", "3.00"], 12.0, "12.00"),
    (["1\u202f234 €", "7 €"], 4321, "4\u202f321 €"),
    (["$1,234.50", "$5.00"], 12345.0, "$12,345.00"),
    (["-$5.00", "$1.25"], -1.5, "-$1.50"),
    (["$-5.00", "$1.25"], -1.5, "$-1.50"),
    (["€ 12", "€ 1.200"], 3456, "€ 3.456"),
    (["€12,5", "€1"], 3.25, "€3,2"),
    (["12.3%", "5%"], 4.0, "4%"),
    (["12,3 %", "5,0 %"], 4.0, "4,0 %"),
    (["-0.0%", "-1.2%"], -0.0, "0.0%"),
    (["1.234%"], 2.5, "2.500%"),
    (["£1,234,567"], 89, "£89"),
    (["1,234", "17"], -0.2, "0"),
]
NO_AMOUNTS = {
    "codes": ["007", "1,234"],
    "codes with a symbol": ["$007"],
    "plain numbers": ["12.5"],
    "two symbols": ["$5", "€5"],
    "two signs": ["-$5", "$-5"],
    "symbols on both sides": ["$5%"],
    "letters": ["A5", "A6"],
    "units": ["12 kg"],
    "plus": ["+49"],
    "wrong groups": ["1,23", "12,34,567"],
    "missing groups": ["1,234", "1234"],
    "two marks": ["1.234,5", "1,234.5"],
    "zeros at the end of some": ["$1.50", "$1.5"],
    "too many digits for a float": ["1,234,567,890,123,456"],
    "telephone numbers": ["555 123 4567"],
    "addresses": ["192.168.10.1"],
    "space": ["12 ", "1 234"],
    "lists": ["1,2,3"],
}


@pytest.mark.parametrize("values, moment, expected", DATES)
def test_dates_are_written_like_their_column(values, moment, expected):
    style = date_style(values, "")
    assert style.write(moment) == expected and style.write(None) == ""
    assert style.read(expected) == moment and style.read("") is None


@pytest.mark.parametrize("values", NO_DATES.values(), ids=NO_DATES)
def test_other_texts_are_not_dates(values):
    assert date_style(values, "") is None


@pytest.mark.parametrize("values, number, expected", AMOUNTS)
def test_amounts_are_written_like_their_column(values, number, expected):
    style = amount_style(values, "n/a")
    assert style.write(number) == expected and style.write(None) == "n/a"


@pytest.mark.parametrize("values", NO_AMOUNTS.values(), ids=NO_AMOUNTS)
def test_other_texts_are_not_amounts(values):
    assert amount_style(values, "") is None


MOMENTS = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31))


@given(st.sampled_from(LAYOUTS), st.booleans(), st.lists(MOMENTS, min_size=1))
def test_read_dates_are_written_as_the_same_text(layout, is_padded, moments):
    moments = [moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in moments]
    made = DateStyle(layout, is_padded, 3 if "f" in layout else 0, "")
    cells = [made.write(moment) for moment in moments]
    style = date_style(cells, "")
    assert style is None or [style.write(style.read(cell)) for cell in cells] == cells
    assert style is not None or ("m" in layout and all(moment.day < 13 for moment in moments))


@given(
    st.sampled_from(GROUPED),
    st.sampled_from([("", ""), ("$", ""), ("€ ", ""), ("", " €"), ("", "%")]),
    st.integers(0, 3),
    st.lists(st.integers(-(10**9), 10**9), min_size=1),
)
def test_read_amounts_are_written_as_the_same_text(marks, symbols, decimals, integers):
    table = str.maketrans({".": marks[0], ",": marks[1]})
    bodies = [f"{abs(integer) / 10**decimals:,.{decimals}f}".translate(table) for integer in integers]
    cells = [
        f"{'-' * (integer < 0)}{symbols[0]}{body}{symbols[1]}" for integer, body in zip(integers, bodies, strict=True)
    ]
    style = amount_style(cells, "")
    assert style is None or [style.write(style.read(cell)) for cell in cells] == cells
    assert style is not None or symbols == ("", "")


def table_of(**columns):
    """Return a table with a rare class as CSV text."""
    n_rows = len(next(iter(columns.values())))
    return pd.DataFrame(columns | {"fraud": np.where(np.arange(n_rows) % 4, "no", "yes")})


@pytest.fixture
def formatted():
    """Columns of dates and amounts, with missing values, that have different values in most rows."""
    rng = np.random.default_rng(0)
    days = pd.Series(pd.date_range("2020-01-01", periods=300)).sample(60, random_state=0)
    return {
        "day": days.dt.strftime("%d.%m.%Y").where(rng.random(60) < 0.8, "").tolist(),
        "moment": [f"{day:%Y-%m-%d}T{hour:02}:30:00Z" for day, hour in zip(days, rng.integers(0, 24, 60), strict=True)],
        "price": [f"${price:,.2f}" for price in rng.lognormal(7, 1, 60)],
        "total": [f"{total:,.0f}".replace(",", ".") for total in 10 ** rng.uniform(2, 7, 60)],
        "share": [f"{share:.1f}%" for share in rng.uniform(0, 100, 60)],
    }


PATTERNS = {
    "day": r"(\d\d\.\d\d\.2020)?",
    "moment": r"2020-\d\d-\d\dT\d\d:30:00Z",
    "price": r"\$(\d{1,3},)?\d{1,3}\.\d\d",
    "total": r"(\d{1,3}\.){0,2}\d{1,3}",
    "share": r"\d\d?\.\d%",
}


@pytest.fixture
def balance(tmp_path, monkeypatch):
    """Balance a table, and return the new rows."""
    monkeypatch.chdir(tmp_path)

    def balance(table, *options, separator=",", quoting=csv.QUOTE_MINIMAL):
        content = table.to_csv(index=False, sep=separator, quoting=quoting)
        Path("in.csv").write_text(content)
        command = ["balance", "in.csv", "--out", "out.csv", "--target", "fraud", "--random-state", "0"]
        assert main([*command, "--max-steps", "2", *options]) == 0
        written = Path("out.csv").read_text()
        assert written.startswith(content)
        return list(csv.DictReader(io.StringIO(written[len(content) :]), [*table.columns], delimiter=separator))

    return balance


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_new_rows_have_dates_and_amounts_in_the_style_of_the_file(balance, formatted, separator, quoting, capsys):
    added = balance(table_of(**formatted), separator=separator, quoting=quoting)
    assert len(added) == 30
    for name, pattern in PATTERNS.items():
        generated = [row[name] for row in added]
        assert all(re.fullmatch(pattern, cell) for cell in generated)
        assert not set(generated) <= set(formatted[name])  # as categories, they would only repeat observed values
    messages = capsys.readouterr().err
    assert "Numeric: day, moment, price, total, share. Categorical: none." in messages and "warning" not in messages


@pytest.mark.parametrize("values, may_identify", [(["601 234 567"], True), (["1,234"], False), (["1 234 €"], False)])
def test_digits_in_groups_may_identify_rows(values, may_identify):
    assert amount_style(values, "").may_identify == may_identify


def test_named_columns_of_dates_and_amounts_are_categories(balance, formatted, capsys):
    added = balance(table_of(**formatted), "--categorical", *formatted)
    assert all(row[name] in formatted[name] for row in added for name in formatted)
    assert "Numeric: none." in capsys.readouterr().err


def test_quotes_of_dates_are_kept(balance, formatted):
    table = table_of(day=formatted["moment"], x=np.arange(60) % 7, city=["Oslo", "Rome"] * 30)
    balance(table, quoting=csv.QUOTE_NONNUMERIC)
    patterns = {re.sub(r"[^\",]+", "x", line) for line in Path("out.csv").read_text().splitlines()[1:]}
    assert patterns == {'"x",x,"x","x"'}


def test_codes_and_ambiguous_dates_stay_categories(tmp_path):
    table = table_of(code=["007", "012"] * 6, day=["01/05/2023", "02/06/2023"] * 6)
    table.to_csv(tmp_path / "in.csv", index=False)
    csv_table = CsvTable(Source.read(tmp_path / "in.csv"))
    csv_table.features(Roles("fraud"))
    assert not csv_table.is_number(0) and not csv_table.is_number(1)
