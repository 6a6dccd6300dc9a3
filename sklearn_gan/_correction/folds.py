"""The folds of an ensemble: the positions of the training rows and of the held-out rows."""

import warnings

import numpy as np
from sklearn.model_selection import StratifiedKFold, check_cv
from sklearn.utils.metadata_routing import get_routing_for_object

N_FOLDS = 5


def make_folds(cv, y, splitter_params):
    """Return the positions of the training rows and of the held-out rows of each fold.

    Parameters
    ----------
    cv : int, cross-validation generator, iterable or None
        Folds. None uses stratified folds, in which the only row of a class is always a training row.
    y : ndarray of shape (n_rows,)
        Class of each row.
    splitter_params : dict
        Parameters of the splitter's `split`.
    """
    if cv is None:
        return _default_folds(y)
    cv = check_cv(cv, y, classifier=True)
    if splitter_params.get("groups") is None and get_routing_for_object(cv).split.requests.get("groups"):
        raise ValueError(
            f"Expected `groups` in `fit`, because `cv` is a {type(cv).__name__}, got none. Pass `groups` to `fit`, "
            "after enabling metadata routing with `sklearn.set_config(enable_metadata_routing=True)`."
        )
    splits, positions = cv.split(np.zeros(len(y)), y, **splitter_params), np.arange(len(y))
    # An iterable `cv` may yield masks; indexing turns them into positions.
    return [(positions[training], positions[held_out]) for training, held_out in splits]


def _default_folds(y):
    """Return stratified folds. The only row of a class is a training row in each."""
    _, codes, sizes = np.unique(y, return_inverse=True, return_counts=True)
    is_single = (sizes == 1)[codes]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        folds = list(StratifiedKFold(min(N_FOLDS, sizes.max())).split(np.zeros(len(y)), y))
    return [
        (np.union1d(training, held_out[is_single[held_out]]), held_out[~is_single[held_out]])
        for training, held_out in folds
    ]
