"""Compare methods for class imbalance on a table, with a verdict."""

from sklearn_gan._comparison.comparison import compare_samplers
from sklearn_gan._comparison.display import SamplerComparisonDisplay
from sklearn_gan._comparison.result import SamplerComparison

__all__ = ["SamplerComparison", "SamplerComparisonDisplay", "compare_samplers"]
