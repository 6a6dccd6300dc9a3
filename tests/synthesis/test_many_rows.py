"""Requests of many rows are sampled in chunks, with a network in place of the classifiers of candidate selection."""

import pickle

import numpy as np
import pandas as pd
import pytest
import torch

from sklearn_gan import GANOversampler
from sklearn_gan._estimators import sampler as estimator
from sklearn_gan._runtime.torch_settings import OwnTorchSettings
from sklearn_gan._synthesis import MANY_ROWS, DistantRowDrawer, ManyRowDrawer, RowDrawer, many_rows, score_network
from sklearn_gan._synthesis.candidate_selection import ACCEPTED_SCORE
from sklearn_gan._synthesis.score_network import ScoreNetwork


@pytest.fixture
def all_are_many(monkeypatch):
    """Sample every request as one of many rows, with a quickly fitted network."""
    monkeypatch.setattr(estimator, "MANY_ROWS", 0)
    monkeypatch.setattr(score_network, "N_STEPS", 20)
    monkeypatch.setattr(many_rows, "SCORED_ROWS", 200)


@pytest.fixture
def overlapping():
    """Two overlapping classes on a line, 600 rows of class 0 and 120 of class 1, and an uninformative column."""
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [600, 120])
    return np.column_stack([rng.normal(2 * y, 1), rng.normal(size=720)]), y


class FirstFeature:
    """Score a row by its first feature, in place of a ScoreNetwork."""

    def __init__(self, accepted_above=0.0):
        self.accepted_above = accepted_above

    def score(self, rows, codes):
        return rows[:, 0] - self.accepted_above


def drawer_of(sampler, **params):
    """Return the drawer for a request of many rows."""
    return sampler.set_params(**params)._drawer(np.ones(MANY_ROWS + 1, dtype=int))


def first_features(drawer, n_rows, scorer):
    with OwnTorchSettings("cpu"):
        return drawer._draw_one_by_one(torch.ones(n_rows, dtype=torch.long), scorer).rows[:, 0].numpy()


@pytest.mark.parametrize("n_rows, kind", [(1, RowDrawer), (MANY_ROWS, RowDrawer), (MANY_ROWS + 1, ManyRowDrawer)])
def test_only_requests_above_the_bound_are_sampled_as_many_rows(make_sampler, judged, n_rows, kind):
    assert type(make_sampler().fit(*judged)._drawer(np.ones(n_rows, dtype=int))) is kind


def test_bound_is_documented():
    assert f"more than {MANY_ROWS:,} rows" in " ".join(GANOversampler.__doc__.split())


def test_min_distance_is_kept_by_requests_of_any_size(make_sampler, judged, all_are_many):
    sampler = make_sampler(min_distance=0.5).fit(*judged)
    assert type(sampler._drawer(np.ones(5, dtype=int))) is DistantRowDrawer


def test_network_accepts_the_candidates_that_the_classifiers_accept(overlapping):
    drawer = drawer_of(GANOversampler(max_steps=50, hidden_layer_sizes=(16,), random_state=0).fit(*overlapping))
    with OwnTorchSettings("cpu"):
        scorer = drawer._fit_scorer(np.ones(10, dtype=int))
        codes = np.ones(5_000, dtype=int)
        candidates = drawer._draw_candidates(torch.from_numpy(codes)).rows
        approximate = scorer.score(candidates, torch.from_numpy(codes)).numpy()
    exact = drawer.selector.score(candidates.numpy(), codes)
    rejected = exact < ACCEPTED_SCORE
    assert 0.2 < rejected.mean() < 0.8
    assert ((approximate < 0) == rejected).mean() > 0.93
    assert pd.Series(exact[rejected]).corr(pd.Series(approximate[rejected]), method="spearman") > 0.8


def test_network_fits_scores_of_each_class():
    rng = torch.Generator().manual_seed(0)
    rows, codes = torch.randn((2_000, 2), generator=rng), torch.arange(2_000) % 2
    scores = 8 * rows[:, 0] * (1 - 2 * codes)  # of opposite sign in the two classes
    scorer = ScoreNetwork.fit(rows, codes, scores, torch.tensor([True, True]), rng)
    assert ((scorer.score(rows, codes) >= 0) == (scores >= ACCEPTED_SCORE)).float().mean() > 0.98


