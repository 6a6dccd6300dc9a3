"""What a classifier predicts for rows of folds that it has not learned, as if it had learned all others resampled."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from sklearn_gan._correction.prior_shift import PriorShift
from sklearn_gan._correction.resampled_rows import for_part, resample, take_along
from sklearn_gan._table import take_rows


class HeldOut(NamedTuple):
    """Rows that were held out, by position, once or more, and the probabilities that a classifier gives them."""

    positions: np.ndarray
    probabilities: np.ndarray


@dataclass
class FoldLearner:
    """Learn resampled rows of all folds but one, and predict that one.

    Attributes
    ----------
    classifier, sampler : estimator
        Neither is fitted; clones are.
    fit_params, sampler_params : dict
        What goes to the classifier's `fit`, but what goes along with rows, and to the sampler's `fit_resample`.
    classes : ndarray of shape (n_classes,)
        The labels.
    """

    classifier: object
    sampler: object
    fit_params: dict
    sampler_params: dict
    classes: np.ndarray

    def predict_held_out(self, real, resampled, folds, n_jobs):
        """Return what is predicted for the rows of folds.

        Parameters
        ----------
        real, resampled : LabelledRows
            All real rows, and what the sampler made of them.
        folds : list of (ndarray of int, ndarray of int)
            The positions of real rows to be learned, and of those to be predicted.
        n_jobs : int or None
            How many folds are learned at a time.
        """
        predicted = Parallel(n_jobs=n_jobs)(delayed(self._predict_fold)(real, resampled, *fold) for fold in folds)
        return HeldOut(np.concatenate([held_out for _, held_out in folds]), np.concatenate(predicted))

    def _predict_fold(self, real, resampled, learned, held_out):
        """Return probabilities under the class prior of all resampled rows, which is not quite that of the fold's."""
        rows = self._resample(real, learned) if resampled.parents is None else resampled.made_only_from(learned)
        classifier = train(self.classifier, rows, self.fit_params)
        probabilities = np.zeros((len(held_out), len(self.classes)))
        known = np.searchsorted(self.classes, classifier.classes_)
        shares, of_fold = (part.class_shares(self.classes)[known] for part in (resampled, rows))
        predicted = classifier.predict_proba(take_rows(real.X, held_out))
        probabilities[:, known] = PriorShift(shares / of_fold).apply(predicted)
        return probabilities

    def _resample(self, real, learned):
        sampler = for_part(clone(self.sampler), real.y, real.y[learned])
        return resample(sampler, real.take(learned), take_along(self.sampler_params, len(real.y), learned))


def train(classifier, rows, fit_params):
    """Return a clone of the classifier, trained on LabelledRows."""
    return clone(classifier).fit(rows.X, rows.y, **rows.along, **fit_params)
