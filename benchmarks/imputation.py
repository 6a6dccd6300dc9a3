"""Imputation compared: cells of whole tables are hidden, filled again, and judged against what was there."""

import time
import warnings
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  (it makes IterativeImputer importable)
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer

from sklearn_gan import GANImputer

HIDDEN_SHARE = 0.2


@dataclass
class Damage:
    """A table of which some cells are hidden.

    Attributes
    ----------
    X : DataFrame
        The table without them.
    hidden : ndarray of shape (n_rows, n_columns), dtype bool
        Where they were.
    """

    X: pd.DataFrame
    hidden: np.ndarray


def hide_cells(X, seed):
    """Hide a `HIDDEN_SHARE` of the observed cells, completely at random; one cell of each column stays."""
    rng = np.random.default_rng(seed)
    observed = X.notna().to_numpy()
    hidden = observed & (rng.random(X.shape) < HIDDEN_SHARE)
    for j in np.flatnonzero(observed.any(axis=0) & ~(observed & ~hidden).any(axis=0)):
        hidden[np.argmax(observed[:, j]), j] = False
    return Damage(X.mask(hidden), hidden)


class Encoding:
    """Numbers standardised, categories one-hot: what imputers of numbers are given.

    A missing category is missing in all of its columns; the level whose column is filled with the largest number
    is the one that is taken. With `drop_last` the last level has no column, and the number that the others leave
    to 1: an imputer that regresses columns on each other would otherwise learn nothing but that they sum to 1.
    """

    def __init__(self, X, drop_last):
        self.X, self.n_dropped = X, int(drop_last)
        self.is_category = (X.dtypes == "category").to_numpy()
        numbers = X.loc[:, ~self.is_category]
        self.means, self.scales = numbers.mean().fillna(0), numbers.std(ddof=0).fillna(0).replace(0, 1)
        # Levels that no visible cell has are no columns: an imputer of numbers can say nothing about them.
        self.levels = {
            name: X[name].cat.remove_unused_categories().cat.categories for name in X.columns[self.is_category]
        }

    def encode(self):
        """Return the table as numbers, of shape (n_rows, n_encoded)."""
        numbers = ((self.X.loc[:, ~self.is_category] - self.means) / self.scales).to_numpy()
        blocks = [self._one_hot(name) for name in self.levels]
        return np.hstack([numbers, *blocks])

    def _one_hot(self, name):
        codes = self.levels[name].get_indexer(self.X[name])
        n_levels = len(self.levels[name])
        one_hot = np.where(codes[:, None] < 0, np.nan, np.eye(n_levels)[codes])
        return one_hot[:, : n_levels - self.n_dropped]

    def decode(self, encoded):
        """Return the filled table."""
        filled = self.X.copy()
        n_numbers = len(self.means)
        filled[self.means.index] = encoded[:, :n_numbers] * self.scales.to_numpy() + self.means.to_numpy()
        start = n_numbers
        for name, levels in self.levels.items():
            stop = start + max(0, len(levels) - self.n_dropped)
            block = encoded[:, start:stop]
            if self.n_dropped:
                block = np.column_stack((block, 1 - block.sum(axis=1)))
            if len(levels):
                found = pd.Series(levels[block.argmax(axis=1)], self.X.index, dtype=self.X[name].dtype)
                filled[name] = self.X[name].fillna(found)
            start = stop
        return filled


def _mean_and_mode(X, seed):
    filled = X.copy()
    for name in X:
        strategy = "most_frequent" if X[name].dtype == "category" else "mean"
        imputer = SimpleImputer(strategy=strategy, keep_empty_features=True)
        column = imputer.fit_transform(X[[name]].astype(object if strategy == "most_frequent" else float))
        filled[name] = pd.Series(column[:, 0], X.index).astype(X[name].dtype)
    return filled


def _of_numbers(make, drop_last, X, seed):
    encoding = Encoding(X, drop_last)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 10 rounds are what IterativeImputer has
        return encoding.decode(make(seed).fit_transform(encoding.encode()))


def _knn(seed):
    return KNNImputer(keep_empty_features=True)


def _iterative(seed):
    return IterativeImputer(max_iter=10, keep_empty_features=True, random_state=seed)


def gan(X, seed, **params):
    """Return the table as a GANImputer with these parameters fills it."""
    return GANImputer(device="cpu", random_state=seed, **params).fit_transform(X)


METHODS = {
    "mean / mode": _mean_and_mode,
    "KNNImputer": partial(_of_numbers, _knn, False),
    "IterativeImputer": partial(_of_numbers, _iterative, True),
    "GANImputer": gan,
}


def run(table, repeat, method_name, seed):
    """Return the record of a method on a table whose cells are hidden anew in each repeat."""
    damage = hide_cells(table.X, [seed, repeat])
    start = time.perf_counter()
    filled = METHODS[method_name](damage.X, seed + repeat)
    seconds = time.perf_counter() - start
    about = {"table": table.name, "family": table.family, "fold": repeat, "method": method_name}
    return [{**about, **scores(table.X, filled, damage.hidden), "seconds": seconds}]


def scores(X, filled, hidden):
    """Return how far the filled cells are from those that were hidden.

    `rmse` is the root of the mean, over all hidden cells of numbers, of squared distances in standard deviations of
    their column in the undamaged table; `category_error` is the share of hidden categories that are filled wrong.
    """
    is_category = (X.dtypes == "category").to_numpy()
    distances, wrong = [], []
    for j, name in enumerate(X):
        true, found = X[name][hidden[:, j]], filled[name][hidden[:, j]]
        if is_category[j]:
            wrong.append((true.astype(object) != found.astype(object)).to_numpy())
        else:
            deviation = X[name].std(ddof=0)
            distances.append((found - true).to_numpy(dtype=float) / (deviation if deviation > 0 else 1))
    distances, wrong = (np.concatenate(parts) if parts else np.empty(0) for parts in (distances, wrong))
    return {
        "rmse": np.sqrt(np.square(distances).mean()) if len(distances) else np.nan,
        "category_error": wrong.mean() if len(wrong) else np.nan,
        "n_numbers": len(distances),
        "n_categories": len(wrong),
    }
