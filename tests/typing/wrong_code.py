"""Mistakes that a type checker reports. mypy fails for each comment below that silences no error."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from sklearn_gan import GANImputer, GANOversampler, ResampledClassifier, ResamplingReport, compare_samplers
from sklearn_gan.metrics import energy_distance, fidelity_report
from sklearn_gan.relations import Sum

X, y = np.zeros((10, 2)), np.zeros(10)


def pass_wrong_parameters() -> None:
    GANOversampler(max_step=100)  # type: ignore[call-arg]
    GANOversampler(max_steps="a")  # type: ignore[arg-type]
    GANOversampler("auto", "gan")  # type: ignore[call-arg]
    GANOversampler("most")  # type: ignore[arg-type]
    GANOversampler(loss="hinges")  # type: ignore[arg-type]
    GANOversampler(augment=True)  # type: ignore[arg-type]
    GANOversampler(generator=3)  # type: ignore[arg-type]
    GANOversampler(hidden_layer_sizes=128)  # type: ignore[arg-type]
    GANOversampler(relations=["total"])  # type: ignore[list-item]
    GANOversampler(random_state=np.random.default_rng(0))  # type: ignore[arg-type]
    GANImputer(n_imputations=None)  # type: ignore[arg-type]
    ResampledClassifier(LogisticRegression(), threshold="best")  # type: ignore[arg-type]
    Sum("total", tolerance=0.1)  # type: ignore[call-arg]


def call_with_wrong_arguments(sampler: GANOversampler) -> None:
    sampler.fit_resample(X)  # type: ignore[call-arg]
    sampler.fit_resample(X, None)  # type: ignore[type-var]
    sampler.fit(3, y)  # type: ignore[arg-type]
    sampler.sample(5, 1, with_parents=True)  # type: ignore[call-arg]
    sampler.save(3)  # type: ignore[arg-type]
    GANOversampler.load()  # type: ignore[call-arg]
    ResamplingReport(sampler, X, y, holdout=X)  # type: ignore[arg-type]
    ResamplingReport(LogisticRegression, X, y).write("report.html")  # type: ignore[attr-defined]
    compare_samplers(LogisticRegression(), X, y, sampler={})  # type: ignore[call-arg]
    print(compare_samplers(LogisticRegression(), X, y).verdict)  # type: ignore[attr-defined]
    energy_distance(X, X, seed=0)  # type: ignore[call-arg]
    print(fidelity_report(X, X, n_neighbors=0.5).auc)  # type: ignore[arg-type, attr-defined]
