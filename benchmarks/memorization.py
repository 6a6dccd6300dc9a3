"""Measure how closely synthetic rows reproduce training rows, and the effect of `min_distance`."""

from dataclasses import asdict

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from benchmarks import statistics
from benchmarks.methods import CLASSIFIERS, OURS, Method
from benchmarks.methods import METHODS as RESAMPLERS
from benchmarks.protocol import fill, run_split
from sklearn_gan import GANOversampler
from sklearn_gan._table import library_of, read_tables
from sklearn_gan.metrics._memorization import measure_memorization

HELD_OUT = 1 / 2
DISTANCES = (0.25, 0.5, 1.0)
KEPT_APART = {f"min_distance {distance}": distance for distance in DISTANCES}
SCORES = ["AP", "balanced_accuracy"]
METRICS = ("copies", "distance_5th", "distance_median", "ratio_5th", "ratio_median")
# Eight binary tables from eight families: numeric, categorical or mixed, with 35 to 300 rare rows.
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
    """Return the tables with two classes: those the user named, or those in `TABLES`."""
    binary = [table for table in tables if table.y.max() == 1]
    named = [table for table in binary if table.name in TABLES]
    return binary if options.tables else named or binary


def _gan(X, y, seed):
    """Yield rows from the default, then from the same networks at each distance that all rows can satisfy."""
    n_rows = (y == 0).sum() - (y == 1).sum()
    sampler = GANOversampler(device="cpu", random_state=seed, min_distance=DISTANCES[0]).fit(X, y)
    for name, distance in {OURS: 0.0, **KEPT_APART}.items():
        sampler.set_params(min_distance=distance)
        try:
            yield name, sampler.sample(n_rows, y=1)
        except ValueError:
            return  # larger distances cannot be satisfied either


def _of_method(name):
    def draw(X, y, seed):
        yield name, RESAMPLERS[name].resample(X, y, seed)[0].iloc[len(X) :]

    return draw


METHODS = {OURS: _gan, "SMOTE": _of_method("SMOTE"), "random": _of_method("random")}


def run(table, repeat, name, seed):
    """Return the records of one split into halves, for synthetic and held-out rows of the rare class.

    AP and balanced accuracy are measured on the held-out half and averaged over the classifiers.
    """
    rows, seed = np.arange(len(table.y)), seed + repeat
    train, test = train_test_split(rows, test_size=HELD_OUT, stratify=table.y, random_state=seed)
    (X, X_test), y = fill(table.X.iloc[train], table.X.iloc[test]), table.y[train]
    rare, held_out = X[y == 1], X_test[table.y[test] == 1]
    records = []
    for method, drawn in METHODS[name](X, y, seed):
        report = _measure(rare, drawn, held_out, seed)
        to_any_row = _measure(X, drawn, held_out, seed).synthetic
        records.append(
            {"table": table.name, "family": table.family, "fold": repeat, "method": method, "n_drawn": len(drawn)}
            | asdict(report.synthetic)
            | {f"{metric}_holdout": value for metric, value in asdict(report.holdout).items()}
            | {"to_any_row": to_any_row.smallest_distance, "closer_to_real": report.closer_to_real}
            | report.attack._asdict()
            | _scores(table, train, test, (pd.concat([X, drawn]), np.append(y, np.ones(len(drawn), dtype=int))), seed)
        )
    return records


def _measure(real, synthetic, held_out, seed):
    """Return the report of `memorization_report` on all rows, without the figures of SMOTE."""
    tables = read_tables("auto", real=real, synthetic=synthetic, holdout=held_out)
    return measure_memorization(tables, library_of(real), max_rows=None, random_state=seed, with_smote=False)


def _scores(table, train, test, resampled, seed):
    """Return the mean scores of classifiers fitted on the resampled rows."""
    scored = pd.DataFrame(run_split(table, train, test, Method(lambda *_: resampled), seed, CLASSIFIERS))
    return scored[SCORES].mean().to_dict()


def against_held_out(found):
    """Return the means for held-out rows, followed by those of each method."""
    columns = [*METRICS, "closer_to_real", "auc", "above", "below", *SCORES]
    means = statistics.means(_with_verdicts(found), columns).loc[list(METHODS)]
    default = found[found["method"] == OURS].groupby("table").mean(numeric_only=True)
    held_out = pd.DataFrame({name: [default[f"{name}_holdout"].mean()] for name in METRICS}, index=["held-out rows"])
    return pd.concat([held_out, means]).rename_axis("method")


def each_table(found):
    """Return the metrics of the default and of SMOTE on each table, next to those of held-out rows."""
    columns = ["copies", "distance_5th", "distance_median"]
    beside = [name for column in columns for name in (column, f"{column}_holdout")]
    both = found[found["method"].isin((OURS, "SMOTE"))]
    means = both.groupby(["table", "method"])[[*beside, "closer_to_real", "auc", "low", "high"]].mean()
    return means.reset_index()


def at_distances(found):
    """Return the effect of each `min_distance` on the splits in which all rows satisfied it."""
    by_split = _with_verdicts(found).set_index(["table", "fold"])
    default = by_split[by_split["method"] == OURS]
    rows = {}
    for name in KEPT_APART:
        there = by_split[by_split["method"] == name]
        gained = (there[SCORES] - default.loc[there.index, SCORES]).groupby("table").mean()
        rows[name] = {
            "tables": there.index.get_level_values("table").nunique(),
            "splits": len(there),
            **there[["to_any_row", "distance_median", "closer_to_real", "auc", "above", "below"]].mean(),
            **gained.mean().rename(lambda score: f"{score} difference"),
            **gained.sem().rename(lambda score: f"{score} standard error"),
        }
    return pd.DataFrame(rows).T.rename_axis("method")


def _with_verdicts(found):
    """Add columns that mark an AUC whose interval lies above or below 0.5."""
    return found.assign(above=found["low"] > 0.5, below=found["high"] < 0.5)
