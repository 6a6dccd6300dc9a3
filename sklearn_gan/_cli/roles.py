"""What a user of the command line says of the columns of a table, checked against what is there."""

from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from warnings import warn

from sklearn_gan._runtime.text import list_names

IDENTIFIER_ROWS = 30


@dataclass(frozen=True)
class Roles:
    """What the user says of the columns, by their names.

    Attributes
    ----------
    target : str
        Holds the class of each row.
    categorical : tuple of str
        Are categories although they look like numbers.
    excluded : tuple of str
        Are not learned, and empty in generated rows.
    mark : str or None
        A new column that tells which rows are generated.
    """

    target: str
    categorical: tuple = ()
    excluded: tuple = ()
    mark: str | None = None

    def check(self, names):
        """Refuse roles of columns that are not there, or of the wrong ones, given the names of all columns."""
        _check_distinct(names)
        for name in (self.target, *self.categorical, *self.excluded):
            check_column(name, names)
        if self.mark in names:
            raise ValueError(
                f"expected in --mark the name of a new column, but there is a column {self.mark!r} already; pass "
                "another name"
            )
        if self.target in self.excluded or self.target in self.categorical:
            raise ValueError(f"column {self.target!r} is the --target; take it out of --categorical and --exclude")
        if not self.learned(names):
            raise ValueError(
                f"expected a column to learn from beside {self.target!r}, got {list_names(names)} only; leave one out "
                "of --exclude, or add one"
            )

    def learned(self, names):
        """Return the positions of the columns that are learned from."""
        return [j for j, name in enumerate(names) if name != self.target and name not in self.excluded]


def _check_distinct(names):
    """Refuse columns of one name, which nobody could tell apart."""
    for name, times in Counter(names).items():
        if times > 1:
            raise ValueError(f"column {name!r} is there {times} times; rename all but one of them")


def check_column(name, names):
    """Refuse the name of a column that is not there."""
    if name not in names:
        nearest = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
        raise ValueError(f"there is no column {name!r}{hint} Name one of these: {list_names(names)}")


def check_classes(target, labels):
    """Refuse a target that cannot be one of classes."""
    n_classes = len(set(labels))
    if n_classes == 1:
        raise ValueError(
            f"column {target!r} has the class {labels[0]!r} in all rows; expected 2 classes or more in the --target. "
            "Name the column that holds them, or add rows of another class"
        )
    if n_classes > max(10, len(labels) / 2):
        raise ValueError(
            f"column {target!r} has {n_classes} different values in {len(labels)} rows; expected a few classes in the "
            "--target. Name the column that holds them"
        )


def check_observed(are_empty, names):
    """Refuse columns to learn from, given whether each is empty, if all of them are."""
    if all(are_empty):
        raise ValueError(
            f"expected something to learn from, but all cells of {list_names(names)} are empty; fill some of them in, "
            "or leave fewer columns out"
        )


def warn_of_identifiers(name, cells):
    """Warn of a column that looks as if nothing is to be learned from it.

    Parameters
    ----------
    name : str
        The column.
    cells : list of str or list of int
        Its cells but the missing ones.
    """
    n_distinct = len(set(cells))
    if len(cells) < IDENTIFIER_ROWS or n_distinct <= len(cells) / 2:
        return
    if isinstance(cells[0], str):
        what = f"is text with {n_distinct} different values in {len(cells)} rows, which generated rows repeat"
    elif n_distinct == len(cells):
        what = "has another integer in each row"
    else:
        return
    warn(f"column {name!r} {what}; leave it out with --exclude {name!r} if it only identifies rows", stacklevel=2)
