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
        except Exception as error:
            if interruptions:
                raise KeyboardInterrupt from error
            raise
        if interruptions:
            raise KeyboardInterrupt


@contextmanager
def noted_interruptions():
    """Yield a list, to which each KeyboardInterrupt is added that a signal raises: the others were raised by code.

    Python handles signals in its main thread alone.
    """
    interruptions, handler = [], signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(handler):
        yield interruptions
        return

    def note(signum, frame):
        try:
            handler(signum, frame)
        except KeyboardInterrupt as interruption:
            interruptions.append(interruption)
            raise

    try:
        signal.signal(signal.SIGINT, note)
        yield interruptions
    finally:
        signal.signal(signal.SIGINT, handler)
