"""
Why averaging with the real table helps
=======================================

`ResampledClassifier` averages classifiers fitted on synthetic and real rows with classifiers fitted on real rows alone.
This example shows the average precision for every weight between the two, on rows that no classifier has seen.

`python examples/averaging.py` takes about a minute on one core. It prints the gain of each weight over the classifier
alone, and draws it to `examples/averaging.png`.
"""

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from sklearn_gan import GANOversampler, ResampledClassifier

PICTURE = Path(__file__).with_suffix(".png")
WEIGHTS = np.linspace(0, 1, 11)
CLASSIFIERS = {
    "k-nearest neighbours": KNeighborsClassifier(),
    "random forest": RandomForestClassifier(random_state=0),
    "logistic regression": LogisticRegression(),
}
STYLES = [("#0072B2", "o", "-"), ("#E69F00", "s", "--"), ("black", "^", "-.")]


# %%
# The rows of the rare class are few: 40 of 1,000. Five thousand rows measure the average precision.
def make_tables(seed):
    """Return the training rows, the test rows and their classes."""
    X, y = make_classification(
        6000, n_features=8, n_informative=5, weights=[0.96], flip_y=0.01, class_sep=0.8, random_state=seed
    )
    return train_test_split(X, y, train_size=1000, stratify=y, random_state=seed)


# %%
# A fitted `ResampledClassifier` has all of its classifiers in `estimators_`. Bayes' rule divides the probabilities of
# each by the class prior of its own rows: half and half for resampled rows, that of the table for real rows. The
# logarithms can then be averaged with any weight. The parameter `real_weight` does the same.
def mean_scores(fitted, X, kind):
    """Return the mean log-odds of the rare class over the classifiers of one kind, relative to their prior."""
    prior = np.array([0.5, 0.5]) if kind == "resampled" else fitted.class_prior_
    scores = []
    for classifier, name in zip(fitted.estimators_, fitted.estimator_names_, strict=True):
        if name == kind:
            ratios = classifier.predict_proba(X) / prior + 0.002  # the logarithm of a probability of 0 stays finite
            scores.append(np.log(ratios[:, 1] / ratios[:, 0]))
    return np.mean(scores, axis=0)


# %%
# For nearest neighbours and forests, the gain is largest in between. Synthetic rows make the classifiers differ, so
# that their errors partly cancel, and they fill the space between the few rare rows. But they also contain errors of
# the generator, which the classifiers on real rows do not share. Logistic regression varies little from sample to
# sample: averaging has little to gain, and here it loses.
def gains(classifier, max_steps, n_tables):
    """Return the gain in average precision over the classifier alone for each weight, averaged over tables."""
    found = []
    for seed in range(n_tables):
        X, X_test, y, y_test = make_tables(seed)
        sampler = GANOversampler(n_candidates=1, max_steps=max_steps, random_state=0)
        fitted = ResampledClassifier(classifier, sampler).fit(X, y)
        resampled, real = (mean_scores(fitted, X_test, kind) for kind in ("resampled", "real"))
        alone = average_precision_score(y_test, classifier.fit(X, y).predict_proba(X_test)[:, 1])
        pooled = [average_precision_score(y_test, w * real + (1 - w) * resampled) for w in WEIGHTS]
        found.append(np.array(pooled) - alone)
    return np.mean(found, axis=0)


def main(max_steps=200, n_tables=4, path=PICTURE):
    """Print and draw the gains of three classifiers."""
    print(f"{'weight of the real rows':24}" + "".join(f"{weight:8.1f}" for weight in WEIGHTS))
    found = {}
    for name, classifier in CLASSIFIERS.items():
        found[name] = gains(classifier, max_steps, n_tables)
        print(f"{name:24}" + "".join(f"{gain:+8.3f}" for gain in found[name]))
    draw(found, path)
    return found


def draw(found, path):
    """Draw the gain of each classifier as a curve."""
    figure, ax = plt.subplots(figsize=(6.4, 4.4), layout="constrained")
    for (name, values), (color, marker, line) in zip(found.items(), STYLES, strict=True):
        ax.plot(WEIGHTS, values, color=color, marker=marker, linestyle=line, label=name)
    ax.axhline(0, color="0.6", linewidth=1)
    ax.axvline(0.5, color="0.6", linewidth=1, linestyle=":")
    ax.annotate("default", (0.51, 0.02), xycoords=("data", "axes fraction"), color="0.4")
    ax.set(xlabel="weight of the classifiers fitted on real rows", ylabel="gain in average precision")
    ax.set_title("Flexible classifiers gain most from a mean of both kinds", fontsize="medium")
    ax.legend()
    figure.savefig(path, dpi=90)
    plt.close(figure)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=200, help="default: %(default)s")
    parser.add_argument("--path", type=Path, default=PICTURE, help="path of the figure (default: next to this file)")
    options = parser.parse_args()
    main(options.max_steps, path=options.path)
