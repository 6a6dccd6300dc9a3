"""Change imputed values so that rows satisfy relations; observed values stay as they are."""

import numpy as np

from sklearn_gan._table.columns import Column, Values
from sklearn_gan._table.relations.check import factors_of
from sklearn_gan._table.relations.kinds import FixedCombinations, Inequality, OneHot, Sum
from sklearn_gan._table.relations.lattice import Lattice
from sklearn_gan._table.relations.totals import add_parts, within_type

N_PASSES = 2  # a later relation may change a value of an earlier one


class Completion:
    """Complete the rows of a table in agreement with its relations.

    Parameters
    ----------
    relations : list of Relation
        The relations.
    positions : list of list of int
        The positions of the columns of each relation.
    columns : list of Column
        The columns of the fitted table.
    codecs : list of ColumnCodec
        The fitted codec of each column.
    """

    def __init__(self, relations, positions, columns, codecs):
        self._codecs = codecs
        self._steps = []
        for relation, members in zip(relations, positions, strict=True):
            if isinstance(relation, FixedCombinations | OneHot):
                self._steps.append(CombinationStep(members, columns, codecs))
            elif isinstance(relation, Inequality):
                self._steps.append(InequalityStep(*members, relation.strict, codecs))
            elif isinstance(relation, Sum):
                self._steps.append(SumStep(members, columns, codecs))

    def complete(self, columns, cells):
        """Return imputed values that agree with the relations.

        Parameters
        ----------
        columns : list of Column
            The columns of a table.
        cells : list of ndarray
            The imputed values of each column, one for each of its missing values.

        Returns
        -------
        cells : list of ndarray
        """
        used = sorted({j for step in self._steps for j in step.members})
        filled = {j: columns[j].missing for j in used}
        values = {j: _numbers(self._codecs[j], columns[j], cells[j]) for j in used if filled[j].any()}
        values |= {j: _numbers(self._codecs[j], columns[j], None) for j in used if j not in values}
        for _ in range(N_PASSES):
            for step in self._steps:
                step.apply(values, filled)
        completed = list(cells)
        for j in used:
            if filled[j].any():
                completed[j] = _cells(self._codecs[j], values[j][filled[j]], cells[j])
        return completed


def _numbers(codec, column, cells):
    """Return the values of a column, with imputed ones, as numbers; those of categories are -1 if unknown."""
    if codec.is_numeric:
        decoded = codec.as_decoded(column).values
        numbers = decoded.astype(np.result_type(decoded, codec.type_of_cells))
        if cells is not None:
            numbers[column.missing] = cells
        return numbers
    numbers = codec.comparable(column).cells.copy()
    if cells is not None:
        imputed = Column(column.name, cells, np.zeros(len(cells), dtype=bool), "category")
        numbers[column.missing] = codec.comparable(imputed).cells
    return numbers


def _cells(codec, numbers, cells):
    if codec.is_numeric:
        return numbers.astype(cells.dtype)
    completed, is_known = cells.copy(), numbers >= 0
    completed[is_known] = np.fromiter(codec.levels, dtype=object, count=len(codec.levels))[numbers[is_known]]
    return completed


class CombinationStep:
    """Replace imputed values in combinations that do not occur.

    Of the observed combinations that agree with the observed values of a row, the one with most of its imputed values
    is chosen. Of several, it is the most frequent one.
    """

    def __init__(self, members, columns, codecs):
        self.members = members
        numbers = np.stack([_numbers(codecs[j], columns[j], None) for j in members], axis=1)
        complete = ~np.logical_or.reduce([columns[j].missing for j in members])
        self._combinations, counts = np.unique(numbers[complete], axis=0, return_counts=True)
        self._shares = counts / (counts.sum() + 1)

    def apply(self, values, filled):
        numbers = np.stack([values[j] for j in self.members], axis=1)
        is_filled = np.stack([filled[j] for j in self.members], axis=1)
        rows = np.flatnonzero(is_filled.any(axis=1))
        cases, case_of_row = np.unique(np.hstack([numbers[rows], is_filled[rows]]), axis=0, return_inverse=True)
        chosen = [self._choose(*np.split(case, 2)) for case in cases]
        best = np.array(chosen, dtype=np.intp)[case_of_row.ravel()]
        numbers[rows[best >= 0]] = self._combinations[best[best >= 0]]
        for j, column in zip(self.members, numbers.T, strict=True):
            values[j] = np.where(filled[j], column, values[j]).astype(values[j].dtype)

    def _choose(self, numbers, is_filled):
        equal = self._combinations == numbers
        agrees = (equal | (is_filled > 0)).all(axis=1)
        return int(np.where(agrees, equal.sum(axis=1) + self._shares, -1).argmax()) if agrees.any() else -1


class InequalityStep:
    """Move an imputed value that is on the wrong side of another one to the nearest possible value.

    If both are imputed, the higher one is moved.
    """

    def __init__(self, low, high, strict, codecs):
        self.members, self._strict = [low, high], strict
        self._codecs = [codecs[low], codecs[high]]

    def apply(self, values, filled):
        low, high = self.members
        scaled = [self._scale(codec, values[j]) for codec, j in zip(self._codecs, self.members, strict=True)]
        is_broken = scaled[0] >= scaled[1] if self._strict else scaled[0] > scaled[1]
        for j, i, sign, where in ((high, 1, 1, filled[high]), (low, 0, -1, filled[low] & ~filled[high])):
            rows = is_broken & where
            limits = Lattice.of(self._codecs[i]).beyond(scaled[1 - i][rows], sign, self._strict)
            values[j][rows] = self._unscale(self._codecs[i], limits)

    def _scale(self, codec, numbers):
        return codec.to_scale(Values(numbers, np.zeros(len(numbers), dtype=bool))).values

    def _unscale(self, codec, numbers):
        return codec.from_scale(Values(numbers, np.zeros(len(numbers), dtype=bool))).values


class SumStep:
    """Compute an imputed total from its parts, or else change imputed parts so that they add up to the total."""

    def __init__(self, members, columns, codecs):
        self.members, self._codecs = members, [codecs[j] for j in members]
        self._factors = factors_of(columns[members[0]], [columns[j] for j in members[1:]])
        self._lowest = [columns[j].cells[~columns[j].missing].min() for j in members]

    def apply(self, values, filled):
        total, *parts = self.members
        sums = self._lattice(0).nearest(self._sum(values))
        values[total] = np.where(filled[total], within_type(sums, values[total].dtype), values[total])
        for i, j in enumerate(parts, start=1):
            is_last = ~np.logical_or.reduce([filled[k] for k in parts[i:]] + [np.zeros(len(filled[j]), dtype=bool)])
            factor = self._factors[i - 1]
            needed = values[j] + (values[total] - self._lattice(0).nearest(self._sum(values))) / factor
            needed = np.where(is_last, needed, np.maximum(needed, self._lowest[i]))  # the last one takes the rest
            needed = within_type(self._lattice(i).nearest(needed), values[j].dtype)
            values[j] = np.where(filled[j] & ~filled[total], needed, values[j])

    def _sum(self, values):
        return add_parts([values[j] for j in self.members[1:]], self._factors)

    def _lattice(self, i):
        return Lattice.of(self._codecs[i])
