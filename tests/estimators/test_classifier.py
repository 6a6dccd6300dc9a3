"""ResampledClassifier: what it learns, what it predicts, and where it goes."""

import pickle

import numpy as np
import pandas as pd
import pytest
from imblearn import FunctionSampler
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import ClusterCentroids, RandomUnderSampler, TomekLinks
from matplotlib import pyplot as plt
from scipy import sparse
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV, CalibrationDisplay
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.exceptions import NotFittedError, UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    make_scorer,
    recall_score,
    roc_auc_score,
)
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    StratifiedKFold,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_val_score,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from sklearn_gan import GANOversampler, ResampledClassifier

THREE = make_classification(600, n_classes=3, n_informative=4, weights=[0.8, 0.15, 0.05], random_state=0)


@pytest.fixture
def rare():
    """800 rows to learn and 800 to be tested, 10 % of them of class 1, and hard to tell."""
    X, y = make_classification(1600, n_informative=5, weights=[0.9], class_sep=0.7, flip_y=0.05, random_state=1)
    return X[:800], y[:800], X[800:], y[800:]


@pytest.fixture(scope="module")
def large():
    """1,500 rows to learn and 6,000 to be tested, 6 % of them of class 1."""
    params = {"n_features": 8, "n_informative": 5, "weights": [0.95], "flip_y": 0.02, "class_sep": 0.7}
    X, y = make_classification(7500, random_state=0, **params)
    return X[:1500], y[:1500], X[1500:], y[1500:]


class Recorder(ClassifierMixin, BaseEstimator):
    """Remember what `fit` and `predict_proba` got, also in clones."""

    seen = []

    def fit(self, X, y, **params):
        self.classes_ = np.unique(y)
        self.learned_ = {"X": np.asarray(X), "y": np.asarray(y), "params": params}
        self.seen.append(self.learned_)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def predict_proba(self, X):
        self.learned_.setdefault("predicted", []).append(np.asarray(X))
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


@pytest.fixture
def recorder():
    Recorder.seen = []
    return Recorder()


def oversampled(classifier, **params):
    return ResampledClassifier(classifier, RandomOverSampler(random_state=0), **params)


# What is predicted


@pytest.mark.parametrize("classifier", [LogisticRegression(), RandomForestClassifier(20, random_state=0), GaussianNB()])
@pytest.mark.parametrize("n_folds", [2, 5])
def test_mean_probability_is_the_share_of_the_class_where_rows_are_generated(large, classifier, n_folds):
    X, y, X_test, y_test = large
    found = ResampledClassifier(classifier, SMOTE(random_state=0), cv=n_folds).fit(X, y)
    assert found.predict_proba(X_test)[:, 1].mean() == pytest.approx(y_test.mean(), rel=0.2)


@pytest.mark.parametrize("classifier", [LogisticRegression(), RandomForestClassifier(20, random_state=0)])
def test_mean_probability_is_about_the_share_of_the_class_where_the_sampler_is_not_refitted(
    large, make_sampler, classifier
):
    X, y, X_test, y_test = large
    sampler = make_sampler(max_steps=60, hidden_layer_sizes=(32,), learning_rate=5e-3)
    found = ResampledClassifier(classifier, sampler).fit(X, y)
    assert found.predict_proba(X_test)[:, 1].mean() == pytest.approx(y_test.mean(), rel=0.35)


@pytest.mark.parametrize("sampler", [RandomOverSampler(random_state=0), RandomUnderSampler(random_state=0)])
@pytest.mark.parametrize("correct_prior", [True, "analytic"])
def test_mean_probability_is_the_share_of_the_class(rare, sampler, correct_prior):
    X, y, X_test, y_test = rare
    found = ResampledClassifier(LogisticRegression(), sampler, correct_prior=correct_prior).fit(X, y)
    assert found.predict_proba(X_test)[:, 1].mean() == pytest.approx(y_test.mean(), abs=0.03)
    shifted = clone(found).set_params(correct_prior=False).fit(X, y)
    assert shifted.predict_proba(X_test)[:, 1].mean() > 0.3


