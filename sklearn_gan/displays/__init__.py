"""Plots of the training, of synthetic beside real rows, and of the parents of a row. They require matplotlib."""

from sklearn_gan.displays._parents import ParentsDisplay
from sklearn_gan.displays._synthetic import Marginal, SyntheticDataDisplay
from sklearn_gan.displays._training import TrainingDisplay

__all__ = ["Marginal", "ParentsDisplay", "SyntheticDataDisplay", "TrainingDisplay"]
