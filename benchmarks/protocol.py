"""One fold of the comparison: prepare, resample, fit, score. Everything is learned from the training rows."""

import time
import warnings

import numpy as np
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.metrics import average_precision_score, balanced_accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.methods import make_classifiers, make_sampler

METRICS = ("AP", "AUROC", "balanced_accuracy", "F1")


def folds_of(table, n_splits, n_repeats, seed):
    """Return (training rows, test rows) of each fold."""
    folds = RepeatedStratifiedKFold(n_splits=n_splits, n_repeats=n_repeats, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(folds.split(table.X, table.y))


def run_fold(table, fold, train, test, method, seed, classifiers):
    """Return one record for each classifier: its scores, and the seconds that resampling took."""
    X_train, X_test = _fill(table.X.iloc[train], table.X.iloc[test])
    y_train, y_test = table.y[train], table.y[test]
    start = time.perf_counter()
    X_train, y_train = _resample(make_sampler(method, seed + fold), X_train, y_train)
    seconds = time.perf_counter() - start
    X_train, X_test = _encode(X_train, X_test)
    record = {"table": table.name, "family": table.family, "fold": fold, "method": method}
    records = []
    made = make_classifiers(seed + fold)
    for name in classifiers:
        scores = _fit_and_score(made[name], X_train, y_train, X_test, y_test)
        records.append({**record, "classifier": name, **scores, "seconds": seconds})
    return records


def _fill(X_train, X_test):
    """Fill missing cells and scale numbers: the table that every sampler gets."""
    filler = make_column_transformer(
        (make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler()), _numbers()),
        (SimpleImputer(strategy="constant", fill_value="missing"), _categories()),
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    filled = filler.fit_transform(X_train), filler.transform(X_test)
    categories = _categories()(X_train)
    return [X.astype(dict.fromkeys(categories, "category")).reset_index(drop=True) for X in filled]


def _encode(X_train, X_test):
    """Make categories one-hot: the matrix that every classifier gets."""
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    encoder = make_column_transformer((one_hot, _categories()), remainder="passthrough")
    return encoder.fit_transform(X_train), encoder.transform(X_test)


def _numbers():
    return make_column_selector(dtype_include="number")


def _categories():
    return make_column_selector(dtype_include="category")


def _resample(sampler, X, y):
    if sampler is None:
        return X, y
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* have 1 row")
        return sampler.fit_resample(X, y)


def _fit_and_score(classifier, X_train, y_train, X_test, y_test):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        classifier.fit(X_train, y_train)
    n_classes = int(max(y_train.max(), y_test.max())) + 1
    probabilities = np.zeros((len(y_test), n_classes))
    probabilities[:, classifier.classes_] = classifier.predict_proba(X_test)
    predicted = classifier.predict(X_test)
    present = np.unique(y_test)
    targets = [1] if n_classes == 2 else present  # of several classes: the mean of one against the rest
    ranked = [(y_test == label, probabilities[:, label]) for label in targets]
    averaging = {"average": "binary"} if n_classes == 2 else {"average": "macro", "labels": present}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="y_pred contains classes not in y_true")
        balanced_accuracy = balanced_accuracy_score(y_test, predicted)
    return {
        "AP": np.mean([average_precision_score(*pair) for pair in ranked]),
        "AUROC": np.mean([roc_auc_score(*pair) for pair in ranked]),
        "balanced_accuracy": balanced_accuracy,
        "F1": f1_score(y_test, predicted, zero_division=0, **averaging),
    }
