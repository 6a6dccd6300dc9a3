"""ResampledClassifier: predictions, members, folds, and use inside other estimators."""

import pickle

import numpy as np
import pandas as pd
import pytest
from imblearn import FunctionSampler
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler, TomekLinks
from matplotlib import pyplot as plt
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV, CalibrationDisplay
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import RFE, SelectFromModel
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    f1_score,
    make_scorer,
    recall_score,
    roc_auc_score,
)
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    StratifiedKFold,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_val_score,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from sklearn_gan import GANOversampler, ResampledClassifier

from .recording import SINGLE, Recorder, oversampled

THREE = make_classification(600, n_classes=3, n_informative=4, weights=[0.8, 0.15, 0.05], random_state=0)


@pytest.fixture(scope="module")
def large():
    """1,500 training rows and 6,000 test rows, 6% of them in class 1."""
    params = {"n_features": 8, "n_informative": 5, "weights": [0.95], "flip_y": 0.02, "class_sep": 0.7}
    X, y = make_classification(7500, random_state=0, **params)
    return X[:1500], y[:1500], X[1500:], y[1500:]


# Predictions


@pytest.mark.parametrize("classifier", [LogisticRegression(), RandomForestClassifier(20, random_state=0), GaussianNB()])
@pytest.mark.parametrize("n_folds", [2, 5])
def test_mean_probability_is_class_share_with_smote(large, classifier, n_folds):
    X, y, X_test, y_test = large
    found = ResampledClassifier(classifier, SMOTE(random_state=0), cv=n_folds).fit(X, y)
    assert found.predict_proba(X_test)[:, 1].mean() == pytest.approx(y_test.mean(), rel=0.2)


@pytest.mark.parametrize("classifier", [LogisticRegression(), RandomForestClassifier(20, random_state=0)])
def test_mean_probability_is_class_share_with_gan(large, make_sampler, classifier):
    X, y, X_test, y_test = large
    sampler = make_sampler(max_steps=60, hidden_layer_sizes=(32,), learning_rate=5e-3)
    found = ResampledClassifier(classifier, sampler).fit(X, y)
    assert found.predict_proba(X_test)[:, 1].mean() == pytest.approx(y_test.mean(), rel=0.35)


@pytest.mark.parametrize("sampler", [RandomOverSampler(random_state=0), RandomUnderSampler(random_state=0)])
@pytest.mark.parametrize("correct_prior", [True, "analytic"])
def test_mean_probability_is_class_share_with_real_rows(rare, sampler, correct_prior):
    X, y, X_test, y_test = rare
    found = ResampledClassifier(LogisticRegression(), sampler, correct_prior=correct_prior).fit(X, y)
    assert found.predict_proba(X_test)[:, 1].mean() == pytest.approx(y_test.mean(), abs=0.03)
    for params, lowest in (({"real_weight": 0}, 0.3), ({}, 0.15)):
        uncorrected = clone(found).set_params(correct_prior=False, **params).fit(X, y)
        assert uncorrected.predict_proba(X_test)[:, 1].mean() > lowest


@pytest.mark.parametrize("classifier", [DecisionTreeClassifier(random_state=0), GaussianNB(), LogisticRegression()])
def test_brier_score_is_not_worse_than_without_resampling(rare, classifier):
    X, y, X_test, y_test = rare
    plain = brier_score_loss(y_test, clone(classifier).fit(X, y).predict_proba(X_test)[:, 1])
    found = brier_score_loss(y_test, oversampled(classifier).fit(X, y).predict_proba(X_test)[:, 1])
    assert found <= plain + 0.002


def test_mean_probabilities_are_class_shares_with_several_classes():
    X, y = THREE
    found = oversampled(LogisticRegression(max_iter=1000)).fit(X, y)
    np.testing.assert_allclose(found.predict_proba(X).mean(axis=0), found.class_prior_, atol=0.03)
    np.testing.assert_allclose(found.class_prior_, np.bincount(y) / 600)
    np.testing.assert_allclose(np.exp(found.predict_log_proba(X)), found.predict_proba(X))


