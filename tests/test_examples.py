"""The examples of the gallery run, with few training steps."""

import re
import sys
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from sklearn_gan import ResampledClassifier

pytestmark = pytest.mark.usefixtures("quick_selection")
ROOT = Path(__file__).parents[1]
EXAMPLES = {path.stem: path.read_text() for path in sorted((ROOT / "examples").glob("*.py"))}
QUICK = {
    r"max_steps=\d+": "max_steps=2",
    r"n_estimators=\d+": "n_estimators=5",
    r"\bcv=\d+": "cv=2",
    r"range\(3\)": "range(1)",  # tables in averaging
    r"0\.8, 60\)": "0.8, 6)",  # thresholds
}


@cache
def run(name):
    """Run an example with few steps, and return its variables and the titles of its figures."""
    if name == "lightgbm_pipeline":
        pytest.importorskip("lightgbm")
    code = EXAMPLES[name]
    for pattern, quick in QUICK.items():
        code = re.sub(pattern, quick, code)
    plt.switch_backend("Agg")
    plt.close("all")  # other tests may leave figures open
    scope = {"__name__": name}
    exec(compile(code, name, "exec"), scope)
    titles = [title_of(plt.figure(number)) for number in plt.get_fignums()]
    plt.close("all")
    return scope, titles


def title_of(figure):
    """Return the titles from which the gallery makes the alternative text of a figure."""
    return ", ".join(filter(None, [figure.get_suptitle(), *(ax.get_title() for ax in figure.axes)]))


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_draw_titled_figures_and_print_little(name, capfd):
    _, titles = run(name)
    assert titles and all(len(title) > 20 for title in titles)
    out, err = capfd.readouterr()
    assert len(out.splitlines()) < 40 and not err


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_scripts_with_a_title_an_introduction_and_sections(name):
    _, title, underline, _, introduction = EXAMPLES[name].splitlines()[:5]
    assert underline == "=" * len(title) and introduction
    assert re.search(r"^# %%\n# .+\n# -+$", EXAMPLES[name], flags=re.MULTILINE)
    assert "__main__" not in EXAMPLES[name] and "savefig" not in EXAMPLES[name]


def test_the_gallery_orders_every_example(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs" / "_extensions")
    monkeypatch.delitem(sys.modules, "gallery", raising=False)
    import gallery

    assert sorted(gallery.ORDER) == sorted(EXAMPLES)


def test_pages_and_examples_link_to_examples_that_exist():
    pages = [path.read_text() for path in (ROOT / "docs").rglob("*.md")]
    linked = re.findall(r"gallery/(\w+)\.rst", "\n".join(pages))
    linked += re.findall(r":doc:`(\w+)`", "\n".join(EXAMPLES.values()))
    assert set(linked) <= {*EXAMPLES, "index"}


def test_first_pipeline_marks_the_synthetic_rows():
    scope, _ = run("first_pipeline")
    synthetic, n_real = scope["sampler"].synthetic_mask_, len(scope["X"])
    assert not synthetic[:n_real].any() and synthetic[n_real:].all()
    assert (scope["y_resampled"][n_real:] == 1).all()
    assert len(scope["scores"]) == 4


def test_mixed_types_keeps_original_rows_and_dtypes():
    scope, _ = run("mixed_types")
    X, X_resampled = scope["X"], scope["X_resampled"]
    assert (X.dtypes == X_resampled.dtypes).all() and scope["synthetic"]["income"].isna().any()
    pd.testing.assert_frame_equal(X_resampled.iloc[: len(X)], X)
    assert not (scope["synthetic"]["debt"] > scope["synthetic"]["income"]).any()


def test_multiclass_halves_the_gap_to_the_largest_class():
    scope, _ = run("multiclass")
    assert scope["halve_the_gap"](np.repeat(["a", "b", "c"], [100, 50, 11])) == {"a": 100, "b": 75, "c": 55}


def test_probabilities_are_calibrated_only_with_correction():
    scope, _ = run("calibrated_probabilities")
    share = scope["y"].mean()
    means = {name: result["mean probability"] for name, result in scope["results"].items()}
    assert means["ResampledClassifier"] == pytest.approx(share, rel=0.4)
    assert abs(means["ResampledClassifier"] - share) < abs(means["GANOversampler only"] - share)


def test_thresholds_of_the_example_are_the_class_prior_and_a_tuned_one():
    scope, _ = run("threshold")
    assert scope["resampled"].threshold_ == pytest.approx(scope["y"].mean())
    assert scope["tuned"].threshold_ > scope["resampled"].threshold_


def test_averaging_pools_as_the_classifier_does():
    scope, _ = run("averaging")
    X, X_test, y = scope["X"], scope["X_test"], scope["y"]
    fitted = ResampledClassifier(LogisticRegression(), scope["sampler"], correct_prior="analytic").fit(X, y)
    scores = np.mean([scope["mean_scores"](fitted, X_test, kind) for kind in ("resampled", "real")], axis=0)
    probabilities = fitted.predict_proba(X_test)
    relative = np.log(probabilities[:, 1] / probabilities[:, 0] * fitted.class_prior_[0] / fitted.class_prior_[1])
    np.testing.assert_allclose(scores, relative, atol=0.2)  # the resampled rows of a fold are not exactly balanced


def test_parents_are_real_rows_of_the_class():
    scope, _ = run("parents")
    parents, weights = scope["parents"], scope["weights"]
    known = parents >= 0
    assert (scope["y"][parents[known]] == "malignant").all()
    np.testing.assert_allclose(weights.sum(axis=1), known.any(axis=1), atol=1e-6)
    assert not weights[~known].any()


def test_bookings_break_relations_only_without_them():
    shares = run("bookings")[0]["shares"]
    assert not shares["GANOversampler"].any() and len(shares) == 5
    broken = shares["relations=None"][["arrival < departure", "departure = arrival + nights", "total = price + fee"]]
    assert (broken > 0).all() and not shares["SMOTE-NC"]["arrival < departure"]


def test_comparison_has_a_verdict_for_each_metric():
    comparison = run("comparison")[0]["comparison"]
    assert len(comparison.verdicts) == 3 and not comparison.failures


def test_dask_table_appends_one_synthetic_partition():
    scope, _ = run("dask_table")
    assert len(scope["partitions"]) == scope["X"].npartitions + 1
    assert scope["partitions"][-1]["fraud"].all()


def test_digits_are_balanced_and_in_range():
    scope, _ = run("digits")
    assert len(set(np.bincount(scope["y_resampled"])[[3, 5, 8]])) == 1
    assert scope["X_resampled"].min() >= 0 and scope["X_resampled"].max() <= 16
