"""Rule that keeps missing values together."""

import numpy as np

from sklearn_gan._table.relations.rule import Rule, check_derived, missing_of, set_missing


class JointlyMissing(Rule):
    """Set all of several columns to missing in rows where one of them is missing.

    The missing values of columns with features of their own are those of one real row, and already agree. This rule
    makes those of columns that other rules determine agree with them.

    Parameters
    ----------
    members : list of int
        Positions of the columns.
    """

    name = "jointly missing"

    def __init__(self, members):
        self.sources, self.determined, self.removed = members, [], []

    def restore(self, decoded, derived, codes, codecs, rng):
        where = np.logical_or.reduce([missing_of(decoded[j], codecs[j]) for j in self.sources])
        for j in self.sources:
            set_missing(decoded[j], where, codecs[j])

    def to_document(self):
        return {"members": list(self.sources)}

    @classmethod
    def from_document(cls, fields, codecs, derived, n_classes):
        check_derived(fields, derived, [])
        members = fields.integers("members", 0, len(codecs) - 1)
        if len(set(members)) < len(members) or len(members) < 2:
            fields.refuse("members", "two or more different columns", members)
        return cls(members)
