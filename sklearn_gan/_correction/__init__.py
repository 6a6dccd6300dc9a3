"""Prior correction for classifiers fitted on resampled rows: cross-fitting, prior shift, threshold, row origins."""

from sklearn_gan._correction.cross_fitting import FoldLearner, train
from sklearn_gan._correction.prior_shift import FittedShift, PriorShift
from sklearn_gan._correction.resampled_rows import (
    LabelledRows,
    find_weight_names,
    resample,
    split_params,
    take_params,
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
    "take_params",
    "train",
    "tune_threshold",
]