def test_single_classifier_decides_at_the_prior_as_on_balanced_rows(rare):
    X, y, X_test, _ = rare
    X_balanced, y_balanced = RandomOverSampler(random_state=0).fit_resample(X, y)
    expected = LogisticRegression().fit(X_balanced, y_balanced)
    for correct_prior in ("analytic", False):
        found = oversampled(LogisticRegression(), correct_prior=correct_prior, **SINGLE).fit(X, y)
        np.testing.assert_array_equal(found.predict(X_test), expected.predict(X_test))


@pytest.mark.parametrize("params", [{}, {"correct_prior": False}, {"correct_prior": "analytic"}, {"ensemble": False}])
def test_predict_compares_probabilities_with_the_prior(rare, params):
    X, y, X_test, _ = rare
    found = oversampled(LogisticRegression(), **params).fit(X, y)
    if found.correct_prior:
        assert found.threshold_ == found.class_prior_[1] == y.mean()
    np.testing.assert_array_equal(found.predict(X_test), found.predict_proba(X_test)[:, 1] > found.threshold_)
    np.testing.assert_array_equal(found.predict(X_test), found.decision_function(X_test) > 0)


def test_predict_compares_probabilities_with_priors_of_several_classes():
    X, y = THREE
    found = oversampled(LogisticRegression(max_iter=1000)).fit(X, y)
    np.testing.assert_array_equal(found.threshold_, found.class_prior_)
    ratios = found.predict_proba(X) / found.class_prior_
    np.testing.assert_array_equal(found.predict(X), ratios.argmax(axis=1))
    np.testing.assert_allclose(found.decision_function(X), np.log(ratios), atol=1e-9)


def test_decisions_at_the_prior_favour_balanced_accuracy(rare):
    X, y, X_test, y_test = rare
    scores = {
        threshold: balanced_accuracy_score(
            y_test, oversampled(LogisticRegression(), threshold=threshold).fit(X, y).predict(X_test)
        )
        for threshold in ("prior", 0.5)
    }
    assert scores["prior"] > scores[0.5] + 0.1


@pytest.mark.parametrize("correct_prior", [True, "analytic", False])
def test_threshold_is_on_the_scale_of_predict_proba(rare, correct_prior):
    X, y, X_test, _ = rare
    names = np.array(["common", "rare"])
    found = oversampled(LogisticRegression(), correct_prior=correct_prior, threshold=0.3).fit(X, names[y])
    expected = names[(found.predict_proba(X_test)[:, 1] > 0.3).astype(int)]
    np.testing.assert_array_equal(found.predict(X_test), expected)
    assert found.threshold_ == 0.3


def test_tuned_threshold_is_best_on_held_out_rows(rare):
    X, y, _, _ = rare
    # Real rows are not identified, so each fold is resampled, as in `cross_val_predict`.
    sampler = FunctionSampler(func=RandomOverSampler(random_state=0).fit_resample)
    params = SINGLE | {"correct_prior": False}
    found = ResampledClassifier(LogisticRegression(), sampler, threshold="tuned", **params).fit(X, y)
    plain = clone(found).set_params(threshold="prior")
    held_out = cross_val_predict(plain, X, y, cv=StratifiedKFold(5), method="predict_proba")[:, 1]
    scores = [balanced_accuracy_score(y, held_out >= t) for t in np.unique(held_out)]
    assert balanced_accuracy_score(y, held_out >= found.threshold_) > max(scores) - 0.003
    assert max(scores) > balanced_accuracy_score(y, held_out >= 0.5) + 0.003


