"""
LightGBM behind the sampler
===========================

Any classifier with the interface of scikit-learn can follow the sampler. This
example uses LightGBM; XGBoost and CatBoost are used in the same way.
"""

# %%
# A table with a rare class
# -------------------------
#
# One row in thirty belongs to the rare class. Half of the rows are held out.

import pandas as pd
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split

X, y = make_classification(
    4_000,
    n_features=12,
    n_informative=6,
    weights=[0.97],
    flip_y=0.01,
    class_sep=0.8,
    random_state=1,
)
X = pd.DataFrame(X).add_prefix("x")
X, X_test, y, y_test = train_test_split(
    X, y, test_size=0.5, stratify=y, random_state=0
)

# %%
# Two ways to combine them
# ------------------------
#
# In a pipeline, LightGBM is fitted once, on the resampled rows.
# :class:`~sklearn_gan.ResampledClassifier` averages classifiers fitted on
# resampled rows and on real rows. Do not set LightGBM's ``is_unbalance`` or
# ``scale_pos_weight`` as well, because the sampler already balances the
# classes.

from lightgbm import LGBMClassifier
from sklearn.base import clone

from sklearn_gan import GANOversampler, ResampledClassifier, make_pipeline

lightgbm = LGBMClassifier(
    n_estimators=50, random_state=0, n_jobs=1, verbose=-1
)
sampler = GANOversampler(max_steps=100, n_candidates=1, random_state=0)
classifiers = {
    "LightGBM": lightgbm,
    "pipeline": make_pipeline(sampler, clone(lightgbm)),
    "ResampledClassifier": ResampledClassifier(lightgbm, sampler),
}
for classifier in classifiers.values():
    classifier.fit(X, y)

# %%
# Precision and recall
# --------------------
#
# The average precision (AP) is the area under a curve. Balancing alone changes
# the order of the rows little. The average of several classifiers has the
# highest precision at medium recalls.

import matplotlib.pyplot as plt
from sklearn.metrics import PrecisionRecallDisplay

fig, ax = plt.subplots(figsize=(8, 4.4), layout="constrained")
for (name, classifier), line in zip(
    classifiers.items(), ("--", "-.", "-"), strict=True
):
    PrecisionRecallDisplay.from_estimator(
        classifier,
        X_test,
        y_test,
        name=name,
        ax=ax,
        curve_kwargs={"linestyle": line},
        plot_chance_level=False,
    )
ax.set(
    xlabel="recall of the rare class",
    ylabel="precision of the rare class",
    title="Precision and recall on new rows",
)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plt.show()
