"""What a classifier of resampled rows needs: cross-fitting, the prior shift, thresholds, and the origins of rows."""

from sklearn_gan._correction.cross_fitting import FoldLearner, train
from sklearn_gan._correction.prior_shift import FittedShift, PriorShift
from sklearn_gan._correction.resampled_rows import (
    LabelledRows,
    find_weight_names,
    resample,
    split_params,
    take_along,
)
from sklearn_gan._correction.threshold import check_scorer, tune_threshold

__all__ = [
    "FittedShift",
    "FoldLearner",
    "LabelledRows",
    "PriorShift",
    "check_scorer",
    "find_weight_names",
    "resample",
    "split_params",
    "take_along",
    "train",
    "tune_threshold",
]
