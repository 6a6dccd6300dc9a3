"""Select the relations of a table, those listed by the user or those detected, and the rules that keep them."""

from dataclasses import replace
from numbers import Integral

import numpy as np

from sklearn_gan._runtime.text import list_names
from sklearn_gan._table.relations.check import find_breaches, why_unfit
from sklearn_gan._table.relations.combinations import Combination, ConsistentChoice, Lookup, determines_all
from sklearn_gan._table.relations.completion import Completion
from sklearn_gan._table.relations.detection import Detector
from sklearn_gan._table.relations.differences import Difference
from sklearn_gan._table.relations.kinds import FixedCombinations, Inequality, Relation
from sklearn_gan._table.relations.missing_values import JointlyMissing
from sklearn_gan._table.relations.plan import ConflictError, Plan
from sklearn_gan._table.relations.spikes import Spikes
from sklearn_gan._table.relations.totals import Total

RULES = {rule.name: rule for rule in (Lookup, Combination, ConsistentChoice, Difference, Total, JointlyMissing, Spikes)}
N_SHOWN = 3


def select_rules(relations, columns, codecs, codes, with_all_rows):
    """Return the relations of a table, with their support, and its rules, in order.

    Rules keep relations, strong associations between categorical columns, and spikes. They are learned from a sample of
    rows, but relations hold in all rows.

    Parameters
    ----------
    relations : "auto", None or list of Relation
        The relations to keep; `"auto"` detects them.
    columns : list of Column
        The columns of the table, at the rows of the sample.
    codecs : list of ColumnCodec
        The fitted codec of each column.
    codes : ndarray of shape (n_rows,)
        The class of each row of the sample.
    with_all_rows : callable
        Maps positions of columns to the list of these Columns, with all rows.

    Returns
    -------
    relations : list of Relation
    rules : list of Rule

    Raises
    ------
    ValueError
        If a listed relation names unknown columns or columns of unfit kinds, is broken by a row, or contradicts
        another one.
    """
    plan = Plan(columns, codecs)
    kept = _select_relations(plan, relations, columns, codecs, with_all_rows)
    plan.add_associations()
    plan.add_spikes(codes)
    return kept, plan.in_order()


def _select_relations(plan, relations, columns, codecs, with_all_rows):
    select = _detected if isinstance(relations, str) else _listed
    return select(plan, relations or [], columns, codecs, with_all_rows)


def _detected(plan, relations, columns, codecs, with_all_rows):
    kept = []
    for relation, positions in Detector(columns, codecs).detect():
        found = _in_all_rows(relation, with_all_rows(positions), [codecs[j] for j in positions])
        if found is None:
            continue
        try:
            plan.add(found, positions)
        except ConflictError:
            continue
        kept.append(found)
    return kept


def _in_all_rows(relation, columns, codecs):
    """Return a relation that was detected in a sample, with its support, or None if it does not hold in all rows."""
    breaches, applies = find_breaches(relation, columns, codecs)
    if isinstance(relation, Inequality) and relation.strict and breaches.any():
        return _in_all_rows(replace(relation, strict=False), columns, codecs)
    if breaches.any() or why_unfit(relation, columns, codecs) or not _is_function(relation, columns, codecs):
        return None
    return replace(relation, support=int(applies.sum()))


def _is_function(relation, columns, codecs):
    """Return whether the first of fixed combinations determines the others; True for any other relation."""
    if not isinstance(relation, FixedCombinations):
        return True
    rows = np.flatnonzero(~columns[0].missing)
    return determines_all([column[rows] for column in columns], codecs)


def _listed(plan, relations, columns, codecs, with_all_rows):
    kept = []
    for relation in relations:
        if not isinstance(relation, Relation):
            raise ValueError(
                f"Expected `relations` to be 'auto', None or a list of relations from `sklearn_gan.relations`, got an "
                f"item {relation!r}. Pass a list such as [Inequality('start', 'end')]."
            )
        positions = find_columns(relation, columns)
        support = _check(relation, with_all_rows(positions), [codecs[j] for j in positions])
        try:
            plan.add(relation, positions)
        except ConflictError as error:
            raise ValueError(
                f"Expected relations that can be kept together, found {relation!r}, which cannot be kept beside "
                f"those listed before it: {error}. Remove one of them."
            ) from error
        kept.append(replace(relation, support=support))
    return kept


def find_columns(relation, columns):
    """Return the positions of the columns in a relation."""
    names = [column.name for column in columns]
    positions = [names.index(name) if name in names else _as_position(name, names, relation) for name in relation.names]
    if len(set(positions)) < len(positions) or len(positions) < 2:
        raise ValueError(
            f"Expected {type(relation).__name__} to name two or more different columns, got {relation!r}. List each "
            "column once."
        )
    return positions


def _as_position(name, names, relation):
    if isinstance(name, Integral) and not isinstance(name, bool) and -len(names) <= name < len(names):
        return int(name) % len(names)
    raise ValueError(
        f"Expected names or positions of columns in {relation!r}, got {name!r}, which is not a column of the table. "
        f"Choose from its {len(names)} columns: {list_names(names)}."
    )


def _check(relation, columns, codecs):
    """Return the number of rows to which a relation applies; raise if columns cannot have it, or if rows break it."""
    expected = why_unfit(relation, columns, codecs)
    if expected:
        found = list_names([f"{column.name!r}: {_describe_kind(column)}" for column in columns], write=str)
        raise ValueError(
            f"Expected {expected} in {relation!r}, got {found}. Convert the columns, or remove the relation."
        )
    breaches, applies = find_breaches(relation, columns, codecs)
    if breaches.any():
        rows = np.flatnonzero(breaches)
        shown = "; ".join(_describe_row(row, columns) for row in rows[:N_SHOWN])
        raise ValueError(
            f"Expected every row to satisfy {relation!r}, found {len(rows)} row(s) that break it, first {shown}. "
            "Correct or drop these rows, or remove the relation."
        )
    return int(applies.sum())


def _describe_kind(column):
    zone = " with a time zone" if column.is_zoned else ""
    return f"{column.unit or column.kind}{zone}"


def _describe_row(row, columns):
    return f"row {row}: " + ", ".join(f"{column.name!r} is {_describe_cell(column, row)}" for column in columns)


def _describe_cell(column, row):
    if column.missing[row]:
        return "missing"
    cell = column.cells[row]
    return str(cell.view(column.unit)) if column.unit else repr(cell.item() if hasattr(cell, "item") else cell)


def select_completion(relations, columns, codecs):
    """Return the relations of a table, with their support, and the Completion of imputed values.

    The parameters and errors are those of :func:`select_rules`.
    """
    plan = Plan(columns, codecs)
    kept = _select_relations(plan, relations, columns, codecs, lambda positions: [columns[j] for j in positions])
    return kept, Completion(kept, [find_columns(relation, columns) for relation in kept], columns, codecs)
