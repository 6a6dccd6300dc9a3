"""Fits keep to themselves: what runs at the same time, or was set before, neither changes their rows nor is changed."""

import os
from contextlib import ExitStack, contextmanager
from threading import Lock, RLock, get_ident

import torch
from threadpoolctl import threadpool_limits

from sklearn_gan._runtime.interruption import defer_interruptions

MAX_WAIT = 0.05  # seconds


class ForkSafeLock:
    """What one thread at a time does; a thread may begin anew within it, and a forked process does not wait.

    Nobody else would end the turn of a thread that the forked process does not have.

    Attributes
    ----------
    lock : threading.RLock
        Held by whose turn it is.
    """

    def __init__(self):
        self._renew()
        _after_fork(self._renew)

    def _renew(self):
        self.lock = RLock()


class OneThread:
    """Compute with one thread, and exactly, in each thread of Python that asks for it.

    One thread is fastest for small networks, and gives the same bits everywhere. torch keeps its number of threads
    for each thread of Python, and one for those to come, but sets both at once; how exactly it multiplies on the CPU
    it keeps for the process. So the first who enters remembers, and the last who leaves puts back.
    """

    def __init__(self):
        self._lock, self._inside, self._found = Lock(), set(), None
        _after_fork(self._stay_alone)

    @contextmanager
    def enter(self):
        """Set it, unless this thread has, and put it back."""
        me = get_ident()
        if me in self._inside:  # a callback that fits
            yield
            return
        try:
            self._set(me)
            yield
        finally:
            self._put_back(me)

    def _set(self, me):
        with self._lock:
            if not self._inside:
                self._found = torch.get_num_threads(), torch.backends.mkldnn.matmul.fp32_precision
            self._inside.add(me)
            torch.set_num_threads(1)
            torch.backends.mkldnn.matmul.fp32_precision = "ieee"

    def _put_back(self, me):
        with self._lock:
            if me not in self._inside:
                return
            n_threads, precision = self._found
            torch.set_num_threads(n_threads)
            self._inside.discard(me)
            if not self._inside:
                torch.backends.mkldnn.matmul.fp32_precision = precision

    def _stay_alone(self):
        """In a forked process, leave for the threads that it does not have."""
        self._lock = Lock()
        others = self._inside - {get_ident()}
        self._inside -= others
        if others and not self._inside:
            self._inside.add(get_ident())
            self._put_back(get_ident())


def _after_fork(renew):
    if hasattr(os, "register_at_fork"):  # where processes fork
        os.register_at_fork(after_in_child=renew)


ONE_THREAD = OneThread()
GLOBAL_GENERATOR = ForkSafeLock()


class OwnTorchSettings:
    """Compute alike on a device, whatever the caller has set, and leave that as it was, also if that is interrupted.

    Parameters
    ----------
    device : str or torch.device
        Where to compute.
    seed : int or None, default=None
        With a seed, modules of the user's may draw from torch's global generator, in float32. They do so one thread at
        a time, as there is one such generator, and one default type.
    """

    def __init__(self, device, seed=None):
        self._device, self._seed, self._settings = torch.device(device), seed, ExitStack()

    def __enter__(self):
        try:
            while self._seed is not None and not self._take_turn():
                pass  # here an interruption reaches who waits
            self._set()
        except BaseException:
            self.__exit__()
            raise

    @defer_interruptions
    def __exit__(self, *exception):
        self._settings.close()

    @defer_interruptions
    def _take_turn(self):
        lock = GLOBAL_GENERATOR.lock
        return lock.acquire(timeout=MAX_WAIT) and self._settings.callback(lock.release)

    @defer_interruptions
    def _set(self):
        enter = self._settings.enter_context
        enter(ONE_THREAD.enter())
        enter(threadpool_limits(1, user_api="openmp"))  # scikit-learn's; like torch's, they are this thread's own
        if torch.get_default_device().type != "cpu":  # a default device makes every call of torch slower
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
