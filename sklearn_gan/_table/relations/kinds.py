"""Relations between the columns of a table, as users list them and as they are detected."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, repr=False)
class Relation(ABC):
    """Base class of relations between columns.

    Attributes
    ----------
    support : int or None
        Number of rows of the fitted table to which the relation applies. None before `fit`.

    Examples
    --------
    >>> from sklearn_gan.relations import Relation, Sum
    >>> total = Sum("total", ["price", "fee"])
    >>> isinstance(total, Relation), total.names
    (True, ['total', 'price', 'fee'])
    """

    support: int | None = field(default=None, compare=False, kw_only=True)

    @property
    @abstractmethod
    def names(self) -> list[Any]:
        """The names of all columns in the relation."""

    def __post_init__(self):
        for name in {"columns", "parts"}.intersection(vars(self)):
            names = getattr(self, name)
            if isinstance(names, str):
                raise TypeError(
                    f"Expected `{name}` of {type(self).__name__} to be a list of column names, got {names!r}. Put the "
                    "names into a list."
                )
            object.__setattr__(self, name, list(names))  # as loaded relations have it; tuples differ from lists

    def __repr__(self):
        parts = [(part.name, getattr(self, part.name)) for part in fields(self)]
        described = [f"{name}={value!r}" for name, value in parts if value is not None and name != "support"]
        supported = [] if self.support is None else [f"support={self.support}"]
        return f"{type(self).__name__}({', '.join(described + supported)})"


@dataclass(frozen=True, repr=False)
class ColumnGroup(Relation):
    """Base class of relations between columns in no order."""

    columns: Sequence[Any]

    @property
    def names(self) -> list[Any]:
        """The names of all columns in the relation."""
        return list(self.columns)


class FixedCombinations(ColumnGroup):
    """The values of several columns occur only in the observed combinations.

    If one column determines the others, as a city determines its country, only that column is generated, and the
    others are looked up. Otherwise, the combinations are generated as categories of a single column. A missing value
    is a value of a combination.

    Parameters
    ----------
    columns : sequence of two or more column names
        The columns, of any kind. Columns of an array are named by position.

    Attributes
    ----------
    support : int or None
        Number of rows of the fitted table with a value in each column. None before `fit`.

    Examples
    --------
    >>> from sklearn_gan.relations import FixedCombinations
    >>> FixedCombinations(["city", "country"])
    FixedCombinations(columns=['city', 'country'])
    """


@dataclass(frozen=True, repr=False)
class Inequality(Relation):
    """The value of one column is at most, or less than, that of another.

    The difference between the two columns is generated instead of one of them, and it is never negative. Several
    inequalities may form a chain or a tree. Rows in which one of the values is missing may have any other value.

    Parameters
    ----------
    low, high : column name
        The columns with the smaller and the larger value: two numeric columns, or two datetime columns of one type.
    strict : bool, default=False
        Whether equal values are excluded.

    Attributes
    ----------
    support : int or None
        Number of rows of the fitted table with both values. None before `fit`.

    Examples
    --------
    >>> from sklearn_gan.relations import Inequality
    >>> Inequality("arrival", "departure", strict=True)
    Inequality(low='arrival', high='departure', strict=True)
    """

    low: object
    high: object
    strict: bool = False

    @property
    def names(self) -> list[Any]:
        """The names of all columns in the relation."""
        return [self.low, self.high]


class OneHot(ColumnGroup):
    """Exactly one of several columns of 0 and 1, or of booleans, is 1 or True.

    The columns are generated as the categories of a single column.

    Parameters
    ----------
    columns : sequence of two or more column names
        The columns.

    Attributes
    ----------
    support : int or None
        Number of rows of the fitted table with a value in each column. None before `fit`.

    Examples
    --------
    >>> from sklearn_gan.relations import OneHot
    >>> OneHot(["is_red", "is_green", "is_blue"])
    OneHot(columns=['is_red', 'is_green', 'is_blue'])
    """


@dataclass(frozen=True, repr=False)
class Sum(Relation):
    """The value of one column is the sum of the values of other columns.

    The total is computed instead of generated, and rounded to its own decimals. It may exceed the observed range. With
    a single part, the columns are equal. A difference ``a = b - c`` is the sum ``b = a + c``. The total may also be a
    date: the sum of another date and of durations, or of numbers of days.

    Parameters
    ----------
    total : column name
        The column with the sum.
    parts : sequence of column names
        The columns to add.
    tolerance : float or None, default=None
        Largest difference between the total and the sum in the rows of the fitted table. Such differences are not
        generated. None allows for rounding: half a unit of the last decimal of the total.

    Attributes
    ----------
    support : int or None
        Number of rows of the fitted table with a value in each column. None before `fit`.

    Examples
    --------
    >>> from sklearn_gan.relations import Sum
    >>> Sum("total", ["price", "fee"])
    Sum(total='total', parts=['price', 'fee'])
    """

    total: object
    parts: Sequence[Any]
    tolerance: float | None = None

    def __post_init__(self):
        super().__post_init__()
        if self.tolerance is not None and not self.tolerance >= 0:
            raise ValueError(
                f"Expected `tolerance` of Sum to be None or a number of at least 0, got {self.tolerance!r}. Pass None "
                "to allow for rounding only."
            )

    @property
    def names(self) -> list[Any]:
        """The names of all columns in the relation."""
        return [self.total, *self.parts]


class MissingTogether(ColumnGroup):
    """Several columns have missing values in the same rows.

    Parameters
    ----------
    columns : sequence of two or more column names
        The columns.

    Attributes
    ----------
    support : int or None
        Number of rows of the fitted table with missing values in these columns. None before `fit`.

    Examples
    --------
    >>> from sklearn_gan.relations import MissingTogether
    >>> MissingTogether(["systolic", "diastolic"])
    MissingTogether(columns=['systolic', 'diastolic'])
    """
