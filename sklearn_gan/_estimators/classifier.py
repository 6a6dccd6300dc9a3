"""ResampledClassifier: average classifiers fitted on real and resampled rows, under the original class prior."""

from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, _fit_context, clone, is_classifier
from sklearn.metrics import get_scorer, get_scorer_names
from sklearn.utils import InputTags, assert_all_finite, column_or_1d, get_tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from sklearn_gan._correction import (
    LabelledRows,
    MemberTrainer,
    Pool,
    calibrate,
    check_scorer,
    decision_scores,
    make_folds,
    make_router,
    read_fit_params,
    resample,
    route_metadata,
    take_params,
    tune_threshold,
)
from sklearn_gan._estimators.sampler import GANOversampler
from sklearn_gan._runtime.annotations import Array, Classifier, Folds, Sampler, Scorer, Table, Target, keep_signature
from sklearn_gan._runtime.interruption import unfitted_on_failure
from sklearn_gan._runtime.warnings import warn_caller
from sklearn_gan._table import check_labels, plain_labels, read_labels, to_chunks


def _classifier_has(*methods):
    """Return an `available_if` check for any of the methods of the classifier."""

    def check(self):
        classifier = getattr(self, "classifier_", self.classifier)
        if not any(hasattr(classifier, method) for method in methods):
            getattr(classifier, methods[-1])  # `available_if` explains that this attribute is missing
        return True

    return check


class ResampledClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    r"""Average classifiers fitted on real rows and on resampled rows, under the original class prior.

    `predict_proba` returns probabilities under the class prior of the table passed to `fit`. By default, `predict` does
    not return the most probable class, but the class whose probability exceeds its share of the table by the largest
    factor. If 5% of the rows are positive, a row is predicted positive if its probability exceeds 0.05, which is stored
    as `threshold_`. This favours the balanced accuracy, the usual aim of resampling. Use `threshold=0.5` to predict the
    more probable of two classes.

    Unlike a sampler, this classifier works inside scikit-learn's own pipelines, stacks, searches and calibration.

    Parameters
    ----------
    classifier : classifier
        Classifier to fit. Do not set its `class_weight`, which would shift its probabilities a second time.

    sampler : sampler or None, default=None
        Sampler of imbalanced-learn, or an object with the same interface. None uses `GANOversampler(n_candidates=1)`,
        because the ensemble gains nothing from candidate selection. To search the parameters of the sampler, pass one.

    ensemble : bool, default=True
        Whether to average the classifiers of all folds.

        - True: for each fold of `cv`, one classifier is fitted on its training rows with a new draw of synthetic rows,
          and one on these rows alone.
        - False: one classifier is fitted on all rows with a draw of synthetic rows, and one on all rows alone. The
          folds only serve `correct_prior=True` and `threshold="tuned"`.

    real_weight : float, default=0.5
        Weight of the classifiers fitted on real rows alone, from 0 to 1 (exclusive). With 0, none are fitted.

    correct_prior : bool or "analytic", default=True
        Whether `predict_proba` corrects for the change of the class prior.

        - True: by Bayes' rule for each classifier, then by a calibration of their average on out-of-fold predictions.
        - `"analytic"`: by Bayes' rule only. Overconfident classifiers, such as trees and nearest neighbours, remain
          overconfident.
        - False: no correction.

    threshold : "prior", "tuned" or float, default="prior"
        Decision rule of `predict`.

        - `"prior"`: the class with the largest ratio of its probability to its prior. For two classes, `classes_[1]` is
          predicted if its probability exceeds its prior.
        - A float: `classes_[1]` if its probability exceeds this value. Binary classification only. 0.5 predicts the
          most probable class.
        - `"tuned"`: the threshold with the best `scoring` on out-of-fold predictions. Binary classification only.

    scoring : str or callable, default="balanced_accuracy"
        Metric to maximise if `threshold="tuned"`: the name of a scorer for predicted classes, such as `"f1"`, or a
        scorer made by `sklearn.metrics.make_scorer`.

    cv : int, cross-validation generator, iterable or None, default=None
        Folds. More folds mean more draws. None uses five stratified folds, in which the only row of a class is always
        a training row.

    n_jobs : int or None, default=None
        Number of folds fitted in parallel. None means 1, and -1 means all processors. joblib keeps its worker
        processes alive for a while, for later calls.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.

    class_prior_ : ndarray of shape (n_classes,)
        Share of each class in the table passed to `fit`, weighted if there are sample weights.

    threshold_ : float or ndarray of shape (n_classes,)
        For two classes, the probability above which `predict` returns `classes_[1]`. For more, the class prior by which
        the probabilities are divided. Not defined if the classifier does not predict probabilities.

    estimators_ : list of classifiers
        Fitted classifiers.

    estimator_names_ : list of str
        For each classifier, the rows it was fitted on: `"resampled"` or `"real"`.

    estimator_weights_ : ndarray of shape (n_estimators,)
        Weight of each classifier.

    classifier_ : classifier
        The first classifier fitted on resampled rows, `estimators_[0]`.

    feature_importances_, coef_, intercept_ : ndarray
        Weighted means over `estimators_`. Each is defined only if the classifiers have it. Coefficients and intercepts
        are not defined if a fold has no training row of a class.

    sampler_ : sampler
        Sampler fitted on the whole table.

    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns. Defined only if `X` is a data frame whose column names are all strings.

    See Also
    --------
    GANOversampler : The default sampler.
    sklearn.model_selection.TunedThresholdClassifierCV : Tunes the threshold of any classifier.
    sklearn.calibration.CalibratedClassifierCV : Calibrates any classifier.

    Notes
    -----
    Let π be the class prior of the table, and π_m the class prior of the rows that classifier m was fitted on. Bayes'
    rule (theorem 2 of [1]_ for two classes, equation 2.4 of [2]_ in general) gives its probabilities under π. The
    ensemble averages their logarithms with the weights w_m, which is the logarithmic opinion pool of [3]_:

    .. math:: p(c \mid x) \propto \prod_m \left( p_m(c \mid x) \frac{\pi_c}{\pi_{m,c}} \right)^{w_m}

    To keep logarithms finite, p_m is first mixed with 0.2% of its prior. Bayes' rule is exact if the classifiers are
    calibrated and synthetic rows are distributed like real ones. Neither holds exactly. With `correct_prior=True`, the
    probabilities are therefore

    .. math:: \tilde p(c \mid x) \propto v_c \, p(c \mid x)^a,

    where v and a are fitted to out-of-fold predictions. Both log a and log v have standard normal priors. This is the
    bias-corrected temperature scaling of [4]_. For two classes, it preserves the ranking of rows.

    **Folds.** If the sampler records the parents of its rows and can sample again, as `GANOversampler` does, it is
    fitted once, and each fold gets a new draw without the synthetic rows that have a held-out parent.
    (`GANOversampler` was still fitted on the held-out rows, and its rows from noise only are kept.) The resampled rows
    of a fold therefore contain fewer synthetic rows than `sampling_strategy` asks for. With `generator="residual"` and
    five folds, about three quarters are left out, and about a third with the default, `"both"`. A dict or callable
    counts rows of the whole table.

    All other samplers are fitted on the training rows of each fold. A dict `sampling_strategy` is scaled to the
    training rows of each class, and a callable is called with their labels.

    **Classifiers without probabilities.** The prior of decisions cannot be corrected. Only classifiers on resampled
    rows are then fitted. `predict` averages their `decision_function`, or counts their votes if they have none.

    **Sample weights.** `sample_weight` in `fit` applies to the real rows. A synthetic row gets the mean weight of the
    real rows of its class, so the weight of a class grows in proportion to its number of rows. The sampler counts rows,
    not weights: drop rows of weight 0 before `fit`.

    **Metadata.** Without metadata routing, parameters of `fit` go to the classifier's `fit` (`step__sample_weight` for
    a step of a pipeline). `sample_weight` also goes to the scorer of a tuned threshold. With metadata routing,
    `classifier` (also in prediction), `sampler`, `cv` and the scorer get the metadata they request. Splitters that need
    `groups` therefore need metadata routing. Among metadata with one value per row for the classifier, only sample
    weights extend to synthetic rows. Other such metadata raises an error if there are synthetic rows. If the sampler
    does not identify real rows (ClusterCentroids, for example), weights raise an error too.

    References
    ----------
    .. [1] Elkan, "The foundations of cost-sensitive learning", IJCAI 2001, section 3.
    .. [2] Saerens, Latinne, Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities: a
       simple procedure", Neural Computation 2002, section 2.2.
    .. [3] Genest, Zidek, "Combining probability distributions: a critique and an annotated bibliography", Statistical
       Science 1986, section 3.
    .. [4] Alexandari, Kundaje, Shrikumar, "Maximum likelihood with bias-corrected calibration is hard-to-beat at label
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
    >>> pipeline[-1].threshold_  # predict returns class 1 above this probability, its share of the table
    0.098
    """

    _parameter_constraints: dict = {
        "classifier": [HasMethods(["fit", "predict"])],
        "sampler": [HasMethods(["fit_resample"]), None],
        "ensemble": ["boolean"],
        "real_weight": [Interval(Real, 0, 1, closed="left")],
        "correct_prior": ["boolean", StrOptions({"analytic"})],
        "threshold": [Interval(Real, 0, 1, closed="both"), StrOptions({"prior", "tuned"})],
        "scoring": [StrOptions(set(get_scorer_names())), callable],
        "cv": ["cv_object"],
        "n_jobs": [Integral, None],
    }

    _fitted_state = ("_fit_params", "_pool", "_calibration")

    def __init__(
        self,
        classifier: Classifier,
        sampler: Sampler | None = None,
        *,
        ensemble: bool = True,
        real_weight: float = 0.5,
        correct_prior: bool | Literal["analytic"] = True,
        threshold: float | Literal["prior", "tuned"] = "prior",
        scoring: str | Scorer = "balanced_accuracy",
        cv: Folds | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.classifier = classifier
        self.sampler = sampler
        self.ensemble = ensemble
        self.real_weight = real_weight
        self.correct_prior = correct_prior
        self.threshold = threshold
        self.scoring = scoring
        self.cv = cv
        self.n_jobs = n_jobs

    @property
    def _sampler(self):
        return GANOversampler(n_candidates=1) if self.sampler is None else self.sampler

    @property
    def _predicts_probabilities(self):
        return hasattr(self.classifier, "predict_proba")

    @keep_signature(_fit_context(prefer_skip_nested_validation=False))
    def fit(self, X: Table, y: Target, **params: Any) -> Self:
        """Resample a table and fit the ensemble.

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
            If `classifier` is not a classifier, or `y` is not a classification target. If labels are not all strings or
            all numbers. If decision scores are those of pairs of classes. If sample weights are negative or not finite.
            If metadata with one value per row cannot be extended to synthetic rows. If `threshold` is a number or
            `"tuned"` and there are not two classes. If `threshold="tuned"` and a class has a single row or a fold
            cannot be fitted. If `cv` requires groups and gets none.

        Warns
        -----
        UserWarning
            If a fold cannot be resampled or fitted. The classifiers are then fitted on all rows, as with
            `ensemble=False`, and only Bayes' rule corrects the prior.
        """
        routed = route_metadata(self, "fit", params)
        with unfitted_on_failure(self):
            self._fit(X, y, routed)
        return self

    def _fit(self, X, y, routed):
        real = self._check_rows(X, y, routed.classifier.fit)
        folds = make_folds(self.cv, real.y, routed.splitter.split) if self._needs_folds(real.y) else None
        self.sampler_ = clone(self._sampler)
        resampled = resample(self.sampler_, real, routed.sampler.fit_resample)
        self._shares(resampled, f"{type(self.sampler_).__name__} returns no row of")
        target_prior = self.class_prior_ if self.correct_prior else None
        trainer = MemberTrainer(
            self.classifier,
            self._sampler,
            self._fit_params,
            routed.sampler.fit_resample,
            self.classes_,
            self.real_weight if self._predicts_probabilities else 0,
            target_prior,
        )
        members, held_out = self._fit_folds(trainer, real, resampled, folds) if folds else (None, None)
        if not folds or (held_out and not self.ensemble):
            members = trainer.fit_all(real, resampled, self.n_jobs)
        self._pool = Pool(members, self.classes_, target_prior)
        is_calibrated = self.correct_prior is True and held_out is not None
        self._calibration = calibrate(real, held_out, self.classes_) if is_calibrated else None
        self._set_fitted(members)
        if self._predicts_probabilities:
            self.threshold_ = self._choose_threshold(real, held_out, routed)

    def _check_rows(self, X, y, params):
        """Return the real rows, and set the attributes derived from them and from the parameters of `fit`."""
        X = to_chunks(X)  # scikit-learn does not read record batches
        # The sampler and the classifier validate the values of X.
        validate_data(self, X, skip_check_array=True)
        y = column_or_1d(read_labels(y), warn=True)
        assert_all_finite(y, input_name="y")
        y = check_labels(y)
        check_consistent_length(X, y)
        self.classes_ = np.unique(y)
        self._check_classes()
        self._check_threshold(y)
        row_params, self._fit_params, weight_names = read_fit_params(params, self.classifier, X)
        real = LabelledRows(X, y, row_params, np.arange(len(y)), None, weight_names)
        self.class_prior_ = self._shares(real, "`sample_weight` gives no weight to")
        return real

    def _check_classes(self):
        """Raise unless there are two classes or more, and `classifier` is a classifier with usable decision scores."""
        if not _is_classifier(self.classifier):
            raise ValueError(
                f"Expected `classifier` to be a classifier, got {type(self.classifier).__name__}. Pass an estimator "
                "that predicts classes, such as RandomForestClassifier."
            )
        n_classes = len(self.classes_)
        if n_classes < 2:
            raise ValueError(
                f"ResampledClassifier got {n_classes} class(es) in `y`, {plain_labels(self.classes_)}; expected at "
                "least 2. Pass rows of another class too."
            )
        if n_classes > 2 and not self._predicts_probabilities and _scores_pairs(self.classifier):
            raise ValueError(
                f"Expected a decision score for each of {n_classes} classes, got scores of pairs of classes, because "
                '`decision_function_shape` is "ovo". Set it to "ovr".'
            )

    def _check_threshold(self, y):
        """Raise if a threshold is set that does not suit the classes, the classifier or the scorer."""
        if self.threshold == "prior":
            return
        if len(self.classes_) > 2:
            raise ValueError(
                f"Only binary classification is supported if `threshold` is {self.threshold!r}; expected two classes, "
                f'got {len(self.classes_)}. Set `threshold` to "prior".'
            )
        if not self._predicts_probabilities:
            raise ValueError(
                f"Expected a classifier with `predict_proba`, because `threshold` is {self.threshold!r}, got "
                f'{type(self.classifier).__name__}. Set `threshold` to "prior", or calibrate the classifier.'
            )
        if self.threshold == "tuned":
            check_scorer(get_scorer(self.scoring), y, self.classes_)
            if self.cv is None and _class_sizes(y).min() < 2:
                raise ValueError(
                    "Expected at least 2 rows of each class to tune the threshold, got a class with 1. Set "
                    '`threshold` to a number or "prior", or collect more rows.'
                )

    def _shares(self, rows, reason):
        """Return the share of each class, or raise if one is 0."""
        shares = rows.class_shares(self.classes_)
        if not shares.all():
            raise ValueError(
                f"Expected a positive share of each class, but {reason} class(es) "
                f"{plain_labels(self.classes_[shares == 0])}. Drop these classes, or keep some of their rows."
            )
        return shares

    def _needs_folds(self, y):
        """Return whether the ensemble, the correction or the threshold requires folds, and there are enough rows."""
        needs_held_out = self.correct_prior is True or self.threshold == "tuned"
        is_useful = self.ensemble or (needs_held_out and self._predicts_probabilities)
        return is_useful and (self.cv is not None or _class_sizes(y).max() > 1)

    def _fit_folds(self, trainer, real, resampled, folds):
        """Return the members of all folds and the out-of-fold predictions.

        If a fold cannot be resampled or fitted, warn, and return members fitted on all rows, and None.
        """
        try:
            return trainer.fit_folds(real, resampled, self.sampler_, folds, self.n_jobs)
        except ValueError as error:
            if self.threshold == "tuned":
                raise ValueError(
                    "Expected folds that can be resampled and fitted, to tune the threshold, got one that cannot "
                    f'({error}). Pass another `cv`, change the sampler, or set `threshold` to a number or "prior".'
                ) from error
            members = trainer.fit_all(real, resampled, self.n_jobs)  # raises if the error is not that of a fold
            warn_caller(
                f"A fold could not be resampled and fitted ({error}). The classifiers are fitted on all rows instead, "
                "and only Bayes' rule corrects the prior. Pass another `cv`, change the sampler, or set `ensemble` to "
                'False and `correct_prior` to "analytic".',
                UserWarning,
            )
            return members, None

    def _set_fitted(self, members):
        self.estimators_ = [member.classifier for member in members]
        self.estimator_weights_ = np.array([member.weight for member in members])
        n_real = sum(member.is_real for member in members)
        self.estimator_names_ = ["resampled"] * (len(members) - n_real) + ["real"] * n_real
        self.classifier_ = self.estimators_[0]

    def _choose_threshold(self, real, held_out, routed):
        if self.threshold == "prior":
            return float(self._pool.prior[1]) if len(self.classes_) == 2 else self._pool.prior
        if self.threshold != "tuned":
            return float(self.threshold)
        positions, log_probabilities = held_out
        probabilities = np.exp(self._calibrated(log_probabilities))[:, 1]
        params = take_params(routed.scorer.score, len(real.y), positions)
        scorer = get_scorer(self.scoring)
        return tune_threshold(probabilities, real.y[positions], self.classes_, scorer, params)

    def predict(self, X: Table, **params: Any) -> Array:
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
        X, routed = self._route_prediction("predict", X, params)
        if self._predicts_probabilities:
            scores = decision_scores(self._log_probabilities(X, routed.predict_proba), self.threshold_)
        elif hasattr(self.classifier_, "decision_function"):
            scores = self._mean(lambda classifier: classifier.decision_function(X, **routed.decision_function))
        else:
            scores = self._mean(lambda classifier: classifier.predict(X, **routed.predict)[:, None] == self.classes_)
        return self.classes_[scores.argmax(axis=1) if scores.ndim == 2 else (scores > 0).astype(int)]

    @keep_signature(available_if(_classifier_has("predict_proba")))
    def predict_proba(self, X: Table, **params: Any) -> Array:
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
        X, routed = self._route_prediction("predict_proba", X, params)
        return np.exp(self._log_probabilities(X, routed.predict_proba))

    @keep_signature(available_if(_classifier_has("predict_proba")))
    def predict_log_proba(self, X: Table, **params: Any) -> Array:
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
        X, routed = self._route_prediction("predict_log_proba", X, params)
        return self._log_probabilities(X, routed.predict_proba)

    @keep_signature(available_if(_classifier_has("predict_proba", "decision_function")))
    def decision_function(self, X: Table, **params: Any) -> Array:
        """Return scores whose largest entry, or whose sign for two classes, is the decision of `predict`.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Rows to predict.
        **params : dict
            With metadata routing, metadata for the classifier's `predict_proba`, or `decision_function` if it does not
            predict probabilities.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
            For two classes, the log-odds of `classes_[1]` minus those of `threshold_`. For more, the logarithms of the
            probabilities divided by the class priors. If the classifier does not predict probabilities, the means of
            its decision scores.
        """
        X, routed = self._route_prediction("decision_function", X, params)
        if self._predicts_probabilities:
            return decision_scores(self._log_probabilities(X, routed.predict_proba), self.threshold_)
        return self._mean(lambda classifier: classifier.decision_function(X, **routed.decision_function))

    @property
    def feature_importances_(self) -> Array:
        """Weighted mean of the feature importances."""
        return self._mean(lambda classifier: classifier.feature_importances_)

    @property
    def coef_(self) -> Array:
        """Weighted mean of the coefficients."""
        return self._mean_of_classes("coef_")

    @property
    def intercept_(self) -> Array:
        """Weighted mean of the intercepts."""
        return self._mean_of_classes("intercept_")

    def _route_prediction(self, method, X, params):
        """Return the rows to predict, and the metadata for each method of the classifier."""
        check_is_fitted(self)
        return to_chunks(X), route_metadata(self, method, params).classifier

    def _log_probabilities(self, X, params):
        return self._calibrated(self._pool.predict_log_proba(X, params))

    def _calibrated(self, log_probabilities):
        return log_probabilities if self._calibration is None else self._calibration.apply(log_probabilities)

    def _mean(self, get):
        """Return the weighted mean of a quantity over the fitted classifiers."""
        values = [get(classifier) for classifier in self.estimators_]
        return np.average(values, axis=0, weights=self.estimator_weights_)

    def _mean_of_classes(self, name):
        """Return the weighted mean of an attribute with values for each class, or raise if a classifier lacks one."""
        if any(len(classifier.classes_) < len(self.classes_) for classifier in self.estimators_):
            raise AttributeError(
                f"Expected classifiers fitted on rows of all {len(self.classes_)} classes to average `{name}`, got one "
                "that lacks a class. Pass a stratified `cv`."
            )
        return self._mean(lambda classifier: getattr(classifier, name))

    def __repr__(self, N_CHAR_MAX=700):
        text = super().__repr__(N_CHAR_MAX)
        if not hasattr(self, "threshold_"):
            return text
        thresholds = np.array2string(np.asarray(self.threshold_), precision=4, separator=", ")
        return f"{text} with threshold_={thresholds} and {len(self.estimators_)} estimators_"

    def get_metadata_routing(self) -> Any:
        """Return the metadata routing of this object.

        Returns
        -------
        routing : sklearn.utils.metadata_routing.MetadataRouter
            Routing of the classifier, the sampler, the splitter and, if `threshold="tuned"`, the scorer.
        """
        scorer = get_scorer(self.scoring) if self.threshold == "tuned" else None
        return make_router(self, sampler=self._sampler, scorer=scorer)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # Both the sampler and the classifier receive X.
        parts = [_input_tags(part) for part in (self.classifier, self._sampler)]
        for name in ("sparse", "allow_nan", "string", "categorical"):
            setattr(tags.input_tags, name, all(getattr(part, name) for part in parts))
        tags.classifier_tags.multi_class = self.threshold == "prior"
        return tags


def _is_classifier(estimator):
    """Return whether an estimator is a classifier; one without tags is believed to be."""
    return is_classifier(estimator) if hasattr(estimator, "__sklearn_tags__") else True


def _scores_pairs(classifier):
    """Return whether decision scores are those of pairs of classes, for a support vector classifier or its pipeline."""
    params = classifier.get_params() if hasattr(classifier, "get_params") else {}
    shapes = (value for name, value in params.items() if name.rpartition("__")[2] == "decision_function_shape")
    return any(shape == "ovo" for shape in shapes)


def _class_sizes(y):
    return np.unique(y, return_counts=True)[1]


def _input_tags(part):
    """Return the input tags of an estimator, or the defaults for an object without tags."""
    return get_tags(part).input_tags if hasattr(part, "__sklearn_tags__") else InputTags()
