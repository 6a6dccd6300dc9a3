"""Code that provokes the errors and warnings of the estimators, the metrics, the displays and saved files."""

import pickle
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock, patch

import dask
import dask.array as da
import dask.dataframe as dd
import matplotlib
import numpy as np
import pandas as pd
import polars as pl
import torch
from imblearn import FunctionSampler
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import ClusterCentroids
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold, KFold
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC, LinearSVC
from skorch.callbacks import Callback
from torch import nn

import sklearn_gan
from sklearn_gan import (
    GANImputer,
    GANOversampler,
    ResampledClassifier,
    ResamplingReport,
    compare_samplers,
    metrics,
)
from sklearn_gan._persistence import import_library
from sklearn_gan._persistence.file_format import FORMAT_VERSION
from sklearn_gan._runtime.device import choose_device
from sklearn_gan.dask import GANOversampler as DaskGANOversampler
from sklearn_gan.displays import ParentsDisplay, SyntheticDataDisplay, TrainingDisplay
from sklearn_gan.relations import FixedCombinations, Inequality, OneHot, Sum

from .recording import Case

matplotlib.use("Agg")

y = np.repeat([0, 1], [20, 12])
X = np.random.default_rng(0).normal(size=(32, 2)) + y[:, None]
NAMED = pd.DataFrame(X, columns=["a", "b"])
IN_PARTITIONS, LABELS = dd.from_pandas(NAMED, npartitions=2), dd.from_pandas(pd.Series(y), npartitions=2)
SHIFTED = dd.from_pandas(pd.Series(y, index=np.arange(32) + 1), npartitions=2).clear_divisions()
MANY = np.arange(2_000) + 0.5
BY_DAY = dd.from_pandas(NAMED.set_index(pd.date_range("2020", periods=32)), npartitions=2)
FEW_LABELS = dd.from_pandas(NAMED.set_axis(pd.Index(np.arange(92, 124), dtype="int8")), npartitions=2)
DAY, LAST_DAY = pd.Timestamp("2020-01-01").as_unit("ns"), pd.Timestamp("9999-12-31").as_unit("s")
EMPTY = pd.DataFrame({"a": pd.Series([None] * 32, dtype=object)})
PERIODS = pd.period_range("2020", periods=32, freq="M")
NAMES = [f"Mr {i}" for i in range(32)]
WIDE = pl.Series(np.arange(32)).cast(pl.Int128)
COPIES = pd.DataFrame({"a": X[:, 0], "b": X[:, 0] + 1}).assign(c=lambda X: X.a, d=lambda X: X.b)
EQUAL = [Sum("c", ["a"]), Sum("d", ["b"])]
STEPS = pd.DataFrame({"c": np.arange(32) % 2, "d": np.arange(32) % 3}).assign(
    a=lambda X: X.c + X.d, b=lambda X: X.a // 2, z=lambda X: (X.c * 3 + X.d).astype(str)
)
TOTAL, LEVEL = [Sum("a", ["c", "d"])], [FixedCombinations(["a", "b"])]
TWICE = [Sum("a", ["c"]), Sum("c", ["a"])]
CODES = pd.DataFrame({"a": np.tile(1_000 + np.arange(40) ** 2, 3)})
THREE = np.arange(32) % 3  # labels of three classes
FOLD_OF_CLASS = {"y": np.sort(THREE), "cv": KFold(3)}
ONE_ROW_OF_7 = np.append(y[:-1], 7)
DROP_CLASS_2 = FunctionSampler(func=lambda X, y: (X[y < 2], y[y < 2]))
TINY = {"max_steps": 2, "hidden_layer_sizes": (8,), "random_state": 0}
WITHOUT_EFFECT = GANOversampler(mode="autoencoder", loss="hinge", **TINY)


def fit(X=X, y=y, **params):
    return GANOversampler(**{"n_candidates": 1, "generator": "residual", **TINY, **params}).fit(X, y)


fitted = cache(fit)


def impute(X=X, **params):
    return GANImputer(**{**TINY, **params}).fit(X)


def classify(sampler=None, X=X, y=y, classifier=None, metadata=None, **params):
    model = ResampledClassifier(classifier or LogisticRegression(), sampler or SMOTE(k_neighbors=1), **params)
    return model.fit(X, y, **(metadata or {}))


