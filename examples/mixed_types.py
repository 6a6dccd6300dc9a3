"""
Mixed types and missing cells
=============================

A table of loans has numbers, integers, booleans, strings, categories and missing cells; it goes into the sampler as it
is, and comes back as it was, only longer. You learn where to put the sampler when what follows needs encoded columns,
and how to check generated rows against real ones.

`python examples/mixed_types.py` takes about half a minute on one core. It prints a few generated rows, the scores of a
pipeline with and without resampling and with SMOTE-NC on the same folds, and the report of `fidelity_report`.
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
# The table is made here, so that we know what is in it. Loans default (class 1) more often where the debt is large for
# the income, where bills were paid late and where there is no job. Income is told by nine in ten; who owns a home tells
# it more often than who does not.
def make_loans(n_rows=2_000):
    """Return a table of loans, and which of them defaulted."""
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
# What is a number and what is a category, the sampler reads off the types. Integers stay integers, levels stay levels,
# and the missing cells of generated rows are spread as they are in real rows of the class. Had a category been coded as
# integers, `categorical_features=["region"]` would say so. What is not kept is rounding: generated debts have more
# than two decimals, generated incomes are whole, but no multiples of ten. Round them where it matters.
def resample(X, y, max_steps):
    """Return the table with its generated rows, which it prints a few of, and which they are."""
    sampler = GANOversampler(max_steps=max_steps, random_state=0)
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    synthetic = sampler.synthetic_mask_
    print(f"Of {len(X)} loans {y.sum()} defaulted; {synthetic.sum()} were added. The first of them:\n")
    print(X_resampled[synthetic].head().to_string(), "\n")
    print(pd.DataFrame({"type before": X.dtypes, "type after": X_resampled.dtypes}).to_string(), "\n")
    return X_resampled, y_resampled, synthetic


# %%
# The sampler comes first, before anything is imputed or encoded, because it can make most of a table that is still as
# it was. What follows gets a longer table of the same columns: here boosting, which takes categories and missing cells
# by itself; a ColumnTransformer would do as well.
#
# SMOTE-NC cannot have missing cells, and wants to be told the categories. In front of it they are filled.
def make_pipelines(max_steps):
    """Return pipelines with three ways of resampling, by their names."""
    return {
        "no resampling": make_pipeline(make_boosting()),
        "fill, SMOTE-NC": make_pipeline(make_filler(), SMOTENC(CATEGORIES, random_state=0), make_boosting()),
        "GANOversampler": make_pipeline(GANOversampler(max_steps=max_steps, random_state=0), make_boosting()),
    }


def make_boosting():
    return HistGradientBoostingClassifier(categorical_features=["job", "region"], max_iter=50, random_state=0)


def make_filler():
    """Return what fills missing cells, and leaves the other columns alone."""
    return make_column_transformer(
        (SimpleImputer(strategy="median"), ["income"]),
        (SimpleImputer(strategy="most_frequent"), ["job"]),
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")


# %%
# Are the generated rows like the real ones of their class? `fidelity_report` compares distributions column by column,
# associations of columns, and neighbourhoods of rows; and it lets a classifier try to tell the tables apart. These real
# rows are what the sampler learned from: for a stricter test, compare with rows that were put aside.
def main(max_steps=300, n_splits=3, n_rows=2_000):
    """Resample a table of loans, score pipelines, and check the generated rows."""
    X, y = make_loans(n_rows)
    X_resampled, y_resampled, synthetic = resample(X, y, max_steps)

    folds = StratifiedKFold(n_splits, shuffle=True, random_state=0)
    print(f"{'mean of ' + str(n_splits) + ' folds':16}{'average precision':>19}{'balanced accuracy':>19}")
    for name, pipeline in make_pipelines(max_steps).items():
        scores = cross_validate(pipeline, X, y, cv=folds, scoring=SCORING)
        print(f"{name:16}" + "".join(f"{scores['test_' + figure].mean():19.3f}" for figure in SCORING))

    report = fidelity_report(X[y == 1], X_resampled[synthetic], random_state=0)
    print("\nGenerated rows against real ones of the class:", report, sep="\n")
    return X, X_resampled, y_resampled, report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=300, help="default: %(default)s")
    main(parser.parse_args().max_steps)
