"""Metadata of an ensemble: the object each goes to, and the parameters of `fit` with one value per row."""

from sklearn import get_config
from sklearn.utils import Bunch
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, get_routing_for_object, process_routing
from sklearn.utils.validation import _check_sample_weight, _is_arraylike, _num_samples, has_fit_parameter

from sklearn_gan._table import take_rows


def make_router(ensemble, *, sampler, scorer):
    """Return the metadata routing of an ensemble: that of its classifier, its sampler, its splitter and its scorer.

    Parameters
    ----------
    ensemble : estimator
        Estimator with the parameters `classifier` and `cv`.
    sampler : sampler
        Unfitted sampler.
    scorer : callable or None
        Scorer that tunes the threshold, if there is one.
    """
    method = _prediction_method(ensemble.classifier)
    callees = {
        "fit": "fit",
        "predict": method,
        "predict_proba": "predict_proba",
        "predict_log_proba": "predict_proba",
        "decision_function": method,
    }
    router = (
        MetadataRouter(owner=type(ensemble).__name__)
        .add_self_request(ensemble)  # for `sample_weight` in `score`
        .add(classifier=ensemble.classifier, method_mapping=_mapping(callees))
        .add(sampler=sampler, method_mapping=_mapping({"fit": "fit_resample"}))
        .add(splitter=ensemble.cv, method_mapping=_mapping({"fit": "split"}))
    )
    if scorer is not None:
        router.add(scorer=scorer, method_mapping=_mapping({"fit": "score"}))
    return router


def route_metadata(ensemble, method, params):
    """Return the metadata passed to a method of an ensemble, for each object and each of its methods.

    Without metadata routing, only `fit` accepts metadata. It goes to the classifier's `fit`, and `sample_weight` also
    to the scorer.
    """
    if get_config()["enable_metadata_routing"]:
        return process_routing(ensemble, method, **params)
    if params and method != "fit":
        raise ValueError(
            f"`{method}` was passed {', '.join(map(repr, params))}, but takes metadata only with metadata routing. "
            "Enable routing with `sklearn.set_config(enable_metadata_routing=True)`, or omit the metadata."
        )
    if "groups" in params and not has_fit_parameter(ensemble.classifier, "groups"):
        raise ValueError(
            "Expected metadata routing to be enabled, to pass `groups` to the splitter, found it disabled. Enable "
            "it with `sklearn.set_config(enable_metadata_routing=True)`, or omit `groups`."
        )
    methods = {"predict": {}, "predict_proba": {}, "decision_function": {}}
    return Bunch(
        classifier=Bunch(fit=params, **methods),
        sampler=Bunch(fit_resample={}),
        splitter=Bunch(split={}),
        scorer=Bunch(score={name: params[name] for name in ("sample_weight",) if name in params}),
    )


def read_fit_params(params, classifier, X):
    """Return the parameters of `fit` with one value per row, the others, and the names of the sample weights.

    Parameters
    ----------
    params : dict
        Parameters of the classifier's `fit`.
    classifier : classifier
        Classifier, whose metadata routing may define aliases of `sample_weight`.
    X : {array-like, sparse matrix, dataframe} of shape (n_rows, n_features)
        Rows.
    """
    weight_names = _find_weight_names(params, get_routing_for_object(classifier))
    for name in (name for name in weight_names if params[name] is not None):
        params = params | {name: _check_sample_weight(params[name], X, ensure_non_negative=True)}
    return *_split_params(params, _num_samples(X)), weight_names


def take_params(params, n_rows, rows):
    """Return the parameters, with row-wise ones restricted to the given rows."""
    row_params, others = _split_params(params, n_rows)
    return others | {name: take_rows(values, rows) for name, values in row_params.items()}


def _split_params(params, n_rows):
    """Return the parameters of `fit` with one value per row, and the others."""
    row_params = {name: v for name, v in params.items() if _is_arraylike(v) and _num_samples(v) == n_rows}
    return row_params, {name: value for name, value in params.items() if name not in row_params}


def _find_weight_names(params, routing):
    """Return the parameter names that denote sample weights. They may have the prefix of a pipeline step."""
    aliases = set(_aliases(routing))
    return {name for name in params if name.rpartition("__")[2] == "sample_weight" or name in aliases}


def _aliases(routing):
    """Yield the names under which consumers request `sample_weight` for `fit`."""
    if isinstance(routing, MetadataRouter):
        for _, pair in routing:
            yield from _aliases(pair.router)
    else:
        alias = routing.fit.requests.get("sample_weight")
        if isinstance(alias, str):
            yield alias


def _prediction_method(classifier):
    """Return the name of the method of the classifier that `predict` of the ensemble calls."""
    methods = ("predict_proba", "decision_function")
    return next((name for name in methods if hasattr(classifier, name)), "predict")


def _mapping(callees):
    """Return a MethodMapping from the methods of the ensemble to those that they call."""
    mapping = MethodMapping()
    for caller, callee in callees.items():
        mapping.add(caller=caller, callee=callee)
    return mapping
