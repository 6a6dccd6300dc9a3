"""
Oversample mixed types with missing values
==========================================

A table of loans has floats, integers, booleans, strings, categories and missing values. The sampler accepts it without
preprocessing and keeps the column types. The example shows where to place the sampler in a pipeline with encoded
columns, and how to compare synthetic rows with real ones.

`python examples/mixed_types.py` takes about half a minute on one core. It prints a few synthetic rows, the scores
without resampling, with SMOTE-NC and with the GAN on the same folds, and the output of `fidelity_report`.
"""

import argparse

import numpy as np
import pandas as pd
from imblearn.over_sampling import SMOTENC
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.model_selection import StratifiedKFold, cross_validate

from sklearn_gan import GANOversampler, make_pipeline
from sklearn_gan.metrics import fidelity_report

CATEGORIES = ["owns_home", "job", "region"]
JOBS, REGIONS = ["clerk", "nurse", "farmer", "driver", "none"], ["north", "east", "south", "west"]
SCORING = "average_precision", "balanced_accuracy"


# %%
# The table is simulated. Defaults (class 1) are more frequent with a high ratio of debt to income, late payments and no
# job. About one income in ten is missing, less often for home owners.
def make_loans(n_rows=2_000):
    """Return a table of loans and an indicator of default."""
    rng = np.random.default_rng(0)
    job = rng.choice(JOBS, n_rows, p=[0.35, 0.2, 0.1, 0.2, 0.15])
    owns_home = rng.random(n_rows) < 0.4
    income = np.exp(rng.normal(10.2, 0.4, n_rows) + 0.2 * owns_home - 0.5 * (job == "none"))
    debt = income * rng.beta(2, 4, n_rows)
    n_late = rng.poisson(0.3 + 0.9 * (job == "none"))
    log_odds = -5.5 + 5 * debt / income + 0.7 * n_late + 0.8 * (job == "none") - 0.8 * owns_home
    y = (rng.random(n_rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
    X = pd.DataFrame(
        {
            "income": np.where(rng.random(n_rows) < np.where(owns_home, 0.05, 0.14), np.nan, income.round(-1)),
            "debt": debt.round(2),
            "n_late": n_late,
            "owns_home": owns_home,
            "job": pd.Series(job).mask(rng.random(n_rows) < 0.06),
            "region": pd.Categorical(rng.choice(REGIONS, n_rows), categories=REGIONS),
        }
    )
    return X, y


# %%
# The sampler infers the kind of each column from its type. Integers and categories keep their types, and missing values
# follow their distribution in the real rows of the class. If a category is coded as integers, pass for example
# `categorical_features=["region"]`. Numbers keep their decimals and steps: synthetic debts have two decimals, and
# synthetic incomes are multiples of ten. No synthetic debt exceeds the income, because none does in the table.
def resample(X, y, max_steps):
    """Return the resampled table, its classes and the mask of synthetic rows, and print a few of these rows."""
    sampler = GANOversampler(max_steps=max_steps, random_state=0)
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    synthetic = sampler.synthetic_mask_
    print(f"{y.sum()} of {len(X)} loans defaulted. The first of {synthetic.sum()} synthetic rows:\n")
    print(X_resampled[synthetic].head().to_string(), "\n")
    print(pd.DataFrame({"type before": X.dtypes, "type after": X_resampled.dtypes}).to_string(), "\n")
    return X_resampled, y_resampled, synthetic


# %%
# Place the sampler before imputation and encoding, because it uses the original types and missing values. The next step
# receives a longer table with the same columns. Here it is gradient boosting, which supports categories and missing
# values; it could also be a ColumnTransformer.
#
# SMOTE-NC does not support missing values and requires the list of categorical columns, so an imputer precedes it.
def make_pipelines(max_steps):
    """Return a dict of pipelines without resampling, with SMOTE-NC and with the GAN."""
    return {
        "no resampling": make_pipeline(make_boosting()),
        "impute, SMOTE-NC": make_pipeline(make_imputer(), SMOTENC(CATEGORIES, random_state=0), make_boosting()),
        "GANOversampler": make_pipeline(GANOversampler(max_steps=max_steps, random_state=0), make_boosting()),
    }


def make_boosting():
    return HistGradientBoostingClassifier(categorical_features=["job", "region"], max_iter=50, random_state=0)


def make_imputer():
    """Return a transformer that imputes missing values and passes the other columns through."""
    return make_column_transformer(
        (SimpleImputer(strategy="median"), ["income"]),
        (SimpleImputer(strategy="most_frequent"), ["job"]),
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")


# %%
# `fidelity_report` compares synthetic rows with real rows of the class: column distributions, associations between
# columns, and neighbourhoods of rows. It also trains a classifier to distinguish the two tables. The sampler was fitted
# on these real rows; for a stricter test, compare with held-out rows.
def main(max_steps=300, n_splits=3, n_rows=2_000):
    """Resample a table of loans, score pipelines, and compare synthetic rows with real ones."""
    X, y = make_loans(n_rows)
    X_resampled, y_resampled, synthetic = resample(X, y, max_steps)

    folds = StratifiedKFold(n_splits, shuffle=True, random_state=0)
    print(f"{'mean of ' + str(n_splits) + ' folds':16}{'average precision':>19}{'balanced accuracy':>19}")
    for name, pipeline in make_pipelines(max_steps).items():
        scores = cross_validate(pipeline, X, y, cv=folds, scoring=SCORING)
        print(f"{name:16}" + "".join(f"{scores['test_' + metric].mean():19.3f}" for metric in SCORING))

    report = fidelity_report(X[y == 1], X_resampled[synthetic], random_state=0)
    print("\nSynthetic rows compared with real rows of the class:", report, sep="\n")
    return X, X_resampled, y_resampled, report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=300, help="default: %(default)s")
    main(parser.parse_args().max_steps)
