"""Probabilities under the class prior of the real rows, from a classifier fitted on resampled rows."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

SMOOTHING = 1e-3  # keeps the logarithm of a zero probability finite


@dataclass
class PriorShift:
    r"""Correct the class prior of probabilities by Bayes' rule.

    .. math:: p(c \mid x) \propto p'(c \mid x) \, \pi_c / \pi'_c,

    where p' and π' are the probabilities and the class prior of the resampled rows, and π is the class prior of the
    real rows. This is theorem 2 of Elkan 2001 for two classes, and equation 2.4 of Saerens et al. 2002 for any number.
    It is exact if p' is calibrated and synthetic rows are distributed like real ones.

    Attributes
    ----------
    ratios : ndarray of shape (n_classes,)
        π_c / π'_c.
    """

    ratios: np.ndarray

    def apply(self, probabilities):
        """Return probabilities, of shape (n_samples, n_classes), under the class prior of the real rows."""
        shifted = probabilities * self.ratios
        return shifted / shifted.sum(axis=1, keepdims=True)


@dataclass
class FittedShift:
    r"""Correct the class prior of probabilities by Bayes' rule adjusted to out-of-fold predictions.

    .. math:: p(c \mid x) \propto w_c \, (p'(c \mid x) + \epsilon)^a

    extends Bayes' rule by an exponent a for overconfident classifiers, such as trees. The weights w are free because
    synthetic rows are not distributed like real ones. This is bias-corrected temperature scaling (Alexandari et al.
    2020, section 3). The fit maximises the posterior of log a and log w. Each has a standard normal prior centred on
    Bayes' rule, so that few rows change little.

    Attributes
    ----------
    exponent : float
        Exponent a. For two classes, no value changes the ranking of rows.
    log_weights : ndarray of shape (n_classes,)
        log w_c.
    """

    exponent: float
    log_weights: np.ndarray

    @classmethod
    def fit(cls, probabilities, codes, weights, start):
        """Return the shift that fits out-of-fold predictions best.

        Parameters
        ----------
        probabilities : ndarray of shape (n_samples, n_classes)
            Out-of-fold predictions.
        codes : ndarray of shape (n_samples,)
            Class of each row, as an integer from 0.
        weights : ndarray of shape (n_samples,)
            Weight of each row, 1 on average.
        start : PriorShift
            Bayes' rule.
        """
        scores, targets = np.log(probabilities + SMOOTHING), np.eye(len(start.ratios))[codes]
        log_ratios = np.log(start.ratios)

        # `parameters` holds log a, then log w - log_ratios without the first class: softmax ignores a common shift.
        def loss(parameters):
            fitted = cls(np.exp(parameters[0]), log_ratios + np.append(0, parameters[1:]))
            logarithms = fitted._log_probabilities(scores)
            errors = weights[:, None] * (np.exp(logarithms) - targets)  # gradient with respect to the logits
            gradient = np.append(fitted.exponent * (errors * scores).sum(), errors.sum(axis=0)[1:])
            value = -(weights * logarithms[np.arange(len(codes)), codes]).sum()
            return value + (parameters**2).sum() / 2, gradient + parameters

        best = minimize(loss, np.zeros(len(log_ratios)), jac=True, method="L-BFGS-B").x
        return cls(float(np.exp(best[0])), log_ratios + np.append(0, best[1:]))

    def apply(self, probabilities):
        """Return probabilities, of shape (n_samples, n_classes), under the class prior of the real rows."""
        return np.exp(self._log_probabilities(np.log(probabilities + SMOOTHING)))

    def _log_probabilities(self, scores):
        return log_softmax(self.exponent * scores + self.log_weights, axis=1)
