"""Summaries of partitions, of bounded size, that merge to a summary of the whole table."""

from collections import Counter
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import pandas as pd
from dask.dataframe.dispatch import concat

from sklearn_gan._table import are_missing, factorize, open_container, plain_labels, read_labels, size_of_classes

MAX_CATEGORIES = 1_000
MAX_CLASSES = 1_000
NUMERIC_KINDS = {"number", "time"}


@dataclass
class Digest:
    """Class counts and some rows of one or more partitions.

    The rows are a random sample without replacement from each class, the rows with the smallest and the largest value
    of each numeric or datetime column, and a row of each category. The classes of the sample have the sizes that
    `choose_rows` gives them in a table in memory. At most `MAX_CATEGORIES` categories of a column have a row besides
    those of the sample, and frequent categories are more likely to be among them.

    Every row of the table has a random key. The sample consists of the rows of each class with the smallest keys, and
    the row of a category is its row with the smallest key. A digest of several partitions is therefore a function of
    their rows, whatever the order in which digests are merged.

    Attributes
    ----------
    X : DataFrame or ndarray of shape (n_kept, n_features)
        The rows kept, in the order of the table.
    y : Series or ndarray of shape (n_kept,)
        Their labels.
    keys : ndarray of shape (n_kept,)
        Their random keys.
    positions : ndarray of shape (n_kept, 2)
        The number of the partition of each, and its position there.
    is_sampled : ndarray of shape (n_kept,), dtype bool
        Mask of the rows in the random sample.
    counts : Counter
        The number of rows of each class.
    lengths : dict
        The number of rows of each partition, by its number.
    last_label : int or None
        The largest label of the index, if that consists of integers.
    """

    X: object
    y: object
    keys: np.ndarray
    positions: np.ndarray
    is_sampled: np.ndarray
    counts: Counter
    lengths: dict
    last_label: int | None

    @classmethod
    def of_partition(cls, X, y, number, seed, chooser):
        """Return the digest of one partition.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n_rows, n_features)
            The rows of the partition.
        y : Series or ndarray of shape (n_rows,)
            Their labels.
        number : int
            The number of the partition.
        seed : int
            Seed of the keys.
        chooser : CodecChooser
            Decides which columns are categorical.
        """
        _check_partition(X, y, number)
        n_rows = len(X)
        labels = _labels_of(y, number)
        digest = cls(
            X,
            y,
            keys=np.random.default_rng([seed, number]).random(n_rows),
            positions=np.column_stack((np.full(n_rows, number), np.arange(n_rows))),
            is_sampled=np.ones(n_rows, dtype=bool),
            counts=Counter(plain_labels(labels)),
            lengths={number: n_rows},
            last_label=_last_label(X),
        )
        return digest._trim(labels, chooser)

    @classmethod
    def merge(cls, digests, chooser):
        """Return the digest of the partitions of all digests."""
        merged = cls(
            _concatenate([digest.X for digest in digests]),
            _concatenate([digest.y for digest in digests]),
            *(np.concatenate([getattr(part, name) for part in digests]) for name in ("keys", "positions")),
            is_sampled=None,
            counts=sum((digest.counts for digest in digests), Counter()),
            lengths=reduce(or_, (digest.lengths for digest in digests)),
            last_label=max((part.last_label for part in digests if part.last_label is not None), default=None),
        )
        return merged._trim(read_labels(merged.y), chooser)

    def _trim(self, labels, chooser):
        """Return the digest with the rows that it needs, in the order of the table."""
        _check_number_of_classes(self.counts)
        if not len(labels):
            return self
        order = np.lexsort((*self.positions.T, self.keys))
        sampled = self._choose_sample(labels, order)
        parts = [sampled]
        for position, column in enumerate(open_container(self.X).columns()):
            is_numeric = chooser.choose(position, column).is_numeric and column.kind in NUMERIC_KINDS
            parts.append((_rows_of_bounds if is_numeric else _rows_of_categories)(column, order))
        rows = np.unique(np.concatenate(parts))
        rows = rows[np.lexsort(self.positions[rows].T[::-1])]
        return Digest(
            take(self.X, rows),
            take(self.y, rows),
            self.keys[rows],
            self.positions[rows],
            np.isin(rows, sampled),
            self.counts,
            self.lengths,
            self.last_label,
        )

    def _choose_sample(self, labels, order):
        """Return the rows in the random sample: the first rows of each class in this order."""
        size = size_of_classes(np.fromiter(self.counts.values(), dtype=np.int64))
        codes = factorize(labels[order])[0]
        by_class = codes.argsort(kind="stable")
        starts = np.cumsum(np.bincount(codes)) - np.bincount(codes)
        rank = np.arange(len(codes)) - starts[codes[by_class]]
        return order[by_class[rank < size]]

    def global_positions(self):
        """Return the positions of the rows in the whole table. Only valid for the digest of all partitions."""
        lengths = [self.lengths[number] for number in range(len(self.lengths))]
        starts = np.cumsum([0, *lengths[:-1]])
        return starts[self.positions[:, 0]] + self.positions[:, 1]


def take(values, rows):
    """Return the rows of a frame, a series or an array."""
    return values.iloc[rows] if hasattr(values, "iloc") else values[rows]


def _concatenate(parts):
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return concat(parts, ignore_index=True)  # of Dask, which knows categorical columns


def _rows_of_bounds(column, order):
    """Return the rows of the smallest and the largest value; of several, the first in this order."""
    order = order[~column.missing[order]]
    if not len(order):
        return order
    cells = column.cells[order]
    return order[[cells.argmin(), cells.argmax()]]


def _rows_of_categories(column, order):
    """Return the first row of each category in this order, for at most `MAX_CATEGORIES` categories."""
    levels = column.as_objects().factorized[0][order]
    first = np.unique(levels, return_index=True)[1]
    first = first[levels[first] >= 0]
    return order[np.sort(first)[:MAX_CATEGORIES]]


def _check_partition(X, y, number):
    """Raise if the rows and the labels of a partition do not belong together."""
    if len(X) != len(y):
        raise ValueError(
            f"Expected as many labels as rows in each partition, got {len(X)} rows of X and {len(y)} labels in "
            f"partition {number}. Take X and y from one Dask collection, or rechunk one of them."
        )
    if isinstance(X, pd.DataFrame) and isinstance(y, pd.Series) and not X.index.equals(y.index):
        raise ValueError(
            f"Expected X and y to have the same index, got different labels in partition {number}. Take both from one "
            "Dask DataFrame, or pass y as a Dask Array."
        )


def _labels_of(y, number):
    """Return the labels of a partition as an array, or raise if a row has none."""
    missing = y.isna().to_numpy() if isinstance(y, pd.Series) else are_missing(y)
    if missing.any():
        raise ValueError(
            f"Expected a label in each row of y, got {missing.sum()} row(s) without a label in partition {number}, the "
            f"first at position {missing.argmax()}. Drop these rows from X and y."
        )
    return read_labels(y)


def _check_number_of_classes(counts):
    if len(counts) > MAX_CLASSES:
        raise ValueError(
            f"Expected at most {MAX_CLASSES:,} classes in y, got {len(counts):,} or more, such as "
            f"{next(iter(counts))!r}. Pass the labels of classes, not numbers to predict."
        )


def _last_label(X):
    """Return the largest label of an index of integers."""
    if isinstance(X, pd.DataFrame) and len(X) and pd.api.types.is_integer_dtype(X.index.dtype):
        return int(X.index.max())
    return None
