"""Classifier-based metrics: a two-sample test, and the utility of synthetic rows for training."""

from numbers import Integral
from typing import NamedTuple

import numpy as np
from scipy.stats import mannwhitneyu, norm
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import check_scoring, get_scorer_names
from sklearn.model_selection import StratifiedKFold, cross_val_predict, cross_val_score
from sklearn.utils import check_consistent_length
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions, validate_params

from sklearn_gan._runtime.annotations import (
    CategoricalFeatures,
    Classifier,
    RandomState,
    Scorer,
    Table,
    Target,
    keep_signature,
)
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._table import CATEGORICAL_FEATURES, check_labels, classifier_features, encode_rows, read_tables
from sklearn_gan.metrics._estimates import Estimate
from sklearn_gan.metrics._rows import SAMPLING, read_rows

CLASSIFYING = {
    "classifier": [HasMethods(["fit", "predict"]), None],
    "n_splits": [Interval(Integral, 2, None, closed="left")],
    "categorical_features": CATEGORICAL_FEATURES,
    "random_state": ["random_state"],
}
SCORING = [StrOptions(set(get_scorer_names())), callable]
SMALLEST_P = 1e-300  # keeps the z-score of p = 0 finite


class TwoSampleTest(NamedTuple):
    """Result of :func:`classifier_two_sample_test`."""

    auroc: float
    p_value: float


class Utility(NamedTuple):
    """Result of :func:`utility`."""

    trained_on_synthetic: float
    trained_on_real: float


@keep_signature(validate_params({**CLASSIFYING, **SAMPLING}, prefer_skip_nested_validation=True))
def classifier_two_sample_test(
    real: Table,
    synthetic: Table,
    *,
    classifier: Classifier | None = None,
    n_splits: int = 5,
    categorical_features: CategoricalFeatures = "auto",
    max_rows: int | None = 5_000,
    random_state: RandomState = None,
) -> TwoSampleTest:
    r"""Test whether a classifier distinguishes unseen synthetic rows from real ones.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of two data frames are matched by name.
    classifier : estimator or None, default=None
        Classifier to train. Its features are standardised numbers, one-hot categories and missing-value flags. None
        uses :class:`~sklearn.ensemble.HistGradientBoostingClassifier`.
    n_splits : int, default=5
        Number of cross-validation folds.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.
    max_rows : int or None, default=5_000
        Maximum number of rows per table. Larger tables are subsampled at random. None uses all rows.
    random_state : int, RandomState instance or None, default=None
        Controls the subsampling and the folds, and seeds the default classifier.

    Returns
    -------
    auroc : float
        Mean area under the ROC curve over the folds: 0.5 if the tables are indistinguishable, 1 if they are perfectly
        separable. Values far below 0.5 indicate copies of real rows (see Notes).
    p_value : float
        Probability of at least this area if both tables are independent samples of one distribution.

    Raises
    ------
    ValueError
        If a table has fewer rows than `n_splits`, the columns differ, or a numeric column contains a non-numeric value.

    Notes
    -----
    This is the test of [1]_ with the area under the ROC curve instead of the accuracy. The area does not depend on the
    table sizes. In each fold, the area is the Mann-Whitney statistic of the held-out scores, divided by
    its largest value. With p_i the p-value of this statistic in fold i, K folds and the normal distribution function
    :math:`\Phi`, the combined p-value is

    .. math:: p = 1 - \Phi\left(\frac{\frac1K \sum_i \Phi^{-1}(1 - p_i)}{\sqrt{1/K + 1/(K - 1)}}\right),

    The term 1/(K - 1), the ratio of held-out rows to training rows, accounts for the dependence between folds [3]_.
    The test is conservative.

    If a real row is held out, its copy is in the training rows with the opposite label and misleads the classifier. A
    table compared with a copy of itself therefore has an area near 0. [2]_ use this effect to detect memorization.

    Missing values of a categorical column form a category of their own. Missing numbers are replaced by the mean and
    flagged.

    References
    ----------
    .. [1] Lopez-Paz, Oquab, "Revisiting classifier two-sample tests", ICLR 2017, section 3.
    .. [2] Xu et al., "An empirical study on evaluation metrics of generative adversarial networks", arXiv:1806.07755.
    .. [3] Nadeau, Bengio, "Inference for the generalization error", Machine Learning 52, 2003, section 3.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import classifier_two_sample_test
    >>> real, synthetic = np.arange(100)[:, None], np.arange(100, 200)[:, None]
    >>> result = classifier_two_sample_test(real, synthetic, random_state=0)
    >>> result.auroc, result.p_value < 0.001
    (1.0, True)
    """
    rng = np.random.default_rng(draw_seed(random_state))
    rows = read_rows(categorical_features, max_rows, rng, real=real, synthetic=synthetic)
    return run_two_sample_test(*rows, classifier, n_splits, rng)