def test_rows_of_classes_without_scores_are_accepted():
    rng = torch.Generator().manual_seed(0)
    scorer = ScoreNetwork.fit(
        torch.zeros((9, 2)), torch.zeros(9, dtype=int), -torch.ones(9), torch.tensor([True, False]), rng
    )
    assert (scorer.score(torch.zeros((2, 2)), torch.tensor([0, 1])) >= 0).tolist() == [False, True]


@pytest.mark.parametrize("n_candidates", [2, 3, 6])
def test_candidates_drawn_one_by_one_have_the_distribution_of_the_first_accepted(
    make_sampler, overlapping, n_candidates
):
    drawer = drawer_of(make_sampler(generator="residual").fit(*overlapping), n_candidates=n_candidates)
    single = first_features(drawer, 20_000, None)
    accepted = first_features(drawer, 20_000, FirstFeature(accepted_above := np.quantile(single, 0.6)))
    assert (accepted < accepted_above).mean() == pytest.approx(0.6**n_candidates, abs=0.02)
    inside = [np.quantile(rows[rows >= accepted_above], [0.25, 0.5, 0.75]) for rows in (single, accepted)]
    np.testing.assert_allclose(*inside, atol=0.04)


def test_without_an_accepted_candidate_the_best_is_returned(make_sampler, overlapping):
    drawer = drawer_of(make_sampler(generator="residual").fit(*overlapping), n_candidates=4)
    single, best = (first_features(drawer, 20_000, scorer) for scorer in (None, FirstFeature(accepted_above=100)))
    # The distribution function of the largest of 4 is the fourth power.
    np.testing.assert_allclose(
        np.quantile(best, [0.1, 0.5, 0.9]), np.quantile(single, [0.1**0.25, 0.5**0.25, 0.9**0.25]), atol=0.1
    )


def test_large_requests_keep_missing_rates_spikes_and_categories_of_a_class():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [900, 200])
    x = rng.normal(1.5 * y, 1)
    X = pd.DataFrame({"x": x, "spike": np.where(rng.random(1100) < 0.4 - 0.2 * y, 0, x + rng.uniform(1, 2, 1100))})
    X["missing"] = np.where(rng.random(1100) < 0.1 + 0.2 * y, np.nan, -x)
    X["category"] = np.where(rng.random(1100) < 0.7, "a", np.where(rng.random(1100) < 0.6, "b", "c"))
    rows = GANOversampler(generator="residual", max_steps=50, random_state=0).fit(X, y).sample(MANY_ROWS + 1, y=1)
    real = X[y == 1]
    assert rows.missing.isna().mean() == pytest.approx(real.missing.isna().mean(), abs=0.015)
    assert (rows.spike == 0).mean() == pytest.approx((real.spike == 0).mean(), abs=0.03)
    for category in "abc":
        assert (rows.category == category).mean() == pytest.approx((real.category == category).mean(), abs=0.08)


def test_groups_of_a_class_keep_their_shares_in_large_requests():
    rng = np.random.default_rng(0)
    codes = np.repeat([0, 1], [2000, 150])
    group, centres = rng.choice(3, 2150, p=[0.7, 0.2, 0.1]), np.array([[4.0, 0], [-4, 0], [0, 4]])
    inside = centres[group] + rng.normal(scale=0.4, size=(2150, 2))
    matrix = np.where(codes[:, None] == 1, inside, rng.normal(scale=2, size=(2150, 2)))
    sampler = GANOversampler(generator="residual", max_steps=20, hidden_layer_sizes=(16,), random_state=0)
    drawn = sampler.fit(matrix, codes).sample(MANY_ROWS + 1, 1)
    closest = np.linalg.norm(drawn[:, None] - centres, axis=2).argmin(axis=1)
    assert np.bincount(closest) / len(drawn) == pytest.approx(np.bincount(group[codes == 1]) / 150, abs=0.06)


def test_no_array_but_the_result_grows_with_the_number_of_rows(make_sampler, mixed, all_are_many, monkeypatch):
    monkeypatch.setattr(many_rows, "CELLS_PER_CHUNK", 900)
    sampler = make_sampler(n_candidates=1).fit(*mixed)
    sizes, draw, decode = [], sampler.net_.draw, sampler._encoder.decode
    sampler.net_.draw = lambda *args, **kwargs: sizes.append((drawn := draw(*args, **kwargs)).rows.numel()) or drawn
    sampler._encoder.decode = lambda matrix, *others: sizes.append(matrix.size) or decode(matrix, *others)
    drawn, columns = sampler._draw(np.ones(300, dtype=int), with_parents=False)
    assert len(sizes) > 10 and max(sizes) <= 900
    assert drawn.rows.numel() == drawn.parents.numel() == drawn.weights.numel() == 0
    assert sampler._container.build(columns).shape == (300, 11)


