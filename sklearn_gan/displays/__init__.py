"""Pictures of how the networks trained, of what they draw, and of what a row was made from. They need matplotlib."""

from sklearn_gan.displays._parents import ParentsDisplay
from sklearn_gan.displays._synthetic import Marginal, SyntheticDataDisplay
from sklearn_gan.displays._training import TrainingDisplay

__all__ = ["Marginal", "ParentsDisplay", "SyntheticDataDisplay", "TrainingDisplay"]
