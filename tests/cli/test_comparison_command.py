"""The command `compare`: its output, options and errors."""

import functools
import io
import re
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import RandomOverSampler
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from sklearn_gan import compare_samplers
from sklearn_gan.__main__ import main
from sklearn_gan._cli import compare as command
from sklearn_gan._cli.table_features import TableFeatures

OPTIONS = ["--target", "fraud", "--cv", "2", "--repeats", "1", "--seed", "0"]


@pytest.fixture(autouse=True)
def calls(tmp_path, monkeypatch):
    """Run the test in an empty working directory, with quick samplers, and return the arguments of comparisons."""
    monkeypatch.chdir(tmp_path)
    calls = []

    @functools.wraps(compare_samplers)
    def compare(*args, **params):
        calls.append((*args, params))
        return compare_samplers(*args, samplers={"random": RandomOverSampler()}, scoring="roc_auc", **params)

    monkeypatch.setattr(command, "compare_samplers", compare)
    return calls


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    labels = np.repeat(["no", "yes"], [40, 10])
    numbers = rng.normal(size=50).round(2) + (labels == "yes")
    return pd.DataFrame(
        {
            "amount": np.where(rng.random(50) < 0.2, np.nan, numbers),
            "city": rng.choice(["Oslo", "Rome", None], 50),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 60, 50), unit="D"),
            "zip": rng.integers(0, 3, 50),
            "fraud": labels,
        }
    )


