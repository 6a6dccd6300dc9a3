"""
Calibrated probabilities
========================

A classifier fitted on a balanced table overestimates the probability of the
rare class. :class:`~sklearn_gan.ResampledClassifier` corrects the
probabilities to the proportions of the original table. It is an ordinary
classifier, so scikit-learn's pipeline accepts it.
"""

# %%
# Three pipelines
# ---------------
#
# The second pipeline resamples without a correction. The third averages
# classifiers fitted on real and resampled rows, corrects the class prior of
# each, and calibrates their mean on out-of-fold predictions; see
# :doc:`/guide/probabilities`.

from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sklearn_gan
from sklearn_gan import GANOversampler, ResampledClassifier

X, y = make_classification(
    2_000,
    n_features=12,
    n_informative=6,
    weights=[0.93],
    flip_y=0.02,
    class_sep=0.8,
    random_state=0,
)
boosting = HistGradientBoostingClassifier(max_iter=30, random_state=0)
sampler = GANOversampler(max_steps=100, n_candidates=1, random_state=0)
pipelines = {
    "no resampling": make_pipeline(StandardScaler(), boosting),
    "GANOversampler only": sklearn_gan.make_pipeline(
        StandardScaler(), sampler, boosting
    ),
    "ResampledClassifier": make_pipeline(
        StandardScaler(), ResampledClassifier(boosting, sampler)
    ),
}

# %%
# Out-of-fold probabilities
# -------------------------
#
# The mean probability should equal the share of the rare class. The Brier
# score and the log loss measure the quality of probabilities; lower is better.

import pandas as pd
from sklearn.metrics import brier_score_loss, log_loss
from sklearn.model_selection import cross_val_predict

probabilities, results = {}, {}
for name, pipeline in pipelines.items():
    probabilities[name] = cross_val_predict(
        pipeline, X, y, cv=3, method="predict_proba"
    )[:, 1]
    results[name] = {
        "mean probability": probabilities[name].mean(),
        "Brier score": brier_score_loss(y, probabilities[name]),
        "log loss": log_loss(y, probabilities[name]),
    }
print(f"Share of the rare class: {y.mean():.3f}")
pd.DataFrame(results).T.round(3)

# %%
# Calibration curves
# ------------------
#
# Points below the diagonal have probabilities that are too high. Resampling
# alone has such points at all probabilities. Any resampling to other
# proportions has this effect, which the correction reduces (Elkan 2001; van
# den Goorbergh et al. 2022).

import matplotlib.pyplot as plt
from sklearn.calibration import CalibrationDisplay

fig, ax = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
styles = [("black", "o", "-"), ("#E69F00", "s", "--"), ("#0072B2", "^", "-.")]
for (name, predicted), (color, marker, line) in zip(
    probabilities.items(), styles, strict=True
):
    style = {"color": color, "marker": marker, "linestyle": line}
    CalibrationDisplay.from_predictions(
        y, predicted, n_bins=6, name=name, ax=ax, **style
    )
ax.set(
    xlabel="predicted probability of the rare class",
    ylabel="observed share of the rare class",
)
ax.set_title("Resampling alone predicts probabilities that are too high")
ax.legend(loc="upper left")
plt.show()

# %%
# **References**
#
# Elkan (2001). `The foundations of cost-sensitive learning
# <https://dl.acm.org/doi/10.5555/1642194.1642224>`_. IJCAI.
#
# van den Goorbergh, van Smeden, Timmerman and Van Calster (2022). `The harm of
# class imbalance corrections for risk prediction models
# <https://doi.org/10.1093/jamia/ocac093>`_. Journal of the American Medical
# Informatics Association 29(9).
