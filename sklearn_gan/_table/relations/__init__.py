"""Relations between columns: their detection, and the rules that keep them in every generated row."""

from sklearn_gan._table.relations.documents import relation_from_document, relation_to_document
from sklearn_gan._table.relations.kinds import FixedCombinations, Inequality, MissingTogether, OneHot, Relation, Sum
from sklearn_gan._table.relations.rule import check_order
from sklearn_gan._table.relations.selection import RULES, select_completion, select_rules

__all__ = [
    "RULES",
    "FixedCombinations",
    "Inequality",
    "MissingTogether",
    "OneHot",
    "Relation",
    "Sum",
    "check_order",
    "relation_from_document",
    "relation_to_document",
    "select_completion",
    "select_rules",
]
