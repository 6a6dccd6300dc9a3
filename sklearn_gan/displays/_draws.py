"""Rows that are drawn to be shown, and columns as their tables call them."""

from copy import deepcopy

from sklearn.utils.validation import check_is_fitted


def check_fitted(estimator, *kinds):
    """Refuse what is no estimator of these kinds, or was not fitted."""
    if not isinstance(estimator, kinds):
        expected = " or ".join(kind.__name__ for kind in kinds)
        raise TypeError(
            f"Expected a fitted {expected}, got {type(estimator).__name__}. Pass one, such as the `sampler_` of a "
            "fitted ResampledClassifier."
        )
    check_is_fitted(estimator, "net_")


def default_label(sampler):
    """Return the class of which `fit_resample` would draw most rows: the smallest, unless the caller chose."""
    return max(sampler.classes_.tolist(), key=lambda label: sampler.sampling_strategy_.get(label, 0))


def draw_aside(sampler, n_samples, label, **kwargs):
    """Return what `sample` would return next, and let the sampler draw it again: a picture changes nothing."""
    return deepcopy(sampler).sample(n_samples, y=label, **kwargs)


def match_columns(columns, expected):
    """Return columns in the order of those expected: by name or, where names differ, by position."""
    by_name = {column.name: column for column in columns}
    return [by_name.get(column.name, columns[position]) for position, column in enumerate(expected)]
