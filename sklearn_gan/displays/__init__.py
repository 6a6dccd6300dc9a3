"""Plots of the training, of synthetic beside real rows, of the parents of a row, and of comparisons.

They require matplotlib.
"""

from sklearn_gan._comparison import SamplerComparisonDisplay
from sklearn_gan.displays._marginals import Marginal
from sklearn_gan.displays._parents import ParentsDisplay
from sklearn_gan.displays._synthetic import SyntheticDataDisplay
from sklearn_gan.displays._training import TrainingDisplay

__all__ = ["Marginal", "ParentsDisplay", "SamplerComparisonDisplay", "SyntheticDataDisplay", "TrainingDisplay"]
