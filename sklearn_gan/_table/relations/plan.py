"""Choose the rules that keep relations, and the order in which they restore columns."""

from copy import deepcopy
from itertools import permutations

from sklearn_gan._table.column_kinds.categorical import MAX_LEVELS
from sklearn_gan._table.relations.associations import find_associated
from sklearn_gan._table.relations.check import factors_of
from sklearn_gan._table.relations.combinations import Combination, ConsistentChoice, Lookup, determines_all
from sklearn_gan._table.relations.differences import Difference
from sklearn_gan._table.relations.kinds import FixedCombinations, Inequality, MissingTogether, OneHot, Sum
from sklearn_gan._table.relations.missing_values import JointlyMissing
from sklearn_gan._table.relations.spikes import Spikes, has_spikes
from sklearn_gan._table.relations.totals import Total


class ConflictError(ValueError):
    """Raised if a relation cannot be kept beside those that were added before."""


class Plan:
    """The rules that keep a list of relations.

    Each column is determined by at most one rule. Relations are added one after the other, and one that contradicts
    the earlier ones raises.

    Parameters
    ----------
    columns : list of Column
        The columns of the table.
    codecs : list of ColumnCodec
        The fitted codec of each column.

    Attributes
    ----------
    rules : list of Rule
        The rules so far, in no particular order.
    """

    def __init__(self, columns, codecs):
        self._columns, self._codecs = columns, codecs
        self.rules = []

    def add(self, relation, positions):
        """Add rules that keep a relation between the columns at these positions, or raise ConflictError."""
        add = {
            FixedCombinations: self._add_combinations,
            OneHot: self._add_one_hot,
            Inequality: self._add_inequality,
            Sum: self._add_sum,
            MissingTogether: self._add_missing,
        }[type(relation)]
        if any(set(positions) <= self._members(rule) for rule in self.rules):
            return  # the observed combinations satisfy the relation
        rules = deepcopy(self.rules)
        try:
            add(relation, positions)
        except ConflictError:
            self.rules = rules
            raise

    def add_associations(self):
        """Add a rule for each group of strongly associated categorical columns in no other rule."""
        used = {j for rule in self.rules for j in (*rule.sources, *rule.determined)}
        # Missing values are those of a real row, not of a combination.
        complete = {j for j, column in enumerate(self._columns) if not column.missing.any()}
        free = [j for j, codec in enumerate(self._codecs) if not codec.is_numeric and j in complete - used]
        for group in find_associated(self._columns, self._codecs, free):
            self.rules.append(Combination(group))

    def add_spikes(self, codes):
        """Add a rule for each column with spikes that no other rule determines.

        `codes`, of shape (n_rows,), is the class of each row.
        """
        for j, (column, codec) in enumerate(zip(self._columns, self._codecs, strict=True)):
            if not self._rules_of(j) and has_spikes(column, codec, codes):
                self.rules.append(Spikes(j))

    def in_order(self):
        """Return the rules in an order in which each comes after those that determine its sources."""
        ordered, waiting = [], sorted(self.rules, key=lambda rule: isinstance(rule, Total))
        while waiting:
            open_columns = {j for rule in waiting for j in rule.determined}
            ready = [rule for rule in waiting if not open_columns.intersection(rule.sources)]
            ordered += ready
            waiting = [rule for rule in waiting if rule not in ready]
        return sorted(ordered, key=lambda rule: isinstance(rule, JointlyMissing))  # last

    def _rules_of(self, column):
        """Return the rules that determine a column."""
        return [rule for rule in self.rules if column in rule.determined]

    def _members(self, rule):
        """Return the positions of the columns whose combinations are observed ones in every row."""
        is_lookup = isinstance(rule, Lookup) and not self._columns[rule.sources[0]].missing.any()
        return rule.members if is_lookup or isinstance(rule, Combination) else set()

    def _depends_on(self, column, other):
        """Return whether `column` is computed from `other`, directly or through other columns."""
        sources = [j for rule in self._rules_of(column) for j in rule.sources]
        return column == other or any(self._depends_on(j, other) for j in sources)

    def _is_free(self, column, sources):
        """Return whether a new rule may determine a column from the sources."""
        return not self._rules_of(column) and not any(self._depends_on(j, column) for j in sources)

    def _append(self, rule):
        for j in rule.determined:
            is_computed = isinstance(rule, Total | Difference)
            if not self._is_free(j, rule.sources) or (is_computed and self._must_be_observed(j)):
                raise ConflictError(f"column {self._columns[j].name!r} follows from other relations")
        self.rules.append(rule)

    def _must_be_observed(self, j):
        """Return whether other columns are chosen by the value of a numeric column, which must be an observed one."""
        choices = [rule for rule in self.rules if isinstance(rule, Lookup | ConsistentChoice)]
        return self._codecs[j].is_numeric and any(j in rule.sources for rule in choices)

    def _is_observed(self, j):
        """Return whether all generated values of a column are observed ones."""
        if not self._codecs[j].is_numeric:
            return True
        return self._codecs[j].is_grid and not any(isinstance(rule, Total | Difference) for rule in self._rules_of(j))

    def _add_combinations(self, relation, positions):
        source = next((j for j in positions if self._is_observed(j) and self._determines_all(j, positions)), None)
        if source is None:
            self._append(Combination(list(positions)))
            return
        targets = [j for j in positions if j != source]
        free = [j for j in targets if not self._is_wide(source) and self._is_free(j, [source])]
        if free:
            self._append(Lookup(source, free))
        for target in [j for j in targets if j not in free]:
            if not self._is_observed(target):
                raise ConflictError(f"column {self._columns[target].name!r} follows from other relations")
            self._append(ConsistentChoice(source, target))

    def _is_wide(self, j):
        return not self._codecs[j].is_numeric and len(self._codecs[j].levels) > MAX_LEVELS

    def _determines_all(self, source, positions):
        order = [source, *(j for j in positions if j != source)]
        return determines_all([self._columns[j] for j in order], [self._codecs[j] for j in order])

    def _add_one_hot(self, relation, positions):
        self._append(Combination(list(positions)))

    def _add_inequality(self, relation, positions):
        low, high = positions
        for rule in self._rules_of(high):
            if isinstance(rule, Total) and self._implies(rule, low, relation.strict):
                if not rule.removed:  # where a part is missing, the total does not follow from the parts
                    self._bound(high, low, 1, relation.strict)
                return
        for column, source, sign in ((high, low, 1), (low, high, -1)):
            bounded = [rule for rule in self._rules_of(column) if isinstance(rule, Difference) and rule.sign == sign]
            if self._is_free(column, [source]) or (bounded and not self._depends_on(source, column)):
                self._bound(column, source, sign, relation.strict)
                return
        totals = [rule for j in positions for rule in self._rules_of(j) if isinstance(rule, Total)]
        if not any(self._compute_part(total, relation, positions) for total in totals):
            raise ConflictError("both columns follow from other relations")

    def _compute_part(self, total, relation, positions):
        """Compute a part of a sum in place of the total, so that an inequality may bound the total.

        Return whether that is possible. Only the sum of two numbers without missing values can be turned around.
        """
        (column,) = total.determined
        if not total.removed or len(total.sources) != 2 or self._columns[column].unit:
            return False
        rules = deepcopy(self.rules)
        for part, other in permutations(total.sources):
            self.rules = [rule for rule in self.rules if rule is not total]
            lowest = self._columns[part].cells.min()
            try:
                if lowest >= 0:
                    self._add_inequality(Inequality(other, column, strict=bool(lowest > 0)), [other, column])
                self._add_inequality(relation, positions)
                self._append(Total(part, [column, other], [1, -1], may_miss=False))
                return True
            except ConflictError:
                self.rules = rules
                total = next(rule for rule in rules if rule.determined == [column] and isinstance(rule, Total))
        return False

    def _implies(self, total, low, strict):
        """Return whether the parts of a total other than `low` make it at least, or more than, `low`."""
        rest = [self._columns[j] for j in total.sources if j != low]
        lowest = [column.cells[~column.missing].min() for column in rest if not column.unit.startswith("M8")]
        positive = all(value >= 0 for value in lowest) and (not strict or any(value > 0 for value in lowest))
        return low in total.sources and len(lowest) == len(rest) and positive

    def _bound(self, column, source, sign, strict):
        """Add a bound to the rule that keeps a column on one side of others."""
        rules = [rule for rule in self._rules_of(column) if isinstance(rule, Difference)]
        if not rules:
            if self._must_be_observed(column):
                raise ConflictError(f"column {self._columns[column].name!r} determines other columns")
            rules = [Difference(column, sign)]
            self.rules += rules
        rules[0].add(source, strict)

    def _add_sum(self, relation, positions):
        columns = [self._columns[j] for j in positions]
        may_miss = any(column.missing.any() for column in columns)
        self._append(Total(positions[0], positions[1:], factors_of(columns[0], columns[1:]), may_miss))

    def _add_missing(self, relation, positions):
        self.rules.append(JointlyMissing(list(positions)))
