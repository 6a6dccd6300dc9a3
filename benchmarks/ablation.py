"""Ablate the default: remove each part, or replace it by another technique."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np

from benchmarks.methods import METHODS, OURS, Method, gan
from sklearn_gan._networks import callbacks, trainer
from sklearn_gan._synthesis import candidate_selection
from sklearn_gan._table.column_kinds import numeric

UNTRAINED = {"generator": "residual", "max_steps": 1, "learning_rate": 1e-12}  # corrections of 0 leave the mixtures


def without(module, name, replacement):
    """Return the default with one attribute of `module` replaced."""

    def resample(X, y, seed):
        with patch.object(module, name, replacement):
            return gan().resample(X, y, seed)

    return Method(resample)


def _standard_scores(values, counts):
    return numeric._standardize(numeric.scale_exactly(values)[0], counts)


def _keep_learning_rate(self, net, **kwargs):
    """Do nothing instead of lowering the learning rate."""


def _without_classifier(position):
    make = candidate_selection._make_classifiers

    def make_others(*args):
        return [classifier for i, classifier in enumerate(make(*args)) if i != position]

    return without(candidate_selection, "_make_classifiers", make_others)


PARTS = {
    OURS: gan(),
    "selection": gan(n_candidates=1),
    "selection by forest": _without_classifier(0),
    "selection by extremely randomised trees": _without_classifier(1),
    "selection by boosting": _without_classifier(2),
    "acceptance: the best candidate is selected": without(candidate_selection, "ACCEPTED_SCORE", np.inf),
    "rows from mixtures": gan(generator="noise"),
    "rows from noise": gan(generator="residual"),
    "networks: mixtures and selection are left": gan(**UNTRAINED),
    "networks and selection: mixtures are left": gan(n_candidates=1, **UNTRAINED),
    "penalty": gan(gradient_penalty=0.0),
    "moving average": without(trainer, "AVERAGE_DECAY", 0.0),
    "decay of the learning rate": without(callbacks.LearningRateDecay, "on_epoch_begin", _keep_learning_rate),
    "normal scores": without(numeric, "_scores", _standard_scores),
}
REFERENCES = {OURS: gan(), "SMOTE": METHODS["SMOTE"]}
AXES = {
    "parts": PARTS,
    "loss": {
        **REFERENCES,
        "bce": gan(loss="bce"),
        "bce-saturating": gan(loss="bce-saturating"),
        "least_squares": gan(loss="least_squares"),
        "hinge": gan(loss="hinge"),
        "wasserstein": gan(loss="wasserstein"),
        "relativistic, no penalty": gan(gradient_penalty=0.0),
        "bce, no penalty": gan(loss="bce", gradient_penalty=0.0),
        "bce-saturating, no penalty": gan(loss="bce-saturating", gradient_penalty=0.0),
        "feature_matching 1": gan(feature_matching=1.0),
        "feature_matching 10": gan(feature_matching=10.0),
    },
    "mode": {
        **REFERENCES,
        "autoencoder": gan(mode="autoencoder"),
        "autoencoder, scale 0.5": gan(mode="autoencoder", perturbation_scale=0.5),
        "autoencoder, scale 2": gan(mode="autoencoder", perturbation_scale=2.0),
        "autoencoder, interpolate": gan(mode="autoencoder", perturbation="interpolate"),
    },
    "generator": {
        **REFERENCES,
        "residual": gan(generator="residual"),
        "noise": gan(generator="noise"),
        "autoencoder": gan(generator="autoencoder"),
        "autoencoder, reconstruction 0": gan(generator="autoencoder", reconstruction=0.0),
        "autoencoder, reconstruction 1": gan(generator="autoencoder", reconstruction=1.0),
    },
    "augment": {
        **REFERENCES,
        "autoencoder": gan(augment="autoencoder"),
        "autoencoder, share 0.5": gan(augment="autoencoder", augment_share=0.5),
        "autoencoder, share 0.5, scale 0.5": gan(augment="autoencoder", augment_share=0.5, perturbation_scale=0.5),
        "autoencoder, share 1": gan(augment="autoencoder", augment_share=1.0),
    },
    "missing": {
        "imputed first": gan(),
        "missing cells left to the sampler": replace(gan(), takes_missing=True),
    },
}
# Sixteen diverse tables from sixteen families: 9 to 300 rare rows, 3 to 100 columns, numeric and categorical.
TABLES = (
    "abalone9-18",
    "breast_cancer_cat",
    "car_eval_34",
    "cleveland_multi",
    "ecoli",
    "german_credit",
    "glass2",
    "haberman",
    "mammography",
    "new_thyroid1",
    "oil",
    "pima",
    "seismic_bumps",
    "us_crime",
    "vehicle1",
    "yeast_me2",
)


def choose_tables(tables, options):
    """Return the tables with missing values for the axis "missing"; otherwise those the user named, or `TABLES`."""
    tables = list(tables)
    if options.axis == "missing":
        return [table for table in tables if table.X.isna().any(axis=None)]
    named = [table for table in tables if table.name in TABLES]
    return tables if options.tables else named or tables
