"""Resampled rows, and which of them are real ones: what came along with real rows, such as weights, follows them."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils.validation import _is_arraylike, _num_samples

from sklearn_gan._containers import take_rows

GENERATED = -1


@dataclass
class ResampledRows:
    """What a classifier learns.

    Attributes
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_samples_new, n_features)
        The rows.
    y : ndarray of shape (n_samples_new,)
        Their classes.
    origins : ndarray of shape (n_samples_new,) or None
        The position of the real row that each is, `GENERATED` for the others; None if the sampler does not tell.
    along : dict
        What goes to the classifier's `fit` with them, one value for each row.
    """

    X: object
    y: np.ndarray
    origins: np.ndarray | None
    along: dict

    @property
    def weights(self):
        """The sample weights, or None."""
        return find_weights(self.along)

    def but(self, held_out):
        """Return the rows that are none of these real rows."""
        kept = np.flatnonzero(~np.isin(self.origins, held_out))
        along = {name: take_rows(values, kept) for name, values in self.along.items()}
        return ResampledRows(take_rows(self.X, kept), self.y[kept], self.origins[kept], along)


def resample(sampler, X, y, along, sampler_params):
    """Return the rows that a sampler makes of real ones, with what goes along.

    Weights of generated rows are the mean weight of the real rows of their class. Anything else goes along with real
    rows only.
    """
    X_resampled, y_resampled = sampler.fit_resample(X, y, **sampler_params)[:2]
    y_resampled = np.asarray(y_resampled)
    origins = find_origins(sampler, y, y_resampled)
    if along and origins is None:
        raise ValueError(
            f"Expected a sampler that tells which rows are real ones, because {_listed(along)} goes along with them, got "
            f"{type(sampler).__name__}, which does not. Leave it out, or take a sampler that has `sample_indices_` or "
            "appends rows, as imbalanced-learn's over-samplers do."
        )
    along = {
        name: extend_weights(values, origins, y, y_resampled) if is_weight(name) else _follow(name, values, origins)
        for name, values in along.items()
    }
    return ResampledRows(X_resampled, y_resampled, origins, along)


def find_origins(sampler, y, y_resampled):
    """Return the position of the real row that each resampled row is, `GENERATED` for the others; None if not told.

    Samplers of imbalanced-learn tell: those that choose or repeat rows by `sample_indices_`, SMOTEENN and SMOTETomek by
    that of what removes rows at the end; all other over-samplers append.
    """
    tellers = (sampler, getattr(sampler, "enn_", None), getattr(sampler, "tomek_", None))
    told = [teller.sample_indices_ for teller in tellers if hasattr(teller, "sample_indices_")]
    if told:
        origins = np.asarray(told[0])
    elif getattr(sampler, "_sampling_type", None) == "over-sampling":
        origins = np.arange(len(y_resampled))
    else:
        return None
    origins = np.where(origins < len(y), origins, GENERATED)
    is_real = origins != GENERATED
    agree = len(origins) == len(y_resampled) and np.array_equal(y[origins[is_real]], y_resampled[is_real])
    return origins if agree else None


def extend_weights(weights, origins, y, y_resampled):
    """Return the weights of resampled rows: real ones have theirs, a generated one the mean of its class's real rows."""
    classes, codes = np.unique(y, return_inverse=True)
    means = np.bincount(codes, weights) / np.bincount(codes)
    return np.where(origins == GENERATED, means[np.searchsorted(classes, y_resampled)], weights[origins])


def split_params(params, n_rows):
    """Return the parameters of `fit` that have a value for each row, and the others."""
    along = {n: v for n, v in params.items() if _is_arraylike(v) and _num_samples(v) == n_rows}
    return along, {name: value for name, value in params.items() if name not in along}


def is_weight(name):
    """Tell whether a parameter of `fit` is of sample weights, be it of a step of a pipeline."""
    return name.rpartition("__")[2] == "sample_weight"


def find_weights(along):
    """Return the first sample weights among parameters of `fit`, None if there are none."""
    return next((values for name, values in along.items() if is_weight(name)), None)


def _follow(name, values, origins):
    n_generated = (origins == GENERATED).sum()
    if n_generated:
        raise ValueError(
            f"`{name}` has a value for each real row, but {n_generated} rows were generated, for which there is none; "
            "only `sample_weight` is extended to them. Leave it out, or take a sampler that chooses among real rows, "
            "such as RandomUnderSampler."
        )
    return take_rows(values, origins)


def _listed(names):
    return ", ".join(f"`{name}`" for name in names)
