"""Whether generated rows hand back the rows that they were learned from, and what it costs to keep them away."""

from dataclasses import asdict

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from benchmarks.methods import CLASSIFIERS, OURS, Method
from benchmarks.methods import METHODS as RESAMPLERS
from benchmarks.protocol import fill, run_split
from sklearn_gan import GANOversampler
from sklearn_gan.metrics import memorization_report

HELD_OUT = 1 / 2
DISTANCES = (0.25, 0.5, 1.0)
KEPT_APART = {f"min_distance {distance}": distance for distance in DISTANCES}
COMPARED = (OURS, "SMOTE", "random", *KEPT_APART)
# Eight tables of two classes and of eight families: numbers alone, categories alone, both, 35 to 300 rare rows.
TABLES = (
    "abalone9-18",
    "breast_cancer_cat",
    "ecoli",
    "german_credit",
    "haberman",
    "pima",
    "vehicle1",
    "yeast_me2",
)


def choose_tables(tables, options):
    """Return the tables of two classes; unless the caller named some, those of them in `TABLES`."""
    binary = [table for table in tables if table.y.max() == 1]
    named = [table for table in binary if table.name in TABLES]
    return binary if options.tables else named or binary


def _gan(X, y, seed):
    """Yield rows of the default, and then of the same networks at each distance that they can keep."""
    n_rows = (y == 0).sum() - (y == 1).sum()
    sampler = GANOversampler(device="cpu", random_state=seed, min_distance=DISTANCES[0]).fit(X, y)
    for name, distance in {OURS: 0.0, **KEPT_APART}.items():
        sampler.set_params(min_distance=distance)
        try:
            yield name, sampler.sample(n_rows, y=1)
        except ValueError:
            return  # which the larger ones cannot be kept either


def _of_method(name):
    def draw(X, y, seed):
        yield name, RESAMPLERS[name].resample(X, y, seed)[0].iloc[len(X) :]

    return draw


METHODS = {OURS: _gan, "SMOTE": _of_method("SMOTE"), "random": _of_method("random")}


def run(table, repeat, name, seed):
    """Return the records of one split in halves: of the rare rows that were generated, and of those held out.

    AP and balanced accuracy are those of the held-out half, means over the classifiers.
    """
    rows = np.arange(len(table.y))
    train, test = train_test_split(rows, test_size=HELD_OUT, stratify=table.y, random_state=seed + repeat)
    (X, X_test), y = fill(table.X.iloc[train], table.X.iloc[test]), table.y[train]
    rare, held_out = X[y == 1], X_test[table.y[test] == 1]
    records = []
    for method, drawn in METHODS[name](X, y, seed + repeat):
        report = memorization_report(rare, drawn, held_out, max_rows=None, random_state=seed)
        to_any_row = memorization_report(X, drawn, held_out, max_rows=None, random_state=seed).synthetic
        records.append(
            {"table": table.name, "family": table.family, "fold": repeat, "method": method, "n_drawn": len(drawn)}
            | asdict(report.synthetic)
            | {f"{figure}_holdout": value for figure, value in asdict(report.holdout).items()}
            | {"to_any_row": to_any_row.smallest_distance, "closer_to_real": report.closer_to_real}
            | report.attack._asdict()
            | _scores(table, train, test, (pd.concat([X, drawn]), np.append(y, np.ones(len(drawn), dtype=int))), seed)
        )
    return records


def _scores(table, train, test, resampled, seed):
    """Return the scores of classifiers that learn these rows."""
    scored = pd.DataFrame(run_split(table, train, test, Method(lambda *_: resampled), seed, CLASSIFIERS))
    return scored[["AP", "balanced_accuracy"]].mean().to_dict()
