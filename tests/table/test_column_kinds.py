"""A new kind of column needs only a codec and a registry entry, as shown with an example kind."""

import re

import numpy as np
import pandas as pd
import pytest

from sklearn_gan import GANImputer, GANOversampler
from sklearn_gan._table import KINDS, Column, ColumnCodec, Values, choose_codecs, open_container
from sklearn_gan._table.column_kinds import CategoricalCodec, DatetimeCodec, NumericCodec
from sklearn_gan.displays import SyntheticDataDisplay
from sklearn_gan.metrics import kolmogorov_smirnov, memorization_report

PERCENTAGE = re.compile(r"\d+(\.\d+)?%")


class PercentageCodec(NumericCodec):
    """Strings such as "12.5%", encoded as numbers."""

    name = "percentage"
    array_dtypes = "OU"
    type_of_cells = np.dtype(object)

    @classmethod
    def recognizes(cls, column):
        present = column.cells[~column.missing]
        return len(present) > 0 and all(PERCENTAGE.fullmatch(str(cell)) for cell in present)

    @staticmethod
    def numbers(column):
        pairs = zip(column.cells, column.missing, strict=True)
        return np.array([0.0 if is_missing else float(cell.rstrip("%")) for cell, is_missing in pairs])

    def _as_numbers(self, column):
        return Column(column.name, self.numbers(column), column.missing, "number")

    def fit(self, column, codes, first_rows):
        super().fit(self._as_numbers(column), codes, first_rows)
        self.originals = Values(column.cells[first_rows].astype(object), column.missing[first_rows])

    def encode(self, column):
        return super().encode(self._as_numbers(column))

    def decode_cells(self, features):
        return _write(super().decode_cells(features))

    def average(self, drawn):
        return _write(np.char.rstrip(drawn.astype(str), "%").astype(float).mean(axis=0))

    def comparable_decoded(self, decoded):
        return self.comparable(Column(None, decoded.values, decoded.missing, "category"))


def _write(numbers):
    return np.array([f"{number:.1f}%" for number in numbers], dtype=object)


@pytest.fixture
def percentage(monkeypatch):
    """Register the example kind."""
    monkeypatch.setitem(KINDS, PercentageCodec.name, PercentageCodec)


@pytest.fixture
def loans():
    """A table with a column of percentages, with missing values, that is higher in the rare class."""
    rng = np.random.default_rng(0)
    y = np.repeat(["paid", "lost"], [60, 15])
    rates = _write(rng.uniform(1, 9, 75) + 10 * (y == "lost"))
    rates[rng.random(75) < 0.1] = None
    return pd.DataFrame({"income": rng.normal(size=75), "rate": rates, "job": rng.choice(["a", "b"], 75)}), y


def as_numbers(rates):
    return pd.Series(rates).dropna().str.rstrip("%").astype(float)


@pytest.mark.parametrize("convert", [lambda X: X, lambda X: X.to_numpy(), lambda X: X.to_numpy().tolist()])
def test_registered_kind_is_resampled(make_sampler, percentage, loans, convert):
    X, y = loans
    X_resampled, _ = make_sampler(max_steps=50).fit_resample(convert(X), y)
    generated = pd.DataFrame(X_resampled, columns=X.columns)["rate"][75:]
    observed = as_numbers(X["rate"])
    assert len(generated) == 45 and as_numbers(generated).between(observed.min(), observed.max()).all()
    assert not set(generated.dropna()) <= set(X["rate"])  # as a category, it could only repeat real values


def test_registered_kind_supports_min_distance_and_metrics(make_sampler, percentage, loans):
    X, y = loans
    sampled = make_sampler(min_distance=0.5).fit(X, y).sample(30, y="lost")
    assert memorization_report(X, sampled, sampled).synthetic.smallest_distance >= 0.5
    assert "rate" in kolmogorov_smirnov(X, sampled)


def test_registered_kind_is_saved(make_sampler, percentage, loans, tmp_path):
    sampler = make_sampler(min_distance=0.1).fit(*loans)
    sampler.save(tmp_path / "loans.safetensors")
    loaded = GANOversampler.load(tmp_path / "loans.safetensors")
    pd.testing.assert_frame_equal(loaded.sample(9, y="lost"), sampler.sample(9, y="lost"))


def test_registered_kind_is_imputed_and_displayed(percentage, loans):
    X, _ = loans
    filled = GANImputer(max_steps=5, n_imputations=2, random_state=0).fit_transform(X)
    assert filled["rate"].str.fullmatch(PERCENTAGE.pattern).all()
    (rate,) = [m for m in SyntheticDataDisplay.from_tables(X, filled).marginals if m.name == "rate"]
    assert rate.kind == "number"


def test_unregistered_kind_is_categorical(loans):
    columns = list(open_container(loans[0]).columns())
    assert choose_codecs("auto", columns) == [NumericCodec, CategoricalCodec, CategoricalCodec]
    assert choose_codecs([2], columns) == [NumericCodec, NumericCodec, CategoricalCodec]


def test_last_kind_that_recognizes_a_column_is_chosen(percentage, loans):
    columns = list(open_container(loans[0]).columns())
    assert choose_codecs("auto", columns) == [NumericCodec, PercentageCodec, CategoricalCodec]
    assert choose_codecs([2], columns) == [NumericCodec, PercentageCodec, CategoricalCodec]
    assert choose_codecs(["rate"], columns)[1] is CategoricalCodec


def test_categorical_features_do_not_change_booleans_and_dates():
    X = pd.DataFrame({"a": [True, False], "b": pd.to_datetime(["2020", "2021"]), "c": [1, 2]})
    columns = list(open_container(X).columns())
    for listed in ("auto", [], [False, False, False]):
        assert choose_codecs(listed, columns) == [CategoricalCodec, DatetimeCodec, NumericCodec]


@pytest.mark.parametrize("name", KINDS)
def test_kinds_are_registered_under_their_own_names(name):
    assert issubclass(KINDS[name], ColumnCodec) and KINDS[name].name == name
