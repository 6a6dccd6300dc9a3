"""The estimators, checks of their parameters, and the state of fitted samplers for files."""

from sklearn_gan._estimators.classifier import ResampledClassifier
from sklearn_gan._estimators.imputer import GANImputer
from sklearn_gan._estimators.sampler import GANOversampler
from sklearn_gan._estimators.validation import check_request, check_strategy

__all__ = ["GANImputer", "GANOversampler", "ResampledClassifier", "check_request", "check_strategy"]
