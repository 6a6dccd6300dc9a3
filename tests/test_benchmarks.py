"""The comparison's command: a folder of tables in, records and a summary out."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import __main__ as command
from benchmarks import methods
from benchmarks.datasets import Table, load_folder, load_sklearn
from benchmarks.protocol import METRICS, folds_of, run_fold
from benchmarks.statistics import paired_differences


@pytest.fixture
def folder(tmp_path):
    """A folder with a mixed table of two classes and a numeric one of three, the last with a class of two rows."""
    rng = np.random.default_rng(0)
    y = np.where(np.arange(80) < 64, "no", "yes")
    two = pd.DataFrame({"a": rng.normal(size=80) + (y == "yes"), "b": rng.choice(["u", "v", ""], 80), "target": y})
    y = np.repeat(["x", "y", "z"], [50, 28, 2])
    three = pd.DataFrame({"a": rng.normal(size=80), "b": rng.integers(0, 9, 80), "target": y})
    two.to_csv(tmp_path / "two.csv.gz", index=False)
    three.to_csv(tmp_path / "three.csv.gz", index=False)
    (tmp_path / "manifest.csv").write_text("name,n_classes,cat_cols,minority_label\ntwo,2,b,yes\nthree,3,,z\n")
    return tmp_path


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Train for a moment."""
    monkeypatch.setattr(
        methods.GANOversampler.__init__,
        "__kwdefaults__",
        {**methods.GANOversampler.__init__.__kwdefaults__, "max_steps": 2, "hidden_layer_sizes": (8,)},
    )


def arguments(folder, *more):
    return ["--data", str(folder), "--out", str(folder / "out.csv"), "--folds", "3", "--jobs", "1", *more]


def test_folder_is_read_as_its_manifest_says(folder):
    two, three = load_folder(folder)
    assert two.X.dtypes.astype(str).tolist() == ["float64", "category"]
    assert two.X["b"].isna().any()
    assert np.bincount(two.y).tolist() == [64, 16]
    assert np.bincount(three.y).tolist() == [50, 28, 2]


def test_large_tables_are_cut_and_rare_classes_are_not(folder):
    _, three = load_folder(folder, max_rows=40)
    assert len(three.y) == 40
    assert np.bincount(three.y)[2] == 2


def test_command_prints_means_and_paired_differences_and_goes_on_where_it_stopped(folder, capsys):
    command.main(arguments(folder, "--classifiers", "logistic", "tree", "--report", str(folder / "page.md")))
    records = pd.read_csv(folder / "out.csv")
    assert len(records) == 2 * 3 * 4 * 2
    assert np.isfinite(records[list(METRICS)]).all(axis=None)
    shown = capsys.readouterr().out
    assert "GANOversampler - SMOTE, all classifiers" in shown
    assert "GANOversampler - none, all classifiers" in shown
    assert "python -m benchmarks --data FOLDER" in (folder / "page.md").read_text()
    records.iloc[:-2].to_csv(folder / "out.csv", index=False)
    command.main(arguments(folder, "--classifiers", "logistic", "tree"))
    pd.testing.assert_frame_equal(
        pd.read_csv(folder / "out.csv").drop(columns="seconds"), records.drop(columns="seconds")
    )


def test_tables_of_scikit_learn_are_imbalanced():
    for table in load_sklearn():
        assert 0.01 < table.y.mean() < 0.2


@pytest.mark.parametrize("method", ["none", "random", "SMOTE"])
def test_perfect_ranking_scores_one(method):
    X = pd.DataFrame({"a": np.r_[np.zeros(40), np.ones(8)], "b": np.arange(48.0) % 5})
    table = Table("easy", "easy", X, np.repeat([0, 1], [40, 8]))
    fold, rows = 0, folds_of(table, 4, 1, 0)[0]
    (record,) = run_fold(table, fold, *rows, method, 0, classifiers=["tree"])
    assert [record[metric] for metric in METRICS] == [1, 1, 1, 1]


def test_smote_keeps_types_and_balances():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=40), "b": pd.Categorical(rng.choice(["u", "v"], 40))})
    y = np.repeat([0, 1, 2], [30, 9, 1])
    for columns in (["a"], ["b"], ["a", "b"]):
        X_resampled, y_resampled = methods.smote(X[columns], y, random_state=0)
        assert np.bincount(y_resampled).tolist() == [30, 30, 30]
        assert (X_resampled.dtypes == X[columns].dtypes).all()
        pd.testing.assert_frame_equal(X_resampled[:40], X[columns])


def test_paired_differences_count_a_family_once():
    records = pd.DataFrame(
        [
            {
                "method": method,
                "family": family,
                "table": table,
                "fold": 0,
                "classifier": "tree",
                **dict.fromkeys(METRICS, score),
            }
            for family, table, scores in (("f", "f1", (0.5, 0.7)), ("f", "f2", (0.5, 0.9)), ("g", "g1", (0.5, 0.4)))
            for method, score in zip(("SMOTE", "ours"), scores, strict=True)
        ]
    )
    result = paired_differences(records, "ours", "SMOTE")
    assert result.loc["AP", "difference"] == pytest.approx((0.3 - 0.1) / 2)
    assert result.loc["AP", ["wins", "of"]].tolist() == [1, 2]
