"""Typical user code runs, and passes a type checker: `make check` runs mypy on this folder."""

from pathlib import Path
from typing import Any, assert_type

import numpy as np
import pandas as pd
import pytest
import torch
from imblearn.over_sampling import SMOTE
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score

from sklearn_gan import (
    GANImputer,
    GANOversampler,
    Pipeline,
    ResampledClassifier,
    ResamplingReport,
    SamplerComparison,
    compare_samplers,
    make_pipeline,
)
from sklearn_gan.displays import ParentsDisplay, SyntheticDataDisplay, TrainingDisplay
from sklearn_gan.metrics import associations, energy_distance, fidelity_report, memorization_report
from sklearn_gan.relations import Inequality, Sum

pytestmark = pytest.mark.usefixtures("quick_selection")
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def make_table() -> tuple[Floats, Integers]:
    y = np.repeat([0, 1], [60, 15])
    return np.random.default_rng(0).normal(size=(75, 3)) + y[:, None], y


def make_sampler() -> GANOversampler:
    return GANOversampler(max_steps=2, hidden_layer_sizes=(8,), random_state=0)


class Generator(torch.nn.Module):
    def __init__(self, latent_dim: int, n_classes: int, n_features: int) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(latent_dim + n_classes, n_features)

    def forward(self, noise: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        rows: torch.Tensor = self.layer(torch.cat((noise, labels), dim=1))
        return rows


def test_resampled_arrays_keep_their_type() -> None:
    X_resampled, y_resampled = make_sampler().fit_resample(*make_table())
    assert_type(X_resampled, Floats)
    assert_type(y_resampled, Integers)


def test_resampled_lists_keep_their_type() -> None:
    X, y = make_table()
    rows, labels = make_sampler().fit_resample(X.tolist(), ["rare" if label else "common" for label in y])
    assert_type(labels, list[str])
    assert len(rows) == len(labels) == 120


def test_frames_are_tables() -> None:
    X, y = make_table()
    frame, target = pd.DataFrame(X, columns=["low", "high", "other"]), pd.Series(y)
    frame["other"] = (frame["other"] > 0).astype(str)
    frame["total"] = frame["low"] + frame["high"]
    sampler = GANOversampler(
        {1: 60},
        generator=Generator,
        gradient_penalty=1,
        categorical_features=["other"],
        relations=[Sum("total", ("low", "high"))],
        max_steps=2,
        random_state=np.random.RandomState(0),
        device="cpu",
        verbose=False,
    )
    frame_resampled, _ = sampler.set_params(n_candidates=1).fit_resample(frame, target)
    assert len(frame_resampled) == 120


def test_relations_are_lists() -> None:
    rules = [Inequality("low", "high"), Inequality("high", "top", strict=True)]
    assert GANOversampler(relations=rules).relations is rules


def test_sampler_is_saved_and_loaded(tmp_path: Path) -> None:
    sampler = make_sampler().fit(*make_table())
    assert_type(sampler, GANOversampler)
    sampler.save(tmp_path / "sampler.safetensors")
    loaded = GANOversampler.load(str(tmp_path / "sampler.safetensors"), device="cpu")
    assert_type(loaded, GANOversampler)
    rows, parents, weights = loaded.sample(5, 1, return_parents=True)
    assert len(rows) == len(parents) == len(weights) == len(loaded.sample(y=[0, 0, 1, 1, 1]))


def test_pipelines_are_scored() -> None:
    X, y = make_table()
    pipeline = Pipeline([("sampler", make_sampler()), ("classifier", LogisticRegression())])
    assert len(cross_val_score(pipeline, X, y, cv=2)) == 2
    make_pipeline(make_sampler(), LogisticRegression()).fit(X, y).predict(X)


def test_classifier_predicts_arrays() -> None:
    X, y = make_table()
    classifier = ResampledClassifier(
        LogisticRegression(), SMOTE(), threshold="tuned", scoring="f1", cv=StratifiedKFold(3), correct_prior=False
    )
    probabilities = classifier.fit(X, y, sample_weight=np.ones(len(y))).predict_proba(X)
    assert_type(probabilities, NDArray[Any])
    assert probabilities.shape == (75, 2)
    nested = ResampledClassifier(make_pipeline(LogisticRegression()), make_sampler(), threshold=0.5, cv=2, n_jobs=1)
    assert nested.fit(pd.DataFrame(X), pd.Series(y)).predict(pd.DataFrame(X)).shape == (75,)


def test_imputer_fills_tables() -> None:
    X, _ = make_table()
    X[0, 0] = np.nan
    imputer = GANImputer(n_imputations=2, max_steps=2, hidden_layer_sizes=[8], add_indicator=True)
    assert imputer.fit(X).transform(X).shape == (75, 4)
    assert imputer.get_feature_names_out(["a", "b", "c"])[-1] == "missingindicator_a"


def test_comparison_is_a_frame_and_a_page(tmp_path: Path) -> None:
    X, y = make_table()
    samplers = {"balanced": "balanced", "GAN": make_sampler()}
    comparison = compare_samplers(LogisticRegression(), X, y, samplers=samplers, scoring=["f1"], cv=2, n_repeats=1)
    assert_type(comparison, SamplerComparison)
    assert [verdict.metric for verdict in comparison.verdicts] == ["f1"]
    assert len(comparison.to_frame()) == 6
    comparison.report().write_html(tmp_path / "comparison.html")


def test_report_and_displays(tmp_path: Path) -> None:
    X, y = make_table()
    sampler = make_sampler().fit(X, y)
    report = ResamplingReport(sampler, X, y, holdout=(X[::2], y[::2]), feature_names=["a", "b", "c"])
    report.write_html(tmp_path / "report.html")
    assert len([finding.sentence for finding in report.findings]) == 5
    assert_type(TrainingDisplay.from_estimator(sampler, line_kw={"linewidth": 1}), TrainingDisplay)
    ParentsDisplay.from_estimator(sampler, X, label=1)
    SyntheticDataDisplay.from_estimator(sampler, X, y, kind=("plane", "associations"), n_samples=10)


def test_metrics_return_numbers() -> None:
    X, y = make_table()
    real, synthetic, holdout = X[:25], X[25:50], X[50:]
    assert_type(energy_distance(real, synthetic, max_rows=None, random_state=0), float)
    assert_type(associations(X, categorical_features=[False, False, True]), NDArray[Any])
    report = fidelity_report(X, X, y_real=y, y_synthetic=y, classifier=LogisticRegression(), n_splits=2)
    assert report.utility is not None and report.utility.trained_on_real > 0
    assert memorization_report(real, synthetic, holdout).synthetic.copies == 0
