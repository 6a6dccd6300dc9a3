"""The plot shows the paired differences of each fold."""

import matplotlib
import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from sklearn.dummy import DummyClassifier
from sklearn.naive_bayes import GaussianNB

from sklearn_gan.displays import SamplerComparisonDisplay


@pytest.fixture(autouse=True)
def plt():
    """The pyplot module with a non-interactive backend; open figures are closed after the test."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


@pytest.fixture
def comparison(compare):
    return compare(samplers={"random": RandomOverSampler(), "prior": DummyClassifier()}, scoring=["roc_auc", "recall"])


def test_dots_are_the_differences_on_the_folds(comparison):
    display = comparison.plot()
    assert type(display) is SamplerComparisonDisplay and len(display.ax_) == 2
    names = [label.get_text() for label in display.ax_[0].get_yticklabels()]
    assert names == ["random", "prior"]
    dots = iter(display.dots_)
    for key in (("roc_auc", None), ("recall", "tuned")):
        for name in names:
            expected = comparison.scores[key][name] - comparison.scores[key]["no resampling"]
            np.testing.assert_array_equal(next(dots).get_offsets()[:, 0], expected)


def test_recommended_method_has_a_star(compare):
    display = compare(DummyClassifier(), samplers={"smart": GaussianNB()}, scoring="roc_auc", n_repeats=2).plot()
    assert [line.get_marker() for line in display.ax_[0].lines].count("*") == 1


def test_plot_uses_the_given_axes(comparison, plt):
    figure, axes = plt.subplots(1, 2)
    assert comparison.plot(ax=axes).ax_.tolist() == axes.tolist()
    figure, ax = plt.subplots()
    display = comparison.plot(ax=ax, dot_kw={"s": 3})
    assert display.figure_ is figure and display.dots_[0].get_sizes() == [3]
    with pytest.raises(ValueError, match="Expected 2 Axes"):
        comparison.plot(ax=plt.subplots(1, 3)[1])


def test_single_fold_has_no_interval(compare):
    display = compare(cv=[(np.arange(0, 90, 2), np.arange(1, 90, 2))], scoring="roc_auc").plot()
    assert len(display.ax_[0].lines) == 2  # zero and the mean


def test_plot_without_other_methods_is_empty(compare):
    display = compare(samplers={}, scoring="roc_auc").plot()
    assert not display.dots_ and not display.ax_[0].get_yticklabels()
