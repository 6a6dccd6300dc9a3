"""What classifiers make of synthetic rows: whether they tell them from real ones, and what they learn from them."""

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

from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._table import CATEGORICAL_FEATURES, check_labels, classifier_features, encode_rows, read_tables
from sklearn_gan.metrics._rows import SAMPLING, read_rows

CLASSIFYING = {
    "classifier": [HasMethods(["fit", "predict"]), None],
    "n_splits": [Interval(Integral, 2, None, closed="left")],
    "categorical_features": CATEGORICAL_FEATURES,
    "random_state": ["random_state"],
}
SCORING = [StrOptions(set(get_scorer_names())), callable]
SMALLEST_P = 1e-300  # the score of p = 0 would be infinite


class TwoSampleTest(NamedTuple):
    """What :func:`classifier_two_sample_test` returns."""

    auroc: float
    p_value: float


class Utility(NamedTuple):
    """What :func:`utility` returns."""

    trained_on_synthetic: float
    trained_on_real: float


@validate_params({**CLASSIFYING, **SAMPLING}, prefer_skip_nested_validation=True)
def classifier_two_sample_test(
    real, synthetic, *, classifier=None, n_splits=5, categorical_features="auto", max_rows=5_000, random_state=None
):
    r"""Test whether a classifier tells synthetic rows, which it has not seen, from real ones.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic one, with the same columns. Those of two frames are matched by their names.
    classifier : estimator or None, default=None
        What is to tell them apart. It gets standardised numbers, one-hot categories and flags of missing cells. None
        is a :class:`~sklearn.ensemble.HistGradientBoostingClassifier`.
    n_splits : int, default=5
        Folds of the cross-validation.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: names, positions or a mask. `"auto"` takes those whose type in the real table
        says so.
    max_rows : int or None, default=5_000
        Of a larger table that many rows are drawn. None takes all.
    random_state : int, RandomState instance or None, default=None
        Draws these rows and the folds, and seeds the default classifier.

    Returns
    -------
    auroc : float
        The area under the ROC curve, the mean over the folds: 0.5 if the tables cannot be told apart, 1 if each row
        can. Far below 0.5 there are copies of real rows among the synthetic ones; see Notes.
    p_value : float
        How probable such an area or a larger one is, if both tables are independent samples of one distribution.

    Raises
    ------
    ValueError
        If a table has fewer rows than `n_splits`, their columns differ, or a column of numbers holds something else.

    Notes
    -----
    This is the test of [1]_ with the area under the ROC curve, which does not depend on the sizes of the tables,
    instead of the accuracy. In each fold it is the Mann-Whitney statistic of the scores of the rows that were held
    out, divided by its largest value, and has the p-value p_i of this statistic. With K folds and the normal
    distribution function :math:`\Phi` they make

    .. math:: p = 1 - \Phi\left(\frac{\frac1K \sum_i \Phi^{-1}(1 - p_i)}{\sqrt{1/K + 1/(K - 1)}}\right),

    in which 1/(K - 1), the held-out rows divided by the training rows, is there because the folds are not
    independent [3]_. It errs on the side of caution.

    A copy of a real row that is held out stands in the training rows under the other label, and misleads the
    classifier. So a table is told from a copy of itself with an area near 0. [2]_ use this to detect memorisation.

    A missing cell is a level of its category; a missing number is the mean, and a flag tells that it was missing.

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
    >>> figures = classifier_two_sample_test(real, synthetic, random_state=0)
    >>> figures.auroc, figures.p_value < 0.001
    (1.0, True)
    """
    rng = np.random.default_rng(draw_seed(random_state))
    rows = read_rows(categorical_features, max_rows, rng, real=real, synthetic=synthetic)
    return tell_apart(*rows, classifier, n_splits, rng)