def test_scoring_chooses_the_threshold(rare):
    X, y, X_test, y_test = rare
    scorers = ["accuracy", "balanced_accuracy", make_scorer(recall_score)]
    fits = [oversampled(LogisticRegression(), threshold="tuned", scoring=scoring).fit(X, y) for scoring in scorers]
    assert fits[0].threshold_ > fits[1].threshold_ > fits[2].threshold_
    accuracies = [accuracy_score(y_test, found.predict(X_test)) for found in fits]
    assert accuracies[0] > accuracies[1] > accuracies[2]


def test_unchanged_prior_is_not_corrected(rare):
    X, y, X_test, _ = rare
    params = SINGLE | {"correct_prior": "analytic"}
    found = ResampledClassifier(LogisticRegression(), TomekLinks(sampling_strategy=[]), **params).fit(X, y)
    expected = LogisticRegression().fit(X, y).predict_proba(X_test)
    np.testing.assert_allclose(found.predict_proba(X_test), expected, atol=2e-3)


# Members


def test_members_are_fitted_on_real_and_on_resampled_rows(recorder, rare):
    X, y, _, _ = rare
    found = oversampled(recorder).fit(X, y)
    assert len(Recorder.seen) == len(found.estimators_) == 10
    for name, classifier in zip(found.estimator_names_, found.estimators_, strict=True):
        n_rows, n_positive = len(classifier.record_["y"]), classifier.record_["y"].sum()
        assert n_rows == 640 if name == "real" else n_positive == n_rows / 2
    assert found.estimator_names_ == ["resampled"] * 5 + ["real"] * 5 and found.classifier_ is found.estimators_[0]


def test_each_fold_gets_its_own_draw(recorder, make_sampler, numbers):
    found = ResampledClassifier(recorder, make_sampler(generator="noise", n_candidates=1)).fit(*numbers)
    real = set(map(tuple, numbers[0]))
    draws = [
        {tuple(row) for row in classifier.record_["X"]} - real
        for name, classifier in zip(found.estimator_names_, found.estimators_, strict=True)
        if name == "resampled"
    ]
    assert len(draws) == 5 and all(len(draw) == 45 for draw in draws)
    assert len(set.union(*draws)) == 5 * 45


def test_weights_of_members_are_those_of_their_kind(rare):
    X, y, _, _ = rare
    for ensemble in (True, False):
        found = oversampled(LogisticRegression(), ensemble=ensemble, real_weight=0.3).fit(X, y)
        weights, names = found.estimator_weights_, np.array(found.estimator_names_)
        assert weights.sum() == pytest.approx(1) and weights[names == "real"].sum() == pytest.approx(0.3)
    found = oversampled(LogisticRegression(), real_weight=0).fit(X, y)
    assert set(found.estimator_names_) == {"resampled"}


def test_probabilities_are_the_logarithmic_pool_of_corrected_members(rare):
    X, y, X_test, _ = rare
    found = oversampled(LogisticRegression(), ensemble=False, real_weight=0.25, correct_prior="analytic").fit(X, y)
    resampled, real = (classifier.predict_proba(X_test) for classifier in found.estimators_)
    corrected = resampled * found.class_prior_ / 0.5
    expected = corrected**0.75 * real**0.25
    np.testing.assert_allclose(
        found.predict_proba(X_test), expected / expected.sum(axis=1, keepdims=True), rtol=0.05, atol=2e-3
    )


def test_ensemble_ranks_better_than_the_classifier_alone(large):
    X, y, X_test, y_test = large
    tree = DecisionTreeClassifier(random_state=0)
    alone = roc_auc_score(y_test, clone(tree).fit(X, y).predict_proba(X_test)[:, 1])
    for ensemble, gain in ((True, 0.1), (False, 0.01)):
        found = ResampledClassifier(tree, SMOTE(random_state=0), ensemble=ensemble).fit(X, y)
        assert roc_auc_score(y_test, found.predict_proba(X_test)[:, 1]) > alone + gain


