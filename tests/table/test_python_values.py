"""Columns of Python values, such as dates and decimals, are numbers, and generated values have the same type."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from sklearn_gan import GANImputer
from sklearn_gan._table import open_container
from sklearn_gan._table.python_values import TYPES, read_python_values
from sklearn_gan.displays import SyntheticDataDisplay
from sklearn_gan.metrics import kolmogorov_smirnov, memorization_report, total_variation

OSLO, OFFSET = ZoneInfo("Europe/Oslo"), timezone(timedelta(hours=-5))
# A value that increases with an integer i.
MAKERS = {
    "date": lambda i: date(2020, 1, 1) + timedelta(days=i),
    "datetime": lambda i: datetime(2020, 1, 1, 12) + timedelta(minutes=i),
    "datetime with an offset": lambda i: datetime(2020, 1, 1, tzinfo=OFFSET) + timedelta(hours=i),
    "datetime in a zone": lambda i: datetime(2020, 3, 1, tzinfo=OSLO) + timedelta(hours=i),
    "time": lambda i: time(i // 60 % 24, i % 60, 30),
    "timedelta": lambda i: timedelta(minutes=i, microseconds=1),
    "Decimal": lambda i: Decimal(i) / 100,
    "int": int,
    "float": lambda i: i / 7,
    "pandas Timestamp": lambda i: pd.Timestamp(2020, 1, 1) + pd.Timedelta(minutes=i),
    "pandas Timestamp in a zone": lambda i: pd.Timestamp(2020, 3, 1, tz="Europe/Oslo") + pd.Timedelta(hours=i),
    "pandas Timedelta": lambda i: pd.Timedelta(minutes=i).as_unit("ns"),
}
CONTAINERS = {
    "array": lambda values: objects(values)[:, None],
    "list": lambda values: [[value] for value in values],
    "pandas": lambda values: pd.DataFrame({"a": pd.Series(values, dtype=object)}),
    "polars": lambda values: pl.DataFrame({"a": pl.Series(values, dtype=pl.Object)}),
}
MISSING = {"none": None, "NaN": float("nan"), "NaT": pd.NaT}


def objects(values):
    return np.fromiter(values, dtype=object, count=len(values))


def values_of(table):
    """Return the values of the first column, with their Python types."""
    if isinstance(table, pd.DataFrame):
        return table.iloc[:, 0].tolist()
    if isinstance(table, pl.DataFrame):
        return table.to_series().to_list()
    return [row[0] for row in table]


def is_missing(value):
    return value is None or value != value


@pytest.fixture
def ranks():
    """75 integers, larger in the last 15 rows, which are of the rare class."""
    y = np.repeat([0, 1], [60, 15])
    return np.random.default_rng(0).integers(0, 900, 75) + 300 * y, y


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("kind", MAKERS)
def test_generated_values_have_the_python_type_and_range(make_sampler, ranks, kind, container):
    observed = [MAKERS[kind](int(i)) for i in ranks[0]]
    X = CONTAINERS[container](observed)
    sampler = make_sampler(max_steps=20, n_candidates=1)
    X_resampled, _ = sampler.fit_resample(X, ranks[1])
    assert type(X_resampled) is type(X) and values_of(X_resampled)[:75] == observed
    generated = values_of(sampler.sample(200, y=1))
    assert set(map(type, generated)) == set(map(type, observed))
    assert min(observed) <= min(generated) and max(generated) <= max(observed)
    assert not set(generated) <= set(observed)  # as a category, it would only repeat observed values
    assert {getattr(value, "tzinfo", None) for value in generated} == {getattr(observed[0], "tzinfo", None)}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("kind", ["date", "Decimal", "int", "pandas Timestamp in a zone"])
def test_missing_values_are_those_of_the_user(make_sampler, ranks, kind, missing, container):
    if container == "polars" and missing != "none":
        pytest.skip("polars reads only None as missing")
    observed = [MISSING[missing] if i % 3 == 0 else MAKERS[kind](int(i)) for i in ranks[0]]
    sampler = make_sampler(n_candidates=1).fit(CONTAINERS[container](observed), ranks[1])
    generated = values_of(sampler.sample(200, y=1))
    assert sum(map(is_missing, generated)) > 20
    assert {type(value) for value in generated} == {type(MISSING[missing]), type(MAKERS[kind](1))}


def test_columns_keep_their_association(make_sampler):
    rng = np.random.default_rng(0)
    z = rng.normal(size=300)
    X = pd.DataFrame({"day": [MAKERS["date"](int(100 * value)) for value in z], "value": z}, dtype=object)
    X["cost"] = objects([Decimal(f"{10 * value:.2f}") for value in z])
    sampled = make_sampler(max_steps=150, hidden_layer_sizes=(32,)).fit(X, np.arange(300) % 2).sample(300, y=1)
    for numbers in (sampled["day"].map(date.toordinal), sampled["cost"].astype(float)):
        assert spearmanr(numbers, sampled["value"].astype(float)).statistic > 0.85


def test_decimals_have_the_observed_places(make_sampler, ranks):
    observed = [Decimal(int(i)).scaleb(-int(i % 4)) for i in ranks[0]]
    generated = values_of(make_sampler().fit(CONTAINERS["list"](observed), ranks[1]).sample(100, y=1))
    assert {value.as_tuple().exponent for value in generated} == {-3}


NO_TYPE = {
    "several zones": [datetime(2020, 1, 1, tzinfo=zone) for zone in (UTC, OSLO)],
    "dates and datetimes": [date(2020, 1, 1), datetime(2020, 1, 2)],
    "naive and in a zone": [datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC)],
    "times in a zone": [time(1, tzinfo=UTC), time(2, tzinfo=UTC)],
    "numbers and strings": [1, "a"],
    "booleans": [True, False],
    "booleans and integers": [True, 2],
    "strings": ["2020-01-01", "1.5"],
    "durations too long": [timedelta.max, timedelta(1)],
    "datetimes beyond the last year in UTC": [datetime.max.replace(tzinfo=OFFSET), datetime(2020, 1, 1, tzinfo=OFFSET)],
    "Timestamps out of range for the finest unit": [
        pd.Timestamp("9999-01-01").as_unit("s"),
        pd.Timestamp("2020-01-01").as_unit("ns"),
    ],
    "durations of numpy": [np.timedelta64(1, "s"), np.timedelta64(2, "s")],
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("name", NO_TYPE)
def test_other_values_are_categories(make_sampler, ranks, name, container):
    observed = [NO_TYPE[name][i % 2] for i in range(75)]
    sampler = make_sampler(n_candidates=1).fit(CONTAINERS[container](observed), ranks[1])
    assert sampler._encoder.layout_.n_numbers == 0
    assert set(values_of(sampler.sample(20, y=1))) <= set(observed)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("kind", ["date", "Decimal", "datetime in a zone"])
def test_listed_columns_are_categories(make_sampler, ranks, kind, container):
    observed = [MAKERS[kind](int(i) % 3) for i in ranks[0]]
    X = CONTAINERS[container](observed)
    sampler = make_sampler(n_candidates=1, categorical_features=[0]).fit(X, ranks[1])
    assert sampler._encoder.layout_.block_widths == (3,)
    assert set(values_of(sampler.sample(20, y=1))) <= set(observed)
    imputer = GANImputer(max_steps=2, categorical_features=[0], random_state=0).fit(X)
    assert set(values_of(imputer.transform(CONTAINERS[container]([None, *observed])))) <= set(observed)
    assert not kolmogorov_smirnov(X, X, categorical_features=[0])


@given(
    st.one_of(
        st.lists(st.dates()),
        st.lists(st.datetimes()),
        st.lists(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(OSLO))),
        st.lists(st.times()),
        st.lists(st.timedeltas(min_value=timedelta(days=-(10**8)), max_value=timedelta(days=10**8))),
        st.lists(st.integers(-(2**63), 2**63 - 1)),
        st.lists(st.floats(allow_infinity=False, allow_nan=False)),
        st.lists(st.decimals(-(10**9), 10**9, places=3)),
    ).filter(len)
)
def test_values_are_the_same_after_conversion_to_numbers(values):
    values = [value for value in values if getattr(value, "utcoffset", lambda: None)() is None or is_plain(value)]
    found = read_python_values(objects([*values, None]), np.append(np.zeros(len(values), dtype=bool), True))
    if values:
        python_type, numbers = found
        assert python_type.to_list(numbers)[:-1] == values
        np.testing.assert_array_equal(python_type.as_stored(numbers), numbers)
        assert (np.argsort(numbers[:-1], kind="stable") == np.argsort(objects(values), kind="stable")).all()


def is_plain(moment):
    """Return whether a datetime exists in its time zone, and only once."""
    return moment.fold == 0 and moment.astimezone(UTC).astimezone(moment.tzinfo) == moment


@pytest.mark.parametrize(
    "values, name",
    [
        ([1, 2.5], "float"),
        ([1, Decimal("2.5")], "Decimal"),
        ([1.5, Decimal("2.5")], "float"),
        ([Fraction(1, 2), 1], "float"),
        ([np.int64(1), 2], "int"),
        ([np.float32(1)], "float"),
        ([2**70, 1], "int"),
    ],
)
def test_mixed_numbers_have_the_widest_type(values, name):
    python_type, numbers = read_python_values(objects(values), np.zeros(len(values), dtype=bool))
    assert python_type.name == name and python_type.kind == "number"
    assert np.allclose(np.array(python_type.to_list(numbers), dtype=float), np.array(values, dtype=float))


@pytest.mark.parametrize("name", [name for name, kind in TYPES.items() if kind.kind == "time"])
def test_conversion_stays_within_the_range_of_the_type(name):
    (maker,) = [maker for kind, maker in MAKERS.items() if kind == name]
    python_type, _ = read_python_values(objects([maker(1)]), np.zeros(1, dtype=bool))
    assert {type(value) for value in python_type.to_list(np.array([-(2**63) + 1, 2**63 - 1]))} == {type(maker(1))}


def test_conversion_stays_within_the_range_of_a_time_zone():
    python_type, _ = read_python_values(objects([datetime(2020, 1, 1, tzinfo=OFFSET)]), np.zeros(1, dtype=bool))
    earliest, latest = python_type.to_list(np.array([-(2**63), 2**63 - 1]))
    assert (earliest.year, latest.year) == (1, 9999) and earliest.tzinfo == latest.tzinfo == OFFSET


def test_zones_of_pytz_are_one_zone():
    """A zone with one object per offset, as in pytz, which is not a dependency."""

    class Zone(tzinfo):
        zone = "Europe/Oslo"

        def utcoffset(self, moment):
            return timedelta(hours=1)

        def dst(self, moment):
            return timedelta(0)

    moments = [datetime(2020, month, 1, tzinfo=Zone()) for month in (1, 2)]
    python_type, _ = read_python_values(objects(moments), np.zeros(2, dtype=bool))
    assert python_type.zone is moments[0].tzinfo


def test_infinite_numbers_raise(make_sampler, ranks):
    for infinity in (float("inf"), Decimal("Infinity"), Decimal("1E+400"), 10**400):
        column = [infinity, *(type(infinity)(int(i)) for i in ranks[0][1:])]
        with pytest.raises(ValueError, match=r"infinity \(inf\) or a number too large for a float in 1 row"):
            make_sampler().fit(CONTAINERS["pandas"](column), ranks[1])


def test_types_are_found_after_many_missing_values():
    X = CONTAINERS["pandas"]([None] * 150 + [date(2020, 1, 1)])
    (column,) = open_container(X).columns()
    assert column.kind == "time" and column.unit == "M8[D]"


def test_min_distance_is_kept_by_rounded_decimals(make_sampler, ranks):
    X = CONTAINERS["pandas"]([Decimal(int(i)) / 10 for i in ranks[0]])
    sampler = make_sampler(min_distance=0.001).fit(X, ranks[1])
    sampled = sampler.sample(40, y=1)
    assert memorization_report(X, sampled, sampled).synthetic.smallest_distance >= 0.001
    assert not set(values_of(sampled)) & set(values_of(X))


def test_metrics_compare_python_values_with_typed_columns():
    days = [MAKERS["date"](i) for i in range(40)]
    real, typed = CONTAINERS["pandas"](days), pd.DataFrame({"a": pd.to_datetime(pd.Series(days))})
    assert kolmogorov_smirnov(real, typed) == {"a": 0} and kolmogorov_smirnov(typed, real[:20])["a"] == 0.5
    costs = CONTAINERS["pandas"]([Decimal(i) for i in range(40)])
    assert kolmogorov_smirnov(costs, costs.astype(float)) == {"a": 0}


def test_metrics_compare_a_part_of_categories_without_a_type():
    mixed = [date(2020, 1, 1), datetime(2020, 1, 2)] * 5
    real, part = CONTAINERS["pandas"](mixed), CONTAINERS["pandas"](mixed[::2])
    assert total_variation(real, part) == {"a": 0.5}


def test_categories_of_python_values_are_displayed_by_their_values():
    X = CONTAINERS["pandas"]([date(2020, 1, 1), date(2020, 1, 2)] * 5)
    display = SyntheticDataDisplay.from_tables(X, X, categorical_features=["a"], kind="marginals")
    assert set(display.marginals[0].levels) == {"2020-01-01", "2020-01-02"}


@pytest.mark.parametrize("container", ["array", "pandas", "polars"])
@pytest.mark.parametrize("kind", MAKERS)
def test_imputed_values_have_the_python_type(ranks, kind, container):
    observed = [None if i % 5 == 0 else MAKERS[kind](int(i)) for i in ranks[0]]
    X, present = CONTAINERS[container](observed), [value for value in observed if value is not None]
    imputer = GANImputer(max_steps=2, n_imputations=2, hidden_layer_sizes=(8,), random_state=0).fit(X)
    for filled in (imputer.transform(X), *imputer.impute(X)):
        filled = values_of(filled)
        assert set(map(type, filled)) == {type(present[0])}
        assert [value for value, was in zip(filled, observed, strict=True) if was is not None] == present
        assert min(present) <= min(filled) and max(filled) <= max(present)


@pytest.fixture
def impute():
    """Fit an imputer on a column of objects, and fill another one."""

    def impute(fitted, column, container="pandas", **params):
        imputer = GANImputer(max_steps=2, n_imputations=2, hidden_layer_sizes=(8,), random_state=0, **params)
        return values_of(imputer.fit(CONTAINERS[container](fitted)).transform(CONTAINERS[container](column)))

    return impute


@pytest.mark.parametrize("container", ["array", "pandas", "polars"])
@pytest.mark.parametrize("kind", ["date", "Decimal", "int"])
def test_columns_without_values_are_imputed_with_the_fitted_type(impute, ranks, kind, container):
    filled = impute([MAKERS[kind](int(i)) for i in ranks[0]], [None] * 3, container)
    assert [type(value) for value in filled] == [type(MAKERS[kind](1))] * 3


def test_columns_without_fitted_values_stay_missing():
    X = pd.DataFrame({"a": pd.Series([None] * 20, dtype=object), "b": range(20)})
    imputer = GANImputer(max_steps=2, hidden_layer_sizes=(8,), random_state=0).fit(X)
    filled = imputer.transform(X.assign(a=objects([date(2020, 1, 1), *[None] * 19])))
    assert values_of(filled) == [date(2020, 1, 1), *[None] * 19]


def test_imputed_numbers_have_the_fitted_type(impute):
    fitted = [Decimal(f"{i}.25") for i in range(20)]
    assert impute(fitted, [Decimal(1), None])[1].as_tuple().exponent == -2
    assert type(impute([i / 3 for i in range(20)], [1, None])[1]) is float


def test_imputed_times_are_in_the_zone_of_their_column(impute):
    fitted = [MAKERS["datetime with an offset"](i) for i in range(20)]
    assert impute(fitted, [datetime(2020, 1, 1, tzinfo=OSLO), None])[1].tzinfo is OSLO
    assert type(impute(fitted, [pd.Timestamp(2020, 1, 1, tz="Europe/Oslo"), None])[1]) is pd.Timestamp


def test_part_of_categories_without_a_type_is_imputed(impute):
    fitted = [datetime(2020, 1, 1, tzinfo=zone) for zone in (UTC, OSLO, OSLO)] * 9
    assert impute(fitted, [fitted[0], None]) in ([fitted[0], fitted[0]], [fitted[0], fitted[1]])


def test_columns_of_numbers_are_found_in_lists_of_rows():
    rows = [[date(2020, 1, 1), Decimal("1.5"), None], [None, Decimal("2.5"), 3]]
    columns = list(open_container(rows).columns())
    assert [column.kind for column in columns] == ["time", "number", "number"]
    assert Counter(column.python_type.name for column in columns) == Counter(["date", "Decimal", "int"])
