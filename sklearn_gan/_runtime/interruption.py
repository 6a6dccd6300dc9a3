"""All or nothing: what an interruption, or an error, leaves of a fit."""

import signal
from contextlib import contextmanager
from copy import copy
from functools import wraps
from threading import current_thread, main_thread

DEFERRING = set()  # the code of functions that are not to be cut short
PENDING = []  # signals that came while one of them was at work


@contextmanager
def unfitted_on_failure(estimator):
    """Make an estimator unfitted, before it is fitted anew and again if that fails or is interrupted."""
    try:
        forget(estimator)
        with interruptible():
            yield
    except BaseException:
        forget(estimator)
        raise


def forget(estimator):
    """Remove all that was learned: what has a trailing underscore, and what the estimator's `_fitted_state` names."""
    for name in [name for name in vars(estimator) if name.endswith("_") or name in estimator._fitted_state]:
        delattr(estimator, name)


@contextmanager
def interruptible():
    """Let an interruption reach the caller, also if a library swallows it or makes another error of it."""
    with noted_interruptions() as interruptions:
        try:
            yield
        except Exception:
            if interruptions:
                raise interruptions[0] from None
            raise
        if interruptions:
            raise interruptions[0]


@contextmanager
def noted_interruptions():
    """Yield a list, to which what Ctrl-C raises is added: a KeyboardInterrupt that is not there was raised by code.

    Python handles signals in its main thread alone.
    """
    interruptions, handler = [], signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(handler):
        yield interruptions
        return

    def note(signum, frame):
        if _is_deferring(frame):
            PENDING.append(signum)
            return
        try:
            handler(signum, frame)
        except BaseException as interruption:  # a caller's handler may raise another one
            interruptions.append(copy(interruption))  # without its traceback, which would keep alive what it passed
            raise

    try:
        signal.signal(signal.SIGINT, note)
        yield interruptions
    finally:
        if signal.getsignal(signal.SIGINT) is note:  # a callback may have set another one
            signal.signal(signal.SIGINT, handler)


def defer_interruptions(function):
    """Let an interruption wait until a function is done, whose half would do harm; within :func:`interruptible`."""

    @wraps(function)
    def whole(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        finally:
            _deliver()

    DEFERRING.update((function.__code__, whole.__code__))
    return whole


def _deliver():
    """Send again a signal that waits, if the thread is the one that handles signals."""
    if PENDING and current_thread() is main_thread():
        signum = PENDING.pop()
        PENDING.clear()
        signal.raise_signal(signum)


def _is_deferring(frame):
    """Tell whether a function that is not to be cut short, or one that it called, is at work."""
    while frame is not None and frame.f_code not in DEFERRING | {_deliver.__code__}:
        frame = frame.f_back
    return frame is not None and frame.f_code in DEFERRING
