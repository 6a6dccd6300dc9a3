"""Compare imputers: hide values of tables, impute them, and score them against the true values."""

import time
import warnings
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  (makes IterativeImputer importable)
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer

from sklearn_gan import GANImputer

HIDDEN_SHARE = 0.2


@dataclass
class MaskedTable:
    """A table with some of its values hidden.

    Attributes
    ----------
    X : DataFrame
        The table with the hidden values missing.
    hidden : ndarray of shape (n_rows, n_columns), dtype bool
        Positions of the hidden values.
    """

    X: pd.DataFrame
    hidden: np.ndarray


def hide_cells(X, seed):
    """Hide each observed value with probability `HIDDEN_SHARE`, but leave at least one in each column."""
    rng = np.random.default_rng(seed)
    observed = X.notna().to_numpy()
    hidden = observed & (rng.random(X.shape) < HIDDEN_SHARE)
    for j in np.flatnonzero(observed.any(axis=0) & ~(observed & ~hidden).any(axis=0)):
        hidden[np.argmax(observed[:, j]), j] = False
    return MaskedTable(X.mask(hidden), hidden)


class Encoding:
    """Encode tables for numeric imputers: standardised numeric columns and one-hot categories.

    A missing category is missing in all of its one-hot columns. Decoding selects the category with the largest value.
    With `drop_last`, the last category has no column, and decoding computes its value as 1 minus the sum of the others.
    Otherwise, an imputer that regresses columns on each other would only reproduce this sum.
    """

    def __init__(self, X, drop_last):
        self.X, self.n_dropped = X, int(drop_last)
        self.is_category = (X.dtypes == "category").to_numpy()
        numbers = X.loc[:, ~self.is_category]
        self.means, self.scales = numbers.mean().fillna(0), numbers.std(ddof=0).fillna(0).replace(0, 1)
        # Numeric imputers cannot predict categories without observed values, so these get no columns.
        self.categories = {
            name: X[name].cat.remove_unused_categories().cat.categories for name in X.columns[self.is_category]
        }

    def encode(self):
        """Return the numeric matrix of shape (n_rows, n_encoded)."""
        numbers = ((self.X.loc[:, ~self.is_category] - self.means) / self.scales).to_numpy()
        blocks = [self._one_hot(name) for name in self.categories]
        return np.hstack([numbers, *blocks])

    def _one_hot(self, name):
        codes = self.categories[name].get_indexer(self.X[name])
        n_categories = len(self.categories[name])
        one_hot = np.where(codes[:, None] < 0, np.nan, np.eye(n_categories)[codes])
        return one_hot[:, : n_categories - self.n_dropped]

    def decode(self, encoded):
        """Return the imputed table."""
        filled = self.X.copy()
        n_numbers = len(self.means)
        filled[self.means.index] = encoded[:, :n_numbers] * self.scales.to_numpy() + self.means.to_numpy()
        start = n_numbers
        for name, categories in self.categories.items():
            stop = start + max(0, len(categories) - self.n_dropped)
            block = encoded[:, start:stop]
            if self.n_dropped:
                block = np.column_stack((block, 1 - block.sum(axis=1)))
            if len(categories):
                found = pd.Series(categories[block.argmax(axis=1)], self.X.index, dtype=self.X[name].dtype)
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
        warnings.simplefilter("ignore", ConvergenceWarning)  # expected after 10 rounds of IterativeImputer
        return encoding.decode(make(seed).fit_transform(encoding.encode()))


def _knn(seed):
    return KNNImputer(keep_empty_features=True)


def _iterative(seed):
    return IterativeImputer(max_iter=10, keep_empty_features=True, random_state=seed)


def gan(X, seed, **params):
    """Return the table imputed by GANImputer with the given parameters."""
    return GANImputer(device="cpu", random_state=seed, **params).fit_transform(X)


METHODS = {
    "mean / mode": _mean_and_mode,
    "KNNImputer": partial(_of_numbers, _knn, False),
    "IterativeImputer": partial(_of_numbers, _iterative, True),
    "GANImputer": gan,
}


def run(table, repeat, method_name, seed):
    """Return the record of a method on a table; each repeat hides other values."""
    masked = hide_cells(table.X, [seed, repeat])
    start = time.process_time()
    filled = METHODS[method_name](masked.X, seed + repeat)
    seconds = time.process_time() - start
    about = {"table": table.name, "family": table.family, "fold": repeat, "method": method_name}
    return [{**about, **scores(table.X, filled, masked.hidden), "seconds": seconds}]


def scores(X, filled, hidden):
    """Return the errors of the imputed values and the number of hidden values.

    `rmse` is the root mean squared error of all hidden numeric values, in standard deviations of their column in the
    original table. `category_error` is the share of hidden categories that are imputed incorrectly.
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
