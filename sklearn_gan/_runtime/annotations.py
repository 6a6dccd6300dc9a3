"""Types in the annotations of public functions, for type checkers and editors."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray


class HasShape(Protocol):
    """An array, data frame or series."""

    @property
    def shape(self) -> tuple[int, ...]: ...


class Sparse(Protocol):
    """A sparse matrix or array of SciPy, whose shape pyright does not see."""

    def tocsr(self, *args: Any, **kwargs: Any) -> Any: ...


class Classifier(Protocol):
    """An object with the interface of scikit-learn's classifiers.

    `predict` is not required, because type checkers do not see a method in that of a pipeline.
    """

    def fit(self, *args: Any, **kwargs: Any) -> Any: ...


class Sampler(Protocol):
    """An object with the interface of imbalanced-learn's samplers."""

    def fit_resample(self, *args: Any, **kwargs: Any) -> Any: ...


class Splitter(Protocol):
    """An object with the interface of scikit-learn's cross-validation generators."""

    def split(self, *args: Any, **kwargs: Any) -> Any: ...


Array: TypeAlias = NDArray[Any]
Table: TypeAlias = HasShape | Sparse | Sequence[HasShape | Sequence[Any]]
Target: TypeAlias = HasShape | Sequence[Any]
AnyTable = TypeVar("AnyTable", bound=Table)
AnyTarget = TypeVar("AnyTarget", bound=Target)

SamplingStrategy: TypeAlias = (
    float
    | Literal["auto", "all", "minority", "not majority", "not minority"]
    | Mapping[Any, int]
    | Callable[[Any], Mapping[Any, int]]
)
CategoricalFeatures: TypeAlias = Literal["auto"] | HasShape | Sequence[str] | Sequence[int] | Sequence[bool]
RandomState: TypeAlias = int | np.random.RandomState | None
Folds: TypeAlias = int | Splitter | Sequence[tuple[Any, Any]]
Scorer: TypeAlias = Callable[..., float]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def keep_signature(decorator: Callable[[Any], Any]) -> Callable[[Decorated], Decorated]:
    """Return a decorator, annotated such that it keeps the signature of what it decorates.

    scikit-learn has no annotations. Without this function, type checkers would accept any argument of a function that
    its decorators wrap.
    """
    return decorator
