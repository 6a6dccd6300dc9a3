"""
Choose the threshold
====================

A classifier turns a probability into a class at a threshold. With a rare
class, the threshold 0.5 is seldom the best. This example compares thresholds
for a classifier with and without resampling.
"""

# %%
# Two classifiers
# ---------------
#
# One row in twenty belongs to the rare class. Half of the rows are held out.
# To compare single forests, and to save time, ``ensemble=False`` fits one
# forest on resampled rows and one on real rows, instead of two for each fold.

from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from sklearn_gan import GANOversampler, ResampledClassifier

X, y = make_classification(
    4_000,
    n_features=10,
    n_informative=6,
    weights=[0.95],
    flip_y=0.01,
    class_sep=0.9,
    random_state=0,
)
X, X_test, y, y_test = train_test_split(
    X, y, test_size=0.5, stratify=y, random_state=0
)
forest = RandomForestClassifier(
    n_estimators=50, min_samples_leaf=2, random_state=0
)
sampler = GANOversampler(max_steps=100, n_candidates=1, random_state=0)
alone = forest.fit(X, y)
resampled = ResampledClassifier(forest, sampler, ensemble=False).fit(X, y)

# %%
# Three thresholds
# ----------------
#
# The forest predicts the rare class where its probability exceeds 0.5. By
# default, :class:`~sklearn_gan.ResampledClassifier` predicts it where its
# probability exceeds the share of the class in the table, which favours
# balanced accuracy. ``threshold_`` is this share.
#
# ``threshold="tuned"`` chooses the threshold with the best value of
# ``scoring`` on out-of-fold predictions of the training rows. Here it
# maximises the F1 score, which needs a higher threshold than balanced
# accuracy. The out-of-fold predictions are made in ``fit``, so another choice
# of the threshold needs another fit. The probabilities stay the same.
#
# ``"f1"`` requires the labels 0 and 1. For others, such as "no" and "yes",
# pass ``scoring=make_scorer(f1_score, pos_label="yes")``.

tuned = ResampledClassifier(
    forest, sampler, ensemble=False, threshold="tuned", scoring="f1"
).fit(X, y)
print(f"at the class prior: {resampled.threshold_:.3f}")
print(f"tuned for F1:       {tuned.threshold_:.3f}")

# %%
# Scores for all thresholds
# -------------------------
#
# For balanced accuracy, the threshold decides more than resampling does. At
# 0.5 the forest finds few rare rows, and near the class prior it finds most of
# them. A comparison of methods at 0.5 would credit this difference to
# resampling. :func:`~sklearn_gan.compare_samplers` therefore compares at tuned
# thresholds; see :doc:`comparison`.
#
# Studies disagree on how much remains. With strong classifiers and tuned
# thresholds, Elor and Averbuch-Elor (2022) found no gain from SMOTE and other
# samplers. :doc:`/measured/index` has results for the methods of this package.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import balanced_accuracy_score, f1_score

thresholds = np.geomspace(0.005, 0.8, 60)
probabilities = {
    "forest alone": alone.predict_proba(X_test)[:, 1],
    "ResampledClassifier": resampled.predict_proba(X_test)[:, 1],
}
metrics = {"balanced accuracy": balanced_accuracy_score, "F1 score": f1_score}
fig, axes = plt.subplots(
    1, 2, figsize=(9.5, 4), sharex=True, layout="constrained"
)
for ax, (metric, score) in zip(axes, metrics.items(), strict=True):
    for (name, predicted), line in zip(
        probabilities.items(), ("--", "-"), strict=True
    ):
        ax.plot(
            thresholds,
            [score(y_test, predicted > threshold) for threshold in thresholds],
            line,
            label=name,
        )
    ax.axvline(0.5, color="0.7", linestyle=":", label="0.5")
    ax.axvline(
        resampled.threshold_,
        color="black",
        linestyle="-.",
        linewidth=1,
        label="class prior",
    )
    ax.axvline(
        tuned.threshold_, color="tab:red", linewidth=1, label="tuned for F1"
    )
    ax.set(
        xscale="log",
        xlabel="threshold",
        ylabel=f"{metric} on held-out rows",
        title=metric,
    )
fig.legend(
    *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5
)
fig.suptitle("Balanced accuracy is highest near the class prior, F1 above it")
plt.show()

# %%
# **Reference**
#
# Elor and Averbuch-Elor (2022). `To SMOTE, or not to SMOTE?
# <https://arxiv.org/abs/2201.08528>`_ arXiv:2201.08528.
