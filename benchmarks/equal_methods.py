"""How often a comparison of equal methods recommends the simplest: `python -m benchmarks.equal_methods`.

All methods are equal by construction. Each is the same random classifier, and they differ only in their seeds. Whatever
is recommended in place of the simplest one is therefore recommended by chance.
"""

import argparse

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.ensemble import BaggingClassifier
from sklearn.tree import DecisionTreeClassifier

from sklearn_gan import compare_samplers

BASELINE = "no resampling"
SCORING = ("average_precision", "roc_auc", "balanced_accuracy", "f1", "neg_brier_score")
N_OTHERS = 4
N_FEATURES = 3
SIZES = ((300, 30), (100, 12))  # rows, and rows of the rare class


def make_table(n_rows, n_rare, rng):
    """Return a table of two overlapping Gaussians, and its classes."""
    y = np.repeat([0, 1], [n_rows - n_rare, n_rare])
    return rng.normal(size=(n_rows, N_FEATURES)) + y[:, None], y


def make_classifier():
    """Return three trees of bootstrap samples, which differ widely between seeds."""
    return BaggingClassifier(DecisionTreeClassifier(max_depth=4), n_estimators=3)


def run(n_rows, n_rare, seed, scoring=SCORING, **options):
    """Return the recommended method of each metric, for one table."""
    X, y = make_table(n_rows, n_rare, np.random.default_rng(seed))
    samplers = {f"seed {i}": make_classifier() for i in range(N_OTHERS)}
    options = {"samplers": samplers, "scoring": scoring, "random_state": seed, **options}
    comparison = compare_samplers(make_classifier(), X, y, **options)
    return {verdict.metric: verdict.method for verdict in comparison.verdicts}


def summarize(recommended):
    """Return the share of tables with the simplest method, and its 95% interval (Clopper and Pearson), by metric."""
    rows = {}
    for metric, methods in pd.DataFrame(recommended).items():
        n_simplest = int((methods == BASELINE).sum())
        low, high = binomtest(n_simplest, len(methods)).proportion_ci()
        rows[metric] = {"share": n_simplest / len(methods), "low": low, "high": high, "tables": len(methods)}
    return pd.DataFrame(rows).T.astype({"tables": int})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=200, help="number of tables of each size")
    parser.add_argument("--jobs", type=int, default=1, help="number of fits in parallel")
    options = parser.parse_args()
    for n_rows, n_rare in SIZES:
        recommended = [run(n_rows, n_rare, seed, n_jobs=options.jobs) for seed in range(options.tables)]
        print(f"{n_rows} rows, {n_rare} of the rare class, {N_OTHERS} methods equal to the simplest")
        print(summarize(recommended).round(3).to_string(), flush=True)


if __name__ == "__main__":
    main()