@pytest.mark.parametrize("classifier", [DecisionTreeClassifier(random_state=0), GaussianNB(), LogisticRegression()])
def test_brier_score_is_at_most_that_without_resampling(rare, classifier):
    X, y, X_test, y_test = rare
    plain = brier_score_loss(y_test, clone(classifier).fit(X, y).predict_proba(X_test)[:, 1])
    found = brier_score_loss(y_test, oversampled(classifier).fit(X, y).predict_proba(X_test)[:, 1])
    assert found <= plain + 0.002


def test_several_classes_have_probabilities_of_the_table_as_it_was():
    X, y = THREE
    found = oversampled(LogisticRegression(max_iter=1000)).fit(X, y)
    np.testing.assert_allclose(found.predict_proba(X).mean(axis=0), found.class_prior_, atol=0.03)
    np.testing.assert_allclose(found.class_prior_, np.bincount(y) / 600)
    np.testing.assert_allclose(np.exp(found.predict_log_proba(X)), found.predict_proba(X))


def test_decisions_are_those_of_the_classifier_that_learned_balanced_rows(rare):
    X, y, X_test, _ = rare
    X_balanced, y_balanced = RandomOverSampler(random_state=0).fit_resample(X, y)
    expected = LogisticRegression().fit(X_balanced, y_balanced)
    for correct_prior in (True, "analytic", False):
        found = oversampled(LogisticRegression(), correct_prior=correct_prior).fit(X, y)
        np.testing.assert_array_equal(found.predict(X_test), expected.predict(X_test))
        np.testing.assert_array_equal(found.decision_function(X_test), expected.decision_function(X_test))


def test_a_class_is_predicted_where_it_is_more_probable_than_its_prior(rare):
    X, y, X_test, _ = rare
    found = oversampled(LogisticRegression(), correct_prior="analytic").fit(X, y)
    np.testing.assert_array_equal(found.predict(X_test), found.predict_proba(X_test)[:, 1] > found.class_prior_[1])


@pytest.mark.parametrize("correct_prior", [True, "analytic", False])
def test_threshold_is_on_the_scale_of_predict_proba(rare, correct_prior):
    X, y, X_test, _ = rare
    names = np.array(["common", "rare"])
    found = oversampled(LogisticRegression(), correct_prior=correct_prior, threshold=0.3).fit(X, names[y])
    expected = names[(found.predict_proba(X_test)[:, 1] >= 0.3).astype(int)]
    np.testing.assert_array_equal(found.predict(X_test), expected)
    assert found.threshold_ == 0.3
    assert not hasattr(found.set_params(threshold=None).fit(X, y), "threshold_")


def test_tuned_threshold_is_the_best_of_all_on_rows_that_were_held_out(rare):
    X, y, _, _ = rare
    # which does not tell which rows are real ones, so that each fold is resampled as cross_val_predict does it
    sampler = FunctionSampler(func=RandomOverSampler(random_state=0).fit_resample)
    found = ResampledClassifier(LogisticRegression(), sampler, correct_prior=False, threshold="tuned").fit(X, y)
    plain = clone(found).set_params(threshold=None)
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


def test_a_prior_that_was_not_changed_is_not_corrected(rare):
    X, y, X_test, _ = rare
    found = ResampledClassifier(LogisticRegression(), TomekLinks(sampling_strategy=[]), correct_prior=True).fit(X, y)
    expected = LogisticRegression().fit(X, y).predict_proba(X_test)
    np.testing.assert_array_equal(found.predict_proba(X_test), expected)


# What is learned in the folds


@pytest.mark.parametrize(
    "sampler", [RandomOverSampler(random_state=0), RandomUnderSampler(random_state=0), SMOTE(random_state=0)]
)
def test_no_real_row_is_predicted_by_a_classifier_that_learned_it(recorder, rare, sampler):
    X, y, _, _ = rare
    ResampledClassifier(recorder, sampler).fit(X, y)
    held_out = [learned for learned in Recorder.seen if "predicted" in learned]
    assert len(Recorder.seen) == 6 and len(held_out) == 5
    for learned in held_out:
        assert not set(map(tuple, learned["X"])) & set(map(tuple, learned["predicted"][0]))
    predicted = np.concatenate([learned["predicted"][0] for learned in held_out])
    assert len(predicted) == 800 == len(set(map(tuple, predicted)))


