"""How often a comparison of equal methods recommends the simplest: `python -m benchmarks.equal_methods`.

All methods are equal by construction, so whatever is recommended in place of the simplest one is recommended by chance.
They differ in one of two ways:

- "seeds": each is the same random classifier with its own seeds. Differences on a fold say nothing about other folds.
- "columns": each ignores another of several columns with the same distribution. Differences on a fold recur on the
  other folds of the table, with which it shares rows.
"""

import argparse

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.ensemble import BaggingClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier

from sklearn_gan import compare_samplers

BASELINE = "no resampling"
SCORING = ("average_precision", "roc_auc", "balanced_accuracy", "f1", "neg_brier_score")
N_METHODS = 5
SIZES = ((300, 30), (100, 12))  # rows, and rows of the rare class


def make_table(n_rows, n_rare, rng):
    """Return a table of two overlapping Gaussians, whose columns have the same distribution, and its classes."""
    y = np.repeat([0, 1], [n_rows - n_rare, n_rare])
    return rng.normal(size=(n_rows, N_METHODS)) + 0.8 * y[:, None], y


def without_column(X, column):
    return np.delete(X, column, axis=1)


def make_seeded(i):
    """Return three trees of bootstrap samples, which differ widely between seeds."""
    return BaggingClassifier(DecisionTreeClassifier(max_depth=4), n_estimators=3)


def make_ignorant(i):
    """Return naive Bayes that ignores column i."""
    return make_pipeline(FunctionTransformer(without_column, kw_args={"column": i}), GaussianNB())


KINDS = {"seeds": make_seeded, "columns": make_ignorant}


def run(kind, n_rows, n_rare, seed, **options):
    """Return the recommended method of each metric, for one table."""
    X, y = make_table(n_rows, n_rare, np.random.default_rng(seed))
    baseline, *others = map(KINDS[kind], range(N_METHODS))
    samplers = {f"method {i}": classifier for i, classifier in enumerate(others)}
    options = {"samplers": samplers, "scoring": SCORING, "random_state": seed, **options}
    return {verdict.metric: verdict.method for verdict in compare_samplers(baseline, X, y, **options).verdicts}


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
    parser.add_argument("--kind", choices=KINDS, default="seeds", help="how the methods differ")
    parser.add_argument("--tables", type=int, default=200, help="number of tables of each size")
    parser.add_argument("--scoring", nargs="+", default=SCORING, help="metrics")
    options = parser.parse_args()
    for size in SIZES:
        recommended = [run(options.kind, *size, seed, scoring=options.scoring) for seed in range(options.tables)]
        print(
            "{:,} rows, {} of the rare class, {} equal methods that differ in {}".format(*size, N_METHODS, options.kind)
        )
        print(summarize(recommended).round(3).to_string(), flush=True)


if __name__ == "__main__":
    main()
