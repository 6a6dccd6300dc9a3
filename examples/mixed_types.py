"""
Mixed types and missing values
==============================

A table of loans has floats, integers, booleans, strings, categories and
missing values. The sampler accepts it without preprocessing, and synthetic
rows have the same types. This example also shows where the sampler stands in a
pipeline.
"""

# %%
# A simulated table of loans
# --------------------------
#
# Defaults (class 1) are more frequent with much debt, late payments and no
# job. About one income in ten is missing, less often for home owners.

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n_rows = 1_500
regions = ["north", "east", "south", "west"]
job = rng.choice(
    ["clerk", "nurse", "farmer", "driver", "none"],
    n_rows,
    p=[0.35, 0.2, 0.1, 0.2, 0.15],
)
owns_home = rng.random(n_rows) < 0.4
income = np.exp(
    rng.normal(10.2, 0.4, n_rows) + 0.2 * owns_home - 0.5 * (job == "none")
)
debt = income * rng.beta(2, 4, n_rows)
n_late = rng.poisson(0.3 + 0.9 * (job == "none"))
log_odds = (
    -5.5
    + 5 * debt / income
    + 0.7 * n_late
    + 0.8 * (job == "none")
    - 0.8 * owns_home
)
y = (rng.random(n_rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
X = pd.DataFrame(
    {
        "income": np.where(
            rng.random(n_rows) < np.where(owns_home, 0.05, 0.14),
            np.nan,
            income.round(-1),
        ),
        "debt": debt.round(2),
        "n_late": n_late,
        "owns_home": owns_home,
        "job": pd.Series(job).mask(rng.random(n_rows) < 0.06),
        "region": pd.Categorical(
            rng.choice(regions, n_rows), categories=regions
        ),
    }
)
print(f"{y.sum()} of {n_rows} loans defaulted.")
X.head()

# %%
# Resample the table
# ------------------
#
# The sampler infers the kind of each column from its type. Types stay the
# same, and missing values have the share that they have in the real rows of
# the class. Synthetic debts have two decimals, and synthetic incomes are
# multiples of ten, as in the table. No synthetic debt exceeds its income,
# because none does in the table.
#
# If a category is coded as integers, name it:
# ``categorical_features=["region"]``.

from sklearn_gan import GANOversampler

sampler = GANOversampler(max_steps=100, random_state=0)
X_resampled, y_resampled = sampler.fit_resample(X, y)
synthetic = X_resampled[sampler.synthetic_mask_]
synthetic.head()

# %%
pd.DataFrame({"type before": X.dtypes, "type after": X_resampled.dtypes})

# %%
# Place the sampler before encoders
# ---------------------------------
#
# The sampler stands before imputation and encoding, because it uses the
# original types and missing values. The next step receives a longer table with
# the same columns. Here it is gradient boosting, which supports categories and
# missing values; a ``ColumnTransformer`` can stand in between.
#
# SMOTE-NC does not support missing values and needs the list of categorical
# columns, so an imputer precedes it.

from imblearn.over_sampling import SMOTENC
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.model_selection import cross_validate

from sklearn_gan import make_pipeline

boosting = HistGradientBoostingClassifier(
    categorical_features=["job", "region"], max_iter=30, random_state=0
)
imputer = make_column_transformer(
    (SimpleImputer(strategy="median"), ["income"]),
    (SimpleImputer(strategy="most_frequent"), ["job"]),
    remainder="passthrough",
    verbose_feature_names_out=False,
).set_output(transform="pandas")
pipelines = {
    "no resampling": make_pipeline(boosting),
    "impute, SMOTE-NC": make_pipeline(
        imputer,
        SMOTENC(["owns_home", "job", "region"], random_state=0),
        boosting,
    ),
    "GANOversampler": make_pipeline(sampler, boosting),
}
metrics = ["average_precision", "balanced_accuracy"]
scores = {}
for name, pipeline in pipelines.items():
    found = cross_validate(pipeline, X, y, cv=3, scoring=metrics)
    scores[name] = {
        metric: found[f"test_{metric}"].mean() for metric in metrics
    }
pd.DataFrame(scores).T.round(3)

# %%
# Compare synthetic and real defaults
# -----------------------------------
#
# The figure compares the synthetic rows with the real rows of class 1, column
# by column. The share of missing values stands below a column.
# :func:`~sklearn_gan.metrics.fidelity_report` computes distances of columns,
# and more; see :doc:`/guide/fidelity`.
#
# The largest differences come first: synthetic rows have the job "none" more
# often, and ``n_late`` is 0 less often. Candidate selection prefers rows that
# differ from the other class, which strengthens such features. With
# ``n_candidates=1``, both shares are close to those of the real rows.

import matplotlib.pyplot as plt

from sklearn_gan.displays import SyntheticDataDisplay

display = SyntheticDataDisplay.from_tables(
    X[y == 1], synthetic, kind="marginals"
)
display.figure_.suptitle(
    "Columns of real and of synthetic loans that defaulted"
)
plt.show()
