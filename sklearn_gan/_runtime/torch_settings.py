"""Isolate fits from the user's torch settings and from concurrent code, and vice versa."""

import os
from contextlib import ExitStack, contextmanager
from threading import Lock, RLock, get_ident

import torch
from threadpoolctl import threadpool_limits

from sklearn_gan._runtime.interruption import defer_interruptions

MAX_WAIT = 0.05  # seconds
HAS_CPU_PRECISION = hasattr(torch.backends.mkldnn, "matmul")  # torch 2.9 and later


class ForkSafeLock:
    """A reentrant lock, released in forked processes.

    Only the thread holding a lock can release it, and a forked process does not have this thread.

    Attributes
    ----------
    lock : threading.RLock
        The lock, replaced after a fork.
    """

    def __init__(self):
        self._renew()
        _after_fork(self._renew)

    def _renew(self):
        self.lock = RLock()


def get_precision():
    """Return the precision of float32 matrix products on the CPU; before torch 2.9, on all devices."""
    return torch.backends.mkldnn.matmul.fp32_precision if HAS_CPU_PRECISION else torch.get_float32_matmul_precision()


def set_precision(precision):
    """Set the precision that :func:`get_precision` returns."""
    if HAS_CPU_PRECISION:
        torch.backends.mkldnn.matmul.fp32_precision = precision
    else:
        torch.set_float32_matmul_precision(precision)


class OneThread:
    """Use one torch thread and full float32 precision in each Python thread that enters.

    One torch thread is fastest for small networks and gives the same bits everywhere. torch keeps its number of threads
    per Python thread, with a default for new threads, but sets both at once. It keeps the precision of matrix products
    on the CPU per process. The first thread to enter therefore saves the settings, and the last to leave restores them.
    """

    def __init__(self):
        self._lock, self._inside, self._found = Lock(), set(), None
        _after_fork(self._remove_missing_threads)

    @contextmanager
    def enter(self):
        """Apply the settings, unless this thread already has, and restore them on exit."""
        thread = get_ident()
        if thread in self._inside:  # a callback may fit another estimator
            yield
            return
        try:
            self._set(thread)
            yield
        finally:
            self._restore(thread)

    def _set(self, thread):
        with self._lock:
            if not self._inside:
                self._found = torch.get_num_threads(), get_precision()
            self._inside.add(thread)
            torch.set_num_threads(1)
            set_precision("ieee" if HAS_CPU_PRECISION else "highest")

    def _restore(self, thread):
        with self._lock:
            if thread not in self._inside:
                return
            n_threads, precision = self._found
            torch.set_num_threads(n_threads)
            self._inside.discard(thread)
            if not self._inside:
                set_precision(precision)

    def _remove_missing_threads(self):
        """Remove threads that a forked process does not have, and restore the settings if none is left."""
        self._lock = Lock()
        others = self._inside - {get_ident()}
        self._inside -= others
        if others and not self._inside:
            self._inside.add(get_ident())
            self._restore(get_ident())


def _after_fork(renew):
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(after_in_child=renew)


ONE_THREAD = OneThread()
GLOBAL_GENERATOR = ForkSafeLock()


class OwnTorchSettings:
    """Apply fixed torch settings on a device, and restore the user's settings on exit, even after an interruption.

    Parameters
    ----------
    device : str or torch.device
        Device to compute on.
    seed : int or None, default=None
        Seed of torch's global generator, from which the user's modules may sample. A seed also sets the default dtype
        to float32. Only one thread at a time enters with a seed, because generator and default dtype are global.
    """

    def __init__(self, device, seed=None):
        self._device, self._seed, self._settings = torch.device(device), seed, ExitStack()

    def __enter__(self):
        try:
            while self._seed is not None and not self._acquire_generator():
                pass  # waiting can be interrupted here
            self._set()
        except BaseException:
            self.__exit__()
            raise

    @defer_interruptions
    def __exit__(self, *exception):
        self._settings.close()

    @defer_interruptions
    def _acquire_generator(self):
        lock = GLOBAL_GENERATOR.lock
        return lock.acquire(timeout=MAX_WAIT) and self._settings.callback(lock.release)

    @defer_interruptions
    def _set(self):
        enter = self._settings.enter_context
        enter(ONE_THREAD.enter())
        enter(threadpool_limits(1, user_api="openmp"))  # for scikit-learn; set per Python thread, as in torch
        if torch.empty(0).device.type != "cpu":  # only if needed, because it slows down every torch call
            enter(torch.device("cpu"))
        enter(torch.autocast(self._device.type, enabled=False))
        enter(torch.inference_mode(False))
        enter(torch.enable_grad())
        if self._seed is not None:
            self._seed_global()

    def _seed_global(self):
        on_gpu = self._device.type == "cuda"
        self._settings.enter_context(torch.random.fork_rng([self._device] if on_gpu else []))
        seed = torch.manual_seed if on_gpu else torch.default_generator.manual_seed
        seed(self._seed)
        self._settings.callback(torch.set_default_dtype, torch.get_default_dtype())
        torch.set_default_dtype(torch.float32)
