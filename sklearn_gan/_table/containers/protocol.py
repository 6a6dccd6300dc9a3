"""The interface of table containers."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Container(Protocol):
    """Read tables of one library into columns, and write generated columns as such tables.

    A container is opened on a table and read. It then keeps only the values selected by :meth:`remember`. These
    are the user's own objects. Generated categories and missing values are copies of them, which preserves their types.

    Attributes
    ----------
    shape : tuple (n_rows, n_columns)
        The shape of the table that was opened.
    names : list
        The user's names for the columns: their labels in a data frame, their positions in an array.
    """

    shape: tuple
    names: list

    def columns(self):
        """Yield the columns of the table. Only valid before :meth:`remember`."""

    def column(self, position):
        """Return one column of the table. Only valid before :meth:`remember`."""

    def remember(self, rows_of_column):
        """Keep the values at `rows_of_column[j]` of each column j, and release the table.

        Only valid after :meth:`columns`, which finds the type of Python values in each column of objects.
        """

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
        """Return a table of the user's type with the generated columns, a list of Values or Gathered."""

    def append(self, X, columns):
        """Return the unchanged rows of `X` followed by the generated rows."""

    def fill(self, fillings, indicators):
        """Return a copy of the table with imputed values. Only valid before :meth:`remember`.

        Parameters
        ----------
        fillings : dict of {int: Filling}
            The imputed values of each column with missing values, by column position.
        indicators : dict of {int: ndarray of shape (n_rows,), dtype bool}
            Masks of missing values to append as indicator columns, by column position.
        """

    def to_document(self):
        """Return the kept values as a document."""

    def restore(self, fields, codecs):
        """Restore the kept values from a document, or raise if they do not match the fitted codecs."""
