"""Detect the relations between the columns of a table.

Candidates are found on a sample of rows and confirmed on all rows. The time is therefore linear in the number of rows.
Only relations that would not occur by chance between independent columns are reported; see `chance.py`.
"""

from itertools import chain, permutations
from math import log

import numpy as np

from sklearn_gan._table.column_kinds import CodedTimeCodec
from sklearn_gan._table.column_kinds.notation import Notation
from sklearn_gan._table.columns import Gathered
from sklearn_gan._table.relations.chance import (
    exceeds_chance,
    log_probability_of_equal_masks,
    log_probability_of_function,
    log_probability_of_one_hot,
    log_probability_of_order,
)
from sklearn_gan._table.relations.check import (
    count_hot,
    factors_of,
    find_breaches,
    indicator,
    is_indicator,
    is_measured,
    is_moderate,
    scale_of,
    why_unfit,
)
from sklearn_gan._table.relations.kinds import FixedCombinations, Inequality, MissingTogether, OneHot, Sum
from sklearn_gan._table.relations.rule import Keys
from sklearn_gan._table.relations.totals import add_parts

N_SAMPLED = 300
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # of Fibonacci hashing
MAX_COLUMNS_OF_SUMS = 150
MAX_KEYS_SHARE = 0.5
N_SHUFFLED = 1_000
N_REGRESSED = 2_000
RIDGE = 1e-10
COEFFICIENT_ERROR = 1e-3


