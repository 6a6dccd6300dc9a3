"""Random tables are either resampled correctly, or refused with an error that names the invalid column or class.

The flaws of a table are recorded when it is generated. A table without flaws must be resampled; any other table must
be refused because of its flaws.
"""

import copy
import re
import sys
import warnings
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from numbers import Real

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st
from scipy import sparse
from sklearn.exceptions import NotFittedError

from sklearn_gan import GANOversampler

DAY, SECOND, MICROSECOND = timedelta(days=1), timedelta(seconds=1), timedelta(microseconds=1)
BERLIN = "datetime64[us, Europe/Berlin]"
MIXED = [
    0, 1, -1.5, "", "a", True, (1, "a"), None, np.nan, pd.NA, pd.NaT, date(2020, 1, 1), pd.Timestamp("2020"), b"\x00",
    Decimal("1.5"), Decimal("NaN"), Fraction(1, 3), 2**70, 10**400, 1j, frozenset({1}), int, np.float32(2),
    np.datetime64("NaT"), np.inf, [1], {},
]  # fmt: skip
SHAPES = [
    lambda rng, n: rng.normal(size=n),
    lambda rng, n: rng.choice([-1, 1], n) * 10.0 ** rng.uniform(-7, 8, n),
    lambda rng, n: 1 + np.finfo(float).eps * rng.integers(0, 9, n),
    lambda rng, n: np.where(rng.random(n) < 0.5, np.finfo(float).max, -np.finfo(float).max),
    lambda rng, n: np.where(rng.random(n) < 0.9, 0.0, rng.normal(size=n)),
    *(lambda rng, n, unit=unit: rng.integers(-9, 9, n) * unit for unit in (0.0, 1.0, 1e300, 1e-300, 5e-324)),
]
OFFSETS = [0, -50, 100, 2**53, -(2**62), 2**63 - 50]


# Columns


@dataclass
class ColumnValues:
    """Values of a column, and its flaw if it has one.

    `pandas` and `polars` are its dtypes in these libraries; None if a library does not support the column. `flaw` is a
    pattern of the error that is expected if `is_flawed` is true for any value.
    """

    values: list
    pandas: object
    polars: object = None
    is_number: bool = False
    supports_missing: bool = True
    flaw: str = ""
    is_flawed: object = field(default=lambda value: False)

    def with_missing(self, missing):
        """Return the column with missing values where `missing` is true."""
        if not self.supports_missing:
            return self
        return replace(self, values=[None if hide else value for value, hide in zip(self.values, missing, strict=True)])

    def error(self, name):
        """Return a pattern of the error that the column must cause, or None."""
        if not any(self.is_flawed(value) for value in self.values if not is_missing(value)):
            return None
        return f"Column {re.escape(repr(name))} .*{self.flaw}"


def is_missing(value):
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, Real | np.datetime64 | np.timedelta64 | Decimal) and bool(value != value)


def is_unhashable(value):
    return isinstance(value, list | dict)


def floats(draw, rng, n):
    dtype = draw(st.sampled_from(["float64", "float32", "float16", "Float64"]))
    largest = np.finfo(dtype.lower()).max
    with np.errstate(over="ignore"):
        values = draw(st.sampled_from(SHAPES))(rng, n).clip(-largest, largest).astype(dtype.lower())
    if draw(st.integers(0, 49)) == 0:
        values[rng.integers(n)] = draw(st.sampled_from([np.inf, -np.inf]))
    polars = {"float64": pl.Float64, "float32": pl.Float32}.get(dtype)
    return ColumnValues(values.tolist(), dtype, polars, True, flaw="contains infinity", is_flawed=np.isinf)


def integers(draw, rng, n):
    name = draw(st.sampled_from(["Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"]))
    info = np.iinfo(name.lower())
    offset, spread = draw(st.sampled_from(OFFSETS)), draw(st.sampled_from([1, 2, 99, 2**40]))
    values = [min(max(offset + int(i), info.min), info.max) for i in rng.integers(0, spread, n)]
    is_nullable = draw(st.booleans())
    return ColumnValues(values, name if is_nullable else name.lower(), getattr(pl, name), True, is_nullable)


