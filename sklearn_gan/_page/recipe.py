"""Code, seeds and versions with which a result can be repeated."""

import platform
from importlib.metadata import version
from numbers import Integral

from sklearn.base import BaseEstimator

import sklearn_gan

PACKAGES = ("numpy", "scikit-learn", "imbalanced-learn", "scipy", "skorch", "torch")
LITERALS = (str, bool, int, float, type(None))


def versions_of(library):
    """Return the versions of Python, of this package and of those it uses, with the user's data frame library."""
    names = [*PACKAGES, *([library] if library else [])]
    return [
        ("Python", platform.python_version()),
        ("sklearn_gan", sklearn_gan.__version__),
        *((name, version(name)) for name in names),
    ]


def describe_seed(random_state, what):
    """Return a sentence about a seed, given in words what it determines."""
    if isinstance(random_state, Integral):
        return f"The seed is {random_state}: the same table, parameters and versions give the same {what}."
    kind = "None" if random_state is None else type(random_state).__name__
    return f"`random_state` is {kind}, so {what} differ each time. Pass an integer to repeat them."


def write_arguments(arguments):
    """Return keyword arguments as code.

    >>> write_arguments({"sampling_strategy": {"yes": 50}, "random_state": 0})
    "sampling_strategy={'yes': 50}, random_state=0"
    """
    return ", ".join(f"{name}={write_value(value)}" for name, value in arguments.items())


def write_value(value):
    """Return a value as code, or an ellipsis if it is an object that code cannot create.

    >>> write_value([1, "a", (None,), object()])
    "[1, 'a', (None,), ...]"
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{write_value(key)}: {write_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        items = ", ".join(map(write_value, value))
        return f"[{items}]" if isinstance(value, list) else f"({items}{',' * (len(value) == 1)})"
    if isinstance(value, BaseEstimator):
        return " ".join(repr(value).split())
    return repr(value) if type(value) in LITERALS else "..."