def test_importances_and_coefficients_are_means_over_members(rare):
    X, y, _, _ = rare
    linear = oversampled(LogisticRegression(), real_weight=0.3).fit(X, y)
    for name in ("coef_", "intercept_"):
        values = [getattr(classifier, name) for classifier in linear.estimators_]
        expected = np.average(values, axis=0, weights=linear.estimator_weights_)
        np.testing.assert_allclose(getattr(linear, name), expected)
    assert not hasattr(linear, "feature_importances_")
    forest = oversampled(RandomForestClassifier(5, random_state=0))
    assert SelectFromModel(forest).fit(X, y).transform(X).shape[1] < X.shape[1]
    assert not hasattr(forest, "feature_importances_")
    assert RFE(oversampled(LogisticRegression()), n_features_to_select=3).fit(X, y).support_.sum() == 3


def test_default_sampler_does_not_select_candidates():
    assert ResampledClassifier(LogisticRegression())._sampler.n_candidates == 1


def test_repr_of_a_fitted_classifier_shows_its_threshold(rare):
    found = oversampled(LogisticRegression(), ensemble=False)
    assert "threshold_" not in repr(found)
    assert repr(found.fit(*rare[:2])).endswith(f" with threshold_={found.threshold_:.4} and 2 estimators_")


# Folds


@pytest.mark.parametrize(
    "sampler", [RandomOverSampler(random_state=0), RandomUnderSampler(random_state=0), SMOTE(random_state=0)]
)
def test_no_member_predicts_its_training_rows(recorder, rare, sampler):
    X, y, _, _ = rare
    ResampledClassifier(recorder, sampler).fit(X, y)
    assert len(Recorder.seen) == 10
    for record in Recorder.seen:
        assert not set(map(tuple, record["X"])) & set(map(tuple, record["predicted"][0]))
    predicted = np.concatenate([record["predicted"][0] for record in Recorder.seen])
    assert len(predicted) == 1600 and len(set(map(tuple, predicted))) == 800


def test_sampler_that_does_not_identify_real_rows_resamples_each_fold(recorder, rare):
    X, y, _, _ = rare
    passed = []

    def repeat(X, y):
        passed.append(X)
        return RandomOverSampler(random_state=0).fit_resample(X, y)

    ResampledClassifier(recorder, FunctionSampler(func=repeat, validate=False)).fit(X, y)
    assert [len(X) for X in passed] == [800] + [640] * 5
    for record in Recorder.seen:
        assert not set(map(tuple, record["X"])) & set(map(tuple, record["predicted"][0]))


def test_numbers_of_rows_are_scaled_to_the_fold(recorder, rare):
    X, y, _, _ = rare
    sampler = SMOTE(sampling_strategy={1: 400}, random_state=0)
    ResampledClassifier(recorder, sampler, **SINGLE).fit(X, y)
    n_rare = [int(record["y"].sum()) for record in Recorder.seen]
    assert n_rare == pytest.approx([320] * 5 + [400], abs=5)


def test_no_synthetic_row_of_a_fold_has_a_held_out_parent(recorder, judged):
    X, y = judged
    sampler = GANOversampler(generator="residual", max_steps=2, random_state=0, n_candidates=1)
    found = ResampledClassifier(recorder, sampler, real_weight=0).fit(X, y)
    drawer = clone(sampler).fit(X, y)  # the same draws
    parents_of = {}
    for i in range(5):
        if i == 0:
            generated, parents = drawer.fit_resample(X, y)[0][100:], drawer.parents_
        else:
            labels = np.repeat(drawer.classes_, [drawer.sampling_strategy_.get(c, 0) for c in drawer.classes_])
            generated, parents, _ = drawer.sample(y=labels, return_parents=True)
        parents_of |= dict(zip(map(tuple, generated), parents, strict=True))
    n_synthetic = 0
    for record in (classifier.record_ for classifier in found.estimators_):
        rows = {tuple(row) for row in record["X"]} & set(parents_of)
        held_out = set(map(tuple, record["predicted"][0]))
        assert not any(tuple(X[i]) in held_out for row in rows for i in parents_of[row])
        n_synthetic += len(rows)
    assert n_synthetic > 0


