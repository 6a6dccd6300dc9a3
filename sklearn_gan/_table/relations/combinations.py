"""Rules that keep combinations of values: lookups in tables, combined categories, and consistent choices."""

import numpy as np

from sklearn_gan._table.column_kinds.notation import EXACT
from sklearn_gan._table.columns import Column
from sklearn_gan._table.relations.rule import (
    Keys,
    Rule,
    cells_from_document,
    cells_to_document,
    check_derived,
    missing_of,
    set_missing,
    take_cells,
)


class Lookup(Rule):
    """Look up columns that one column determines, such as the country of a city.

    A target is not encoded if the source determines its missing values, too. Otherwise, it is generated, and then
    replaced wherever it is not missing and its source has a value in the table.

    Parameters
    ----------
    source : int
        Position of the column that determines the others.
    targets : list of int
        Positions of the determined columns.
    """

    name = "lookup"

    def __init__(self, source, targets):
        self.sources, self.determined, self.removed = [source], targets, []

    @property
    def members(self):
        """The positions of all columns whose combinations are observed ones."""
        return {*self.sources, *self.determined}

    def derive(self, columns, codecs, codes):
        (source,) = self.sources
        cells = codecs[source].as_decoded(columns[source])
        self._keys = Keys.learn(cells, codecs[source])
        keys = self._keys.of(cells)
        self._tables, self._is_known = [], []
        for target in self.determined:
            values = codecs[target].as_decoded(columns[target])
            is_removed = is_function(keys, values, codecs[target], with_missing=True)
            asked = ~(missing_of(cells, codecs[source]) | missing_of(values, codecs[target]))
            rows = np.arange(len(keys)) if is_removed else np.flatnonzero(asked)
            known, first = np.unique(keys[rows], return_index=True)
            table = np.zeros(self._keys.n_keys, dtype=np.intp)
            table[known] = rows[first]
            self._tables.append(take_cells(values, table))
            self._is_known.append(np.isin(np.arange(self._keys.n_keys), known))
            if is_removed:
                self.removed.append(target)
        return []

    def restore(self, decoded, derived, codes, codecs, rng):
        (source,) = self.sources
        keys = self._keys.of(decoded[source])
        for target, table, is_known in zip(self.determined, self._tables, self._is_known, strict=True):
            if target in self.removed:
                decoded[target] = take_cells(table, keys)
                continue
            asked = ~(missing_of(decoded[source], codecs[source]) | missing_of(decoded[target], codecs[target]))
            decoded[target].overwrite(asked & is_known[keys], table, keys)
            set_missing(decoded[target], asked & ~is_known[keys], codecs[target])  # no combination was observed

    def to_document(self):
        return {
            "source": self.sources[0],
            "keys": self._keys.to_document(),
            "targets": [
                {"column": target, "removed": target in self.removed, "known": is_known} | cells_to_document(table)
                for target, table, is_known in zip(self.determined, self._tables, self._is_known, strict=True)
            ],
        }

    @classmethod
    def from_document(cls, fields, codecs, derived, n_classes):
        check_derived(fields, derived, [])
        source = fields.integer("source", 0, len(codecs) - 1)
        rule = cls(source, [])
        rule._keys, rule._tables, rule._is_known = Keys.from_document(fields, codecs[source]), [], []
        for part in fields.each("targets"):
            target = part.integer("column", 0, len(codecs) - 1)
            rule.determined.append(target)
            rule._is_known.append(part.array("known", bool, (rule._keys.n_keys,)))
            rule._tables.append(cells_from_document(part, codecs[target], rule._keys.n_keys))
            if part.flag("removed"):
                rule.removed.append(target)
        return rule


class Combination(Rule):
    """Generate the observed combinations of several columns as the categories of a single column.

    Parameters
    ----------
    members : list of int
        Positions of the columns.
    """

    name = "combination"

    def __init__(self, members):
        self.sources, self.determined, self.removed = [], members, members

    @property
    def members(self):
        """The positions of all columns whose combinations are observed ones."""
        return set(self.determined)

    def derive(self, columns, codecs, codes):
        cells = [codecs[j].as_decoded(columns[j]) for j in self.determined]
        keys = [Keys.learn(values, codecs[j]).of(values) for j, values in zip(self.determined, cells, strict=True)]
        _, first, numbers = np.unique(np.stack(keys, axis=1), axis=0, return_index=True, return_inverse=True)
        # In the order of appearance, in which the codec of the derived column numbers its categories.
        order = first.argsort()
        self._tables = [take_cells(values, first[order]) for values in cells]
        self._n_combinations = len(first)
        numbers = order.argsort()[numbers.ravel()]
        name = tuple(columns[j].name for j in self.determined)
        return [Column(name, numbers, np.zeros(len(numbers), dtype=bool), "category")]

    def restore(self, decoded, derived, codes, codecs, rng):
        for target, table in zip(self.determined, self._tables, strict=True):
            decoded[target] = take_cells(table, derived[0].positions)

    def to_document(self):
        return {
            "members": list(self.determined),
            "size": self._n_combinations,
            "tables": [cells_to_document(table) for table in self._tables],
        }

    @classmethod
    def from_document(cls, fields, codecs, derived, n_classes):
        check_derived(fields, derived, [False])
        rule = cls(fields.integers("members", 0, len(codecs) - 1))
        rule._n_combinations = fields.integer("size", 1)
        if len(derived[0].rows) != rule._n_combinations:
            fields.refuse("size", "the number of categories of the derived column", rule._n_combinations)
        tables = fields.each("tables", len(rule.determined))
        rule._tables = [
            cells_from_document(part, codecs[j], rule._n_combinations)
            for j, part in zip(rule.determined, tables, strict=True)
        ]
        return rule


