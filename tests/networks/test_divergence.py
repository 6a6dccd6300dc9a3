"""Diverged training resumes with a lower learning rate, or falls back to mixtures of real rows."""

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import Callback

from sklearn_gan import GANImputer

MODES = [{}, {"generator": "noise"}, {"loss": "wasserstein"}, {"mode": "autoencoder"}]


class PoisonWeights(Callback):
    """Set weights to NaN before some steps."""

    def __init__(self, is_poisoned, attribute="module_"):
        self.is_poisoned = is_poisoned
        self.attribute = attribute

    def on_train_begin(self, net, **kwargs):
        self.n_steps_ = 0

    def on_batch_begin(self, net, **kwargs):
        self.n_steps_ += 1
        if self.is_poisoned(self.n_steps_):
            with torch.no_grad():
                next(getattr(net, self.attribute).parameters()).fill_(torch.nan)


@pytest.mark.parametrize("params", MODES)
def test_diverged_training_resumes_with_a_lower_learning_rate(make_sampler, judged, params):
    callback = PoisonWeights(lambda step: step == 70)
    sampler = make_sampler(max_steps=120, callbacks=[callback], **params)
    with pytest.warns(ConvergenceWarning, match=r"Training diverged in step\(s\) \[70\]\. Each time, it resumed"):
        sampler.fit(*judged)
    assert np.isfinite(sampler.sample(100, y=1)).all()
    assert sampler.history_[:, "step"] == [50, 100, 120] and callback.n_steps_ == 140
    assert sampler.net_.optimizer_.param_groups[0]["lr"] < 1e-4


def test_divergence_restores_the_weights_from_the_start_of_the_record(make_sampler, judged):
    weights = []

    class RecordWeights(Callback):
        def on_batch_begin(self, net, **kwargs):
            weights.append(next(net.module_.parameters()).detach().clone())

    with pytest.warns(ConvergenceWarning, match="diverged"):
        make_sampler(max_steps=60, callbacks=[RecordWeights(), PoisonWeights(lambda step: step == 55)]).fit(*judged)
    assert torch.equal(weights[50], weights[55]) and not torch.equal(weights[50], weights[54])


@pytest.mark.parametrize("attribute", ["module_", "discriminator_"])
def test_fourth_divergence_falls_back_to_mixtures_of_real_rows(make_sampler, numbers, attribute):
    X, y = numbers
    sampler = make_sampler(callbacks=[PoisonWeights(lambda step: step > 1, attribute)], n_candidates=1)
    with pytest.warns(ConvergenceWarning, match=r"mixtures of real rows.*diverged 4 times"):
        sampler.fit(X, y)
    rows, parents, weights = sampler.sample(200, y=1, return_parents=True)
    assert (y[parents] == 1).all() and np.allclose(weights.sum(axis=1), 1)
    assert (rows >= X[parents].min(axis=1) - 1e-3).all() and (rows <= X[parents].max(axis=1) + 1e-3).all()


@pytest.mark.parametrize("params", MODES)
def test_huge_learning_rate_falls_back_to_mixtures_with_mixed_types(make_sampler, mixed, params):
    with pytest.warns(ConvergenceWarning, match=r"mixtures of real rows.*Lower `learning_rate`, which is 1e"):
        X_resampled, _ = make_sampler(learning_rate=1e38, max_steps=30, **params).fit_resample(*mixed)
    assert len(X_resampled) == 120 and np.isfinite(X_resampled["float"]).all()


def test_weights_set_to_nan_by_a_callback_fall_back_to_mixtures(make_sampler, numbers):
    class Break(Callback):
        def on_epoch_end(self, net, **kwargs):
            with torch.no_grad():
                net.module_[0].body[0].weight.fill_(torch.nan)

    for max_steps in (50, 60):
        with pytest.warns(ConvergenceWarning, match="mixtures of real rows"):
            sampler = make_sampler(max_steps=max_steps, callbacks=[Break()]).fit(*numbers)
        assert np.isfinite(sampler.sample(50, y=1)).all()


def test_diverged_augmenting_autoencoder_falls_back_to_mixtures(make_sampler, numbers, monkeypatch):
    def diverge(net):
        raise FloatingPointError("Training diverged.")

    monkeypatch.setattr("sklearn_gan._networks.perturbed_autoencoder.PerturbedAutoencoder.check_finite", diverge)
    with pytest.warns(ConvergenceWarning, match="mixtures of real rows"):
        sampler = make_sampler(augment="autoencoder").fit(*numbers)
    assert np.isfinite(sampler.sample(50, y=1)).all()


def test_imputer_raises_if_training_keeps_diverging(numbers):
    X = numbers[0].copy()
    X[::3, 0] = np.nan
    with pytest.raises(FloatingPointError, match=r"Training diverged 4 times.*Lower `learning_rate`, which is 1e"):
        GANImputer(max_steps=30, learning_rate=1e38, hidden_layer_sizes=(8,), random_state=0).fit(X)
