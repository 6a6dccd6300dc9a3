"""Names and values, shortened for messages and figures."""

import reprlib

LONGEST_DESCRIPTION = 200
SHORT = reprlib.Repr()
SHORT.maxlevel, SHORT.maxdict, SHORT.maxlist = 2, 2, 4


def list_names(names, longest=20, write=repr):
    """Return names separated by commas; those beyond the first `longest` are counted.

    Examples
    --------
    >>> list_names(["a", "b", "c"], longest=2)
    "'a', 'b' and 1 more"
    """
    listed = ", ".join(map(write, names[:longest]))
    return f"{listed} and {len(names) - longest} more" if len(names) > longest else listed


def shorten(name, longest):
    """Return a name of at most `longest` characters on one line, with its middle left out if it is longer.

    Examples
    --------
    >>> shorten("annual income", 7)
    'ann…ome'
    """
    name = " ".join(str(name).split())
    tail = (longest - 1) // 2
    return name if len(name) <= longest else f"{name[: longest - 1 - tail]}…{name[len(name) - tail :]}"


def describe(found):
    """Return one line, safe to print, that describes a value or an error of untrusted origin."""
    if isinstance(found, BaseException):
        text = f"{type(found).__name__}: {found}".rstrip(".: ")
    else:
        text = found if isinstance(found, str) else SHORT.repr(found)
    line = " ".join(text.split())[:LONGEST_DESCRIPTION]
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in line)
