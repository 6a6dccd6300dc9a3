"""Fits in threads of one process, and in processes forked from it, give what each alone gives."""

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
    """A generator or discriminator of the user's, that draws from torch's global generator."""

    def __init__(self, n_classes, n_features, latent_dim=None):
        super().__init__()
        n_inputs, n_outputs = (latent_dim, n_features) if latent_dim else (n_features, 1)
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(n_inputs + n_classes, 8), torch.nn.Dropout(), torch.nn.Linear(8, n_outputs)
        )

    def forward(self, rows, labels):
        return self.layers(torch.cat((rows, labels), dim=1))


NOISY = {"generator": Noisy, "discriminator": Noisy, "n_candidates": 1, "max_steps": 30}


def at_once(*calls):
    """Return what the calls return, each made in a thread of its own, all at the same time."""
    barrier = threading.Barrier(len(calls))

    def make(call):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(make, calls))


@pytest.fixture(autouse=True)
def all_is_as_it_was(two_threads):
    """Check that a test leaves all global states as they were, also for new threads."""
    states = global_states()
    yield
    np.testing.assert_equal(global_states(), states)
    np.testing.assert_equal(at_once(global_states), [states])


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


def fill(X):
    return lambda: (GANImputer(max_steps=20, random_state=0).fit_transform(X),)


def classify(sampler, X, y):
    return lambda: (ResampledClassifier(LogisticRegression(), clone(sampler)).fit(X, y).predict_proba(X),)


@pytest.fixture(params=["default", "equal", "modules", "all kinds"])
def calls(request, make_sampler, judged):
    """Fits to make at once."""
    X, y = judged
    gaps = np.where(np.random.default_rng(0).random(X.shape) < 0.2, np.nan, X)
    sampler, other = make_sampler(max_steps=20), make_sampler(max_steps=5, hidden_layer_sizes=(64, 64), random_state=1)
    return {
        "default": [resample(sampler, X, y), resample(other, gaps, y)],
        "equal": [resample(sampler, X, y)] * 2,
        "modules": [resample(make_sampler(**NOISY, random_state=seed), X, y) for seed in (0, 1)],
        "all kinds": [
            resample(make_sampler(**NOISY), X, y),
            fill(gaps),
            classify(other, X, y),
            resample(make_sampler(mode="autoencoder"), gaps, y),
        ],
    }[request.param]


@pytest.mark.parametrize("n_times", [1, pytest.param(10, marks=pytest.mark.stress)])
def test_fits_at_once_give_what_each_alone_gives(calls, n_times):
    expected = [call() for call in calls]
    for _ in range(n_times):
        np.testing.assert_equal(at_once(*calls), expected)


class Lonely:
    """A judge that fails if another one learns or judges at the same time."""

    at_work = threading.Lock()

    def fit(self, rows, codes):
        return self._alone(self)

    def predict_proba(self, rows):
        return self._alone(np.full((len(rows), 2), 0.5))

    def _alone(self, result):
        assert self.at_work.acquire(blocking=False), "another judge is at work"
        time.sleep(0.01)
        self.at_work.release()
        return result


def test_judges_learn_and_judge_one_at_a_time(judged, monkeypatch):
    """They would else mix up the process's filters of warnings, which scikit-learn's forests set for each tree."""
    lonely = "sklearn_gan._synthesis.candidate_selection._make_classifiers"
    monkeypatch.setattr(lonely, lambda n_classes, seed: [Lonely(), Lonely()])

    def learn():
        return CandidateSelector(*judged, np.random.default_rng(0)).score(*judged)

    np.testing.assert_equal(at_once(*[learn] * 4), np.zeros((4, len(judged[1]))))


def test_one_imputer_fills_in_several_threads(judged):
    X = np.where(np.random.default_rng(0).random(judged[0].shape) < 0.2, np.nan, judged[0])
    imputer = GANImputer(max_steps=5, random_state=0).fit(X)
    np.testing.assert_equal(at_once(*[lambda: imputer.transform(X)] * 3), [imputer.transform(X)] * 3)


def test_each_fit_computes_with_one_thread_while_others_end(make_sampler, judged):
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

    at_once(lambda: make_sampler(callbacks=[Wait()]).fit(*judged), end_first)
    assert counts == [2, 1]


@pytest.mark.parametrize("params", [{}, NOISY])
def test_a_callback_may_fit(make_sampler, judged, params):
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


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # of its threads, from Python 3.12 on
def test_a_process_forked_while_another_thread_fits_is_free(make_sampler, judged):
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
