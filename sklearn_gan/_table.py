"""The table as the networks see it: a float32 matrix, and the exact way back to cells.

The matrix has three kinds of features, side by side::

    | numbers            | one-hot blocks of the categories | flags                      |
    | one for each column| one block for each column        | 1 where a cell is missing  |

A flag stands for each column that has missing cells, or for every column if that is asked for. Where it is 1,
the column's own features are 0.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sklearn_gan._containers import Column, Gathered, Numbers, are_numbers, numbers_of_objects
from sklearn_gan._saving.cells import array_from_document, array_to_document, cells_from_document, cells_to_document

MAX_LEVELS = 64
MAX_KNOTS = 1_000
MAX_RULED = 2**26
GRID_SHARE = 0.5
SPIKE_SHARE = 0.01


@dataclass(frozen=True)
class Layout:
    """Which features of the encoded matrix are what.

    Attributes
    ----------
    n_numbers : int
        The first features are numbers, about standard normal.
    block_widths : tuple of int
        Then come one-hot blocks of these widths.
    flagged : tuple of tuple (int, int)
        Then come flags; the i-th one rules over the features from the first (included) to the second
        (excluded) of its pair.
    """

    n_numbers: int
    block_widths: tuple
    flagged: tuple

    @property
    def n_values(self):
        return self.n_numbers + sum(self.block_widths)

    @property
    def n_features(self):
        return self.n_values + len(self.flagged)

    @property
    def n_ruled(self):
        return len(self.flagged) * self.n_values

    def ruled(self):
        """Return which features each flag rules over: 0 or 1, of shape (n_flags, n_values)."""
        ruled = np.zeros((len(self.flagged), self.n_values), dtype=np.float32)
        for flag, (start, stop) in enumerate(self.flagged):
            ruled[flag, start:stop] = 1
        return ruled


class TableEncoder:
    """Encode columns as a float32 matrix, and decode generated rows of such a matrix.

    See :class:`NumberColumn` and :class:`CategoryColumn` for what becomes of a column.

    Attributes
    ----------
    layout_ : Layout
        The features of the matrix.
    rows_ : list of ndarray of int
        For each column, the rows whose cells decoding refers to.
    single_ : ndarray of shape (n_classes,), dtype bool
        Which classes have a single row, as which all rows of the class are decoded.
    """

    def fit_encode(self, columns, is_categorical, codes, flag_all=False):
        """Learn how to encode the columns of a table, and encode them.

        Parameters
        ----------
        columns : iterable of Column
            The columns of the table.
        is_categorical : list of bool
            Which columns are categories.
        codes : ndarray of shape (n_rows,)
            The class of each row, as an integer from 0.
        flag_all : bool, default=False
            Whether columns without missing cells have a flag, too.

        Returns
        -------
        matrix : ndarray of shape (n_rows, layout_.n_features), dtype float32
            The encoded rows.

        Raises
        ------
        ValueError
            If a column that is to hold numbers holds something else, or an infinite value, or if all columns are
            categories without an observed cell.
        """
        first_rows = np.unique(codes, return_index=True)[1]
        self._columns, features, missing = [], [], []
        for column, categorical in zip(columns, is_categorical, strict=True):
            self._columns.append(_kind_of(column, categorical)())
            features.append(self._columns[-1].fit_encode(column, codes, first_rows))
            missing.append(column.missing)
        self.rows_ = [column.rows for column in self._columns]
        self.single_ = np.bincount(codes) == 1
        self._arrange([part.shape[1] for part in features], [flag_all or cells.any() for cells in missing])
        if not self.layout_.n_values:
            raise ValueError(
                f"Expected an observed cell, or a column of numbers, in X, got {len(codes)} row(s) of categories that "
                "are all missing, from which nothing can be learned. Pass rows that have some."
            )
        return self._stack(features, missing)

    def encode(self, columns):
        """Encode the columns of another table.

        Numbers beyond what was observed become the nearest that was. A level that was not seen is 0 in all features
        of its block, as a missing cell is, but has no flag.
        """
        columns = list(columns)
        features = [encoder.encode(column) for encoder, column in zip(self._columns, columns, strict=True)]
        return self._stack(features, [column.missing for column in columns])

    def _arrange(self, widths, is_flagged):
        """Decide that numbers come first, then blocks, then flags."""
        is_number = [isinstance(column, NumberColumn) for column in self._columns]
        order = np.argsort(np.logical_not(is_number), kind="stable")
        stops = np.cumsum([widths[j] for j in order])
        starts = np.append(0, stops[:-1])
        self._slices = {j: slice(*pair) for j, *pair in zip(order, starts, stops, strict=True)}
        flagged = [j for j in order if is_flagged[j]]
        self._flags = {j: stops[-1] + i for i, j in enumerate(flagged)}
        self.layout_ = Layout(
            n_numbers=sum(is_number),
            block_widths=tuple(widths[j] for j in order if widths[j] and not is_number[j]),
            flagged=tuple((int(self._slices[j].start), int(self._slices[j].stop)) for j in flagged),
        )

    def _stack(self, features, missing):
        flags = [missing[j][:, None] for j in self._flags]
        return np.hstack([features[j] for j in self._slices] + flags, dtype=np.float32)

    def decode(self, matrix, codes, rng):
        """Return the cells of generated rows: one Numbers or Gathered for each column.

        Parameters
        ----------
        matrix : ndarray of shape (n_rows, layout_.n_features)
            Generated rows.
        codes : ndarray of shape (n_rows,)
            The class of each row.
        rng : numpy.random.Generator
            Draws among the rare levels of a category.
        """
        decoded = []
        for j, column in enumerate(self._columns):
            missing = matrix[:, self._flags[j]] > 0.5 if j in self._flags else np.zeros(len(matrix), dtype=bool)
            decoded.append(column.decode(matrix[:, self._slices[j]], missing, codes, rng))
            decoded[-1].overwrite(self.single_[codes], column.originals, codes)
        return decoded

    def decode_cells(self, matrix, missing):
        """Return cells for where `missing[j]` is true in each column j: one ndarray for each column.

        Of the rare levels of a category the most frequent one is taken. A category of which no level was observed
        has None in its cells.
        """
        return [column.decode_cells(matrix[missing[j], self._slices[j]]) for j, column in enumerate(self._columns)]

    def to_document(self):
        """Return what was learned as a document, for a file; of much wider tables than this, it could not be read."""
        if self.layout_.n_ruled > MAX_RULED:
            raise ValueError(
                f"Expected up to {MAX_RULED:,} pairs of a column that has missing cells and a feature, so that a file "
                f"can be read, got {self.layout_.n_ruled:,}. Drop columns, or fill their missing cells."
            )
        kinds = {column: name for name, column in COLUMNS.items()}
        return {
            "columns": [{"kind": kinds[type(column)]} | column.to_document() for column in self._columns],
            "flagged": [j in self._flags for j in range(len(self._columns))],
            "single": self.single_,
        }

    @classmethod
    def from_document(cls, fields, n_columns, n_classes):
        """Return the encoder of a document."""
        encoder = cls()
        encoder._columns = [
            COLUMNS[column.one_of("kind", COLUMNS)].from_document(column, n_classes)
            for column in fields.each("columns", n_columns)
        ]
        encoder.rows_ = [column.rows for column in encoder._columns]
        encoder.single_ = fields.array("single", bool, (n_classes,))
        flagged = fields.flags("flagged", n_columns)
        if not all(len(rows) for flag, rows in zip(flagged, encoder.rows_, strict=True) if flag):
            fields.refuse("flagged", "true for columns that have a missing cell alone", flagged)
        encoder._arrange([column.width for column in encoder._columns], flagged)
        if encoder.layout_.n_ruled > MAX_RULED:
            fields.refuse("flagged", f"flags of up to {MAX_RULED:,} features", encoder.layout_.n_ruled)
        return encoder

    def average_cells(self, drawn):
        """Return the average of several lists as `decode_cells` returns them: means, and most frequent levels."""
        return [column.average(np.stack(cells)) for column, *cells in zip(self._columns, *drawn, strict=True)]


class NumberColumn:
    """A column of numbers, mapped to scores by a monotone, piecewise linear function.

    The knots are the distinct observed values v_1 < ... < v_m, about `MAX_KNOTS` of them at most. The score of
    knot j is the mean of its standard score and its normal score Φ⁻¹(r_j), r_j being the mean rank of the
    rows that have the value divided by the number of rows; all three are scaled to unit variance. The first
    keeps the shape of a distribution, the second keeps heavy tails and outliers within reach.

    Generated numbers never leave [v_1, v_m], and repeated values are generated again: a score whose nearest
    knot is a spike, a value that more than `SPIKE_SHARE` of the rows have, becomes this value. In a column
    with at most `GRID_SHARE` times as many distinct values as rows every knot is treated so.
    """

    def fit_encode(self, column, codes, first_rows):
        cells = as_numbers(column)
        present = cells[~column.missing]
        values, counts = np.unique(present, return_counts=True)
        if not len(values):
            values, counts = np.zeros(1, dtype=cells.dtype), np.ones(1, dtype=int)
        self.rows = np.flatnonzero(column.missing)[:1]
        self.originals = Numbers(cells[first_rows], column.missing[first_rows])
        self.is_integer = bool(np.all(values == np.rint(values)))
        is_grid = len(values) <= min(MAX_KNOTS, GRID_SHARE * len(present))
        repeats = is_grid | (counts > max(1, SPIKE_SHARE * len(present)))
        spread = np.linspace(0, len(values) - 1, min(len(values), MAX_KNOTS)).round().astype(int)
        kept = np.union1d(spread, np.flatnonzero(repeats))
        self.values, self.scores, self.repeats = values[kept], _scores(values, counts)[kept], repeats[kept]
        self.knots, self.exponent = scale_exactly(self.values)
        return self._encode(cells, column.missing)

    def to_document(self):
        return {
            "rows": self.rows,
            "values": array_to_document(self.values, "a column of numbers"),
            "scores": self.scores,
            "repeats": self.repeats,
            "is_integer": self.is_integer,
            "originals": array_to_document(self.originals.values, "a column of numbers"),
            "missing": self.originals.missing,
        }

    @classmethod
    def from_document(cls, fields, n_classes):
        column = cls()
        column.values = array_from_document(fields.inside("values"))
        column.originals = Numbers(
            array_from_document(fields.inside("originals")), fields.array("missing", bool, (n_classes,))
        )
        if column.values.ndim != 1 or column.values.dtype.kind not in "iuf" or not is_sorted(column.values, np.less):
            fields.refuse("values", "increasing numbers", column.values)
        if not np.isfinite(column.values).all() or not column.values.size:
            fields.refuse("values", "finite numbers", column.values)
        if column.originals.values.shape != (n_classes,) or column.originals.values.dtype != column.type_of_cells:
            fields.refuse("originals", f"{n_classes} numbers of the same type", column.originals.values)
        column.rows = fields.positions("rows", (None,))
        if column.originals.missing.any() and not len(column.rows):
            fields.refuse("rows", "that of a missing cell", column.rows)
        column.scores = fields.finite("scores", np.float64, column.values.shape)
        if not is_sorted(column.scores, np.less_equal):
            fields.refuse("scores", "in order", column.scores)
        column.repeats = fields.array("repeats", bool, column.values.shape)
        column.is_integer = fields.flag("is_integer")
        column.knots, column.exponent = scale_exactly(column.values)
        return column

    @property
    def type_of_cells(self):
        return self.values.dtype

    @property
    def width(self):
        return 1

    def encode(self, column):
        return self._encode(as_numbers(column), column.missing)

    def _encode(self, cells, missing):
        cells = np.where(missing, self.values[0], cells)
        scores = np.interp(np.ldexp(cells.astype(float), self.exponent), self.knots, self.scores)
        return np.where(missing, 0, scores)[:, None]

    def decode(self, features, missing, codes, rng):
        return Numbers(self.decode_cells(features), missing)

    def decode_cells(self, features):
        scores = features[:, 0].astype(float)
        nearest = np.searchsorted((self.scores[1:] + self.scores[:-1]) / 2, scores)
        return np.where(self.repeats[nearest], self.values[nearest], self._between_knots(scores))

    def _between_knots(self, scores):
        values = np.ldexp(np.interp(scores, self.scores, self.knots), -self.exponent)
        if self.is_integer:
            values = np.rint(values)
        return _convert_within(values, self.values[0], self.values[-1])

    def average(self, drawn):
        """Return the means over the first axis; those of a column whose type is integer are rounded."""
        means = (drawn / len(drawn)).sum(axis=0)  # divided first, large numbers do not overflow
        if drawn.dtype.kind in "iu":
            means = np.rint(means)
        return _convert_within(means, drawn.min(axis=0), drawn.max(axis=0))


class TimeColumn(NumberColumn):
    """A column of dates, times or durations, mapped to scores by the number of steps since the earliest.

    The step is the longest of which all observed ones are a multiple: what was observed in whole days is generated
    in whole days. It also makes the numbers small enough to be exact as floats.
    """

    def fit_encode(self, column, codes, first_rows):
        present = column.cells[~column.missing]
        self.earliest, self.latest = (present.min(), present.max()) if len(present) else (np.int64(0), np.int64(0))
        self.step = max(np.gcd.reduce(_elapsed(present, self.earliest)), np.uint64(1))
        features = super().fit_encode(self._in_steps(column), codes, first_rows)
        self.originals = Numbers(column.cells[first_rows], column.missing[first_rows])
        return features

    def to_document(self):
        bounds = {"earliest": int(self.earliest), "latest": int(self.latest), "step": int(self.step)}
        return super().to_document() | bounds

    @classmethod
    def from_document(cls, fields, n_classes):
        column, (low, high) = super().from_document(fields, n_classes), (np.iinfo(np.int64).min, np.iinfo(np.int64).max)
        earliest, latest = (fields.integer(name, low, high) for name in ("earliest", "latest"))
        step = fields.integer("step", 1, np.iinfo(np.uint64).max)
        if column.values.dtype != np.uint64 or int(column.values[-1]) * step > latest - earliest:
            fields.refuse("step", f"one that leads no further than {latest}", step)
        column.earliest, column.latest, column.step = np.int64(earliest), np.int64(latest), np.uint64(step)
        return column

    @property
    def type_of_cells(self):
        return np.dtype(np.int64)

    def encode(self, column):
        return super().encode(self._in_steps(column))

    def decode_cells(self, features):
        return self._from_steps(super().decode_cells(features))

    def average(self, drawn):
        return self._from_steps(super().average(self._count_steps(drawn)))

    def _in_steps(self, column):
        return Column(column.name, self._count_steps(as_numbers(column)), column.missing, "number")

    def _count_steps(self, cells):
        return _elapsed(np.clip(cells, self.earliest, self.latest), self.earliest) // self.step

    def _from_steps(self, steps):
        return (self.earliest.astype(np.uint64) + steps * self.step).astype(np.int64)


def _elapsed(cells, earliest):
    """Return differences of integers, which unsigned ones hold even where signed ones would overflow."""
    return cells.astype(np.uint64) - earliest.astype(np.uint64)


class CategoryColumn:
    """A column of categories, one-hot.

    A column costs at most `MAX_LEVELS` features however many levels it has. The levels that are most
    frequent when every class weighs the same have a feature of their own; all others share the last one,
    and which of them a generated cell gets is drawn as often as its class has it.
    """

    def fit_encode(self, column, codes, first_rows):
        levels, rows_of_levels = _factorize(column)
        self._levels = column.cells[rows_of_levels].tolist()
        self.rows = np.append(rows_of_levels, np.flatnonzero(column.missing)[:1]).astype(np.intp)
        self.originals = Gathered(levels[first_rows] % len(self.rows))  # -1, a missing cell, is the last
        n_levels = len(rows_of_levels)
        counts = np.zeros((codes.max() + 1, n_levels))
        np.add.at(counts, (codes[~column.missing], levels[~column.missing]), 1)
        frequencies = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).sum(axis=0)
        self._by_frequency = np.argsort(-frequencies, kind="stable")
        self.width = min(n_levels, MAX_LEVELS)
        self._share = self._shares_of_rare_levels(counts)
        self._assign_features()
        return self._one_hot(levels)

    def _assign_features(self):
        n_levels = len(self._by_frequency)
        self._feature_of_level = np.empty(n_levels + 1, dtype=np.intp)
        self._feature_of_level[self._by_frequency] = np.minimum(np.arange(n_levels), self.width - 1)
        self._feature_of_level[-1] = self.width  # the level -1 of a missing cell: the row of zeros below

    def to_document(self):
        return {
            "rows": self.rows,
            "levels": cells_to_document(self._levels, "a category"),
            "by_frequency": self._by_frequency,
            "width": self.width,
            "share": self._share,
            "originals": self.originals.positions,
        }

    @classmethod
    def from_document(cls, fields, n_classes):
        column = cls()
        column._levels = cells_from_document(fields, "levels")
        n_levels = len(column._levels)
        column.rows = fields.positions("rows", (None,))
        if not max(1, n_levels) <= len(column.rows) <= n_levels + 1:
            fields.refuse("rows", "one for each level, and one for missing cells", column.rows)
        column.originals = Gathered(fields.positions("originals", (n_classes,), len(column.rows)))
        column._by_frequency = fields.positions("by_frequency", (n_levels,), n_levels)
        if len(np.unique(column._by_frequency)) < n_levels:
            fields.refuse("by_frequency", "different levels", column._by_frequency)
        column.width = fields.integer("width", min(1, n_levels), n_levels)
        n_rare = n_levels - max(column.width - 1, 0)
        column._share = fields.finite("share", np.float64, (n_classes, n_rare))
        if n_rare and not ((column._share >= 0).all() and np.allclose(column._share.sum(axis=1), 1)):
            fields.refuse("share", "shares that sum to 1", column._share)
        column._assign_features()
        return column

    def encode(self, column):
        number_of_level = {level: number for number, level in enumerate(self._levels)}
        return self._one_hot(number_levels(column, lambda level: number_of_level.get(level, -1)))

    def _one_hot(self, levels):
        return np.eye(self.width + 1, self.width, dtype=np.float32)[self._feature_of_level[levels]]

    def _shares_of_rare_levels(self, counts):
        """Return, for each class, how often it has each of the levels that share the last feature."""
        rare = counts[:, self._by_frequency[max(self.width - 1, 0) :]]
        totals = rare.sum(axis=1, keepdims=True)
        return np.where(totals > 0, rare, rare.sum(axis=0)) / np.where(totals > 0, totals, max(rare.sum(), 1))

    def decode(self, features, missing, codes, rng):
        if not self.width:
            return Gathered(np.zeros(len(features), dtype=np.intp))
        ranks = features.argmax(axis=1)
        shared = np.flatnonzero(ranks == self.width - 1)
        if self._share.shape[1] > 1:
            for code in np.unique(codes[shared]):
                of_class = shared[codes[shared] == code]
                ranks[of_class] += rng.choice(self._share.shape[1], size=len(of_class), p=self._share[code])
        return Gathered(np.where(missing, len(self.rows) - 1, self._by_frequency[ranks]))

    def decode_cells(self, features):
        if not self.width:
            return np.full(len(features), None)
        levels = self._by_frequency[features.argmax(axis=1)]
        return np.fromiter((self._levels[level] for level in levels), dtype=object, count=len(levels))

    def average(self, drawn):
        """Return the most frequent level along the first axis; of equals the one that was drawn first."""
        modes = (Counter(cells).most_common(1)[0][0] for cells in drawn.T)
        return np.fromiter(modes, dtype=object, count=drawn.shape[1])


COLUMNS = {"number": NumberColumn, "time": TimeColumn, "category": CategoryColumn}


def _kind_of(column, is_categorical):
    if is_categorical:
        return CategoryColumn
    return TimeColumn if column.kind == "time" else NumberColumn


def is_sorted(values, compare):
    """Tell whether each value compares so with the next."""
    return bool(compare(values[:-1], values[1:]).all())


def as_numbers(column):
    """Return the cells as numbers, or say which of them is none or is infinite."""
    cells = column.cells
    if column.kind not in {"number", "time"}:
        present = cells[~column.missing]
        if column.kind != "object" or not are_numbers(present):
            raise ValueError(
                f"Column {column.name!r} is not named in `categorical_features`, so that numbers were expected in "
                f"it, but it holds {_example(present)}. Name it there, or convert it to numbers."
            )
        cells = numbers_of_objects(cells, column.missing)
    with np.errstate(over="ignore"):  # what is too large for a float becomes infinite
        infinite = np.isinf(cells.astype(float)) & ~column.missing
    if infinite.any():
        raise ValueError(
            f"Column {column.name!r} contains infinity (inf), or a number too large for a float, in {infinite.sum()} "
            f"row(s), the first of them row {infinite.argmax()}; expected finite numbers or missing cells. Replace it, "
            "for example by NaN."
        )
    return cells


def _example(cells):
    return f"{cells[0]!r}" if len(cells) else "nothing but missing cells"


def _convert_within(values, low, high):
    """Return floats in the type of `low` and `high`, which they do not leave."""
    # The bounds are put in after the conversion: as floats, large integers would overflow it.
    inside = (values > np.asarray(low, dtype=float)) & (values < np.asarray(high, dtype=float))
    converted = np.where(inside, values, 0).astype(low.dtype)
    return np.where(inside, converted, np.where(values >= np.asarray(high, dtype=float), high, low))


def _scores(values, counts):
    """Return the score of each distinct value; over the rows, scores have mean 0 and variance 1."""
    ranks = (np.cumsum(counts) - counts / 2) / counts.sum()
    standard = _standardize(scale_exactly(values)[0], counts)
    return _standardize(standard + _standardize(ndtri(ranks), counts), counts)


def scale_exactly(values):
    """Return the values times a power of two that brings the largest near 1, and the exponent.

    Times 2 to an exponent, no value overflows, nor does a sum or difference of them.
    """
    values = values.astype(float)
    exponent = -int(np.frexp(np.abs(values).max())[1])
    return np.ldexp(values, exponent), exponent


def _standardize(scores, counts):
    centred = scores - np.average(scores, weights=counts)
    deviation = np.sqrt(np.average(centred**2, weights=counts))
    return centred / deviation if deviation > 0 else centred


def _factorize(column):
    """Return the level of each cell, -1 where it is missing, and the row where each level comes first.

    Levels are numbered in their order of appearance, which no container changes.
    """
    number_of_level = {}
    levels = number_levels(column, lambda level: number_of_level.setdefault(level, len(number_of_level)))
    numbers, first_rows = np.unique(levels, return_index=True)
    return levels, first_rows[numbers >= 0]


def number_levels(column, number):
    """Return `number(cell)` for each cell, -1 where it is missing."""
    levels = np.full(len(column.cells), -1, dtype=np.intp)
    try:
        levels[~column.missing] = [number(cell) for cell in column.cells[~column.missing].tolist()]
    except TypeError as error:
        raise TypeError(
            f"Column {column.name!r} holds cells that cannot be told apart as categories ({error}); each argument "
            "must be a string, a number, a boolean or another hashable value. Convert them, for example to strings."
        ) from error
    return levels
