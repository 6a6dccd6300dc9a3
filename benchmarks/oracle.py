"""Make a class rare, resample it, and compare with an oracle that trains on the hidden real rows.

The oracle is an upper reference: a sampler is measured by the share of the gap between SMOTE and oracle that it closes.
"""

import numpy as np
from sklearn.model_selection import train_test_split

from benchmarks import statistics
from benchmarks.methods import METHODS
from benchmarks.protocol import run_split

COMPARED = ("none", "SMOTE", "GANOversampler", "oracle")
N_TABLES = 8
N_SHOWN = 30
N_OTHERS = 3_000
N_TEST = 4_000


def choose_tables(tables):
    """Return up to `N_TABLES` binary tables with the most minority rows, one from each family."""
    binary = [table for table in tables if len(np.unique(table.y)) == 2 and table.y.sum() > 2 * N_SHOWN]
    by_size = sorted(binary, key=lambda table: -table.y.sum())
    first_of_family = {table.family: table for table in reversed(by_size)}
    return [table for table in by_size if first_of_family[table.family] is table][:N_TABLES]


def split(table, repeat, seed):
    """Return the positions of the training rows, of the test rows and of the hidden minority rows of a random subset.

    The test set has 30% of the rows, at most `N_TEST`. The training set has `N_SHOWN` minority and at most `N_OTHERS`
    majority rows from the remaining ones. Enough of the other minority rows are hidden to balance the classes.
    """
    rng = np.random.default_rng([seed, repeat])
    n_test = min(N_TEST, int(0.3 * len(table.y)))
    rest, test = train_test_split(
        np.arange(len(table.y)), test_size=n_test, stratify=table.y, random_state=int(rng.integers(2**31))
    )
    minority, others = (rng.permutation(rest[table.y[rest] == label]) for label in (1, 0))
    shown = np.append(others[:N_OTHERS], minority[:N_SHOWN])
    return shown, test, minority[N_SHOWN:][: min(N_OTHERS, len(others)) - N_SHOWN]


def run(table, repeat, method, seed, classifiers):
    """Return the records of one method on one random subset of the table; the oracle also trains on the hidden rows."""
    shown, test, hidden = split(table, repeat, seed)
    train = np.append(shown, hidden) if method == "oracle" else shown
    resampling = METHODS["random" if method == "oracle" else method]  # rows repeat if the oracle has too few
    records = run_split(table, train, test, resampling, seed + repeat, classifiers)
    about = {"table": table.name, "family": table.family, "fold": repeat, "method": method}
    return [about | record for record in records]


def shares(records, method, columns):
    """Return the mean gain of a method over SMOTE, divided by that of the oracle."""
    by_method = statistics.means(records, columns)
    start = by_method.loc["SMOTE"]
    return (by_method.loc[method] - start) / (by_method.loc["oracle"] - start)
