"""Rows to learn from, and which real row each of them is: what comes along with real rows, such as weights, follows."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils.metadata_routing import MetadataRouter
from sklearn.utils.validation import _is_arraylike, _num_samples

from sklearn_gan._table import take_rows

GENERATED = -1


@dataclass
class LabelledRows:
    """Rows, their classes, and what goes to a classifier's `fit` with them.

    Attributes
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_rows, n_features)
        The rows.
    y : ndarray of shape (n_rows,)
        Their classes.
    along : dict
        By the name of the parameter of `fit`, one value for each row.
    origins : ndarray of shape (n_rows,) or None
        The position of the real row that each is, `GENERATED` for the others; None if that is not known.
    parents : ndarray of shape (n_rows, n_parents) or None
        The positions of the real rows that a generated one was made from; None if that is not known.
    weight_names : set of str
        Which names in `along` are those of sample weights.
    """

    X: object
    y: np.ndarray
    along: dict
    origins: np.ndarray | None
    parents: np.ndarray | None
    weight_names: set

    @property
    def weights(self):
        """The sample weights, the first if there are several, or None."""
        return next((values for name, values in self.along.items() if name in self.weight_names), None)

    def take(self, rows):
        """Return some of the rows, by position."""
        along = {name: take_rows(values, rows) for name, values in self.along.items()}
        lineage = [None if of_row is None else of_row[rows] for of_row in (self.origins, self.parents)]
        return LabelledRows(take_rows(self.X, rows), self.y[rows], along, *lineage, self.weight_names)

    def made_only_from(self, rows):
        """Return those of these real rows, and those made of these alone; origins and parents must be known."""
        is_real = self.origins != GENERATED
        comes_from_them = (np.isin(self.parents, rows) | (self.parents == GENERATED)).all(axis=1)
        return self.take(np.flatnonzero(np.where(is_real, np.isin(self.origins, rows), comes_from_them)))

    def class_shares(self, classes):
        """Return the share of each class, in weight if there are weights."""
        counts = np.bincount(np.searchsorted(classes, self.y), self.weights, minlength=len(classes))
        return counts / counts.sum()


def resample(sampler, real, sampler_params):
    """Return the rows that a sampler makes of real ones.

    Weights of generated rows are the mean weight of the real rows of their class. Anything else goes along with real
    rows only.

    Parameters
    ----------
    sampler : object
        What has `fit_resample`; it is fitted.
    real : LabelledRows
        The real rows.
    sampler_params : dict
        What goes to `fit_resample`.
    """
    X, y = sampler.fit_resample(real.X, real.y, **sampler_params)[:2]
    y = np.asarray(y)
    origins = find_origins(sampler, real.y, y)
    if real.along and origins is None:
        raise ValueError(
            f"Expected a sampler that tells which rows are real ones, because {', '.join(map(repr, real.along))} goes "
            f"along with them, got {type(sampler).__name__}, which does not. Leave it out, or take a sampler that has "
            "`sample_indices_` or appends rows, as the over-samplers of imbalanced-learn do."
        )
    along = {
        name: _extend_weights(values, real.y, y, origins)
        if name in real.weight_names
        else _follow(name, values, origins)
        for name, values in real.along.items()
    }
    return LabelledRows(X, y, along, origins, _find_parents(sampler, origins), real.weight_names)


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


def for_part(sampler, y, y_part):
    """Return a sampler that is asked for the part's share, if it is asked for amounts."""
    strategy = getattr(sampler, "sampling_strategy", None)
    if not isinstance(strategy, dict):
        return sampler
    amounts = {label: round(n * (y_part == label).sum() / (y == label).sum()) for label, n in strategy.items()}
    return sampler.set_params(sampling_strategy=amounts)


def split_params(params, n_rows):
    """Return the parameters of `fit` that have a value for each row, and the others."""
    along = {name: v for name, v in params.items() if _is_arraylike(v) and _num_samples(v) == n_rows}
    return along, {name: value for name, value in params.items() if name not in along}


def take_along(params, n_rows, rows):
    """Return the parameters, of those that have a value for each row the values of some of them."""
    along, others = split_params(params, n_rows)
    return others | {name: take_rows(values, rows) for name, values in along.items()}


def find_weight_names(params, routing):
    """Return which of the names of parameters of `fit` are those of sample weights.

    Parameters
    ----------
    params : iterable of str
        The names. With a step of a pipeline in front of it, `sample_weight` is one, too.
    routing : MetadataRouter or MetadataRequest
        The routing of the classifier, in which there may be other names.
    """
    aliases = set(_aliases(routing))
    return {name for name in params if name.rpartition("__")[2] == "sample_weight" or name in aliases}


def _aliases(routing):
    """Yield the names under which consumers request `sample_weight` to be fitted with."""
    if isinstance(routing, MetadataRouter):
        for _, pair in routing:
            yield from _aliases(pair.router)
    else:
        alias = routing.fit.requests.get("sample_weight")
        if isinstance(alias, str):
            yield alias


def _find_parents(sampler, origins):
    """Return the parents that a sampler tells for its generated rows, with rows of none for real ones."""
    told = getattr(sampler, "parents_", None)
    if told is None or origins is None:
        return None
    parents = np.full((len(origins), told.shape[1]), GENERATED)
    parents[origins == GENERATED] = told
    return parents


def _extend_weights(weights, y, y_resampled, origins):
    classes, codes = np.unique(y, return_inverse=True)
    means = np.bincount(codes, weights) / np.bincount(codes)
    return np.where(origins == GENERATED, means[np.searchsorted(classes, y_resampled)], weights[origins])


def _follow(name, values, origins):
    n_generated = (origins == GENERATED).sum()
    if n_generated:
        raise ValueError(
            f"Expected in {name!r} what generated rows can have, too, got a value for each real row, and {n_generated} "
            "rows were generated; only sample weights are extended to them. Leave it out, or take a sampler that "
            "chooses among real rows, such as RandomUnderSampler."
        )
    return take_rows(values, origins)
