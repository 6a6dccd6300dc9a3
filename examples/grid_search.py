"""
Grid search over the sampler
============================

The parameters of the sampler, and the sampler itself, are parameters of the
pipeline. This example searches over them with scikit-learn's ``GridSearchCV``,
and tests the best candidate on held-out rows.
"""

# %%
# A pipeline to tune
# ------------------
#
# :class:`~sklearn_gan.ResampledClassifier` contains a classifier and a
# sampler, so parameter names are nested: ``clf__sampler__max_steps``. To save
# time, the search fits one classifier on resampled rows and one on real rows,
# instead of an ensemble over folds. Average precision depends only on the
# order of the probabilities, so ``correct_prior="analytic"``, which fits no
# folds, is sufficient. After the search, set ``ensemble`` and
# ``correct_prior`` to True.

from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_gan import GANOversampler, ResampledClassifier

X, y = make_classification(
    1_500,
    n_features=10,
    n_informative=6,
    weights=[0.95],
    flip_y=0.02,
    random_state=0,
)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, random_state=0)
sampler = GANOversampler(max_steps=100, random_state=0)
classifier = ResampledClassifier(
    KNeighborsClassifier(), sampler, ensemble=False, correct_prior="analytic"
)
pipeline = Pipeline([("scale", StandardScaler()), ("clf", classifier)])

# %%
# Grids for three kinds of samplers
# ---------------------------------
#
# Each grid lists only parameters of its sampler. SMOTE, the baseline, has no
# ``mode``. Small grids and few ``max_steps`` suffice, because each candidate
# trains its networks once per fold.

from imblearn.over_sampling import SMOTE
from sklearn.model_selection import GridSearchCV

grids = [
    {
        "clf__sampler__n_candidates": [1, 3],
        "clf__sampler__sampling_strategy": [0.3, 1.0],
    },
    {"clf__sampler__mode": ["autoencoder"], "clf__sampler__n_candidates": [1]},
    {"clf__sampler": [SMOTE(random_state=0)]},
]
search = GridSearchCV(pipeline, grids, scoring="average_precision", cv=3).fit(
    X, y
)

# %%
# The best of several scores is biased upwards; the score on held-out rows is
# not.

print(f"Best candidate: {search.best_params_}")
score = search.score(X_test, y_test)
print(f"{search.best_score_:.3f} in the search, {score:.3f} on held-out rows")

# %%
# All candidates
# --------------
#
# Compare the differences between candidates with the standard deviations over
# folds. Here most of them are smaller than the standard deviations, so the
# search gives no reason to prefer one of these candidates.

import matplotlib.pyplot as plt
import numpy as np


def describe(params):
    names = (
        f"{name.split('__')[-1]}={value}" for name, value in params.items()
    )
    return ", ".join(names).replace("sampler=", "")


results = search.cv_results_
order = np.argsort(results["mean_test_score"])
fig, ax = plt.subplots(figsize=(8, 3.6), layout="constrained")
ax.errorbar(
    results["mean_test_score"][order],
    range(len(order)),
    xerr=results["std_test_score"][order],
    fmt="o",
    capsize=3,
)
ax.set_yticks(
    range(len(order)), [describe(results["params"][i]) for i in order]
)
ax.set_xlabel("average precision: mean and standard deviation of the folds")
ax.set_title("Scores of the candidates, best at the top")
plt.show()