def booleans(draw, rng, n):
    return ColumnValues((rng.random(n) < 0.3).tolist(), "boolean", pl.Boolean)


def strings(draw, rng, n):
    choices = draw(st.lists(st.text(max_size=8), min_size=1, max_size=5))
    return ColumnValues(
        rng.choice(np.array(choices, dtype=object), n).tolist(), draw(st.sampled_from(["str", object])), pl.String
    )


def identifiers(draw, rng, n):
    return ColumnValues([f"{i} {rng.random()}" for i in range(n)], "string", pl.String)


def categories(draw, rng, n):
    choices = draw(st.lists(st.text(max_size=8) | st.integers(-(2**70), 2**70), min_size=1, max_size=5, unique=True))
    unused = [f"unused {i}" for i in range(draw(st.integers(0, 3)))]
    values = rng.choice(np.array(choices, dtype=object), n).tolist()
    dtype = pd.CategoricalDtype([*unused, *choices], ordered=draw(st.booleans()))
    return ColumnValues(
        values, dtype, pl.Enum([*unused, *choices]) if all(isinstance(choice, str) for choice in choices) else None
    )


def datetimes(draw, rng, n):
    start = draw(st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)))
    unit = draw(st.sampled_from([DAY, SECOND, MICROSECOND]))
    values = [start + int(i) * unit for i in rng.integers(0, 9_999, n)]
    return ColumnValues(
        values, draw(st.sampled_from(["datetime64[us]", "datetime64[ns]", BERLIN])), pl.Datetime("us"), True
    )


def dates(draw, rng, n):
    values = [date(2020, 2, 28) + int(i) * DAY for i in rng.integers(-9_999, 9_999, n)]
    return ColumnValues(values, pd.ArrowDtype(pa.date32()), pl.Date, True)


def durations(draw, rng, n):
    values = [int(i) * SECOND for i in rng.integers(-9_999, 9_999, n)]
    return ColumnValues(values, "timedelta64[us]", pl.Duration("us"), True)


def times_of_day(draw, rng, n):
    values = [time(int(hour), 30) for hour in rng.integers(0, 24, n)]
    return ColumnValues(values, pd.ArrowDtype(pa.time64("us")), pl.Time, True)


def decimals(draw, rng, n):
    values = [Decimal(int(i)).scaleb(-2) for i in rng.integers(-999, 999, n)]
    return ColumnValues(values, pd.ArrowDtype(pa.decimal128(10, 2)), pl.Decimal(10, 2), True)


def sparse_numbers(draw, rng, n):
    return ColumnValues(SHAPES[4](rng, n).tolist(), pd.SparseDtype(float, 0.0), None, True, supports_missing=False)


def mixed_objects(draw, rng, n):
    pool = draw(st.lists(st.sampled_from(MIXED), min_size=1, max_size=6))
    values = [pool[i] for i in rng.integers(len(pool), size=n)]
    return ColumnValues(values, object, flaw="cannot be used as categories", is_flawed=is_unhashable)


def periods(draw, rng, n):
    values = [pd.Period("2020-01", "M") + int(i) for i in rng.integers(0, 30, n)]
    return ColumnValues(values, "period[M]", supports_missing=False, flaw="type period", is_flawed=bool)


def complexes(draw, rng, n):
    return ColumnValues(
        (rng.normal(size=n) + 1j).tolist(), complex, supports_missing=False, flaw="type complex", is_flawed=bool
    )


def lists(draw, rng, n):
    return ColumnValues(
        [[i] for i in range(n)], object, pl.List(pl.Int64), False, False, "type |.*as categor", is_unhashable
    )


VALID = [
    floats,
    integers,
    booleans,
    strings,
    identifiers,
    categories,
    datetimes,
    dates,
    durations,
    times_of_day,
    decimals,
]
PANDAS = [*VALID * 4, *[sparse_numbers, mixed_objects] * 2, periods, complexes, lists]
POLARS = [*VALID * 4, lists]
ARRAY_TYPES = {
    floats: None,
    integers: None,
    booleans: bool,
    strings: "U8",
    identifiers: object,
    datetimes: "M8[us]",
    durations: "m8[us]",
    mixed_objects: object,
}
FLOAT_MAX = sys.float_info.max
LISTS = [floats, integers, booleans, strings, dates, mixed_objects]


