"""Labels are all strings or all numbers, or an error says what `y` holds instead."""

import datetime
import enum
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from sklearn_gan import GANOversampler, ResampledClassifier
from sklearn_gan.displays._draws import default_label

Color = enum.Enum("Color", ["RED", "BLUE"])
Level = enum.IntEnum("Level", ["LOW", "HIGH"])
Name = enum.StrEnum("Name", ["NO", "YES"])
REFUSED = {
    "mixed": (1, "a"),
    "mixed bytes": ("a", b"a"),
    "Interval": (pd.Interval(0, 1), pd.Interval(1, 2)),
    "Period": (pd.Period("2020"), pd.Period("2021")),
    "Timestamp": (pd.Timestamp("2020"), pd.Timestamp("2021")),
    "date": (datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)),
    "Color": (Color.RED, Color.BLUE),
    "Decimal": (Decimal(0), Decimal(1)),
    "Fraction": (Fraction(1, 2), Fraction(1, 3)),
    "bytes": (b"a", b"b"),
    "tuple": ((1, 2), (3, 4)),
    "frozenset": (frozenset({1}), frozenset({2})),
    "int": (2**70, 2**71),
    "complex": (1j, 2j),
}


def objects(labels, codes):
    """Return an array of objects, even if the labels are sequences."""
    return np.fromiter((labels[code] for code in codes), dtype=object, count=len(codes))


@pytest.fixture(params=["sampler", "classifier"])
def fit(request, make_sampler, numbers):
    """Return a function that fits a sampler, or a ResampledClassifier with it, to given labels."""
    sampler = make_sampler(n_candidates=1)
    model = sampler if request.param == "sampler" else ResampledClassifier(LogisticRegression(), sampler)
    return lambda y: model.fit(numbers[0], y)


@pytest.mark.parametrize("make", [np.asarray, list, tuple, lambda y: pd.Series(y, dtype=object)])
@pytest.mark.parametrize("kind", REFUSED)
def test_labels_of_other_types_raise_and_are_shown(fit, numbers, kind, make):
    labels = REFUSED[kind]
    with pytest.raises(ValueError, match="Expected labels in y that are all strings or all numbers") as raised:
        fit(make(objects(labels, numbers[1])))
    assert f"got {type(labels[0]).__name__} (such as {labels[0]!r})" in str(raised.value)
    assert f"{type(labels[1]).__name__} (such as " in str(raised.value)


@pytest.mark.parametrize(
    "y, shown",
    [
        (np.array([b"a", b"b"]), r"bytes \(such as b'a'\)"),
        (pd.Series(pd.IntervalIndex.from_breaks([0, 1, 2])), "Interval"),
        (pd.Series(pd.Categorical([Color.RED, Color.BLUE])), "Color"),
        (pl.Series([0, 1]).cast(pl.Int128), "type Int128. Convert them, for example to Int64 or Float64"),
        (pl.Series([Decimal(0), Decimal(1)]), "Decimal"),
        (pl.Series([b"a", b"b"]), "bytes"),
        ([(1, 2), (3,)], r"tuple \(such as \(1, 2\)\)"),
    ],
)
def test_containers_of_other_types_raise(fit, numbers, y, shown):
    repeated = [y[code] for code in numbers[1]] if isinstance(y, list) else y[numbers[1]]
    with pytest.raises(ValueError, match=f"Expected labels in y that are all strings or all numbers.*{shown}"):
        fit(repeated)


@pytest.mark.parametrize(
    "labels, classes",
    [
        ((0, 1), [0, 1]),
        ((False, True), [False, True]),
        ((0.0, 1.0), [0.0, 1.0]),
        ((np.int8(0), 1.0), [0.0, 1.0]),
        ((Level.LOW, Level.HIGH), [1, 2]),
        ((Name.NO, Name.YES), ["no", "yes"]),
        ((np.str_("a"), "b"), ["a", "b"]),
    ],
)
@pytest.mark.parametrize("make", [np.asarray, list])
def test_objects_that_are_all_numbers_or_all_strings_are_labels(fit, numbers, labels, classes, make):
    found = fit(make(objects(labels, numbers[1]))).classes_.tolist()
    assert found == classes and list(map(type, found)) == list(map(type, classes))


@pytest.mark.parametrize("labels", [(0, 1), (False, True), (Level.LOW, Level.HIGH), (Name.NO, Name.YES)])
def test_resampled_labels_are_the_objects_of_y(make_sampler, numbers, labels, tmp_path):
    y = objects(labels, numbers[1])
    sampler = make_sampler(n_candidates=1)
    _, y_resampled = sampler.fit_resample(numbers[0], y)
    assert y_resampled.dtype == object and all(label is labels[1] for label in y_resampled[75:])
    sampler.save(tmp_path / "sampler")
    assert len(GANOversampler.load(tmp_path / "sampler").sample(2, y=labels[1])) == 2


@pytest.mark.parametrize("unit", ["D", "s", "us", "ns"])
def test_dates_are_labels_and_are_saved(make_sampler, numbers, unit, tmp_path):
    days = np.array(["2020-01-01", "2021-01-01"], dtype=f"M8[{unit}]")
    sampler = make_sampler(n_candidates=1, sampling_strategy={days[1]: 40})
    assert default_label(sampler.fit(numbers[0], days[numbers[1]])) == days[1]
    _, y_resampled = sampler.fit_resample(numbers[0], days[numbers[1]])
    assert (y_resampled[75:] == days[1]).all()
    sampler.save(tmp_path / "sampler")
    loaded = GANOversampler.load(tmp_path / "sampler")
    assert loaded.sampling_strategy_ == sampler.sampling_strategy_
    np.testing.assert_array_equal(loaded.sample(2, y=days[1]), sampler.sample(2, y=days[1]))
    with pytest.raises(ValueError, match=r"2022.*Labels seen in fit: .*2020"):
        loaded.sample(1, y=np.datetime64("2022-01-01", unit))


def test_messages_show_dates_in_nanoseconds_as_dates(fit, numbers):
    day = np.array(["2020-01-01"], dtype="M8[ns]")
    with pytest.raises(ValueError, match="2020-01-01"):
        fit(day.repeat(len(numbers[1])))


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
@pytest.mark.parametrize("make", [np.asarray, list, lambda y: pd.Series(y, dtype=object)])
def test_missing_labels_beside_strings_raise(fit, numbers, make, missing):
    y = objects(("a", "b"), numbers[1])
    y[[3, 5]] = missing
    with pytest.raises(ValueError, match=r"got 2 row\(s\) without a label, the first at row 3"):
        fit(make(y))


@pytest.mark.parametrize("dtype", ["Int64", "int64[pyarrow]"])
def test_nullable_integers_are_integer_labels(fit, numbers, dtype):
    assert fit(pd.Series(numbers[1]).astype(dtype)).classes_.dtype == np.int64
