"""What a container of tables offers to the rest of the package."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Container(Protocol):
    """Reads tables of one library into columns, and writes generated columns as such tables.

    A container is opened on a table, read once, and then keeps the few cells that :meth:`remember` names. These are
    the caller's own objects: generated categories and missing values are copies of them, so that types survive.

    Attributes
    ----------
    shape : tuple (n_rows, n_columns)
        The shape of the table that was opened.
    """

    shape: tuple

    def columns(self):
        """Yield each column of the table as a Column. Only before :meth:`remember`."""

    def remember(self, rows_of_column):
        """Keep the cells at `rows_of_column[j]` of each column j, and drop the table."""

    def as_built(self, columns):
        """Return generated columns with the values that :meth:`build` would store, without building a table.

        Parameters
        ----------
        columns : list of Values or Gathered

        Returns
        -------
        columns : list of Values or Gathered
        """

    def build(self, columns):
        """Return a table of the caller's kind with the generated columns, given as a list of Values or Gathered."""

    def append(self, X, columns):
        """Return the rows of `X`, unchanged, followed by those of the generated columns."""

    def fill(self, fillings, indicators):
        """Return a copy of the table with missing cells filled. Only before :meth:`remember`.

        Parameters
        ----------
        fillings : dict of {int: Filling}
            By position, what goes into each column that has missing cells.
        indicators : dict of {int: ndarray of shape (n_rows,), dtype bool}
            By position, the missing cells of columns for which an indicator column is appended.
        """

    def to_document(self):
        """Return the remembered cells as a document, for a file."""

    def restore(self, fields, codecs):
        """Take the remembered cells of a document, which has to hold the rows that each fitted codec refers to."""
