"""The ceiling: make a class rare, resample, and compare with handing its hidden real rows back.

The share of the way from SMOTE to this oracle is what a sampler gained of all that there was to gain.
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
    """Return the tables of two classes that have most minority rows, `N_TABLES` at most, one of each family."""
    binary = [table for table in tables if len(np.unique(table.y)) == 2 and table.y.sum() > 2 * N_SHOWN]
    by_size = sorted(binary, key=lambda table: -table.y.sum())
    first_of_family = {table.family: table for table in reversed(by_size)}
    return [table for table in by_size if first_of_family[table.family] is table][:N_TABLES]


def run(table, repeat, method, seed, classifiers):
    """Return the records of one method on one way to make the table rare.

    A test set of 30 % of the rows, `N_TEST` at most, is laid aside. Of the others `N_SHOWN` minority and
    `N_OTHERS` majority rows are shown; the oracle also gets the hidden minority rows, up to balance.
    """
    rng = np.random.default_rng([seed, repeat])
    n_test = min(N_TEST, int(0.3 * len(table.y)))
    rest, test = train_test_split(
        np.arange(len(table.y)), test_size=n_test, stratify=table.y, random_state=int(rng.integers(2**31))
    )
    minority, others = (rng.permutation(rest[table.y[rest] == label]) for label in (1, 0))
    shown = np.append(others[:N_OTHERS], minority[:N_SHOWN])
    hidden = minority[N_SHOWN:][: min(N_OTHERS, len(others)) - N_SHOWN]
    train = np.append(shown, hidden) if method == "oracle" else shown
    resampling = METHODS["random" if method == "oracle" else method]  # what the oracle lacks of balance is repeated
    records = run_split(table, train, test, resampling, seed + repeat, classifiers)
    about = {"table": table.name, "family": table.family, "fold": repeat, "method": method}
    return [about | record for record in records]


def shares(records, method, columns):
    """Return how much of the way from SMOTE to the oracle a method goes: its mean gain by the oracle's."""
    by_method = statistics.means(records, columns)
    start = by_method.loc["SMOTE"]
    return (by_method.loc[method] - start) / (by_method.loc["oracle"] - start)
