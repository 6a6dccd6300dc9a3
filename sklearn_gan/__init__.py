"""Class imbalance on tables, mended by a conditional generative adversarial network."""

from imblearn.pipeline import Pipeline, make_pipeline

from sklearn_gan._classifier import ResampledClassifier
from sklearn_gan._imputer import GANImputer
from sklearn_gan._sampler import GANOversampler

__all__ = ["GANImputer", "GANOversampler", "Pipeline", "ResampledClassifier", "make_pipeline"]
__version__ = "0.1.0"
