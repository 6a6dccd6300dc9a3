"""compare_samplers: does resampling help a classifier on a table?"""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, Literal

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils import check_consistent_length
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions, validate_params

from sklearn_gan._comparison.folds import LabelledTable, draw_folds, run_folds
from sklearn_gan._comparison.methods import make_methods
from sklearn_gan._comparison.result import SamplerComparison
from sklearn_gan._comparison.scoring import make_metrics
from sklearn_gan._runtime.annotations import Classifier, Folds, RandomState, Table, Target, keep_signature
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._table import check_labels, library_of, to_chunks

SCORING = ("average_precision", "roc_auc", "balanced_accuracy", "f1", "neg_brier_score")


@keep_signature(
    validate_params(
        {
            "classifier": [HasMethods(["fit", "predict"])],
            "samplers": [dict, StrOptions({"default"})],
            "cv": ["cv_object"],
            "n_repeats": [Interval(Integral, 1, None, closed="left")],
            "scoring": [str, list, tuple],
            "n_jobs": [Integral, None],
            "random_state": ["random_state"],
            "verbose": ["verbose"],
        },
        prefer_skip_nested_validation=False,
    )
)
def compare_samplers(
    classifier: Classifier,
    X: Table,
    y: Target,
    *,
    samplers: dict[str, Any] | Literal["default"] = "default",
    cv: Folds = 5,
    n_repeats: int = 2,
    scoring: str | Sequence[str] = SCORING,
    n_jobs: int | None = None,
    random_state: RandomState = None,
    verbose: int = 0,
) -> SamplerComparison:
    r"""Compare methods for class imbalance on a table, and recommend one.

    Every method is fitted and scored on the same folds. It is recommended only if it beats no resampling by more than
    the folds vary.

    Parameters
    ----------
    classifier : classifier
        Classifier with `predict_proba`, or a pipeline that ends in one. Include the preprocessing in the pipeline,
        because samplers receive the table as it is.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        Table.
    y : array-like of shape (n_samples,)
        Class of each row. The rarer of two classes is the positive class of all metrics.
    samplers : dict or "default", default="default"
        Compared methods by name. No resampling is always compared.

        - None: the classifier without resampling.
        - `"balanced"`: the classifier, or the last step of its pipeline, with `class_weight="balanced"`.
        - sampler: a pipeline of the sampler and the classifier.
        - classifier: this classifier in place of `classifier`, such as `ResampledClassifier(classifier, SMOTE())`.
        - `"default"`: no resampling, class weights if the classifier has them, SMOTE or its variant for the column
          types, :class:`~sklearn_gan.GANOversampler`, and :class:`~sklearn_gan.ResampledClassifier` around it.
    cv : int, cross-validation generator or iterable, default=5
        Number of stratified folds, or the folds themselves. More folds leave more training rows, and take longer.
    n_repeats : int, default=2
        Number of repetitions with other folds, if `cv` is a number. Each repetition narrows the intervals slightly.
    scoring : list, default=("average_precision", "roc_auc", "balanced_accuracy", "f1", "neg_brier_score")
        Names of metrics, or the name of one, as in `sklearn.metrics.get_scorer_names()`. The first determines `best_`.
    n_jobs : int or None, default=None
        Number of fits in parallel. None means 1, and -1 means all processors.
    random_state : int, RandomState instance or None, default=None
        Seed of the folds and of each `random_state` of an estimator that is None.
    verbose : int, default=0
        1 shows a progress bar.

    Returns
    -------
    comparison : SamplerComparison
        Scores and verdicts. Print it to read them.

    Raises
    ------
    TypeError
        If a value of `samplers` is neither a sampler, a classifier, `"balanced"` nor None.
    ValueError
        If `classifier` is not a classifier with `predict_proba`. If several samplers are None, or `"balanced"` is among
        them and the classifier has no class weights. If a fold has no test row, or fewer than two training rows, of a
        class. If there is a single class, or `scoring` is empty.

    Warns
    -----
    UserWarning
        If interrupted by Ctrl-C. The complete folds are then compared. Without any, the interruption is raised.
    UserWarning or ConvergenceWarning
        Those of the estimators of this package, once for all folds and processes.

    See Also
    --------
    GANOversampler : Sampler for tables with columns of any type.
    ResampledClassifier : Ensemble of classifiers fitted on real and resampled rows.

    Notes
    -----
    **Statistics.** Let J be the number of folds, and d̄ and s² the mean and the variance of the differences between the
    scores of two methods. Training rows of folds overlap, so intervals use the corrected resampled t-test [1]_:

    .. math:: \bar d \pm t_{J-1} \sqrt{\left(\frac1J + \frac{n_\text{test}}{n_\text{train}}\right) s^2}

    The quantile of t gives 95% intervals for the differences of all methods to one of them jointly (Bonferroni).
    `to_frame` also returns the Bayesian form of this test [2]_: the probabilities that the difference is above, within
    or below ±0.01, the region of practical equivalence.

    **Verdict.** Methods are considered in the order of their simplicity: no resampling, class weights, samplers,
    `GANOversampler`, other classifiers; and in the order of `samplers`. A method replaces a simpler one if the interval
    of its gain is above 0 and reaches beyond 0.01, and if the same is true of its gain over no resampling. If all
    methods are equally good, no resampling is recommended in at least 95% of tables.

    **Thresholds.** Most resampling shifts probabilities, and metrics of predicted classes improve by this shift alone.
    With two classes, such metrics are therefore also evaluated at a threshold chosen for each method, fold and metric:
    a third of the training rows is held out, and the method is fitted on the others. The verdict is about these
    scores.

    **Several classes.** Thresholds are not tuned. The average precision, the area under the ROC curve, F1, precision,
    recall and the Jaccard score are one-vs-rest means over the classes (macro averages). The Brier score is half the
    mean squared distance between the probabilities and the one-hot classes.

    **SMOTE.** Numbers are standardised for SMOTE and restored afterwards. With categorical columns, or missing values
    in numeric columns, the variant is SMOTENC; with categorical columns only, SMOTEN. A missing value is a category.

    **Failures.** A method that raises an error on some fold is left out, and `failures` has its message. Errors of the
    classifier without resampling are raised.

    References
    ----------
    .. [1] Nadeau, Bengio, "Inference for the generalization error", Machine Learning 52, 2003, section 3.
    .. [2] Benavoli, Corani, Demšar, Zaffalon, "Time for a change: a tutorial for comparing multiple classifiers through
       Bayesian analysis", JMLR 18, 2017, section 3.1.

    Examples
    --------
    >>> from imblearn.over_sampling import RandomOverSampler
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn_gan import compare_samplers
    >>> X, y = make_classification(n_samples=400, weights=[0.9], random_state=0)
    >>> samplers = {"class weights": "balanced", "random oversampling": RandomOverSampler()}
    >>> comparison = compare_samplers(
    ...     LogisticRegression(), X, y, samplers=samplers, scoring="average_precision", random_state=0
    ... )
    >>> comparison.verdicts[0].method
    'no resampling'
    >>> comparison.best_
    LogisticRegression()
    """
    _check_classifier(classifier)
    X, y = to_chunks(X), check_labels(y)
    check_consistent_length(X, y)
    table = LabelledTable.of(X, y)
    if len(table.labels) < 2:
        raise ValueError(
            f"Expected at least 2 classes in `y`, got {table.labels.tolist()}. Pass rows of another class too."
        )
    if not scoring:
        raise ValueError(
            f"Expected the name of at least one metric as `scoring`, got {scoring!r}. Pass a name such as "
            "'average_precision'."
        )
    rng = np.random.default_rng(draw_seed(random_state))
    methods, metrics = make_methods(classifier, samplers), make_metrics(scoring, len(table.labels))
    folds = draw_folds(table, cv, n_repeats, rng)
    outcomes = run_folds(methods, table, folds, metrics, n_jobs, verbose)
    settings = {
        "samplers": samplers,
        "cv": cv,
        "n_repeats": n_repeats,
        "scoring": scoring,
        "random_state": random_state,
    }
    return _summarize(methods, metrics, table, folds, outcomes, settings)