# Tables


@dataclass(repr=False)
class Table:
    """A table in some container, its target, and patterns of errors; if there are any, one of them must be raised."""

    X: object
    y: object
    errors: list
    is_number: list

    def __repr__(self):
        with np.errstate(over="ignore"):  # raised when pandas formats half-precision floats
            return f"Table({self.X!r}, {self.y!r}, errors={self.errors})"

    def with_errors(self, *errors):
        return replace(self, errors=[*self.errors, *errors])


@st.composite
def tables(draw):
    n = draw(st.integers(1, 20) | st.integers(1, 200))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    make = draw(st.sampled_from([pandas_frame, pandas_frame, pandas_frame, polars_frame, array, rows, matrix]))
    event(make.__name__)
    table = make(draw, rng, n)
    return with_target(draw, rng, n, table)


def draw_columns(draw, rng, n, kinds, library):
    """Return columns that the library supports, with some missing values."""
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=draw(st.sampled_from([3, 30]))))
    columns = [kind(draw, rng, n) for kind in chosen]
    shares = [draw(st.sampled_from([0, 0, 0.2, 1])) for _ in columns]
    supported = [column for column in columns if library is None or getattr(column, library) is not None]
    return [column.with_missing(rng.random(n) < share) for column, share in zip(supported, shares, strict=False)]


def of_columns(X, columns, names):
    """Return a table with the errors of its columns, and an error if it has no usable value."""
    errors = [error for column, name in zip(columns, names, strict=True) if (error := column.error(name))]
    observed = [value for column in columns for value in column.values if column.is_number or not is_missing(value)]
    return Table(X, None, errors if observed else [*errors, NOTHING_OBSERVED], [c.is_number for c in columns])


NOTHING_OBSERVED = r"Expected an observed value or a numeric column|0 feature\(s\)"


def pandas_frame(draw, rng, n):
    columns = draw_columns(draw, rng, n, PANDAS, "pandas") if draw(st.integers(0, 29)) else []
    X = pd.DataFrame({j: pd.Series(column.values, dtype=column.pandas) for j, column in enumerate(columns)}, range(n))
    X.columns, X.index = draw_labels(draw, len(columns)), draw_index(draw, n)
    table = of_columns(X, columns, X.columns.tolist())
    repeated = X.columns[X.columns.duplicated()].tolist()
    return table.with_errors(f"several columns named .*{re.escape(repr(repeated[0]))}") if repeated else table


