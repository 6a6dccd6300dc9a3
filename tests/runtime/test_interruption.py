"""An interrupted or failed fit leaves the estimator either fitted or unfitted, and no other side effects."""

import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import numpy as np
import psutil
import pytest
import threadpoolctl
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted
from skorch.callbacks import Callback, EarlyStopping

from sklearn_gan import GANImputer, ResampledClassifier
from sklearn_gan._networks import LOSSES
from sklearn_gan._runtime.interruption import interruptible, noted_interruptions
from sklearn_gan._runtime.torch_settings import GLOBAL_GENERATOR, ONE_THREAD, OwnTorchSettings, get_precision
from sklearn_gan._synthesis import CandidateSelector


class InterruptAtCall:
    """Press Ctrl-C at a given function call in a block. Python handles signals when functions are called or return."""

    def __init__(self, at=0):
        self.at, self.length = int(at), 0

    def __enter__(self):
        sys.setprofile(self._count)
        return self

    def __exit__(self, *exception):
        sys.setprofile(None)

    def _count(self, frame, event, argument):
        if event in {"call", "c_return"}:
            self.length += 1
            if self.length == self.at:
                signal.raise_signal(signal.SIGINT)


class InterruptAfterSeconds:
    """Press Ctrl-C after a block has used a given number of seconds of CPU time."""

    def __init__(self, at=0):
        self.at = at

    def __enter__(self):
        self.start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, self.at)
        return self

    def __exit__(self, *exception):
        signal.setitimer(signal.ITIMER_PROF, 0)
        self.length = time.process_time() - self.start


