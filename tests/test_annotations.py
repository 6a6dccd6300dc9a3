"""Annotations of public names match the code."""

import inspect
from typing import Literal, get_args, get_origin, get_type_hints

import pytest
from sklearn.utils._param_validation import StrOptions

import sklearn_gan
from sklearn_gan import GANImputer, GANOversampler, ResampledClassifier, dask, displays, metrics, relations

ESTIMATORS = (GANOversampler, GANImputer, ResampledClassifier)
PARAMETERS = [(kind, name) for kind in ESTIMATORS for name in kind._parameter_constraints]
MODULES = (sklearn_gan, dask, displays, metrics, relations)
PUBLIC = {f"{module.__name__}.{name}": getattr(module, name) for module in MODULES for name in module.__all__}
OWN = {name: found for name, found in PUBLIC.items() if found.__module__.startswith("sklearn_gan")}


def strings(annotation):
    """Return the strings of all Literals in an annotation."""
    if get_origin(annotation) is Literal:
        return {found for found in get_args(annotation) if isinstance(found, str)}
    return {found for part in get_args(annotation) for found in strings(part)}


def functions(found):
    """Return a function, or the public methods of a class that the package defines."""
    if not inspect.isclass(found):
        return [found]
    members = inspect.getmembers_static(found, lambda member: callable(member) or isinstance(member, classmethod))
    methods = [getattr(found, name) for name, _ in members if name == "__init__" or not name.startswith("_")]
    return [method for method in methods if getattr(method, "__module__", "").startswith("sklearn_gan")]


@pytest.mark.parametrize("kind, name", PARAMETERS)
def test_literals_are_the_options_that_validation_accepts(kind, name):
    annotation = get_type_hints(kind.__init__)[name]
    options = [part.options for part in kind._parameter_constraints[name] if isinstance(part, StrOptions)]
    accepts_any = annotation is str or str in get_args(annotation)
    assert strings(annotation) == (set() if accepts_any else set().union(*options))


@pytest.mark.parametrize("name", OWN)
def test_public_functions_are_annotated(name):
    for function in functions(OWN[name]):
        annotations = inspect.get_annotations(inspect.unwrap(function))
        parameters = inspect.signature(function).parameters.keys() - {"self"}
        assert annotations.keys() == parameters | {"return"}, function