def compare(samplers=None, X=X, y=y, classifier=None, **params):
    return compare_samplers(classifier or GaussianNB(), X, y, samplers=samplers or {}, **{"cv": 2, **params})


class InterruptThird(GaussianNB):
    """Interrupt the third fit."""

    calls = []

    def fit(self, X, y):
        self.calls.append(None)
        if len(self.calls) == 3:
            raise KeyboardInterrupt
        return super().fit(X, y)


CURRENT = b'version":"%d"' % FORMAT_VERSION


class EndWithNaN(Callback):
    def on_epoch_end(self, net, **kwargs):
        with torch.no_grad():
            next(net.module_.parameters()).fill_(torch.nan)


class StartWithNaN(Callback):
    def on_train_begin(self, net, **kwargs):
        self.is_first_ = True

    def on_batch_begin(self, net, **kwargs):
        if self.is_first_:
            with torch.no_grad():
                next(net.module_.parameters()).fill_(torch.nan)
        self.is_first_ = False


class NoActivations(nn.Module):
    def __init__(self, **sizes):
        super().__init__()
        self.layer = nn.LazyLinear(1)

    def forward(self, rows, labels):
        return self.layer(rows)


class OneRowShort(NoActivations):
    def forward(self, rows, labels):
        return self.layer(rows)[1:]


def fit_collection(X=IN_PARTITIONS, y=y, **params):
    """Fit a sampler to Dask collections; lists become the chunks of arrays, and an array a Dask Series."""
    X, y = (da.concatenate(list(map(da.from_array, it))) if isinstance(it, list) else it for it in (X, y))
    y = dd.from_pandas(pd.Series(y), npartitions=2) if isinstance(y, np.ndarray) else y
    with dask.config.set(scheduler="synchronous"):
        DaskGANOversampler(**{"n_candidates": 1, "generator": "residual", **TINY, **params}).fit_resample(X, y)


def fail(estimator, X, y):
    raise ValueError("none")


