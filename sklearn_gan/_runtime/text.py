"""Shorten names and values for messages and plots."""

import reprlib

LONGEST_DESCRIPTION = 200
SHORT = reprlib.Repr()
SHORT.maxlevel, SHORT.maxdict, SHORT.maxlist = 2, 2, 4


def list_names(names, longest=20, write=repr):
    """Return names separated by commas, and the number of names beyond the first `longest`.

    Examples
    --------
    >>> list_names(["a", "b", "c"], longest=2)
    "'a', 'b' and 1 more"
    """
    listed = ", ".join(map(write, names[:longest]))
    return f"{listed} and {len(names) - longest} more" if len(names) > longest else listed


def shorten(name, longest):
    """Return a name on one line, with its middle left out if it has more than `longest` characters.

    Examples
    --------
    >>> shorten("annual income", 7)
    'ann…ome'
    """
    name = " ".join(str(name).split())
    tail = (longest - 1) // 2
    return name if len(name) <= longest else f"{name[: longest - 1 - tail]}…{name[len(name) - tail :]}"


def note_problem(message, noted):
    """Add the problem that a warning states to the set `noted`, and return whether it is new.

    The problem is the text before the values found, which may differ between folds.

    Examples
    --------
    >>> noted = set()
    >>> note_problem("Expected numbers in column 'zip', found 72 distinct integers. Drop it.", noted)
    True
    >>> note_problem("Expected numbers in column 'zip', found 77 distinct integers. Drop it.", noted)
    False
    """
    problem = message.partition(", found ")[0]
    is_new = problem not in noted
    noted.add(problem)
    return is_new


def describe(found):
    """Describe an untrusted value or error in one line of printable characters."""
    if isinstance(found, BaseException):
        text = f"{type(found).__name__}: {found}".rstrip(".: ")
    else:
        text = found if isinstance(found, str) else SHORT.repr(found)
    line = " ".join(text.split())[:LONGEST_DESCRIPTION]
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in line)
