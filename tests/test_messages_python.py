"""What the estimators, the metrics and the displays say of parameters, tables and training, word for word.

"[...]" stands for what differs from one library or machine to the next.
"""

import pickle
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import matplotlib
import numpy as np
import pandas as pd
import pytest
import torch
from imblearn import FunctionSampler
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import ClusterCentroids
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from skorch.callbacks import Callback
from torch import nn

from sklearn_gan import GANImputer, GANOversampler, ResampledClassifier, metrics
from sklearn_gan._persistence.values import import_library
from sklearn_gan._runtime.device import choose_device
from sklearn_gan.displays import ParentsDisplay, SyntheticDataDisplay, TrainingDisplay

y = np.repeat([0, 1], [20, 12])
X = np.random.default_rng(0).normal(size=(32, 2)) + y[:, None]
NAMED = pd.DataFrame(X, columns=["a", "b"])
DAY, LAST_DAY = pd.Timestamp("2020-01-01").as_unit("ns"), pd.Timestamp("9999-12-31").as_unit("s")
EMPTY = pd.DataFrame({"a": pd.Series([None] * 32, dtype=object)})
TINY = {"max_steps": 2, "hidden_layer_sizes": (8,), "random_state": 0}
THREE = np.arange(32) % 3


def sampler(**params):
    return GANOversampler(**{"n_candidates": 1, "generator": "residual", **TINY, **params})


@cache
def fitted():
    return sampler().fit(X, y)


def imputer(**params):
    return GANImputer(**TINY, **params)


def classifier(learner=None, balancer=None, **params):
    return ResampledClassifier(learner or LogisticRegression(), balancer or SMOTE(k_neighbors=1), **params)


class Break(Callback):
    """Make the weights NaN at the end."""

    def on_epoch_end(self, net, **kwargs):
        with torch.no_grad():
            next(net.module_.parameters()).fill_(torch.nan)


class Poison(Callback):
    """Make the first gradient NaN."""

    def on_train_begin(self, net, **kwargs):
        self.factors_ = [torch.nan]
        next(net.module_.parameters()).register_hook(lambda grad: grad * (self.factors_.pop() if self.factors_ else 1))


def refuse(estimator, X, y):
    raise ValueError("none")


class Crooked(nn.Module):
    """Returns a row too few, or a logit too few, and has no activation function."""

    def __init__(self, **sizes):
        super().__init__()
        self.layer = nn.LazyLinear(1)

    def forward(self, rows, labels):
        return self.layer(rows)[1:]


class Straight(Crooked):
    """A discriminator without an activation function."""

    def forward(self, rows, labels):
        return self.layer(rows)


def collapse():
    with patch("sklearn_gan._networks.coverage.Neighborhoods.measure", return_value=(0.0, 0.0)):
        sampler().fit(X, y)


def apart_from_a_single_row():
    with pytest.warns(UserWarning, match="have 1 row"):
        sampler(min_distance=0.1).fit_resample(X, np.append(y[:-1], 7))


def make_frame_without_a_library():
    with patch("sklearn_gan.metrics._report.find_spec", return_value=None):
        report = metrics.fidelity_report(X, X, classifier=GaussianNB(), random_state=0)
    return report.frame


def choose_a_device_that_is_told_of_at_length():
    with patch("torch.Generator", side_effect=RuntimeError("No generator. PyTorch has\ntwo libraries.")):
        choose_device("cuda")