@keep_signature(validate_params({**CLASSIFYING, "scoring": SCORING}, prefer_skip_nested_validation=True))
def utility(
    real: Table,
    synthetic: Table,
    y_real: Target,
    y_synthetic: Target,
    *,
    classifier: Classifier | None = None,
    scoring: str | Scorer = "balanced_accuracy",
    n_splits: int = 5,
    categorical_features: CategoricalFeatures = "auto",
    random_state: RandomState = None,
) -> Utility:
    """Compare training on synthetic rows with training on real rows, both tested on real rows.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic table, with the same columns. Columns of two data frames are matched by name.
    y_real : array-like of shape (n_real,)
        Labels of the real rows.
    y_synthetic : array-like of shape (n_synthetic,)
        Labels of the synthetic rows. At least two of the real labels must occur.
    classifier : estimator or None, default=None
        Classifier to train. Its features are standardised numbers, one-hot categories and missing-value flags. None
        uses :class:`~sklearn.ensemble.HistGradientBoostingClassifier`.
    scoring : str or callable, default="balanced_accuracy"
        Scoring metric: the name of a scikit-learn scorer, or a scorer.
    n_splits : int, default=5
        Number of folds of the real rows.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Names, positions or mask of the categorical columns. `"auto"` selects them by column type in the real table.
    random_state : int, RandomState instance or None, default=None
        Controls the folds and seeds the default classifier.

    Returns
    -------
    trained_on_synthetic : float
        Score of the classifier trained on the synthetic rows, averaged over the folds of real rows.
    trained_on_real : float
        Mean score of classifiers trained on the other folds of real rows. The synthetic rows are as useful as real ones
        if `trained_on_synthetic` is no lower.

    Raises
    ------
    ValueError
        If a class has fewer than `n_splits` real rows, or if `y_synthetic` has a single class or a class absent from
        `y_real`. Also if a table is empty, the columns differ, or a numeric column contains a non-numeric value.

    Notes
    -----
    This is the TSTR method ("train on synthetic, test on real") of [1]_. A generator fitted on the rows passed as
    `real` has seen all of them. Each classifier trained on real rows has seen only the other folds. For a fair
    comparison, pass real rows that the generator has not seen.

    Missing values of a categorical column form a category of their own. Missing numbers are replaced by the mean and
    flagged.

    References
    ----------
    .. [1] Esteban, Hyland, Rätsch, "Real-valued (medical) time series generation with recurrent conditional GANs",
       arXiv:1706.02633.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from sklearn_gan.metrics import utility
    >>> real, y = [[0], [1], [2], [7], [8], [9]], ["low", "low", "low", "high", "high", "high"]
    >>> nearest = KNeighborsClassifier(n_neighbors=1)
    >>> utility(real, [[1], [8]], y, ["low", "high"], classifier=nearest, n_splits=3)
    Utility(trained_on_synthetic=1.0, trained_on_real=1.0)
    """
    rows = encode_rows(*read_tables(categorical_features, real=real, synthetic=synthetic))
    rng = np.random.default_rng(draw_seed(random_state))
    y_real, y_synthetic = check_targets(*rows, y_real, y_synthetic, n_splits)
    return mean_scores(train_and_test(*rows, y_real, y_synthetic, classifier, scoring, n_splits, rng))