def test_fold_that_cannot_be_resampled_warns_and_all_rows_are_used(numbers):
    X, y = numbers[0][:66], numbers[1][:66]  # six rare rows; in folds, SMOTE has too few
    found = ResampledClassifier(LogisticRegression(), SMOTE(random_state=0))
    with pytest.warns(UserWarning, match="A fold could not be resampled and fitted"):
        found.fit(X, y)
    expected = clone(found).set_params(ensemble=False, correct_prior="analytic").fit(X, y)
    np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))
    with pytest.raises(ValueError, match="Expected folds that can be resampled and fitted"):
        found.set_params(threshold="tuned").fit(X, y)


@pytest.fixture
def grouped():
    """Rows in the order of their classes, so that each of three folds in this order lacks a class."""
    y = np.repeat([0, 1, 2], 20)
    return np.random.default_rng(0).normal(size=(60, 2)) + y[:, None], y


def test_decision_scores_are_only_averaged_if_each_fold_has_all_classes(grouped):
    X, y = grouped
    found = ResampledClassifier(LinearSVC(), RandomOverSampler(random_state=0), cv=KFold(3))
    with pytest.warns(UserWarning, match="A fold could not be .* got none of class"):
        found.fit(X, y)
    assert found.decision_function(X).shape == (60, 3) and set(found.predict(X)) == {0, 1, 2}


@pytest.mark.parametrize("wrap", [lambda classifier: classifier, lambda classifier: make_pipeline(classifier)])
def test_decision_scores_of_pairs_of_classes_are_refused(grouped, wrap):
    found = ResampledClassifier(wrap(SVC(decision_function_shape="ovo")), RandomOverSampler(random_state=0))
    with pytest.raises(ValueError, match="Expected a decision score for each of 3 classes"):
        found.fit(*grouped)
    X, y = grouped
    found.fit(X[:40], y[:40])  # two classes are a single pair


def test_coefficients_are_not_defined_if_a_fold_lacks_a_class(grouped):
    X, y = grouped
    found = ResampledClassifier(LogisticRegression(), RandomOverSampler(random_state=0), cv=KFold(3)).fit(X, y)
    assert found.predict_proba(X).shape == (60, 3)
    assert not hasattr(found, "coef_") and not hasattr(found, "intercept_")


@pytest.mark.parametrize("seed", range(5))
def test_undersampled_folds_of_tiny_classes_have_all_classes(numbers, seed):
    X, y = numbers[0][:62], numbers[1][:62]
    ResampledClassifier(LogisticRegression(), RandomUnderSampler(random_state=seed)).fit(X, y)


def test_sampler_is_fitted_once(recorder, make_sampler, numbers, monkeypatch):
    fits = []
    fit_resample = GANOversampler.fit_resample
    monkeypatch.setattr(GANOversampler, "fit_resample", lambda *args: fits.append(args) or fit_resample(*args))
    ResampledClassifier(recorder, make_sampler()).fit(*numbers)
    assert len(fits) == 1 and len(Recorder.seen) == 10


@pytest.mark.parametrize("params", [{"correct_prior": False}, {"correct_prior": "analytic"}, {"threshold": 0.5}])
def test_single_classifier_without_calibration_needs_no_folds(recorder, rare, params):
    oversampled(recorder, **{"correct_prior": False, **SINGLE, **params}).fit(*rare[:2])
    assert len(Recorder.seen) == 1


def test_folds_are_those_of_cv(recorder, rare):
    X, y, _, _ = rare
    oversampled(recorder, cv=3).fit(X, y)
    assert len(Recorder.seen) == 6
    for cv in ([(np.arange(400), np.arange(400, 800))], [(np.arange(800) < 400, np.arange(800) >= 400)]):
        oversampled(recorder, cv=cv).fit(X, y)
        np.testing.assert_array_equal(Recorder.seen[-1]["predicted"][0], X[400:])


