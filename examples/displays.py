"""
Inspect a fitted sampler
========================

Displays show how synthetic rows compare with real rows, how training
progressed, and which real rows a synthetic row was mixed from. Each creates
its own figure, or draws into given Axes.
"""

# %%
# A fitted sampler
# ----------------
#
# The table has all benign tumours and the first 30 malignant ones.

from sklearn.datasets import load_breast_cancer

from sklearn_gan import GANOversampler

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
kept = y[y == 1].index.union(y[y == 0].index[:30])
X, y = (
    X.loc[kept].reset_index(drop=True),
    y.loc[kept].map({0: "malignant", 1: "benign"}).to_numpy(),
)
sampler = GANOversampler(max_steps=200, random_state=0).fit(X, y)

# %%
# Synthetic and real rows
# -----------------------
#
# The panels show the columns with the largest distances, the rows in the plane
# of the first two principal components, and the differences of associations
# between columns. The sampler is not changed. With 30 real rows, some
# differences are due to chance; :doc:`report` shows how large.

import matplotlib.pyplot as plt

from sklearn_gan.displays import (
    ParentsDisplay,
    SyntheticDataDisplay,
    TrainingDisplay,
)

display = SyntheticDataDisplay.from_estimator(
    sampler, X, y, show_others=True, max_columns=4
)
display.figure_.suptitle("Malignant tumours: synthetic rows beside real rows")
plt.show()

# %%
# Parents
# -------
#
# The weights and values of the rows from which a synthetic row was mixed; see
# :doc:`parents`.

display = ParentsDisplay.from_estimator(sampler, X, max_columns=8)
display.figure_.suptitle("A synthetic row beside its parents")
plt.show()

# %%
# Training
# --------
#
# The losses of a GAN do not show when to stop. The sampler selects the
# checkpoint with the highest coverage of real rows, and warns if coverage is
# low.

display = TrainingDisplay.from_estimator(sampler)
display.figure_.suptitle("Losses, coverage and the selected checkpoint")
plt.show()