def test_sampler_that_does_not_tell_which_rows_are_real_resamples_each_fold(recorder, rare):
    X, y, _, _ = rare
    passed = []

    def repeat(X, y):
        passed.append(X)
        return RandomOverSampler(random_state=0).fit_resample(X, y)

    ResampledClassifier(recorder, FunctionSampler(func=repeat, validate=False)).fit(X, y)
    assert [len(X) for X in passed] == [800] + [640] * 5
    for learned in (learned for learned in Recorder.seen if "predicted" in learned):
        assert not set(map(tuple, learned["X"])) & set(map(tuple, learned["predicted"][0]))


def test_amounts_are_scaled_to_the_fold(recorder, rare):
    X, y, _, _ = rare
    sampler = SMOTE(sampling_strategy={1: 400}, random_state=0)
    ResampledClassifier(recorder, sampler).fit(X, y)
    n_rare = [int(learned["y"].sum()) for learned in Recorder.seen]
    assert n_rare[0] == 400 and n_rare[1:] == pytest.approx([320] * 5, abs=5)


def test_no_descendant_of_a_held_out_row_is_learned(recorder, judged):
    X, y = judged
    sampler = GANOversampler(generator="residual", max_steps=2, random_state=0)
    found = ResampledClassifier(recorder, sampler).fit(X, y)
    generated, parents = Recorder.seen[0]["X"][100:], found.sampler_.parents_
    parents_of = dict(zip(map(tuple, generated), parents, strict=True))
    n_learned = 0
    for learned in Recorder.seen[1:]:
        rows = {tuple(row) for row in learned["X"]} & set(parents_of)
        held_out = set(map(tuple, learned["predicted"][0]))
        assert not any(tuple(X[i]) in held_out for row in rows for i in parents_of[row])
        n_learned += len(rows)
    assert n_learned > 0


def test_fold_that_cannot_be_resampled_is_warned_of_and_bayes_rule_is_left(numbers):
    X, y = numbers[0][:66], numbers[1][:66]  # six rare rows, of which folds have fewer than SMOTE wants
    found = ResampledClassifier(LogisticRegression(), SMOTE(random_state=0))
    with pytest.warns(UserWarning, match="A fold could not be resampled and fitted"):
        found.fit(X, y)
    expected = clone(found).set_params(correct_prior="analytic").fit(X, y)
    np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))
    with pytest.raises(ValueError, match="Expected folds that can be resampled and fitted"):
        found.set_params(threshold="tuned").fit(X, y)


@pytest.mark.parametrize("seed", range(5))
def test_undersampled_folds_of_tiny_classes_have_all_classes(numbers, seed):
    X, y = numbers[0][:62], numbers[1][:62]
    ResampledClassifier(LogisticRegression(), RandomUnderSampler(random_state=seed)).fit(X, y)


def test_sampler_is_fitted_once(recorder, make_sampler, numbers, monkeypatch):
    fits = []
    fit_resample = GANOversampler.fit_resample
    monkeypatch.setattr(GANOversampler, "fit_resample", lambda *args: fits.append(args) or fit_resample(*args))
    ResampledClassifier(recorder, make_sampler()).fit(*numbers)
    assert len(fits) == 1 and len(Recorder.seen) == 6


@pytest.mark.parametrize("params", [{"correct_prior": False}, {"correct_prior": "analytic"}, {"threshold": 0.5}])
def test_what_needs_no_folds_makes_none(recorder, rare, params):
    oversampled(recorder, **{"correct_prior": False, **params}).fit(*rare[:2])
    assert len(Recorder.seen) == 1


def test_folds_are_those_of_cv(recorder, rare):
    X, y, _, _ = rare
    oversampled(recorder, cv=3).fit(X, y)
    assert len(Recorder.seen) == 4
    for cv in ([(np.arange(400), np.arange(400, 800))], [(np.arange(800) < 400, np.arange(800) >= 400)]):
        oversampled(recorder, cv=cv).fit(X, y)
        np.testing.assert_array_equal(Recorder.seen[-1]["predicted"][0], X[400:])


