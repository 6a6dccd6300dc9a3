"""A `sampling_strategy` without a number of rows per class raises an error that shows its value."""

from collections import Counter
from decimal import Decimal
from numbers import Integral

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from sklearn_gan import ResampledClassifier


@pytest.fixture(params=["sampler", "classifier"])
def fit(request, make_sampler, numbers, monkeypatch):
    """Return a function that fits a sampler, or a ResampledClassifier with it, but must fail before training."""
    monkeypatch.setattr("sklearn_gan._estimators.sampler.train_gan", None)

    def fit(strategy, y=numbers[1]):
        sampler = make_sampler(sampling_strategy=strategy)
        model = sampler if request.param == "sampler" else ResampledClassifier(LogisticRegression(), sampler)
        return model.fit(numbers[0], y)

    return fit


@pytest.mark.parametrize(
    "returned, pattern",
    [
        (0.5, r"got 0\.5 of type float\. Return a dict, or pass a ratio as `sampling_strategy` itself"),
        (np.float32(0.5), r"got 0\.5 of type float\. Return a dict, or pass a ratio"),
        (pd.Series({1: 40}), r"of type Series\. Return its `\.to_dict\(\)`"),
        (pl.DataFrame({"label": [1], "count": [40]}), "of type DataFrame. Return a dict"),
        ([(1, 40)], r"got \[\(1, 40\)\] of type list\. Return a dict"),
        ("auto", "got 'auto' of type str. Return a dict"),
        (None, "got None of type NoneType. Return a dict"),
    ],
)
def test_callable_that_returns_no_dict_raises(fit, returned, pattern):
    with pytest.raises(ValueError, match=f"Expected the callable `sampling_strategy` to return a dict.*{pattern}"):
        fit(lambda y: returned)


@pytest.mark.parametrize("n_rows", ["40", 40.5, -1, -1.0, np.nan, np.inf, None, True, Decimal(40), [40]])
@pytest.mark.parametrize("make", [lambda strategy: strategy, lambda strategy: lambda y: strategy])
def test_number_of_rows_that_is_no_count_raises(fit, n_rows, make):
    with pytest.raises(ValueError, match=f"numbers of rows.*of type {type(n_rows).__name__} for class 1"):
        fit(make({1: n_rows}))


@pytest.mark.parametrize(
    "labels, key, pattern",
    [
        ([0, 1], "1", r"\(0, 1, of type int\), got '1' of type str"),
        ([0, 1], 2, r"\(0, 1, of type int\), got 2 of type int"),
        ([0, 1], None, ".*got None of type NoneType"),
        ([False, True], "True", r"\(False, True, of type bool\), got 'True' of type str"),
        (["no", "yes"], 1, r"\('no', 'yes', of type str\), got 1 of type int"),
        (["no", "yes"], np.int8(1), r"\('no', 'yes', of type str\), got 1 of type int"),
        (["0", "1"], 1, r"\('0', '1', of type str\), got 1 of type int"),
    ],
)
def test_key_that_is_not_a_class_raises(fit, numbers, labels, key, pattern):
    with pytest.raises(ValueError, match=f"Expected the keys of `sampling_strategy` to be classes of y {pattern}"):
        fit({key: 40}, np.array(labels)[numbers[1]])


@pytest.mark.parametrize("strategy", [{1: 40.0}, {np.int8(1): np.int16(40)}, {1.0: 40}, {True: np.float32(40)}])
def test_whole_numbers_of_any_type_are_numbers_of_rows(make_sampler, numbers, strategy):
    sampler = make_sampler(sampling_strategy=strategy)
    assert Counter(sampler.fit_resample(*numbers)[1].tolist()) == {0: 60, 1: 40}
    assert all(isinstance(n_rows, Integral) for n_rows in sampler.sampling_strategy_.values())


def test_callable_may_return_any_mapping(make_sampler, numbers):
    sampler = make_sampler(sampling_strategy=lambda y: Counter(y.tolist() + [1] * 25))
    assert Counter(sampler.fit_resample(*numbers)[1].tolist()) == {0: 60, 1: 40}
