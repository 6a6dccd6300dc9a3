"""Fit the members of an ensemble on the training rows of folds, and calibrate their out-of-fold predictions."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from sklearn_gan._correction.metadata import take_params
from sklearn_gan._correction.pooling import Calibration, Member, Pool
from sklearn_gan._correction.resampled_rows import resample, resample_again, scale_strategy
from sklearn_gan._table import plain_labels, take_rows


class HeldOut(NamedTuple):
    """Positions of held-out rows, repeated if folds overlap, and the logarithms of their predicted probabilities."""

    positions: np.ndarray
    log_probabilities: np.ndarray


@dataclass
class MemberTrainer:
    """Fit classifiers on real rows and on resampled rows.

    Attributes
    ----------
    classifier, sampler : estimator
        Unfitted estimators, cloned for each fit.
    fit_params : dict
        Parameters of the classifier's `fit`, except those with one value per row.
    sampler_params : dict
        Parameters of the sampler's `fit_resample`.
    classes : ndarray of shape (n_classes,)
        Class labels.
    real_weight : float
        Weight of the classifiers fitted on real rows alone.
    target_prior : ndarray of shape (n_classes,) or None
        Class prior of the out-of-fold predictions.
    """

    classifier: object
    sampler: object
    fit_params: dict
    sampler_params: dict
    classes: np.ndarray
    real_weight: float
    target_prior: np.ndarray | None

    def fit_all(self, real, resampled, n_jobs):
        """Return a member fitted on the resampled rows and, unless its weight is 0, one fitted on the real rows."""
        return Parallel(n_jobs=n_jobs)(delayed(self._fit)(*part) for part in self._weighted(resampled, real))

    def fit_folds(self, real, resampled, sampler, folds, n_jobs):
        """Return the members fitted on the training rows of each fold, and the predictions of the held-out rows.

        Parameters
        ----------
        real, resampled : LabelledRows
            All real rows, and all rows returned by the sampler.
        sampler : sampler
            Fitted sampler.
        folds : list of (ndarray of int, ndarray of int)
            Positions of the training rows and of the held-out rows of each fold.
        n_jobs : int or None
            Number of folds fitted in parallel.

        Returns
        -------
        members : list of Member
            Members fitted on resampled rows, then members fitted on real rows.
        held_out : HeldOut or None
            Out-of-fold predictions, or None if the classifier does not predict probabilities.
        """
        draws = (resampled if i == 0 else resample_again(sampler, real, resampled) for i in range(len(folds)))
        if n_jobs not in (None, 1):
            draws = list(draws)  # joblib would draw in another thread, where errors are lost
        fits = (delayed(self._fit_fold)(real, draw, *fold) for draw, fold in zip(draws, folds, strict=True))
        pairs, predicted = zip(*Parallel(n_jobs=n_jobs)(fits), strict=True)
        members = [member for kind in zip(*pairs, strict=True) for member in kind]
        for member in members:
            member.weight /= len(folds)
        if predicted[0] is None:
            return members, None
        return members, HeldOut(np.concatenate([held_out for _, held_out in folds]), np.concatenate(predicted))

    def _fit_fold(self, real, draw, training, held_out):
        rows = self._resample(real, training) if draw.parents is None else draw.made_only_from(training)
        members = [self._fit(*part) for part in self._weighted(rows, real.take(training))]
        if not hasattr(members[0].classifier, "predict_proba"):
            _check_decision_scores(members, self.classes)
            return members, None
        pool = Pool(members, self.classes, self.target_prior)
        return members, pool.predict_log_proba(take_rows(real.X, held_out), {})

    def _weighted(self, resampled, real):
        parts = [(resampled, 1 - self.real_weight, False), (real, self.real_weight, True)]
        return [part for part in parts if part[1] > 0]

    def _fit(self, rows, weight, is_real):
        classifier = clone(self.classifier).fit(rows.X, rows.y, **rows.row_params, **self.fit_params)
        return Member(classifier, rows.class_shares(self.classes), weight, is_real)

    def _resample(self, real, training):
        sampler = scale_strategy(clone(self.sampler), real.y, real.y[training])
        return resample(sampler, real.take(training), take_params(self.sampler_params, len(real.y), training))


def _check_decision_scores(members, classes):
    """Raise if the decision scores of a member are not those of all classes."""
    for member in members:
        if hasattr(member.classifier, "decision_function") and not member.prior.all():
            raise ValueError(
                "Expected training rows of each class, because decision scores of other classes cannot be averaged, "
                f"got none of class(es) {plain_labels(classes[member.prior == 0])}. Pass a stratified `cv`."
            )


def calibrate(real, held_out, classes):
    """Return the calibration fitted to out-of-fold predictions.

    Parameters
    ----------
    real : LabelledRows
        All real rows.
    held_out : HeldOut
        Out-of-fold predictions.
    classes : ndarray of shape (n_classes,)
        Class labels.
    """
    positions, log_probabilities = held_out
    weights = np.ones(len(real.y)) if real.weights is None else real.weights / real.weights.mean()
    # A row that is held out several times counts once in total.
    repeats = np.bincount(positions)[positions]
    codes = np.searchsorted(classes, real.y[positions])
    return Calibration.fit(log_probabilities, codes, weights[positions] / repeats)
