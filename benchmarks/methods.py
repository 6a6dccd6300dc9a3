"""Define the compared methods for class imbalance and the classifiers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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

from benchmarks import adapters
from benchmarks.balanced import ENSEMBLES, BalancedEnsemble
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
    needs_numbers : bool
        Whether the method is omitted on tables without numeric columns.
    package : str or None
        Package that the method requires.
    takes_missing : bool
        Whether the method receives missing values, which are then imputed after resampling instead of before it.
    ensemble : BalancedEnsemble or None
        Ensemble that replaces each classifier, or its only counterpart.
    """

    resample: Callable
    class_weight: str | None = None
    numbers_only: bool = False
    needs_numbers: bool = False
    package: str | None = None
    takes_missing: bool = False
    ensemble: BalancedEnsemble | None = None

    def is_installed(self):
        """Return whether the required package is installed."""
        return self.package is None or find_spec(self.package) is not None

    def serves(self, X):
        """Return whether the method supports this table."""
        is_category = X.dtypes == "category"
        return not ((self.numbers_only and is_category.any()) or (self.needs_numbers and is_category.all()))

    def make_classifiers(self, seed):
        """Return a dict of classifiers, keyed by name."""
        made = make_classifiers(seed, self.class_weight)
        return self.ensemble.replace(made, seed) if self.ensemble else made


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


def _geometric_smote(X, n_rows, amount, seed):
    """Return Geometric SMOTE (Douzas, Bacao, 2019), with the defaults of imbalanced-learn-extra."""
    from imblearn_extra.gsmote import GeometricSMOTE

    params = {"sampling_strategy": amount, "k_neighbors": min(5, n_rows - 1), "random_state": seed}
    categorical = np.flatnonzero(X.dtypes == "category")
    return GeometricSMOTE(categorical_features=categorical if len(categorical) else None, **params)


def _mgs_grf(X, n_rows, amount, seed):
    return adapters.MGSGRFSampler(n_rows, amount, seed)


def _gaussian_noise(X, n_rows, amount, seed):
    """Return the smoothed bootstrap of Menardi and Torelli (2014): real rows plus noise with a kernel's bandwidth."""
    return RandomOverSampler(sampling_strategy=amount, shrinkage=1, random_state=seed)


def _filling(make, **kwargs):
    return Method(lambda X, y, seed: fill_each_class(make, X, y, seed), **kwargs)


def _of_smote_variants(name):
    def make(X, n_rows, amount, seed):
        return adapters.SmoteVariantsSampler(name, amount, seed)

    return _filling(make, numbers_only=True, package="smote_variants")


def _of_model(generate, package):
    """Return a method that fits a generative model to the rows of each class."""

    def make(X, n_rows, amount, seed):
        return adapters.GenerativeSampler(generate, amount, seed)

    return _filling(make, package=package)


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
    "G-SMOTE": _filling(_geometric_smote, needs_numbers=True, package="imblearn_extra"),
    "MGS-GRF": _filling(_mgs_grf, needs_numbers=True, package="mgs_grf"),
    "CTGAN": _of_model(partial(adapters.generate_with_ctgan, "CTGAN"), package="ctgan"),
    "TVAE": _of_model(partial(adapters.generate_with_ctgan, "TVAE"), package="ctgan"),
    "ARF": _of_model(adapters.generate_with_arf, package="arfpy"),
    "ForestDiffusion": _of_model(adapters.generate_with_forest_diffusion, package="ForestDiffusion"),
    "UnmaskingTrees": _of_model(adapters.generate_with_unmasking_trees, package="utrees"),
    "GANOversampler": gan(),
}
BALANCED = {name: Method(METHODS["none"].resample, ensemble=ensemble) for name, ensemble in ENSEMBLES.items()}
OURS = "GANOversampler"
# Twenty tables from twenty families: 13 to 409 rows in the rare class, at most 49 columns.
TWENTY_TABLES = (
    "abalone9-18",
    "ai4i_2020",
    "breast_cancer_cat",
    "car_eval_34",
    "cleveland_multi",
    "ecoli4",
    "german_credit",
    "glass2",
    "haberman",
    "htru2",
    "letter_img",
    "mammography",
    "new_thyroid1",
    "oil",
    "page-blocks0",
    "pima",
    "seismic_bumps",
    "thyroid_sick",
    "vehicle1",
    "yeast3",
)
# Eight of these families: 17 to 136 rows in the rare class, at most 9 columns.
SMALL_TABLES = (
    "abalone9-18",
    "ai4i_2020",
    "ecoli4",
    "glass2",
    "haberman",
    "mammography",
    "new_thyroid1",
    "yeast_me2",
)
# Methods that run only if named, and their tables unless others are named.
SLOW = {
    "CTGAN": TWENTY_TABLES,
    "TVAE": TWENTY_TABLES,
    "ForestDiffusion": SMALL_TABLES,
    "UnmaskingTrees": SMALL_TABLES,
}
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
