"""Convert relations to documents for saved files, and back."""

from dataclasses import fields

from sklearn_gan._persistence import cell_from_document, cells_from_document, cells_to_document
from sklearn_gan._table.relations.kinds import FixedCombinations, Inequality, MissingTogether, OneHot, Sum

RELATIONS = {relation.__name__: relation for relation in (FixedCombinations, Inequality, MissingTogether, OneHot, Sum)}
SUBJECT = "the names of columns in `relations`"


def relation_to_document(relation):
    """Return a relation as a document."""
    values = {part.name: getattr(relation, part.name) for part in fields(relation)}
    return {"kind": type(relation).__name__} | {name: _write(name, value) for name, value in values.items()}


def _write(name, value):
    if name in ("columns", "parts"):
        return cells_to_document(value, SUBJECT)
    if name == "strict":
        return bool(value)
    (cell,) = cells_to_document([value if name != "tolerance" or value is None else float(value)], SUBJECT)
    return cell


def relation_from_document(document):
    """Return the relation stored in a document."""
    kind = RELATIONS[document.one_of("kind", RELATIONS)]
    return kind(**{part.name: _read(document, part.name) for part in fields(kind)})


def _read(document, name):
    if name in ("columns", "parts"):
        return cells_from_document(document, name)
    if name == "strict":
        return document.flag(name)
    value = cell_from_document(document, name)
    if name == "support" and value is not None:
        return document.integer(name, 0)
    if name == "tolerance" and value is not None and not (type(value) is float and value >= 0):
        document.refuse(name, "null or a number of at least 0", value)
    return value
