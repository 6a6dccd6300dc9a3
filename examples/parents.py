"""
Explain a row by its parents
============================

About half of the synthetic rows start as mixtures of neighbouring real rows of
their class, their parents. A network then corrects the mixture. This example
finds the parents of a synthetic row, and the synthetic rows that come from a
given real row.
"""

# %%
# Sample with parents
# -------------------
#
# The table has all benign tumours and the first 30 malignant ones. ``parents``
# contains positions in the table, and ``weights`` their shares in the mixture,
# which sum to 1. A row generated from noise has no parents: its positions are
# -1 and its weights 0. With ``generator="residual"``, every row has parents.

import numpy as np
from sklearn.datasets import load_breast_cancer

from sklearn_gan import GANOversampler

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
y = y.map({0: "malignant", 1: "benign"})
kept = np.sort(
    np.concatenate(
        [np.flatnonzero(y == "benign"), np.flatnonzero(y == "malignant")[:30]]
    )
)
X, y = X.iloc[kept, :10].reset_index(drop=True), y.iloc[kept].to_numpy()

sampler = GANOversampler(max_steps=200, random_state=0).fit(X, y)
synthetic, parents, weights = sampler.sample(
    200, y="malignant", return_parents=True
)
has_parents = (parents >= 0).any(axis=1)
print(f"{has_parents.sum()} of {len(synthetic)} synthetic rows have parents.")

# %%
# One row and its parents
# -----------------------
#
# The bars show the weights of the parents. The hatched bar belongs to the
# first parent, a random malignant row of which the others are neighbours. Each
# line below shows a column: first the value of the synthetic row, then those
# of its parents. Darker values are farther from the synthetic value. A
# synthetic value need not lie between those of the parents, because the
# network corrects the mixture. If it is far from all of them, the parents do
# not explain it.

import matplotlib.pyplot as plt

from sklearn_gan.displays import ParentsDisplay

row = np.flatnonzero(has_parents)[0]
display = ParentsDisplay.from_sample(X, synthetic, parents, weights, row=row)
display.figure_.suptitle("A synthetic row and the real rows it was mixed from")
plt.show()

# %%
# Rows that come from a real row
# ------------------------------
#
# The sum of the weights over many synthetic rows measures the contribution of
# each real row. If a real row is wrong, for example mislabelled, the synthetic
# rows derived from it can be removed. This is a temporary fix, because the
# network was also trained on the wrong row. Correct the table and fit the
# sampler again.

known = parents >= 0
totals = np.bincount(parents[known], weights[known], minlength=len(X))
malignant = np.flatnonzero(y == "malignant")
most = totals.argmax()
derived = (parents == most).any(axis=1)
print(f"{derived.sum()} synthetic rows are derived from row {most}.")

# %%
# Every malignant row contributes to the mixtures, and none dominates them.

shares = totals[malignant] / totals.sum()
fig, ax = plt.subplots(figsize=(8, 3.2), layout="constrained")
ax.bar(
    range(len(malignant)),
    np.sort(shares)[::-1],
    color="#E69F00",
    edgecolor="black",
)
ax.axhline(
    1 / len(malignant), color="black", linestyle="--", label="equal shares"
)
ax.set(
    xlabel="real malignant rows, by their share",
    ylabel="share in the mixtures",
)
ax.set_title("Share of each real row in the synthetic rows")
ax.legend()
plt.show()