@validate_params({**CLASSIFYING, "scoring": SCORING}, prefer_skip_nested_validation=True)
def utility(
    real,
    synthetic,
    y_real,
    y_synthetic,
    *,
    classifier=None,
    scoring="balanced_accuracy",
    n_splits=5,
    categorical_features="auto",
    random_state=None,
):
    """Train on synthetic rows, test on real ones, and compare with training on real rows.

    Parameters
    ----------
    real : {array-like, sparse matrix, dataframe} of shape (n_real, n_features)
        The real table.
    synthetic : {array-like, sparse matrix, dataframe} of shape (n_synthetic, n_features)
        The synthetic one, with the same columns. Those of two frames are matched by their names.
    y_real : array-like of shape (n_real,)
        The labels of the real rows.
    y_synthetic : array-like of shape (n_synthetic,)
        The labels of the synthetic ones, two of the real labels at least.
    classifier : estimator or None, default=None
        What is trained. It gets standardised numbers, one-hot categories and flags of missing cells. None is a
        :class:`~sklearn.ensemble.HistGradientBoostingClassifier`.
    scoring : str or callable, default="balanced_accuracy"
        How it is scored: one of scikit-learn's names, or a scorer.
    n_splits : int, default=5
        Folds of the real rows.
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: names, positions or a mask. `"auto"` takes those whose type in the real table
        says so.
    random_state : int, RandomState instance or None, default=None
        Draws the folds and seeds the default classifier.

    Returns
    -------
    trained_on_synthetic : float
        The score of the classifier that learned from the synthetic rows, the mean over the folds of real ones.
    trained_on_real : float
        On the same folds, the mean score of classifiers that learned from the other folds. The synthetic rows are as
        useful as real ones if the first is no lower than this.

    Raises
    ------
    ValueError
        If a class has fewer than `n_splits` real rows, or synthetic labels are of one class or of one that is not
        real; if a table is empty, their columns differ, or a column of numbers holds something else.

    Notes
    -----
    This is the TSTR of [1]_. A generator that learned from the rows that are passed as `real` has seen all of them,
    the classifier that is trained on real rows only those of the other folds. Pass real rows that the generator has
    not seen for a comparison that flatters neither.

    A missing cell is a level of its category; a missing number is the mean, and a flag tells that it was missing.

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
    return train_and_test(*rows, y_real, y_synthetic, classifier, scoring, n_splits, rng)


def tell_apart(real, synthetic, classifier, n_splits, rng):
    """Return the area under the curve and its p-value, of encoded rows."""
    for role, rows in {"real": real, "synthetic": synthetic}.items():
        if len(rows) < n_splits:
            raise ValueError(
                f"Expected at least n_splits={n_splits} rows in `{role}`, one for each fold, got {len(rows)}. Lower "
                "`n_splits`, or pass more rows."
            )
    features = np.concatenate(classifier_features(real, synthetic))
    is_synthetic = np.repeat([0, 1], [len(real), len(synthetic)])
    classifier, folds = _make_classifier(classifier, rng), _draw_folds(is_synthetic, n_splits, rng)
    method = "predict_proba" if hasattr(classifier, "predict_proba") else "decision_function"
    scores = cross_val_predict(classifier, features, is_synthetic, cv=folds, method=method).reshape(len(features), -1)
    tests = [_rank_test(scores[held_out, -1], is_synthetic[held_out] == 1) for _, held_out in folds]
    aurocs, p_values = np.transpose(tests)
    z_scores = norm.isf(np.clip(p_values, SMALLEST_P, 1 - np.finfo(float).epsneg))
    # The folds share training rows, so that their mean varies more than that of independent ones.
    deviation = np.sqrt(1 / n_splits + 1 / (n_splits - 1))
    return TwoSampleTest(float(aurocs.mean()), float(norm.sf(z_scores.mean() / deviation)))


def _rank_test(scores, is_synthetic):
    """Return the area under the ROC curve, and how probable it is by chance."""
    test = mannwhitneyu(scores[is_synthetic], scores[~is_synthetic], alternative="greater", method="asymptotic")
    return test.statistic / (is_synthetic.sum() * (~is_synthetic).sum()), test.pvalue


def train_and_test(real, synthetic, y_real, y_synthetic, classifier, scoring, n_splits, rng):
    """Return the scores of both classifiers on encoded real rows."""
    y_real, y_synthetic = _check_targets(real, synthetic, y_real, y_synthetic, n_splits)
    X_real, X_synthetic = classifier_features(real, synthetic)
    classifier, folds = _make_classifier(classifier, rng), _draw_folds(y_real, n_splits, rng)
    scorer = check_scoring(classifier, scoring=scoring)
    of_real = cross_val_score(classifier, X_real, y_real, cv=folds, scoring=scorer, error_score="raise")
    learned = clone(classifier).fit(X_synthetic, y_synthetic)
    of_synthetic = [scorer(learned, X_real[held_out], y_real[held_out]) for _, held_out in folds]
    return Utility(float(np.mean(of_synthetic)), float(of_real.mean()))


def _check_targets(real, synthetic, y_real, y_synthetic, n_splits):
    """Return both targets as labels from which classifiers can learn and be tested."""
    y_real, y_synthetic = check_labels(y_real), check_labels(y_synthetic)
    check_consistent_length(real, y_real)
    check_consistent_length(synthetic, y_synthetic)
    labels, counts = np.unique(y_real, return_counts=True)
    if counts.min() < n_splits:
        raise ValueError(
            f"Expected at least n_splits={n_splits} rows of each class in `y_real`, one for each fold, got "
            f"{counts.min()} of {labels.tolist()[counts.argmin()]!r}. Lower `n_splits`, or pass more rows."
        )
    drawn = set(y_synthetic.tolist())
    if len(drawn) < 2 or not drawn <= set(labels.tolist()):
        raise ValueError(
            f"Expected in `y_synthetic` two or more of the labels of `y_real`, {labels.tolist()}, and no others, got "
            f"{sorted(drawn)}. Pass synthetic rows of several classes."
        )
    return y_real, y_synthetic


def _make_classifier(classifier, rng):
    seed = int(rng.integers(2**31))
    return HistGradientBoostingClassifier(random_state=seed) if classifier is None else clone(classifier)


def _draw_folds(y, n_splits, rng):
    folds = StratifiedKFold(n_splits, shuffle=True, random_state=int(rng.integers(2**31)))
    return list(folds.split(np.zeros(len(y)), y))