SAMPLER = {
    "labels of several types": (
        ValueError,
        "Expected labels of one type in y, got labels that cannot be compared: [...]. Convert them, for example to "
        "strings.",
        lambda: sampler().fit(X, np.array(["a", "b", 3, "a"] * 8, dtype=object)),
    ),
    "rows without a label": (
        ValueError,
        "Expected a label in each row of y, got 8 row(s) that have none, the first of them row 2. Drop these rows.",
        lambda: sampler().fit(X, ["a", "b", None, "a"] * 8),
    ),
    "one class": (
        ValueError,
        "GANOversampler got 1 class in y, 0, in 32 row(s); expected at least 2 to balance. Pass rows of the other "
        "classes too.",
        lambda: sampler().fit(X, np.zeros(32, dtype=int)),
    ),
    "a distance that cannot be kept": (
        ValueError,
        "Expected 3 rows of class 1 at least min_distance=9.0 away from every real row, got 0 in 30 rounds of drawing; "
        "the largest distance that all of them reached is [...]. Lower `min_distance`, which needs no new fit, or ask "
        "for fewer rows.",
        lambda: sampler(min_distance=9.0).fit(X, y).sample(3, y=1),
    ),
    "a distance from a single row": (
        ValueError,
        "Expected at least 2 rows of each class that is drawn min_distance=0.1 away from real ones, got 1 of class(es) "
        "[7], which can only be repeated. Leave them out of `sampling_strategy`, or collect more rows.",
        apart_from_a_single_row,
    ),
    "candidates after fit": (
        ValueError,
        "Expected a sampler whose `n_candidates` was above 1 in `fit`, to choose among n_candidates=3, got one without "
        "judges of rows. Fit it again, or set `n_candidates` to 1.",
        lambda: sampler(n_candidates=1).fit(X, y).set_params(n_candidates=3).sample(3, y=1),
    ),
    "a distance after fit": (
        ValueError,
        "Expected a sampler whose `min_distance` was above 0 in `fit`, to draw min_distance=0.1 away from real rows, "
        "got one that has let go of them. Fit it again.",
        lambda: sampler().fit(X, y).set_params(min_distance=0.1).sample(3, y=1),
    ),
    "a single row": (
        UserWarning,
        "Class(es) [7] have 1 row, from which nothing can be learned: rows that are drawn for them repeat it. Collect "
        "more rows, or leave them out of `sampling_strategy`.",
        lambda: sampler().fit(X, np.append(y[:-1], 7)),
    ),
    "collapse": (
        ConvergenceWarning,
        "A generator covers only 0% of the real rows of class 1: it has collapsed to a few kinds of rows, or was not "
        "trained enough. Raise `max_steps` (2) or `latent_dim` (64), lower `learning_rate` (0.001), or take another "
        "`generator` or `loss`.",
        collapse,
    ),
    "divergence": (
        ConvergenceWarning,
        "Rows are mixtures of real ones, as SMOTE draws them. Training diverged 4 times, at last in step 1 with a "
        "learning rate of 1e+35. Lower `learning_rate`, which is 1e+38.",
        lambda: sampler(learning_rate=1e38, max_steps=3, generator="both").fit(X, y),
    ),
    "divergence at the end": (
        ConvergenceWarning,
        "Rows are mixtures of real ones, as SMOTE draws them. Training diverged: after 2 steps the weights are not "
        "finite. Lower `learning_rate`, which is 0.001.",
        lambda: sampler(callbacks=[Break()]).fit(X, y),
    ),
    "divergence that was mended": (
        ConvergenceWarning,
        "Training diverged in step(s) [1], and went on from before with a tenth of the learning rate each time. Lower "
        "`learning_rate`, which is 0.001.",
        lambda: sampler(callbacks=[Poison()]).fit(X, y),
    ),
    "divergence of the imputer at the end": (
        FloatingPointError,
        "Training diverged: after 2 steps the weights are not finite. Lower `learning_rate`, which is 0.004.",
        lambda: GANImputer(**TINY, callbacks=[Break()]).fit(X),
    ),
    "divergence of the imputer": (
        FloatingPointError,
        "Training diverged 4 times, at last in step 1 with a learning rate of 1e+35. Lower `learning_rate`, which is "
        "1e+38.",
        lambda: GANImputer(**TINY | {"learning_rate": 1e38, "max_steps": 3}).fit(X),
    ),
    "no label to draw": (
        ValueError,
        "Expected in `y` the label to draw, or one for each row, got None. Labels seen in fit: [0, 1]. Ask for one of "
        "these.",
        lambda: fitted().sample(3),
    ),
    "no number of rows": (
        ValueError,
        "Expected `n_samples` to be an integer, 0 or larger, got None. Pass how many rows of class 1 to draw.",
        lambda: fitted().sample(y=1),
    ),
    "other number of rows": (
        ValueError,
        "Expected a label, or one for each row that `n_samples` asks for, got labels of shape (2,) and n_samples=3. "
        "Leave `n_samples` out to draw a row for each label.",
        lambda: fitted().sample(3, y=[0, 1]),
    ),
    "unseen label": (
        ValueError,
        "Label(s) [7] were not seen in fit. Labels seen in fit: [0, 1]. Ask for one of these.",
        lambda: fitted().sample(3, y=7),
    ),
}
PARAMETERS = {
    "layers": (
        ValueError,
        "Expected `hidden_layer_sizes` to hold one or more positive integers, got (8, 0). Pass the width of each "
        "layer: (256, 256) makes two hidden ones of 256 units.",
        lambda: sampler(hidden_layer_sizes=(8, 0)).fit(X, y),
    ),
    "instance of a module": (
        ValueError,
        "Expected `generator` to be a name or a subclass of torch.nn.Module, got an instance of Identity. Pass the "
        "class: the sampler makes its own instance, of the sizes of the table.",
        lambda: sampler(generator=nn.Identity()).fit(X, y),
    ),
    "class of no module": (
        ValueError,
        "Expected `discriminator` to be a name or a subclass of torch.nn.Module, got the class dict. Derive it from "
        "torch.nn.Module.",
        lambda: sampler(discriminator=dict).fit(X, y),
    ),
    "shape of a generator": (
        ValueError,
        "Expected the generator Crooked to return a Tensor of shape (128, 2), got (127, 1). Let the module reshape "
        "rows, which are flat.",
        lambda: sampler(generator=Crooked).fit(X, y),
    ),
    "shape of a discriminator": (
        ValueError,
        "Expected the discriminator Crooked to return a Tensor of shape (256,) or (256, 1), got (255, 1). Let the "
        "module reshape rows, which are flat.",
        lambda: sampler(discriminator=Crooked).fit(X, y),
    ),
    "no activations": (
        ValueError,
        "`feature_matching` compares what the discriminator's activation functions return; expected modules of "
        "torch.nn such as LeakyReLU among its parts, found none. Make them parts of it, or set the weight to 0.",
        lambda: sampler(discriminator=Straight, feature_matching=1.0).fit(X, y),
    ),
    "unread": (
        UserWarning,
        "What was set in `generator`, `loss` has no effect with mode='autoencoder', generator='residual' and "
        "augment=None. Leave it at its default, or choose what reads it.",
        lambda: sampler(mode="autoencoder", loss="hinge").fit(X, y),
    ),
    "device": (
        ValueError,
        'Expected `device` to be "auto" or a device that this torch can use, got \'abacus\': [...]. Pass "cpu", which '
        "is always there.",
        lambda: sampler(device="abacus").fit(X, y),
    ),
    "device that is told of at length": (
        ValueError,
        'Expected `device` to be "auto" or a device that this torch can use, got \'cuda\': No generator. Pass "cpu", '
        "which is always there.",
        choose_a_device_that_is_told_of_at_length,
    ),
    "mask": (
        ValueError,
        "Expected a mask of 2 entries in `categorical_features`, one for each column, got 3. Pass names or positions "
        "to list the categories only.",
        lambda: sampler(categorical_features=[True, False, True]).fit(X, y),
    ),
    "no such column": (
        ValueError,
        "Expected in `categorical_features` names or positions of columns, got 'c', which is no column of the table. "
        "Pass some of its 2 columns: 'a', 'b'.",
        lambda: sampler(categorical_features=["c"]).fit(NAMED, y),
    ),
}
TABLES = {
    "no numbers": (
        ValueError,
        "Column 'a' is not named in `categorical_features`, so that numbers were expected in it, but it holds 'x'. "
        "Name it there, or convert it to numbers.",
        lambda: sampler(categorical_features=[]).fit(NAMED.assign(a="x"), y),
    ),
    "no cells": (
        ValueError,
        "Column 'a' is not named in `categorical_features`, so that numbers were expected in it, but it holds nothing "
        "but missing cells. Name it there, or convert it to numbers.",
        lambda: sampler(categorical_features=[]).fit(NAMED.assign(a=pd.array([None] * 32, dtype="string")), y),
    ),
    "infinity": (
        ValueError,
        "Column 1 contains infinity (inf), or a number too large for a float, in 2 row(s), the first of them row 0; "
        "expected finite numbers or missing cells. Replace it, for example by NaN.",
        lambda: sampler().fit(np.where(np.isin(X, X[[0, 5], 1]), np.inf, X), y),
    ),
    "lists in cells": (
        TypeError,
        "Column 'a' holds cells that cannot be told apart as categories ([...]); each argument must be a string, a "
        "number, a boolean or another hashable value. Convert them, for example to strings.",
        lambda: sampler().fit(pd.DataFrame({"a": [[1]] * 32}), y),
    ),
    "array of bytes": (
        ValueError,
        "Expected an array of numbers, strings, booleans, dates, durations or objects, got dtype |V3. Pass a data "
        "frame, or an array that has a column for each field.",
        lambda: sampler().fit(np.zeros((32, 1), dtype="V3"), y),
    ),
    "column of periods": (
        ValueError,
        "Column 'a' holds period[M]: expected numbers, strings, booleans, categories, dates or durations. Convert the "
        "column to one of them, or drop it.",
        lambda: sampler().fit(NAMED.assign(a=pd.period_range("2020", periods=32, freq="M")), y),
    ),
    "columns of one name": (
        ValueError,
        "Expected columns of different names, got several called 'a'. Rename them, or drop all but one of each.",
        lambda: sampler().fit(pd.concat([NAMED, NAMED[["a"]]], axis=1), y),
    ),
    "nothing observed": (
        ValueError,
        "Expected an observed cell, or a column of numbers, in X, got 32 row(s) of categories that are all missing, "
        "from which nothing can be learned. Pass rows that have some.",
        lambda: sampler().fit(EMPTY, y),
    ),
    "empty frame": (
        ValueError,
        "Found array with 0 sample(s) and 2 feature(s) (shape=(0, 2)) while a minimum of 1 of each is required by "
        "GANOversampler. Pass a frame that has rows and columns.",
        lambda: sampler().fit(NAMED[:0], y[:0]),
    ),
}
IMPUTER = {
    "nothing observed": (
        ValueError,
        "Expected an observed cell, or a column of numbers, in X, got 32 row(s) of categories that are all missing, "
        "from which nothing can be learned. Pass rows that have some.",
        lambda: imputer().fit(EMPTY),
    ),
    "sparse": (
        TypeError,
        "Sparse data was passed to GANImputer, but dense data is required: what a sparse matrix leaves out are zeros, "
        "not missing cells. Use `.toarray()` to convert it.",
        lambda: imputer().fit(sparse.csr_array(X)),
    ),
    "dates in place of numbers": (
        ValueError,
        "Expected numbers in column 'a', as in `fit`, got dates without a time zone. Convert either column to the type "
        "of the other.",
        lambda: imputer().fit(NAMED).transform(NAMED.assign(a=DAY)),
    ),
    "dates beyond the finer unit": (
        ValueError,
        "Expected in column 'a' what datetime64[ns] can hold, the type of the finer of two tables, got "
        "9999-12-31T00:00:00. Replace it, or convert the column of the finer table to datetime64[s].",
        lambda: imputer().fit(NAMED.assign(a=DAY)).transform(NAMED.assign(a=LAST_DAY)),
    ),
}
CLASSIFIER = {
    "one class": (
        ValueError,
        "ResampledClassifier got 1 class(es) in y, [0]; expected at least 2 to tell apart. Pass rows of the other "
        "classes too.",
        lambda: classifier().fit(X, np.zeros(32, dtype=int)),
    ),
    "threshold of three": (
        ValueError,
        "Only binary classification is supported if `threshold` is 0.5; expected two classes, got 3. Leave it at None: "
        "the classifier that has learned the resampled rows decides.",
        lambda: classifier(threshold=0.5).fit(X, THREE),
    ),
    "threshold of no probabilities": (
        ValueError,
        "Expected a classifier that has `predict_proba`, because `threshold` is 0.5, got LinearSVC. Leave it at None, "
        "or calibrate the classifier.",
        lambda: classifier(LinearSVC(), threshold=0.5).fit(X, y),
    ),
    "tuned with a single row": (
        ValueError,
        "Expected at least 2 rows of each class to tune the threshold with, got a class of 1. Set `threshold` to a "
        "number or None, or collect more rows.",
        lambda: classifier(balancer=FunctionSampler(), threshold="tuned").fit(X[:21], y[:21]),
    ),
    "tuned on folds too small": (
        ValueError,
        "Expected folds that can be resampled and learned, to tune the threshold on, got one that cannot (Expected "
        "n_neighbors <= n_samples_fit, but n_neighbors = 12, n_samples_fit = 9, n_samples = 9). Pass another `cv`, "
        "change the sampler, or set `threshold` to a number or None.",
        lambda: classifier(balancer=SMOTE(k_neighbors=11), threshold="tuned").fit(X, y),
    ),
    "folds too small": (
        UserWarning,
        "A fold could not be resampled and learned (Expected n_neighbors <= n_samples_fit, but n_neighbors = 12, "
        "n_samples_fit = 9, n_samples = 9), so that Bayes' rule alone corrects the prior. Pass another `cv`, change "
        'the sampler, or set `correct_prior` to "analytic".',
        lambda: classifier(balancer=SMOTE(k_neighbors=11)).fit(X, y),
    ),
    "scoring": (
        ValueError,
        "Expected in `scoring` a scorer that judges decisions by a number, got one that returned ValueError('none'). "
        'Take a name such as "balanced_accuracy" or "f1", or make one by `sklearn.metrics.make_scorer`.',
        lambda: classifier(threshold="tuned", scoring=refuse).fit(X, y),
    ),
    "class without weight": (
        ValueError,
        "Expected something of each class, but `sample_weight` gives no weight to class(es) [1]. Leave their rows out, "
        "or keep some of them.",
        lambda: classifier().fit(X, y, sample_weight=1 - y),
    ),
    "class without rows": (
        ValueError,
        "Expected something of each class, but FunctionSampler returns no row of class(es) [2]. Leave their rows out, "
        "or keep some of them.",
        lambda: classifier(balancer=FunctionSampler(func=lambda X, y: (X[y < 2], y[y < 2]))).fit(X, THREE),
    ),
    "weights that follow no sampler": (
        ValueError,
        "Expected a sampler that tells which rows are real ones, because 'sample_weight' goes along with them, got "
        "ClusterCentroids, which does not. Leave it out, or take a sampler that has `sample_indices_` or appends rows, "
        "as the over-samplers of imbalanced-learn do.",
        lambda: classifier(balancer=ClusterCentroids(random_state=0)).fit(X, y, sample_weight=y + 1),
    ),
    "values that generated rows cannot have": (
        ValueError,
        "Expected in 'note' what generated rows can have, too, got a value for each real row, and 8 rows were "
        "generated; only sample weights are extended to them. Leave it out, or take a sampler that chooses among real "
        "rows, such as RandomUnderSampler.",
        lambda: classifier().fit(X, y, note=X[:, 0]),
    ),
    "no routing": (
        ValueError,
        "`predict` was passed 'offset', which the classifier gets only with metadata routing. Enable it by "
        "sklearn.set_config(enable_metadata_routing=True), or leave it out.",
        lambda: classifier().fit(X, y).predict(X, offset=1),
    ),
}
METRICS = {
    "one row to compare with": (
        ValueError,
        "Expected at least 2 rows in `holdout`, got 1. Pass more rows.",
        lambda: metrics.memorization_report(X, X, X[:1]),
    ),
    "other number of columns": (
        ValueError,
        "Expected 2 columns in `synthetic`, as `real` has, got 1. Pass the same columns in the same order.",
        lambda: metrics.energy_distance(X, X[:, :1]),
    ),
    "other columns": (
        ValueError,
        "Expected the columns of `real` in `synthetic`, got others: missing are ['b'], unknown are ['c']. Rename them, "
        "or pass the columns that both have.",
        lambda: metrics.energy_distance(NAMED, NAMED.rename(columns={"b": "c"})),
    ),
    "cells of one of the tables": (
        ValueError,
        "In `synthetic`: Column 'a' is not named in `categorical_features`, so that numbers were expected in it, but "
        "it holds 'x'. Name it there, or convert it to numbers.",
        lambda: metrics.energy_distance(NAMED, NAMED.assign(a="x")),
    ),
    "numbers in place of dates": (
        ValueError,
        "In `synthetic`: Expected dates without a time zone in column 'a', as in `real`, got numbers. Convert "
        "either column to the type of the other.",
        lambda: metrics.energy_distance(NAMED.assign(a=DAY), NAMED),
    ),
    "neighbours": (
        ValueError,
        "Expected more than n_neighbors=5 rows in `synthetic`, got 5. Lower `n_neighbors`, or pass more rows.",
        lambda: metrics.precision_recall_density_coverage(X, X[:5]),
    ),
    "folds of rows": (
        ValueError,
        "Expected at least n_splits=5 rows in `real`, one for each fold, got 4. Lower `n_splits`, or pass more rows.",
        lambda: metrics.classifier_two_sample_test(X[:4], X),
    ),
    "folds of classes": (
        ValueError,
        "Expected at least n_splits=5 rows of each class in `y_real`, one for each fold, got 2 of 1. Lower `n_splits`, "
        "or pass more rows.",
        lambda: metrics.utility(X[:22], X, y[:22], y),
    ),
    "labels": (
        ValueError,
        "Expected in `y_synthetic` two or more of the labels of `y_real`, [0, 1], and no others, got [0]. Pass "
        "synthetic rows of several classes.",
        lambda: metrics.utility(X, X[:20], y, y[:20]),
    ),
    "one target": (
        ValueError,
        "Expected both or none of `y_real` and `y_synthetic`, got one. Pass the labels of both tables for the utility, "
        "or leave them out.",
        lambda: metrics.fidelity_report(X, X, y_real=y),
    ),
    "no library": (
        ImportError,
        "Expected one of pandas, polars, pyarrow to make a frame with, found none. Install one, or read the attributes "
        "of the report.",
        make_frame_without_a_library,
    ),
}
DISPLAYS = {
    "classifier": (
        TypeError,
        "Expected a fitted GANOversampler, got ResampledClassifier. Pass one, such as the `sampler_` of a fitted "
        "ResampledClassifier.",
        lambda: SyntheticDataDisplay.from_estimator(classifier(), X, y),
    ),
    "parents of a classifier": (
        TypeError,
        "Expected a fitted GANOversampler, got ResampledClassifier. Pass one, such as the `sampler_` of a fitted "
        "ResampledClassifier.",
        lambda: ParentsDisplay.from_estimator(classifier(), X),
    ),
    "training of nothing": (
        TypeError,
        "Expected a fitted GANOversampler or GANImputer, got SMOTE. Pass one, such as the `sampler_` of a fitted "
        "ResampledClassifier.",
        lambda: TrainingDisplay.from_estimator(SMOTE()),
    ),
    "Axes": (
        ValueError,
        "Expected 2 Axes, one for each panel, or a single one, which is divided, got 3. Make as many by "
        "`plt.subplots(2)`.",
        lambda: ParentsDisplay.from_estimator(fitted(), X, ax=[None] * 3),
    ),
    "losses": (
        ValueError,
        "Expected a value of 'generator_loss' for each of 2 steps, got 3. Pass as many.",
        lambda: TrainingDisplay(steps=[50, 100], losses={"generator_loss": [1, 2, 3]}).plot(),
    ),
    "class": (
        ValueError,
        "Expected rows of class 7 in y to compare with, got [0, 1]. Pass some, or another `label`.",
        lambda: SyntheticDataDisplay.from_estimator(fitted(), X, y, label=7),
    ),
    "kind": (
        ValueError,
        "Expected `kind` to be one of 'marginals', 'plane', 'associations', or a tuple of them, got 'moments'. Leave "
        "it out to draw all.",
        lambda: SyntheticDataDisplay.from_tables(X, X, kind="moments"),
    ),
    "plane": (
        ValueError,
        'Expected at least 2 real rows to span a plane, got 1. Leave "plane" out of `kind`, or pass more rows.',
        lambda: SyntheticDataDisplay.from_tables(X[:1], X, kind="plane"),
    ),
    "nothing": (
        ValueError,
        "Expected columns, a plane or differences of associations to draw, got none. Make the display by `from_tables` "
        "or `from_estimator`, which find them.",
        lambda: SyntheticDataDisplay().plot(),
    ),
    "noise": (
        ValueError,
        "Expected a row that was mixed from real ones, got 256 of class 1 without parents from generator='noise'. Fit "
        'a sampler with generator="residual", "both" or "autoencoder".',
        lambda: ParentsDisplay.from_estimator(sampler(generator="noise").fit(X, y), X),
    ),
    "row of noise": (
        ValueError,
        "Expected a row that was mixed from real ones, got row 1, which has no parents, as it was made from noise. "
        "Choose one whose `parents` are not all -1.",
        lambda: ParentsDisplay.from_sample(X, X, [[3], [-1]], [[1], [0]], row=1),
    ),
    "other table": (
        ValueError,
        "Expected in X the table that was fitted, which has a row at position 9, got 5 row(s). Pass the X of `fit`.",
        lambda: ParentsDisplay.from_sample(X[:5], X, [[9]], [[1]]),
    ),
}


