"""Compare synthetic rows of the rare class with held-out real rows, and check the relations between their columns."""

import warnings

import numpy as np
from sklearn.model_selection import train_test_split

from benchmarks.methods import OURS, make_smote
from sklearn_gan import GANOversampler
from sklearn_gan._table import TableEncoder, fit_codecs, open_container
from sklearn_gan._table.relations.check import find_breaches
from sklearn_gan.metrics import association_difference, kolmogorov_smirnov, total_variation
from sklearn_gan.relations import FixedCombinations

HELD_OUT = 1 / 3
FEWEST_DRAWN = 200
MISSING = "missing"
MEASURES = ["column_distance", "association_difference", "missing_difference", "lost_categories", "broken_relations"]


def choose_tables(tables, options):
    """Return the tables with two classes."""
    return [table for table in tables if table.y.max() == 1]


def _gan(**params):
    def draw(X, y, n_rows, seed):
        return GANOversampler(device="cpu", random_state=seed, **params).fit(X, y).sample(n_rows, y=1)

    return draw


def _smote(X, y, n_rows, seed):
    """Interpolate rows with means in place of missing numbers, and with a category for missing categories."""
    numbers, categories = X.select_dtypes("number"), X.select_dtypes("category")
    # Powers of 2 scale numbers without rounding errors, which could break relations.
    scales = 2.0 ** np.rint(np.log2(numbers.std().where(numbers.std() > 0, 1)))
    scaled = numbers.fillna(numbers.mean()).fillna(0) / scales
    named = {name: X[name].astype(object).fillna(MISSING).astype("category") for name in categories}
    drawn = _oversample(X.assign(**scaled, **named), y, n_rows, seed)
    restored = {name: drawn[name].astype(object).replace(MISSING, None).astype(X[name].dtype) for name in categories}
    return drawn.assign(**drawn[numbers.columns] * scales, **restored)


def _oversample(X, y, n_rows, seed):
    n_rare = (y == 1).sum()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s*After over-sampling")
        return make_smote(X, n_rare, {1: n_rare + n_rows}, seed).fit_resample(X, y)[0].iloc[len(X) :]


def _random(X, y, n_rows, seed):
    return X[y == 1].sample(n_rows, replace=True, random_state=seed)


METHODS = {
    OURS: _gan(),
    "n_candidates=1": _gan(n_candidates=1),
    "relations=None": _gan(relations=None),
    'mode="autoencoder"': _gan(mode="autoencoder"),
    "SMOTE": _smote,
    "random": _random,
}


def run(table, repeat, name, seed):
    """Return the record of one split: how synthetic rows of the rare class differ from held-out rows of it.

    The method is fitted on two thirds of the rows, in their original units and with missing values.
    """
    rows, seed = np.arange(len(table.y)), seed + repeat
    train, test = train_test_split(rows, test_size=HELD_OUT, stratify=table.y, random_state=seed)
    X, y, X_test = table.X.iloc[train], table.y[train], table.X.iloc[test]
    rare, held_out = X[y == 1], X_test[table.y[test] == 1]
    drawn = METHODS[name](X, y, max(len(rare), FEWEST_DRAWN), seed)
    distances = kolmogorov_smirnov(held_out, drawn) | total_variation(held_out, drawn)
    about = {"table": table.name, "family": table.family, "fold": repeat, "method": name, "n_drawn": len(drawn)}
    return [
        about
        | {
            "column_distance": np.mean(list(distances.values())),
            "association_difference": association_difference(held_out, drawn),
            "missing_difference": missing_difference(held_out, drawn, X),
            "lost_categories": lost_categories(rare, drawn),
        }
        | broken_relations(X, y, drawn, X_test)
    ]


def missing_difference(real, synthetic, X):
    """Return the mean absolute difference of the shares of missing values, over the columns of `X` with any."""
    columns = X.columns[X.isna().any()]
    return (real[columns].isna().mean() - synthetic[columns].isna().mean()).abs().mean()


def lost_categories(real, synthetic):
    """Return the share of the real categories that no synthetic row has, over all categorical columns."""
    pairs = [set(real[name].dropna()) for name in real.select_dtypes("category")]
    kept = [set(synthetic[name].dropna()) for name in real.select_dtypes("category")]
    n_real = sum(map(len, pairs))
    return sum(len(names - found) for names, found in zip(pairs, kept, strict=True)) / n_real if n_real else np.nan


def broken_relations(X, y, synthetic, held_out):
    """Return the number of relations detected in `X`, and the shares of synthetic and held-out rows that break any."""
    columns, encoder = list(open_container(X).columns()), TableEncoder()
    encoder.fit_encode(columns, fit_codecs("auto", columns, y), y, relations="auto")
    codecs = dict(zip(X, encoder.codecs_, strict=True))

    def share(rows):
        broken = [_breaches(relation, X, rows, codecs) for relation in encoder.relations_]
        return np.any(broken, axis=0).mean() if broken else np.nan

    return {
        "n_relations": len(encoder.relations_),
        "broken_relations": share(synthetic),
        "broken_by_held_out": share(held_out),
    }


def _breaches(relation, X, rows, codecs):
    """Return a mask of the rows that break a relation, such as by a combination of values that `X` does not have."""
    rows = rows[relation.names]
    if isinstance(relation, FixedCombinations):
        known = set(X[relation.names].itertuples(index=False, name=None))
        is_new = [values not in known for values in rows.itertuples(index=False, name=None)]
        return is_new & rows.notna().all(axis=1).to_numpy()
    return find_breaches(relation, list(open_container(rows).columns()), [codecs[name] for name in rows])[0]


def each_table(found):
    """Return the shares of rows with a broken relation on each table with relations, and the number of relations."""
    found = found[found["n_relations"] > 0]
    shares = found.pivot_table(index="table", columns="method", values="broken_relations")[list(METHODS)]
    means = found.groupby("table")[["broken_by_held_out", "n_relations"]].mean()
    return shares.assign(**{"held-out rows": means["broken_by_held_out"]}), means["n_relations"]
