"""The number of synthetic rows per class, from the number of real rows per class."""

from collections import Counter, OrderedDict

import numpy as np
from imblearn.utils import check_sampling_strategy

from sklearn_gan._estimators import check_strategy
from sklearn_gan._table import plain_labels

OVERSAMPLING = "over-sampling"


def rows_to_sample(sampling_strategy, classes, counts):
    """Return the number of synthetic rows of each class, as `check_sampling_strategy` does for the labels of all rows.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable
        The parameter of the sampler. A callable takes a Counter with the number of rows of each class.
    classes : ndarray of shape (n_classes,)
        The classes.
    counts : ndarray of shape (n_classes,)
        The number of rows of each class.
    """
    found = Counter(dict(zip(plain_labels(classes), counts.tolist(), strict=True)))
    strategy = check_strategy(sampling_strategy, found, classes, counts)
    if not isinstance(strategy, dict):
        strategy = {label: max(found.values()) for label in _targeted(strategy, classes, counts)}
    for label, n_rows in strategy.items():
        if n_rows < found[label]:
            raise ValueError(
                f"Expected `sampling_strategy` to ask for at least the {found[label]:,} rows that class {label!r} has, "
                f"got {n_rows:,}. Ask for more rows, or remove the class from it."
            )
    return OrderedDict(sorted((label, n_rows - found[label]) for label, n_rows in strategy.items()))


def _targeted(strategy, classes, counts):
    """Return the classes that the name of a strategy selects, or raise if it is not valid.

    imbalanced-learn reads labels. Only the order of the class sizes matters, so the labels of few rows are enough.
    """
    ranks = np.unique(counts, return_inverse=True)[1] + 1
    return check_sampling_strategy(strategy, np.repeat(classes, ranks), OVERSAMPLING)