def test_repeated_folds_count_no_more_than_single_ones(rare):
    X, y, X_test, _ = rare
    folds = list(StratifiedKFold(5).split(X, y))
    found = [oversampled(LogisticRegression(), cv=cv).fit(X, y).predict_proba(X_test) for cv in (folds, folds * 3)]
    np.testing.assert_allclose(*found, atol=1e-3)


def test_small_classes_make_fewer_folds_and_a_class_of_one_row_none(recorder, make_sampler, numbers):
    X, y = numbers
    oversampled(recorder).fit(X[:63], y[:63])
    assert len(Recorder.seen) == 4
    oversampled(recorder).fit(X[:61], y[:61])
    assert len(Recorder.seen) == 5
    with pytest.raises(ValueError, match="at least 2 rows of each class to tune the threshold"):
        oversampled(recorder, threshold="tuned").fit(X[:61], y[:61])


@pytest.mark.stress  # as test_jobs_do_not_change_the_probabilities does of a GAN's rows
def test_several_processes_find_what_one_finds(rare):
    X, y, X_test, _ = rare
    found = [oversampled(LogisticRegression(), n_jobs=n).fit(X, y).predict_proba(X_test) for n in (None, 2)]
    np.testing.assert_array_equal(*found)


# Weights and metadata


@pytest.mark.parametrize("make", [np.asarray, list, pd.Series])
def test_generated_rows_have_the_mean_weight_of_their_class(recorder, numbers, make):
    X, y = numbers
    weights = np.random.default_rng(0).random(75)
    ResampledClassifier(recorder, SMOTE(random_state=0), correct_prior=False).fit(X, y, sample_weight=make(weights))
    found = Recorder.seen[0]["params"]["sample_weight"]
    np.testing.assert_array_equal(found[:75], weights)
    np.testing.assert_allclose(found[75:], weights[y == 1].mean())


@pytest.mark.parametrize(
    "sampler",
    [
        RandomOverSampler(random_state=0),
        RandomUnderSampler(random_state=0),
        TomekLinks(),
        SMOTEENN(random_state=0),
        SMOTETomek(random_state=0),
    ],
)
def test_weights_follow_real_rows(recorder, rare, sampler):
    X, y, _, _ = rare
    weights = 1 + X[:, 0] ** 2
    ResampledClassifier(recorder, sampler, correct_prior=False).fit(X, y, sample_weight=weights)
    learned = Recorder.seen[0]
    weight_of = dict(zip(map(tuple, X), weights, strict=True))
    real = [tuple(row) in weight_of for row in learned["X"]]
    expected = [weight_of[tuple(row)] for row in learned["X"][real]]
    np.testing.assert_array_equal(learned["params"]["sample_weight"][real], expected)


def test_prior_is_that_of_weights(rare):
    X, y, X_test, _ = rare
    weights = np.where(y, 9.0, 1.0)
    found = oversampled(LogisticRegression()).fit(X, y, sample_weight=weights)
    assert found.class_prior_[1] == pytest.approx(weights[y == 1].sum() / weights.sum())
    expected = LogisticRegression().fit(X, y, sample_weight=weights).predict_proba(X_test)[:, 1].mean()
    assert found.predict_proba(X_test)[:, 1].mean() == pytest.approx(expected, abs=0.05)


def test_weights_reach_the_step_of_a_pipeline_that_they_are_for(rare):
    X, y, X_test, _ = rare
    weights, pipeline = 1 + X[:, 0] ** 2, make_pipeline(StandardScaler(), LogisticRegression())
    found = oversampled(pipeline).fit(X, y, logisticregression__sample_weight=weights)
    scaled = oversampled(pipeline).fit(X, y, logisticregression__sample_weight=2 * weights)
    assert found.class_prior_[1] == pytest.approx(weights[y == 1].sum() / weights.sum())
    assert np.abs(found.predict_proba(X_test) - oversampled(pipeline).fit(X, y).predict_proba(X_test)).max() > 0.01
    assert np.abs(found.predict_proba(X_test) - scaled.predict_proba(X_test)).max() < 0.05


def test_weights_of_another_length_are_refused(numbers):
    for weights in (np.ones(74), np.ones(120)):
        with pytest.raises(ValueError, match="sample_weight"):
            ResampledClassifier(LogisticRegression(), SMOTE(random_state=0)).fit(*numbers, sample_weight=weights)