class ConsistentChoice(Rule):
    """Choose a value of one column that agrees with a column that it determines, such as a city in a given country.

    Used where the determined column is already determined by another rule, or where the determining column has too
    many categories for a feature each. A generated value that disagrees is replaced by a random one of those that
    agree, with their frequencies in the class. It becomes missing if none agrees.

    Parameters
    ----------
    column : int
        Position of the column whose values are chosen.
    source : int
        Position of the column that it determines.
    """

    name = "consistent choice"

    def __init__(self, column, source):
        self.sources, self.determined, self.removed = [source], [column], []

    def derive(self, columns, codecs, codes):
        (column,), (source,) = self.determined, self.sources
        cells, given = (codecs[j].as_decoded(columns[j]) for j in (column, source))
        self._keys, self._given = Keys.learn(cells, codecs[column]), Keys.learn(given, codecs[source])
        keys = self._keys.of(cells)
        present = np.flatnonzero(~missing_of(cells, codecs[column]) & ~missing_of(given, codecs[source]))
        known, first = np.unique(keys[present], return_index=True)
        rows = np.zeros(self._keys.n_keys, dtype=np.intp)
        rows[known] = present[first]
        self._values = take_cells(cells, rows)
        self._given_of_key = np.full(self._keys.n_keys, -1)
        self._given_of_key[known] = self._given.of(given)[rows[known]]
        self._counts = np.zeros((codes.max() + 1, self._keys.n_keys))
        np.add.at(self._counts, (codes[present], keys[present]), 1)
        return []

    def restore(self, decoded, derived, codes, codecs, rng):
        (column,), (source,) = self.determined, self.sources
        keys, given = self._keys.of(decoded[column]), self._given.of(decoded[source])
        asked = ~missing_of(decoded[column], codecs[column]) & ~missing_of(decoded[source], codecs[source])
        wrong = np.flatnonzero(asked & (self._given_of_key[keys] != given))
        for code, value in np.unique(np.stack([codes[wrong], given[wrong]], axis=1), axis=0):
            rows = wrong[(codes[wrong] == code) & (given[wrong] == value)]
            weights = np.where(self._given_of_key == value, self._counts[code], 0)
            if not weights.any():
                weights = np.where(self._given_of_key == value, self._counts.sum(axis=0), 0)
            if weights.any():
                keys[rows] = rng.choice(len(weights), size=len(rows), p=weights / weights.sum())
        decoded[column].overwrite(np.isin(np.arange(len(keys)), wrong), self._values, keys)
        is_wrong = asked & (self._given_of_key[keys] != given)  # where no value agrees
        set_missing(decoded[column], is_wrong, codecs[column])

    def to_document(self):
        return {
            "column": self.determined[0],
            "source": self.sources[0],
            "keys": self._keys.to_document(),
            "given": {"keys": self._given.to_document()},
            "given_of_key": self._given_of_key.astype(np.int64),
            "counts": self._counts,
            "values": cells_to_document(self._values),
        }

    @classmethod
    def from_document(cls, fields, codecs, derived, n_classes):
        check_derived(fields, derived, [])
        column, source = (fields.integer(name, 0, len(codecs) - 1) for name in ("column", "source"))
        rule = cls(column, source)
        rule._keys = Keys.from_document(fields, codecs[column])
        rule._given = Keys.from_document(fields.inside("given"), codecs[source])
        rule._given_of_key = fields.positions("given_of_key", (rule._keys.n_keys,), rule._given.n_keys, start=-1)
        rule._counts = fields.finite("counts", np.float64, (n_classes, rule._keys.n_keys))
        if not ((rule._counts >= 0) & (rule._counts <= EXACT) & (rule._counts == np.rint(rule._counts))).all():
            fields.refuse("counts", "numbers of rows", rule._counts)
        rule._values = cells_from_document(fields.inside("values"), codecs[column], rule._keys.n_keys)
        return rule


def determines_all(columns, codecs):
    """Return whether the first column determines the others, in rows without missing values."""
    cells = [codec.as_decoded(column) for codec, column in zip(codecs, columns, strict=True)]
    keys = Keys.learn(cells[0], codecs[0]).of(cells[0])
    others = zip(cells[1:], codecs[1:], strict=True)
    return all(is_function(keys, values, codec, with_missing=False) for values, codec in others)


def is_function(keys, values, codec, with_missing):
    """Return whether each key has only one value; `with_missing`, a missing value counts as another value."""
    missing = missing_of(values, codec)
    numbers = Keys.learn(values, codec).of(values)
    rows = np.arange(len(keys)) if with_missing else np.flatnonzero(~missing)
    first = np.zeros(keys.max() + 1, dtype=np.intp)
    first[keys[rows[::-1]]] = rows[::-1]
    return bool(np.array_equal(numbers[first[keys[rows]]], numbers[rows]))
