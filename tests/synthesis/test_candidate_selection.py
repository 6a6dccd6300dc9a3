"""Candidate selection."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from sklearn_gan import GANOversampler
from sklearn_gan._synthesis import CandidateSelector
from sklearn_gan._synthesis.candidate_selection import FEWEST_ROWS, MAX_BINS, ColumnBins
from sklearn_gan._synthesis.sampling import _have_one_pattern


@pytest.fixture
def table():
    """Two classes on a line, class 1 above 0.5, and an uninformative column."""
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(300, 2)).astype(np.float32)
    return matrix, (matrix[:, 0] > 0.5).astype(int)


def candidates_on_the_line(positions):
    return np.stack([positions, np.zeros_like(positions)], axis=-1).astype(np.float32)


@pytest.mark.parametrize(
    "positions, code, selected",
    [
        ([-1.0, 0.4, 2.0], 1, 2),
        ([-1.0, 0.9, 2.0], 1, 1),
        ([2.0, 0.9, 0.1], 0, 2),
        ([-1.0, -0.5, -0.3], 0, 0),
    ],
)
def test_first_candidate_inside_its_class_is_selected(table, positions, code, selected):
    selector = CandidateSelector(*table, np.random.default_rng(0))
    rows = candidates_on_the_line(np.array([positions]))
    assert selector.select(rows, np.array([code])).tolist() == [selected]


def test_best_candidate_is_selected_if_none_is_inside_its_class(table):
    selector = CandidateSelector(*table, np.random.default_rng(0))
    rows = candidates_on_the_line(np.array([[-2.0, 0.45, -1.0]]))
    assert selector.select(rows, np.array([1])).tolist() == [1]


def test_ineligible_candidates_are_not_selected(table):
    selector = CandidateSelector(*table, np.random.default_rng(0))
    rows = candidates_on_the_line(np.array([[-1.0, 0.4, 2.0], [-1.0, 0.4, 2.0]]))
    eligible = np.array([[False, True, True], [True, False, False]])
    assert selector.select(rows, np.array([0, 1]), eligible).tolist() == [1, 0]


def test_rounding_errors_do_not_change_the_pattern_of_a_candidate():
    patterns = np.array([[[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]]], dtype=np.float32)
    patterns[0, 1, 0] = np.nextafter(np.float32(1), np.float32(0))
    assert _have_one_pattern(patterns, np.ones((1, 3), dtype=bool)).tolist() == [[True, True, False]]


def test_candidates_are_scored_for_the_class_of_their_group(table):
    selector = CandidateSelector(*table, np.random.default_rng(0))
    rows = candidates_on_the_line(np.array([[-1.0, 2.0], [-1.0, 2.0]]))
    assert selector.select(rows, np.array([0, 1])).tolist() == [0, 1]


def test_selection_multiplies_the_density_inside_the_class_by_a_constant(table):
    rng = np.random.default_rng(1)
    selector = CandidateSelector(*table, rng)
    positions = rng.normal(size=(20_000, 3))
    codes = np.ones(len(positions), dtype=int)
    selected = positions[np.arange(len(positions)), selector.select(candidates_on_the_line(positions), codes)]
    before, bins = np.histogram(positions, bins=np.linspace(-2, 2, 9), density=True)
    after, _ = np.histogram(selected, bins=bins, density=True)
    r = (positions <= 0.5).mean()
    assert after[bins[:-1] >= 0.5] / before[bins[:-1] >= 0.5] == pytest.approx((1 - r**3) / (1 - r), rel=0.1)
    assert (after[bins[1:] <= 0] < 0.8 * before[bins[1:] <= 0]).all()


def test_groups_of_a_class_keep_their_shares():
    rng = np.random.default_rng(0)
    codes = np.repeat([0, 1], [2000, 150])
    group = rng.choice(3, 2150, p=[0.7, 0.2, 0.1])
    centres = np.array([[4.0, 0], [-4, 0], [0, 4]])
    inside = centres[group] + rng.normal(scale=0.4, size=(2150, 2))
    matrix = np.where(codes[:, None] == 1, inside, rng.normal(scale=2, size=(2150, 2))).astype(np.float32)
    sampler = GANOversampler(generator="residual", max_steps=20, hidden_layer_sizes=(16,), random_state=0)
    drawn = sampler.fit(matrix, codes).sample(2000, 1)
    closest = np.linalg.norm(drawn[:, None] - centres, axis=2).argmin(axis=1)
    real = np.bincount(group[codes == 1]) / 150
    assert np.bincount(closest, minlength=3) / 2000 == pytest.approx(real, abs=0.06)


def test_scores_are_finite_for_certain_predictions(table):
    selector = CandidateSelector(*table, np.random.default_rng(0))
    assert np.isfinite(selector.score(candidates_on_the_line(np.array([-1e6, 1e6])), np.array([1, 1]))).all()


@pytest.mark.parametrize("name, limit", [("MAX_ROWS", 100), ("MAX_ROWS_OF_CLASS", 50)])
def test_classifiers_are_fitted_on_a_limited_number_of_rows(table, monkeypatch, name, limit):
    monkeypatch.setattr(f"sklearn_gan._synthesis.candidate_selection.{name}", limit)
    class_counts = []
    fit = RandomForestClassifier.fit
    monkeypatch.setattr(
        RandomForestClassifier, "fit", lambda self, X, y: (class_counts.append(np.bincount(y)), fit(self, X, y))[1]
    )
    CandidateSelector(*table, np.random.default_rng(0))
    assert class_counts[0].tolist() == [50, 50]


def test_more_candidates_move_rows_away_from_the_other_class(table):
    matrix, codes = table
    minority_side = []
    for n_candidates in (1, 2, 6):
        sampler = GANOversampler(n_candidates=n_candidates, max_steps=20, hidden_layer_sizes=(16,), random_state=0)
        minority_side.append((sampler.fit(matrix, codes).sample(400, 1)[:, 0] > 0.5).mean())
    assert minority_side[0] < minority_side[1] < minority_side[2]


def test_first_candidate_is_selected_for_small_classes():
    codes = np.repeat([0, 1, 2], [100, 50, FEWEST_ROWS - 1])
    matrix = np.random.default_rng(0).normal(4 * codes[:, None], size=(len(codes), 2)).astype(np.float32)
    selector = CandidateSelector(matrix, codes, np.random.default_rng(0))
    rows = np.array([[[0, 0], [4, 4], [8, 8]]] * 3, dtype=np.float32)
    assert selector.select(rows, np.array([0, 1, 2])).tolist() == [0, 1, 0]


def test_no_classifier_is_fitted_if_only_one_class_has_enough_rows(table, monkeypatch):
    matrix, codes = table
    few = np.append(np.flatnonzero(codes == 0), np.flatnonzero(codes == 1)[: FEWEST_ROWS - 1])
    monkeypatch.delattr("sklearn_gan._synthesis.candidate_selection._make_classifiers")
    selector = CandidateSelector(matrix[few], codes[few], np.random.default_rng(0))
    rows = candidates_on_the_line(np.array([[2.0, -1.0], [-1.0, 2.0]]))
    assert selector.select(rows, np.array([0, 1])).tolist() == [0, 0]


def test_bins_keep_the_order_of_values_and_hold_similar_numbers_of_rows():
    column = np.random.default_rng(0).lognormal(size=(10_000, 1)).astype(np.float32)
    binned = ColumnBins(column).transform(column)[:, 0]
    assert (np.diff(binned[column[:, 0].argsort()]) >= 0).all()
    counts = np.unique(binned, return_counts=True)[1]
    assert len(counts) == MAX_BINS
    assert counts.min() >= 0.9 * len(column) / MAX_BINS


def test_each_of_few_distinct_values_has_its_bin():
    column = np.repeat([-1.0, 0.0, 7.0], [1, 5000, 2])[:, None].astype(np.float32)
    assert np.unique(ColumnBins(column).transform(column)).tolist() == [0, 1, 2]


def test_unseen_values_fall_into_the_nearest_bin():
    bins = ColumnBins(np.array([[0.0], [1.0], [2.0]], dtype=np.float32))
    assert bins.transform(np.array([[-50.0], [0.9], [1e9]], dtype=np.float32)).ravel().tolist() == [0, 1, 2]


def test_boosting_never_bins_weighted_rows_itself(monkeypatch):
    matrix = np.random.default_rng(0).normal(size=(600, 3)).astype(np.float32)
    n_values = []
    fit = HistGradientBoostingClassifier.fit
    monkeypatch.setattr(
        HistGradientBoostingClassifier,
        "fit",
        lambda self, X, y: (n_values.append(max(len(np.unique(column)) for column in X.T)), fit(self, X, y))[1],
    )
    CandidateSelector(matrix, (matrix[:, 0] > 1).astype(int), np.random.default_rng(0))
    assert n_values == [MAX_BINS]