def test_rows_come_in_the_order_of_the_request_with_their_parents(make_sampler, all_are_many, monkeypatch):
    monkeypatch.setattr(many_rows, "ROWS_PER_CHUNK", 7)
    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b", "c"], [80, 40, 35])
    X = rng.normal(scale=0.1, size=(155, 2)) + 10 * np.unique(y, return_inverse=True)[1][:, None]
    wanted = rng.choice(["a", "b", "c"], 60)
    sampler = make_sampler(generator="residual", learning_rate=1e-9).fit(X, y)
    rows, parents, weights = sampler.sample(y=wanted, return_parents=True)
    assert (np.array(["a", "b", "c"])[np.rint(rows[:, 0] / 10).astype(int)] == wanted).all()
    assert (y[parents] == wanted[:, None]).all() and weights.sum(axis=1) == pytest.approx(np.ones(60))
    np.testing.assert_allclose(np.einsum("ij,ijk->ik", weights, X[parents]), rows, atol=0.05)


@pytest.mark.parametrize("params", [{}, {"mode": "autoencoder"}, {"n_candidates": 1}])
def test_large_requests_are_reproducible(make_sampler, mixed, all_are_many, params, tmp_path):
    X, y = mixed[0], (mixed[0]["float"] > 0).astype(int)
    first, second = (make_sampler(**params).fit(X, y) for _ in range(2))
    pd.testing.assert_frame_equal(first.sample(40, y=1), second.sample(40, y=1))
    first.save(tmp_path / "sampler")
    copies = pickle.loads(pickle.dumps(first)), GANOversampler.load(tmp_path / "sampler"), second
    expected = first.sample(40, y=1)
    for copy in copies:
        pd.testing.assert_frame_equal(copy.sample(40, y=1), expected)


def test_fit_resample_of_many_rows_returns_the_real_rows_first(make_sampler, mixed, all_are_many):
    X, y = mixed
    sampler = make_sampler()
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    pd.testing.assert_frame_equal(X_resampled[:75], X)
    assert (y_resampled[75:] == "rare").all() and sampler.parents_.shape == (45, 6)
    assert sampler.synthetic_mask_.sum() == 45


@pytest.mark.parametrize("requested, n_candidates", [(1, 1), (2, 3)])
def test_no_network_is_fitted_without_selection(
    make_sampler, judged, all_are_many, monkeypatch, requested, n_candidates
):
    X, y = np.concatenate((judged[0], judged[0][:20])), np.append(judged[1], np.full(20, 2))
    sampler = make_sampler().fit(X, y).set_params(n_candidates=n_candidates)
    monkeypatch.delattr(ScoreNetwork, "fit")
    assert sampler.sample(30, y=requested).shape == (30, 5)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_sampler_stays_fitted_after_an_interrupted_large_request(
    make_sampler, judged, all_are_many, monkeypatch, error
):
    sampler = make_sampler().fit(*judged)
    with monkeypatch.context() as patch:
        patch.setattr(ManyRowDrawer, "_decode", lambda self, drawn, codes: (_ for _ in ()).throw(error))
        with pytest.raises(error):
            sampler.sample(30, y=1)
    assert sampler.sample(30, y=1).shape == (30, 5)


def test_candidates_of_a_row_have_the_pattern_of_the_first(make_sampler, monkeypatch):
    """Rows with the spike or a missing value are never accepted, but keep their shares."""
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [300, 100])
    x = np.where(rng.random(400) < 0.3, 0, rng.normal(5 + y, 1))
    X = pd.DataFrame({"x": x, "z": np.where(rng.random(400) < 0.2, np.nan, rng.normal(y, 1))})
    drawer = drawer_of(make_sampler(generator="residual", max_steps=100).fit(X, y), n_candidates=5)
    pattern = drawer.encoder.layout_.pattern

    class Pattern:
        def score(self, rows, codes):
            return rows[:, pattern].round() @ -torch.arange(1.0, len(pattern) + 1)

    shares = []
    for scorer in (None, Pattern()):
        with OwnTorchSettings("cpu"):
            rows = drawer._draw_one_by_one(torch.ones(20_000, dtype=torch.long), scorer).rows
        shares.append(rows[:, pattern].round().mean(dim=0))
    torch.testing.assert_close(*shares, atol=0.015, rtol=0)
