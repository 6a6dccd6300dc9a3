"""
Tuning by GridSearchCV
======================

The parameters of the sampler are parameters like any other, and the sampler itself is one, too. You learn to search
through them in scikit-learn's own Pipeline, and to read off whether what won has won by more than luck.

`python examples/grid_search.py` takes less than a minute on one core. It prints the results of the search as a table,
and how the winner does on rows that the search has not seen.
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
# A ResampledClassifier holds a classifier and a sampler, so that the names have two levels: `clf__sampler__max_steps`.
# The search ranks by average precision, for which the order of probabilities is all that counts. Undoing the change of
# the class shares leaves it as it is, so that `correct_prior="analytic"`, which fits no folds, will do. Set it to True
# when the search is over, if you need probabilities of neighbours or trees.
def make_pipeline(max_steps):
    """Return neighbours behind a sampler, behind a scaler."""
    sampler = GANOversampler(max_steps=max_steps, random_state=0)
    classifier = ResampledClassifier(KNeighborsClassifier(), sampler, correct_prior="analytic")
    return Pipeline([("scale", StandardScaler()), ("clf", classifier)])


# %%
# Of a list of grids, each has what its sampler knows: SMOTE, as the thing to beat, has no `mode`. Keep grids small, and
# `max_steps` low in them: each candidate trains its networks once per fold.
def make_grid(max_steps):
    """Return the grids: GANs, autoencoders, and SMOTE."""
    return [
        {"clf__sampler__max_steps": [max_steps // 2, max_steps], "clf__sampler__n_candidates": [1, 3]},
        {"clf__sampler__mode": ["autoencoder"], "clf__sampler__n_candidates": [1, 3]},
        {"clf__sampler": [SMOTE(random_state=0)]},
    ]


# %%
# `cv_results_` tells of each candidate what its grid names; what it had besides, the candidate itself tells. A cell
# stays empty where the sampler has no such parameter.
def tabulate(search):
    """Return what a search found, the best first."""
    rows = []
    for params in search.cv_results_["params"]:
        sampler = clone(search.estimator).set_params(**params).named_steps["clf"].sampler
        known = sampler.get_params()
        rows.append({"sampler": type(sampler).__name__} | {name: known[name] for name in SHOWN if name in known})
    table = pd.DataFrame(rows, dtype=object)
    for figure in ("mean_test_score", "std_test_score", "mean_fit_time"):
        table[figure] = search.cv_results_[figure].round(3)
    return table.sort_values("mean_test_score", ascending=False)


# %%
# Look at the standard deviations between folds before you believe in a winner. Its score is the best of several, and so
# a little lucky: what it is worth is told by rows that were put aside before.
def main(max_steps=200, n_splits=3, n_rows=2_000):
    """Search, print the results, and score the winner on rows that were put aside."""
    X, y = make_classification(n_rows, n_features=10, n_informative=6, weights=[0.95], flip_y=0.02, random_state=0)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
    folds = StratifiedKFold(n_splits, shuffle=True, random_state=0)
    search = GridSearchCV(make_pipeline(max_steps), make_grid(max_steps), scoring="average_precision", cv=folds)
    search.fit(X_train, y_train)

    table = tabulate(search)
    print(f"Average precision on {n_splits} folds of {len(y_train)} rows, {y_train.sum()} of the rare class\n")
    print(table.to_string(index=False, na_rep=""))
    print(f"\nThe best, {search.best_params_}:")
    print(f"{search.best_score_:.3f} in the search, {search.score(X_test, y_test):.3f} on {len(y_test)} other rows")
    return search, table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=200, help="default: %(default)s")
    main(parser.parse_args().max_steps)
