"""Read a table once: fit a codec to each column on all rows, and keep a sample of the rows for the networks."""

import numpy as np

from sklearn_gan._table.column_kinds import CodecChooser
from sklearn_gan._table.suspicious_columns import CopyTest, may_identify_rows

MAX_ROWS = 30_000
FEWEST_ROWS = 2  # so that a class in the sample has a single row only if it has one in the table


class TableSample:
    """A sample of the rows of a table, with statistics of all rows.

    Codecs are fitted on all rows, so bounds, categories and grids of values are those of the whole table. Everything
    else is learned from the sample, whose size is bounded by `MAX_ROWS`. Smaller tables are kept completely.

    Columns are read one after the other, so that memory holds a converted copy of a single one.

    Parameters
    ----------
    container : Container
        The table.
    codes : ndarray of shape (n_rows,)
        Class index of each row, from 0 to n_classes - 1.
    categorical_features : "auto", or list of str, int or bool
        Selects the categorical columns; see `CodecChooser`.
    rows : ndarray of shape (n_sampled,)
        The positions of the sampled rows, in ascending order; see :func:`choose_rows`.

    Attributes
    ----------
    columns : list of Column
        The columns at these rows.
    codes : ndarray of shape (n_sampled,)
        The class index of each of these rows.
    codecs : list of ColumnCodec
        The fitted codec of each column.
    identifiers, copies : list
        The names of columns that may identify rows, and of those that determine the class.
    """

    def __init__(self, container, codes, categorical_features, rows):
        self._container, self.rows = container, rows
        self.is_complete = len(self.rows) == len(codes)
        self.columns, self.codecs, self.identifiers, self.copies = [], [], [], []
        self._read(codes, CodecChooser(categorical_features, container.names))
        self.codes = codes[self.rows]

    def _read(self, codes, chooser):
        first_rows, copy_test = np.unique(codes, return_index=True)[1], CopyTest(codes)
        for position, column in enumerate(self._container.columns()):
            codec = chooser.choose(position, column)()
            codec.fit(column, codes, first_rows)
            self.codecs.append(codec)
            self.columns.append(column if self.is_complete else column[self.rows])
            if may_identify_rows(column, codec):
                self.identifiers.append(column.name)
            if copy_test.holds(column):
                self.copies.append(column.name)

    def with_all_rows(self, positions):
        """Return the columns at these positions, with all rows. Only valid before :meth:`Container.remember`."""
        source = self.columns.__getitem__ if self.is_complete else self._container.column
        return list(map(source, positions))


def choose_rows(codes, seed):
    """Return the positions of at most `MAX_ROWS` rows, in ascending order.

    Classes up to a common size are complete, and larger ones have this size. It is as large as possible, but at least
    `FEWEST_ROWS`.
    """
    if len(codes) <= MAX_ROWS:
        return np.arange(len(codes))
    counts = np.bincount(codes)
    size, rng = size_of_classes(counts), np.random.default_rng(seed)
    of_classes = np.split(codes.argsort(kind="stable"), counts.cumsum()[:-1])
    return np.sort(
        np.concatenate([rows if len(rows) <= size else rng.choice(rows, size, False) for rows in of_classes])
    )


def size_of_classes(counts):
    """Return the size to which classes with `counts` rows are cut. It does not grow with the counts."""
    return max(FEWEST_ROWS, _common_size(counts))


def _common_size(counts):
    """Return the largest size to which classes can be cut, so that they have at most `MAX_ROWS` rows in all."""
    n_left, n_classes = MAX_ROWS, len(counts)
    for position, count in enumerate(np.sort(counts)):
        share = n_left // (n_classes - position)
        if count > share:
            return share
        n_left -= count
    return counts.max()
