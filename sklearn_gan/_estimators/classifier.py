"""ResampledClassifier: fit a classifier on resampled rows, and predict under the original class prior."""

from numbers import Integral, Real

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, _fit_context, clone
from sklearn.metrics import get_scorer, get_scorer_names
from sklearn.model_selection import StratifiedKFold, check_cv
from sklearn.utils import Bunch, InputTags, assert_all_finite, column_or_1d, get_tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, get_routing_for_object, process_routing
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _check_sample_weight, check_consistent_length, check_is_fitted, validate_data

from sklearn_gan._correction import (
    FittedShift,
    FoldLearner,
    LabelledRows,
    PriorShift,
    check_scorer,
    find_weight_names,
    resample,
    split_params,
    take_params,
    train,
    tune_threshold,
)
from sklearn_gan._estimators.sampler import GANOversampler
from sklearn_gan._runtime.interruption import unfitted_on_failure
from sklearn_gan._runtime.warnings import warn_caller
from sklearn_gan._table import check_labels

MAX_FOLDS = 5


def _classifier_has(method):
    """Return an `available_if` check for a method of the classifier."""

    def check(self):
        # The AttributeError of a missing method passes through to `available_if`.
        getattr(getattr(self, "classifier_", self.classifier), method)
        return True

    return check


class ResampledClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    r"""Resample inside `fit`, and predict under the original class prior.

    Unlike a sampler, this classifier works inside scikit-learn's own pipelines, stacks, searches and calibration. It
    fits `classifier` on resampled, usually balanced rows. By default, `predict` returns the decisions of that
    classifier, and `predict_proba` corrects its probabilities for the change of the class prior.

    Parameters
    ----------
    classifier : classifier
        Classifier to fit on the resampled rows. Do not set its `class_weight`, which would shift its probabilities a
        second time.

    sampler : sampler or None, default=None
        Sampler of imbalanced-learn, or an object with the same interface. None uses `GANOversampler()`. To search the
        parameters of the sampler, pass one.

    correct_prior : bool or "analytic", default=True
        Whether `predict_proba` corrects for the change of the class prior.

        - True: by Bayes' rule, adjusted to out-of-fold predictions. The classifier is refitted for each fold of `cv`.
          The sampler is refitted too, unless it records the parents of synthetic rows, as `GANOversampler` does. If
          `cv` is None and a class has a single row, `"analytic"` is used.
        - `"analytic"`: by Bayes' rule only, at no extra cost. This suffices for classifiers calibrated on their
          training rows, such as logistic regression. Overconfident classifiers, such as trees and nearest neighbours,
          remain overconfident.
        - False: no correction.

    threshold : float, "tuned" or None, default=None
        Decision rule of `predict`.

        - None: the decision of the classifier fitted on the resampled rows. If these are balanced, a class is predicted
          where its probability exceeds its prior. This favours the balanced accuracy, the usual aim of resampling. The
          prediction may differ from the most probable class in `predict_proba`.
        - A float: `classes_[1]` if its probability in `predict_proba` is at least this value. Binary classification
          only. 0.5 predicts the most probable class.
        - `"tuned"`: the threshold with the best `scoring` on out-of-fold predictions. Binary classification only.

    scoring : str or callable, default="balanced_accuracy"
        Metric to maximise if `threshold="tuned"`: the name of a scorer for predicted classes, such as `"f1"`, or a
        scorer made by `sklearn.metrics.make_scorer`.

    cv : int, cross-validation generator, iterable or None, default=None
        Folds for `correct_prior=True` and `threshold="tuned"`. None uses five stratified folds, or fewer if a class
        has fewer rows.

    n_jobs : int or None, default=None
        Number of folds fitted in parallel. None means 1, and -1 means all processors. joblib keeps its worker
        processes alive for a while, for later calls.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.

    class_prior_ : ndarray of shape (n_classes,)
        Share of each class in the table passed to `fit`, weighted if there are sample weights.

    sampler_ : sampler
        Fitted sampler.

    classifier_ : classifier
        Classifier fitted on the resampled rows.

    threshold_ : float
        Decision threshold. Defined only if `threshold` is not None.

    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns. Defined only if `X` is a data frame whose column names are all strings.

    See Also
    --------
    GANOversampler : The default sampler.
    sklearn.model_selection.TunedThresholdClassifierCV : Tunes the threshold of any classifier.
    sklearn.calibration.CalibratedClassifierCV : Calibrates any classifier.

    Notes
    -----
    Let π be the class prior of the table, π' the class prior of the resampled rows, and p' the probabilities of the
    classifier fitted on these rows. By Bayes' rule,

    .. math:: p(c \mid x) \propto \frac{\pi_c}{\pi'_c} \, p'(c \mid x),

    which is theorem 2 of [1]_ for two classes, and equation 2.4 of [2]_ in general. It is exact if p' is calibrated and
    synthetic rows are distributed like real ones. Neither holds exactly. With `correct_prior=True`, the probabilities
    are therefore

    .. math:: p(c \mid x) \propto w_c \, (p'(c \mid x) + 10^{-3})^a,

    where w and a are fitted to out-of-fold predictions. Both log a and log w have standard normal priors centred on
    Bayes' rule. This is the bias-corrected temperature scaling of [3]_. For two classes, it preserves the ranking of
    rows. If resampling leaves the class prior unchanged, no correction is made.

    For each fold, the other rows are resampled and the classifier is fitted on the result. A sampler that records
    parents is not refitted. Its resampled rows are reused, except for the held-out rows and the synthetic rows with a
    held-out parent. (`GANOversampler` was still fitted on the held-out rows, and its rows from noise only are kept.) In
    either case, the predictions are then shifted to the class prior of all resampled rows. A dict `sampling_strategy`
    is scaled to the training rows of the fold. If a fold cannot be resampled or fitted, `fit` warns, and Bayes' rule is
    not adjusted.

    **Sample weights.** `sample_weight` in `fit` applies to the real rows. A synthetic row gets the mean weight of the
    real rows of its class, so the weight of a class grows in proportion to its number of rows. The sampler counts rows,
    not weights: drop rows of weight 0 before `fit`.

    **Metadata.** Without metadata routing, parameters of `fit` go to the classifier's `fit` (`step__sample_weight` for
    a step of a pipeline). `sample_weight` also goes to the scorer of a tuned threshold. With metadata routing,
    `classifier` (also in prediction), `sampler`, `cv` and the scorer get the metadata they request. Among metadata with
    one value per row, only sample weights extend to synthetic rows. Other such metadata raises an error if there are
    synthetic rows. If the sampler does not identify real rows (ClusterCentroids, for example), weights raise an error
    too.

    References
    ----------
    .. [1] Elkan, "The foundations of cost-sensitive learning", IJCAI 2001, section 3.
    .. [2] Saerens, Latinne, Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities: a
       simple procedure", Neural Computation 2002, section 2.2.
    .. [3] Alexandari, Kundaje, Shrikumar, "Maximum likelihood with bias-corrected calibration is hard-to-beat at label
       shift adaptation", ICML 2020, section 3.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_gan import GANOversampler, ResampledClassifier
    >>> X, y = make_classification(n_samples=500, weights=[0.9], flip_y=0, random_state=0)
    >>> classifier = ResampledClassifier(LogisticRegression(), GANOversampler(max_steps=100, random_state=0))
    >>> pipeline = make_pipeline(StandardScaler(), classifier).fit(X, y)
    >>> bool(abs(pipeline.predict_proba(X)[:, 1].mean() - y.mean()) < 0.01)
    True
    """

    _parameter_constraints: dict = {
        "classifier": [HasMethods(["fit", "predict"])],
        "sampler": [HasMethods(["fit_resample"]), None],
        "correct_prior": ["boolean", StrOptions({"analytic"})],
        "threshold": [Interval(Real, 0, 1, closed="both"), StrOptions({"tuned"}), None],
        "scoring": [StrOptions(set(get_scorer_names())), callable],
        "cv": ["cv_object"],
        "n_jobs": [Integral, None],
    }

    _fitted_state = ("_fit_params", "_shift")

    def __init__(
        self,
        classifier,
        sampler=None,
        *,
        correct_prior=True,
        threshold=None,
        scoring="balanced_accuracy",
        cv=None,
        n_jobs=None,
    ):
        self.classifier = classifier
        self.sampler = sampler
        self.correct_prior = correct_prior
        self.threshold = threshold
        self.scoring = scoring
        self.cv = cv
        self.n_jobs = n_jobs

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, **params):
        """Resample a table and fit the classifier on the result.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Table, in any format the sampler and the classifier accept.
        y : array-like of shape (n_samples,)
            Class of each row.
        **params : dict
            Parameters of the classifier's `fit`, most often `sample_weight` of shape (n_samples,). With metadata
            routing, also metadata for the sampler, the splitter and the scorer.

        Returns
        -------
        self : ResampledClassifier
            Fitted classifier.

        Raises
        ------
        ValueError
            If `y` is not a classification target. If sample weights are negative or not finite. If metadata with one
            value per row cannot be extended to synthetic rows. If `threshold` is not None and there are not two
            classes. If `threshold="tuned"` and a class has a single row or a fold cannot be fitted.

        Warns
        -----
        UserWarning
            If a fold cannot be resampled or fitted, so that only Bayes' rule corrects the prior.
        """
        routed = self._route("fit", params)
        with unfitted_on_failure(self):
            self._fit(X, y, routed)
        return self

    def _fit(self, X, y, routed):
        real = self._check_rows(X, y, routed.classifier.fit)
        self.sampler_ = clone(self._sampler)
        resampled = resample(self.sampler_, real, routed.sampler.fit_resample)
        resampled_prior = self._shares(resampled, f"{type(self.sampler_).__name__} returns no row of")
        self.classifier_ = train(self.classifier, resampled, self._fit_params)
        bayes = self._bayes(resampled_prior)
        held_out = self._predict_held_out(real, resampled, routed) if self._needs_folds(bayes, real.y) else None
        self._shift = bayes if held_out is None else self._adjust(bayes, real, held_out)
        if self.threshold is not None:
            self.threshold_ = self._tune(real, held_out, routed) if self.threshold == "tuned" else self.threshold

    @property
    def _sampler(self):
        return GANOversampler() if self.sampler is None else self.sampler

    @property
    def _has_threshold(self):
        """Whether `predict` compares probabilities with a threshold."""
        # Setting `threshold` after `fit` does not change `predict` before the next `fit`.
        return hasattr(self, "threshold_") if hasattr(self, "classes_") else self.threshold is not None

    def _check_rows(self, X, y, params):
        """Return the real rows, and set the attributes derived from them and from the parameters of `fit`."""
        # The sampler and the classifier validate the values of X.
        validate_data(self, X, skip_check_array=True)
        y = column_or_1d(y, warn=True)
        assert_all_finite(y, input_name="y")
        y = check_labels(y)
        check_consistent_length(X, y)
        self.classes_ = np.unique(y)
        self._check_decision(y)
        weight_names = find_weight_names(params, get_routing_for_object(self.classifier))
        for name in (name for name in weight_names if params[name] is not None):
            params = params | {name: _check_sample_weight(params[name], X, ensure_non_negative=True)}
        row_params, self._fit_params = split_params(params, len(y))
        real = LabelledRows(X, y, row_params, np.arange(len(y)), None, weight_names)
        self.class_prior_ = self._shares(real, "`sample_weight` gives no weight to")
        return real

    def _check_decision(self, y):
        n_classes = len(self.classes_)
        if n_classes < 2:
            raise ValueError(
                f"ResampledClassifier got {n_classes} class(es) in `y`, {self.classes_.tolist()}; expected at least 2. "
                "Pass rows of another class too."
            )
        if self.threshold is not None and n_classes > 2:
            raise ValueError(
                f"Only binary classification is supported if `threshold` is {self.threshold!r}; expected two classes, "
                f"got {n_classes}. Set `threshold` to None to use the decisions of the fitted classifier."
            )
        if self.threshold is not None and not hasattr(self.classifier, "predict_proba"):
            raise ValueError(
                f"Expected a classifier with `predict_proba`, because `threshold` is {self.threshold!r}, got "
                f"{type(self.classifier).__name__}. Set `threshold` to None, or calibrate the classifier."
            )
        if self.threshold == "tuned":
            check_scorer(get_scorer(self.scoring), y, self.classes_)
            if self.cv is None and _smallest_class_size(y) < 2:
                raise ValueError(
                    "Expected at least 2 rows of each class to tune the threshold, got a class with 1. Set "
                    "`threshold` to a number or None, or collect more rows."
                )

    def _shares(self, rows, reason):
        """Return the share of each class, or raise if one is 0."""
        shares = rows.class_shares(self.classes_)
        if not shares.all():
            raise ValueError(
                f"Expected a positive share of each class, but {reason} class(es) "
                f"{self.classes_[shares == 0].tolist()}. Drop these classes, or keep some of their rows."
            )
        return shares

    def _bayes(self, resampled_prior):
        """Return Bayes' rule, or None if no correction is needed."""
        if not self.correct_prior or np.allclose(self.class_prior_, resampled_prior):
            return None
        return PriorShift(self.class_prior_ / resampled_prior)

    def _needs_folds(self, bayes, y):
        """Return whether the correction or the threshold requires out-of-fold predictions."""
        is_adjusted = self.correct_prior is True and bayes is not None and hasattr(self.classifier_, "predict_proba")
        return self.threshold == "tuned" or (is_adjusted and (self.cv is not None or _smallest_class_size(y) > 1))

    def _predict_held_out(self, real, resampled, routed):
        """Return out-of-fold predictions, or warn and return None if a fold cannot be resampled or fitted."""
        learner = FoldLearner(
            self.classifier, self._sampler, self._fit_params, routed.sampler.fit_resample, self.classes_
        )
        try:
            folds = self._folds(real.y, routed.splitter.split)
            return learner.predict_held_out(real, resampled, folds, self.n_jobs)
        except ValueError as error:
            if self.threshold == "tuned":
                raise ValueError(
                    "Expected folds that can be resampled and fitted, to tune the threshold, got one that cannot "
                    f"({error}). Pass another `cv`, change the sampler, or set `threshold` to a number or None."
                ) from error
            warn_caller(
                f"A fold could not be resampled and fitted ({error}), so that only Bayes' rule corrects the prior. "
                'Pass another `cv`, change the sampler, or set `correct_prior` to "analytic".',
                UserWarning,
            )
            return None

    def _folds(self, y, splitter_params):
        """Return the positions of the training rows and of the held-out rows of each fold."""
        n_folds = min(MAX_FOLDS, _smallest_class_size(y))
        cv = StratifiedKFold(n_folds) if self.cv is None else check_cv(self.cv, y, classifier=True)
        positions = np.arange(len(y))
        folds = cv.split(np.zeros(len(y)), y, **splitter_params)
        # An iterable `cv` may yield masks; indexing turns them into positions.
        return [(positions[training], positions[held_out]) for training, held_out in folds]

    def _adjust(self, bayes, real, held_out):
        """Return Bayes' rule, adjusted to out-of-fold predictions if `correct_prior` is True."""
        if self.correct_prior is not True or bayes is None:
            return bayes
        positions, probabilities = held_out
        weights = np.ones(len(real.y)) if real.weights is None else real.weights / real.weights.mean()
        # A row that is held out several times counts once in total.
        repeats = np.bincount(positions)[positions]
        codes = np.searchsorted(self.classes_, real.y[positions])
        return FittedShift.fit(probabilities, codes, weights[positions] / repeats, bayes)

    def _tune(self, real, held_out, routed):
        positions, probabilities = held_out
        params = take_params(routed.scorer.score, len(real.y), positions)
        # `predict` compares corrected probabilities with the threshold.
        scorer, probabilities = get_scorer(self.scoring), self._shifted(probabilities)[:, 1]
        return tune_threshold(probabilities, real.y[positions], self.classes_, scorer, params)

    def _shifted(self, probabilities):
        return probabilities if self._shift is None else self._shift.apply(probabilities)

    def predict(self, X, **params):
        """Predict the class of each row.

        The parameter `threshold` sets the decision rule.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Rows to predict.
        **params : dict
            With metadata routing, metadata for the classifier.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            Predicted classes.
        """
        routed = self._route_prediction("predict", params)
        if not self._has_threshold:
            return self.classifier_.predict(X, **routed.predict)
        probabilities = self._shifted(self.classifier_.predict_proba(X, **routed.predict_proba))
        return self.classes_[(probabilities[:, 1] >= self.threshold_).astype(int)]

    @available_if(_classifier_has("predict_proba"))
    def predict_proba(self, X, **params):
        """Predict the probability of each class, under the class prior set by `correct_prior`.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Rows to predict.
        **params : dict
            With metadata routing, metadata for the classifier.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Class probabilities, in the order of `classes_`.
        """
        routed = self._route_prediction("predict_proba", params)
        return self._shifted(self.classifier_.predict_proba(X, **routed.predict_proba))

    @available_if(_classifier_has("predict_proba"))
    def predict_log_proba(self, X, **params):
        """Predict the logarithm of the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Rows to predict.
        **params : dict
            With metadata routing, metadata for the classifier's `predict_proba`.

        Returns
        -------
        logarithms : ndarray of shape (n_samples, n_classes)
            Logarithms of the class probabilities, in the order of `classes_`.
        """
        routed = self._route_prediction("predict_log_proba", params)
        with np.errstate(divide="ignore"):  # log(0) = -inf is a valid result
            return np.log(self._shifted(self.classifier_.predict_proba(X, **routed.predict_proba)))

    @available_if(_classifier_has("decision_function"))
    def decision_function(self, X, **params):
        """Return the decision scores of the classifier fitted on the resampled rows.

        Neither `correct_prior` nor `threshold` changes them.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Rows to predict.
        **params : dict
            With metadata routing, metadata for the classifier.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Decision scores.
        """
        routed = self._route_prediction("decision_function", params)
        return self.classifier_.decision_function(X, **routed.decision_function)

    def _route_prediction(self, method, params):
        """Return the metadata for each method of the classifier."""
        check_is_fitted(self)
        return self._route(method, params).classifier

    def _route(self, method, params):
        """Return the metadata for each object and each of its methods."""
        if get_config()["enable_metadata_routing"]:
            return process_routing(self, method, **params)
        if params and method != "fit":
            raise ValueError(
                f"`{method}` was passed {', '.join(map(repr, params))}, but takes metadata only with metadata routing. "
                "Enable routing with `sklearn.set_config(enable_metadata_routing=True)`, or omit the metadata."
            )
        methods = {"predict": {}, "predict_proba": {}, "decision_function": {}}
        return Bunch(
            classifier=Bunch(fit=params, **methods),
            sampler=Bunch(fit_resample={}),
            splitter=Bunch(split={}),
            scorer=Bunch(score={name: params[name] for name in ("sample_weight",) if name in params}),
        )

    def get_metadata_routing(self):
        """Return the metadata routing of this object.

        Returns
        -------
        routing : sklearn.utils.metadata_routing.MetadataRouter
            Routing of the classifier, the sampler, the splitter and, if `threshold="tuned"`, the scorer.
        """
        callees = {
            "fit": "fit",
            "predict": "predict_proba" if self._has_threshold else "predict",
            "predict_proba": "predict_proba",
            "predict_log_proba": "predict_proba",
            "decision_function": "decision_function",
        }
        router = (
            MetadataRouter(owner=type(self).__name__)
            .add_self_request(self)  # for `sample_weight` in `score`
            .add(classifier=self.classifier, method_mapping=_mapping(callees))
            .add(sampler=self._sampler, method_mapping=_mapping({"fit": "fit_resample"}))
            .add(splitter=self.cv, method_mapping=_mapping({"fit": "split"}))
        )
        if self.threshold == "tuned":
            router.add(scorer=get_scorer(self.scoring), method_mapping=_mapping({"fit": "score"}))
        return router

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # Both the sampler and the classifier receive X.
        parts = [_input_tags(part) for part in (self.classifier, self._sampler)]
        for name in ("sparse", "allow_nan", "string", "categorical"):
            setattr(tags.input_tags, name, all(getattr(part, name) for part in parts))
        tags.classifier_tags.multi_class = self.threshold is None
        return tags


def _smallest_class_size(y):
    """Return the number of rows of the smallest class."""
    return np.unique(y, return_counts=True)[1].min()


def _input_tags(part):
    """Return the input tags of an estimator, or the defaults for an object without tags."""
    return get_tags(part).input_tags if hasattr(part, "__sklearn_tags__") else InputTags()


def _mapping(callees):
    mapping = MethodMapping()
    for caller, callee in callees.items():
        mapping.add(caller=caller, callee=callee)
    return mapping
