"""
Calibrated probabilities in scikit-learn's own Pipeline
=======================================================

A classifier that has learned a balanced table believes that every class is as frequent as any other, and its
probabilities are far too high for the rare one. You learn to keep what resampling gains, and to have probabilities of
the table as it is, with a classifier that goes wherever classifiers go: `ResampledClassifier`.

`python examples/calibrated_probabilities.py` takes less than a minute on one core. It prints Brier score, log loss and
balanced accuracy of out-of-fold predictions, and draws how often what was predicted came true:
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
# `make_pipeline` without a prefix is scikit-learn's here. It refuses samplers, but a ResampledClassifier is a
# classifier: it resamples within `fit`, and within `predict_proba` it undoes that the class shares were changed.
# `predict` it leaves alone, as resampling is done for its sake; with `threshold="tuned"` it finds the probability from
# which on to say yes, here the one that serves balanced accuracy most, on rows that were held out.
#
# Are some of your rows worth more than others? Pass `resampledclassifier__sample_weight=...` to the pipeline's `fit`:
# generated rows get the mean weight of their class, and probabilities are of the weighted table.
def make_pipelines(max_steps):
    """Return pipelines, by their names, three of them in scikit-learn's own Pipeline."""
    boosting = HistGradientBoostingClassifier(max_iter=50, random_state=0)
    sampler = GANOversampler(max_steps=max_steps, random_state=0)
    tuned = ResampledClassifier(boosting, sampler, threshold="tuned")
    return {
        "no resampling": make_pipeline(StandardScaler(), boosting),
        "sampler alone": sklearn_gan.make_pipeline(StandardScaler(), sampler, boosting),
        "ResampledClassifier": make_pipeline(StandardScaler(), ResampledClassifier(boosting, sampler)),
        "same, threshold tuned": make_pipeline(StandardScaler(), tuned),
    }


def predict_out_of_fold(pipeline, X, y, n_splits):
    """Return the probability of the rare class and the decision for each row, from where it was held out."""
    folds = StratifiedKFold(n_splits, shuffle=True, random_state=0)
    fitted = cross_validate(pipeline, X, y, cv=folds, return_estimator=True, return_indices=True)
    probabilities, decisions = y.astype(float), y.copy()
    for estimator, rows in zip(fitted["estimator"], fitted["indices"]["test"], strict=True):
        probabilities[rows] = estimator.predict_proba(X[rows])[:, 1]
        decisions[rows] = estimator.predict(X[rows])
    return probabilities, decisions


# %%
# The Brier score and the log loss judge probabilities, and are best if small. Balanced accuracy judges decisions. Look
# at the mean probability, too: it should be the share of the class.
def main(max_steps=200, n_splits=3, n_rows=3_000, path=PICTURE):
    """Compare four pipelines on the same folds, and draw the calibration of three."""
    X, y = make_classification(
        n_rows, n_features=12, n_informative=6, weights=[0.93], flip_y=0.02, class_sep=0.8, random_state=0
    )
    print(f"{y.sum()} of {len(y)} rows are of the rare class: {y.mean():.3f}\n")
    print(f"{'':24}{'mean probability':>18}{'Brier score':>13}{'log loss':>10}{'balanced accuracy':>19}")
    figures, predicted = {}, {}
    for name, pipeline in make_pipelines(max_steps).items():
        predicted[name], decisions = predict_out_of_fold(pipeline, X, y, n_splits)
        judged = [judge(y, predicted[name]) for judge in (brier_score_loss, log_loss)]
        figures[name] = [predicted[name].mean(), *judged, balanced_accuracy_score(y, decisions)]
        print(f"{name:24}{figures[name][0]:18.3f}{judged[0]:13.4f}{judged[1]:10.3f}{figures[name][3]:19.3f}")
    draw(y, predicted, path)
    return y, figures


# %%
# A point below the diagonal stands for rows whose probability was predicted too high.
def draw(y, predicted, path):
    """Draw how often the rare class came true where its probability was predicted, for all but the last."""
    figure, ax = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    for (name, probabilities), (color, marker, line) in zip(predicted.items(), STYLES, strict=False):
        style = {"color": color, "marker": marker, "linestyle": line, "markersize": 7}
        CalibrationDisplay.from_predictions(y, probabilities, n_bins=8, name=name, ax=ax, **style)
    ax.set(xlabel="predicted probability of the rare class", ylabel="share of rows that are of it")
    ax.legend(loc="upper left")
    figure.savefig(path, dpi=90)
    plt.close(figure)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=200, help="default: %(default)s")
    parser.add_argument("--path", type=Path, default=PICTURE, help="where the picture goes (default: beside this file)")
    options = parser.parse_args()
    main(options.max_steps, path=options.path)
