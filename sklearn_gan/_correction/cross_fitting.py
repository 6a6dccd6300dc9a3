"""Out-of-fold predictions of a classifier fitted on resampled rows."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from sklearn_gan._correction.prior_shift import PriorShift
from sklearn_gan._correction.resampled_rows import resample, scale_strategy, take_params
from sklearn_gan._table import take_rows


class HeldOut(NamedTuple):
    """Positions of held-out rows, repeated if folds overlap, and their predicted probabilities."""

    positions: np.ndarray
    probabilities: np.ndarray


@dataclass
class FoldLearner:
    """Fit a classifier on the resampled training rows of each fold, and predict the held-out rows.

    Attributes
    ----------
    classifier, sampler : estimator
        Unfitted estimators, cloned for each fold.
    fit_params : dict
        Parameters of the classifier's `fit`, except those with one value per row.
    sampler_params : dict
        Parameters of the sampler's `fit_resample`.
    classes : ndarray of shape (n_classes,)
        Class labels.
    """

    classifier: object
    sampler: object
    fit_params: dict
    sampler_params: dict
    classes: np.ndarray

    def predict_held_out(self, real, resampled, folds, n_jobs):
        """Return the predicted probabilities of the held-out rows of all folds.

        Parameters
        ----------
        real, resampled : LabelledRows
            All real rows, and all rows returned by the sampler.
        folds : list of (ndarray of int, ndarray of int)
            Positions of the training rows and of the held-out rows of each fold.
        n_jobs : int or None
            Number of folds fitted in parallel.
        """
        predicted = Parallel(n_jobs=n_jobs)(delayed(self._predict_fold)(real, resampled, *fold) for fold in folds)
        return HeldOut(np.concatenate([held_out for _, held_out in folds]), np.concatenate(predicted))

    def _predict_fold(self, real, resampled, training, held_out):
        """Return probabilities under the class prior of all resampled rows."""
        rows = self._resample(real, training) if resampled.parents is None else resampled.made_only_from(training)
        classifier = train(self.classifier, rows, self.fit_params)
        # Columns of classes that are absent from the training rows stay 0.
        probabilities = np.zeros((len(held_out), len(self.classes)))
        known = np.searchsorted(self.classes, classifier.classes_)
        # The class prior of the fold's rows differs slightly from that of all resampled rows.
        shares, of_fold = (part.class_shares(self.classes)[known] for part in (resampled, rows))
        predicted = classifier.predict_proba(take_rows(real.X, held_out))
        probabilities[:, known] = PriorShift(shares / of_fold).apply(predicted)
        return probabilities

    def _resample(self, real, training):
        sampler = scale_strategy(clone(self.sampler), real.y, real.y[training])
        return resample(sampler, real.take(training), take_params(self.sampler_params, len(real.y), training))


def train(classifier, rows, fit_params):
    """Return a clone of the classifier, fitted on LabelledRows."""
    return clone(classifier).fit(rows.X, rows.y, **rows.row_params, **fit_params)
