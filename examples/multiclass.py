"""
Oversample several classes
==========================

Of 442 patients, most have mild disease progression after a year and few have severe progression. This example sets the
number of rows per class and shows the effect of resampling on the recall of each class.

`python examples/multiclass.py` takes about half a minute on one core. It prints the recall of each class without
resampling, with SMOTE and with the GAN on the same folds, and two confusion matrices.
"""

import argparse

import numpy as np
from imblearn.over_sampling import SMOTE
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, recall_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.preprocessing import StandardScaler

from sklearn_gan import GANOversampler, make_pipeline

CLASSES = ["mild", "marked", "severe"]


# %%
# The numeric disease progression is divided into three ordered classes with 238, 162 and 42 patients. Most errors are
# therefore between adjacent classes.
def make_progression():
    """Return the patients and the class of their disease progression."""
    X, progression = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
    return X, np.array(CLASSES)[np.digitize(progression, [150, 270])]


# %%
# By default, every class is oversampled to the size of the largest. A dict sets the total number of real and synthetic
# rows per class; classes that it omits are not resampled. In cross-validation, the sampler receives the training folds
# only, and a target below the number of rows there raises an error. A function of `y` that returns such a dict computes
# the targets for each fold.
#
# The column `sex` contains the numbers 1 and 2 but is categorical, so `categorical_features` lists it.
def halve_the_gap(y):
    """Return targets that halve the gap between each class and the largest."""
    labels, counts = np.unique(y, return_counts=True)
    return {label: (count + counts.max()) // 2 for label, count in zip(labels.tolist(), counts.tolist(), strict=True)}


def make_samplers(max_steps, severe):
    """Return a dict of samplers."""
    gan = {"categorical_features": ["sex"], "max_steps": max_steps, "random_state": 0}
    return {
        "no resampling": "passthrough",
        f"SMOTE, severe: {severe}": SMOTE(sampling_strategy={"severe": severe}, random_state=0),
        f"GAN, severe: {severe}": GANOversampler({"severe": severe}, **gan),
        "GAN, half the gap": GANOversampler(halve_the_gap, **gan),
        "SMOTE, all": SMOTE(random_state=0),
        "GAN, all": GANOversampler(**gan),
    }


# %%
# Resampling increases the recall of the rare class and decreases that of adjacent classes. Which is preferable depends
# on the cost of missing a severe case and of a false alarm.
def main(max_steps=200, n_splits=3, severe=120):
    """Print the recall of each class and the confusion matrices."""
    X, y = make_progression()
    folds = StratifiedKFold(n_splits, shuffle=True, random_state=0)
    recalls, confusions = {}, {}
    print(f"{'recall of':22}" + "".join(f"{label:>10}" for label in CLASSES) + f"{'mean':>10}")
    for name, sampler in make_samplers(max_steps, severe).items():
        pipeline = make_pipeline(sampler, StandardScaler(), LogisticRegression())
        predicted = cross_val_predict(pipeline, X, y, cv=folds)
        recalls[name] = recall_score(y, predicted, labels=CLASSES, average=None)
        confusions[name] = confusion_matrix(y, predicted, labels=CLASSES)
        scores = [*recalls[name], balanced_accuracy_score(y, predicted)]
        print(f"{name:22}" + "".join(f"{score:10.2f}" for score in scores))
    for name in ("no resampling", "GAN, all"):
        print(f"\n{name}: confusion matrix (rows: true class, columns: predicted class)")
        print(f"{'':12}" + "".join(f"{label:>8}" for label in CLASSES))
        for label, counts in zip(CLASSES, confusions[name], strict=True):
            print(f"{label:12}" + "".join(f"{count:8}" for count in counts))
    return y, recalls, confusions


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=200, help="default: %(default)s")
    main(parser.parse_args().max_steps)