@pytest.fixture
def ctrl_c():
    """Let Ctrl-C and expired timers raise KeyboardInterrupt; restore the signal handlers afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGPROF)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPROF, lambda number, frame: signal.raise_signal(signal.SIGINT))
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def side_effects():
    """State that a fit must leave unchanged."""
    return {
        "threads": threading.enumerate(),
        "processes": psutil.Process().children(recursive=True),
        "torch threads": torch.get_num_threads(),
        "random state": torch.get_rng_state().numpy(),
        "type": torch.get_default_dtype(),
        "handler": signal.getsignal(signal.SIGINT),
    }


def check_fitted_or_unfitted(estimator, use):
    """Check that an estimator is either unfitted or usable."""
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        assert vars(estimator).keys() == vars(clone(estimator)).keys()
        with pytest.raises(NotFittedError):
            use(estimator)
    else:
        use(estimator)


def sample(sampler):
    return sampler.sample(3, y=1)


@pytest.fixture(params=["GANOversampler", "GANImputer", "ResampledClassifier"])
def trained(request, make_sampler, judged):
    """An estimator, functions that train and use it, and the number of moments at which to interrupt training."""
    X, y = judged
    with_missing = np.where(np.random.default_rng(0).random(X.shape) < 0.2, np.nan, X)
    sampler = make_sampler(max_steps=6)
    return {
        "GANOversampler": (sampler, lambda sampler: sampler.fit_resample(X, y)[0], sample, 20),
        "GANImputer": (
            GANImputer(max_steps=6, n_imputations=2, random_state=0),
            lambda imputer: imputer.fit_transform(with_missing),
            lambda imputer: imputer.transform(with_missing),
            10,
        ),
        "ResampledClassifier": (
            ResampledClassifier(LogisticRegression(), sampler),
            lambda classifier: classifier.fit(X, y).predict_proba(X),
            lambda classifier: classifier.predict_proba(X),
            10,
        ),
    }[request.param]


@pytest.mark.parametrize("interrupt", [InterruptAtCall, pytest.param(InterruptAfterSeconds, marks=pytest.mark.stress)])
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # raised where Python cannot propagate exceptions
@pytest.mark.usefixtures("ctrl_c", "two_threads")
def test_interruption_at_any_moment_leaves_fitted_or_unfitted(trained, interrupt):
    estimator, train, use, n_moments = trained
    expected = train(estimator)
    with interrupt() as whole:
        train(estimator)
    before, n_interrupted = side_effects(), 0
    for moment in np.random.default_rng(0).random(n_moments):
        try:
            with interrupt(moment * whole.length):
                train(estimator)
        except KeyboardInterrupt:
            n_interrupted += 1
        check_fitted_or_unfitted(estimator, use)
        np.testing.assert_equal(side_effects(), before)
    assert n_interrupted >= n_moments / 2  # the CPU time of a block varies
    np.testing.assert_array_equal(train(estimator), expected)


@pytest.mark.usefixtures("ctrl_c")
def test_interruption_at_any_call_restores_the_signal_handler():
    before = signal.getsignal(signal.SIGINT)
    with InterruptAtCall() as whole, interruptible():
        pass
    n_interrupted = 0
    for call in range(1, whole.length + 1):
        try:
            with InterruptAtCall(call), interruptible():
                pass
        except KeyboardInterrupt:
            n_interrupted += 1
        assert signal.getsignal(signal.SIGINT) is before, f"interrupted at call {call}"
    assert n_interrupted >= whole.length - 2 > 5  # the last calls may be those of the profiler


@pytest.mark.usefixtures("ctrl_c")
def test_noted_interruption_keeps_no_objects_alive():
    pytest.importorskip("dask")  # with it, copies of exceptions keep their tracebacks
    with pytest.raises(KeyboardInterrupt), noted_interruptions() as interruptions:
        signal.raise_signal(signal.SIGINT)
    assert interruptions[0].__traceback__ is None


def torch_settings():
    return {
        "threads": torch.get_num_threads(),
        "library threads": threadpoolctl.threadpool_info(),
        "precision": get_precision(),
        "type": torch.get_default_dtype(),
        "random state": torch.get_rng_state().tolist(),
        "gradients": torch.is_grad_enabled(),
        "autocast": torch.is_autocast_enabled("cpu"),
        "inside": ONE_THREAD._inside.copy(),
        "turn": GLOBAL_GENERATOR.lock._is_owned(),
    }


def enter_and_leave_settings(at=0):
    """Enter and leave the settings; return the number of calls before the body, and in total."""
    with interruptible(), InterruptAtCall(at) as calls, OwnTorchSettings("cpu", seed=0):
        n_before = calls.length
    return n_before, calls.length


@pytest.mark.usefixtures("ctrl_c", "two_threads")
def test_interruption_at_any_call_restores_the_torch_settings():
    before = torch_settings()
    for _ in range(2):  # libraries make extra calls the first time
        n_before, n_all = enter_and_leave_settings()
    assert 0 < n_before < n_all - 10
    calls, n_interrupted = (*range(1, n_before, 23), *range(n_before + 1, n_all - 1)), 0
    for call in calls:
        try:
            enter_and_leave_settings(call)
        except KeyboardInterrupt:
            n_interrupted += 1
        assert torch_settings() == before
    assert n_interrupted > 0.9 * len(calls)  # some fall into the garbage collector, which ignores exceptions


def test_interrupted_sampling_clears_results_of_the_previous_fit(make_sampler, judged, monkeypatch):
    sampler = make_sampler()
    sampler.fit_resample(*judged)

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("sklearn_gan._estimators.sampler.repeat_targets", interrupt)
    with pytest.raises(KeyboardInterrupt):
        sampler.fit_resample(*judged)
    assert not hasattr(sampler, "parents_") and not hasattr(sampler, "synthetic_mask_")
    assert len(sample(sampler)) == 3


@pytest.mark.parametrize("then", [lambda: int("no number"), lambda: None])
@pytest.mark.parametrize("method", ["__init__", "select"])
def test_interruption_swallowed_by_a_library_reaches_the_caller(
    make_sampler, judged, ctrl_c, monkeypatch, method, then
):
    def swallow(*args):  # as numpy does, which then raises an error about an invalid buffer format
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        then()
        return None if method == "__init__" else np.zeros(20, dtype=int)

    sampler = make_sampler()
    with monkeypatch.context() as patch:
        patch.setattr(CandidateSelector, method, swallow)
        with pytest.raises(KeyboardInterrupt):
            sampler.fit_resample(*judged)
    check_fitted_or_unfitted(sampler, sample)


def test_ctrl_c_during_on_epoch_end_reaches_the_caller(make_sampler, judged, ctrl_c):
    class Press(Callback):
        def on_epoch_end(self, net, **kwargs):
            signal.raise_signal(signal.SIGINT)

    sampler, handler = make_sampler(callbacks=[Press()]), signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        sampler.fit(*judged)
    check_fitted_or_unfitted(sampler, sample)
    assert not hasattr(sampler, "net_") and signal.getsignal(signal.SIGINT) is handler


def test_callback_can_stop_training_when_the_handler_only_records(make_sampler, judged, ctrl_c):
    class Stop(Callback):
        def on_epoch_end(self, net, **kwargs):
            signal.raise_signal(signal.SIGINT)
            if received:
                raise KeyboardInterrupt

    received = []
    signal.signal(signal.SIGINT, lambda number, frame: received.append(number))
    sampler = make_sampler(max_steps=500, callbacks=[Stop()]).fit(*judged)
    assert received == [signal.SIGINT] and sampler.history_[-1, "step"] == 50


def test_signal_handler_set_by_a_callback_is_kept(make_sampler, judged, ctrl_c):
    class Replace(Callback):
        def on_epoch_end(self, net, **kwargs):
            signal.signal(signal.SIGINT, handler)

    def handler(number, frame):
        raise AssertionError("nobody pressed Ctrl-C")

    make_sampler(callbacks=[Replace()]).fit(*judged)
    assert signal.getsignal(signal.SIGINT) is handler


def test_keyboard_interrupt_raised_by_a_callback_ends_training(make_sampler, judged):
    class Timeout(Callback):
        def on_train_begin(self, net, **kwargs):
            self.seconds_left_ = 3

        def on_epoch_end(self, net, **kwargs):
            self.seconds_left_ -= 1  # pretends that each history record took a second
            if not self.seconds_left_:
                raise KeyboardInterrupt

    sampler = make_sampler(max_steps=10**6, callbacks=[Timeout()])
    X_resampled, _ = sampler.fit_resample(*judged)
    assert len(X_resampled) == 120 and len(sample(sampler)) == 3
    assert sampler.history_[-1, "step"] == 150


def test_interruption_reaches_a_fit_waiting_for_the_global_lock(make_sampler, judged, ctrl_c, monkeypatch):
    class Layer(torch.nn.Linear):
        def __init__(self, latent_dim, n_classes, n_features):
            super().__init__(latent_dim, n_features)

    class Announced:
        """A lock that sets an event when a thread waits for it."""

        release = GLOBAL_GENERATOR.lock.release

        def acquire(self, **kwargs):
            awaited.set()
            return lock.acquire(**kwargs)

    def hold_and_press():
        with lock:
            taken.set()
            assert awaited.wait(60)
            signal.raise_signal(signal.SIGINT)
            assert done.wait(60)

    lock, taken, awaited, done = GLOBAL_GENERATOR.lock, *(threading.Event() for _ in range(3))
    monkeypatch.setattr(GLOBAL_GENERATOR, "lock", Announced())
    thread, sampler = threading.Thread(target=hold_and_press), make_sampler(generator=Layer)
    thread.start()
    assert taken.wait(60)
    with pytest.raises(KeyboardInterrupt):
        sampler.fit(*judged)
    done.set()
    thread.join()
    check_fitted_or_unfitted(sampler, sample)


def test_failing_on_train_end_does_not_hide_an_interruption(make_sampler, judged):
    class Fail(Callback):
        def on_batch_end(self, net, **kwargs):
            raise KeyboardInterrupt

        def on_train_end(self, net, **kwargs):
            net.history[-1, "no such loss"]

    with pytest.raises(KeyboardInterrupt):
        make_sampler(callbacks=[Fail()]).fit(*judged)


def test_progress_bar_leaves_no_thread_behind(make_sampler, judged):
    before = threading.enumerate()
    make_sampler(verbose=1).fit(*judged)
    assert threading.enumerate() == before


SCRIPT = """
import signal

