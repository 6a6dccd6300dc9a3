"""Dates and durations give the same results in every unit and library, and are not mixed with other types."""

import inspect

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_gan import GANImputer, metrics
from sklearn_gan._table import Column, in_unit
from sklearn_gan._table.units import finest_unit
from sklearn_gan.displays import ParentsDisplay, SyntheticDataDisplay
from sklearn_gan.metrics import energy_distance, memorization_report

CONVERTERS = {
    "ns": lambda X: X.astype("M8[ns]"),
    "s": lambda X: X.astype("M8[s]"),
    "array of days": lambda X: X.to_numpy().astype("M8[D]"),
    "array of hours": lambda X: X.to_numpy().astype("M8[h]"),
    "polars Date": lambda X: pl.from_pandas(X).cast(pl.Date),
    "polars ns": lambda X: pl.from_pandas(X).cast(pl.Datetime("ns")),
    "arrow date32": lambda X: pl.from_pandas(X).cast(pl.Date).to_arrow(),
    "arrow ms": lambda X: pl.from_pandas(X).cast(pl.Datetime("ms")).to_arrow(),
    "pandas of arrow": lambda X: X.astype("M8[ns]").convert_dtypes(dtype_backend="pyarrow"),
}
FRAMES = {name: convert for name, convert in CONVERTERS.items() if "array" not in name}
ARGUMENTS = {
    "utility": {"y_real": [0, 1] * 15, "y_synthetic": [0, 1] * 15},
    "memorization_report": {"holdout": pd.DataFrame({"when": pd.to_datetime(["2019-01-01", "2030-01-01"])})},
}
FUNCTIONS = [getattr(metrics, name) for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))]
PAIRWISE = [function for function in FUNCTIONS if "synthetic" in inspect.signature(function).parameters]


@pytest.fixture
def days():
    """60 dates without a time of day, some of them before 1970, some missing; as microseconds, in pandas."""
    days = np.random.default_rng(0).integers(-2_000, 20_000, 60).astype("M8[D]").astype("M8[us]")
    return pd.DataFrame({"when": np.where(np.arange(60) % 7, days, np.datetime64("NaT"))})


@pytest.mark.parametrize("convert", ["polars Date", "ns"])
@pytest.mark.parametrize("function", PAIRWISE)
def test_metrics_do_not_depend_on_the_date_unit(days, function, convert):
    real, synthetic = days[:30], days[30:].reset_index(drop=True)
    seed = {"random_state": 0} if "random_state" in inspect.signature(function).parameters else {}
    arguments = seed | ARGUMENTS.get(function.__name__, {})
    expected = repr(function(real, synthetic, **arguments))
    assert repr(function(real, CONVERTERS[convert](synthetic), **arguments)) == expected
    assert repr(function(CONVERTERS[convert](real), synthetic, **arguments)) == expected


@pytest.mark.parametrize("convert", CONVERTERS.values(), ids=CONVERTERS)
@pytest.mark.parametrize("categorical_features", ["auto", [0]], ids=["dates", "categories"])
def test_copies_are_found_across_date_units(days, convert, categorical_features):
    options = {"categorical_features": categorical_features, "random_state": 0}
    tables = [days[::2], convert(days[::2].reset_index(drop=True)), days[1::2] + np.timedelta64(1, "h")]
    assert memorization_report(*tables, **options).synthetic.copies == 1
    tables[1] = convert(days[::2].reset_index(drop=True) + np.timedelta64(1, "D"))
    assert memorization_report(*tables, **options).synthetic.copies < 1


