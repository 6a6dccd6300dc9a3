"""Contents of a ResamplingReport, before they are shown."""

from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from sklearn_gan._report.associations import (
    MOST_CLASSES,
    AssociationComparison,
    compare_associations,
    find_associations,
)
from sklearn_gan._report.classes import ClassCount, count_classes, find_classes
from sklearn_gan._report.columns import ColumnComparison, compare_class, find_columns, worst_first
from sklearn_gan._report.memorization import (
    NOT_PROMISED,
    ClassMemorization,
    compare_with_holdout,
    find_memorization,
)
from sklearn_gan._report.mixtures import Mixtures, draw_mixtures
from sklearn_gan._report.planes import draw_plane
from sklearn_gan._report.repeating import Recipe, recipe_of
from sklearn_gan._report.rows import ClassRows, compared_classes, draw_classes
from sklearn_gan._report.training import Training, find_training, summarize_training

SEED = 0  # of the choice of rows, so that a report can be repeated


@dataclass(frozen=True)
class Contents:
    """Contents of the sections of a report.

    Attributes
    ----------
    counts : list of ClassCount
        All classes.
    classes : list of ClassRows
        The classes that are compared.
    columns : list of ColumnComparison
        Columns of these classes.
    planes : list of (str, Image or None)
        Label and plane of each of these classes.
    associations : list of AssociationComparison
        Associations in some of these classes. Empty if the table has a single column.
    mixtures : Mixtures
        Synthetic rows with their parents.
    memorization : list of ClassMemorization or None
        Comparison of these classes with held-out rows. None without such rows.
    training : Training
        Training of the networks.
    recipe : Recipe
        How to repeat the fit.
    """

    counts: list[ClassCount]
    classes: list[ClassRows]
    columns: list[ColumnComparison]
    planes: list
    associations: list[AssociationComparison]
    mixtures: Mixtures
    memorization: list[ClassMemorization] | None
    training: Training
    recipe: Recipe
    not_promised = NOT_PROMISED

    @property
    def findings(self):
        """The sentences of the summary."""
        return [
            find_classes(self.counts),
            find_columns(self.columns),
            find_associations(self.associations),
            find_memorization(self.memorization),
            find_training(self.training),
        ]

    @property
    def has_missing(self):
        """Whether a value is missing in a compared column."""
        return any(share for column in self.columns for share in column.missing)

    @property
    def worst_columns(self):
        """The columns to show, worst first."""
        return worst_first(self.columns)


def describe_sampler(sampler, table, held_out, layout):
    """Return the Contents of the report on a fitted sampler, given LabelledRows. `held_out` may be None."""
    # A copy, so that a later call of `sample` returns the same rows as without the report.
    copied, rng = deepcopy(sampler), np.random.default_rng(SEED)
    labels = compared_classes(sampler)
    compared = draw_classes(copied, table, labels, layout, rng)
    of_associations = map(compare_associations, compared[:MOST_CLASSES])
    return Contents(
        counts=count_classes(sampler, table.labels),
        classes=compared,
        columns=[column for group, rows in enumerate(compared) for column in compare_class(rows, group)],
        planes=[(str(rows.label), draw_plane(rows)) for rows in compared],
        associations=[comparison for comparison in of_associations if comparison is not None],
        mixtures=draw_mixtures(copied, table.table, labels[0], layout.names),
        memorization=held_out and [compare_with_holdout(rows, table, held_out, rng) for rows in compared],
        training=summarize_training(sampler),
        recipe=recipe_of(sampler, table.table, has_holdout=held_out is not None),
    )
