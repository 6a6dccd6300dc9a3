"""
Resample inside a pipeline
==========================

Combine the sampler and a classifier in a pipeline, cross-validate it, and inspect the synthetic rows. The example shows
why resampling belongs inside the pipeline, why the pipeline comes from imbalanced-learn, and how to identify synthetic
rows.

`python examples/first_pipeline.py` takes about half a minute on one core. It prints the scores without resampling, with
SMOTE and with the GAN on the same folds, the misleading scores of resampling before the split, and a summary of
`fit_resample`.
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
# The table has all 357 benign tumours and the first 30 malignant ones, which are class 1.
def make_rare_malignant():
    """Return all benign tumours and the first 30 malignant ones."""
    X, y = load_breast_cancer(return_X_y=True)
    kept = np.sort(np.concatenate([np.flatnonzero(y == 1), np.flatnonzero(y == 0)[:N_MALIGNANT]]))
    return X[kept], 1 - y[kept]


# %%
# `make_pipeline` comes from imbalanced-learn: the pipeline resamples in `fit` and skips the sampler in `predict`. Each
# fold therefore trains on resampled rows and tests on real rows that the sampler has not seen. The sampler scales
# columns itself, so its position matters little. As the first step, it receives the original columns.
def score_pipelines(X, y, max_steps, n_splits):
    """Return the mean scores without resampling, with SMOTE and with the GAN on the same folds."""
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
# scikit-learn's Pipeline rejects a sampler, because its steps may change columns but not rows. It accepts a classifier
# that resamples inside `fit`; see `calibrated_probabilities.py`.
def sklearn_pipeline_error(X, y):
    """Return the error message of scikit-learn's Pipeline for a sampler."""
    try:
        sklearn.pipeline.make_pipeline(GANOversampler(), LogisticRegression()).fit(X, y)
    except TypeError as error:
        return str(error)


# %%
# Do not resample the table before splitting it. The test folds would contain synthetic rows, and the training folds
# would contain rows synthesised from the test rows. The scores look better but do not estimate the performance on new
# rows.
def score_the_wrong_way(X_resampled, y_resampled, n_splits):
    """Return the mean scores on folds of a table resampled before the split."""
    return cross_validate_on(X_resampled, y_resampled, make_pipeline(StandardScaler(), LogisticRegression()), n_splits)


# %%
# `fit_resample` returns the real rows followed by the synthetic ones, and `synthetic_mask_` marks the synthetic rows.
def main(max_steps=300, n_splits=5):
    """Compare pipelines, and inspect the resampled table."""
    X, y = make_rare_malignant()
    sampler = GANOversampler(max_steps=max_steps, random_state=0)
    X_resampled, y_resampled = sampler.fit_resample(X, y)

    scores = score_pipelines(X, y, max_steps, n_splits)
    scores["resampled before splitting: wrong"] = score_the_wrong_way(X_resampled, y_resampled, n_splits)
    print(f"{'mean of ' + str(n_splits) + ' folds':34}{'balanced accuracy':>18}{'average precision':>18}")
    for name, (balanced_accuracy, average_precision) in scores.items():
        print(f"{name:34}{balanced_accuracy:18.3f}{average_precision:18.3f}")

    print("\nError of scikit-learn's Pipeline:", sklearn_pipeline_error(X, y).split(" '")[0])
    synthetic = sampler.synthetic_mask_
    print(f"\nfit_resample: {len(X)} real rows, {synthetic.sum()} synthetic rows, {len(X_resampled)} in total.")
    real_radius, synthetic_radius = X[y == 1, 0].mean(), X_resampled[synthetic, 0].mean()
    print(f"Mean radius of malignant tumours: {real_radius:.1f} real, {synthetic_radius:.1f} synthetic.")
    return scores, X_resampled, y_resampled, synthetic


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=300, help="default: %(default)s")
    main(parser.parse_args().max_steps)
