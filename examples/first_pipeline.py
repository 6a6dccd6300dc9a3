"""
Resample inside a pipeline
==========================

A sampler stands before the classifier in a pipeline, and the pipeline is
cross-validated as a whole. This example shows why the pipeline comes from
imbalanced-learn, and why resampling before the split gives misleading scores.
"""

# %%
# A table with a rare class
# -------------------------
#
# The table has all 357 benign tumours and the first 30 malignant ones, which
# are class 1. Its ten columns are means over the cells of an image.

import numpy as np
from sklearn.datasets import load_breast_cancer

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
y = 1 - y
kept = np.sort(
    np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:30]])
)
X, y = X.iloc[kept, :10], y.iloc[kept]
y.value_counts()

# %%
# Resample the table
# ------------------
#
# ``fit_resample`` returns the real rows, followed by synthetic rows of class
# 1. By default, all classes then have equally many rows. ``synthetic_mask_``
# marks the synthetic rows.

from sklearn_gan import GANOversampler

sampler = GANOversampler(max_steps=100, random_state=0)
X_resampled, y_resampled = sampler.fit_resample(X, y)
X_resampled[sampler.synthetic_mask_].head()

# %%
# Put the sampler into a pipeline
# -------------------------------
#
# ``make_pipeline`` is that of imbalanced-learn. Such a pipeline resamples in
# ``fit`` and skips the sampler in ``predict``. Each fold therefore trains on
# resampled rows, and tests on real rows that the sampler has not seen. The
# sampler scales columns itself. As the first step, it receives the original
# columns.

from imblearn.over_sampling import SMOTE
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.preprocessing import StandardScaler

from sklearn_gan import make_pipeline

folds = StratifiedKFold(n_splits=4, shuffle=True, random_state=0)
samplers = {
    "no resampling": "passthrough",
    "SMOTE": SMOTE(random_state=0),
    "GANOversampler": sampler,
}
scores = {}
for name, method in samplers.items():
    pipeline = make_pipeline(method, StandardScaler(), LogisticRegression())
    scores[name] = cross_val_score(
        pipeline, X, y, cv=folds, scoring="balanced_accuracy"
    )

# %%
# scikit-learn's pipeline rejects a sampler, because its steps may change
# columns but not rows. It accepts a :class:`~sklearn_gan.ResampledClassifier`;
# see :doc:`calibrated_probabilities`.

import sklearn.pipeline

try:
    sklearn.pipeline.make_pipeline(sampler, LogisticRegression()).fit(X, y)
except TypeError as error:
    print(str(error).split(" '")[0])

# %%
# Do not resample before the split
# --------------------------------
#
# If the whole table is resampled first, the test folds contain synthetic rows.
# The training folds contain rows that were generated from rows of the test
# folds. The scores then do not estimate the performance on new rows.

classifier = sklearn.pipeline.make_pipeline(
    StandardScaler(), LogisticRegression()
)
wrong = "GANOversampler\nbefore the split"
scores[wrong] = cross_val_score(
    classifier, X_resampled, y_resampled, cv=folds, scoring="balanced_accuracy"
)

# %%
# The figure shows the score of each fold, and the mean of the folds as a line.
# The scores on the right are too high and vary too little. The three methods
# on the left differ less than their folds; :doc:`comparison` shows how to
# compare methods.

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for place, (name, values) in enumerate(scores.items()):
    color = "tab:red" if name == wrong else "tab:blue"
    ax.scatter([place] * len(values), values, color=color, alpha=0.6)
    ax.hlines(values.mean(), place - 0.2, place + 0.2, color=color)
ax.set_xticks(range(len(scores)), scores)
ax.set(
    ylabel="balanced accuracy of a fold",
    title="Resampling before the split gives misleading scores",
)
plt.show()
