"""The compared methods: how each combines a sampler with the classifier."""

from dataclasses import dataclass

from imblearn.pipeline import Pipeline
from sklearn.base import clone, is_classifier
from sklearn.pipeline import Pipeline as SklearnPipeline

from sklearn_gan._comparison.smote import TableSMOTE
from sklearn_gan._estimators import GANOversampler, ResampledClassifier

NO_RESAMPLING = "no resampling"
CLASS_WEIGHTS = "balanced"
# From the simplest to the most complex.
NOTHING, WEIGHTS, SAMPLER, GAN, CLASSIFIER = range(5)


@dataclass(frozen=True)
class Method:
    """A compared method.

    Attributes
    ----------
    name : str
        Name of the method.
    estimator : classifier
        Unfitted classifier, or pipeline of a sampler and the classifier.
    complexity : int
        Rank in the order of simplicity. Of equally good methods, the simplest is recommended.
    """

    name: str
    estimator: object
    complexity: int

    @property
    def is_baseline(self):
        """Whether this is the classifier without resampling, with which the others are compared."""
        return self.complexity == NOTHING


def make_methods(classifier, samplers):
    """Return the compared methods from the simplest to the most complex, of which the first is no resampling.

    Parameters
    ----------
    classifier : classifier
        Classifier or pipeline.
    samplers : dict or "default"
        Sampler, classifier, `"balanced"` or None for each name.
    """
    samplers = default_samplers(classifier) if isinstance(samplers, str) else dict(samplers)
    methods = [_make_method(classifier, str(name), sampler) for name, sampler in samplers.items()]
    baselines = [method for method in methods if method.is_baseline]
    if len(baselines) > 1:
        raise ValueError(f"Expected at most one None in `samplers`, got {len(baselines)}. Remove all but one of them.")
    if not baselines:
        methods.append(_make_method(classifier, NO_RESAMPLING, None))
    return sorted(methods, key=lambda method: method.complexity)


def default_samplers(classifier):
    """Return the samplers compared by default. Class weights are among them if the classifier has none yet."""
    has_weights = (
        class_weight_of(classifier) is not None and classifier.get_params()[class_weight_of(classifier)] is None
    )
    return {
        NO_RESAMPLING: None,
        **({"class weights": CLASS_WEIGHTS} if has_weights else {}),
        "SMOTE": TableSMOTE(),
        "GANOversampler": GANOversampler(),
        "ResampledClassifier": ResampledClassifier(classifier, GANOversampler(n_candidates=1)),
    }


def class_weight_of(classifier):
    """Return the name of the parameter with the class weights, that of the last step of a pipeline, or None."""
    steps, last = [], classifier
    while isinstance(last, SklearnPipeline):
        steps.append(last.steps[-1][0])
        last = last.steps[-1][1]
    has_weights = hasattr(last, "get_params") and "class_weight" in last.get_params(deep=False)
    return "__".join([*steps, "class_weight"]) if has_weights else None


def _make_method(classifier, name, sampler):
    if sampler is None:
        return Method(name, clone(classifier), NOTHING)
    if isinstance(sampler, str):
        return Method(name, _with_class_weights(classifier, name, sampler), WEIGHTS)
    if hasattr(sampler, "fit_resample") and not is_classifier(sampler):
        pipeline = Pipeline([("sampler", clone(sampler)), ("classifier", clone(classifier))])
        return Method(name, pipeline, GAN if isinstance(sampler, GANOversampler) else SAMPLER)
    if not is_classifier(sampler):
        raise TypeError(
            f"Expected a sampler, a classifier, 'balanced' or None as {name!r} of `samplers`, got "
            f"{type(sampler).__name__}. Pass an object with `fit_resample`, or a classifier."
        )
    return Method(name, clone(sampler), CLASSIFIER)


def _with_class_weights(classifier, name, value):
    parameter = class_weight_of(classifier)
    if value != CLASS_WEIGHTS:
        raise ValueError(
            f"Expected a sampler, a classifier, 'balanced' or None as {name!r} of `samplers`, got {value!r}. Pass "
            "'balanced' for class weights."
        )
    if parameter is None:
        raise ValueError(
            f"Expected a classifier with `class_weight`, because {name!r} of `samplers` is 'balanced', got "
            f"{type(classifier).__name__}. Remove {name!r}, or pass another classifier."
        )
    return clone(classifier).set_params(**{parameter: value})
