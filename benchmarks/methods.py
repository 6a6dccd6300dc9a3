"""What is compared: samplers, and the classifiers behind them."""

import numpy as np
import pandas as pd
from imblearn import FunctionSampler
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from sklearn_gan import GANOversampler


def smote(X, y, random_state):
    """Fill classes up with SMOTE, SMOTENC or SMOTEN, by the types of the columns.

    Each class has as many neighbours as it can, 5 at most; a single row is repeated.
    """
    counts = np.bincount(y)
    X_resampled, y_resampled = [X], [y]
    for label in np.flatnonzero((counts > 0) & (counts < counts.max())):
        amount = {label: counts.max()}
        n_neighbors = min(5, counts[label] - 1)
        sampler = (
            _smote_for(X, sampling_strategy=amount, k_neighbors=n_neighbors, random_state=random_state)
            if n_neighbors
            else RandomOverSampler(sampling_strategy=amount, random_state=random_state)
        )
        filled, targets = sampler.fit_resample(X, y)
        X_resampled.append(filled[len(X) :])
        y_resampled.append(targets[len(X) :])
    return pd.concat(X_resampled, ignore_index=True).astype(X.dtypes), np.concatenate(y_resampled)


def _smote_for(X, **params):
    categorical = (X.dtypes == "category").to_numpy()
    if not categorical.any():
        return SMOTE(**params)
    return SMOTEN(**params) if categorical.all() else SMOTENC("auto", **params)


def make_sampler(name, seed):
    """Return the sampler called `name`, or None for no resampling."""
    makers = {
        "none": lambda: None,
        "random": lambda: RandomOverSampler(random_state=seed),
        "SMOTE": lambda: FunctionSampler(func=smote, validate=False, kw_args={"random_state": seed}),
        "GANOversampler": lambda: GANOversampler(random_state=seed),
    }
    return makers[name]()


METHODS = ("none", "random", "SMOTE", "GANOversampler")
CLASSIFIERS = ("logistic", "knn", "tree", "forest", "boosting")


def make_classifiers(seed):
    """Return the classifiers by name."""
    return {
        "logistic": LogisticRegression(max_iter=1000),
        "knn": KNeighborsClassifier(),
        "tree": DecisionTreeClassifier(random_state=seed),
        "forest": RandomForestClassifier(random_state=seed),
        "boosting": HistGradientBoostingClassifier(random_state=seed),
    }
