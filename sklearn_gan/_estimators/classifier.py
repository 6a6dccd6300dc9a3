"""ResampledClassifier: a classifier that learns a resampled table, and speaks of the table as it was."""

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
    take_along,
    train,
    tune_threshold,
)
from sklearn_gan._estimators.sampler import GANOversampler
from sklearn_gan._runtime.interruption import unfitted_on_failure
from sklearn_gan._runtime.warnings import warn_caller
from sklearn_gan._table import check_labels

MOST_FOLDS = 5


def _classifier_has(method):
    """Return what `available_if` asks whether the classifier has a method."""

    def check(self):
        getattr(getattr(self, "classifier_", self.classifier), method)
        return True

    return check


class ResampledClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    r"""Resample inside `fit`, and predict for the table as it was.

    A classifier like any other: it goes where samplers cannot, into scikit-learn's own pipelines, stacks, searches and
    calibration. It learns a balanced table, decides as one that has learned a balanced table, and tells probabilities
    of the table that it was given: the change of the class prior is undone.

    Parameters
    ----------
    classifier : classifier
        What learns the resampled rows. Leave its `class_weight` alone: its probabilities would be shifted once more.

    sampler : sampler or None, default=None
        What resamples: any sampler of imbalanced-learn, or like these. None stands for `GANOversampler()`; to search
        its parameters, pass one.

    correct_prior : bool or "analytic", default=True
        Whether `predict_proba` undoes the change of the class prior.

        - True: by Bayes' rule, adjusted to what the classifier predicts for rows that it has not learned. For this
          it is fitted once more for each fold of `cv`, and so is the sampler, unless it tells the parents of
          generated rows, as `GANOversampler` does. With a class of one row `"analytic"` is used.
        - `"analytic"`: by Bayes' rule alone, which costs nothing. It does for classifiers that are calibrated on
          what they learn, such as logistic regression; the probabilities of trees and neighbours are too sure of
          themselves, and stay so.
        - False: not at all.

    threshold : float, "tuned" or None, default=None
        How `predict` decides.

        - None: as the classifier that has learned the resampled rows does. If these are balanced, this predicts a class
          where it is more probable than its prior, which is what serves the balanced accuracy, and what one
          resamples for. So `predict` may differ from the most probable class in `predict_proba`.
        - A float: for `classes_[1]` if `predict_proba` gives it at least this probability; two classes only. 0.5 gives
          the most probable class.
        - `"tuned"`: with the threshold that is best in `scoring` on rows that the classifier has not learned; two
          classes only.

    scoring : str or callable, default="balanced_accuracy"
        For `threshold="tuned"`: the name of a scorer that judges decisions, such as `"f1"`, or one that
        `sklearn.metrics.make_scorer` made.

    cv : int, cross-validation generator, iterable or None, default=None
        The folds for the correction and for `threshold="tuned"`. None makes five stratified ones, fewer where
        a class has fewer rows.

    n_jobs : int or None, default=None
        How many folds are fitted at a time; None is 1, -1 as many as there are processors. The processes are those
        of joblib, which keeps them for a while for the next call.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels.

    class_prior_ : ndarray of shape (n_classes,)
        The share of each class in the table that was passed, in weight if there are sample weights.

    sampler_ : sampler
        The fitted sampler.

    classifier_ : classifier
        The classifier that has learned the resampled rows.

    threshold_ : float
        The threshold. Defined only if `threshold` is not None.

    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns. Defined only if `X` is a frame whose column names are all strings.

    See Also
    --------
    GANOversampler : The sampler that is the default.
    sklearn.model_selection.TunedThresholdClassifierCV : Tunes the threshold of any classifier.
    sklearn.calibration.CalibratedClassifierCV : Calibrates any classifier.

    Notes
    -----
    Let π be the prior of the classes in the table, π' that in the resampled rows, and p' the probabilities of the
    classifier that has learned these. By Bayes' rule,

    .. math:: p(c \mid x) \propto \frac{\pi_c}{\pi'_c} \, p'(c \mid x),

    which for two classes is theorem 2 of [1]_ and in general equation 2.4 of [2]_. This is exact if p' is calibrated
    and generated rows are spread as real ones are. Neither is quite so, and therefore predicted is

    .. math:: p(c \mid x) \propto w_c \, (p'(c \mid x) + 10^{-3})^a,

    where w and a are fitted to out-of-fold predictions with a standard normal prior of log a and of log w around Bayes'
    rule; this is the bias-corrected temperature scaling of [3]_. For two classes the order of rows stays. Where the
    sampler leaves the prior as it was, nothing is corrected.

    For each fold the other rows are resampled anew, and learned. A sampler that tells the parents of generated rows is
    spared this: learned are its rows without those of the fold, and without generated rows that have a parent there.
    (`GANOversampler` has still seen them; its rows from noise alone stay.) In either case the predictions are then
    shifted to the class prior of all resampled rows, and of a dict of amounts the fold has its share. If a fold cannot
    be resampled or learned, a warning says so, and Bayes' rule is left alone.

    **Sample weights**, passed to `fit` as `sample_weight`, are those of the real rows. A generated row gets the mean
    weight of the real rows of its class, so that a class grows in weight as it does in rows. The sampler counts rows,
    not weights: rows of weight 0 are better left out before.

    **Metadata.** Without metadata routing, what is passed to `fit` goes to the fit of the classifier (to a step of a
    pipeline as `step__sample_weight`), and weights to the scorer of a threshold, too. With it, `classifier`,
    `sampler`, `cv` and the scorer get what they request, and so do the classifier's methods of prediction. Of what has
    a value for each row, only weights can be extended to generated rows; anything else is refused if there are some,
    and so is all of it if a sampler does not tell which of its rows are real ones, as ClusterCentroids.

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
        """Resample a table and train the classifier on it.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The table, as the sampler and the classifier take it.
        y : array-like of shape (n_samples,)
            The class of each row.
        **params : dict
            What goes to the classifier's `fit`, above all `sample_weight` of shape (n_samples,); with metadata routing
            to the sampler, the splitter and the scorer, too.

        Returns
        -------
        self : ResampledClassifier
            The fitted classifier.

        Raises
        ------
        ValueError
            If `y` is no classification target, if sample weights are negative or not finite, if something with a value
            for each row cannot be extended to generated ones, if `threshold` is set and there are not two classes, or
            if it is to be tuned and a class has a single row, or a fold cannot be learned.

        Warns
        -----
        UserWarning
            If a fold cannot be resampled or learned, so that Bayes' rule alone corrects the prior.
        """
        routed = self._route("fit", params)
        with unfitted_on_failure(self):
            self._fit(X, y, routed)
        return self

    def _fit(self, X, y, routed):
        real = self._check_rows(X, y, routed.classifier.fit)
        self.sampler_ = clone(self._sampler)
        resampled = resample(self.sampler_, real, routed.sampler.fit_resample)
        learned = self._shares(resampled, f"{type(self.sampler_).__name__} returns no row of")
        self.classifier_ = train(self.classifier, resampled, self._fit_params)
        bayes = self._bayes(learned)
        held_out = self._predict_held_out(real, resampled, routed) if self._learns_from_folds(bayes, real.y) else None
        self._shift = bayes if held_out is None else self._adjust(bayes, real, held_out)
        if self.threshold is not None:
            self.threshold_ = self._tune(real, held_out, routed) if self.threshold == "tuned" else self.threshold

    @property
    def _sampler(self):
        return GANOversampler() if self.sampler is None else self.sampler

    @property
    def _has_threshold(self):
        """Whether `predict` decides at a threshold; once it is fitted, what it was fitted with counts."""
        return hasattr(self, "threshold_") if hasattr(self, "classes_") else self.threshold is not None

    def _check_rows(self, X, y, params):
        """Return the real rows; learn the classes, and what else goes to the classifier."""
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
        along, self._fit_params = split_params(params, len(y))
        real = LabelledRows(X, y, along, np.arange(len(y)), None, weight_names)
        self.class_prior_ = self._shares(real, "`sample_weight` gives no weight to")
        return real

    def _check_decision(self, y):
        n_classes = len(self.classes_)
        if n_classes < 2:
            raise ValueError(
                f"ResampledClassifier got {n_classes} class(es) in y, {self.classes_.tolist()}; expected at least 2 to "
                "tell apart. Pass rows of the other classes too."
            )
        if self.threshold is not None and n_classes > 2:
            raise ValueError(
                f"Only binary classification is supported if `threshold` is {self.threshold!r}; expected two classes, "
                f"got {n_classes}. Leave it at None: the classifier that has learned the resampled rows decides."
            )
        if self.threshold is not None and not hasattr(self.classifier, "predict_proba"):
            raise ValueError(
                f"Expected a classifier that has `predict_proba`, because `threshold` is {self.threshold!r}, got "
                f"{type(self.classifier).__name__}. Leave it at None, or calibrate the classifier."
            )
        if self.threshold == "tuned":
            check_scorer(get_scorer(self.scoring), y, self.classes_)
            if self.cv is None and _smallest(y) < 2:
                raise ValueError(
                    "Expected at least 2 rows of each class to tune the threshold with, got a class of 1. Set "
                    "`threshold` to a number or None, or collect more rows."
                )

    def _shares(self, rows, reason):
        """Return the share of each class; refuse rows that have nothing of one."""
        shares = rows.class_shares(self.classes_)
        if not shares.all():
            raise ValueError(
                f"Expected something of each class, but {reason} class(es) {self.classes_[shares == 0].tolist()}. "
                "Leave their rows out, or keep some of them."
            )
        return shares

    def _bayes(self, learned):
        """Return Bayes' rule, None if nothing is to be undone."""
        if not self.correct_prior or np.allclose(self.class_prior_, learned):
            return None
        return PriorShift(self.class_prior_ / learned)

    def _learns_from_folds(self, bayes, y):
        """Tell whether there is something to be learned from predictions for rows that were held out."""
        is_adjusted = self.correct_prior is True and bayes is not None and hasattr(self.classifier_, "predict_proba")
        return self.threshold == "tuned" or (is_adjusted and (self.cv is not None or _smallest(y) > 1))

    def _predict_held_out(self, real, resampled, routed):
        """Return what the classifier predicts for rows of folds, None if one cannot be resampled or learned."""
        learner = FoldLearner(
            self.classifier, self._sampler, self._fit_params, routed.sampler.fit_resample, self.classes_
        )
        try:
            folds = self._folds(real.y, routed.splitter.split)
            return learner.predict_held_out(real, resampled, folds, self.n_jobs)
        except ValueError as error:
            if self.threshold == "tuned":
                raise ValueError(
                    "Expected folds that can be resampled and learned, to tune the threshold on, got one that cannot "
                    f"({error}). Pass another `cv`, change the sampler, or set `threshold` to a number or None."
                ) from error
            warn_caller(
                f"A fold could not be resampled and learned ({error}), so that Bayes' rule alone corrects the prior. "
                'Pass another `cv`, change the sampler, or set `correct_prior` to "analytic".',
                UserWarning,
            )
            return None

    def _folds(self, y, splitter_params):
        """Return positions of rows to learn and of rows to be held out, for each fold."""
        n_folds = min(MOST_FOLDS, _smallest(y))
        cv = StratifiedKFold(n_folds) if self.cv is None else check_cv(self.cv, y, classifier=True)
        every = np.arange(len(y))
        folds = cv.split(np.zeros(len(y)), y, **splitter_params)
        return [(every[learned], every[held_out]) for learned, held_out in folds]  # which may be masks

    def _adjust(self, bayes, real, held_out):
        """Return Bayes' rule adjusted to held-out rows, None if nothing is to be undone."""
        if self.correct_prior is not True or bayes is None:
            return bayes
        positions, probabilities = held_out
        weights = np.ones(len(real.y)) if real.weights is None else real.weights / real.weights.mean()
        repeats = np.bincount(positions)[positions]
        codes = np.searchsorted(self.classes_, real.y[positions])
        return FittedShift.fit(probabilities, codes, weights[positions] / repeats, bayes)

    def _tune(self, real, held_out, routed):
        positions, probabilities = held_out
        params = take_along(routed.scorer.score, len(real.y), positions)
        scorer, probabilities = get_scorer(self.scoring), self._shifted(probabilities)[:, 1]
        return tune_threshold(probabilities, real.y[positions], self.classes_, scorer, params)

    def _shifted(self, probabilities):
        return probabilities if self._shift is None else self._shift.apply(probabilities)

    def predict(self, X, **params):
        """Predict the class of each row.

        Which threshold decides, the parameter `threshold` says.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The rows.
        **params : dict
            With metadata routing, what goes to the classifier.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The classes.
        """
        routed = self._route_prediction("predict", params)
        if not self._has_threshold:
            return self.classifier_.predict(X, **routed.predict)
        probabilities = self._shifted(self.classifier_.predict_proba(X, **routed.predict_proba))
        return self.classes_[(probabilities[:, 1] >= self.threshold_).astype(int)]

    @available_if(_classifier_has("predict_proba"))
    def predict_proba(self, X, **params):
        """Predict the probability of each class, under the class prior that `correct_prior` says.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The rows.
        **params : dict
            With metadata routing, what goes to the classifier.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            The probabilities, in the order of `classes_`.
        """
        routed = self._route_prediction("predict_proba", params)
        return self._shifted(self.classifier_.predict_proba(X, **routed.predict_proba))

    @available_if(_classifier_has("predict_proba"))
    def predict_log_proba(self, X, **params):
        """Predict the logarithm of the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The rows.
        **params : dict
            With metadata routing, what goes to the classifier's `predict_proba`.

        Returns
        -------
        logarithms : ndarray of shape (n_samples, n_classes)
            The logarithms, in the order of `classes_`.
        """
        routed = self._route_prediction("predict_log_proba", params)
        with np.errstate(divide="ignore"):  # the logarithm of 0 is what it is
            return np.log(self._shifted(self.classifier_.predict_proba(X, **routed.predict_proba)))

    @available_if(_classifier_has("decision_function"))
    def decision_function(self, X, **params):
        """Return the scores of the classifier that has learned the resampled rows.

        Neither the correction of the prior nor a `threshold` changes them.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The rows.
        **params : dict
            With metadata routing, what goes to the classifier.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
            The scores.
        """
        routed = self._route_prediction("decision_function", params)
        return self.classifier_.decision_function(X, **routed.decision_function)

    def _route_prediction(self, method, params):
        """Return what goes to each of the classifier's methods, which check the rows themselves."""
        check_is_fitted(self)
        return self._route(method, params).classifier

    def _route(self, method, params):
        """Return what goes where, by the name of an object and of its method."""
        if get_config()["enable_metadata_routing"]:
            return process_routing(self, method, **params)
        if params and method != "fit":
            raise ValueError(
                f"`{method}` was passed {', '.join(map(repr, params))}, which the classifier gets only with metadata "
                "routing. Enable it by sklearn.set_config(enable_metadata_routing=True), or leave it out."
            )
        methods = {"predict": {}, "predict_proba": {}, "decision_function": {}}
        return Bunch(
            classifier=Bunch(fit=params, **methods),
            sampler=Bunch(fit_resample={}),
            splitter=Bunch(split={}),
            scorer=Bunch(score={name: params[name] for name in ("sample_weight",) if name in params}),
        )

    def get_metadata_routing(self):
        """Return which metadata goes where.

        Returns
        -------
        routing : sklearn.utils.metadata_routing.MetadataRouter
            The routing of the classifier, the sampler, the splitter and, if a threshold is tuned, the scorer.
        """
        decides = "predict_proba" if self._has_threshold else "predict"
        of_classifier = {
            "fit": "fit",
            "predict": decides,
            "predict_proba": "predict_proba",
            "predict_log_proba": "predict_proba",
            "decision_function": "decision_function",
        }
        router = (
            MetadataRouter(owner=type(self).__name__)
            .add_self_request(self)  # of weights for `score`
            .add(classifier=self.classifier, method_mapping=_mapping(of_classifier))
            .add(sampler=self._sampler, method_mapping=_mapping({"fit": "fit_resample"}))
            .add(splitter=self.cv, method_mapping=_mapping({"fit": "split"}))
        )
        if self.threshold == "tuned":
            router.add(scorer=get_scorer(self.scoring), method_mapping=_mapping({"fit": "score"}))
        return router

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        parts = [_input_tags(part) for part in (self.classifier, self._sampler)]
        for name in ("sparse", "allow_nan", "string", "categorical"):
            setattr(tags.input_tags, name, all(getattr(part, name) for part in parts))
        tags.classifier_tags.multi_class = self.threshold is None
        return tags


def _smallest(y):
    """Return how many rows the smallest class has."""
    return np.unique(y, return_counts=True)[1].min()


def _input_tags(part):
    """Return what an estimator says of its input; of what is none, that it takes numbers."""
    return get_tags(part).input_tags if hasattr(part, "__sklearn_tags__") else InputTags()


def _mapping(callees):
    mapping = MethodMapping()
    for caller, callee in callees.items():
        mapping.add(caller=caller, callee=callee)
    return mapping
