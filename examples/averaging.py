"""
Why averaging with the real table helps
=======================================

:class:`~sklearn_gan.ResampledClassifier` averages classifiers fitted on
synthetic and real rows with classifiers fitted on real rows alone. This
example shows the average precision for every weight between the two, on rows
that no classifier has seen.
"""

# %%
# Tables with few rare rows
# -------------------------
#
# Each of three tables has 1,000 rows for training, about 45 of them of the
# rare class. Five thousand other rows measure the average precision.

from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split


def make_tables(seed):
    X, y = make_classification(
        6_000,
        n_features=8,
        n_informative=5,
        weights=[0.96],
        flip_y=0.01,
        class_sep=0.8,
        random_state=seed,
    )
    return train_test_split(
        X, y, train_size=1_000, stratify=y, random_state=seed
    )


# %%
# Scores of the fitted classifiers
# --------------------------------
#
# A fitted ``ResampledClassifier`` has all of its classifiers in
# ``estimators_``. Bayes' rule divides the probabilities of each by the class
# prior of its own rows: about half and half for resampled rows, that of the
# table for real rows. The logarithms can then be averaged with any weight. The
# parameter ``real_weight`` does the same.
#
# The resampled rows of a fold have fewer synthetic rows, because those with a
# parent in the held-out fold are left out. This hardly matters here: another
# prior adds about the same number to all scores of a classifier, and the
# average precision depends only on their order.

import numpy as np


def mean_scores(fitted, X, kind):
    prior = (
        np.array([0.5, 0.5]) if kind == "resampled" else fitted.class_prior_
    )
    scores = []
    for classifier, name in zip(
        fitted.estimators_, fitted.estimator_names_, strict=True
    ):
        if name == kind:
            # 0.002 keeps the logarithm of a probability of 0 finite
            ratios = classifier.predict_proba(X) / prior + 0.002
            scores.append(np.log(ratios[:, 1] / ratios[:, 0]))
    return np.mean(scores, axis=0)


# %%
# Gain for each weight
# --------------------
#
# The gain is the difference in average precision from the classifier fitted on
# all real rows, as a mean over the tables.

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.neighbors import KNeighborsClassifier

from sklearn_gan import GANOversampler, ResampledClassifier

weights = np.linspace(0, 1, 11)
classifiers = {
    "k-nearest neighbours": KNeighborsClassifier(),
    "random forest": RandomForestClassifier(n_estimators=30, random_state=0),
    "logistic regression": LogisticRegression(),
}
sampler = GANOversampler(n_candidates=1, max_steps=200, random_state=0)
gains = dict.fromkeys(classifiers, 0)
for seed in range(3):
    X, X_test, y, y_test = make_tables(seed)
    for name, classifier in classifiers.items():
        fitted = ResampledClassifier(classifier, sampler).fit(X, y)
        resampled, real = (
            mean_scores(fitted, X_test, kind) for kind in ("resampled", "real")
        )
        alone = average_precision_score(
            y_test, classifier.fit(X, y).predict_proba(X_test)[:, 1]
        )
        means = [
            average_precision_score(
                y_test, weight * real + (1 - weight) * resampled
            )
            for weight in weights
        ]
        gains[name] = gains[name] + (np.array(means) - alone) / 3

# %%
# Flexible classifiers gain most
# ------------------------------
#
# For nearest neighbours and forests, the gain is largest in between. Synthetic
# rows make the classifiers differ, so that their errors partly cancel, and
# they fill the space between the few rare rows. But they also contain errors
# of the generator, which the classifiers on real rows do not share. Logistic
# regression varies little from sample to sample, so averaging has little to
# gain, and synthetic rows reduce its average precision.

import matplotlib.pyplot as plt

styles = [("#0072B2", "o", "-"), ("#E69F00", "s", "--"), ("black", "^", "-.")]
fig, ax = plt.subplots(figsize=(6.4, 4.4), layout="constrained")
for (name, values), (color, marker, line) in zip(
    gains.items(), styles, strict=True
):
    ax.plot(
        weights, values, color=color, marker=marker, linestyle=line, label=name
    )
ax.axhline(0, color="0.6", linewidth=1)
ax.axvline(0.5, color="0.6", linewidth=1, linestyle=":")
ax.annotate(
    "default", (0.51, 0.02), xycoords=("data", "axes fraction"), color="0.4"
)
ax.set(
    xlabel="weight of the classifiers fitted on real rows",
    ylabel="gain in average precision",
)
ax.set_title("Flexible classifiers gain most from a mean of both kinds")
fig.legend(loc="outside lower center", ncols=3)
plt.show()
