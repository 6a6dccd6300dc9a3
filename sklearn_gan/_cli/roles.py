"""Roles of columns, as given on the command line, and checks against the table."""

from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from warnings import warn

from sklearn_gan._runtime.text import list_names
from sklearn_gan._table import are_identifiers


@dataclass(frozen=True)
class Roles:
    """Names of the columns in each role.

    Attributes
    ----------
    target : str
        Column with the class of each row.
    categorical : tuple of str
        Categorical columns, although they look numeric.
    excluded : tuple of str
        Columns the generator ignores, empty in synthetic rows.
    mark : str or None
        New column that marks synthetic rows.
    """

    target: str
    categorical: tuple = ()
    excluded: tuple = ()
    mark: str | None = None

    def check(self, names):
        """Raise if a role has a missing or unsuitable column, given the names of all columns."""
        _check_distinct(names)
        for name in (self.target, *self.categorical, *self.excluded):
            check_column(name, names)
        if self.mark in names:
            raise ValueError(
                f"expected --mark to name a new column, but column {self.mark!r} already exists; pass another name"
            )
        if self.target in self.excluded or self.target in self.categorical:
            raise ValueError(f"column {self.target!r} is the --target; remove it from --categorical and --exclude")
        if not self.feature_positions(names):
            raise ValueError(
                f"expected at least 1 column besides {self.target!r} and those of --exclude, got only "
                f"{list_names(names)}; exclude fewer columns, or add one"
            )

    def feature_positions(self, names):
        """Return the positions of the features: all columns but the target and the excluded ones."""
        return [j for j, name in enumerate(names) if name != self.target and name not in self.excluded]


def _check_distinct(names):
    """Raise if several columns have the same name."""
    for name, times in Counter(names).items():
        if times > 1:
            raise ValueError(f"column {name!r} occurs {times} times; rename all but one of them")


def check_column(name, names):
    """Raise if there is no column of this name."""
    if name not in names:
        nearest = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
        raise ValueError(f"there is no column {name!r}{hint} Name one of these: {list_names(names)}")


def check_classes(target, labels):
    """Raise if the target column does not contain classes."""
    n_classes = len(set(labels))
    if n_classes == 1:
        raise ValueError(
            f"column {target!r} has the class {labels[0]!r} in all rows; expected at least 2 classes in the --target. "
            "Name the column of the classes, or add rows of another class"
        )
    if n_classes > max(10, len(labels) / 2):
        raise ValueError(
            f"column {target!r} has {n_classes} different values in {len(labels)} rows; expected a few classes in the "
            "--target. Name the column of the classes"
        )


def check_observed(are_empty, names):
    """Raise if all features are empty, given whether each is empty."""
    if all(are_empty):
        raise ValueError(
            f"expected values to train on, but all values of {list_names(names)} are missing; fill in some of them, or "
            "exclude fewer columns"
        )


def warn_about_identifiers(name, cells):
    """Warn if a column looks like an identifier of rows.

    Parameters
    ----------
    name : str
        Name of the column.
    cells : list of str or list of int
        Values of the column without the missing ones.
    """
    n_distinct = len(set(cells))
    if not are_identifiers(n_distinct, len(cells)):
        return
    if isinstance(cells[0], str):
        reason = f"is text with {n_distinct} different values in {len(cells)} rows, which synthetic rows repeat"
    elif n_distinct == len(cells):
        reason = "has a different integer in each row"
    else:
        return
    warn(f"column {name!r} {reason}; exclude it with --exclude {name!r} if it only identifies rows", stacklevel=2)


def warn_about_copy(name):
    """Warn about a column that determines the target."""
    warn(
        f"column {name!r} determines the --target: each class has one value of its own there; exclude it with "
        f"--exclude {name!r} if it is a copy of the target",
        stacklevel=2,
    )