def test_weights_count_for_the_threshold(rare):
    X, y, _, _ = rare
    weights = np.where(y, 20.0, 1.0)
    found = oversampled(LogisticRegression(), threshold="tuned", scoring="accuracy", correct_prior=False)
    assert found.fit(X, y, sample_weight=weights).threshold_ < found.fit(X, y).threshold_


def test_what_is_no_weight_goes_along_with_real_rows_only(recorder, rare):
    X, y, _, _ = rare
    undersampled = ResampledClassifier(recorder, RandomUnderSampler(random_state=0)).fit(X, y, note=X[:, 0], alpha=3)
    learned = Recorder.seen[0]
    np.testing.assert_array_equal(learned["params"]["note"], learned["X"][:, 0])
    assert learned["params"]["alpha"] == 3 and undersampled._fit_params == {"alpha": 3}
    with pytest.raises(ValueError, match="Expected no synthetic rows with the parameter 'note'"):
        ResampledClassifier(recorder, SMOTE(random_state=0)).fit(X, y, note=X[:, 0])
    with pytest.raises(ValueError, match="got ClusterCentroids, which does not"):
        ResampledClassifier(recorder, ClusterCentroids(random_state=0)).fit(X, y, sample_weight=y + 1)


class Listening(Recorder):
    """A recorder whose methods of prediction take metadata."""

    def fit(self, X, y, sample_weight=None, note=None):
        return super().fit(X, y, sample_weight=sample_weight, note=note)

    def predict(self, X, offset=0):
        return np.full(len(X), self.classes_[offset])

    def predict_proba(self, X, offset=0):
        return np.eye(2)[np.full(len(X), offset)]


class ListeningSampler(RandomUnderSampler):
    """A sampler that takes metadata."""

    got = []

    def fit_resample(self, X, y, hint=None):
        self.got.append(hint)
        return super().fit_resample(X, y)


def test_metadata_goes_where_it_is_requested(numbers):
    X, y = numbers
    weights, groups = np.arange(75) + 1.0, np.arange(75) % 4
    ListeningSampler.got, Listening.seen = [], []
    with config_context(enable_metadata_routing=True):
        classifier = Listening().set_fit_request(sample_weight="importance", note=False)
        sampler = ListeningSampler(random_state=0).set_fit_resample_request(hint=True)
        found = ResampledClassifier(classifier, sampler, threshold="tuned", cv=GroupKFold(4))
        scorer = make_scorer(balanced_accuracy_score).set_score_request(sample_weight="importance")
        found.set_params(scoring=scorer).fit(X, y, importance=weights, groups=groups, hint=groups)
    assert len(Listening.seen) == 5 and ListeningSampler.got[0] is groups
    for learned in Listening.seen:
        positions = [np.flatnonzero((row == X).all(axis=1))[0] for row in learned["X"]]
        np.testing.assert_array_equal(learned["params"]["sample_weight"], weights[positions])
    assert found.class_prior_[1] == pytest.approx(weights[y == 1].sum() / weights.sum())


def test_weights_are_known_by_the_name_that_a_step_requests(rare):
    X, y, _, _ = rare
    weights = np.where(y, 3.0, 1.0)
    with config_context(enable_metadata_routing=True):
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        pipeline = make_pipeline(scaler, LogisticRegression().set_fit_request(sample_weight="importance"))
        found = ResampledClassifier(pipeline, SMOTE(random_state=0)).fit(X, y, importance=weights)
    assert found.class_prior_[1] == pytest.approx(weights[y == 1].sum() / weights.sum())


def test_weights_reach_the_score_if_they_are_requested(rare):
    X, y, X_test, y_test = rare
    weights = np.where(y_test, 9.0, 1.0)
    with config_context(enable_metadata_routing=True):
        found = oversampled(LogisticRegression()).set_score_request(sample_weight=True)
        pipeline = make_pipeline(found).fit(X, y)
        score = pipeline.score(X_test, y_test, sample_weight=weights)
    assert score == accuracy_score(y_test, pipeline.predict(X_test), sample_weight=weights)
    assert score != pipeline.score(X_test, y_test)


