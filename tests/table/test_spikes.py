"""Numbers that many rows share have a feature of their own, per class where their shares differ."""

import numpy as np
import pandas as pd
import pytest

from sklearn_gan import GANOversampler
from sklearn_gan._table import TableEncoder, Values, fit_codecs, open_container
from sklearn_gan._table.relations.spikes import FEWEST_ROWS, find_spikes

Y = np.repeat([0, 1], [2_000, 100])


def spiked(spike, shares=(0.02, 0.6), seed=0):
    """Return uniform numbers of which a class has a share at one value."""
    rng = np.random.default_rng(seed)
    hit = rng.random(len(Y)) < np.asarray(shares)[Y]
    return pd.DataFrame({"x": np.where(hit, spike, rng.uniform(5, 500, len(Y)).round(2)), "o": rng.normal(Y, 1)})


def fit_encoder(X, y=Y):
    columns = list(open_container(X).columns())
    encoder = TableEncoder()
    return encoder, encoder.fit_encode(columns, fit_codecs("auto", columns, y), y)


@pytest.mark.parametrize("spike", [99.99, 0.0, -999.0, 5.0])
def test_rows_at_a_spike_are_decoded_exactly(spike):
    X = spiked(spike)
    encoder, matrix = fit_encoder(X)
    decoded = encoder.decode(matrix, Y, np.random.default_rng(0))[0]
    assert np.array_equal(decoded.values == spike, X.x == spike)
    assert np.abs(decoded.values - X.x).max() < 2  # the others are interpolated between knots


def test_a_spike_of_a_rare_class_counts_although_it_is_rare_in_the_table():
    cells = Values(spiked(99.99, shares=(0, 0.2)).x.to_numpy(), np.zeros(len(Y), dtype=bool))
    assert (cells.values == 99.99).mean() < 0.02 and find_spikes(cells, Y).tolist() == [99.99]


def test_a_spike_of_the_largest_class_alone_is_none():
    cells = Values(spiked(99.99, shares=(0.5, 0.05)).x.to_numpy(), np.zeros(len(Y), dtype=bool))
    assert not len(find_spikes(cells, Y)) and len(find_spikes(cells, np.zeros(len(Y), dtype=int)))


def test_a_value_of_few_rows_is_no_spike():
    values = np.random.default_rng(0).normal(size=len(Y))
    values[-FEWEST_ROWS + 1 :] = 7
    assert not len(find_spikes(Values(values, np.zeros(len(Y), dtype=bool)), Y))


def test_spikes_are_in_descending_order_of_their_shares():
    values = np.random.default_rng(0).normal(size=len(Y))
    values[-30:], values[-90:-30] = 1, 2
    assert find_spikes(Values(values, np.zeros(len(Y), dtype=bool)), Y).tolist() == [2, 1]


@pytest.mark.parametrize("spike", [pd.Timestamp("2262-01-01"), pd.NaT])
def test_dates_have_spikes_and_missing_values(spike):
    rng = np.random.default_rng(0)
    dates = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 10**8, len(Y)), unit="s"))
    X = pd.DataFrame({"d": dates.mask(rng.random(len(Y)) < 0.3, pd.Timestamp("2262-01-01")), "o": rng.normal(Y, 1)})
    X.loc[rng.random(len(Y)) < 0.1, "d"] = spike
    sampler = GANOversampler(max_steps=20, random_state=0, n_candidates=1).fit(X, Y)
    drawn = sampler.sample(1_000, y=1).d
    assert 0.15 < (drawn == pd.Timestamp("2262-01-01")).mean() < 0.5
    assert not drawn.dropna().between(dates.max(), pd.Timestamp("2262-01-01"), inclusive="neither").any()


@pytest.mark.parametrize("generator", ["residual", "noise", "autoencoder"])
@pytest.mark.parametrize("n_candidates", [1, 3])
def test_synthetic_rows_have_a_spike_at_its_share(generator, n_candidates):
    X = spiked(99.99)
    sampler = GANOversampler(max_steps=200, generator=generator, n_candidates=n_candidates, random_state=0).fit(X, Y)
    real = (X.x[Y == 1] == 99.99).mean()
    drawn = sampler.sample(2_000, y=1).x
    assert abs((drawn == 99.99).mean() - real) < 0.12
    assert (abs(drawn - 99.99).between(1e-9, 30)).mean() < 0.15


def test_columns_without_other_numbers_have_no_spikes():
    rng = np.random.default_rng(0)
    encoder, _ = fit_encoder(pd.DataFrame({"few": rng.integers(0, 4, len(Y)), "all": rng.normal(size=len(Y))}))
    assert not encoder.layout_.gates


def test_missing_values_of_a_spiked_column_have_one_flag():
    X = spiked(99.99)
    X.loc[::7, "x"] = np.nan
    encoder, matrix = fit_encoder(X)
    layout = encoder.layout_
    assert len(layout.flagged) == 1 and (matrix[::7, : layout.n_numbers][:, 1] == 0).all()
    decoded = encoder.decode(matrix, Y, np.random.default_rng(0))[0]
    assert np.array_equal(decoded.missing, X.x.isna())


def test_a_spike_is_saved(tmp_path):
    sampler = GANOversampler(max_steps=5, hidden_layer_sizes=(8,), random_state=0).fit(spiked(99.99), Y)
    sampler.save(tmp_path / "sampler")
    loaded = GANOversampler.load(tmp_path / "sampler")
    pd.testing.assert_frame_equal(loaded.sample(50, y=1), sampler.sample(50, y=1))


def test_a_class_may_have_only_a_spike():
    X = spiked(99.99, shares=(0.1, 1))
    sampler = GANOversampler(max_steps=20, random_state=0).fit(X, Y)
    assert (sampler.sample(200, y=1).x == 99.99).mean() > 0.7
