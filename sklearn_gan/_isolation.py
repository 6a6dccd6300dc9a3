"""Fits keep to themselves: what runs at the same time, or was set before, neither changes their rows nor is changed."""

import os
from contextlib import contextmanager, nullcontext
from threading import Lock, RLock, get_ident

import torch
from threadpoolctl import threadpool_limits


class Turns:
    """What one thread at a time does; a thread may begin anew within it, and a forked process does not wait.

    Nobody else would end the turn of a thread that the forked process does not have.
    """

    def __init__(self):
        self._renew()
        _after_fork(self._renew)

    def _renew(self):
        self._lock = RLock()

    @contextmanager
    def take(self):
        """Wait until nobody else has it."""
        with self._lock:
            yield


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
GLOBAL_GENERATOR = Turns()


@contextmanager
def own_torch_settings(device):
    """Compute alike on a device, whatever the caller has set, and leave that as it was."""
    # A default device is left aside for every call, and an interruption then would lose it: none is set without need.
    on_cpu = nullcontext() if torch.get_default_device().type == "cpu" else torch.device("cpu")
    with (
        ONE_THREAD.enter(),
        threadpool_limits(1, user_api="openmp"),  # scikit-learn's; like torch's, they are this thread's own
        on_cpu,
        torch.autocast(torch.device(device).type, enabled=False),
        torch.inference_mode(False),
        torch.enable_grad(),
    ):
        yield


@contextmanager
def seeded_torch(seed, device):
    """Let modules of the user's draw from torch's global generator, by a seed, in float32; leave all as it was.

    They do so one thread at a time, as there is one such generator, and one default type.
    """
    on_gpu = device.type == "cuda"
    with GLOBAL_GENERATOR.take(), torch.random.fork_rng([device] if on_gpu else []):
        dtype = torch.get_default_dtype()
        seed_global = torch.manual_seed if on_gpu else torch.default_generator.manual_seed
        seed_global(seed)
        try:
            torch.set_default_dtype(torch.float32)
            yield
        finally:
            torch.set_default_dtype(dtype)
