"""Columns that identify rows or determine the target give a warning that names them."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.model_selection import cross_validate
from sklearn.tree import DecisionTreeClassifier

from sklearn_gan import ResampledClassifier, make_pipeline
from sklearn_gan._table import Column, CopyTest

NAMES = np.array([f"Mr {i}" for i in range(75)])
Y = np.repeat([0, 1], [60, 15])
COPIES = {
    "integers": Y,
    "other integers": 7 - 9 * Y,
    "floats": Y * 0.5,
    "strings": np.array(["no", "yes"])[Y],
    "categories": pd.Categorical(np.array(["no", "yes"])[Y]),
    "booleans": Y == 0,
    "nullable": pd.array(Y, dtype="Int64"),
    "dates": pd.to_datetime(["2020", "2021"])[Y],
    "objects": pd.Series([("tuple",), 1], dtype=object)[Y].tolist(),
}


@pytest.fixture
def frame(numbers):
    return pd.DataFrame(numbers[0], columns=list("abcde"))


def warnings_of(function):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function()
    messages = (str(warning.message) for warning in caught)
    return [message for message in messages if not message.startswith("Expected a generator to cover")]


@pytest.mark.parametrize(
    "values, params",
    [
        (NAMES, {}),
        (pd.Series(NAMES, dtype=object), {}),
        (pd.Categorical(NAMES), {}),
        (NAMES[np.arange(75) // 2 + 37 * (np.arange(75) > 73)], {}),
        (pd.Series([None] * 45 + NAMES[:30].tolist()), {}),
        (np.arange(75), {"categorical_features": ["id"]}),
    ],
    ids=["strings", "objects", "categories", "over half", "30 values", "listed integers"],
)
@pytest.mark.parametrize("convert", [lambda X: X, pl.from_pandas], ids=["pandas", "polars"])
def test_different_categories_in_most_rows_warn(make_sampler, frame, numbers, values, params, convert):
    sampler = make_sampler(**params)
    (message,) = warnings_of(lambda: sampler.fit_resample(convert(frame.assign(id=values)), numbers[1]))
    assert "categorical column(s) 'id'. " in message and "drop the column(s)" in message


@pytest.mark.parametrize(
    "values",
    [
        np.arange(75),
        np.arange(75.0),
        pd.date_range("2020", periods=75),
        pd.to_timedelta(np.arange(75), "h"),
        pd.Series(pd.date_range("2020", periods=75).date, dtype=object),
        NAMES[np.arange(75) // 3],
        pd.Series([None] * 46 + NAMES[:29].tolist()),
    ],
    ids=["integers", "floats", "dates", "durations", "dates as objects", "repeated names", "29 names"],
)
def test_numbers_dates_and_repeated_categories_do_not_warn(make_sampler, frame, numbers, values):
    make_sampler().fit_resample(frame.assign(id=values), numbers[1])


def test_dates_listed_as_categories_do_not_warn(make_sampler, numbers):
    X = pd.DataFrame({"a": numbers[0][:, 0], "when": pd.date_range("2020", periods=75)})
    make_sampler(categorical_features=["when"]).fit(X, numbers[1])


def test_one_warning_names_all_identifiers(make_sampler, frame, numbers):
    X = frame.assign(id=NAMES, name=NAMES[::-1])
    assert ["'id', 'name'" in message for message in warnings_of(lambda: make_sampler().fit(X, numbers[1]))] == [True]


def test_small_tables_with_identifiers_do_not_warn(make_sampler, frame, numbers):
    make_sampler().fit(frame.assign(id=NAMES)[46:], numbers[1][46:])


def test_classifier_warns_once_and_each_fold_in_the_same_words(make_sampler, numbers):
    X, y = pd.DataFrame({"a": numbers[0][:, 0], "id": NAMES}), numbers[1]
    classifier = make_pipeline(make_column_transformer(("passthrough", ["a"])), DecisionTreeClassifier())
    model = ResampledClassifier(classifier, make_sampler(), cv=2)
    assert len(warnings_of(lambda: model.fit(X, y))) == 1
    assert len(set(warnings_of(lambda: cross_validate(model, X, y, cv=2)))) == 1


@pytest.mark.parametrize("kind", COPIES)
def test_column_that_determines_the_target_warns(make_sampler, frame, numbers, kind):
    X = frame.assign(copy=COPIES[kind])
    (message,) = warnings_of(lambda: make_sampler().fit_resample(X, numbers[1]))
    assert message.startswith("Column 'copy' determines y: ") and message.endswith("remove it from X.")


def test_copy_of_several_classes_warns_by_position_in_an_array(make_sampler, numbers):
    y = np.arange(75) % 3
    X = np.column_stack((numbers[0], np.array([5, 2, 9])[y]))
    with pytest.warns(UserWarning, match="Column 5 determines y"):
        make_sampler().fit(X, np.array(["a", "b", "c"])[y])


@pytest.mark.parametrize(
    "values",
    [
        np.where(np.arange(75) == 40, 1, Y),
        np.where(np.arange(75) == 74, 2, Y),
        np.where(np.arange(75) == 40, np.nan, Y),
        np.zeros(75, dtype=int),
        (Y + np.arange(75) % 2) % 2,
    ],
    ids=["one other row", "third value", "missing value", "constant", "independent"],
)
def test_column_that_nearly_determines_the_target_does_not_warn(make_sampler, frame, numbers, values):
    make_sampler().fit(frame.assign(copy=values), numbers[1])


@pytest.mark.parametrize("rows", [slice(0, 64), slice(56, 71)], ids=["4 rows of a class", "15 rows"])
def test_copy_in_a_small_table_does_not_warn(make_sampler, frame, numbers, rows):
    X, y = frame.assign(copy=Y)[rows], numbers[1][rows]
    make_sampler().fit(X, y)


def test_columns_are_compared_in_few_rows_first():
    codes = np.arange(100_000) % 2

    class Counted(np.ndarray):
        n_read = 0

        def tolist(self):
            Counted.n_read += self.size
            return super().tolist()

    cells = np.random.default_rng(0).normal(size=100_000).view(Counted)
    copy_test, missing = CopyTest(codes), np.zeros(100_000, dtype=bool)
    assert not copy_test.holds(Column("numbers", cells, missing, "number")) and Counted.n_read <= 302
    assert copy_test.holds(Column("copy", codes * 3, missing, "number"))