def test_repeated_folds_count_no_more_than_single_ones(rare):
    X, y, X_test, _ = rare
    folds = list(StratifiedKFold(5).split(X, y))
    found = [oversampled(LogisticRegression(), cv=cv).fit(X, y).predict_proba(X_test) for cv in (folds, folds * 3)]
    np.testing.assert_allclose(*found, atol=1e-3)


def test_the_only_row_of_a_class_is_never_held_out(recorder, numbers):
    X, y = numbers[0][:61], numbers[1][:61]
    oversampled(recorder).fit(X, y)
    assert len(Recorder.seen) == 10
    assert all(record["y"].sum() > 0 for record in Recorder.seen)
    assert not any((X[60] == row).all() for record in Recorder.seen for row in record["predicted"][0])
    with pytest.raises(ValueError, match="at least 2 rows of each class to tune the threshold"):
        oversampled(recorder, threshold="tuned").fit(X, y)


@pytest.mark.stress  # `make test` checks this with GANOversampler, in test_reproducibility.py
def test_several_processes_find_what_one_finds(rare):
    X, y, X_test, _ = rare
    found = [oversampled(LogisticRegression(), n_jobs=n).fit(X, y).predict_proba(X_test) for n in (None, 2)]
    np.testing.assert_array_equal(*found)


# Use inside other estimators


@pytest.mark.parametrize(
    "wrap",
    [
        lambda found: make_pipeline(StandardScaler(), found),
        lambda found: StackingClassifier([("rare", found), ("bayes", GaussianNB())]),
        lambda found: VotingClassifier([("rare", found), ("bayes", GaussianNB())], voting="soft"),
        lambda found: CalibratedClassifierCV(found, cv=3),
        lambda found: TunedThresholdClassifierCV(found, cv=3),
    ],
)
def test_it_works_inside_other_estimators(make_sampler, rare, wrap):
    X, y, X_test, y_test = rare
    found = wrap(ResampledClassifier(LogisticRegression(), make_sampler(), cv=2)).fit(X[:400], y[:400])
    assert roc_auc_score(y_test, found.predict_proba(X_test)[:, 1]) > 0.6
    assert set(found.predict(X_test)) <= {0, 1}


def test_it_is_cross_validated(make_sampler, rare):
    X, y, _, _ = rare
    found = ResampledClassifier(LogisticRegression(), make_sampler(), cv=2)
    assert (cross_val_score(found, X, y, cv=2, scoring="average_precision") > y.mean()).all()


def test_it_is_searched_through_a_pipeline(make_sampler, judged):
    pipeline = make_pipeline(StandardScaler(), ResampledClassifier(LogisticRegression(), make_sampler()))
    pipeline.steps[-1] = ("clf", pipeline.steps[-1][1])
    grid = {"clf__sampler__max_steps": [1, 2], "clf__classifier__C": [0.1, 1]}
    search = GridSearchCV(pipeline, grid, cv=2, scoring="neg_brier_score").fit(*judged)
    assert search.best_estimator_["clf"].sampler_.max_steps == search.best_params_["clf__sampler__max_steps"]


def test_calibration_display_works(make_sampler, rare):
    X, y, X_test, y_test = rare
    found = ResampledClassifier(LogisticRegression(), make_sampler()).fit(X, y)
    display = CalibrationDisplay.from_estimator(found, X_test, y_test, n_bins=5)
    assert np.abs(display.prob_true - display.prob_pred).mean() < 0.25
    plt.close(display.figure_)


def test_default_sampler_is_the_gan(rare, monkeypatch, make_sampler):
    monkeypatch.setattr("sklearn_gan._estimators.classifier.GANOversampler", make_sampler)
    found = ResampledClassifier(LogisticRegression()).fit(*rare[:2])
    assert type(found.sampler_) is GANOversampler and found.sampler_.synthetic_mask_.sum() > 500