def save_and_load(sampler, old=b"", new=b""):
    """Save a sampler, replace a part of the file, and load it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "it"
        sampler.save(path)
        path.write_bytes(path.read_bytes().replace(old, new, 1))
        GANOversampler.load(path)


def save_missing_value():
    save_and_load(fit(np.where(np.isin(X, X.max()), np.nan, X), n_candidates=3))


def load_bytes(data):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "it"
        path.write_bytes(data)
        GANOversampler.load(path)


def load_header(header):
    load_bytes(len(header).to_bytes(8, "little") + header)


@patch("sklearn_gan._networks.coverage.Neighborhoods.measure", lambda *args: (0.0, 0.0))
def collapse():
    fit()


@patch("torch.Generator", Mock(side_effect=RuntimeError("No GPU. This is\nlong.")))
def fit_without_gpu():
    fit(device="cuda")


@patch("sklearn_gan._table.result_frame.find_spec", lambda name: None)
def frame_without_library():
    return metrics.fidelity_report(X, X, classifier=GaussianNB()).frame


@patch("sklearn_gan._networks.mixtures.RowMixer.to_document", lambda self: {"matrix": np.zeros(3)})
def load_array_of_other_shape():
    save_and_load(fit())


@patch.dict("sys.modules", jinja2=None)
def report_without_jinja():
    ResamplingReport(fitted(), X, y)


@patch.dict("sys.modules", dask=None)
def import_without_dask():
    for name in [name for name in sys.modules if name.startswith("sklearn_gan.dask")]:
        del sys.modules[name]
    import_module("sklearn_gan.dask")


@patch("sklearn_gan._persistence.values.import_module", Mock(side_effect=ImportError))
def import_missing_library():
    import_library("polars")


CASES = {
    "name that the package lacks": Case(lambda: sklearn_gan.Oversampler, "'Oversampler'", kind=AttributeError),
    # Samplers
    "labels of several types": Case(lambda: fit(y=np.array(["a", "b", 3, "a"] * 8, dtype=object)), "'a'", 3),
    "labels of another type": Case(lambda: fit(y=pd.cut(y, 2)), "Interval", "strings"),
    "labels of 128 bits": Case(lambda: fit(y=WIDE), "Int128", "Int64 or Float64"),
    "rows without a label": Case(lambda: fit(y=["a", "b", None, "a"] * 8), 8, 2),
    "one class": Case(lambda: fit(y=0 * y), 0, 32),
    "unreached min_distance": Case(lambda: fit(min_distance=9.0).sample(3, y=1), 3, 1, 9.0, 0, 30),
    "min_distance from one row": Case(lambda: fit(y=ONE_ROW_OF_7, min_distance=0.1).sample(3, y=7), 0.1, 7),
    "n_candidates set after fit": Case(lambda: fit().set_params(n_candidates=3).sample(3, y=1), 3),
    "min_distance set after fit": Case(lambda: fit().set_params(min_distance=0.1).sample(3, y=1), 0.1),
    "one row": Case(lambda: fit(y=ONE_ROW_OF_7), 7, kind=UserWarning),
    "collapse": Case(collapse, "0%", 1, 2, 64, 0.001, kind=ConvergenceWarning),
    "divergence": Case(lambda: fit(learning_rate=1e38, generator="both"), 4, 1, 1e35, kind=ConvergenceWarning),
    "divergence at the end": Case(lambda: fit(callbacks=[EndWithNaN()]), 2, 0.001, kind=ConvergenceWarning),
    "recovered divergence": Case(lambda: fit(callbacks=[StartWithNaN()]), 1, 0.001, kind=ConvergenceWarning),
    "no label to sample": Case(lambda: fitted().sample(3), None, 0, 1),
    "no number of rows": Case(lambda: fitted().sample(y=1), None, 1),
    "number of labels": Case(lambda: fitted().sample(3, y=[0, 1]), "(2,)", 3),
    "unseen label": Case(lambda: fitted().sample(3, y=7), 7, 0, 1),
    # Parameters
    "callable with a ratio": Case(lambda: fit(sampling_strategy=lambda y: 0.9), "`sampling_strategy`", 0.9, "float"),
    "callable with a Series": Case(lambda: fit(sampling_strategy=pd.Series), "Series", "`.to_dict()`"),
    "callable with a name": Case(lambda: fit(sampling_strategy=lambda y: "auto"), "'auto'", "str", "dict"),
    "key of another type": Case(lambda: fit(sampling_strategy={"1": 20}), "0, 1", "int", "'1'", "str"),
    "fraction of a row": Case(lambda: fit(sampling_strategy={1: 20.5}), "`sampling_strategy`", 20.5, "float", 1),
    "layers": Case(lambda: fit(hidden_layer_sizes=(8, 0)), "(8, 0)"),
    "instance of a module": Case(lambda: fit(generator=nn.Identity()), "`generator`", "Identity"),
    "class of no module": Case(lambda: fit(discriminator=dict), "`discriminator`", "dict"),
    "shape of a generator": Case(lambda: fit(generator=OneRowShort), "(128, 2)", "(127, 1)"),
    "shape of a discriminator": Case(lambda: fit(discriminator=OneRowShort), "(256, 1)", "(255, 1)"),
    "no activations": Case(lambda: fit(discriminator=NoActivations, feature_matching=1.0), "`feature_matching`"),
    "without effect": Case(lambda: fit(mode="autoencoder", loss="hinge"), "`generator`", "`loss`", kind=UserWarning),
    "device": Case(lambda: fit(device="abacus"), "'abacus'"),
    "device with a long error": Case(fit_without_gpu, "'cuda'", "No GPU"),
    "device that is not a name": Case(lambda: choose_device(None), None),
    "mask": Case(lambda: fit(categorical_features=[True, False, True]), 2, 3),
    "no such column": Case(lambda: fit(NAMED, categorical_features=["c"]), "'c'", "'a', 'b'"),
    # Tables
    "text among numbers": Case(lambda: fit(NAMED.assign(a="x"), categorical_features=[]), "'a'", "'x'"),
    "infinity": Case(lambda: fit(np.where(np.isin(X, X[[0, 5], 1]), np.inf, X)), 1, 2, 0),
    "codes": Case(lambda: fit(CODES, np.arange(120) % 2), "'a'", 40, 4, "`categorical_features`", kind=UserWarning),
    "relation of another type": Case(lambda: fit(NAMED, relations=["a < b"]), "'a < b'"),
    "relation of unknown columns": Case(lambda: fit(NAMED, relations=[Inequality("a", "z")]), "'z'", "'a', 'b'"),
    "relation of one column": Case(lambda: fit(NAMED, relations=[FixedCombinations(["a"])]), "columns=['a']"),
    "relation of other columns": Case(lambda: fit(NAMED, relations=[OneHot(["a", "b"])]), "'a': number"),
    "broken relation": Case(lambda: fit(NAMED, relations=[Inequality("a", "b")]), "row 0", "satisfy"),
    "name in place of a list": Case(lambda: OneHot("price"), "'price'", "`columns`", kind=TypeError),
    "negative tolerance": Case(lambda: Sum("t", ["a"], tolerance=-0.5), -0.5),
    "order of a computed column": Case(lambda: fit(STEPS, relations=[*LEVEL, Inequality("c", "a")]), "'a' determines"),
    "combination with a sum": Case(lambda: fit(STEPS, relations=[*TOTAL, *LEVEL]), "'a' follows"),
    "choice of a sum": Case(lambda: fit(STEPS, relations=[*TOTAL, FixedCombinations(["z", "a"])]), "'a' follows"),
    "contradicting order": Case(lambda: fit(COPIES, relations=[*EQUAL, Inequality("c", "d")]), "both columns follow"),
    "contradiction": Case(lambda: fit(NAMED.assign(c=NAMED.a), relations=TWICE), "'c'", "Remove one of them"),
    "identifiers": Case(lambda: fit(NAMED.assign(a=NAMES, c=NAMES)), "'a', 'c'", kind=UserWarning),
    "copy of y": Case(lambda: fit(NAMED.assign(c=-y)), "Column 'c' determines y", kind=UserWarning),
    "copies of y": Case(lambda: fit(NAMED.assign(c=y > 0, d=y)), "Columns 'c', 'd' determine y", kind=UserWarning),
    "lists": Case(lambda: fit(pd.DataFrame({"a": [[1]] * 32})), "'a'", kind=TypeError),
    "array of bytes": Case(lambda: fit(np.zeros((32, 1), dtype="V3")), "V3"),
    "periods": Case(lambda: fit(NAMED.assign(a=PERIODS)), "'a'", "period[M]"),
    "integers of 128 bits": Case(lambda: fit(pl.DataFrame({"a": WIDE, "b": X[:, 0]})), "'a'", "Int128", "Int64"),
    "repeated column names": Case(lambda: fit(pd.concat([NAMED, NAMED[["a"]]], axis=1)), "'a'"),
    "no values": Case(lambda: fit(EMPTY), 32),
    "empty frame": Case(lambda: fit(NAMED[:0], y[:0]), 0, "GANOversampler"),
    # Imputers
    "divergence of an imputer": Case(lambda: impute(learning_rate=1e38), 4, 1, 1e38, kind=FloatingPointError),
    "last divergence of an imputer": Case(lambda: impute(callbacks=[EndWithNaN()]), 2, 0.004, kind=FloatingPointError),
    "sparse matrix": Case(lambda: impute(sparse.csr_array(X)), "GANImputer", kind=TypeError),
    "dates in place of numbers": Case(lambda: impute(NAMED).transform(NAMED.assign(a=DAY)), "'a'"),
    "late date": Case(lambda: impute(NAMED.assign(a=DAY)).transform(NAMED.assign(a=LAST_DAY)), "'a'", LAST_DAY.year),
    # Classifiers
    "lazy frame": Case(lambda: fit(pl.from_pandas(NAMED).lazy()), "lazy frame"),
    "Dask collection": Case(lambda: fit(IN_PARTITIONS), "Dask collection", "`sklearn_gan.dask.GANOversampler`"),
    "record array": Case(lambda: fit(NAMED.to_records(index=False)), "named fields"),
    "list of dicts": Case(lambda: fit(NAMED.to_dict("records")), "list of dicts"),
    "masked array": Case(lambda: fit(np.ma.array(X.astype(complex))), "complex128"),
    "similar labels": Case(lambda: fit(y=np.array(["no", "yes", "Yes "])[THREE]), "'yes'", "'Yes '", kind=UserWarning),
    "one class to classify": Case(lambda: classify(y=0 * y), 1, 0),
    "threshold of three classes": Case(lambda: classify(y=THREE, threshold=0.5), 0.5, 3),
    "no probabilities": Case(lambda: classify(classifier=LinearSVC(), threshold=0.5), 0.5, "LinearSVC"),
    "one row to tune with": Case(lambda: classify(FunctionSampler(), X[:21], y[:21], threshold="tuned"), 1),
    "small folds to tune with": Case(lambda: classify(SMOTE(k_neighbors=11), threshold="tuned"), "n_samples_fit = 9"),
    "small folds": Case(lambda: classify(SMOTE(k_neighbors=11)), "n_samples_fit = 9", kind=UserWarning),
    "scores of pairs": Case(lambda: classify(y=THREE, classifier=SVC(decision_function_shape="ovo")), 3, "ovo"),
    "folds without a class": Case(lambda: classify(classifier=LinearSVC(), **FOLD_OF_CLASS), 0, kind=UserWarning),
    "coefficients without a class": Case(lambda: classify(**FOLD_OF_CLASS).coef_, 3, "coef_", kind=AttributeError),
    "scoring": Case(lambda: classify(threshold="tuned", scoring=fail), "ValueError('none')"),
    "scoring of strings": Case(lambda: classify(y=np.array(["a", "b"])[y], threshold="tuned", scoring="f1"), "'b'"),
    "not a classifier": Case(lambda: classify(classifier=Ridge()), "Ridge"),
    "no groups": Case(lambda: classify(cv=GroupKFold(2)), "GroupKFold"),
    "groups without routing": Case(lambda: classify(cv=GroupKFold(2), metadata={"groups": y}), "`groups`"),
    "class without weight": Case(lambda: classify(metadata={"sample_weight": 1 - y}), "`sample_weight`", 1),
    "class without rows": Case(lambda: classify(DROP_CLASS_2, y=THREE), "FunctionSampler", 2),
    "other weights": Case(lambda: classify(ClusterCentroids(), metadata={"sample_weight": y + 1}), "'sample_weight'"),
    "values for real rows only": Case(lambda: classify(metadata={"note": X[:, 0]}), "'note'", 8),
    "no metadata routing": Case(lambda: classify().predict(X, offset=1), "`predict`", "'offset'"),
    # Comparisons
    "one class to compare": Case(lambda: compare(y=0 * y), 2, "[0]"),
    "regressor to compare": Case(lambda: compare(classifier=Ridge()), "Ridge"),
    "no probabilities to compare": Case(lambda: compare(classifier=LinearSVC()), "LinearSVC", "`predict_proba`"),
    "no metrics": Case(lambda: compare(scoring=[]), "`scoring`", "[]"),
    "baselines": Case(lambda: compare({"a": None, "b": None}), 2, "`samplers`"),
    "type of a sampler": Case(lambda: compare({"a": Ridge()}), "'a'", "Ridge", kind=TypeError),
    "name of a sampler": Case(lambda: compare({"a": "SMOTE"}), "'a'", "'SMOTE'"),
    "no class weights": Case(lambda: compare({"a": "balanced"}), "'a'", "GaussianNB"),
    "test rows of a class": Case(lambda: compare(cv=[(np.arange(32), np.arange(20))]), "`cv`", "test", 1, 0),
    "training rows of a class": Case(lambda: compare(cv=[(np.arange(21), np.arange(32))]), "`cv`", "training", 2, 1),
    "warning in a comparison": Case(lambda: compare({"a": WITHOUT_EFFECT}), "`loss`", kind=UserWarning),
    "interrupted comparison": Case(lambda: compare(classifier=InterruptThird()), 4, 1, kind=UserWarning),
    # Metrics
    "one row to compare": Case(
        lambda: metrics.memorization_report(X, X, X[:1] + 1), 2, "`holdout`", 1, kind=UserWarning
    ),
    "seen rows": Case(lambda: metrics.memorization_report(X, X, X[:9]), 9, "`real`", kind=UserWarning),
    "rows of a report of metrics": Case(
        lambda: metrics.fidelity_report(X[:4], X, classifier=GaussianNB()), "n_neighbors=3", 4, 32, kind=UserWarning
    ),
    "rows of a class for the utility": Case(
        lambda: metrics.fidelity_report(X[:22], X, y_real=y[:22], y_synthetic=y, classifier=GaussianNB()),
        "n_splits=2",
        "`y_real`",
        2,
        1,
        kind=UserWarning,
    ),
    "number of columns": Case(lambda: metrics.energy_distance(X, X[:, :1]), 2, 1),
    "names of columns": Case(lambda: metrics.energy_distance(NAMED, NAMED.rename(columns={"b": "c"})), "'b'", "'c'"),
    "text in a table": Case(lambda: metrics.energy_distance(NAMED, NAMED.assign(a="x")), "`synthetic`", "'a'", "'x'"),
    "numbers in place of dates": Case(lambda: metrics.energy_distance(NAMED.assign(a=DAY), NAMED), "`real`", "'a'"),
    "neighbors": Case(lambda: metrics.precision_recall_density_coverage(X, X[:5]), "n_neighbors=5", 5),
    "folds of rows": Case(lambda: metrics.classifier_two_sample_test(X[:4], X), "n_splits=5", "`real`", 4),
    "folds of classes": Case(lambda: metrics.utility(X[:22], X, y[:22], y), "n_splits=5", 2, 1),
    "labels": Case(lambda: metrics.utility(X, X[:20], y, y[:20]), "[0, 1]", "[0]"),
    "one target": Case(lambda: metrics.fidelity_report(X, X, y_real=y), "`y_synthetic`"),
    "no frame library": Case(frame_without_library, "pandas", "polars", "pyarrow", kind=ImportError),
    # Displays
    "rows of a classifier": Case(lambda: SyntheticDataDisplay.from_estimator(SMOTE(), X, y), "SMOTE", kind=TypeError),
    "parents of a classifier": Case(lambda: ParentsDisplay.from_estimator(SMOTE(), X), "SMOTE", kind=TypeError),
    "training of SMOTE": Case(lambda: TrainingDisplay.from_estimator(SMOTE()), "SMOTE", kind=TypeError),
    "Axes": Case(lambda: ParentsDisplay.from_estimator(fitted(), X, ax=[None] * 3), 2, 3),
    "losses": Case(lambda: TrainingDisplay(steps=[50, 100], losses={"gan": [1, 2, 3]}).plot(), "'gan'", 2, 3),
    "class to plot": Case(lambda: SyntheticDataDisplay.from_estimator(fitted(), X, y, label=7), 7, "[0, 1]"),
    "kind": Case(lambda: SyntheticDataDisplay.from_tables(X, X, kind="moments"), "'plane'", "'moments'"),
    "plane": Case(lambda: SyntheticDataDisplay.from_tables(X[:1], X, kind="plane"), 2, 1),
    "sampler of a report": Case(lambda: ResamplingReport(SMOTE(), X, y), "SMOTE", kind=TypeError),
    "rows of a report": Case(lambda: ResamplingReport(fitted(), X[1:], y[1:]), 32, 31),
    "columns of a report": Case(lambda: ResamplingReport(fitted(), NAMED, y), "0, 1", "'a', 'b'"),
    "names of a report": Case(lambda: ResamplingReport(fitted(), X, y, feature_names=["a"]), 2, 1),
    "holdout": Case(lambda: ResamplingReport(fitted(), X, y, holdout=X), "holdout", "ndarray"),
    "columns of holdout": Case(lambda: ResamplingReport(fitted(), X, y, holdout=(X[:, :1], y)), "holdout", 2, 1),
    "public name": Case(lambda: sklearn_gan.GAN, "'GAN'", "GANOversampler", kind=AttributeError),
    "no Jinja2": Case(report_without_jinja, "Jinja2", "ResamplingReport", kind=ImportError),
    "no Dask": Case(import_without_dask, "dask", "found no dask", kind=ImportError),
    "nothing to plot": Case(lambda: SyntheticDataDisplay().plot()),
    "no parents": Case(lambda: ParentsDisplay.from_estimator(fit(generator="noise"), X), 256, 1, "'noise'"),
    "no parents of a row": Case(lambda: ParentsDisplay.from_sample(X, X[:2], [[3], [-1]], [[1], [0]], row=1), 1),
    "parents without weights": Case(lambda: ParentsDisplay.from_sample(X, X[:1], [[3]], None), 1, "()"),
    "parents of fewer rows": Case(lambda: ParentsDisplay.from_sample(X, X[:4], [[3]], [[1]]), 4, "(1, 1)"),
    "other table": Case(lambda: ParentsDisplay.from_sample(X[:5], X[:1], [[9]], [[1]]), 9, 5),
    # Dask collections
    "frame in memory": Case(lambda: fit_collection(NAMED), "X", "DataFrame", kind=TypeError),
    "target in memory": Case(lambda: DaskGANOversampler().fit(IN_PARTITIONS, y), "y", "ndarray", kind=TypeError),
    "series beside an array": Case(lambda: fit_collection([X[:16], X[16:]]), "Dask Series", kind=TypeError),
    "chunks of columns": Case(lambda: fit_collection(da.ones((32, 2), chunks=(16, 1)), [y]), 2, "X.rechunk({1: -1})"),
    "number of partitions": Case(lambda: fit_collection(y=dd.from_pandas(pd.Series(y), npartitions=4)), 2, 4),
    "divisions": Case(lambda: fit_collection(y=LABELS.repartition(divisions=(0, 8, 31))), 16, 8, 1),
    "index of few labels": Case(lambda: fit_collection(FEW_LABELS, da.from_array(y, 16)), 131, "int8"),
    "index of dates": Case(lambda: fit_collection(BY_DAY, da.from_array(y, 16)), "X.reset_index()"),
    "lengths of partitions": Case(lambda: fit_collection([X[:16], X[16:]], [y[:16], y[17:]]), 16, 15, 1),
    "index of the target": Case(lambda: fit_collection(IN_PARTITIONS.clear_divisions(), y=SHIFTED), "same index"),
    "partition without a label": Case(lambda: fit_collection(y=np.where(np.arange(32) == 20, np.nan, y)), 1, 4),
    "numbers in place of classes": Case(lambda: fit_collection([MANY[:, None]], [MANY]), "1,000", "2,000", 0.5),
    "fewer rows than a class": Case(lambda: fit_collection(sampling_strategy={0: 19}), 20, 0, 19),
    "min_distance of a collection": Case(lambda: fit_collection(min_distance=0.1), 0.1),
    # Files
    "type of numbers": Case(lambda: save_and_load(fit(X.astype(np.longdouble))), 0, np.dtype(np.longdouble)),
    "code": Case(lambda: save_and_load(fit().set_params(sampling_strategy=dict)), "`sampling_strategy`", dict),
    "missing values": Case(patch("sklearn_gan._table.encoder.MAX_MASK_SIZE", 1)(save_missing_value), 1, 2),
    "votes": Case(patch("sklearn_gan._synthesis.candidate_selection.MAX_VOTES", 1)(save_missing_value), 1, 2, 32),
    "size of a sampler": Case(patch("sklearn_gan._persistence.file_format.MAX_BYTES", 1)(save_missing_value), "0 GiB"),
    "device in place of a file": Case(lambda: GANOversampler.load("/dev/null"), "/dev/null"),
    "folder in place of a file": Case(lambda: fitted().save("/"), "'/'", kind=IsADirectoryError),
    "pickle": Case(lambda: load_bytes(pickle.dumps("")), "pickle", 15),
    "newer version": Case(lambda: save_and_load(fitted(), CURRENT, b'version":"9"'), FORMAT_VERSION, 9, "newer"),
    "older version": Case(lambda: save_and_load(fitted(), CURRENT, b'version":"1"'), FORMAT_VERSION, 1, "older"),
    "other estimator": Case(lambda: save_and_load(fitted(), b"GANOversampler", b"GANUndersample"), "GANUndersample"),
    "no metadata": Case(lambda: load_header(b"{}"), "'__metadata__'"),
    "repeated name": Case(lambda: load_header(b'{"twice":1,"twice":2}'), "twice"),
    "shape of an array": Case(load_array_of_other_shape, "net/mixer/matrix", "(any, 2)", "(3,)"),
    "missing library": Case(import_missing_library, "polars", kind=ImportError),
}
