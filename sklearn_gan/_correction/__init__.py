"""Ensembles of classifiers fitted on real and resampled rows: metadata, folds, pooling, thresholds, row origins."""

from sklearn_gan._correction.cross_fitting import MemberTrainer, calibrate
from sklearn_gan._correction.folds import make_folds
from sklearn_gan._correction.metadata import make_router, read_fit_params, route_metadata, take_params
from sklearn_gan._correction.pooling import Calibration, Member, Pool, shift_prior
from sklearn_gan._correction.resampled_rows import LabelledRows, resample
from sklearn_gan._correction.threshold import check_scorer, decision_scores, tune_threshold

__all__ = [
    "Calibration",
    "LabelledRows",
    "Member",
    "MemberTrainer",
    "Pool",
    "calibrate",
    "check_scorer",
    "decision_scores",
    "make_folds",
    "make_router",
    "read_fit_params",
    "resample",
    "route_metadata",
    "shift_prior",
    "take_params",
    "tune_threshold",
]
