"""Short descriptions of relations between columns, for the summary of a command."""

from sklearn_gan.relations import FixedCombinations, Inequality, MissingTogether, OneHot, Sum

MAX_RELATIONS, MAX_COLUMNS = 5, 4


def describe_relations(relations, names):
    """Return one line that describes detected relations.

    Parameters
    ----------
    relations : list of Relation
        The relations, with columns named or, in tables without column names, at positions.
    names : list of str
        Names of all columns of the table.

    Examples
    --------
    >>> from sklearn_gan.relations import Inequality, Sum
    >>> describe_relations([Sum(2, [0, 1]), Inequality(0, 2, strict=True)], ["price", "fee", "total"])
    'total = price + fee; price < total'
    """
    texts = [_describe(relation, [_name_of(column, names) for column in relation.names]) for relation in relations]
    return _join(texts, "; ", MAX_RELATIONS)


def _name_of(column, names):
    return column if isinstance(column, str) else names[column]


def _describe(relation, names):
    match relation:
        case Sum():
            total, *parts = names
            return f"{total} = {_join(parts, ' + ')}"
        case Inequality():
            return f"{names[0]} {'<' if relation.strict else '<='} {names[1]}"
        case FixedCombinations():
            source, *targets = names  # the detected ones name the determining column first
            return f"{source} determines {_join(targets)}"
        case OneHot():
            return f"one of {_join(names)}"
        case MissingTogether():
            return f"{_join(names)} missing together"


def _join(texts, mark=", ", longest=MAX_COLUMNS):
    shown = mark.join(texts[:longest])
    return f"{shown} and {len(texts) - longest} more" if len(texts) > longest else shown
