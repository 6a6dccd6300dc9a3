"""Ensembles of classifiers fitted on real and resampled rows: fits on folds, pooling, thresholds, row origins."""

from sklearn_gan._correction.cross_fitting import MemberTrainer
from sklearn_gan._correction.pooling import Calibration, Member, Pool, shift_prior
from sklearn_gan._correction.resampled_rows import (
    LabelledRows,
    find_weight_names,
    resample,
    split_params,
    take_params,
)
from sklearn_gan._correction.threshold import check_scorer, tune_threshold

__all__ = [
    "Calibration",
    "LabelledRows",
    "Member",
    "MemberTrainer",
    "Pool",
    "check_scorer",
    "find_weight_names",
    "resample",
    "shift_prior",
    "split_params",
    "take_params",
    "tune_threshold",
]