class Detector:
    """Detect relations between columns.

    Parameters
    ----------
    columns : list of Column
        The columns of the table.
    codecs : list of ColumnCodec
        The fitted codec of each column.
    """

    def __init__(self, columns, codecs):
        self._codecs = codecs
        # Copies of a row are no evidence.
        cells = [codec.as_decoded(column) for codec, column in zip(codecs, columns, strict=True)]
        rows = _distinct_rows(cells, codecs)
        self._columns, self._cells = [column[rows] for column in columns], [part[rows] for part in cells]
        self._n_rows = len(self._columns[0].cells)
        # A fixed seed, so that the same table always has the same relations.
        self._rng = np.random.default_rng(0)
        self._sample = np.sort(self._rng.permutation(self._n_rows)[:N_SAMPLED])
        self._varied = [j for j, column in enumerate(self._columns) if _is_varied(column, codecs[j])]
        self._numbers = [j for j in self._varied if is_measured(codecs[j]) and is_moderate(self._columns[j])]

    def detect(self):
        """Yield pairs of a relation and the positions of its columns, the most reliable kinds first."""
        hot = set()
        for positions in self._one_hot_groups():
            hot.update(positions)
            equal = self._equal_columns(positions)
            if equal:
                yield FixedCombinations(self._names(equal + positions)), equal + positions
                hot.update(equal)
            yield OneHot(self._names(positions)), positions
        parts_of = {}
        for total, parts in self._sums(hot):
            parts_of[total] = parts
            names = self._names([total, *parts])
            yield Sum(names[0], names[1:]), [total, *parts]
        for source, targets in self._functions(hot):
            yield FixedCombinations(self._names([source, *targets])), [source, *targets]
        for low, high, strict in self._inequalities():
            if low in parts_of.get(high, []) and not self._columns[high].unit:
                continue  # a sum of positive numbers exceeds its parts
            yield Inequality(*self._names([low, high]), strict=strict), [low, high]
        for positions in self._missing_groups():
            yield MissingTogether(self._names(positions)), positions

    def _names(self, positions):
        return [self._columns[j].name for j in positions]

    def _one_hot_groups(self):
        """Yield groups of indicator columns, exactly one of which is 1 in each row."""
        members = [j for j in self._varied if is_indicator(self._columns[j]) and not self._columns[j].missing.any()]
        if len(members) < 2:
            return
        sampled = np.stack([indicator(self._columns[j][self._sample]) for j in members]).astype(np.float32)
        overlaps = sampled @ sampled.T > 0
        taken = set()
        for first in range(len(members)):
            if first not in taken and (group := _cover(first, sampled, overlaps, taken)):
                positions = [members[i] for i in group]
                if self._is_one_hot(positions, len(members)):
                    taken.update(group)
                    yield positions

    def _equal_columns(self, group):
        """Return the columns with one value for each member of a one-hot group, which no other member has."""
        numbers = np.argmax([indicator(self._columns[j]) for j in group], axis=0)
        others = {j: self._keys(j) for j in self._varied if j not in group and not self._columns[j].missing.any()}
        return [
            j
            for j, keys in others.items()
            if keys is not None and _is_constant_within(numbers, keys) and _is_constant_within(keys, numbers)
        ]

    def _is_one_hot(self, positions, n_candidates):
        columns = [self._columns[j] for j in positions]
        if not (count_hot(columns) == 1).all():
            return False
        shares = np.array([indicator(column).mean() for column in columns])
        return exceeds_chance(log_probability_of_one_hot(shares, self._n_rows), len(positions) * log(n_candidates))

    def _sums(self, hot):
        """Yield the position of a total and those of its parts."""
        members = [j for j in self._numbers if j not in hot and self._is_plain(j)]
        found = set()
        if len(members) <= MAX_COLUMNS_OF_SUMS:
            for total, parts in chain(self._candidate_sums(members), self._candidate_long_sums(members, found)):
                if total not in found and self._is_sum(total, parts, len(members)):
                    found.add(total)
                    yield total, parts
        for total, parts in self._sums_of_dates(members):
            if total not in found and self._is_sum(total, parts, len(self._varied)):
                found.add(total)
                yield total, parts

    def _is_plain(self, j):
        """Return whether a column holds numbers that are not codes of dates."""
        return not (self._columns[j].unit or isinstance(self._codecs[j], CodedTimeCodec))

    def _sums_of_dates(self, members):
        """Yield dates that are the sum of another date and of a duration or a number of days in the sampled rows."""
        dates = [j for j in self._varied if self._columns[j].unit.startswith("M8")]
        durations = [j for j in self._varied if self._columns[j].unit.startswith("m8")]
        days = [j for j in members if self._codecs[j].notation == Notation(0)]
        for total, start in permutations(dates, 2):
            for length in durations + days:
                columns, codecs = (
                    [items[j] for j in (total, start, length)] for items in (self._columns, self._codecs)
                )
                if why_unfit(Sum(None, []), columns, codecs) is None:
                    breaches, _ = find_breaches(Sum(None, []), [column[self._sample] for column in columns], codecs)
                    if not breaches.any():
                        yield total, [start, length]

    def _candidate_sums(self, members):
        """Yield sums of one and of two parts that hold in the sampled rows without missing values."""
        complete = ~np.logical_or.reduce([self._columns[j].missing[self._sample] for j in members])
        rows = self._sample[complete]
        if len(rows) < 5:
            return
        values = np.stack([self._cells[j].values[rows].astype(float) for j in members])  # (n_members, n_sampled)
        tolerances = np.array([self._tolerance(j, values[i]) for i, j in enumerate(members)])
        for i, total in enumerate(members):
            alike = np.flatnonzero((np.abs(values - values[i]) <= tolerances[i]).all(axis=1))
            for part in alike[alike < i]:  # of two equal columns, the second is the total
                yield total, [members[part]]
            if len(alike) > 1:
                continue
            first, second = np.triu_indices(len(members), 1)
            keep = (first != i) & (second != i)
            first, second = first[keep], second[keep]
            for row in range(len(rows)):
                if not len(first):
                    break
                fits = np.abs(values[first, row] + values[second, row] - values[i, row]) <= tolerances[i, row]
                first, second = first[fits], second[fits]
            for pair in zip(first, second, strict=True):
                yield total, [members[k] for k in pair]

    def _candidate_long_sums(self, members, found):
        """Yield sums of three or more parts among columns that are not totals yet.

        In the linear regression of a total on all other columns, the coefficients of its parts are 1 and all others 0.
        They are read from the inverse of the covariance matrix.
        """
        members = [j for j in members if j not in found]
        sampled = np.sort(self._rng.permutation(self._n_rows)[:N_REGRESSED])
        rows = sampled[~np.logical_or.reduce([self._columns[j].missing[sampled] for j in members])]
        if len(members) < 4 or len(rows) < 2 * len(members):
            return
        values = np.stack([self._cells[j].values[rows].astype(float) for j in members])
        deviations = values.std(axis=1)
        if not (np.isfinite(deviations) & (deviations > 0)).all():
            return
        inverse = np.linalg.inv(np.corrcoef(values) + RIDGE * np.eye(len(members)))
        coefficients = -inverse / np.diag(inverse)[:, None] * deviations[:, None] / deviations
        for i, total in enumerate(members):
            others = np.delete(coefficients[i], i)
            is_part = np.abs(others - 1) < COEFFICIENT_ERROR
            if is_part.sum() > 2 and (is_part | (np.abs(others) < COEFFICIENT_ERROR)).all():
                yield total, [members[k] for k in np.delete(np.arange(len(members)), i)[is_part]]

    def _tolerance(self, j, values):
        if self._columns[j].unit:
            return np.zeros(len(values))
        places = self._codecs[j].notation.places
        rounding = 1e-5 if self._codecs[j].type_of_cells == np.float32 else 1e-13
        return rounding * (np.abs(values) + 1) + (0.0 if places is None else 0.5 / 10.0**places)

    def _is_sum(self, total, parts, n_candidates):
        positions = [total, *parts]
        columns, codecs = ([items[j] for j in positions] for items in (self._columns, self._codecs))
        breaches, applies = find_breaches(Sum(None, parts), columns, codecs)
        if breaches.any() or applies.sum() < 5:
            return False
        rows = self._rng.permutation(np.flatnonzero(applies))[:N_SHUFFLED]
        numbers = [self._cells[j].values[rows] for j in positions]
        if any((part != 0).sum() < 5 or len(np.unique(part)) < 2 for part in numbers) or len(np.unique(numbers[0])) < 3:
            return False
        sums = add_parts(numbers[1:], factors_of(columns[0], columns[1:])).astype(float)
        shuffled = self._rng.permutation(numbers[0].astype(float))
        agreeing = np.abs(sums - shuffled) <= self._tolerance(total, shuffled)
        probability = (agreeing.sum() + 1) / (len(rows) + 1)
        return exceeds_chance(applies.sum() * log(probability) if probability < 1 else 0.0, 3 * log(n_candidates))

    def _functions(self, hot):
        """Yield the position of a column and those of the columns that it determines."""
        keys = {j: self._keys(j) for j in self._varied if j not in hot}
        keys = {j: codes for j, codes in keys.items() if codes is not None}
        # The column with most values first: if a street determines its city and country, all three are together.
        order = sorted(keys, key=lambda j: (-keys[j].max(), self._codecs[j].is_numeric))
        sampled = np.array([keys[j][self._sample] for j in order])
        groups = []
        for i, source in enumerate(order):
            if self._codecs[source].is_numeric and not self._codecs[source].is_grid:
                continue
            known = set().union(*(group for group in groups if source in group), {source})
            may_be = _may_be_functions(sampled[i], sampled)
            candidates = [j for j, may in zip(order, may_be, strict=True) if may and j not in known]
            targets = [j for j in candidates if self._is_function(source, j, keys, len(order))]
            if targets:
                groups.append({source, *targets})
                yield source, targets

    def _keys(self, j):
        """Return the key of each row, with -1 for missing values, or None if most values are distinct."""
        codec = self._codecs[j]
        if codec.is_numeric and not is_measured(codec):
            return None
        cells = self._cells[j]
        keys = Keys.learn(cells, codec)
        n_values = len(codec.levels if keys.values is None else keys.values)
        if n_values - 1 >= MAX_KEYS_SHARE * self._n_rows:
            return None
        return np.where(self._columns[j].missing, -1, keys.of(cells))

    def _is_function(self, source, target, keys, n_candidates):
        groups, codes = keys[source], keys[target]
        present = (groups >= 0) & (codes >= 0)
        groups, codes = groups[present], codes[present]
        if codes.max(initial=-1) > groups.max(initial=-1) or not len(groups) or not _is_constant_within(groups, codes):
            return False
        return exceeds_chance(log_probability_of_function(groups, codes), 2 * log(n_candidates))

    def _inequalities(self):
        """Yield the positions of the lower and the higher column, and whether equal values are excluded."""
        pairs = list(self._ordered_pairs())
        is_ordered = {(low, high) for low, high, _ in pairs}
        for low, high, strict in pairs:
            between = any((low, j) in is_ordered and (j, high) in is_ordered for j in self._numbers)
            if not between:  # otherwise, it follows from two others
                yield low, high, strict

    def _ordered_pairs(self):
        groups = {}
        for j in self._numbers:
            groups.setdefault(scale_of(self._columns[j], self._codecs[j]), []).append(j)
        for members in groups.values():
            cells = {j: self._codecs[j].to_scale(self._cells[j]) for j in members}
            sampled = np.array([_with_nan(cells[j][self._sample]) for j in members])
            for i, low in enumerate(members):
                never_below = ~(sampled < sampled[i]).any(axis=1)
                for high in [j for j, is_above in zip(members, never_below, strict=True) if is_above and j != low]:
                    pair = cells[low], cells[high]
                    if not _is_above(*pair) and self._exceeds_order(*pair, len(self._numbers)):
                        yield low, high, not _is_above(*pair, strict=True)

    def _exceeds_order(self, low, high, n_candidates):
        present = ~(low.missing | high.missing)
        lows, highs = low.values[present], high.values[present]
        if len(lows) < 2 or np.array_equal(lows, highs):
            return False
        return exceeds_chance(log_probability_of_order(lows, highs), 2 * log(n_candidates))

    def _missing_groups(self):
        """Yield groups of columns with missing values in the same rows."""
        groups = {}
        for j, column in enumerate(self._columns):
            if column.missing.any() and not column.missing.all():
                groups.setdefault(column.missing.tobytes(), []).append(j)
        for positions in groups.values():
            mask = self._columns[positions[0]].missing
            if len(positions) > 1 and exceeds_chance(log_probability_of_equal_masks(mask), 2 * log(len(self._columns))):
                yield positions


