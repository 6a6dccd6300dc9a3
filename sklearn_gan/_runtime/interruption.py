"""Leave no partly fitted estimator after an interruption or an error."""

import signal
from contextlib import contextmanager
from copy import copy
from functools import wraps
from threading import current_thread, main_thread

DEFERRING = set()  # code objects of functions that must not be interrupted
PENDING = []  # signals received while one of these functions was running


@contextmanager
def unfitted_on_failure(estimator):
    """Reset an estimator before fitting, and again if fitting fails or is interrupted."""
    try:
        forget(estimator)
        with interruptible():
            yield
    except BaseException:
        forget(estimator)
        raise


def forget(estimator):
    """Remove the fitted attributes: those with a trailing underscore and those in the estimator's `_fitted_state`."""
    for name in [name for name in vars(estimator) if name.endswith("_") or name in estimator._fitted_state]:
        delattr(estimator, name)


@contextmanager
def interruptible():
    """Raise an interruption to the calling code, even if a library swallows it or raises another error instead."""
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
    """Yield a list to collect the exceptions raised by Ctrl-C.

    A KeyboardInterrupt missing from the list was raised by code. Python handles signals only in its main thread, so the
    list stays empty in other threads.
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
        except BaseException as interruption:  # a custom handler may raise any exception
            # Without its traceback, which would keep objects alive, and which Dask makes `copy` keep.
            interruptions.append(copy(interruption).with_traceback(None))
            raise

    try:
        signal.signal(signal.SIGINT, note)
        yield interruptions
    finally:
        try:
            _restore_handler(note, handler)
        except BaseException:
            _restore_handler(note, handler)  # the interruption may have come before the first attempt
            raise


def defer_interruptions(function):
    """Decorate a function to defer interruptions until it returns. Effective within :func:`interruptible`."""

    @wraps(function)
    def deferring(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        finally:
            _deliver()

    DEFERRING.update((function.__code__, deferring.__code__))
    return deferring


@defer_interruptions
def _restore_handler(ours, before):
    """Restore the handler of SIGINT, unless a callback has set another one."""
    if signal.getsignal(signal.SIGINT) is ours:
        signal.signal(signal.SIGINT, before)


def _deliver():
    """Raise a pending signal again if this is the main thread, which handles signals."""
    if PENDING and current_thread() is main_thread():
        signum = PENDING.pop()
        PENDING.clear()
        signal.raise_signal(signum)


def _is_deferring(frame):
    """Return whether a deferring function, or a function called by it, is running."""
    while frame is not None and frame.f_code not in DEFERRING | {_deliver.__code__}:
        frame = frame.f_back
    return frame is not None and frame.f_code in DEFERRING
