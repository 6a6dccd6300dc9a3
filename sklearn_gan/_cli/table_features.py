"""TableFeatures: encode a table with columns of any type for the classifiers of the command line."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from sklearn_gan._table import TableEncoder, fit_codecs, open_container


class TableFeatures(TransformerMixin, BaseEstimator):
    """Encode a table as numbers, one-hot categories and missing-value flags.

    Numbers are approximately standard normal scores, limited to the range of the fitted table. A missing number is 0. A
    category that is not in the fitted table is 0 in all of its features.
    """

    def fit(self, X, y=None):
        """Fit the encoder to a table."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X, y=None):
        """Fit the encoder to a table, and return its features."""
        columns = list(open_container(X, "compare").columns())
        codes = np.zeros(len(columns[0].cells), dtype=np.intp)
        self.encoder_ = TableEncoder()
        return self.encoder_.fit_encode(columns, fit_codecs("auto", columns, codes), codes, derive=False)

    def transform(self, X):
        """Return the features of a table."""
        return self.encoder_.encode(open_container(X, "compare").columns())