def test_metadata_that_nobody_requested_is_an_error(numbers):
    X, y = numbers
    with config_context(enable_metadata_routing=True):
        found = oversampled(LogisticRegression(), correct_prior=False)
        with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
            found.fit(X, y, sample_weight=np.ones(75))
        with pytest.raises(TypeError, match="groups"):
            found.fit(X, y, groups=np.ones(75))


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_metadata_reaches_the_methods_of_prediction(numbers, threshold):
    X, y = numbers
    with config_context(enable_metadata_routing=True):
        classifier = Listening().set_predict_request(offset=True).set_predict_proba_request(offset=True)
        found = oversampled(classifier, correct_prior=False, threshold=threshold).fit(X, y)
        assert found.predict(X, offset=1).all() and not found.predict(X, offset=0).any()
        assert found.predict_proba(X, offset=1)[:, 1].all()
    with pytest.raises(ValueError, match="only with metadata routing"):
        found.predict(X, offset=1)


def test_routing_goes_through_estimators_around_it(numbers):
    X, y = numbers
    Listening.seen = []
    with config_context(enable_metadata_routing=True):
        inner = oversampled(Listening().set_fit_request(sample_weight=True), correct_prior=False)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        CalibratedClassifierCV(make_pipeline(scaler, inner), cv=3).fit(X, y, sample_weight=np.full(75, 2.0))
    assert len(Listening.seen) == 3
    assert all((learned["params"]["sample_weight"] == 2).all() for learned in Listening.seen)


# Where it goes


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
def test_it_works_inside_of(make_sampler, rare, wrap):
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


def test_calibration_display_draws_it(make_sampler, rare):
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


def test_frames_of_all_libraries_are_classified_alike(make_sampler, rare, in_library):
    X, y, X_test, _ = rare
    params = {"sampler": make_sampler(), "threshold": "tuned"}
    assert_same_predictions(params, X, X_test, y, lambda X: in_library(pd.DataFrame(X).add_prefix("column_")))


@pytest.mark.parametrize("convert", [sparse.csc_matrix, sparse.coo_array, np.ndarray.tolist])
def test_sparse_tables_and_lists_are_classified_alike(make_sampler, rare, convert):
    X, y, X_test, _ = rare
    params = {"sampler": make_sampler(), "threshold": "tuned"}
    assert_same_predictions(params, np.maximum(X, 0), np.maximum(X_test, 0), y, convert)


def test_mixed_frames_with_missing_cells(make_sampler, mixed):
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


def test_classifier_without_probabilities_decides(rare):
    X, y, X_test, y_test = rare
    found = oversampled(LinearSVC()).fit(X, y)
    assert balanced_accuracy_score(y_test, found.predict(X_test)) > 0.55
    assert not hasattr(found, "predict_proba") and found.decision_function(X_test).shape == (800,)


# What is refused


@pytest.mark.parametrize(
    "params, message",
    [
        (
            {"classifier": LinearSVC(), "threshold": 0.5},
            "because `threshold` is 0.5, got LinearSVC",
        ),
        ({"threshold": 1.5}, "The 'threshold' parameter of ResampledClassifier"),
        ({"sampler": StandardScaler()}, "The 'sampler' parameter"),
        ({"correct_prior": "saerens"}, "The 'correct_prior' parameter"),
        ({"scoring": "no_such_score"}, "The 'scoring' parameter"),
        ({"scoring": "roc_auc", "threshold": "tuned"}, "to return a number for predicted classes"),
        ({"scoring": recall_score, "threshold": "tuned"}, "to return a number for predicted classes"),
    ],
)
def test_bad_parameters_are_explained(numbers, params, message):
    with pytest.raises(ValueError, match=message):
        oversampled(LogisticRegression()).set_params(**params).fit(*numbers)


def test_bad_rows_are_explained(numbers):
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


def test_a_fit_that_fails_leaves_it_unfitted(numbers):
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


def test_sampler_that_loses_a_class_is_explained(numbers):
    drop = FunctionSampler(func=lambda X, y: (X[y < 2], y[y < 2]))
    y = np.append(numbers[1][:-3], [2, 2, 2])
    with pytest.raises(ValueError, match=r"FunctionSampler returns no row of class\(es\) \[2\]"):
        ResampledClassifier(LogisticRegression(), drop).fit(numbers[0], y)
