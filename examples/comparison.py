"""
Does resampling help on my table?
=================================

:func:`~sklearn_gan.compare_samplers` compares methods for class imbalance on
the same folds, and states for each metric which method to use.
"""

# %%
# A table and a classifier
# ------------------------
#
# One row in twenty belongs to the rare class. The classifier includes its
# preprocessing.

from sklearn.datasets import make_classification
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X, y = make_classification(
    2_000,
    n_features=8,
    n_informative=5,
    weights=[0.95],
    flip_y=0.01,
    class_sep=0.8,
    random_state=0,
)
classifier = make_pipeline(StandardScaler(), KNeighborsClassifier())

# %%
# Compare the methods
# -------------------
#
# Each sampler stands before the classifier, and receives the original columns.
# A classifier in the dict takes the place of the given one.
# ``samplers="default"`` compares these methods and class weights, with the
# default parameters. ``n_repeats=2`` is the default; this example is shorter.

from imblearn.over_sampling import SMOTE

from sklearn_gan import GANOversampler, ResampledClassifier, compare_samplers

sampler = GANOversampler(max_steps=60, n_candidates=1)
comparison = compare_samplers(
    classifier,
    X,
    y,
    samplers={
        "SMOTE": SMOTE(),
        "GANOversampler": sampler,
        "ensemble": ResampledClassifier(classifier, sampler),
    },
    cv=5,
    n_repeats=1,
    scoring=["average_precision", "balanced_accuracy", "neg_brier_score"],
    random_state=0,
)
print(comparison)

# %%
# Use the recommended method
# --------------------------
#
# ``best_`` follows the verdict on the first metric. It is not fitted yet.

comparison.best_.fit(X, y)

# %%
# Differences on each fold
# ------------------------
#
# A dot is the difference from no resampling on one fold. The line is the
# interval of the mean difference. A method is recommended only if its interval
# lies to the right of 0; it has a star. Here the ensemble gains in average
# precision. At tuned thresholds, no method clearly gains balanced accuracy.
# :doc:`/guide/comparison` explains the verdicts.

import matplotlib.pyplot as plt

display = comparison.plot()
display.figure_.suptitle("Differences from no resampling, fold by fold")
plt.show()
