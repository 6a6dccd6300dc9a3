"""Oversample imbalanced tabular data with a conditional GAN.

The public names are imported when they are first used, because torch takes seconds to import.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline, make_pipeline

    from sklearn_gan._comparison import SamplerComparison, compare_samplers
    from sklearn_gan._estimators import GANImputer, GANOversampler, ResampledClassifier
    from sklearn_gan._report import ResamplingReport

_MODULES = {
    "GANImputer": "sklearn_gan._estimators",
    "GANOversampler": "sklearn_gan._estimators",
    "Pipeline": "imblearn.pipeline",
    "ResampledClassifier": "sklearn_gan._estimators",
    "ResamplingReport": "sklearn_gan._report",
    "SamplerComparison": "sklearn_gan._comparison",
    "compare_samplers": "sklearn_gan._comparison",
    "make_pipeline": "imblearn.pipeline",
}
__all__ = [
    "GANImputer",
    "GANOversampler",
    "Pipeline",
    "ResampledClassifier",
    "ResamplingReport",
    "SamplerComparison",
    "compare_samplers",
    "make_pipeline",
]
__version__ = "0.1.0"


def __getattr__(name):
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}. Choose from {', '.join(__all__)}.")
    globals()[name] = found = getattr(import_module(_MODULES[name]), name)
    return found


def __dir__():
    return sorted({*globals(), *__all__})
