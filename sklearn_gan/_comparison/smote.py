"""SMOTE for tables with columns of any type and missing values."""

import numpy as np
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC
from sklearn.base import BaseEstimator

from sklearn_gan._table import Gathered, Values, check_labels, choose_codecs, open_container, to_chunks

N_NEIGHBORS = 5


class TableSMOTE(BaseEstimator):
    """Oversample a table with SMOTE, SMOTENC or SMOTEN of imbalanced-learn, whichever suits its columns.

    Numeric and datetime columns are standardised before interpolation, so that neighbours do not depend on units. A
    missing value is a category. A synthetic row therefore has one where most of its neighbours do. Real rows are
    unchanged. Each class has as many neighbours as its number of rows allows, at most 5.

    Parameters
    ----------
    random_state : int, RandomState instance or None, default=None
        Seed of the synthetic rows.
    """

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit_resample(self, X, y):
        """Oversample all classes to the size of the largest.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Table.
        y : array-like of shape (n_samples,)
            Class of each row.

        Returns
        -------
        X_resampled : {array-like, sparse matrix, dataframe} of shape (n_samples_new, n_features)
            The real rows, followed by the synthetic rows, in the same container.
        y_resampled : ndarray of shape (n_samples_new,)
            Class of each row.
        """
        classes, codes = np.unique(check_labels(y), return_inverse=True)
        container = open_container(to_chunks(X), "SMOTE")
        columns = [_Column.fit(*pair, codes) for pair in _with_codecs(list(container.columns()))]
        matrix = np.hstack([column.features for column in columns])
        is_category = np.concatenate([column.is_category for column in columns])
        rows, codes_resampled = self._make(is_category, codes).fit_resample(matrix, codes)
        synthetic = np.split(
            rows[len(codes) :], np.cumsum([len(column.is_category) for column in columns])[:-1], axis=1
        )
        container.remember([column.codec.rows for column in columns])
        decoded = [column.decode(part) for column, part in zip(columns, synthetic, strict=True)]
        return container.append(to_chunks(X), decoded), classes[codes_resampled]

    def _make(self, is_category, codes):
        """Return the variant of SMOTE for these features."""
        sizes = np.bincount(codes)
        is_smaller = sizes < sizes.max()
        n_neighbors = min(N_NEIGHBORS, sizes[is_smaller].min() - 1) if is_smaller.any() else N_NEIGHBORS
        params = {"k_neighbors": n_neighbors, "random_state": self.random_state}
        if not is_category.any():
            return SMOTE(**params)
        return SMOTEN(**params) if is_category.all() else SMOTENC(np.flatnonzero(is_category).tolist(), **params)


class _Column:
    """One column as features for SMOTE: a standardised number and, if values are missing, a flag; or a category."""

    def __init__(self, codec, features, is_category, scale):
        self.codec, self.features, self.is_category, self.scale = codec, features, is_category, scale

    @classmethod
    def fit(cls, column, codec, codes):
        """Return a column of the table, with its features of shape (n_rows, 1 or 2)."""
        codec = codec()
        codec.fit(column, codes, np.unique(codes, return_index=True)[1])
        values = codec.as_decoded(column)
        if isinstance(values, Gathered):
            return cls(codec, values.positions[:, None].astype(float), np.array([True]), None)
        numbers = codec.to_scale(values)
        observed = numbers.values[~numbers.missing].astype(float)
        mean, deviation = (observed.mean(), observed.std() or 1.0) if len(observed) else (0.0, 1.0)
        features = [np.where(numbers.missing, 0, (numbers.values - mean) / deviation)]
        features += [numbers.missing.astype(float)] * bool(numbers.missing.any())
        is_category = np.arange(len(features)) > 0
        return cls(codec, np.stack(features, axis=1), is_category, (mean, deviation, numbers.values.dtype))

    def decode(self, features):
        """Return the values of synthetic rows, as one Values or Gathered."""
        if self.scale is None:
            return Gathered(features[:, 0].astype(np.intp))
        mean, deviation, dtype = self.scale
        numbers = features[:, 0] * deviation + mean
        missing = features[:, 1] > 0.5 if features.shape[1] > 1 else np.zeros(len(features), dtype=bool)
        if dtype.kind in "iu":
            numbers = np.rint(numbers)
        return self.codec.from_scale(Values(numbers.astype(dtype), missing))


def _with_codecs(columns):
    return zip(columns, choose_codecs("auto", columns), strict=True)
