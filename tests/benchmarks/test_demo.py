"""The demo and its figures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks import demo, figures
from benchmarks.datasets import load_sklearn

DIFFERENCES = pd.Series([0.1, -0.2, 0.4, 0.3, 0.0])


def test_interval_of_independent_differences_matches_student_t():
    mean, half = figures.corrected_interval(DIFFERENCES, test_to_train=0)
    expected = stats.ttest_1samp(DIFFERENCES, 0).confidence_interval()
    assert (mean - half, mean + half) == pytest.approx(tuple(expected))


def test_interval_widens_with_the_test_to_train_ratio():
    halves = [figures.corrected_interval(DIFFERENCES, ratio)[1] for ratio in (0, 1 / 4)]
    assert halves[1] / halves[0] == pytest.approx(np.sqrt((1 / 5 + 1 / 4) / (1 / 5)))


def test_differences_are_paired_by_fold():
    values = {"GANOversampler": [0.5, 0.9], "SMOTE": [0.4, 0.8], "none": [0.5, 0.7]}
    records = [
        {"method": name, "fold": fold, "AP": value, "balanced_accuracy": value}
        for name, of_folds in values.items()
        for fold, value in enumerate(of_folds)
    ]
    found = demo.paired_differences(pd.DataFrame(records), test_to_train=1)
    assert found.loc[("SMOTE", "AP")].tolist() == pytest.approx([0.1, 0], abs=1e-12)
    assert found.loc[("no resampling", "AP"), "mean"] == pytest.approx(0.1)


def test_demo_prints_differences_and_plots_the_moons(tmp_path, monkeypatch, capsys, quick_selection):
    monkeypatch.setattr(demo, "load_sklearn", lambda: list(load_sklearn())[-1:])
    monkeypatch.setattr(demo, "N_FOLDS", 2)
    monkeypatch.setattr(demo, "N_RUNS", 2)
    demo.main(tmp_path / "moons.png", max_steps=2, n_jobs=1)
    shown = capsys.readouterr().out
    assert "GANOversampler(max_steps=2) minus each baseline" in shown
    assert "of 4 comparisons on real tables" in shown and "of 4 on the moons" in shown
    assert 10_000 < (tmp_path / "moons.png").stat().st_size < 150_000


def test_demo_counts_intervals_that_exclude_zero():
    rows = [("iris", "SMOTE", "AP"), ("iris", "SMOTE", "balanced_accuracy"), ("moons", "SMOTE", "AP")]
    index = pd.MultiIndex.from_tuples(rows, names=["table", "compared with", "metric"])
    sentence = demo.conclude(pd.DataFrame({"mean": [0.1, -0.1, 0.1], "half": [0.05, 0.05, 0.2]}, index))
    assert "better in 1 of 2 comparisons on real tables and in 0 of 1 on the moons" in sentence
    assert "worse in 1 of 3" in sentence


def test_readme_figure_is_small():
    path = Path(__file__).parents[2] / "docs" / "images" / "plane.png"
    assert 10_000 < path.stat().st_size < 150_000
