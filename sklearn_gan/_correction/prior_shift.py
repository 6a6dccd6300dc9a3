"""Probabilities under the class prior of the real rows, of a classifier that learned resampled ones."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

SMOOTHING = 1e-3


@dataclass
class PriorShift:
    r"""The change of the class prior undone by Bayes' rule.

    .. math:: p(c \mid x) \propto p'(c \mid x) \, \pi_c / \pi'_c,

    where p' and π' are the probabilities and the class prior of the resampled rows, π is the prior of the real rows:
    Elkan 2001, theorem 2, for two classes; Saerens et al. 2002, equation 2.4, for any number. It is exact if p' is
    calibrated, and generated rows are spread as real ones are.

    Attributes
    ----------
    ratios : ndarray of shape (n_classes,)
        π_c / π'_c.
    """

    ratios: np.ndarray

    def apply(self, probabilities):
        """Return probabilities, of shape (n_samples, n_classes), under the prior of the real rows."""
        shifted = probabilities * self.ratios
        return shifted / shifted.sum(axis=1, keepdims=True)


@dataclass
class FittedShift:
    r"""The change of the class prior undone as predictions for rows that a classifier did not learn tell.

    .. math:: p(c \mid x) \propto w_c \, (p'(c \mid x) + \epsilon)^a

    is Bayes' rule with an exponent a for a classifier that is too sure of itself, as a tree is, and free weights w,
    because generated rows are not spread as real ones are: bias-corrected temperature scaling (Alexandari et al.
    2020, section 3). Maximised is the posterior of log a and log w with a standard normal prior of each around Bayes'
    rule, so that few rows change little.

    Attributes
    ----------
    exponent : float
        The exponent a. For two classes the order of rows stays, whatever it is.
    log_weights : ndarray of shape (n_classes,)
        log w_c.
    """

    exponent: float
    log_weights: np.ndarray

    @classmethod
    def fit(cls, probabilities, codes, weights, start):
        """Return what fits held-out predictions best.

        Parameters
        ----------
        probabilities : ndarray of shape (n_samples, n_classes)
            Those of rows that the classifier did not learn.
        codes : ndarray of shape (n_samples,)
            The classes of these rows, as integers from 0.
        weights : ndarray of shape (n_samples,)
            Their weights, 1 in the mean.
        start : PriorShift
            Bayes' rule.
        """
        scores, targets = np.log(probabilities + SMOOTHING), np.eye(len(start.ratios))[codes]
        log_ratios = np.log(start.ratios)

        def loss(parameters):
            fitted = cls(np.exp(parameters[0]), log_ratios + np.append(0, parameters[1:]))
            logarithms = fitted._log_probabilities(scores)
            errors = weights[:, None] * (np.exp(logarithms) - targets)  # the gradient by the logits
            gradient = np.append(fitted.exponent * (errors * scores).sum(), errors.sum(axis=0)[1:])
            value = -(weights * logarithms[np.arange(len(codes)), codes]).sum()
            return value + (parameters**2).sum() / 2, gradient + parameters

        best = minimize(loss, np.zeros(len(log_ratios)), jac=True, method="L-BFGS-B").x
        return cls(float(np.exp(best[0])), log_ratios + np.append(0, best[1:]))

    def apply(self, probabilities):
        """Return probabilities, of shape (n_samples, n_classes), under the prior of the real rows."""
        return np.exp(self._log_probabilities(np.log(probabilities + SMOOTHING)))

    def _log_probabilities(self, scores):
        return log_softmax(self.exponent * scores + self.log_weights, axis=1)
