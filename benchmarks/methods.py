"""Define the compared methods for class imbalance and the classifiers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import pandas as pd
from imblearn.over_sampling import (
    ADASYN,
    SMOTE,
    SMOTEN,
    SMOTENC,
    SVMSMOTE,
    BorderlineSMOTE,
    RandomOverSampler,
)
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from sklearn_gan import GANOversampler


@dataclass(frozen=True)
class Method:
    """A method for class imbalance.

    Attributes
    ----------
    resample : callable
        Function of a data frame, its classes and a seed that returns the resampled data frame and classes.
    class_weight : "balanced" or None
        Value of the `class_weight` parameter for classifiers that have one.
    numbers_only : bool
        Whether the method is omitted on tables with categorical columns.
    package : str or None
        Package that the method requires.
    takes_missing : bool
        Whether the method receives missing values, which are then imputed after resampling instead of before it.
    """

    resample: Callable
    class_weight: str | None = None
    numbers_only: bool = False
    package: str | None = None
    takes_missing: bool = False

    def is_installed(self):
        """Return whether the required package is installed."""
        return self.package is None or find_spec(self.package) is not None

    def serves(self, X):
        """Return whether the method supports this table."""
        return not (self.numbers_only and (X.dtypes == "category").any())


def fill_each_class(make, X, y, seed):
    """Oversample each class to the size of the largest with the sampler returned by `make(X, n_rows, amount, seed)`.

    Classes are resampled one at a time, so that each uses as many neighbours as it can. If the sampler fails on a
    class, or the class has a single row, its rows are repeated.
    """
    counts = np.bincount(y)
    X_resampled, y_resampled = [X], [y]
    for label in np.flatnonzero((counts > 0) & (counts < counts.max())):
        filled, targets = _fill_class(make, X, y, label, counts, seed)
        X_resampled.append(filled[len(X) :])
        y_resampled.append(targets[len(X) :])
    return pd.concat(X_resampled, ignore_index=True).astype(X.dtypes), np.concatenate(y_resampled)


def _fill_class(make, X, y, label, counts, seed):
    amount = {label: counts.max()}
    if counts[label] > 1:
        try:
            return make(X, counts[label], amount, seed).fit_resample(X, y)
        except (ValueError, RuntimeError, IndexError, ZeroDivisionError):
            pass  # the method has too few rows, or none in the region it samples from
    return RandomOverSampler(sampling_strategy=amount, random_state=seed).fit_resample(X, y)


def make_smote(X, n_rows, amount, seed):
    """Return SMOTE for numeric, SMOTEN for categorical and SMOTENC for mixed columns."""
    params = {"sampling_strategy": amount, "k_neighbors": min(5, n_rows - 1), "random_state": seed}
    categorical = (X.dtypes == "category").to_numpy()
    if not categorical.any():
        return SMOTE(**params)
    return SMOTEN(**params) if categorical.all() else SMOTENC("auto", **params)


def _smote_type(sampler):
    def make(X, n_rows, amount, seed):
        return sampler(sampling_strategy=amount, k_neighbors=min(5, n_rows - 1), random_state=seed)

    return make


def _adasyn(X, n_rows, amount, seed):
    return ADASYN(sampling_strategy=amount, n_neighbors=min(5, n_rows - 1), random_state=seed)


def _gaussian_noise(X, n_rows, amount, seed):
    """Return the smoothed bootstrap of Menardi and Torelli (2014): real rows plus noise with a kernel's bandwidth."""
    return RandomOverSampler(sampling_strategy=amount, shrinkage=1, random_state=seed)


def _filling(make, **kwargs):
    return Method(lambda X, y, seed: fill_each_class(make, X, y, seed), **kwargs)


