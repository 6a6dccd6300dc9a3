"""ResampledClassifier: sample weights and metadata routing."""

import numpy as np
import pandas as pd
import pytest
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import ClusterCentroids, RandomUnderSampler, TomekLinks
from sklearn import config_context
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    make_scorer,
)
from sklearn.model_selection import (
    GroupKFold,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_gan import ResampledClassifier

from .recording import SINGLE, Recorder, oversampled


@pytest.mark.parametrize("make", [np.asarray, list, pd.Series])
def test_synthetic_rows_have_the_mean_weight_of_their_class(recorder, numbers, make):
    X, y = numbers
    weights = np.random.default_rng(0).random(75)
    found = ResampledClassifier(recorder, SMOTE(random_state=0), correct_prior=False, **SINGLE)
    found.fit(X, y, sample_weight=make(weights))
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
    ResampledClassifier(recorder, sampler).fit(X, y, sample_weight=weights)
    weight_of = dict(zip(map(tuple, X), weights, strict=True))
    for record in Recorder.seen:
        is_real = [tuple(row) in weight_of for row in record["X"]]
        expected = [weight_of[tuple(row)] for row in record["X"][is_real]]
        np.testing.assert_array_equal(record["params"]["sample_weight"][is_real], expected)


def test_prior_is_that_of_weights(rare):
    X, y, X_test, _ = rare
    weights = np.where(y, 9.0, 1.0)
    found = oversampled(LogisticRegression()).fit(X, y, sample_weight=weights)
    assert found.class_prior_[1] == pytest.approx(weights[y == 1].sum() / weights.sum())
    expected = LogisticRegression().fit(X, y, sample_weight=weights).predict_proba(X_test)[:, 1].mean()
    assert found.predict_proba(X_test)[:, 1].mean() == pytest.approx(expected, abs=0.05)


def test_weights_reach_a_step_of_a_pipeline(rare):
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


def test_weights_count_for_the_tuned_threshold(rare):
    X, y, _, _ = rare
    weights = np.where(y, 20.0, 1.0)
    found = oversampled(LogisticRegression(), threshold="tuned", scoring="accuracy", correct_prior=False)
    assert found.fit(X, y, sample_weight=weights).threshold_ < found.fit(X, y).threshold_


def test_other_metadata_goes_with_real_rows_only(recorder, rare):
    X, y, _, _ = rare
    undersampled = ResampledClassifier(recorder, RandomUnderSampler(random_state=0)).fit(X, y, note=X[:, 0], alpha=3)
    record = Recorder.seen[0]
    np.testing.assert_array_equal(record["params"]["note"], record["X"][:, 0])
    assert record["params"]["alpha"] == 3 and undersampled._fit_params == {"alpha": 3}
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
    assert len(Listening.seen) == 8 and ListeningSampler.got[0] is groups
    for record in Listening.seen:
        positions = [np.flatnonzero((row == X).all(axis=1))[0] for row in record["X"]]
        np.testing.assert_array_equal(record["params"]["sample_weight"], weights[positions])
    assert found.class_prior_[1] == pytest.approx(weights[y == 1].sum() / weights.sum())


def test_weights_are_recognized_by_the_alias_of_a_step(rare):
    X, y, _, _ = rare
    weights = np.where(y, 3.0, 1.0)
    with config_context(enable_metadata_routing=True):
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        pipeline = make_pipeline(scaler, LogisticRegression().set_fit_request(sample_weight="importance"))
        found = ResampledClassifier(pipeline, SMOTE(random_state=0)).fit(X, y, importance=weights)
    assert found.class_prior_[1] == pytest.approx(weights[y == 1].sum() / weights.sum())


def test_requested_weights_reach_the_score(rare):
    X, y, X_test, y_test = rare
    weights = np.where(y_test, 9.0, 1.0)
    with config_context(enable_metadata_routing=True):
        found = oversampled(LogisticRegression()).set_score_request(sample_weight=True)
        pipeline = make_pipeline(found).fit(X, y)
        score = pipeline.score(X_test, y_test, sample_weight=weights)
    assert score == accuracy_score(y_test, pipeline.predict(X_test), sample_weight=weights)
    assert score != pipeline.score(X_test, y_test)


def test_metadata_without_a_request_is_an_error(numbers):
    X, y = numbers
    with config_context(enable_metadata_routing=True):
        found = oversampled(LogisticRegression(), correct_prior=False)
        with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
            found.fit(X, y, sample_weight=np.ones(75))
        with pytest.raises(TypeError, match="groups"):
            found.fit(X, y, groups=np.ones(75))


@pytest.mark.parametrize("threshold", ["prior", 0.5])
def test_metadata_reaches_the_methods_of_prediction(numbers, threshold):
    X, y = numbers
    with config_context(enable_metadata_routing=True):
        classifier = Listening().set_predict_proba_request(offset=True)
        found = oversampled(classifier, correct_prior=False, threshold=threshold).fit(X, y)
        assert found.predict(X, offset=1).all() and not found.predict(X, offset=0).any()
        assert (found.predict_proba(X, offset=1)[:, 1] > 0.99).all()
    with pytest.raises(ValueError, match="only with metadata routing"):
        found.predict(X, offset=1)


def test_metadata_is_routed_through_outer_estimators(numbers):
    X, y = numbers
    Listening.seen = []
    with config_context(enable_metadata_routing=True):
        inner = oversampled(Listening().set_fit_request(sample_weight=True), correct_prior=False)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        CalibratedClassifierCV(make_pipeline(scaler, inner), cv=3).fit(X, y, sample_weight=np.full(75, 2.0))
    assert len(Listening.seen) == 30
    assert all((record["params"]["sample_weight"] == 2).all() for record in Listening.seen)
