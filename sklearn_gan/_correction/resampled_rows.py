"""Resampled rows with the position of the real row each comes from, and the `fit` parameters aligned with them."""

from dataclasses import dataclass, replace

import numpy as np

from sklearn_gan._table import stack_rows, take_rows

GENERATED = -1  # no position of a real row; in `parents` it also fills unused entries


@dataclass
class LabelledRows:
    """Rows with their classes and the row-wise parameters of a classifier's `fit`.

    Attributes
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_rows, n_features)
        Rows.
    y : ndarray of shape (n_rows,)
        Class of each row.
    row_params : dict
        Parameters of `fit` with one value per row, by name.
    origins : ndarray of shape (n_rows,) or None
        Position of each row among the real rows, `GENERATED` for synthetic rows. None if unknown.
    parents : ndarray of shape (n_rows, n_parents) or None
        Positions of the real rows each synthetic row was made from. None if unknown.
    weight_names : set of str
        Names of the sample weights in `row_params`.
    """

    X: object
    y: np.ndarray
    row_params: dict
    origins: np.ndarray | None
    parents: np.ndarray | None
    weight_names: set

    @property
    def weights(self):
        """Sample weights, the first if there are several, or None."""
        return next((values for name, values in self.row_params.items() if name in self.weight_names), None)

    def take(self, rows):
        """Return the rows at the given positions."""
        row_params = {name: take_rows(values, rows) for name, values in self.row_params.items()}
        lineage = [None if of_row is None else of_row[rows] for of_row in (self.origins, self.parents)]
        return LabelledRows(take_rows(self.X, rows), self.y[rows], row_params, *lineage, self.weight_names)

    def made_only_from(self, rows):
        """Return the given real rows and the synthetic rows without other parents.

        Requires `origins` and `parents`. Synthetic rows without any parent are included.
        """
        is_real = self.origins != GENERATED
        comes_from_them = (np.isin(self.parents, rows) | (self.parents == GENERATED)).all(axis=1)
        return self.take(np.flatnonzero(np.where(is_real, np.isin(self.origins, rows), comes_from_them)))

    def class_shares(self, classes):
        """Return the share of each class, weighted if there are sample weights."""
        counts = np.bincount(np.searchsorted(classes, self.y), self.weights, minlength=len(classes))
        return counts / counts.sum()


def resample(sampler, real, sampler_params):
    """Resample the real rows, and return the result as LabelledRows.

    Synthetic rows get the mean weight of the real rows of their class. Other row-wise parameters are defined only for
    real rows.

    Parameters
    ----------
    sampler : object
        Object with `fit_resample`, fitted in place.
    real : LabelledRows
        Real rows.
    sampler_params : dict
        Parameters of `fit_resample`.
    """
    # Samplers of imbalanced-learn may return a third value.
    X, y = sampler.fit_resample(real.X, real.y, **sampler_params)[:2]
    y = np.asarray(y)
    origins = find_origins(sampler, real.y, y)
    if real.row_params and origins is None:
        raise ValueError(
            f"Expected a sampler that identifies real rows, to align {', '.join(map(repr, real.row_params))} with "
            f"them, got {type(sampler).__name__}, which does not. Omit the metadata, or use a sampler that has "
            "`sample_indices_` or appends rows, as the over-samplers of imbalanced-learn do."
        )
    row_params = {
        name: _extend_weights(values, real.y, y, origins)
        if name in real.weight_names
        else _take_real_values(name, values, origins)
        for name, values in real.row_params.items()
    }
    return LabelledRows(X, y, row_params, origins, _find_parents(sampler, origins), real.weight_names)


def resample_again(sampler, real, resampled):
    """Return the rows of `resampled` with new synthetic rows from the fitted sampler.

    A sampler without `sample` returns the same rows again.
    """
    if resampled.parents is None or not hasattr(sampler, "sample") or not (resampled.origins == GENERATED).any():
        return resampled
    is_synthetic = resampled.origins == GENERATED
    # A sampler that records parents appends synthetic rows.
    X, parents, _ = sampler.sample(y=resampled.y[is_synthetic], return_parents=True)
    redrawn = np.full((len(resampled.y), parents.shape[1]), GENERATED)
    redrawn[is_synthetic] = parents
    return replace(resampled, X=stack_rows(real.X, X), parents=redrawn)


def find_origins(sampler, y, y_resampled):
    """Return the position of each resampled row among the real rows, or None if the sampler does not identify them.

    Synthetic rows get `GENERATED`. The samplers of imbalanced-learn that select or repeat rows have `sample_indices_`.
    In SMOTEENN and SMOTETomek, the final cleaning step has it. All other over-samplers append rows.
    """
    steps = (sampler, getattr(sampler, "enn_", None), getattr(sampler, "tomek_", None))
    indices = [step.sample_indices_ for step in steps if hasattr(step, "sample_indices_")]
    if indices:
        origins = np.asarray(indices[0])
    elif getattr(sampler, "_sampling_type", None) == "over-sampling":
        origins = np.arange(len(y_resampled))
    else:
        return None
    # The indices of a cleaning step count the appended synthetic rows too, after the real ones.
    origins = np.where(origins < len(y), origins, GENERATED)
    is_real = origins != GENERATED
    # A sampler that reorders or relabels rows breaks the assumptions above, so its origins are unknown.
    is_consistent = len(origins) == len(y_resampled) and np.array_equal(y[origins[is_real]], y_resampled[is_real])
    return origins if is_consistent else None


def scale_strategy(sampler, y, y_part):
    """Return the sampler with a dict `sampling_strategy` scaled from all rows to a part of them."""
    strategy = getattr(sampler, "sampling_strategy", None)
    if not isinstance(strategy, dict):
        return sampler
    amounts = {label: round(n * (y_part == label).sum() / (y == label).sum()) for label, n in strategy.items()}
    return sampler.set_params(sampling_strategy=amounts)


def _find_parents(sampler, origins):
    """Return the parents of each row, with `GENERATED` for real rows, or None if the sampler does not record them."""
    known = getattr(sampler, "parents_", None)
    if known is None or origins is None:
        return None
    parents = np.full((len(origins), known.shape[1]), GENERATED)
    parents[origins == GENERATED] = known
    return parents


def _extend_weights(weights, y, y_resampled, origins):
    classes, codes = np.unique(y, return_inverse=True)
    means = np.bincount(codes, weights) / np.bincount(codes)
    # For synthetic rows, weights[origins] reads the last weight, which np.where discards.
    return np.where(origins == GENERATED, means[np.searchsorted(classes, y_resampled)], weights[origins])


def _take_real_values(name, values, origins):
    n_generated = (origins == GENERATED).sum()
    if n_generated:
        raise ValueError(
            f"Expected no synthetic rows with the parameter {name!r}, because only sample weights extend to them, got "
            f"{n_generated}. Omit the parameter, or use a sampler that selects real rows, such as RandomUnderSampler."
        )
    return take_rows(values, origins)