@pytest.mark.parametrize("convert", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("categorical_features", ["auto", [1]], ids=["dates", "categories"])
def test_imputed_dates_have_the_unit_of_the_table(days, convert, as_pandas, categorical_features):
    X = days.assign(number=np.arange(60.0))[["number", "when"]]
    params = {"max_steps": 3, "hidden_layer_sizes": (8,), "n_imputations": 3, "random_state": 0}
    imputer = GANImputer(categorical_features=categorical_features, **params).fit(X)
    expected = imputer.transform(X)["when"].to_numpy().astype("M8[D]")
    table = convert(X[["when"]])
    filled = imputer.transform(with_numbers(table, X["number"]))
    assert nw.from_native(filled)["when"].dtype == nw.from_native(table)["when"].dtype
    found = as_pandas(filled)["when"].astype("M8[us]").to_numpy().astype("M8[D]")
    np.testing.assert_array_equal(found, expected)


def with_numbers(table, numbers):
    """Return a frame with an added first column of numbers."""
    if isinstance(table, pd.DataFrame):
        return table.assign(number=numbers)[["number", "when"]]
    if isinstance(table, pl.DataFrame):
        return table.select(pl.Series("number", numbers.to_numpy()), "when")
    return pa.table({"number": numbers.to_numpy(), "when": table["when"]})


@pytest.mark.parametrize("unit", ["M8[D]", "M8[s]", "M8[ns]", "m8[h]", "m8[ns]"])
def test_imputed_arrays_keep_their_date_unit(unit):
    X = np.repeat(np.arange(0, 400, 10), 2).reshape(40, 2).astype(unit[:2] + "[D]")
    X[5, 1] = "NaT"
    imputer = GANImputer(max_steps=50, hidden_layer_sizes=(8,), random_state=0).fit(X)
    filled = imputer.transform(X.astype(unit))
    assert filled.dtype == np.dtype(unit)
    np.testing.assert_array_equal(filled, imputer.transform(X).astype(unit))


@given(st.integers(-2_000, 2_000), st.sampled_from(["D", "h", "10s", "ms", "us"]), st.sampled_from("DMY"))
def test_finer_units_are_exact_and_coarser_units_round_down(count, fine, coarse):
    column = Column("when", np.array([count]), np.zeros(1, dtype=bool), "time", f"M8[{coarse}]")
    finest = finest_unit([column, column[:0], Column("when", *[np.zeros(0, dtype=int)] * 2, "time", f"M8[{fine}]")])
    converted = in_unit(column, finest)
    assert in_unit(converted, column.unit).cells == column.cells
    later = Column("when", converted.cells + 1, converted.missing, "time", finest)
    assert in_unit(later, column.unit).cells - column.cells == (finest == column.unit)


def test_placeholders_of_missing_dates_are_not_converted():
    column = Column("when", np.array([np.iinfo(np.int64).max, 3]), np.array([True, False]), "time", "m8[D]")
    assert in_unit(column, "m8[ns]").cells[1] == 3 * 86_400 * 10**9


OTHER_TYPES = {
    "numbers": lambda dates: dates.astype("int64"),
    "strings, categories or objects": lambda dates: dates.astype(str),
    "durations or times of day": lambda dates: dates - dates[0],
    "dates with a time zone": lambda dates: dates.dt.tz_localize("UTC"),
}


@pytest.mark.parametrize("kind", OTHER_TYPES)
def test_dates_are_neither_compared_nor_imputed_with_other_types(days, kind):
    dates = days["when"].dropna().reset_index(drop=True)
    table, other = dates.to_frame(), OTHER_TYPES[kind](dates).to_frame()
    with pytest.raises(ValueError, match=f"In `synthetic`: Expected dates without.* column 'when',.*got {kind}"):
        energy_distance(table, other)
    if kind != "strings, categories or objects":  # a categorical column accepts dates as categories
        with pytest.raises(ValueError, match=f"Expected {kind} in column 'when', as in `real`, got dates without"):
            energy_distance(other, table)
    imputer = GANImputer(max_steps=2, hidden_layer_sizes=(8,), random_state=0).fit(table)
    with pytest.raises(ValueError, match=f"Expected dates without.* as in `fit`, got {kind}"):
        imputer.transform(other)


def test_durations_in_months_cannot_be_compared_with_days():
    months, days = (np.arange(4).astype(unit)[:, None] for unit in ("m8[M]", "m8[D]"))
    with pytest.raises(ValueError, match=r"Expected durations in months or years .* got durations or times"):
        energy_distance(months, days)
    assert energy_distance(12 * months, months.astype(int).astype("m8[Y]")) == 0


def test_time_zones_do_not_change_the_distance(days):
    dates = days["when"].dropna()
    tokyo, utc = (dates.dt.tz_localize("UTC").dt.tz_convert(zone).to_frame() for zone in ("Asia/Tokyo", "UTC"))
    assert energy_distance(tokyo, utc.astype("datetime64[ns, UTC]")) == 0


def test_column_without_observed_values_is_compared_with_dates(days):
    empty = days.assign(when=np.nan)
    assert energy_distance(days, empty) == energy_distance(days, days.assign(when=pd.NaT))
    assert energy_distance(empty, days) == energy_distance(days.assign(when=pd.NaT), days)
    assert SyntheticDataDisplay.from_tables(empty, days, kind="marginals").marginals[0].unit == "M8[us]"


def test_fitted_imputer_stores_no_values_of_the_table(numbers):
    imputer = GANImputer(max_steps=2, hidden_layer_sizes=(8,)).fit(numbers[0])
    assert all(not column.cells.size and column.cells.base is None for column in imputer._types)


def test_displays_convert_dates_to_a_common_unit(days):
    dates = days.dropna().reset_index(drop=True)
    marginal = SyntheticDataDisplay.from_tables(dates, dates.astype("M8[ns]"), kind="marginals").marginals[0]
    assert marginal.unit == "M8[ns]" and marginal.distance == 0
    np.testing.assert_array_equal(marginal.real, marginal.synthetic)
    display = ParentsDisplay.from_sample(dates, dates[:1].astype("M8[s]"), parents=[[0, 1]], weights=[[0.6, 0.4]])
    assert display.distances[0, 0] == 0 < display.distances[0, 1]
    assert display.cells[0][0] == display.cells[0][1] != display.cells[0][2]
