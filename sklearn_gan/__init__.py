"""Oversample imbalanced tabular data with a conditional GAN."""

from imblearn.pipeline import Pipeline, make_pipeline

from sklearn_gan._comparison import SamplerComparison, compare_samplers
from sklearn_gan._estimators import GANImputer, GANOversampler, ResampledClassifier

__all__ = [
    "GANImputer",
    "GANOversampler",
    "Pipeline",
    "ResampledClassifier",
    "SamplerComparison",
    "compare_samplers",
    "make_pipeline",
]
__version__ = "0.1.0"
