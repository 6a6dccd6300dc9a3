"""The examples run, with few training steps."""

import importlib.util
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from sklearn_gan import GANOversampler, ResampledClassifier

pytestmark = pytest.mark.usefixtures("quick_selection")
FOLDER = Path(__file__).parents[1] / "examples"
LIST = (FOLDER.parent / "docs" / "examples.md").read_text()


@pytest.fixture(autouse=True)
def check_figures_are_closed():
    plt.switch_backend("Agg")
    before = plt.get_fignums()
    yield
    assert plt.get_fignums() == before


@pytest.fixture
def load():
    def load(name):
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def test_digits_example_balances_classes_and_saves_figure(load, tmp_path, capsys):
    X, y = load("digits").main(max_steps=2, path=tmp_path / "digits.png")
    assert (np.bincount(y) == 183).all() and X.shape[1] == 64
    assert X.min() >= 0 and X.max() <= 16
    assert (tmp_path / "digits.png").stat().st_size > 10_000
    assert "Images of the digit 8: 30 before resampling, 183 after." in capsys.readouterr().out


def test_displays_example_saves_figure(load, tmp_path):
    path = tmp_path / "displays.png"
    load("displays").main(max_steps=2, path=path)
    assert 10_000 < path.stat().st_size < 120_000


def test_first_pipeline_example_balances_and_marks_synthetic_rows(load, capsys):
    scores, X, y, synthetic = load("first_pipeline").main(max_steps=2, n_splits=2)
    assert len(scores) == 4 and (np.bincount(y) == 357).all()
    assert not synthetic[:387].any() and synthetic[387:].all() and len(X) == len(synthetic)
    assert y[synthetic].all()
    assert "All intermediate steps should be transformers" in capsys.readouterr().out


def test_mixed_types_example_keeps_original_rows_and_dtypes(load):
    X, X_resampled, y, report = load("mixed_types").main(max_steps=2, n_splits=2, n_rows=600)
    assert X.isna().any().sum() == 2 and (X.dtypes == X_resampled.dtypes).all()
    pd.testing.assert_frame_equal(X_resampled.iloc[: len(X)], X)
    assert np.ptp(np.bincount(y)) == 0
    assert [column.column for column in report.columns] == list(X)


def test_multiclass_example_recalls_match_confusion_matrices(load):
    y, recalls, confusions = load("multiclass").main(max_steps=2, n_splits=2, severe=60)
    counts = [(y == label).sum() for label in ("mild", "marked", "severe")]
    assert counts == [238, 162, 42]
    for name, confusion in confusions.items():
        np.testing.assert_array_equal(confusion.sum(axis=1), counts)
        np.testing.assert_allclose(recalls[name], confusion.diagonal() / counts)


def test_multiclass_example_halves_the_gap_to_the_largest_class(load):
    assert load("multiclass").halve_the_gap(np.repeat(["a", "b", "c"], [100, 50, 11])) == {"a": 100, "b": 75, "c": 55}


def test_probabilities_example_is_calibrated_only_with_correction(load, tmp_path):
    path = tmp_path / "calibration.png"
    y, results = load("calibrated_probabilities").main(max_steps=2, n_splits=2, n_rows=800, path=path)
    means = {name: mean for name, (mean, *_) in results.items()}
    assert means["ResampledClassifier"] == pytest.approx(y.mean(), rel=0.4)
    assert abs(means["ResampledClassifier"] - y.mean()) < abs(means["sampler only"] - y.mean())
    assert results["same, tuned threshold"][:3] == results["ResampledClassifier"][:3]
    assert 10_000 < path.stat().st_size < 100_000


def test_averaging_example_scores_every_weight(load, tmp_path):
    path = tmp_path / "averaging.png"
    found = load("averaging").main(max_steps=2, n_tables=1, path=path)
    assert all(len(values) == 11 for values in found.values())
    assert found["k-nearest neighbours"][5] > found["k-nearest neighbours"][10]
    assert 10_000 < path.stat().st_size < 100_000


def test_averaging_example_pools_as_the_classifier_does(load):
    example = load("averaging")
    X, X_test, y, _ = example.make_tables(0)
    sampler = GANOversampler(n_candidates=1, max_steps=2, random_state=0)
    fitted = ResampledClassifier(LogisticRegression(), sampler, correct_prior="analytic").fit(X, y)
    scores = np.mean([example.mean_scores(fitted, X_test, kind) for kind in ("resampled", "real")], axis=0)
    probabilities = fitted.predict_proba(X_test)
    relative = np.log(probabilities[:, 1] / probabilities[:, 0] * fitted.class_prior_[0] / fitted.class_prior_[1])
    np.testing.assert_allclose(scores, relative, atol=0.2)  # the resampled rows of a fold are not exactly balanced


def test_grid_search_example_lists_candidates_best_first(load):
    search, table = load("grid_search").main(max_steps=2, n_splits=2, n_rows=400)
    assert len(table) == 7 and search.best_params_ in search.cv_results_["params"]
    assert table["mean_test_score"].is_monotonic_decreasing
    assert table["mean_test_score"].iloc[0] == round(search.best_score_, 3)
    assert set(table["mode"].dropna()) == {"gan", "autoencoder"} and table["mode"].isna().sum() == 1


def test_parents_example_returns_parents_of_the_class(load, tmp_path, capsys):
    path = tmp_path / "parents.png"
    y, generated, parents, weights = load("parents").main(max_steps=2, n_samples=50, path=path)
    known = parents >= 0
    assert (y[parents[known]] == "malignant").all() and len(generated) == 50
    np.testing.assert_allclose(weights.sum(axis=1), known.any(axis=1), atol=1e-6)
    assert not weights[~known].any()
    assert 10_000 < path.stat().st_size < 100_000
    assert "mean radius" in capsys.readouterr().out


def test_bookings_example_breaks_relations_only_without_them(load, tmp_path, capsys):
    path = tmp_path / "bookings.png"
    X, samples, shares = load("bookings").main(max_steps=2, n_rows=600, path=path)
    assert not shares["GANOversampler"].any() and len(shares) == 5
    broken = shares["relations=None"][["arrival < departure", "departure = arrival + nights", "total = price + fee"]]
    assert (broken > 0).all() and not shares["SMOTE-NC"]["arrival < departure"]
    assert all(list(rows) == list(X) and len(rows) > 400 for rows in samples.values())
    assert 10_000 < path.stat().st_size < 100_000
    assert "Sum(total='departure', parts=['arrival', 'nights'], support=600)" in capsys.readouterr().out


def test_comparison_example_has_a_verdict_for_each_metric(load, tmp_path, capsys):
    path = tmp_path / "comparison.png"
    comparison = load("comparison").main(max_steps=2, cv=2, n_repeats=1, path=path)
    assert len(comparison.verdicts) == 3 and len(comparison.methods) == 5 and not comparison.failures
    assert 5_000 < path.stat().st_size < 100_000
    assert "Recommended for average_precision: " in capsys.readouterr().out


def test_report_example_prints_two_summaries_and_writes_the_page(load, tmp_path, capsys):
    path = tmp_path / "report.html"
    reports = load("report").main(max_steps=2, min_distance=0.1, path=path)
    assert path.read_text(encoding="utf-8") == reports[0].to_html()
    assert len(capsys.readouterr().out.splitlines()) == 2 * (1 + 5)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_every_example_is_tested_listed_and_has_a_title(path):
    title, underline = path.read_text().splitlines()[1:3]
    assert f'load("{path.stem}").main(' in Path(__file__).read_text()
    assert underline == "=" * len(title)
    assert f"\n- [{path.name}](../examples/{path.name}): " in LIST
