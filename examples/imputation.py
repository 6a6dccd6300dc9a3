"""
Impute missing values
=====================

:class:`~sklearn_gan.GANImputer` fills missing values with a network that is
trained on the observed ones. This example hides values that are known, and
compares the imputed values with the true ones.
"""

# %%
# Hide a fifth of the values
# --------------------------
#
# The table describes 569 tumours. Its columns are closely related: the area
# of a tumour, for example, follows from its radius.

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.impute import KNNImputer, SimpleImputer

from sklearn_gan import GANImputer

X, _ = load_breast_cancer(return_X_y=True, as_frame=True)
X = X[[f"mean {name}" for name in ("radius", "area", "texture", "concavity")]]
hidden = np.random.default_rng(0).random(X.shape) < 0.2
incomplete = X.mask(hidden)
incomplete.head()

# %%
# Impute them
# -----------
#
# ``transform`` returns the mean of several imputations, so that errors are
# small on average.

imputers = {
    "mean": SimpleImputer(),
    "nearest neighbours": KNNImputer(),
    "GANImputer": GANImputer(max_steps=800, random_state=0),
}
imputed = {
    name: imputer.set_output(transform="pandas").fit_transform(incomplete)
    for name, imputer in imputers.items()
}

# %%
# Compare them with the true values
# ---------------------------------
#
# Points on the diagonal are imputed without error. The mean ignores the other
# columns. The two other methods use them.

import matplotlib.pyplot as plt

column = "mean area"
rows = hidden[:, X.columns.get_loc(column)]
true = X.loc[rows, column]
fig, axes = plt.subplots(
    1, 3, figsize=(9, 3.4), sharex=True, sharey=True, layout="constrained"
)
for ax, (name, table) in zip(axes, imputed.items(), strict=True):
    found = table.loc[rows, column]
    error = np.sqrt(np.mean((found - true) ** 2)) / X[column].std()
    ax.axline((0, 0), slope=1, color="0.7")
    ax.scatter(true, found, s=12, color="#0072B2")
    ax.set(title=f"{name}: error {error:.2f}", xlabel="true area")
axes[0].set_ylabel("imputed area")
fig.suptitle("Hidden areas of tumours, and their imputed values")
plt.show()

# %%
# The error is the root mean squared error in standard deviations.
#
# Several imputations
# -------------------
#
# ``impute`` returns each imputation as a table of its own. Their spread shows
# how uncertain an imputed value is: an area is certain if the radius is known.

tables = imputers["GANImputer"].impute(incomplete)
areas = np.array([table[column] for table in tables])[:, rows]
is_radius_known = ~hidden[rows, X.columns.get_loc("mean radius")]
spread = areas.std(axis=0)

fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
ax.boxplot(
    [spread[is_radius_known], spread[~is_radius_known]],
    orientation="horizontal",
    tick_labels=["radius known", "radius hidden"],
)
ax.set(
    title="Imputed areas vary more if the radius is also hidden",
    xlabel="standard deviation of imputed areas",
)
plt.show()
