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


def problem_of(message):
    """Return the part of a warning before the values found, which may differ between folds.

    Examples
    --------
    >>> problem_of("Expected numbers in column 'zip', found 72 distinct integers. Drop it.")
    "Expected numbers in column 'zip'"
    """
    return message.partition(", found ")[0]


def describe(found):
    """Describe an untrusted value or error in one line of printable characters."""
    if isinstance(found, BaseException):
        text = f"{type(found).__name__}: {found}".rstrip(".: ")
    else:
        text = found if isinstance(found, str) else SHORT.repr(found)
    line = " ".join(text.split())[:LONGEST_DESCRIPTION]
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in line)
