"""Comparisons: the same folds for all methods, nothing fitted outside them, failures and interruptions."""

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE, RandomOverSampler
from joblib import parallel_config
from numpy.testing import assert_array_equal
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_gan import GANOversampler, Pipeline, ResampledClassifier, compare_samplers
from sklearn_gan._comparison.folds import LabelledTable
from sklearn_gan._comparison.methods import class_weight_of, make_methods
from sklearn_gan._comparison.scoring import brier_score

from .conftest import Failing, Interrupted, Recorder, RecordingSampler


@pytest.fixture
def identified(table):
    """The table, with the number of each row as its first column."""
    return np.column_stack((np.arange(90), table[0])), table[1]


@pytest.fixture
def preprocessed():
    """A logistic regression with preprocessing for mixed columns and missing values."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include=object)),
    )
    return make_pipeline(columns, LogisticRegression())


def assert_equal_scores(first, second):
    assert first.scores.keys() == second.scores.keys()
    for key, scores in first.scores.items():
        assert scores.keys() == second.scores[key].keys()
        for name in scores:
            assert_array_equal(scores[name], second.scores[key][name])


# Folds


def test_all_methods_use_the_same_folds(compare, identified):
    compare(Recorder(), *identified, samplers={"sampler": RecordingSampler(), "again": Recorder()}, scoring="roc_auc")
    parts = [fitted | predicted for fitted, predicted in zip(Recorder.fitted, Recorder.predicted, strict=True)]
    assert all(part == set(range(90)) for part in parts)
    for i in range(0, 9, 3):  # fold by fold, all methods
        assert Recorder.fitted[i] == Recorder.fitted[i + 1] == Recorder.fitted[i + 2]


@pytest.mark.parametrize("scoring", ["roc_auc", "f1"])
def test_nothing_is_fitted_on_test_rows(scoring, compare, identified):
    """With a tuned threshold, each fold has a second fit on two thirds of its training rows."""
    compare(Recorder(), *identified, samplers={"sampler": RecordingSampler()}, scoring=scoring)
    n_fits = 2 if scoring == "f1" else 1
    for i in range(0, 6 * n_fits, n_fits):
        test = Recorder.predicted[i]
        assert all(fitted.isdisjoint(test) for fitted in Recorder.fitted[i : i + n_fits])
    resampled = RecordingSampler.resampled
    assert resampled == [Recorder.fitted[i + k] for i in range(n_fits, 6 * n_fits, 2 * n_fits) for k in range(n_fits)]


def test_thresholds_are_tuned_on_training_rows_that_were_not_fitted(compare, identified):
    compare(Recorder(), *identified, samplers={}, scoring="f1")
    for train, test, part, held_out in zip(
        Recorder.fitted[::2], Recorder.predicted[::2], Recorder.fitted[1::2], Recorder.predicted[1::2], strict=True
    ):
        assert part | held_out == train and part.isdisjoint(held_out) and held_out.isdisjoint(test)
        assert len(held_out) == pytest.approx(len(train) / 3, abs=2)


def test_number_of_folds_and_ratio_of_rows(compare):
    comparison = compare(n_repeats=2, scoring="roc_auc")
    assert comparison.n_folds == 6 and comparison.test_ratio == pytest.approx(1 / 2)
    comparison = compare(cv=StratifiedKFold(5), scoring="roc_auc")
    assert comparison.n_folds == 5 and comparison.test_ratio == pytest.approx(1 / 4)


def test_folds_may_be_masks(compare, table):
    is_test = np.arange(90) % 3 == 0
    folds = [(~is_test, is_test), (is_test, ~is_test)]
    positions = [tuple(map(np.flatnonzero, fold)) for fold in folds]
    assert_equal_scores(*(compare(cv=cv, scoring="roc_auc") for cv in (folds, positions)))


# Scores


def test_scores_of_two_classes_are_those_of_scikit_learn(compare, table):
    X, y = table
    folds = list(StratifiedKFold(3).split(X, y))
    scoring = ["average_precision", "neg_brier_score", "f1"]
    found = compare(cv=folds, samplers={}, scoring=scoring).scores
    for i, (train, test) in enumerate(folds):
        classifier = GaussianNB().fit(X[train], y[train])
        probabilities, targets = classifier.predict_proba(X[test])[:, 1], y[test] == "yes"
        expected = {
            ("average_precision", None): average_precision_score(targets, probabilities),
            ("neg_brier_score", None): -brier_score_loss(targets, probabilities),
            ("f1", "predicted"): f1_score(y[test], classifier.predict(X[test]), pos_label="yes"),
        }
        assert {key: found[key]["no resampling"][i] for key in expected} == pytest.approx(expected)


def test_the_rarer_class_is_positive(compare, table):
    renamed = np.where(table[1] == "yes", "a", "b")  # the rarer class comes first
    scoring = ["precision", "average_precision"]
    assert_equal_scores(compare(y=renamed, scoring=scoring), compare(scoring=scoring))


def test_several_classes_use_means_over_classes(compare, table):
    X, y = table[0], np.repeat(["a", "b", "c"], [50, 25, 15])
    folds = list(StratifiedKFold(3).split(X, y))
    scoring = ["average_precision", "roc_auc", "f1", "balanced_accuracy", "neg_brier_score", "neg_log_loss"]
    comparison = compare(y=y, cv=folds, scoring=scoring)
    assert [threshold for _, threshold in comparison.scores] == [None, None, "predicted", "predicted", None, None]
    train, test = folds[0]
    classifier = GaussianNB().fit(X[train], y[train])
    expected = f1_score(y[test], classifier.predict(X[test]), average="macro")
    assert comparison.scores["f1", "predicted"]["no resampling"][0] == pytest.approx(expected)
    one_vs_rest = [
        average_precision_score(y[test] == label, column)
        for label, column in zip("abc", classifier.predict_proba(X[test]).T, strict=True)
    ]
    found = comparison.scores["average_precision", None]["no resampling"][0]
    assert found == pytest.approx(np.mean(one_vs_rest))


def test_brier_score_of_two_classes_is_that_of_scikit_learn():
    y, p = np.array([0, 1, 1]), np.array([0.2, 0.6, 0.9])
    assert brier_score(y, np.column_stack((1 - p, p))) == pytest.approx(brier_score_loss(y, p))


def test_moved_threshold_is_not_mistaken_for_better_rows(compare):
    """Weights move the threshold of this classifier and change little else."""
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [270, 30])
    X = rng.normal(size=(300, 1)).round(1) + 1.5 * y[:, None]
    comparison = compare(
        LogisticRegression(), X, y, samplers={"weights": "balanced"}, cv=5, scoring="balanced_accuracy"
    )
    predicted, tuned = (comparison.scores["balanced_accuracy", threshold] for threshold in ("predicted", "tuned"))
    assert (predicted["weights"] - predicted["no resampling"]).mean() > 0.1
    assert abs((tuned["weights"] - tuned["no resampling"]).mean()) < 0.03
    assert comparison.verdicts[0].method == "no resampling"


def test_same_random_state_gives_the_same_scores(compare):
    tree = DecisionTreeClassifier(max_features=1)
    assert_equal_scores(compare(tree), compare(tree))
    first, second = (compare(tree, scoring="roc_auc", random_state=seed) for seed in (0, 1))
    assert (first.scores["roc_auc", None]["random"] != second.scores["roc_auc", None]["random"]).any()


@pytest.mark.parametrize("backend", ["threading", pytest.param("loky", marks=pytest.mark.stress)])
def test_scores_do_not_depend_on_the_number_of_jobs(backend, compare):
    tree = DecisionTreeClassifier(max_features=1)
    with parallel_config(backend):
        assert_equal_scores(*(compare(tree, n_jobs=n_jobs, scoring="roc_auc") for n_jobs in (1, 2)))


def test_seeds_of_estimators_are_kept(compare):
    tree = DecisionTreeClassifier(max_features=1, random_state=3)
    folds = list(StratifiedKFold(3).split(np.zeros(90), np.repeat([0, 1], [72, 18])))
    first, second = (compare(tree, cv=folds, scoring="roc_auc", samplers={}, random_state=seed) for seed in (0, 1))
    assert_array_equal(*(result.scores["roc_auc", None]["no resampling"] for result in (first, second)))


# Methods


def test_default_methods_from_the_simplest_to_the_most_complex():
    names = ["no resampling", "class weights", "SMOTE", "GANOversampler", "ResampledClassifier"]
    assert [method.name for method in make_methods(LogisticRegression(), "default")] == names
    assert [method.name for method in make_methods(GaussianNB(), "default")] == [names[0], *names[2:]]
    balanced = LogisticRegression(class_weight="balanced")
    assert [method.name for method in make_methods(balanced, "default")] == [names[0], *names[2:]]


def test_methods_are_ordered_by_simplicity():
    samplers = {"ensemble": ResampledClassifier(GaussianNB()), "gan": GANOversampler(), "b": SMOTE(), "a": SMOTE()}
    methods = make_methods(LogisticRegression(), samplers | {"weights": "balanced", "plain": None})
    assert [method.name for method in methods] == ["plain", "weights", "b", "a", "gan", "ensemble"]


def test_class_weights_reach_the_last_step(preprocessed):
    assert class_weight_of(preprocessed) == "logisticregression__class_weight"
    nested = make_pipeline(StandardScaler(), preprocessed)
    assert class_weight_of(nested) == "pipeline__logisticregression__class_weight"
    method = make_methods(nested, {"weights": "balanced"})[1]
    assert method.estimator[-1][-1].class_weight == "balanced" and preprocessed[-1].class_weight is None
    assert class_weight_of(make_pipeline(StandardScaler(), GaussianNB())) is None


def test_pipeline_with_mixed_columns_and_missing_values(mixed, preprocessed, make_sampler):
    X, y = mixed
    X = X[["float", "float_missing", "int"]].assign(string=X["string_missing"].astype(object))
    samplers = {"weights": "balanced", "gan": make_sampler(), "SMOTE": make_methods(GaussianNB(), "default")[1]}
    samplers["SMOTE"] = samplers["SMOTE"].estimator["sampler"]
    samplers["ensemble"] = ResampledClassifier(preprocessed, make_sampler(n_candidates=1), ensemble=False)
    comparison = compare_samplers(
        preprocessed, X, y, samplers=samplers, cv=2, n_repeats=1, scoring="roc_auc", random_state=0
    )
    assert not comparison.failures
    assert comparison.methods == ["no resampling", "weights", "SMOTE", "gan", "ensemble"]
    assert comparison.class_counts == {"common": 60, "rare": 15}


def test_table_may_be_of_any_library(mixed, in_library):
    X, y = mixed[0][["float", "int"]], mixed[1]
    options = {"samplers": {"SMOTE": make_methods(GaussianNB(), "default")[1].estimator["sampler"]}, "cv": 2}
    options |= {"scoring": "roc_auc", "random_state": 0}
    expected = compare_samplers(GaussianNB(), X, y, **options)
    assert not expected.failures
    assert_equal_scores(compare_samplers(GaussianNB(), in_library(X), y, **options), expected)


# Failures and interruptions


def test_failing_method_is_reported_and_the_others_are_compared(compare):
    comparison = compare(
        samplers={"random": RandomOverSampler(), "bad": Failing(), "greedy": SMOTE(k_neighbors=50)}, scoring="roc_auc"
    )
    assert comparison.methods == ["no resampling", "random"]
    assert comparison.failures["bad"] == "ValueError: no <luck>" and "n_neighbors = 51" in comparison.failures["greedy"]
    assert "bad failed: ValueError: no <luck>" in repr(comparison)
    frame = comparison.to_frame()
    failed = frame[frame.method == "bad"]
    assert len(failed) == 1 and failed["mean"].isna().all() and (failed.failure == "ValueError: no <luck>").all()
    assert {verdict.method for verdict in comparison.verdicts} <= {"no resampling", "random"}


def test_errors_of_the_classifier_itself_are_raised(compare):
    class Unfitting(GaussianNB):
        def fit(self, X, y):
            raise ValueError("cannot fit")

    with pytest.raises(ValueError, match="cannot fit"):
        compare(Unfitting())


@pytest.mark.parametrize(
    "n_jobs, backend", [(1, "loky"), (2, "threading"), pytest.param(2, "loky", marks=pytest.mark.stress)]
)
def test_warnings_that_folds_repeat_are_shown_once_at_the_call(n_jobs, backend, compare, make_sampler):
    """Each fold finds another number of codes."""
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.choice(np.unique(rng.integers(10_000, 99_999, 80)), 400) for _ in range(2)])
    y = np.repeat([0, 1], [340, 60])
    with pytest.warns(UserWarning, match="codes") as caught, parallel_config(backend):
        compare(X=X, y=y, samplers={"gan": make_sampler(max_steps=1)}, scoring="roc_auc", n_jobs=n_jobs)
    about_codes = [warning for warning in caught if "codes" in str(warning.message)]
    assert [re.search(r"column \d", str(warning.message))[0] for warning in about_codes] == ["column 0", "column 1"]
    assert all(warning.filename.endswith("conftest.py") for warning in about_codes)


def test_interrupted_comparison_returns_the_complete_folds(compare):
    expected = compare(scoring="roc_auc").scores["roc_auc", None]
    with pytest.warns(UserWarning, match="Expected 3 folds, got 2 complete ones before the interruption"):
        comparison = compare(samplers={"random": RandomOverSampler(), "slow": Interrupted(at=3)}, scoring="roc_auc")
    assert comparison.n_folds == 2
    found = comparison.scores["roc_auc", None]
    assert_array_equal(found["no resampling"], expected["no resampling"][:2])
    assert comparison.verdicts[0].text


def test_interruption_in_the_first_fold_is_raised(compare):
    with pytest.raises(KeyboardInterrupt):
        compare(samplers={"random": RandomOverSampler(), "slow": Interrupted(at=1)})


def test_single_complete_fold_supports_no_gain(compare):
    with pytest.warns(UserWarning, match="got 1 complete"):
        comparison = compare(samplers={"slow": Interrupted(at=2)}, scoring="roc_auc")
    assert comparison.n_folds == 1 and comparison.verdicts[0].method == "no resampling"


# Results


def test_best_is_unfitted_and_follows_the_first_verdict(compare, table):
    comparison = compare(DummyClassifier(), samplers={"smart": GaussianNB()}, scoring="roc_auc", n_repeats=2)
    assert comparison.verdicts[0].method == "smart"
    best = comparison.best_
    assert type(best) is GaussianNB and not hasattr(best, "classes_") and best is not comparison.best_
    assert best.fit(*table).score(*table) > 0.7


def test_frame_has_a_row_per_method_metric_and_threshold(compare):
    frame = compare(scoring=["roc_auc", "f1"]).to_frame()
    assert len(frame) == 2 * 3
    row = frame[(frame.method == "random") & (frame.metric == "roc_auc")].iloc[0]
    assert row.low <= row.difference <= row.high
    assert row.p_better + row.p_equivalent + row.p_worse == pytest.approx(1)
    assert frame[frame.method == "no resampling"].difference.isna().all()
    assert set(frame[frame.metric == "f1"].threshold) == {"predicted", "tuned"}


def test_frame_uses_the_library_of_the_table(compare, table, in_library, as_pandas):
    X = pd.DataFrame(table[0], columns=list("abc"))
    frame = compare(X=in_library(X), samplers={"b": GaussianNB()}, scoring="roc_auc").to_frame()
    assert type(frame) is type(in_library(X))
    assert list(as_pandas(frame).method) == ["no resampling", "b"]


def test_text_shows_means_verdicts_and_class_counts(compare):
    text = repr(compare(scoring=["roc_auc", "f1"]))
    assert text.startswith("2 methods on 3 folds of 90 rows: 72 of class no, 18 of class yes\n")
    assert re.search(r"^random +0\.\d{3} +0\.\d{3} +0\.\d{3} +\d\.\d$", text, flags=re.MULTILINE)
    assert re.search(r"^- roc_auc: .", text, flags=re.MULTILINE) and "- f1 (tuned threshold): " in text


def test_html_shows_names_and_messages_as_text(compare):
    html = compare(samplers={"<b>&": RandomOverSampler(), "<i>": Failing()}, scoring="roc_auc")._repr_html_()
    assert "<b>" not in html and "<i>" not in html and "<luck>" not in html
    assert "&lt;b&gt;&amp;" in html and "no &lt;luck&gt;" in html


def test_html_is_two_captioned_tables(compare):
    root = ElementTree.fromstring(compare(scoring=["roc_auc", "f1"])._repr_html_())
    means, verdicts = root.findall("table")
    assert all(table.find("caption").text for table in (means, verdicts))
    headings = [[cell.text for cell in table.iter("th") if cell.get("scope") == "col"] for table in (means, verdicts)]
    assert headings == [["method", "roc auc", "f1 predicted", "f1 tuned", "seconds"], ["metric", "verdict"]]
    names = [[cell.text for cell in table.iter("th") if cell.get("scope") == "row"] for table in (means, verdicts)]
    assert names == [["no resampling", "random"], ["roc_auc", "f1 (tuned threshold)"]]


def test_progress_bar_is_shown_on_request(compare, capsys):
    compare(scoring="roc_auc", verbose=1)
    assert "6/6" in capsys.readouterr().err
    compare(scoring="roc_auc")
    assert not capsys.readouterr().err


def test_labels_are_indexed_with_the_rarer_of_two_classes_last():
    table = LabelledTable.of(np.zeros((5, 1)), np.array(["a", "a", "b", "b", "b"]))
    assert table.labels.tolist() == ["b", "a"] and table.codes.tolist() == [1, 1, 0, 0, 0]
    table = LabelledTable.of(np.zeros((4, 1)), np.array([3, 1, 2, 2]))
    assert table.codes.tolist() == [2, 0, 1, 1]


@pytest.mark.usefixtures("quick_selection")
def test_default_comparison_runs_on_boosting(numbers, monkeypatch):
    monkeypatch.setitem(GANOversampler.__init__.__kwdefaults__, "max_steps", 2)
    X, y = numbers
    boosting = HistGradientBoostingClassifier(max_iter=2, random_state=0)
    comparison = compare_samplers(boosting, X, y, cv=2, n_repeats=1, scoring="average_precision", random_state=0)
    assert not comparison.failures
    assert comparison.methods == ["no resampling", "class weights", "SMOTE", "GANOversampler", "ResampledClassifier"]
    assert type(make_methods(boosting, "default")[2].estimator) is Pipeline
