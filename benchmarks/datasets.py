"""Load the tables of the comparison from a folder, scikit-learn or imbalanced-learn's collection."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from imblearn.datasets import fetch_datasets, make_imbalance
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.model_selection import train_test_split


@dataclass
class Table:
    """A classification problem.

    Attributes
    ----------
    name, family : str
        Tables of the same family share rows; the statistics count each family once.
    X : DataFrame
        Numeric columns as floats, categorical columns with dtype "category"; values may be missing.
    y : ndarray of shape (n_rows,)
        Classes as integers. With two classes, 1 is the minority.
    """

    name: str
    family: str
    X: pd.DataFrame
    y: np.ndarray


def load_folder(folder, max_rows=None):
    """Yield the tables listed in the folder's `manifest.csv`, each reduced to at most `max_rows` stratified rows."""
    manifest = pd.read_csv(Path(folder) / "manifest.csv", keep_default_na=False)
    for entry in manifest.itertuples():
        path = Path(folder) / f"{entry.name}.csv.gz"
        frame = pd.read_csv(path, dtype={"target": str}, na_values=["?"])
        X = frame.drop(columns="target")
        for name in X.columns:
            if name in entry.cat_cols.split(";") or not pd.api.types.is_numeric_dtype(X[name]):
                X[name] = X[name].astype(object).where(X[name].notna()).astype("category")
            else:
                X[name] = X[name].astype(float)
        y = _codes(frame["target"].to_numpy(), str(entry.minority_label), int(entry.n_classes))
        family = getattr(entry, "family", entry.name)
        yield _cut(Table(entry.name, family, X, y), max_rows)


def load_sklearn():
    """Yield tables from scikit-learn, each with one class made rare."""
    for name, load, rare, n_rare in (
        ("breast_cancer", load_breast_cancer, 0, 30),
        ("wine", load_wine, 2, 12),
        ("digits_8", load_digits, 8, 40),
        ("iris", load_iris, 1, 12),
    ):
        data = load(as_frame=True)
        target = (data.target == rare).astype(int)
        X, y = make_imbalance(data.data, target, sampling_strategy={1: n_rare}, random_state=0)
        yield Table(name, name, X.reset_index(drop=True).astype(float), y.to_numpy())


def load_zenodo(max_rows=None):
    """Download imbalanced-learn's collection and yield its tables."""
    for name, data in fetch_datasets().items():
        X = pd.DataFrame(data.data).add_prefix("x").astype(float)
        yield _cut(Table(name, name, X, (data.target == 1).astype(int)), max_rows)


def _codes(labels, minority, n_classes):
    if n_classes == 2:
        return (labels == minority).astype(int)
    return np.unique(labels, return_inverse=True)[1]


def _cut(table, max_rows):
    """Return a stratified subset of `max_rows` rows; classes with fewer than 10 rows stay complete."""
    if max_rows is None or len(table.y) - max_rows < len(np.unique(table.y)):
        return table
    rare = np.isin(table.y, np.flatnonzero(np.bincount(table.y) < 10))
    common = np.flatnonzero(~rare)
    n_common = max_rows - rare.sum()
    kept, _ = train_test_split(common, train_size=n_common, stratify=table.y[common], random_state=0)
    rows = np.sort(np.append(kept, np.flatnonzero(rare)))
    return Table(table.name, table.family, table.X.iloc[rows].reset_index(drop=True), table.y[rows])
