"""Parameters, versions and code to repeat a fit."""

import inspect
from dataclasses import dataclass

from sklearn_gan._page import describe_seed, versions_of, write_arguments
from sklearn_gan._runtime.text import describe
from sklearn_gan._table import library_of

COMPARABLE = (str, bool, int, float, tuple)  # other values are compared by identity


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
        parameters=parameters_of(sampler),
        versions=versions_of(library_of(X)),
        seed=describe_seed(sampler.random_state, "rows"),
        code=code_of(sampler, has_holdout),
    )


def parameters_of(sampler):
    """Return the Parameter of each parameter of a sampler."""
    defaults = inspect.signature(type(sampler)).parameters
    values = sampler.get_params(deep=False)
    return [Parameter(name, describe(values[name]), _equal(values[name], defaults[name].default)) for name in defaults]


def _equal(value, default):
    if value is default:
        return True
    return type(value) is type(default) and isinstance(value, COMPARABLE) and value == default


def code_of(sampler, has_holdout):
    """Return Python code that fits such a sampler and writes its report."""
    values = sampler.get_params(deep=False)
    changed = {
        parameter.name: values[parameter.name] for parameter in parameters_of(sampler) if not parameter.is_default
    }
    holdout = ", holdout=(X_holdout, y_holdout)" if has_holdout else ""
    return "\n".join(
        (
            "from sklearn_gan import GANOversampler, ResamplingReport",
            "",
            "# X and y are the table that this report describes.",
            f"sampler = GANOversampler({write_arguments(changed)})",
            "X_resampled, y_resampled = sampler.fit_resample(X, y)",
            f'ResamplingReport(sampler, X, y{holdout}).write_html("report.html")',
        )
    )