class SmoteVariantsSampler:
    """Oversample one class with smote-variants, which supports only two classes and NumPy arrays.

    The class is balanced against the rows of the largest class only. All real rows stay. If the sampler filters some of
    them, correspondingly fewer synthetic rows are returned.
    """

    def __init__(self, name, amount, seed):
        self.name, self.amount, self.seed = name, amount, seed

    def fit_resample(self, X, y):
        import smote_variants

        logging.getLogger("smote_variants").setLevel(logging.ERROR)
        ((label, _),) = self.amount.items()
        shown = np.isin(y, [label, np.bincount(y).argmax()])
        sampler = getattr(smote_variants, self.name)(random_state=self.seed)
        filled, targets = sampler.sample(X.to_numpy()[shown], (y[shown] == label).astype(int))
        rows = filled[shown.sum() :]
        if len(rows) == 0 or not targets[shown.sum() :].all() or not np.isfinite(rows).all():
            raise ValueError(f"{self.name} returned no usable rows for class {label}")
        frame = pd.concat([X, pd.DataFrame(rows, columns=X.columns)], ignore_index=True)
        return frame, np.append(y, np.full(len(rows), label))


def _of_smote_variants(name):
    def make(X, n_rows, amount, seed):
        return SmoteVariantsSampler(name, amount, seed)

    return _filling(make, numbers_only=True, package="smote_variants")


class CTGANSampler:
    """Oversample one class with a generative model of the package ctgan, fitted on the rows of the class."""

    def __init__(self, name, amount, seed):
        self.name, self.amount, self.seed = name, amount, seed

    def fit_resample(self, X, y):
        import ctgan

        ((label, amount),) = self.amount.items()
        model = getattr(ctgan, self.name)(enable_gpu=False)
        model.set_random_state(self.seed)
        model.fit(X[y == label], [name for name in X if X[name].dtype == "category"])
        n_rows = amount - (y == label).sum()
        frame = pd.concat([X, model.sample(n_rows)], ignore_index=True)
        return frame, np.append(y, np.full(n_rows, label))


def _of_ctgan(name):
    def make(X, n_rows, amount, seed):
        return CTGANSampler(name, amount, seed)

    return _filling(make, package="ctgan")


def gan(**params):
    """Return GANOversampler with the given parameters as a method."""
    return Method(lambda X, y, seed: GANOversampler(device="cpu", random_state=seed, **params).fit_resample(X, y))


METHODS = {
    "none": Method(lambda X, y, seed: (X, y)),
    "class weights": Method(lambda X, y, seed: (X, y), class_weight="balanced"),
    "random": Method(lambda X, y, seed: RandomOverSampler(random_state=seed).fit_resample(X, y)),
    "Gaussian noise": _filling(_gaussian_noise, numbers_only=True),
    "SMOTE": _filling(make_smote),
    "Borderline-SMOTE": _filling(_smote_type(BorderlineSMOTE), numbers_only=True),
    "SVM-SMOTE": _filling(_smote_type(SVMSMOTE), numbers_only=True),
    "ADASYN": _filling(_adasyn, numbers_only=True),
    "polynom-fit-SMOTE": _of_smote_variants("polynom_fit_SMOTE_star"),
    "ProWSyn": _of_smote_variants("ProWSyn"),
    "SMOTE-IPF": _of_smote_variants("SMOTE_IPF"),
    "CTGAN": _of_ctgan("CTGAN"),
    "TVAE": _of_ctgan("TVAE"),
    "GANOversampler": gan(),
}
OURS = "GANOversampler"
SLOW = ("CTGAN", "TVAE")
CLASSIFIERS = ("logistic", "knn", "tree", "forest", "boosting")
STRONG = ("forest", "boosting")


def make_classifiers(seed, class_weight=None):
    """Return a dict of classifiers, keyed by name."""
    weight = {"class_weight": class_weight}
    return {
        "logistic": LogisticRegression(max_iter=1000, **weight),
        "knn": KNeighborsClassifier(),
        "tree": DecisionTreeClassifier(random_state=seed, **weight),
        "forest": RandomForestClassifier(random_state=seed, **weight),
        "boosting": HistGradientBoostingClassifier(random_state=seed, **weight),
    }
