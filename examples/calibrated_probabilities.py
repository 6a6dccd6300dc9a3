"""
Calibrated probabilities in scikit-learn's Pipeline
===================================================

A classifier fitted on a balanced table overestimates the probability of the rare class. `ResampledClassifier` averages
classifiers fitted on real and resampled rows, and corrects the probabilities to the original class prior. It works
wherever scikit-learn accepts a classifier.

`python examples/calibrated_probabilities.py` takes less than a minute on one core. It prints the Brier score, log loss
and balanced accuracy of out-of-fold predictions, and writes calibration curves to
`examples/calibrated_probabilities.png`.
"""

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
from sklearn.calibration import CalibrationDisplay
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, log_loss
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sklearn_gan
from sklearn_gan import GANOversampler, ResampledClassifier

PICTURE = Path(__file__).with_suffix(".png")
STYLES = [("black", "o", "-"), ("#E69F00", "s", "--"), ("#0072B2", "^", "-.")]


# %%
# `make_pipeline` without a prefix is scikit-learn's. It rejects samplers but accepts `ResampledClassifier`, which
# resamples in `fit` and corrects the class prior in `predict_proba`. `predict` returns the rare class where its
# probability exceeds its share of the table. With `threshold="tuned"`, the decision threshold is tuned on out-of-fold
# predictions, here for balanced accuracy.
#
# To weight rows, pass `resampledclassifier__sample_weight=...` to the pipeline's `fit`. Synthetic rows receive the mean
# weight of their class, and the probabilities refer to the weighted table.
def make_pipelines(max_steps):
    """Return a dict of pipelines; all but the second use scikit-learn's Pipeline."""
    boosting = HistGradientBoostingClassifier(max_iter=50, random_state=0)
    sampler = GANOversampler(max_steps=max_steps, random_state=0)
    tuned = ResampledClassifier(boosting, sampler, threshold="tuned")
    return {
        "no resampling": make_pipeline(StandardScaler(), boosting),
        "sampler only": sklearn_gan.make_pipeline(StandardScaler(), sampler, boosting),
        "ResampledClassifier": make_pipeline(StandardScaler(), ResampledClassifier(boosting, sampler)),
        "same, tuned threshold": make_pipeline(StandardScaler(), tuned),
    }


def predict_out_of_fold(pipeline, X, y, n_splits):
    """Return the out-of-fold probability of the rare class and the predicted class of each row."""
    folds = StratifiedKFold(n_splits, shuffle=True, random_state=0)
    fitted = cross_validate(pipeline, X, y, cv=folds, return_estimator=True, return_indices=True)
    probabilities, decisions = y.astype(float), y.copy()
    for estimator, rows in zip(fitted["estimator"], fitted["indices"]["test"], strict=True):
        probabilities[rows] = estimator.predict_proba(X[rows])[:, 1]
        decisions[rows] = estimator.predict(X[rows])
    return probabilities, decisions


# %%
# The Brier score and log loss measure the quality of probabilities; lower is better. Balanced accuracy measures
# decisions. The mean probability should equal the share of the rare class.
def main(max_steps=200, n_splits=3, n_rows=3_000, path=PICTURE):
    """Compare four pipelines on the same folds, and draw the calibration curves of three."""
    X, y = make_classification(
        n_rows, n_features=12, n_informative=6, weights=[0.93], flip_y=0.02, class_sep=0.8, random_state=0
    )
    print(f"Share of the rare class: {y.sum()} of {len(y)} rows, {y.mean():.3f}\n")
    print(f"{'':24}{'mean probability':>18}{'Brier score':>13}{'log loss':>10}{'balanced accuracy':>19}")
    results, predicted = {}, {}
    for name, pipeline in make_pipelines(max_steps).items():
        predicted[name], decisions = predict_out_of_fold(pipeline, X, y, n_splits)
        losses = [metric(y, predicted[name]) for metric in (brier_score_loss, log_loss)]
        results[name] = [predicted[name].mean(), *losses, balanced_accuracy_score(y, decisions)]
        print(f"{name:24}{results[name][0]:18.3f}{losses[0]:13.4f}{losses[1]:10.3f}{results[name][3]:19.3f}")
    draw(y, predicted, path)
    return y, results


# %%
# Points below the diagonal have predicted probabilities that are too high.
def draw(y, predicted, path):
    """Draw the calibration curves of all pipelines except the last."""
    figure, ax = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    for (name, probabilities), (color, marker, line) in zip(predicted.items(), STYLES, strict=False):
        style = {"color": color, "marker": marker, "linestyle": line, "markersize": 7}
        CalibrationDisplay.from_predictions(y, probabilities, n_bins=8, name=name, ax=ax, **style)
    ax.set(xlabel="predicted probability of the rare class", ylabel="observed share of the rare class")
    ax.legend(loc="upper left")
    figure.savefig(path, dpi=90)
    plt.close(figure)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=200, help="default: %(default)s")
    parser.add_argument("--path", type=Path, default=PICTURE, help="path of the figure (default: next to this file)")
    options = parser.parse_args()
    main(options.max_steps, path=options.path)
