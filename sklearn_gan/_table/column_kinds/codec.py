"""What the codec of every column kind offers."""

from abc import ABC, abstractmethod


class ColumnCodec(ABC):
    """Encode one column of a kind as features, and decode generated features.

    Whatever depends on the kind of a column belongs to its codec; the encoder, the containers, the distances and the
    metrics ask the codec. A codec is fitted to one column by :meth:`fit_encode`, or read from a file by
    :meth:`from_document`.

    Class attributes
    ----------------
    name : str
        The kind in saved files.
    is_numeric : bool
        Whether the features are scores, about standard normal, and rows differ by the differences of
        :meth:`numbers`. Otherwise the features are a one-hot block, and rows differ if their categories do.
    array_dtypes : str
        The kinds of numpy dtype in which an array holds such a column.

    Attributes
    ----------
    rows : ndarray of int
        The rows whose cells the container has to keep. Positions in :class:`Gathered` refer to them; a missing cell
        is the last.
    originals : Values or Gathered of n_classes cells
        The first row of each class.
    width : int
        The number of features.
    """

    name: str
    is_numeric: bool
    array_dtypes: str

    @classmethod
    @abstractmethod
    def recognizes(cls, column):
        """Return whether a Column is of this kind, unless the user says otherwise."""

    @abstractmethod
    def fit_encode(self, column, codes, first_rows):
        """Fit the codec to a Column and return its features.

        Parameters
        ----------
        column : Column
            The column of the table.
        codes : ndarray of shape (n_rows,)
            The class of each row, as an integer from 0.
        first_rows : ndarray of shape (n_classes,)
            The first row of each class.

        Returns
        -------
        features : ndarray of shape (n_rows, width)
            Features of missing cells are 0.
        """

    @abstractmethod
    def encode(self, column):
        """Return the features of the same column of another table."""

    @abstractmethod
    def decode(self, features, missing, codes, rng):
        """Return generated cells as Values or Gathered.

        Parameters
        ----------
        features : ndarray of shape (n_rows, width)
            Generated features.
        missing : ndarray of shape (n_rows,), dtype bool
            Which cells are missing.
        codes : ndarray of shape (n_rows,)
            The class of each row.
        rng : numpy.random.Generator
            Decides what the features leave open.
        """

    @abstractmethod
    def decode_cells(self, features):
        """Return the most probable cells, as an ndarray of shape (n_rows,)."""

    @abstractmethod
    def average(self, drawn):
        """Return the average cell of several draws, given an ndarray of shape (n_draws, n_rows)."""

    @abstractmethod
    def comparable(self, column):
        """Return a Column of the fitted table as a ComparableColumn."""

    @abstractmethod
    def comparable_decoded(self, decoded):
        """Return decoded cells as :meth:`comparable` returns the column of the table that holds them."""

    @abstractmethod
    def to_document(self):
        """Return the fitted codec as a document, for a file."""

    @classmethod
    @abstractmethod
    def from_document(cls, fields, n_classes):
        """Return the codec of a document."""
