"""Run one fold of the comparison: preprocess, resample, fit and score. All steps are fitted on the training rows."""

import time
import warnings

import numpy as np
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

RANKING = ("AP", "AUROC")
DECISIONS = ("balanced_accuracy", "F1", "G_mean", "MCC")
TUNED = tuple(f"{name}_tuned" for name in DECISIONS)
METRICS = (*RANKING, *DECISIONS, "Brier")
COMPARED = ("AP", "AUROC", "balanced_accuracy", "F1")
INNER_SHARE = 1 / 3


def folds_of(table, n_splits, n_repeats, seed):
    """Return the positions of the training and test rows of each fold."""
    folds = RepeatedStratifiedKFold(n_splits=n_splits, n_repeats=n_repeats, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(folds.split(table.X, table.y))


def run_fold(table, fold, rows, name, method, seed, classifiers, tune=False):
    """Return the records of a method on one fold; `rows` are the positions of its training and test rows."""
    about = {"table": table.name, "family": table.family, "n_classes": table.y.max() + 1, "fold": fold, "method": name}
    about["has_categories"] = bool((table.X.dtypes == "category").any())
    return [about | record for record in run_split(table, *rows, method, seed + fold, classifiers, tune)]


def run_split(table, train, test, method, seed, classifiers, tune=False):
    """Return one record for each classifier, with its scores and the seconds of resampling.

    With `tune`, the records also have scores at tuned thresholds; this requires two classes. The threshold of each
    metric is tuned on a third of the training rows, with the method and classifier fitted on the other two thirds.

    Classifiers with which a balanced ensemble fails are omitted, which happens for classes of few rows.
    """
    records = _fit_and_score(table, train, test, method, seed, classifiers)
    if tune:
        seen, held_out = train_test_split(train, test_size=INNER_SHARE, stratify=table.y[train], random_state=seed)
        inner = {r["classifier"]: r for r in _fit_and_score(table, seen, held_out, method, seed, classifiers)}
        records = [record for record in records if record["classifier"] in inner]
        for record in records:
            record |= _scores_at_chosen_thresholds(record, inner[record["classifier"]])
    hidden = ("targets", "probabilities")
    return [{key: value for key, value in record.items() if key not in hidden} for record in records]


def _fit_and_score(table, train, test, method, seed, classifiers):
    X_train, X_test = fill(table.X.iloc[train], table.X.iloc[test])
    y_test, n_classes = table.y[test], table.y.max() + 1
    start = time.process_time()
    if method.takes_missing:
        missing = table.X.iloc[train].isna()[X_train.columns]  # in the column order of `fill`
        X_train = X_train.mask(missing.to_numpy())
    X_train, y_train = _resample(method, X_train, table.y[train], seed)
    X_train = refill(X_train)
    seconds = time.process_time() - start
    X_train, X_test = encode(X_train, X_test)
    records = []
    made = method.make_classifiers(seed)
    for name in filter(made.__contains__, classifiers):
        try:
            probabilities = _probabilities(made[name], X_train, y_train, X_test, n_classes)
        except ValueError:
            if method.ensemble is None:
                raise
            continue
        records.append({"classifier": name, **scores(y_test, probabilities), "seconds": seconds})
        records[-1] |= {"targets": y_test, "probabilities": probabilities}
    return records


def fill(X_train, X_test):
    """Impute missing values and standardise numeric columns, as the input of every sampler."""
    filler = make_column_transformer(
        (make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler()), _numbers()),
        (SimpleImputer(strategy="constant", fill_value="missing"), _categories()),
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    filled = filler.fit_transform(X_train), filler.transform(X_test)
    categories = _categories()(X_train)
    return [X.astype(dict.fromkeys(categories, "category")).reset_index(drop=True) for X in filled]


def refill(X):
    """Impute missing values as `fill` does; the mean of a standardised column is 0."""
    return X.fillna({name: "missing" if X[name].dtype == "category" else 0.0 for name in X.columns[X.isna().any()]})


def encode(X_train, X_test):
    """Encode categories as one-hot columns, as the input of every classifier."""
    encoder = make_encoder()
    return encoder.fit_transform(X_train), encoder.transform(X_test)


def make_encoder():
    """Return a transformer that encodes categories as one-hot columns."""
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_column_transformer((one_hot, _categories()), remainder="passthrough")


def _numbers():
    return make_column_selector(dtype_include="number")


def _categories():
    return make_column_selector(dtype_include="category")


def _resample(method, X, y, seed):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* have 1 row")
        return method.resample(X, y, seed)


def _probabilities(classifier, X_train, y_train, X_test, n_classes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        classifier.fit(X_train, y_train)
    probabilities = np.zeros((len(X_test), n_classes))
    probabilities[:, classifier.classes_] = classifier.predict_proba(X_test)
    return probabilities


def scores(targets, probabilities):
    """Return all `METRICS`; metrics of decisions predict the most probable class.

    With several classes, AP, AUROC and F1 are one-vs-rest means over the classes in `targets`, and G-mean is the
    geometric mean of their recalls. The Brier score is half the squared distance between the probabilities and the
    one-hot class, averaged over rows.
    """
    n_classes = probabilities.shape[1]
    present = np.unique(targets)
    ranked = [(targets == label, probabilities[:, label]) for label in ([1] if n_classes == 2 else present)]
    predicted = probabilities.argmax(axis=1)
    return {
        "AP": np.mean([average_precision_score(*pair) for pair in ranked]),
        "AUROC": np.mean([roc_auc_score(*pair) for pair in ranked]),
        **_decision_scores(_confusion(targets, predicted, n_classes)),
        "Brier": np.square(probabilities - np.eye(n_classes)[targets]).sum(axis=1).mean() / 2,
    }


def _confusion(targets, predicted, n_classes):
    """Return the confusion matrix; entry (i, j) counts the rows of class i predicted as j."""
    return np.bincount(targets * n_classes + predicted, minlength=n_classes**2).reshape(n_classes, n_classes)


def _decision_scores(confusion):
    """Return the metrics in `DECISIONS`, as defined in `scores`."""
    correct, real, predicted = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    present = real > 0
    recalls = correct[present] / real[present]
    f1 = (2 * correct / np.maximum(real + predicted, 1))[present]
    n_rows = confusion.sum()
    spread = np.sqrt(float(n_rows**2 - (real**2).sum()) * float(n_rows**2 - (predicted**2).sum()))
    return {
        "balanced_accuracy": recalls.mean(),
        "F1": f1[1] if len(confusion) == 2 else f1.mean(),
        "G_mean": np.prod(recalls) ** (1 / len(recalls)),
        "MCC": (correct.sum() * n_rows - (real * predicted).sum()) / spread if spread else 0.0,
    }


def _scores_at_chosen_thresholds(record, inner):
    """Return each metric of decisions at its best threshold on the held-out rows."""
    candidates = np.unique(inner["probabilities"][:, 1])
    candidates = candidates[np.linspace(0, len(candidates) - 1, min(len(candidates), 200)).astype(int)]
    found = [_scores_at(threshold, inner) for threshold in candidates]
    chosen = {}
    for name in DECISIONS:
        best = np.flatnonzero(np.isclose([scores[name] for scores in found], max(scores[name] for scores in found)))
        threshold = candidates[best[len(best) // 2]]  # the middle of the tied thresholds is the most robust
        chosen[f"{name}_tuned"] = _scores_at(threshold, record)[name]
    return chosen


def _scores_at(threshold, record):
    predicted = record["probabilities"][:, 1] >= threshold
    return _decision_scores(_confusion(record["targets"], predicted, 2))
