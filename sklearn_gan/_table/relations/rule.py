"""The interface of rules, which encode relations so that every decoded row satisfies them."""

from abc import ABC, abstractmethod

import numpy as np

from sklearn_gan._persistence import array_from_document, array_to_document
from sklearn_gan._table.columns import Gathered, Values


class Rule(ABC):
    """Encode the columns of one or more relations, and restore them from generated values.

    A rule *determines* some columns, given others, its *sources*. Columns that it *removes* have no features of their
    own. Instead, the encoder encodes the columns that :meth:`derive` returns.

    Class attributes
    ----------------
    name : str
        Name of the rule in saved files.

    Attributes
    ----------
    sources, determined, removed : list of int
        Positions of columns.
    """

    name: str

    def derive(self, columns, codecs, codes):
        """Fit the rule to a table, and return the derived Columns.

        Parameters
        ----------
        columns : list of Column
            The columns of the table.
        codecs : list of ColumnCodec
            The fitted codec of each column.
        codes : ndarray of shape (n_rows,)
            The class of each row.
        """
        return []

    def gates(self):
        """Return triples (i, k, category): derived column i is 0 where derived column k has another category."""
        return []

    @abstractmethod
    def restore(self, decoded, derived, codes, codecs, rng):
        """Set or change the determined columns in `decoded`.

        Parameters
        ----------
        decoded : list of Values, Gathered or None
            The columns decoded so far. Sources come before the columns that they determine.
        derived : list of Values or Gathered
            The decoded columns of :meth:`derive`.
        codes : ndarray of shape (n_rows,)
            The class of each row.
        codecs : list of ColumnCodec
            The fitted codecs of the columns of the table.
        rng : numpy.random.Generator
            Makes the choices that the generated values do not determine.
        """

    @abstractmethod
    def to_document(self):
        """Return the fitted rule as a document."""

    @classmethod
    @abstractmethod
    def from_document(cls, fields, codecs, derived, n_classes):
        """Return the rule stored in a document, given the codecs of the table's and of its derived columns."""


def missing_of(cells, codec):
    """Return the mask of missing values of decoded values."""
    return cells.missing if isinstance(cells, Values) else cells.positions >= len(codec.levels)


def take_cells(cells, rows):
    """Return a copy of decoded values at the given rows."""
    taken = cells[rows]
    return Gathered(taken.positions.copy()) if isinstance(taken, Gathered) else taken


def cells_from_document(fields, codec, n_rows):
    """Return decoded values of a column stored in a document, or raise if they do not fit its codec."""
    if not codec.is_numeric:
        return Gathered(fields.positions("positions", (n_rows,), len(codec.rows)))
    cells = Values.from_document(fields, n_rows)
    if cells.values.dtype != codec.type_of_cells or (cells.missing.any() and not len(codec.rows)):
        fields.refuse("values", f"values of type {codec.type_of_cells}", cells.values)
    if not codec.may_hold(cells.values[~cells.missing]):
        fields.refuse("values", "values within the range of their column", cells.values)
    return cells


def check_derived(fields, derived, *expected):
    """Raise unless the derived columns are numeric, or categorical, as in one of the expected lists of booleans."""
    found = [codec.is_numeric for codec in derived]
    if found not in expected:
        fields.refuse("derived", "the columns that the rule derives", [codec.name for codec in derived])


def check_order(fields, rules):
    """Raise unless each column is determined once, and before the rules of which it is a source."""
    determined = [j for rule in rules for j in rule.determined]
    waiting = set(determined)
    if len(waiting) < len(determined):
        fields.refuse("rules", "a list that determines each column at most once", determined)
    for rule in rules:
        if waiting.intersection(rule.sources):
            fields.refuse("rules", "in an order in which sources are determined before their rule", rule.sources)
        waiting.difference_update(rule.determined)


def cells_to_document(cells):
    """Return decoded values as a document."""
    return {"positions": cells.positions} if isinstance(cells, Gathered) else cells.to_document()


def set_missing(cells, where, codec):
    """Set decoded values to missing wherever `where` is true, in columns that have missing values."""
    if not len(codec.rows):
        return
    if isinstance(cells, Values):
        cells.missing |= where
    elif len(codec.rows) > len(codec.levels):
        cells.positions[where] = len(codec.rows) - 1


class Keys:
    """Number the distinct values of a column, including missing ones, in decoded form.

    Parameters
    ----------
    values : ndarray or None
        The distinct numbers in ascending order. For a categorical column, None.
    n_keys : int
        The number of keys. The last key of a numeric column is that of missing values.
    """

    def __init__(self, values, n_keys):
        self.values, self.n_keys = values, n_keys

    @classmethod
    def learn(cls, cells, codec):
        """Return the keys of a column of the fitted table."""
        if isinstance(cells, Gathered):
            return cls(None, len(codec.rows))
        values = np.unique(cells.values[~cells.missing])
        return cls(values, len(values) + 1)

    def of(self, cells):
        """Return the key of each value; a number gets the key of the smallest observed number that is not smaller."""
        if self.values is None:
            return cells.positions
        found = np.minimum(np.searchsorted(self.values, cells.values), max(len(self.values) - 1, 0))
        return np.where(cells.missing, self.n_keys - 1, found)

    def to_document(self):
        """Return the keys as a document."""
        return None if self.values is None else array_to_document(self.values, "a numeric column")

    @classmethod
    def from_document(cls, fields, codec):
        """Return the keys stored in a document."""
        if not codec.is_numeric:
            if fields.get("keys") is not None:
                fields.refuse("keys", "null for a categorical column", fields.get("keys"))
            return cls(None, len(codec.rows))
        values = array_from_document(fields.inside("keys"))
        if values.ndim != 1 or values.dtype != codec.type_of_cells:
            fields.refuse("keys", f"numbers of type {codec.type_of_cells}", values)
        if not codec.may_hold(values) or not (values[:-1] < values[1:]).all():
            fields.refuse("keys", "increasing numbers within the range of their column", values)
        return cls(values, len(values) + 1)
