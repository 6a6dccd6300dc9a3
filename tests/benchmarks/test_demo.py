"""The demo and its figures."""

from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks import demo, figures
from benchmarks.methods import METHODS

DIFFERENCES = pd.Series([0.1, -0.2, 0.4, 0.3, 0.0])


def test_interval_of_independent_differences_matches_student_t():
    mean, half = figures.corrected_interval(DIFFERENCES, test_to_train=0)
    expected = stats.ttest_1samp(DIFFERENCES, 0).confidence_interval()
    assert (mean - half, mean + half) == pytest.approx(tuple(expected))


def test_interval_widens_with_the_test_to_train_ratio():
    halves = [figures.corrected_interval(DIFFERENCES, ratio)[1] for ratio in (0, 1 / 4)]
    assert halves[1] / halves[0] == pytest.approx(np.sqrt((1 / 5 + 1 / 4) / (1 / 5)))


def test_differences_are_paired_by_task():
    values = {"GANOversampler": [0.5, 0.9], "SMOTE": [0.4, 0.8], "none": [0.5, 0.7]}
    runs = [
        demo.Run({"method": name, "task": task, "AP": value, "balanced accuracy": value}, X=None, classifier=None)
        for name, of_tasks in values.items()
        for task, value in enumerate(of_tasks)
    ]
    found = demo.paired_differences(runs)
    assert found.loc[("SMOTE", "AP")].tolist() == pytest.approx([0.1, 0], abs=1e-12)
    assert found.loc[("no resampling", "AP"), "mean"] == pytest.approx(0.1)


@pytest.mark.parametrize("make", demo.TABLES.values(), ids=demo.TABLES)
def test_tasks_have_few_rare_training_rows_and_many_rare_test_rows(make):
    for task in make():
        assert task.y.sum() == demo.N_RARE and task.y_test.sum() > 2 * demo.N_RARE
        assert len(task.X) == len(task.y) and len(task.X_test) == len(task.y_test)


@pytest.mark.parametrize("make", [demo.digits, demo.breast_cancer])
def test_training_and_test_rows_are_all_rows_of_the_table(make):
    sizes = {len(task.X) + len(task.X_test) for task in make()}
    task = next(make())
    assert len(sizes) == 1
    assert len(pd.concat((task.X, task.X_test)).drop_duplicates()) == sizes.pop()


def test_malignant_training_rows_are_disjoint():
    rare = pd.concat([task.X[task.y == 1] for task in demo.breast_cancer()])
    assert len(rare.drop_duplicates()) == len(rare)


def test_average_precision_is_weighted_to_the_training_prevalence():
    X = pd.DataFrame({"x": [0.0, 1.0]}).loc[[0] * 30 + [1] * 30].reset_index(drop=True)
    y = np.repeat([0, 1], 30)
    X_test, y_test = pd.DataFrame({"x": [0.5] * 40}), np.repeat([0, 1], [10, 30])
    task = demo.Task(X, y, X_test, y_test)
    assert demo.run("none", METHODS["none"], 0, task).record["AP"] == pytest.approx(0.5)  # 0.75 among the test rows


def test_demo_prints_differences_and_plots_the_moons(tmp_path, monkeypatch, capsys, quick_selection):
    monkeypatch.setitem(demo.TABLES, "digits", lambda: islice(demo.digits(), 2))
    monkeypatch.setitem(demo.TABLES, "breast cancer", lambda: islice(demo.breast_cancer(), 2))
    monkeypatch.setattr(demo, "N_RUNS", 2)
    demo.main(tmp_path / "moons.png", max_steps=2, n_jobs=1)
    shown = capsys.readouterr().out
    assert "GANOversampler(max_steps=2) minus each baseline" in shown
    assert "of 12 comparisons" in shown
    assert 10_000 < (tmp_path / "moons.png").stat().st_size < 150_000


def test_demo_counts_intervals_that_exclude_zero():
    rows = [("digits", "SMOTE", "AP"), ("digits", "SMOTE", "balanced accuracy"), ("moons", "SMOTE", "AP")]
    index = pd.MultiIndex.from_tuples(rows, names=["table", "compared with", "metric"])
    sentence = demo.conclude(pd.DataFrame({"mean": [0.1, -0.1, 0.1], "half": [0.05, 0.05, 0.2]}, index))
    assert "better in 1 of 3 comparisons and worse in 1" in sentence


def test_readme_figure_is_small():
    path = Path(__file__).parents[2] / "docs" / "images" / "plane.png"
    assert 10_000 < path.stat().st_size < 150_000
