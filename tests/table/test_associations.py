"""Strongly associated categorical columns are generated as one."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from sklearn_gan import GANOversampler
from sklearn_gan._table import TableEncoder, fit_codecs, open_container
from sklearn_gan._table.relations.associations import cramers_v, find_associated

rng = np.random.default_rng(0)
N = 1_000
CITY = rng.integers(0, 6, N)
COUNTRY = np.where(rng.random(N) < 0.03, rng.integers(0, 3, N), CITY // 2)  # almost a rule
FRAME = pd.DataFrame({"city": CITY, "country": COUNTRY, "color": rng.integers(0, 4, N)}).astype(str)
Y = np.arange(N) % 10 == 0


def fit_encoder(X, y=Y):
    columns = list(open_container(X).columns())
    encoder = TableEncoder()
    encoder.fit_encode(columns, fit_codecs("auto", columns, y.astype(int)), y.astype(int), relations=None)
    return columns, encoder


def test_association_is_one_for_equal_columns_and_about_zero_for_independent_ones():
    equal, independent, constant = cramers_v(CITY, [CITY, rng.integers(0, 6, N), np.zeros(N, dtype=int)])
    assert equal == pytest.approx(1)
    assert independent < 0.1
    assert constant == 0


def test_association_is_that_of_a_chi_squared_test():
    table = pd.crosstab(CITY, COUNTRY)
    phi = chi2_contingency(table, correction=False).statistic / N
    r, c = (size - (size - 1) ** 2 / (N - 1) for size in table.shape)
    expected = np.sqrt((phi - (table.shape[0] - 1) * (table.shape[1] - 1) / (N - 1)) / (min(r, c) - 1))
    assert cramers_v(CITY, [COUNTRY]) == pytest.approx([expected])


def test_only_strongly_associated_columns_are_combined():
    columns, encoder = fit_encoder(FRAME)
    assert find_associated(columns, encoder.codecs_, [0, 1, 2]) == [[0, 1]]
    n_pairs = len(FRAME.drop_duplicates(["city", "country"]))
    assert sorted(encoder.layout_.block_widths) == [4, n_pairs]


def test_columns_with_too_many_combinations_stay_separate():
    code = rng.integers(0, 60, N)
    X = pd.DataFrame({"a": code, "b": np.where(rng.random(N) < 0.3, rng.integers(0, 60, N), code)}).astype(str)
    assert sorted(fit_encoder(X)[1].layout_.block_widths) == [60, 60]


def test_synthetic_rows_keep_the_association_and_the_shares():
    sampler = GANOversampler(max_steps=50, relations=None, random_state=0).fit(FRAME.assign(x=rng.normal(size=N)), Y)
    drawn, real = sampler.sample(2_000, y=True), FRAME[Y]
    wrong = (drawn.city.astype(int) // 2 != drawn.country.astype(int)).mean()
    assert wrong < 0.15 and sampler.relations_ == []
    shares = [table.city.value_counts(normalize=True).reindex(list("012345"), fill_value=0) for table in (drawn, real)]
    assert abs(shares[0] - shares[1]).max() < 0.15