import numpy as np
from sklearn_gan import GANOversampler

signal.signal(signal.SIGINT, signal.default_int_handler)  # a process started in the background ignores Ctrl-C
X, y = np.random.default_rng(0).normal(size=(100, 2)), np.arange(100) % 2
GANOversampler(max_steps=10**6, verbose=1).fit(X, y)
"""


def test_ctrl_c_ends_a_script():
    script = subprocess.Popen([sys.executable, "-c", SCRIPT], stderr=subprocess.PIPE, text=True)
    try:
        shown = ""
        while "generator_loss" not in shown:  # in the progress bar
            shown += script.stderr.read(1)
            assert script.poll() is None
        script.send_signal(signal.SIGINT)
        _, errors = script.communicate(timeout=60)
    finally:
        script.kill()
    assert script.returncode in (-signal.SIGINT, 128 + signal.SIGINT) and "KeyboardInterrupt" in errors


def test_interruption_in_a_training_step_reaches_the_caller(make_sampler, numbers, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setitem(LOSSES, "relativistic", LOSSES["relativistic"]._replace(losses=interrupt))
    with pytest.raises(KeyboardInterrupt):
        make_sampler().fit(*numbers)


def test_early_stopping_ends_training(make_sampler, numbers):
    stop = EarlyStopping(
        monitor="generator_loss", patience=1, threshold=1e9, threshold_mode="abs", sink=lambda text: None
    )
    sampler = make_sampler(max_steps=500, callbacks=[stop]).fit(*numbers)
    assert sampler.history_[-1, "step"] < 500
    assert len(sampler.sample(3, y=1)) == 3


def test_failed_fit_leaves_the_sampler_unfitted(make_sampler, numbers):
    X, y = numbers
    sampler = make_sampler().fit(X, y)
    with pytest.raises(ValueError, match="contains infinity"):
        sampler.fit(np.where(X > 1, np.inf, X), y)
    with pytest.raises(NotFittedError):
        sampler.sample(1, y=1)


def test_failed_candidate_selection_leaves_the_sampler_unfitted(make_sampler, judged, monkeypatch):
    sampler = make_sampler().fit(*judged)
    monkeypatch.setattr("sklearn_gan._estimators.sampler.CandidateSelector", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sampler.fit(*judged)
    with pytest.raises(NotFittedError):
        sampler.sample(1, y=1)
