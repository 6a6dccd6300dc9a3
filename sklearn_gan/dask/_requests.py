"""Split a request for rows into partitions, and create the task that samples each."""

import zlib

import cloudpickle
import numpy as np
from dask import delayed

from sklearn_gan.dask._digest import take

ROWS_PER_PARTITION = 50_000
CELLS_PER_PARTITION = 5_000_000


def rows_per_partition(n_columns):
    """Return the number of rows of a partition of synthetic rows, so that its memory is bounded."""
    return min(ROWS_PER_PARTITION, max(1, CELLS_PER_PARTITION // n_columns))


def split_request(codes, repeats, n_rows):
    """Yield the parts of a request that have `n_rows` rows, and the rest.

    Parameters
    ----------
    codes, repeats : ndarray of shape (n,)
        Classes, and how often each is repeated.
    n_rows : int
        The number of rows of a part.

    Yields
    ------
    codes, repeats : ndarray
        A part of the request. An empty request has one part without rows.
    """
    stops = np.cumsum(repeats)
    total = int(stops[-1]) if len(stops) else 0
    for start in range(0, max(total, 1), n_rows):
        stop = min(start + n_rows, total)
        first, last = np.searchsorted(stops, start, side="right"), np.searchsorted(stops, stop)
        edges = np.clip(stops[first : last + 1], start, stop)
        yield codes[first : last + 1], np.diff(edges, prepend=start)


def pack(sampler):
    """Return the task that returns a fitted sampler.

    Its pickle is compressed, because it is a part of every graph, and every scheduler receives it. As a part of the
    graph, it is not lost with a worker.
    """
    return delayed(_unpack, pure=False)(zlib.compress(cloudpickle.dumps(sampler), 1))


def _unpack(pickled):
    return cloudpickle.loads(zlib.decompress(pickled))


def draw(sampler, seed, codes, repeats, with_parents):
    """Return synthetic rows and, with parents, their positions and weights."""
    return sampler._draw_seeded(np.repeat(codes, repeats), seed, with_parents)


def repeat_targets(targets, codes, repeats):
    """Return the target of each row of a request, given the target of each class."""
    return take(targets, np.repeat(codes, repeats))