def assert_same_predictions(params, X, X_test, y, convert):
    classifier, X, y = LogisticRegression(max_iter=1000), X[:300], y[:300]
    found = ResampledClassifier(classifier, **params).fit(convert(X), y)
    expected = ResampledClassifier(classifier, **params).fit(X, y)
    np.testing.assert_allclose(found.predict_proba(convert(X_test)), expected.predict_proba(X_test), atol=1e-6)
    np.testing.assert_array_equal(found.predict(convert(X_test)), expected.predict(X_test))


def test_frames_of_all_libraries_give_the_same_predictions(make_sampler, rare, in_library):
    X, y, X_test, _ = rare
    params = {"sampler": make_sampler(), "threshold": "tuned"}
    assert_same_predictions(params, X, X_test, y, lambda X: in_library(pd.DataFrame(X).add_prefix("column_")))


@pytest.mark.parametrize("convert", [sparse.csc_matrix, sparse.coo_array, np.ndarray.tolist])
def test_sparse_tables_and_lists_give_the_same_predictions(make_sampler, rare, convert):
    X, y, X_test, _ = rare
    params = {"sampler": make_sampler(), "threshold": "tuned"}
    assert_same_predictions(params, np.maximum(X, 0), np.maximum(X_test, 0), y, convert)


def test_mixed_frames_with_missing_values(make_sampler, mixed):
    X, y = mixed
    X = X.astype({"string": "category", "string_missing": "category"})
    found = ResampledClassifier(HistGradientBoostingClassifier(max_iter=5), make_sampler()).fit(X, y)
    assert set(found.predict(X)) <= {"common", "rare"} and found.n_features_in_ == 11
    assert found.feature_names_in_.tolist() == X.columns.tolist()


def test_it_is_pickled_and_cloned(make_sampler, rare):
    X, y, X_test = rare[0][:300], rare[1][:300], rare[2]
    found = ResampledClassifier(LogisticRegression(), make_sampler(), threshold="tuned").fit(X, y)
    expected = found.predict_proba(X_test)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(found)).predict_proba(X_test), expected)
    np.testing.assert_array_equal(clone(found).fit(X, y).predict_proba(X_test), expected)


def test_linear_classifier_without_probabilities_averages_scores(rare):
    X, y, X_test, y_test = rare
    found = oversampled(LinearSVC()).fit(X, y)
    assert balanced_accuracy_score(y_test, found.predict(X_test)) > 0.55
    assert set(found.estimator_names_) == {"resampled"} and not hasattr(found, "predict_proba")
    expected = np.mean([classifier.decision_function(X_test) for classifier in found.estimators_], axis=0)
    np.testing.assert_allclose(found.decision_function(X_test), expected)
    np.testing.assert_array_equal(found.predict(X_test), expected > 0)
    assert not hasattr(found, "threshold_")


def test_classifier_with_decisions_only_votes(rare):
    X, y, X_test, _ = rare
    voters = VotingClassifier([("tree", DecisionTreeClassifier(max_depth=3)), ("bayes", GaussianNB())])
    found = oversampled(voters).fit(X, y)
    votes = np.sum([classifier.predict(X_test) for classifier in found.estimators_], axis=0)
    np.testing.assert_array_equal(found.predict(X_test), votes > 2.5)
    assert not hasattr(found, "decision_function")


# Errors