def draw_labels(draw, n_columns):
    kind = draw(st.sampled_from([*["text", "positions", "multiindex", "dates"] * 3, "duplicates"]))
    if kind == "text":
        return draw(st.lists(st.text(), min_size=n_columns, max_size=n_columns, unique=True))
    if kind == "duplicates":
        return [draw(st.sampled_from(["a", "b", "c", "d"])) for _ in range(n_columns)]
    if kind == "multiindex" and n_columns:
        return pd.MultiIndex.from_arrays([[j // 2 for j in range(n_columns)], [*range(n_columns)]], names=["u", None])
    return pd.date_range("2020", periods=n_columns) if kind == "dates" else pd.RangeIndex(n_columns, name="columns")


def draw_index(draw, n):
    kinds = [
        pd.RangeIndex(n),
        pd.Index(np.arange(n)[::-1] * 3, dtype="int8" if n < 40 else "int64", name="id"),
        pd.Index(["same"] * n),
        pd.MultiIndex.from_arrays([np.arange(n) // 2, ["b"] * n]),
        pd.date_range("2020", periods=n, tz="UTC"),
    ]
    return draw(st.sampled_from(kinds))


def polars_frame(draw, rng, n):
    columns = draw_columns(draw, rng, n, POLARS, "polars")
    names = [f"column {j}" for j in range(len(columns))]
    X = pl.DataFrame({name: pl.Series(c.values, dtype=c.polars) for name, c in zip(names, columns, strict=True)})
    return of_columns(X.to_arrow() if draw(st.booleans()) else X, columns, names)


def array(draw, rng, n):
    kind = draw(st.sampled_from([*ARRAY_TYPES]))
    column = kind(draw, rng, n)
    shuffled = [rng.permutation(np.fromiter(column.values, object, n)) for _ in range(draw(st.integers(1, 5)))]
    dtype = ARRAY_TYPES[kind] or column.pandas.lower()
    column = of_objects(column) if dtype is object else column
    X = np.stack([values.astype(dtype) for values in shuffled], axis=1)
    return of_columns(X, [replace(column, values=values.tolist()) for values in shuffled], range(len(shuffled)))


def rows(draw, rng, n):
    columns = [of_objects(column) for column in draw_columns(draw, rng, n, LISTS, None)]
    X = [list(row) for row in zip(*(column.values for column in columns), strict=True)]
    table = of_columns(X, columns, range(len(columns)))
    return Table(X, None, ["Found array with dim 3"], []) if np.array(X, dtype=object).ndim > 2 else table


def is_beyond_floats(number):
    return abs(number.item() if isinstance(number, np.generic) else number) > FLOAT_MAX


def of_objects(column):
    """Return the column as objects; it is numeric if all of them are numbers."""
    present = [value for value in column.values if not is_missing(value)]
    if not present or not all(isinstance(value, Real) and not isinstance(value, bool) for value in present):
        return replace(column, is_number=False)
    return replace(column, is_number=True, flaw="contains infinity", is_flawed=is_beyond_floats)


def matrix(draw, rng, n):
    dense = np.where(rng.random((n, draw(st.integers(1, 6)))) < 0.7, 0, rng.normal(size=(n, 1)).round(2))
    make = draw(st.sampled_from([sparse.csr_matrix, sparse.csc_array, sparse.coo_array, sparse.lil_matrix]))
    return Table(make(dense.astype(draw(st.sampled_from(["f8", "f4"])))), None, [], [True] * dense.shape[1])


# Targets


LABELS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
LABEL_LISTS = {
    "texts": LABELS,
    "integers": st.integers(-9, 9) | st.sampled_from([-(2**63), 2**63 - 1]),
    "whole floats": st.integers(-9, 9).map(float),
    "booleans": st.booleans(),
}


UNUSED = {"texts": ["never used"], "integers": [2**62 + 1], "whole floats": [10.0], "booleans": []}


def with_target(draw, rng, n, table):
    kind = draw(st.sampled_from([*LABEL_LISTS]))
    most = min(n, 2 if kind == "booleans" else 8)
    fewest = min(most, draw(st.sampled_from([2] * 15 + [1])))
    labels = draw(st.lists(LABEL_LISTS[kind], min_size=fewest, max_size=most, unique=True))
    codes = rng.permutation([*range(len(labels)), *(len(labels) * rng.random(n - len(labels)) ** 3).astype(int)])
    y = [labels[code] for code in codes]
    containers = [
        list,
        np.array,
        pd.Series,
        lambda y: pd.Series(y, dtype=pd.CategoricalDtype([*labels, *UNUSED[kind]])),
    ]
    if kind == "texts":
        containers += [lambda y: pl.Series("y", y), lambda y: np.array(y, dtype=object), tuple]
    table = replace(table, y=draw(st.sampled_from(containers))(y))
    return table if len(labels) > 1 else table.with_errors(f"got 1 class in y, {re.escape(repr(labels[0]))}")


# The contract


def columns_of(X):
    """Return the values of each column of a table in any container, as Python objects."""
    if isinstance(X, pd.DataFrame):
        return [X.iloc[:, j].tolist() for j in range(X.shape[1])]
    if isinstance(X, pl.DataFrame):
        return [series.to_list() for series in X.iter_columns()]
    if isinstance(X, pa.Table):
        return [column.to_pylist() for column in X.columns]
    X = X.toarray() if sparse.issparse(X) else X
    return X.T.tolist() if isinstance(X, np.ndarray) else [list(row) for row in zip(*X, strict=True)]


def types_of(X):
    """Return the dtypes of a container, with its column names if it has any."""
    if isinstance(X, pd.DataFrame):
        return X.columns.tolist(), X.columns.names, X.dtypes.tolist()
    return getattr(X, "schema", getattr(X, "dtype", None))


def are_equal(values, others):
    pairs = zip(values, others, strict=True)
    return all((is_missing(a) and is_missing(b)) or (type(a) is type(b) and a == b) for a, b in pairs)


def as_generated(number, generated):
    """Convert a number as the sampler does: fractions and large integers among objects become floats."""
    return float(number) if isinstance(generated, float) and isinstance(number, Fraction | int) else number


def check_column(observed, generated, is_number):
    """Check that generated values were observed or lie in the observed range, and are missing only if some were."""
    present = [value for value in observed if not is_missing(value)]
    values = [value for value in generated if not is_missing(value)]
    assert len(values) == len(generated) or len(present) < len(observed)
    if not is_number:
        assert set(values) <= set(present)
    elif values:
        lowest, highest = (as_generated(number, values[0]) for number in (min(present), max(present)))
        assert lowest <= min(values) and max(values) <= highest
        assert all(isinstance(value, Real | datetime | date | time | timedelta | Decimal) for value in values)
        if isinstance(present[0], float) and all(value.is_integer() for value in present):
            assert all(value.is_integer() for value in values)


def check_resampled(table, X, y, X_resampled, y_resampled):
    """Check resampled rows against `X` and `y`, copies of the table and target made before resampling."""
    n, labels = len(table.y), list(table.y)
    assert type(X_resampled) is type(X) and type(y_resampled) is type(y)
    assert all(map(are_equal, columns_of(table.X), columns_of(X))) and are_equal(labels, list(y))
    counts = Counter(list(y_resampled))
    assert set(counts.values()) == {max(Counter(labels).values())} and set(counts) == set(labels)
    assert are_equal(list(y_resampled)[:n], labels)
    assert types_of(X_resampled) == types_of(X)
    for observed, resampled, is_number in zip(columns_of(X), columns_of(X_resampled), table.is_number, strict=True):
        assert are_equal(resampled[:n], observed)
        check_column(observed, resampled[n:], is_number)


PARAMS = [{"n_candidates": 1}] * 3 + [
    {},
    {"n_candidates": 1, "generator": "noise"},
    {"n_candidates": 1, "generator": "residual"},
    {"n_candidates": 1, "mode": "autoencoder"},
]
DOCUMENTED_WARNINGS = [
    "Class.* have 1 row",
    "Expected a generator to cover",
    "Expected categories that repeat",
    "Columns? .* determines? y:",
    "The number of unique classes is greater than 50%",  # from scikit-learn
]


def resample(sampler, table):
    """Return the results of `fit_resample` and `sample`; undocumented warnings are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for documented in DOCUMENTED_WARNINGS:
            warnings.filterwarnings("ignore", documented)
        return *sampler.fit_resample(table.X, table.y), sampler.sample(3, y=next(iter(table.y)))


@given(table=tables(), seed=st.integers(0, 99), params=st.sampled_from(PARAMS))
def test_valid_tables_are_resampled_and_invalid_tables_are_refused(table, seed, params):
    X, y = copy.deepcopy((table.X, table.y))
    sampler = GANOversampler(max_steps=2, hidden_layer_sizes=(8,), latent_dim=4, random_state=seed, **params)
    note(f"{table}, {params}")
    if table.errors:
        event("refused")
        with pytest.raises((ValueError, TypeError), match="|".join(f"(?s:{error})" for error in table.errors)):
            resample(sampler, table)
        with pytest.raises(NotFittedError):
            sampler.sample(1, y=0)
        return
    event("resampled")
    *resampled, sampled = resample(sampler, table)
    check_resampled(table, X, y, *resampled)
    for observed, generated, is_number in zip(columns_of(X), columns_of(sampled), table.is_number, strict=True):
        check_column(observed, generated, is_number)
