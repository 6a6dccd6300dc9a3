"""Convert relations to documents for saved files, and back."""

from dataclasses import fields

from sklearn_gan._persistence import cell_from_document, cells_from_document, cells_to_document
from sklearn_gan._table.relations.kinds import FixedCombinations, Inequality, MissingTogether, OneHot, Sum

RELATIONS = {relation.__name__: relation for relation in (FixedCombinations, Inequality, MissingTogether, OneHot, Sum)}
SUBJECT = "the names of columns in `relations`"


def relation_to_document(relation):
    """Return a relation as a document."""
    document = {"kind": type(relation).__name__}
    for part in fields(relation):
        value = getattr(relation, part.name)
        is_list = part.name in ("columns", "parts")
        document[part.name] = cells_to_document(value, SUBJECT) if is_list else cells_to_document([value], SUBJECT)[0]
    return document


def relation_from_document(document):
    """Return the relation stored in a document."""
    kind = RELATIONS[document.one_of("kind", RELATIONS)]
    values = {}
    for part in fields(kind):
        read = cells_from_document if part.name in ("columns", "parts") else cell_from_document
        values[part.name] = read(document, part.name)
    if values["support"] is not None:
        document.integer("support", 0)
    return kind(**values)