@pytest.mark.parametrize("classifier", ["boosting", "forest", "logistic"])
@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_comparison_is_printed_for_mixed_columns_with_missing_values(name, classifier, frame, capsys):
    frame.to_csv("in.csv", index=False)
    frame.to_parquet("in.parquet", index=False)
    assert main(["compare", name, *OPTIONS, "--classifier", classifier, "--categorical", "zip"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("2 methods on 2 folds of 50 rows: 40 of class no, 10 of class yes\n")
    assert re.search(r"^- roc_auc: .", shown.out, flags=re.MULTILINE)
    assert shown.err == f"{name}: 50 rows. Numeric: amount, day. Categorical: city, zip.\n"


def test_comparison_of_both_kinds_of_files_is_the_same(frame, capsys):
    frame.to_csv("in.csv", index=False)
    frame.to_parquet("in.parquet", index=False)
    shown = []
    for name in ("in.csv", "in.parquet"):
        main(["compare", name, *OPTIONS, "--categorical", "zip", "--classifier", "logistic", "--quiet"])
        shown.append(re.sub(r" +\d+\.\d$", "", capsys.readouterr().out, flags=re.MULTILINE))  # without seconds
    assert shown[0] == shown[1] and shown[0]


def test_options_are_passed_to_the_comparison(frame, calls):
    frame.to_csv("in.csv", index=False)
    main(["compare", "in.csv", "--target", "fraud", "--exclude", "city", "--cv", "3", "--random-state", "7", "--quiet"])
    classifier, X, y, params = calls[0]
    assert X.shape == (50, 3) and set(y) == {"no", "yes"}
    assert params == {"cv": 3, "n_repeats": 2, "n_jobs": 1, "random_state": 7, "verbose": 0}
    assert classifier[-1] is command.CLASSIFIERS["boosting"]


def test_integer_labels_are_integers(frame, calls):
    frame.assign(fraud=(frame.fraud == "yes").astype(int)).to_csv("in.csv", index=False)
    main(["compare", "in.csv", *OPTIONS])
    assert set(calls[0][2]) == {0, 1}
    assert command._as_integers(["01", "2"]) == ["01", "2"] and command._as_integers(["-1", "1"]) == [-1, 1]


def test_repeated_warnings_are_printed_once(frame, capsys, monkeypatch):
    class Warning(GaussianNB):
        def fit(self, X, y):
            warnings.warn(f"Expected rows, found {X[0]} in column 1. Pass more.", UserWarning, stacklevel=1)
            return super().fit(X, y)

    monkeypatch.setitem(command.CLASSIFIERS, "logistic", Warning())
    frame.to_csv("in.csv", index=False)
    main(["compare", "in.csv", *OPTIONS, "--classifier", "logistic", "--quiet"])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: Expected rows, found ") and line.endswith("in column 'city'. Pass more.")


def test_interruption_in_the_first_fold_exits_with_its_code(frame, capsys, monkeypatch):
    class Interrupted(LogisticRegression):
        def fit(self, X, y):
            raise KeyboardInterrupt

    monkeypatch.setitem(command.CLASSIFIERS, "logistic", Interrupted())
    frame.to_csv("in.csv", index=False)
    assert main(["compare", "in.csv", *OPTIONS, "--classifier", "logistic", "--quiet"]) == 130
    assert not capsys.readouterr().out


ERRORS = {
    "no file": (["none.csv"], "none.csv: no such file"),
    "kind": (["in.xlsx"], "in.xlsx: expected one of the extensions"),
    "column": (["in.csv", "--exclude", "citty"], "there is no column 'citty'; did you mean 'city'"),
    "folds": (["in.csv", "--cv", "20"], r"Expected at least 1 test row\(s\) of each class .* or change --cv"),
}


@pytest.mark.parametrize("arguments, pattern", ERRORS.values(), ids=ERRORS)
def test_error_is_one_line(arguments, pattern, frame, capsys):
    frame.to_csv("in.csv", index=False)
    assert main(["compare", *arguments, "--target", "fraud", "--quiet"]) == 1
    shown = capsys.readouterr()
    assert re.match(f"error: {pattern}", shown.err) and shown.err.count("\n") == 1 and not shown.out


def test_help_lists_the_command_and_its_classifiers(capsys):
    for arguments, shown in {("--help",): "compare", ("compare", "--help"): "boosting, forest, logistic"}.items():
        with pytest.raises(SystemExit):
            main(list(arguments))
        assert shown in capsys.readouterr().out


def test_unseen_category_has_no_feature():
    X = pd.DataFrame({"city": ["Oslo", "Rome", "Rome", None]})
    features = TableFeatures().fit(X)
    np.testing.assert_array_equal(features.transform(X)[:, :2].sum(axis=1), [1, 1, 1, 0])
    assert not features.transform(X.assign(city="Paris")).any()


def test_report_is_written(frame, capsys):
    frame.to_csv("in.csv", index=False)
    assert main(["compare", "in.csv", *OPTIONS, "--report", "report.html"]) == 0
    assert "<title>Comparison report</title>" in Path("report.html").read_text(encoding="utf-8")
    assert capsys.readouterr().out.startswith("2 methods on 2 folds")
    assert main(["compare", "in.csv", *OPTIONS, "--report", "report.html"]) == 1
    assert "--force" in capsys.readouterr().err


def test_standard_input_is_compared(frame, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(frame.to_csv(index=False).encode())))
    assert main(["compare", "-", *OPTIONS, "--classifier", "logistic"]) == 0
    shown = capsys.readouterr()
    assert "on 2 folds of 50 rows" in shown.out and shown.err.startswith("standard input: 50 rows")


def test_rows_without_a_class_are_left_out_on_request(frame, capsys):
    frame.assign(fraud=frame.fraud.where(frame.index > 1)).to_csv("in.csv", index=False)
    assert main(["compare", "in.csv", *OPTIONS, "--drop-unlabelled", "--classifier", "logistic"]) == 0
    shown = capsys.readouterr()
    assert "folds of 48 rows" in shown.out and "48 rows (2 more without a class are left out)" in shown.err


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_progress_is_shown_in_lines_without_a_terminal_unless_quiet(options, frame, monkeypatch, capsys):
    monkeypatch.setattr("sklearn_gan._runtime.progress_lines.INTERVAL", 0.001)
    frame.to_csv("in.csv", index=False)
    assert main(["compare", "in.csv", *OPTIONS, "--classifier", "logistic", *options]) == 0
    shown = capsys.readouterr().err
    assert bool(re.search(r"^comparing: \d of 4 fits$", shown, flags=re.MULTILINE)) != bool(options)