def run_two_sample_test(real, synthetic, classifier, n_splits, rng):
    """Return the area under the ROC curve and its p-value for encoded rows."""
    for role, rows in {"real": real, "synthetic": synthetic}.items():
        if len(rows) < n_splits:
            raise ValueError(
                f"Expected at least n_splits={n_splits} rows in `{role}`, one per fold, got {len(rows)}. Lower "
                "`n_splits`, or pass more rows."
            )
    features = np.concatenate(classifier_features(real, synthetic))
    is_synthetic = np.repeat([0, 1], [len(real), len(synthetic)])
    classifier, folds = _make_classifier(classifier, rng), _draw_folds(is_synthetic, n_splits, rng)
    method = "predict_proba" if hasattr(classifier, "predict_proba") else "decision_function"
    scores = cross_val_predict(classifier, features, is_synthetic, cv=folds, method=method).reshape(len(features), -1)
    # The last column scores the synthetic class, also for `decision_function`, which has only one column.
    tests = [_rank_test(scores[held_out, -1], is_synthetic[held_out] == 1) for _, held_out in folds]
    aurocs, p_values = np.transpose(tests)
    z_scores = norm.isf(np.clip(p_values, SMALLEST_P, 1 - np.finfo(float).epsneg))
    # Folds share training rows, so their mean varies more than the mean of independent folds [3].
    deviation = np.sqrt(1 / n_splits + 1 / (n_splits - 1))
    return TwoSampleTest(float(aurocs.mean()), float(norm.sf(z_scores.mean() / deviation)))


def _rank_test(scores, is_synthetic):
    """Return the area under the ROC curve and its one-sided p-value."""
    test = mannwhitneyu(scores[is_synthetic], scores[~is_synthetic], alternative="greater", method="asymptotic")
    return test.statistic / (is_synthetic.sum() * (~is_synthetic).sum()), test.pvalue


def train_and_test(real, synthetic, y_real, y_synthetic, classifier, scoring, n_splits, rng):
    """Return the scores on each fold of encoded real rows: trained on synthetic rows, and on the other folds."""
    X_real, X_synthetic = classifier_features(real, synthetic)
    classifier, folds = _make_classifier(classifier, rng), _draw_folds(y_real, n_splits, rng)
    scorer = check_scoring(classifier, scoring=scoring)
    real_scores = cross_val_score(classifier, X_real, y_real, cv=folds, scoring=scorer, error_score="raise")
    fitted = clone(classifier).fit(X_synthetic, y_synthetic)
    synthetic_scores = [scorer(fitted, X_real[held_out], y_real[held_out]) for _, held_out in folds]
    return np.array([synthetic_scores, real_scores])


def mean_scores(scores):
    """Return the scores of both classifiers, averaged over folds."""
    return Utility(*(float(of_folds.mean()) for of_folds in scores))


def scores_estimate(scores):
    """Return the difference of both scores as an Estimate, with the dependence between folds [3]_ of the test."""
    differences = np.subtract(*scores)
    n_splits = len(differences)
    error = np.sqrt(differences.var(ddof=1) * (1 / n_splits + 1 / (n_splits - 1)))
    return Estimate(float(differences.mean()), float(error), n_splits)


def check_targets(real, synthetic, y_real, y_synthetic, n_splits):
    """Return both targets as arrays, or raise if they are unsuitable for training and testing classifiers."""
    y_real, y_synthetic = check_labels(y_real), check_labels(y_synthetic)
    check_consistent_length(real, y_real)
    check_consistent_length(synthetic, y_synthetic)
    labels, counts = np.unique(y_real, return_counts=True)
    if counts.min() < n_splits:
        raise ValueError(
            f"Expected at least n_splits={n_splits} rows of each class in `y_real`, one per fold, got "
            f"{counts.min()} of class {labels.tolist()[counts.argmin()]!r}. Lower `n_splits`, or pass more rows."
        )
    found = set(y_synthetic.tolist())
    if len(found) < 2 or not found <= set(labels.tolist()):
        raise ValueError(
            f"Expected `y_synthetic` to contain at least two of the labels in `y_real`, {labels.tolist()}, and no "
            f"others, got {sorted(found)}. Pass synthetic rows of at least two of these classes."
        )
    return y_real, y_synthetic


def _make_classifier(classifier, rng):
    seed = int(rng.integers(2**31))
    return HistGradientBoostingClassifier(random_state=seed) if classifier is None else clone(classifier)


def _draw_folds(y, n_splits, rng):
    folds = StratifiedKFold(n_splits, shuffle=True, random_state=int(rng.integers(2**31)))
    return list(folds.split(np.zeros(len(y)), y))
