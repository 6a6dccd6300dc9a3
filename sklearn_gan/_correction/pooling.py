"""Pool the probabilities of classifiers fitted under different class priors, and calibrate the result."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

SMOOTHING = 2e-3  # keeps the logarithm of a zero probability finite


@dataclass
class Member:
    """A classifier of the ensemble.

    Attributes
    ----------
    classifier : classifier
        Fitted classifier.
    prior : ndarray of shape (n_classes,)
        Share of each class in the rows it was fitted on. 0 for a class it does not know.
    weight : float
        Weight in the pool. The weights of an ensemble sum to 1.
    is_real : bool
        Whether it was fitted on real rows alone.
    """

    classifier: object
    prior: np.ndarray
    weight: float
    is_real: bool

    def predict_log_proba(self, X, classes, target_prior, params):
        """Return the logarithm of the probability of each class, up to a constant for each row.

        Bayes' rule replaces the class prior of the member by `target_prior`, unless that is None.
        """
        predicted = self.classifier.predict_proba(X, **params)
        probabilities = np.zeros((len(predicted), len(classes)))
        probabilities[:, np.searchsorted(classes, self.classifier.classes_)] = predicted
        return shift_prior(probabilities, self.prior, target_prior)


def shift_prior(probabilities, prior, target_prior):
    r"""Return log p(c | x) under another class prior, up to a constant for each row.

    Bayes' rule is p(c | x) ∝ p'(c | x) π_c / π'_c: theorem 2 of Elkan 2001 for two classes, and equation 2.4 of Saerens
    et al. 2002 for any number. To bound the logarithms, the probabilities p' are first mixed with a small share of
    their prior π'. A class with π'_c = 0 gets a small share of π_c.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
        Probabilities p' under `prior`.
    prior : ndarray of shape (n_classes,)
        Class prior π'.
    target_prior : ndarray of shape (n_classes,) or None
        Class prior π, or None for no change.
    """
    target = prior if target_prior is None else target_prior
    is_known = prior > 0
    ratios = np.divide(target, prior, out=np.ones_like(target), where=is_known)
    smoothed = probabilities + SMOOTHING * np.where(is_known, prior, target)
    with np.errstate(divide="ignore"):  # a class that neither prior has
        return np.log(smoothed) + np.log(ratios)


@dataclass
class Pool:
    r"""Average the probabilities of classifiers in the logarithm.

    .. math:: p(c \mid x) \propto \prod_m \left( p_m(c \mid x) \frac{\pi_c}{\pi_{m,c}} \right)^{w_m}

    is the logarithmic opinion pool (Genest and Zidek, "Combining probability distributions", Statistical Science 1986,
    section 3). Each member m is corrected for its own class prior before.

    Attributes
    ----------
    members : list of Member
        Fitted classifiers.
    classes : ndarray of shape (n_classes,)
        Class labels.
    target_prior : ndarray of shape (n_classes,) or None
        Class prior of the result. None leaves the priors of the members as they are.
    """

    members: list
    classes: np.ndarray
    target_prior: np.ndarray | None

    def predict_log_proba(self, X, params):
        """Return the logarithms of the pooled probabilities, of shape (n_samples, n_classes)."""
        pooled = sum(
            member.weight * member.predict_log_proba(X, self.classes, self.target_prior, params)
            for member in self.members
        )
        return log_softmax(pooled, axis=1)

    @property
    def prior(self):
        """The class prior of the result, of shape (n_classes,)."""
        if self.target_prior is not None:
            return self.target_prior
        pooled = np.prod([member.prior**member.weight for member in self.members], axis=0)
        return pooled / pooled.sum()


@dataclass
class Calibration:
    r"""Calibrate probabilities on out-of-fold predictions.

    .. math:: \tilde p(c \mid x) \propto w_c \, p(c \mid x)^a

    has an exponent a because classifiers such as trees are overconfident, and weights w because synthetic rows are not
    distributed like real ones. This is bias-corrected temperature scaling (Alexandari et al. 2020, section 3). The fit
    maximises the posterior of log a and log w. Each has a standard normal prior, so that few rows change little.

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
    def fit(cls, log_probabilities, codes, weights):
        """Return the calibration that fits out-of-fold predictions best.

        Parameters
        ----------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            Logarithms of the out-of-fold probabilities.
        codes : ndarray of shape (n_samples,)
            Class of each row, as an integer from 0.
        weights : ndarray of shape (n_samples,)
            Weight of each row, 1 on average.
        """
        targets = np.eye(log_probabilities.shape[1])[codes]

        # `parameters` holds log a, then log w without the first class: softmax ignores a common shift.
        def loss(parameters):
            fitted = cls(np.exp(parameters[0]), np.append(0, parameters[1:]))
            logarithms = fitted.apply(log_probabilities)
            errors = weights[:, None] * (np.exp(logarithms) - targets)  # gradient with respect to the logits
            gradient = np.append(fitted.exponent * (errors * log_probabilities).sum(), errors.sum(axis=0)[1:])
            value = -(weights * logarithms[np.arange(len(codes)), codes]).sum()
            return value + (parameters**2).sum() / 2, gradient + parameters

        best = minimize(loss, np.zeros(targets.shape[1]), jac=True, method="L-BFGS-B").x
        return cls(float(np.exp(best[0])), np.append(0, best[1:]))

    def apply(self, log_probabilities):
        """Return the logarithms of the calibrated probabilities, of shape (n_samples, n_classes)."""
        return log_softmax(self.exponent * log_probabilities + self.log_weights, axis=1)