def _check_classifier(classifier):
    if not is_classifier(classifier):
        raise ValueError(
            f"Expected `classifier` to be a classifier, got {type(classifier).__name__}. Pass an estimator that "
            "predicts classes, such as RandomForestClassifier."
        )
    if not hasattr(classifier, "predict_proba"):
        raise ValueError(
            f"Expected a classifier with `predict_proba`, got {type(classifier).__name__}. Calibrate it with "
            "`sklearn.calibration.CalibratedClassifierCV`."
        )


def _summarize(methods, metrics, table, folds, outcomes, settings):
    """Return the comparison of the outcomes, a list for each complete fold."""
    by_method = dict(zip([method.name for method in methods], zip(*outcomes, strict=True), strict=True))
    failures = {
        name: next(outcome.failure for outcome in found if outcome.failure is not None)
        for name, found in by_method.items()
        if any(outcome.failure is not None for outcome in found)
    }
    complete = {name: found for name, found in by_method.items() if name not in failures}
    scores = {
        metric[:2]: {
            name: np.array([outcome.scores[metric[:2]] for outcome in found]) for name, found in complete.items()
        }
        for metric in metrics
    }
    n_test, n_train = (sum(len(getattr(fold, part)) for fold in folds) for part in ("test", "train"))
    labels, counts = np.unique(table.y, return_counts=True)
    return SamplerComparison(
        estimators={method.name: method.estimator for method in methods},
        scores=scores,
        seconds={name: np.array([outcome.seconds for outcome in found]) for name, found in complete.items()},
        failures=failures,
        class_counts=dict(zip(labels.tolist(), counts.tolist(), strict=True)),
        test_ratio=n_test / n_train,
        library=library_of(table.X),
        settings=settings,
    )
