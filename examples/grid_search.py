"""
Tune the sampler with GridSearchCV
==================================

The parameters of the sampler, and the sampler itself, are parameters of the pipeline. This example searches over them
in scikit-learn's Pipeline and checks the best candidate on held-out rows.

`python examples/grid_search.py` takes less than a minute on one core. It prints a table of the search results and the
score of the best candidate on rows that the search did not use.
"""

import argparse

import pandas as pd
from imblearn.over_sampling import SMOTE
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_gan import GANOversampler, ResampledClassifier

SHOWN = ["mode", "n_candidates", "max_steps"]


# %%
# `ResampledClassifier` contains a classifier and a sampler, so parameter names are nested: `clf__sampler__max_steps`.
# To save time, the search fits one classifier on resampled rows and one on real rows, instead of an ensemble over
# folds. It uses average precision, which depends only on the order of the probabilities, so `correct_prior="analytic"`,
# which fits no folds, is sufficient. After the search, set `ensemble` and `correct_prior` to True.
def make_pipeline(max_steps):
    """Return a pipeline of a scaler and a resampled nearest-neighbours classifier."""
    sampler = GANOversampler(max_steps=max_steps, random_state=0)
    classifier = ResampledClassifier(KNeighborsClassifier(), sampler, ensemble=False, correct_prior="analytic")
    return Pipeline([("scale", StandardScaler()), ("clf", classifier)])


# %%
# Each grid lists only parameters of its sampler; SMOTE, the baseline, has no `mode`. Use small grids and few
# `max_steps`, because each candidate trains its networks once per fold.
def make_grid(max_steps):
    """Return grids for GANs, autoencoders and SMOTE."""
    return [
        {"clf__sampler__max_steps": [max_steps // 2, max_steps], "clf__sampler__n_candidates": [1, 3]},
        {"clf__sampler__mode": ["autoencoder"], "clf__sampler__n_candidates": [1, 3]},
        {"clf__sampler": [SMOTE(random_state=0)]},
    ]


# %%
# `cv_results_` contains only the parameters in the grid; the others come from the candidate's sampler. A value is empty
# if the sampler has no such parameter.
def tabulate(search):
    """Return the candidates with their scores, best first."""
    rows = []
    for params in search.cv_results_["params"]:
        sampler = clone(search.estimator).set_params(**params).named_steps["clf"].sampler
        known = sampler.get_params()
        rows.append({"sampler": type(sampler).__name__} | {name: known[name] for name in SHOWN if name in known})
    table = pd.DataFrame(rows, dtype=object)
    for metric in ("mean_test_score", "std_test_score", "mean_fit_time"):
        table[metric] = search.cv_results_[metric].round(3)
    return table.sort_values("mean_test_score", ascending=False)


# %%
# Compare the differences between candidates with the standard deviations over folds. The best of several scores is
# biased upwards; the score on held-out rows is not.
def main(max_steps=200, n_splits=3, n_rows=2_000):
    """Run the search, print the results, and score the best candidate on held-out rows."""
    X, y = make_classification(n_rows, n_features=10, n_informative=6, weights=[0.95], flip_y=0.02, random_state=0)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
    folds = StratifiedKFold(n_splits, shuffle=True, random_state=0)
    search = GridSearchCV(make_pipeline(max_steps), make_grid(max_steps), scoring="average_precision", cv=folds)
    search.fit(X_train, y_train)

    table = tabulate(search)
    print(f"Average precision on {n_splits} folds of {len(y_train)} rows, {y_train.sum()} of the rare class\n")
    print(table.to_string(index=False, na_rep=""))
    print(f"\nBest candidate: {search.best_params_}")
    print(f"{search.best_score_:.3f} in the search, {search.score(X_test, y_test):.3f} on {len(y_test)} held-out rows")
    return search, table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=200, help="default: %(default)s")
    main(parser.parse_args().max_steps)
