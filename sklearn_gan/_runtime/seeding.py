"""Seeds and random generators that leave global random states alone."""

from hashlib import blake2b
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state


def draw_seed(random_state):
    """Return a seed; None gives a fresh one, so that numpy's global state is left alone."""
    if random_state is None or isinstance(random_state, Integral):
        return random_state
    return check_random_state(random_state).randint(np.iinfo(np.int32).max)


def seed_for_table(random_state, *arrays):
    """Return a random generator for these arrays: the same for equal ones, one that shares no noise for any others.

    So the folds of a cross-validation, whose samplers have the same seed, are independent of each other.
    """
    seed = draw_seed(random_state)
    if seed is None:
        return np.random.default_rng()
    digest = blake2b(digest_size=16)
    for array in arrays:
        digest.update(np.ascontiguousarray(array))
    return np.random.default_rng([seed, *np.frombuffer(digest.digest(), dtype=np.uint32).tolist()])
