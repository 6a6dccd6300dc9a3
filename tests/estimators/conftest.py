"""Tables and a recording classifier for the tests of ResampledClassifier."""

import pytest
from sklearn.datasets import make_classification

from .recording import Recorder


@pytest.fixture
def rare():
    """800 training rows and 800 test rows, 10% of them in class 1, with overlapping classes."""
    X, y = make_classification(1600, n_informative=5, weights=[0.9], class_sep=0.7, flip_y=0.05, random_state=1)
    return X[:800], y[:800], X[800:], y[800:]


@pytest.fixture
def recorder():
    Recorder.seen = []
    return Recorder()
