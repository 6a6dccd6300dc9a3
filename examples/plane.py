"""
SMOTE and a GAN on a plane
==========================

With two columns, synthetic rows and the decisions of a classifier can be
drawn. This example oversamples the rare class of two moons with SMOTE and with
:class:`~sklearn_gan.GANOversampler`.
"""

# %%
# Two moons
# ---------
#
# The training table has 1,000 rows of the common class and 40 of the rare
# class. The classes overlap. A second table of the same distribution measures
# the classifiers.

import numpy as np
from sklearn.datasets import make_moons

rng = np.random.RandomState(0)
X, y = make_moons((1_000, 40), noise=0.3, shuffle=False, random_state=rng)
X_new, y_new = make_moons((10_000, 400), noise=0.3, random_state=rng)

# %%
# Resample and fit
# ----------------
#
# SMOTE places each synthetic row on the line between a rare row and one of its
# five nearest rare neighbours (Chawla et al. 2002). The GAN learns the
# distribution of the rare class together with that of the common class. Half
# of its rows begin as mixtures of several rare rows, which a network then
# corrects; the others are generated from noise.

from imblearn.over_sampling import SMOTE
from sklearn.ensemble import HistGradientBoostingClassifier

from sklearn_gan import GANOversampler

samplers = {
    "SMOTE": SMOTE(random_state=0),
    "GANOversampler": GANOversampler(max_steps=200, random_state=0),
}
tables = {"no resampling": (X, y)}
tables |= {
    name: sampler.fit_resample(X, y) for name, sampler in samplers.items()
}
classifiers = {
    name: HistGradientBoostingClassifier(max_iter=50, random_state=0).fit(
        *table
    )
    for name, table in tables.items()
}

# %%
# Compare
# -------
#
# Without resampling, the classifier predicts the rare class in narrow strips
# at some rare rows. The rows of SMOTE lie on lines between rare rows, and so
# do parts of the region. The rows of the GAN spread around the rare rows.
#
# A plane with one cluster per class shows how the methods work. It does not
# show which method is better on tables with more columns; see
# :doc:`/measured/index`.

import matplotlib.pyplot as plt
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.metrics import balanced_accuracy_score

fig, axes = plt.subplots(
    1, 3, figsize=(11, 4.6), sharex=True, sharey=True, layout="constrained"
)
for ax, (name, (rows, _)) in zip(axes, tables.items(), strict=True):
    DecisionBoundaryDisplay.from_estimator(
        classifiers[name],
        X,
        response_method="predict",
        grid_resolution=200,
        eps=0.4,
        cmap="Blues",
        alpha=0.4,
        ax=ax,
    )
    common, real, synthetic = np.split(rows, [1_000, 1_040])
    ax.scatter(*common.T, s=3, color="0.6", label="common rows")
    ax.scatter(*synthetic.T, s=4, color="#0072B2", label="synthetic rare rows")
    ax.scatter(
        *real.T,
        s=30,
        color="#E69F00",
        edgecolor="black",
        label="real rare rows",
    )
    score = balanced_accuracy_score(y_new, classifiers[name].predict(X_new))
    ax.set(
        title=f"{name}\nbalanced accuracy on new rows: {score:.2f}",
        xticks=[],
        yticks=[],
    )
fig.legend(
    *axes[-1].get_legend_handles_labels(),
    loc="outside lower center",
    ncols=3,
    markerscale=1.5,
)
fig.suptitle(
    "Rows of two moons, and the region where boosting predicts the rare class"
)
plt.show()

# %%
# **Reference**
#
# Chawla, Bowyer, Hall and Kegelmeyer (2002). `SMOTE: Synthetic Minority
# Over-sampling Technique <https://doi.org/10.1613/jair.953>`_. Journal of
# Artificial Intelligence Research 16.
