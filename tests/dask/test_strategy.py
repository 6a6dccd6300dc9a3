"""Tests of the number of synthetic rows per class, from class counts."""

from collections import Counter

import numpy as np
import pytest
from imblearn.utils import check_sampling_strategy

pytest.importorskip("dask", reason="needs the extra `dask`")

from sklearn_gan._estimators import check_strategy
from sklearn_gan.dask._strategy import OVERSAMPLING, rows_to_sample

COUNTS = ([30, 10], [10, 30], [20, 20], [5, 30, 30, 5, 12], [7, 7, 9])
NAMES = ("auto", "all", "minority", "not minority", "not majority")


def labels_of(counts):
    return np.repeat([f"class {i}" for i in range(len(counts))], counts)


def from_counts(strategy, counts):
    return rows_to_sample(strategy, np.array([f"class {i}" for i in range(len(counts))]), np.array(counts))


def from_labels(strategy, counts):
    labels = labels_of(counts)
    strategy = check_strategy(strategy, labels, *np.unique(labels, return_counts=True))
    return check_sampling_strategy(strategy, labels, OVERSAMPLING)


@pytest.mark.parametrize("counts", COUNTS, ids=str)
@pytest.mark.parametrize("strategy", [*NAMES, {"class 1": 40}, {"class 0": 31, "class 1": 31}], ids=str)
def test_counts_give_what_labels_give(strategy, counts):
    assert dict(from_counts(strategy, counts)) == dict(from_labels(strategy, counts))


@pytest.mark.parametrize("unit", ["D", "s", "us", "ns"])
def test_classes_may_be_dates(unit):
    classes = np.array(["2020-01-01", "2021-01-01"], dtype=f"M8[{unit}]")
    assert rows_to_sample("auto", classes, np.array([30, 10])) == {classes[1]: 20}


@pytest.mark.parametrize("ratio, counts", [(1.0, [30, 10]), (0.97, [10, 30]), (0.5, [30, 10]), (1.0, [20, 20])])
def test_ratio_of_counts_gives_what_that_of_labels_gives(ratio, counts):
    assert dict(from_counts(ratio, counts)) == dict(from_labels(ratio, counts))


def test_callable_of_counts_is_called_with_a_counter():
    seen = []
    found = from_counts(lambda counts: seen.append(counts) or {"class 1": 2 * counts["class 1"]}, [30, 10])
    assert seen == [Counter({"class 0": 30, "class 1": 10})] and found == {"class 1": 10}


def test_callable_that_counts_labels_works_unchanged():
    def double(y):
        return {label: 2 * n for label, n in Counter(y).items()}

    assert from_counts(double, [30, 10]) == from_labels(double, [30, 10])


@pytest.mark.parametrize(
    "strategy, counts", [(0.1, [30, 10]), (0.5, [5, 6, 7]), ("majority", [30, 10]), ({"class 7": 9}, [30, 10])]
)
def test_errors_are_those_of_labels(strategy, counts):
    with pytest.raises(ValueError) as expected:
        from_labels(strategy, counts)
    with pytest.raises(ValueError) as found:
        from_counts(strategy, counts)
    assert str(found.value) == str(expected.value)


def test_fewer_rows_than_a_class_has_are_refused():
    with pytest.raises(ValueError, match=r"at least the 30 rows that class 'class 0' has, got 29"):
        from_counts({"class 0": 29}, [30, 10])


def test_billions_of_rows_take_no_memory():
    assert from_counts("auto", [10**12, 10]) == {"class 1": 10**12 - 10}
