"""All or nothing: what an interruption, or an error, leaves of a fit."""

import signal
from contextlib import contextmanager
from threading import current_thread, main_thread


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
    """Remove all that was learned: what has a trailing underscore, and what the estimator's `_learned` names."""
    for name in [name for name in vars(estimator) if name.endswith("_") or name in estimator._learned]:
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
        try:
            handler(signum, frame)
        except BaseException as interruption:  # a caller's handler may raise another one
            interruptions.append(interruption)
            raise

    try:
        signal.signal(signal.SIGINT, note)
        yield interruptions
    finally:
        signal.signal(signal.SIGINT, handler)
