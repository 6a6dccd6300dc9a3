"""Generated numbers are written as the observed ones: decimals, steps, codes of dates, codes."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_gan._table import Column, choose_codecs
from sklearn_gan._table.column_kinds import CodedTimeCodec, NumericCodec
from sklearn_gan._table.column_kinds.coded_time import TIME_CODES
from sklearn_gan._table.column_kinds.notation import Notation

rng = np.random.default_rng(0)


def decode(cells, n=4_000):
    """Return numbers that the codec of a column decodes from scores all over its range."""
    cells = np.asarray(cells)
    column = Column("x", cells, np.zeros(len(cells), dtype=bool), "number")
    (kind,) = choose_codecs("auto", [column])
    codec = kind()
    codec.fit(column, np.zeros(len(cells), dtype=int), np.array([0]))
    return codec.decode_cells(np.linspace(-4, 4, n)[:, None])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("places", range(1, 6))
def test_numbers_have_the_decimals_of_the_observed_ones(dtype, places):
    values = rng.lognormal(1, 1, 2_000).round(places).astype(dtype)
    decoded = decode(values)
    assert decoded.dtype == dtype
    assert np.array_equal(decoded.astype(float).round(places).astype(dtype), decoded)
    assert places < 3 or len(np.setdiff1d(decoded, values)) > 100  # not only observed numbers


@given(st.integers(1, 8), st.integers(-(10**6), 10**6), st.integers(1, 5_000))
def test_the_nearest_decimal_is_exact_to_the_last_bit(places, unit, step):
    text = f"{unit}e-{places}"
    notation = Notation(places, 1, 0)
    assert notation.round(np.array([float(text) * (1 + 1e-15)])).tolist() == [float(text)]
    units = unit + step * np.arange(20)
    learnt = Notation.learn(units / 10.0**places)
    assert (np.rint(learnt.round(rng.uniform(units[0], units[-1], 50) / 10.0**places) * 10**places) - unit) % step == (
        pytest.approx(np.zeros(50))
    )


@pytest.mark.parametrize("step", [5, 50, 0.25, 0.5, 1_000, 7])
def test_numbers_are_multiples_of_the_common_step(step):
    decoded = decode(np.rint(rng.lognormal(6, 1, 3_000)) * step)
    assert (decoded % step == 0).all() and len(np.unique(decoded)) > 100


@pytest.mark.parametrize("offset", [0.25, 3])
def test_a_step_may_start_anywhere(offset):
    decoded = decode(np.rint(rng.lognormal(6, 1, 3_000)) * 5 + offset)
    assert (decoded % 5 == offset).all()


def test_a_few_numbers_have_no_common_step_by_chance():
    assert Notation.learn(np.array([3.0, 7, 11, 19])) == Notation(0)
    shares = [Notation.learn(np.unique(rng.integers(0, 10**6, 8))).step > 1 for _ in range(1_000)]
    assert np.mean(shares) < 0.02


@pytest.mark.parametrize("values", [rng.normal(size=500), np.array([1e300, 1.5]), np.array([1e-300, 0.5])])
def test_other_floats_have_no_notation(values):
    assert Notation.learn(np.unique(values)).places is None


DAYS = pd.Timestamp("2021-01-15") + pd.to_timedelta(rng.integers(0, 800, 1_500), unit="D")
MINUTES = rng.integers(0, 24 * 60, 1_500)


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("YYYYMMDD", DAYS.strftime("%Y%m%d").astype(int)),
        ("YYYYMM", (DAYS + pd.to_timedelta(rng.integers(0, 9_000, 1_500), unit="D")).strftime("%Y%m").astype(float)),
        ("HHMM", MINUTES // 60 * 100 + MINUTES % 60),
    ],
)
def test_codes_of_dates_are_valid_dates(form, values):
    decoded = decode(values)
    assert TIME_CODES[form].are_valid(decoded).all()
    assert decoded.min() >= values.min() and decoded.max() <= values.max()


@pytest.mark.parametrize("form", TIME_CODES)
def test_codes_of_consecutive_times_are_written_and_counted(form):
    code = TIME_CODES[form]
    first, last = code.count(np.array([code.low, code.high]))
    units = rng.integers(first, last + 1, 10_000)
    assert code.are_valid(code.write(units)).all() and np.array_equal(code.count(code.write(units)), units)


@pytest.mark.parametrize("code", [20230229, 20231301, 20230100, 20230132, 99991232])
def test_invalid_dates_are_recognized(code):
    assert not TIME_CODES["YYYYMMDD"].are_valid(np.array([code]))[0]


def is_time(cells):
    return CodedTimeCodec.recognizes(Column("x", cells, np.zeros(len(cells), dtype=bool), "number"))


@pytest.mark.parametrize(("stop", "step"), [(60, 1), (40, 50), (2_300, 1)])
def test_other_integers_are_no_times(stop, step):
    assert not is_time(rng.integers(0, stop, 300) * step)


def test_random_integers_are_rarely_times():
    columns = [rng.integers(0, rng.integers(10, 2_400), rng.choice([30, 100, 1_000])) for _ in range(1_000)]
    assert sum(map(is_time, columns)) <= 1


ZIP_CODES = rng.choice(np.unique(rng.integers(10_000, 99_999, 2_000)), 6_000)


def test_codes_are_observed_ones_with_a_warning():
    with pytest.warns(
        UserWarning, match="column 'x', found 1,.* of 5 digits that look like codes.*`categorical_features`"
    ):
        decoded = decode(ZIP_CODES)
    assert np.isin(decoded, ZIP_CODES).all()


@pytest.mark.parametrize("scale", [10, 50, 500])
@pytest.mark.parametrize("n", [100, 1_000, 5_000])
def test_numbers_from_a_density_are_no_codes(scale, n):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for sample in (
            rng.normal(5 * scale, scale, n),
            rng.exponential(scale, n),
            100 + rng.lognormal(3, 1, n) * scale,
        ):
            decode(np.rint(sample).astype(int))


def test_codec_without_observed_values_has_no_form():
    column = Column("x", np.zeros(3), np.ones(3, dtype=bool), "number")
    assert choose_codecs("auto", [column]) == [NumericCodec]


def test_no_number_falls_into_a_gap():
    values = np.concatenate((rng.uniform(0, 1, 600), rng.uniform(50, 60, 400)))
    decoded = decode(values)
    assert not ((decoded > values[values < 2].max()) & (decoded < values[values > 2].min())).any()
    assert (decoded < 2).any() and (decoded > 2).any() and not np.isin(decoded, values).all()


def has_gaps(cells):
    codec = NumericCodec()
    column = Column("x", cells, np.zeros(len(cells), dtype=bool), "number")
    codec.fit(column, np.zeros(len(cells), dtype=int), np.array([0]))
    return codec.gaps.any()


@pytest.mark.parametrize("n", [30, 300, 3_000])
def test_distances_to_outliers_and_of_random_numbers_are_no_gaps(n):
    n_false = 0
    for seed in range(25):
        normal = np.random.default_rng([n, seed]).normal(size=n)
        n_false += sum(map(has_gaps, (normal, np.exp(normal), np.exp(2 * normal), np.append(normal, 99))))
    assert n_false <= 1