def save(sampler, old=b"", new=b""):
    """Save a sampler and load it, after a part of the file was replaced."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "it"
        sampler.save(path)
        path.write_bytes(path.read_bytes().replace(old, new, 1))
        GANOversampler.load(path)


def load_bytes(data):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "it"
        path.write_bytes(data)
        GANOversampler.load(path)


def save_in_little_space(place):
    with patch(place, 1):
        save(sampler(n_candidates=3).fit(np.where(np.isin(X, X.max()), np.nan, X), y))


def load_a_frame_without_its_library():
    with patch("sklearn_gan._persistence.values.import_module", side_effect=ImportError):
        import_library("polars")


def load_an_array_of_another_shape():
    with patch("sklearn_gan._networks.mixtures.RowMixer.to_document", lambda self: {"matrix": np.zeros(3)}):
        save(sampler().fit(X, y))


SAVING = {
    "nothing to hold it": (
        ValueError,
        "Expected column 0 to hold numbers, strings, booleans, dates or missing cells, as a file can without code, got "
        "dtype float128. Convert it to one of them before `fit`.",
        lambda: save(sampler().fit(X.astype(np.longdouble), y)),
    ),
    "code": (
        ValueError,
        "Expected `sampling_strategy` to be no code, which a file does not hold, got <class 'dict'>. Set it to one of "
        "the names, numbers or dicts that it takes, or pickle the sampler and load the pickle where you trust its "
        "source.",
        lambda: save(clone(sampler()).fit(X, y).set_params(sampling_strategy=dict)),
    ),
    "many flags": (
        ValueError,
        "Expected up to 1 pairs of a column that has missing cells and a feature, so that a file can be read, got 2. "
        "Drop columns, or fill their missing cells.",
        lambda: save_in_little_space("sklearn_gan._table.encoder.MAX_RULED"),
    ),
    "many classes": (
        ValueError,
        "Expected up to 1 pairs of a class and a row, for judges to learn again from a file, got 2 classes and 32 "
        "rows. Set `n_candidates` to 1 and fit again.",
        lambda: save_in_little_space("sklearn_gan._synthesis.candidate_selection.MAX_VOTES"),
    ),
    "many bytes": (
        ValueError,
        "Expected a sampler of 0 GiB and 1,000,000 arrays at most, got 0.0 GiB in [...] arrays. Fit it to fewer rows "
        "or columns.",
        lambda: save_in_little_space("sklearn_gan._persistence.file_format.MAX_BYTES"),
    ),
    "a device": (
        ValueError,
        "Expected /dev/null to be an ordinary file, found a device or a pipe. Name one that is.",
        lambda: GANOversampler.load("/dev/null"),
    ),
    "something else": (
        ValueError,
        "Expected [...]it to be a file that `save` wrote, found a pickle, of 15 bytes. Nothing in it was run. Pass one "
        "that was saved.",
        lambda: load_bytes(pickle.dumps("")),
    ),
    "a newer version": (
        ValueError,
        "Expected [...]it to be of format 1 at most, found 2, which a newer version wrote: {[...]}. Install that "
        "version of sklearn-gan.",
        lambda: save(fitted(), b'version":"1"', b'version":"2"'),
    ),
    "another estimator": (
        ValueError,
        "Expected [...]it to hold a GANOversampler, found GANUndersample. Take the class that saved it.",
        lambda: save(fitted(), b"GANOversampler", b"GANUndersample"),
    ),
    "no name of a device": (
        ValueError,
        'Expected `device` to be a string, "auto" or the name of a device, got None. Pass "cpu".',
        lambda: choose_device(None),
    ),
    "a damaged file": (
        ValueError,
        "Expected [...]it to be whole: a header that lists tensors, found KeyError: '__metadata__'. Take another copy "
        "of the file, or save the sampler again.",
        lambda: load_bytes((2).to_bytes(8, "little") + b"{}"),
    ),
    "what does not fit": (
        ValueError,
        "[...]it: expected net/mixer/matrix to be an array of float32 and shape (any, 2), found float64 (3,). Take "
        "another copy of the file, or save the sampler again.",
        load_an_array_of_another_shape,
    ),
    "a library that is not there": (
        ImportError,
        "Expected polars to be installed, because the sampler was fitted to a table of its types, found none. Install "
        "polars.",
        load_a_frame_without_its_library,
    ),
}
CASES = {
    f"{area}: {name}": case
    for area, cases in {
        "sampler": SAMPLER,
        "parameters": PARAMETERS,
        "tables": TABLES,
        "imputer": IMPUTER,
        "classifier": CLASSIFIER,
        "metrics": METRICS,
        "displays": DISPLAYS,
        "saving": SAVING,
    }.items()
    for name, case in cases.items()
}
TEXTS = {name: text for name, (_, text, _) in CASES.items()}


def pattern_of(text):
    """Return a pattern of the text."""
    return re.escape(text).replace(re.escape("[...]"), ".+")


def said(kind, provoke):
    """Return the messages of an exception or of warnings of one type."""
    if issubclass(kind, Warning):
        with pytest.warns(kind) as caught:
            provoke()
        return [str(warning.message) for warning in caught]
    with pytest.raises(kind) as caught:
        provoke()
    return [str(caught.value)]


@pytest.mark.parametrize("kind, text, provoke", CASES.values(), ids=CASES)
def test_it_is_said_word_for_word(kind, text, provoke):
    matplotlib.use("Agg")
    messages = said(kind, provoke)
    assert any(re.fullmatch(pattern_of(text), message) for message in messages), messages
