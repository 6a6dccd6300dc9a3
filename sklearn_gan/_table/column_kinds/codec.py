"""The interface of column codecs."""

from abc import ABC, abstractmethod


class ColumnCodec(ABC):
    """Encode a column of one kind as features, and decode generated features.

    All behaviour that depends on the kind of a column belongs to its codec. The encoder, containers, distances and
    metrics call the codec. A codec is fitted on one column by :meth:`fit`, or restored by :meth:`from_document`.

    Class attributes
    ----------------
    name : str
        Name of the kind in saved files. For a new kind, increase `FORMAT_VERSION` in `file_format.py`.
    is_numeric : bool
        Whether features are approximately standard normal scores, and rows are compared by differences of
        :meth:`numbers`. Otherwise, features are a one-hot block, and rows are compared by category.
    array_dtypes : str
        Numpy dtype kinds of arrays that can hold such a column.

    Attributes
    ----------
    rows : ndarray of int
        The rows whose values the container keeps. The last one has a missing value, if there are any.
        :class:`Gathered` holds positions in `rows`.
    originals : Values or Gathered of n_classes values
        The value of the first row of each class.
    width : int
        Number of features.
    """

    name: str
    is_numeric: bool
    array_dtypes: str

    @classmethod
    @abstractmethod
    def recognizes(cls, column):
        """Return whether a Column has this kind by default."""

    @abstractmethod
    def fit(self, column, codes, first_rows):
        """Fit the codec on a Column.

        Parameters
        ----------
        column : Column
            The column of the table.
        codes : ndarray of shape (n_rows,)
            Class index of each row, from 0 to n_classes - 1.
        first_rows : ndarray of shape (n_classes,)
            The first row of each class.
        """

    @abstractmethod
    def encode(self, column):
        """Return the features of rows of the column, of this or another table.

        Returns
        -------
        features : ndarray of shape (n_rows, width)
            The features, 0 for missing values.
        """

    @abstractmethod
    def decode(self, features, missing, codes, rng):
        """Return generated values as Values or Gathered.

        Parameters
        ----------
        features : ndarray of shape (n_rows, width)
            Generated features.
        missing : ndarray of shape (n_rows,), dtype bool
            Mask of missing values.
        codes : ndarray of shape (n_rows,)
            The class of each row.
        rng : numpy.random.Generator
            Makes the choices that the features do not determine.
        """

    @abstractmethod
    def as_decoded(self, column):
        """Return a Column of the fitted table in the form that :meth:`decode` returns."""

    @abstractmethod
    def decode_cells(self, features):
        """Return the most probable values, as an ndarray of shape (n_rows,)."""

    @abstractmethod
    def average(self, drawn):
        """Return the average value of each row over several draws, an ndarray of shape (n_draws, n_rows)."""

    @abstractmethod
    def comparable(self, column):
        """Return a Column of the fitted table as a ComparableColumn."""

    @abstractmethod
    def comparable_decoded(self, decoded):
        """Return decoded values in the form that :meth:`comparable` returns for the same values."""

    @abstractmethod
    def to_document(self):
        """Return the fitted codec as a document."""

    @classmethod
    @abstractmethod
    def from_document(cls, fields, n_classes):
        """Return the codec stored in a document."""