def _distinct_rows(decoded, codecs):
    """Return the positions of the first of equal rows, or a slice of all rows if rows may well be equal by chance.

    Of n rows of independent columns, two are rarely equal if there are more than n^2 combinations of their values.
    """
    n_values = [len(codec.values if codec.is_numeric else codec.levels) for codec in codecs]
    numbers = [_number(cells) for cells in decoded]
    n_rows = len(numbers[0])
    if sum(map(log, filter(None, n_values))) <= 2 * log(n_rows):
        return slice(None)
    hashes = np.zeros(n_rows, np.uint64)
    for part in numbers:
        hashes = (hashes ^ part) * MULTIPLIER
        hashes ^= hashes >> np.uint64(29)
    first = np.unique(hashes, return_index=True)[1]
    return slice(None) if len(first) == n_rows else np.sort(first)


def _number(cells):
    """Return integers of 64 bits that are equal where decoded values are."""
    if isinstance(cells, Gathered):
        return cells.positions.astype(np.uint64)
    return np.where(cells.missing, np.inf, cells.values.astype(float)).view(np.uint64)


def _with_nan(cells):
    """Return numbers as floats, with NaN at missing values; order is kept."""
    return np.where(cells.missing, np.nan, cells.values.astype(float))


def _is_varied(column, codec):
    if not codec.is_numeric:
        return len(codec.levels) > 1
    present = column.cells[~column.missing]
    return len(present) > 1 and not (present[:1] == present).all()


