"""Rows that are drawn to be shown, and columns as their tables call them."""

from copy import deepcopy


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
