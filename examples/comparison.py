"""
Does resampling help on this table?
===================================

Compare several methods for class imbalance on the same folds, read the verdict for each metric, and plot the
differences fold by fold.

`python examples/comparison.py` takes a few minutes on one core. It prints the comparison, and writes
`examples/comparison.png`.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from imblearn.over_sampling import SMOTE
from PIL import Image
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_gan import GANOversampler, ResampledClassifier, compare_samplers

PICTURE = Path(__file__).with_name("comparison.png")
N_MALIGNANT = 40
NOISE = 1.5  # standard deviations of noise, because the classes are separated too easily


# %%
# The table has all 357 benign tumours and 40 malignant ones. Noise hides a part of the difference between them.
def make_table():
    """Return noisy measurements of the tumours, and their classes."""
    X, y = load_breast_cancer(return_X_y=True)
    kept = np.sort(np.concatenate([np.flatnonzero(y == 1), np.flatnonzero(y == 0)[:N_MALIGNANT]]))
    X, y = X[kept], np.where(y[kept] == 1, "benign", "malignant")
    return X + np.random.default_rng(0).normal(scale=NOISE * X.std(axis=0), size=X.shape), y


# %%
# The classifier includes its preprocessing. Each sampler stands before it, and receives the original columns. A value
# of the dict may also be a classifier, which takes the place of the given one.
def main(max_steps=400, cv=5, n_repeats=2, path=PICTURE):
    """Compare the methods, print the verdicts and save the plot."""
    X, y = make_table()
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
    sampler = GANOversampler(max_steps=max_steps)
    ensemble = ResampledClassifier(classifier, GANOversampler(max_steps=max_steps, n_candidates=1))
    comparison = compare_samplers(
        classifier,
        X,
        y,
        samplers={"class weights": "balanced", "SMOTE": SMOTE(), "GANOversampler": sampler, "ensemble": ensemble},
        cv=cv,
        n_repeats=n_repeats,
        scoring=["average_precision", "balanced_accuracy", "neg_brier_score"],
        random_state=0,
    )
    print(comparison)

    # %%
    # The recommended classifier is not fitted yet. The first metric determines it.
    best = comparison.best_.fit(X, y)
    print(f"\nRecommended for {comparison.verdicts[0].metric}: {type(best).__name__}")

    # %%
    # A dot is the difference to no resampling on one fold; the line is the interval of the mean difference.
    figure = comparison.plot().figure_
    figure.savefig(path, dpi=100)
    plt.close(figure)
    Image.open(path).convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(path, optimize=True)  # a small file
    return comparison


if __name__ == "__main__":
    main()
