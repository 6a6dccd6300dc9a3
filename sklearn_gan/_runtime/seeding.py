"""Seeds and random generators independent of global random states."""

from hashlib import blake2b
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state


def draw_seed(random_state):
    """Return an integer seed, or None for fresh entropy without numpy's global state."""
    if random_state is None or isinstance(random_state, Integral):
        return random_state
    return check_random_state(random_state).randint(np.iinfo(np.int32).max)


def seed_for_table(random_state, *arrays):
    """Return a random generator seeded with `random_state` and the content of the arrays.

    Equal arrays give equal generators, and different arrays give independent ones. Folds of a cross-validation
    therefore share no noise, although their samplers have the same seed.
    """
    seed = draw_seed(random_state)
    if seed is None:
        return np.random.default_rng()
    digest = blake2b(digest_size=16)
    for array in arrays:
        digest.update(np.ascontiguousarray(array))
    return np.random.default_rng([seed, *np.frombuffer(digest.digest(), dtype=np.uint32).tolist()])