def _cover(first, sampled, overlaps, taken):
    """Return disjoint indicators, from the first one on, of which one is 1 in each sampled row, or None."""
    group, covered = [first], sampled[first].copy()
    for other in range(first + 1, len(sampled)):
        if other not in taken and not overlaps[group, other].any():
            group.append(other)
            covered += sampled[other]
        if covered.all():
            return group
    return None


def _is_constant_within(groups, codes):
    first = np.zeros(groups.max() + 1, dtype=np.intp)
    first[groups[::-1]] = np.arange(len(groups))[::-1]
    return bool((codes[first[groups]] == codes).all())


def _may_be_functions(groups, codes):
    """Return which columns may be functions of a column, by the first row of each of its values.

    Parameters
    ----------
    groups : ndarray of shape (n_rows,)
        The values of the column, as numbers from 0 on; -1 for missing values.
    codes : ndarray of shape (n_columns, n_rows)
        The values of the other columns, in the same form.
    """
    rows = np.flatnonzero(groups >= 0)
    if not len(rows):
        return np.zeros(len(codes), dtype=bool)
    first = np.zeros(groups.max() + 1, dtype=np.intp)
    first[groups[rows[::-1]]] = rows[::-1]
    at_first, values = codes[:, first[groups[rows]]], codes[:, rows]
    return ((at_first == values) | (at_first < 0) | (values < 0)).all(axis=1)


def _is_above(low, high, strict=False):
    """Return whether a value of `low` is above that of `high` or, if strict, equal to it."""
    present = ~(low.missing | high.missing)
    lows, highs = low.values[present], high.values[present]
    return bool((lows >= highs).any() if strict else (lows > highs).any())
