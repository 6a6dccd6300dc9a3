"""
A first pipeline
================

Put the sampler in front of a classifier, cross-validate both as one, and look at the rows that were made. You learn
why resampling belongs inside the pipeline, why the pipeline is imbalanced-learn's, and how to tell generated rows from
your own.

`python examples/first_pipeline.py` takes about half a minute on one core and prints the scores of no resampling, of
SMOTE and of the GAN on the same folds; what becomes of the score if you resample before you split; and what
`fit_resample` returns.
"""

import argparse

import numpy as np
import sklearn.pipeline
from imblearn.over_sampling import SMOTE
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.preprocessing import StandardScaler

from sklearn_gan import GANOversampler, make_pipeline

N_MALIGNANT = 30
SCORING = "balanced_accuracy", "average_precision"


# %%
# The table has 357 benign tumours; of the malignant ones, class 1 here, the first 30 are kept.
def make_rare_malignant():
    """Return the tumours, all but 30 of the malignant ones left out."""
    X, y = load_breast_cancer(return_X_y=True)
    kept = np.sort(np.concatenate([np.flatnonzero(y == 1), np.flatnonzero(y == 0)[:N_MALIGNANT]]))
    return X[kept], 1 - y[kept]


# %%
# `make_pipeline` is imbalanced-learn's, handed on: in `fit` it resamples, in `predict` it passes the sampler over. So
# each fold trains on resampled rows, and is tested on real ones that the sampler has not seen. Order matters little for
# this sampler, which scales by itself; first in line, it gets the table as you know it.
def score_pipelines(X, y, max_steps, n_splits):
    """Return the mean scores on the same folds of no resampling, SMOTE and the GAN."""
    samplers = {
        "no resampling": "passthrough",
        "SMOTE": SMOTE(random_state=0),
        "GANOversampler": GANOversampler(max_steps=max_steps, random_state=0),
    }
    return {
        name: cross_validate_on(X, y, make_pipeline(sampler, StandardScaler(), LogisticRegression()), n_splits)
        for name, sampler in samplers.items()
    }


def cross_validate_on(X, y, pipeline, n_splits):
    folds = StratifiedKFold(n_splits, shuffle=True, random_state=0)
    scores = cross_validate(pipeline, X, y, cv=folds, scoring=SCORING)
    return [float(scores[f"test_{name}"].mean()) for name in SCORING]


# %%
# scikit-learn's own Pipeline refuses a sampler, because its steps may change columns but never rows. (A classifier that
# resamples inside its own `fit` goes there, too: see `calibrated_probabilities.py`.)
def ask_the_other_pipeline(X, y):
    """Return what scikit-learn's Pipeline says of a sampler."""
    try:
        sklearn.pipeline.make_pipeline(GANOversampler(), LogisticRegression()).fit(X, y)
    except TypeError as error:
        return str(error)


# %%
# It is tempting to resample the table once, and then to split it. But then folds are tested on generated rows, and
# trained on rows that were made from those that they are tested on. The score that comes out looks better and means
# nothing: no table that you will predict has such rows.
def score_the_wrong_way(X_resampled, y_resampled, n_splits):
    """Return the mean scores on folds of a table that was resampled before."""
    return cross_validate_on(X_resampled, y_resampled, make_pipeline(StandardScaler(), LogisticRegression()), n_splits)


# %%
# Without a pipeline, `fit_resample` returns your rows, then the generated ones, and `synthetic_mask_` says which they
# are.
def main(max_steps=300, n_splits=5):
    """Compare pipelines, and look at what a sampler returns."""
    X, y = make_rare_malignant()
    sampler = GANOversampler(max_steps=max_steps, random_state=0)
    X_resampled, y_resampled = sampler.fit_resample(X, y)

    scores = score_pipelines(X, y, max_steps, n_splits)
    scores["resampled before splitting: wrong"] = score_the_wrong_way(X_resampled, y_resampled, n_splits)
    print(f"{'mean of ' + str(n_splits) + ' folds':34}{'balanced accuracy':>18}{'average precision':>18}")
    for name, (balanced_accuracy, average_precision) in scores.items():
        print(f"{name:34}{balanced_accuracy:18.3f}{average_precision:18.3f}")

    print("\nscikit-learn's own Pipeline says:", ask_the_other_pipeline(X, y).split(" '")[0])
    synthetic = sampler.synthetic_mask_
    print(f"\nfit_resample: {len(X)} rows became {len(X_resampled)}, of which {synthetic.sum()} are generated.")
    real_radius, generated_radius = X[y == 1, 0].mean(), X_resampled[synthetic, 0].mean()
    print(f"Mean radius of malignant tumours: {real_radius:.1f} real, {generated_radius:.1f} generated.")
    return scores, X_resampled, y_resampled, synthetic


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=300, help="default: %(default)s")
    main(parser.parse_args().max_steps)
