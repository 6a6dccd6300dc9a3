"""Samples of fitted estimators, and matching of their columns."""

from sklearn.utils.validation import check_is_fitted

from sklearn_gan._table import plain_labels


def check_fitted(estimator, *kinds):
    """Raise if the estimator is not fitted or is not an instance of one of these classes."""
    if not isinstance(estimator, kinds):
        expected = " or ".join(kind.__name__ for kind in kinds)
        raise TypeError(
            f"Expected a fitted {expected}, got {type(estimator).__name__}. Pass one, for example a step of a "
            "fitted pipeline, or the `sampler_` of a fitted ResampledClassifier."
        )
    check_is_fitted(estimator, "net_")


def default_label(sampler):
    """Return the class with the most rows to generate in `fit_resample`: the smallest class by default."""
    return max(plain_labels(sampler.classes_), key=lambda label: sampler.sampling_strategy_.get(label, 0))


def sample_from_copy(sampler, n_samples, label, **kwargs):
    """Return rows sampled from a copy, so that plotting does not advance the sampler's random state."""
    # A later call of `sample` then returns the rows that were plotted.
    return sampler._with_equal_rngs().sample(n_samples, y=label, **kwargs)


def match_columns(columns, expected):
    """Return columns in the order of the expected ones, matched by name or, where names differ, by position."""
    by_name = {column.name: column for column in columns}
    return [by_name.get(column.name, columns[position]) for position, column in enumerate(expected)]
