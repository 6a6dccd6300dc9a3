"""Parameters, versions and code to repeat a fit."""

import inspect
import platform
from dataclasses import dataclass
from importlib.metadata import version
from numbers import Integral

import sklearn_gan
from sklearn_gan._runtime.text import describe
from sklearn_gan._table import library_of

PACKAGES = ("numpy", "scikit-learn", "imbalanced-learn", "scipy", "skorch", "torch")
LITERALS = (str, bool, int, float, type(None))


@dataclass(frozen=True)
class Parameter:
    """Parameter of a sampler: its name, its value as text, and whether it is the default."""

    name: str
    value: str
    is_default: bool


@dataclass(frozen=True)
class Recipe:
    """How to repeat a fit.

    Attributes
    ----------
    parameters : list of Parameter
        All parameters of the sampler.
    versions : list of (str, str)
        Names and versions of packages.
    seed : str
        A sentence about the seed.
    code : str
        Python code.
    """

    parameters: list
    versions: list
    seed: str
    code: str


def recipe_of(sampler, X, has_holdout):
    """Return the Recipe of a fitted sampler, given its table."""
    return Recipe(
        parameters_of(sampler), versions_of(library_of(X)), seed_of(sampler.random_state), code_of(sampler, has_holdout)
    )


def parameters_of(sampler):
    """Return the Parameter of each parameter of a sampler."""
    defaults = inspect.signature(type(sampler)).parameters
    values = sampler.get_params(deep=False)
    return [Parameter(name, describe(values[name]), _equal(values[name], defaults[name].default)) for name in defaults]


def _equal(value, default):
    if value is default:
        return True
    return type(value) is type(default) and isinstance(value, (*LITERALS, tuple)) and value == default


def versions_of(library):
    """Return the versions of Python, of this package and of those it uses, with the user's data frame library."""
    names = [*PACKAGES, *([library] if library else [])]
    return [
        ("Python", platform.python_version()),
        ("sklearn_gan", sklearn_gan.__version__),
        *((name, version(name)) for name in names),
    ]


def seed_of(random_state):
    """Return a sentence about the seed."""
    if isinstance(random_state, Integral):
        return f"The seed is {random_state}: the same table, parameters and versions give the same rows."
    kind = "None" if random_state is None else type(random_state).__name__
    return f"`random_state` is {kind}, so each fit gives other rows. Pass an integer to repeat them."


def code_of(sampler, has_holdout):
    """Return Python code that fits such a sampler and writes its report."""
    set_here = [
        f"{name}={_literal(value)}"
        for name, value in sampler.get_params(deep=False).items()
        if not _equal(value, inspect.signature(type(sampler)).parameters[name].default)
    ]
    holdout = ", holdout=(X_holdout, y_holdout)" if has_holdout else ""
    return "\n".join(
        (
            "from sklearn_gan import GANOversampler, ResamplingReport",
            "",
            "# X and y are the table that this report describes.",
            f"sampler = GANOversampler({', '.join(set_here)})",
            "X_resampled, y_resampled = sampler.fit_resample(X, y)",
            f'ResamplingReport(sampler, X, y{holdout}).write_html("report.html")',
        )
    )


def _literal(value):
    """Return a value as code, or an ellipsis if it is an object that code cannot create."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        items = [_literal(item) for item in value]
        return f"[{', '.join(items)}]" if isinstance(value, list) else f"({', '.join(items)}{',' * (len(items) == 1)})"
    return repr(value) if type(value) in LITERALS else "..."
