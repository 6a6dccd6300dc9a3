"""Concurrent fits, in threads or forked processes, give the same results as sequential fits."""

import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from skorch.callbacks import Callback

from sklearn_gan import GANImputer, ResampledClassifier
from sklearn_gan._runtime.torch_settings import GLOBAL_GENERATOR, ONE_THREAD
from sklearn_gan._synthesis import CandidateSelector


class Noisy(torch.nn.Module):
    """A user-defined generator or discriminator that uses torch's global random state."""

    def __init__(self, n_classes, n_features, latent_dim=None):
        super().__init__()
        n_inputs, n_outputs = (latent_dim, n_features) if latent_dim else (n_features, 1)
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(n_inputs + n_classes, 8), torch.nn.Dropout(), torch.nn.Linear(8, n_outputs)
        )

    def forward(self, rows, labels):
        return self.layers(torch.cat((rows, labels), dim=1))


NOISY = {"generator": Noisy, "discriminator": Noisy, "n_candidates": 1, "max_steps": 30}


def run_concurrently(*calls):
    """Make all calls at the same time, each in its own thread, and return their results."""
    barrier = threading.Barrier(len(calls))

    def make(call):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(make, calls))


@pytest.fixture(autouse=True)
def check_global_state(two_threads):
    """Check that a test leaves all global state unchanged, in new threads as well."""
    states = global_states()
    yield
    np.testing.assert_equal(global_states(), states)
    np.testing.assert_equal(run_concurrently(global_states), [states])


def global_states():
    return {
        "threads": torch.get_num_threads(),
        "torch": torch.get_rng_state().numpy(),
        "numpy": np.random.get_state()[1],
        "type": torch.get_default_dtype(),
        "precision": torch.get_float32_matmul_precision(),
        "gradients": torch.is_grad_enabled(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
    }


def resample(sampler, X, y):
    return lambda: (clone(sampler).fit_resample(X, y)[0], clone(sampler).fit(X, y).sample(9, y=1))


def impute(X):
    return lambda: (GANImputer(max_steps=20, random_state=0).fit_transform(X),)


def classify(sampler, X, y):
    return lambda: (ResampledClassifier(LogisticRegression(), clone(sampler)).fit(X, y).predict_proba(X),)


@pytest.fixture(params=["default", "equal", "modules", "all estimators"])
def calls(request, make_sampler, judged):
    """Fits to run concurrently."""
    X, y = judged
    with_missing = np.where(np.random.default_rng(0).random(X.shape) < 0.2, np.nan, X)
    sampler, other = make_sampler(max_steps=20), make_sampler(max_steps=5, hidden_layer_sizes=(64, 64), random_state=1)
    return {
        "default": [resample(sampler, X, y), resample(other, with_missing, y)],
        "equal": [resample(sampler, X, y)] * 2,
        "modules": [resample(make_sampler(**NOISY, random_state=seed), X, y) for seed in (0, 1)],
        "all estimators": [
            resample(make_sampler(**NOISY), X, y),
            impute(with_missing),
            classify(other, X, y),
            resample(make_sampler(mode="autoencoder"), with_missing, y),
        ],
    }[request.param]


@pytest.mark.parametrize("n_times", [1, pytest.param(10, marks=pytest.mark.stress)])
def test_concurrent_fits_match_sequential_fits(calls, n_times):
    expected = [call() for call in calls]
    for _ in range(n_times):
        np.testing.assert_equal(run_concurrently(*calls), expected)


class ExclusiveClassifier:
    """A classifier that fails if another one is fitted or predicts at the same time."""

    busy = threading.Lock()

    def fit(self, rows, codes):
        return self._exclusively(self)

    def predict_proba(self, rows):
        return self._exclusively(np.full((len(rows), 2), 0.5))

    def _exclusively(self, result):
        assert self.busy.acquire(blocking=False), "another classifier is running"
        time.sleep(0.01)
        self.busy.release()
        return result


def test_selection_classifiers_run_one_at_a_time(judged, monkeypatch):
    """Otherwise they corrupt the warning filters of the process, which scikit-learn's forests set for each tree."""
    target = "sklearn_gan._synthesis.candidate_selection._make_classifiers"
    monkeypatch.setattr(target, lambda n_classes, seed: [ExclusiveClassifier(), ExclusiveClassifier()])

    def fit_and_score():
        return CandidateSelector(*judged, np.random.default_rng(0)).score(*judged)

    np.testing.assert_equal(run_concurrently(*[fit_and_score] * 4), np.zeros((4, len(judged[1]))))


def test_imputer_transforms_in_several_threads(judged):
    X = np.where(np.random.default_rng(0).random(judged[0].shape) < 0.2, np.nan, judged[0])
    imputer = GANImputer(max_steps=5, random_state=0).fit(X)
    np.testing.assert_equal(run_concurrently(*[lambda: imputer.transform(X)] * 3), [imputer.transform(X)] * 3)


def test_fit_keeps_one_thread_while_another_fit_ends(make_sampler, judged):
    counts, entered, left = [], threading.Event(), threading.Event()

    class Wait(Callback):
        def on_train_begin(self, net, **kwargs):
            entered.set()
            assert left.wait(60)
            counts.append(torch.get_num_threads())

    def end_first():
        assert entered.wait(60)
        make_sampler().fit(*judged)
        counts.append(torch.get_num_threads())
        left.set()

    run_concurrently(lambda: make_sampler(callbacks=[Wait()]).fit(*judged), end_first)
    assert counts == [2, 1]


@pytest.mark.parametrize("params", [{}, NOISY])
def test_fit_inside_a_callback(make_sampler, judged, params):
    class Fit(Callback):
        def on_epoch_end(self, net, **kwargs):
            inner.append(make_sampler(**params).fit_resample(*judged)[0])
            counts.append(torch.get_num_threads())

    inner, counts = [], []
    expected, _ = make_sampler(**params).fit_resample(*judged)
    found, _ = make_sampler(**params, callbacks=[Fit()]).fit_resample(*judged)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(inner[0], expected)
    assert counts == [1]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # about forking with threads, from Python 3.12 on
def test_fork_during_a_fit_does_not_inherit_its_locks(make_sampler, judged):
    fork, taken, done = multiprocessing.get_context("fork"), threading.Event(), threading.Event()
    expected, _ = make_sampler(**NOISY).fit_resample(*judged)

    def hold():
        with ONE_THREAD.enter(), GLOBAL_GENERATOR.lock:
            taken.set()
            assert done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(60)
    try:
        with fork.Pool(1) as pool:
            found, _ = pool.apply_async(make_sampler(**NOISY).fit_resample, judged).get(timeout=60)
            n_threads = pool.apply_async(torch.get_num_threads).get(timeout=60)
    finally:
        done.set()
        thread.join()
    np.testing.assert_array_equal(found, expected)
    assert n_threads == 2
