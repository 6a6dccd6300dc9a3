"""Encode numbers as approximately standard normal scores, and decode the scores."""

import numpy as np
from scipy.special import ndtri

from sklearn_gan._persistence import array_from_document, array_to_document
from sklearn_gan._table.column_kinds.codec import ColumnCodec
from sklearn_gan._table.column_kinds.integer_codes import are_sparse, warn_of_codes
from sklearn_gan._table.column_kinds.notation import Notation
from sklearn_gan._table.columns import ComparableColumn, Values, are_numbers, numbers_of_objects

MAX_KNOTS = 1_000
GRID_SHARE = 0.5
GAP_SHARE = 0.1  # smallest width of a gap, relative to the range
GAP_DISTANCES = 10  # and relative to the mean distance of the next `GAP_NEIGHBORS` values on either side
GAP_NEIGHBORS = 10
SPIKE_SHARE = 0.01


class NumericCodec(ColumnCodec):
    """Encode a numeric column as scores with a monotone, piecewise linear function.

    The knots are distinct observed values v_1 < ... < v_m, at most about `MAX_KNOTS`. The score of knot j is the mean
    of its standard score and its normal score Φ⁻¹(r_j). Here, r_j is the mean rank of the rows with this value, divided
    by the number of rows. Both scores and their mean are scaled to unit variance. The standard score preserves the
    shape of the distribution. The normal score limits heavy tails and outliers.

    Generated numbers stay within [v_1, v_m]. A spike is a value shared by more than `SPIKE_SHARE` of the rows. A score
    is decoded to exactly the value of its nearest knot if this knot is a spike. In a column with at most `GRID_SHARE`
    times as many distinct values as rows, and at most `MAX_KNOTS`, every knot is treated as a spike. The same holds
    for a column of codes. In a gap, a score is decoded to the nearer end. All other numbers have the decimals and the
    common step of the observed ones.
    """

    name = "number"
    is_numeric = True
    array_dtypes = "iufO"

    @classmethod
    def recognizes(cls, column):
        return column.kind == "number"

    @staticmethod
    def numbers(column):
        """Return the values of a Column as numbers, or raise. Without observed values, any type is accepted."""
        return np.zeros(len(column.cells)) if column.missing.all() else as_numbers(column)

    def fit(self, column, codes, first_rows):
        cells = as_numbers(column)
        present = cells[~column.missing]
        values, counts = np.unique(present, return_counts=True)
        if not len(values):  # a column without observed values still needs a knot
            values, counts = np.zeros(1, dtype=cells.dtype), np.ones(1, dtype=int)
        n_rows = len(present)
        del present  # a copy of the column
        self.rows = np.flatnonzero(column.missing)[:1]  # only a missing value is copied from the table
        self.originals = Values(cells[first_rows], column.missing[first_rows])
        self.notation = Notation.learn(values)
        is_sparse = are_sparse(values, counts, self.notation)
        if is_sparse:
            warn_of_codes(column.name, values)
        is_grid = is_sparse or len(values) <= min(MAX_KNOTS, GRID_SHARE * n_rows)
        repeats = is_grid | (counts > max(1, SPIKE_SHARE * n_rows))
        spread = np.linspace(0, len(values) - 1, min(len(values), MAX_KNOTS)).round().astype(int)
        gaps = np.flatnonzero(_are_gaps(values, counts))
        # Spikes and both ends of a gap are knots, to decode them exactly.
        kept = np.unique(np.concatenate((spread, np.flatnonzero(repeats), gaps, gaps + 1)))
        self.gaps = np.isin(kept[:-1], gaps)
        self.values, self.scores, self.repeats = values[kept], _scores(values, counts)[kept], repeats[kept]
        self.knots, self.exponent = scale_exactly(self.values)

    def to_document(self):
        return {
            "rows": self.rows,
            "values": array_to_document(self.values, "a numeric column"),
            "scores": self.scores,
            "repeats": self.repeats,
            "gaps": self.gaps,
            "notation": self.notation.to_document(),
            "originals": array_to_document(self.originals.values, "a numeric column"),
            "missing": self.originals.missing,
        }

    @classmethod
    def from_document(cls, fields, n_classes):
        column = cls()
        column.values = array_from_document(fields.inside("values"))
        column.originals = Values(
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
            fields.refuse("rows", "the row of a missing value", column.rows)
        column.scores = fields.finite("scores", np.float64, column.values.shape)
        if not is_sorted(column.scores, np.less_equal):
            fields.refuse("scores", "in ascending order", column.scores)
        column.repeats = fields.array("repeats", bool, column.values.shape)
        column.gaps = fields.array("gaps", bool, (len(column.values) - 1,))
        column.notation = Notation.from_document(fields.inside("notation"), column.values)
        column.knots, column.exponent = scale_exactly(column.values)
        return column

    @property
    def type_of_cells(self):
        return self.values.dtype

    @property
    def width(self):
        return 1

    @property
    def bounds(self):
        """The smallest and the largest observed value, as decoded values."""
        return self.values[[0, -1]]

    def may_hold(self, values):
        """Return whether decoded values may be those of rows of the fitted table."""
        low, high = self.bounds
        return bool(((values >= low) & (values <= high)).all())

    @property
    def is_grid(self):
        """Whether all generated numbers are observed ones."""
        return bool(self.repeats.all())

    def encode(self, column):
        cells = np.where(column.missing, self.values[0], as_numbers(column))  # entries at missing values are arbitrary
        with np.errstate(over="ignore"):  # numbers far outside the fitted range become infinite, and are clipped too
            scaled = np.ldexp(cells.astype(float), self.exponent)
        scores = np.interp(scaled, self.knots, self.scores)
        return np.where(column.missing, 0, scores)[:, None]

    def decode(self, features, missing, codes, rng):
        return Values(self.decode_cells(features), missing)

    def as_decoded(self, column):
        return Values(self.numbers(column), column.missing)

    def to_scale(self, cells):
        """Return decoded values as integers or floats of 64 bits whose differences are meaningful."""
        return Values(cells.values.astype(float if cells.values.dtype.kind == "f" else np.int64), cells.missing)

    def from_scale(self, cells):
        """Return values of :meth:`to_scale` as decoded values."""
        return cells

    def decode_cells(self, features):
        scores = features[:, 0].astype(float)
        if not (self.repeats.any() or self.gaps.any()):
            return self._between_knots(scores)
        # Midpoints between the scores of neighbouring knots separate the regions of nearest knots.
        nearest = np.searchsorted((self.scores[1:] + self.scores[:-1]) / 2, scores)
        if self.is_grid:
            return self.values[nearest]
        is_observed = self.repeats[nearest] | self._are_in_gaps(scores)
        return np.where(is_observed, self.values[nearest], self._between_knots(scores))

    def _are_in_gaps(self, scores):
        if not self.gaps.any():
            return np.zeros(len(scores), dtype=bool)
        return self.gaps[np.clip(np.searchsorted(self.scores, scores) - 1, 0, len(self.gaps) - 1)]

    def _between_knots(self, scores):
        values = np.ldexp(np.interp(scores, self.scores, self.knots), -self.exponent)
        return _convert_within(self.notation.round(values), self.values[0], self.values[-1])

    def average(self, drawn):
        """Return the means over the first axis, in the notation of the column."""
        means = (drawn / len(drawn)).sum(axis=0)  # dividing first keeps large numbers from overflowing
        return _convert_within(self.notation.round(means), drawn.min(axis=0), drawn.max(axis=0))

    def comparable(self, column):
        return ComparableColumn(column.name, self.numbers(column), column.missing, is_numeric=True)

    def comparable_decoded(self, decoded):
        return ComparableColumn(None, decoded.values, decoded.missing, is_numeric=True)


def _are_gaps(values, counts):
    """Return, for each value and the next one, whether there is a gap between them.

    A gap is much wider than the mean distance of the values on either side of it, and has at least 1%, or 10, of the
    rows on each side. So the distance to an outlier is no gap.
    """
    numbers, _ = scale_exactly(values)
    position, last = np.arange(len(numbers) - 1), len(numbers) - 1
    below = numbers[position] - numbers[np.maximum(position - GAP_NEIGHBORS, 0)]
    above = numbers[np.minimum(position + 1 + GAP_NEIGHBORS, last)] - numbers[position + 1]
    distance = np.maximum(below, above) / GAP_NEIGHBORS
    width = np.maximum(GAP_SHARE * (numbers[-1] - numbers[0]), GAP_DISTANCES * distance)
    n_below, n_rows = np.cumsum(counts)[:-1], counts.sum()
    return (np.diff(numbers) > width) & (np.minimum(n_below, n_rows - n_below) >= max(10, SPIKE_SHARE * n_rows))


def is_sorted(values, compare):
    """Return whether `compare` is true for each value and the next one."""
    return bool(compare(values[:-1], values[1:]).all())


def as_numbers(column):
    """Return the values as numbers, or raise if a value is non-numeric or infinite."""
    cells = column.cells
    if column.kind not in {"number", "time"}:
        present = cells[~column.missing]
        if column.kind != "object" or not are_numbers(present):
            raise ValueError(
                f"Expected numbers in column {column.name!r}, which is not in `categorical_features`, got "
                f"{_example(present)}. Add the column to `categorical_features`, or convert it to numbers."
            )
        cells = numbers_of_objects(cells, column.missing)
    with np.errstate(over="ignore"):  # numbers too large for a float become infinite
        infinite = np.isinf(cells.astype(float)) & ~column.missing
    if infinite.any():
        raise ValueError(
            f"Column {column.name!r} contains infinity (inf) or a number too large for a float in {infinite.sum()} "
            f"row(s), the first at row {infinite.argmax()}; expected finite numbers or missing values. Replace these "
            "values, for example with NaN."
        )
    return cells


def _example(cells):
    return f"{cells[0]!r}" if len(cells) else "only missing values"


def _convert_within(values, low, high):
    """Convert floats to the type of `low` and `high`, clipped to these bounds."""
    # The bounds are inserted after the conversion, because large integer bounds would overflow as floats.
    inside = (values > np.asarray(low, dtype=float)) & (values < np.asarray(high, dtype=float))
    converted = np.where(inside, values, 0).astype(low.dtype)
    return np.where(inside, converted, np.where(values >= np.asarray(high, dtype=float), high, low))


def _scores(values, counts):
    """Return the score of each distinct value. Over all rows, scores have mean 0 and variance 1."""
    ranks = (np.cumsum(counts) - counts / 2) / counts.sum()
    standard = _standardize(scale_exactly(values)[0], counts)
    return _standardize(standard + _standardize(ndtri(ranks), counts), counts)


def scale_exactly(values):
    """Multiply values by the power of two that brings the largest magnitude near 1, and return the exponent.

    Sums and differences of the scaled values do not overflow.
    """
    values = values.astype(float)
    exponent = -int(np.frexp(np.abs(values).max())[1])
    return np.ldexp(values, exponent), exponent


def _standardize(scores, counts):
    centred = scores - np.average(scores, weights=counts)
    deviation = np.sqrt(np.average(centred**2, weights=counts))
    return centred / deviation if deviation > 0 else centred
