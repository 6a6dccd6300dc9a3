"""The three estimators, the checks of their parameters, and their state as a document."""

from sklearn_gan._estimators.classifier import ResampledClassifier
from sklearn_gan._estimators.imputer import GANImputer
from sklearn_gan._estimators.sampler import GANOversampler

__all__ = ["GANImputer", "GANOversampler", "ResampledClassifier"]
