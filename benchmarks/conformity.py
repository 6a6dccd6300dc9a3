"""Measure how often a classifier fitted on real rows assigns synthetic rows to the requested class."""

import warnings

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from benchmarks.protocol import encode, fill
from sklearn_gan import GANOversampler

N_DRAWN = 500
HELD_OUT = 1 / 3
METHODS = {
    "GANOversampler": {},
    "n_candidates 1": {"n_candidates": 1},
    "autoencoder": {"mode": "autoencoder", "n_candidates": 1},
}


def run(table, repeat, name, seed):
    """Return the record of one split: how often rows of the smaller classes are assigned to their class.

    The sampler and a forest with balanced class weights are fitted on two thirds of the rows. The rates are means over
    all classes except the largest, for held-out real rows and for synthetic rows.
    """
    rows = np.arange(len(table.y))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* have 1 row")
        train, test = train_test_split(rows, test_size=HELD_OUT, stratify=table.y, random_state=seed + repeat)
        X_train, X_test = fill(table.X.iloc[train], table.X.iloc[test])
        sampler = GANOversampler(device="cpu", random_state=seed + repeat, **METHODS[name]).fit(X_train, table.y[train])
    labels = np.delete(np.arange(table.y.max() + 1), np.bincount(table.y).argmax())
    asked = np.repeat(labels, N_DRAWN)
    X_known, X_drawn = encode(X_train, sampler.sample(y=asked))
    _, X_test = encode(X_train, X_test)
    forest = RandomForestClassifier(min_samples_leaf=5, class_weight="balanced_subsample", random_state=seed + repeat)
    forest.fit(X_known, table.y[train])
    held_out, generated = (
        _mean_recall(forest.predict(X), y, labels) for X, y in ((X_test, table.y[test]), (X_drawn, asked))
    )
    about = {"table": table.name, "family": table.family, "fold": repeat, "method": name}
    return [about | {"held_out": held_out, "generated": generated, "gap": generated - held_out}]


def _mean_recall(predicted, y, labels):
    return np.mean([(predicted[y == label] == label).mean() for label in labels if (y == label).any()])