@pytest.mark.parametrize(
    "params, message",
    [
        (
            {"classifier": LinearSVC(), "threshold": 0.5},
            "because `threshold` is 0.5, got LinearSVC",
        ),
        ({"threshold": 1.5}, "The 'threshold' parameter of ResampledClassifier"),
        ({"threshold": None}, "The 'threshold' parameter of ResampledClassifier"),
        ({"real_weight": 1}, "The 'real_weight' parameter of ResampledClassifier"),
        ({"classifier": Ridge()}, "Expected `classifier` to be a classifier, got Ridge"),
        ({"cv": GroupKFold(3)}, "Expected `groups` in `fit`, because `cv` is a GroupKFold"),
        ({"sampler": StandardScaler()}, "The 'sampler' parameter"),
        ({"correct_prior": "saerens"}, "The 'correct_prior' parameter"),
        ({"scoring": "no_such_score"}, "The 'scoring' parameter"),
        ({"scoring": "roc_auc", "threshold": "tuned"}, "to return a number for predicted classes"),
        ({"scoring": recall_score, "threshold": "tuned"}, "to return a number for predicted classes"),
    ],
)
def test_invalid_parameters_raise(numbers, params, message):
    with pytest.raises(ValueError, match=message):
        oversampled(LogisticRegression()).set_params(**params).fit(*numbers)


def test_invalid_data_raises(numbers):
    X, y = numbers
    found = oversampled(LogisticRegression())
    with pytest.raises(NotFittedError):
        found.predict(X)
    with pytest.raises(ValueError, match="got 1 class"):
        found.fit(X, np.zeros(75))
    with pytest.raises(ValueError, match="Only binary classification is supported if `threshold`"):
        clone(found).set_params(threshold=0.5).fit(*THREE)
    with pytest.raises(ValueError, match=r"`sample_weight` gives no weight to class\(es\) \[1\]"):
        found.fit(X, y, sample_weight=1 - y)
    with pytest.raises(ValueError, match="Negative values"):
        found.fit(X, y, sample_weight=y - 0.5)


def test_failed_fit_leaves_it_unfitted(numbers):
    X, y = numbers
    found = oversampled(LogisticRegression()).fit(X, y)
    with pytest.raises(ValueError, match="got 1 class"):
        found.fit(X, np.zeros(75))
    with pytest.raises(NotFittedError):
        found.predict(X)
    with pytest.raises(ValueError, match="Expected folds that can be resampled"):
        found.set_params(sampler=SMOTE(k_neighbors=14), threshold="tuned").fit(X, y)
    with pytest.raises(NotFittedError):
        found.predict_proba(X)


def test_groups_need_metadata_routing(numbers):
    found = oversampled(LogisticRegression(), cv=GroupKFold(3))
    with pytest.raises(ValueError, match="Expected metadata routing to be enabled, to pass `groups`"):
        found.fit(*numbers, groups=np.arange(75) % 5)


def test_groups_reach_the_splitter_with_metadata_routing(recorder, numbers):
    X, y = numbers
    groups = np.arange(75) % 5
    with config_context(enable_metadata_routing=True):
        ResampledClassifier(recorder, SMOTE(random_state=0), cv=GroupKFold(5)).fit(X, y, groups=groups)
    assert len(Recorder.seen) == 10
    for record in Recorder.seen:
        positions = [np.flatnonzero((row == X).all(axis=1))[0] for row in record["predicted"][0]]
        assert len(set(groups[positions])) == 1


def test_scorer_for_string_labels_is_suggested_and_works(rare):
    X, y, _, _ = rare
    labels = np.array(["common", "rare"])[y]
    found = oversampled(LogisticRegression(), threshold="tuned", scoring="f1")
    with pytest.raises(ValueError, match=r"Pass `make_scorer\(f1_score, pos_label='rare'\)`"):
        found.fit(X, labels)
    expected = clone(found).fit(X, y).threshold_
    assert found.set_params(scoring=make_scorer(f1_score, pos_label="rare")).fit(X, labels).threshold_ == expected


def test_sampler_that_drops_a_class_is_an_error(numbers):
    drop = FunctionSampler(func=lambda X, y: (X[y < 2], y[y < 2]))
    y = np.append(numbers[1][:-3], [2, 2, 2])
    with pytest.raises(ValueError, match=r"FunctionSampler returns no row of class\(es\) \[2\]"):
        ResampledClassifier(LogisticRegression(), drop).fit(numbers[0], y)
