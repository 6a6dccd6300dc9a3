"""Real and synthetic rows of the classes that a report compares."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from sklearn.utils import check_consistent_length

from sklearn_gan._table import check_labels, choose_categorical, open_container, read_tables, take_rows
from sklearn_gan.displays._draws import default_label

MOST_CLASSES = 5
FEWEST_SYNTHETIC, MOST_ROWS = 500, 2_000  # rows per class
MOST_OTHERS = 500  # rows of other classes, for the background of a plane


@dataclass(frozen=True)
class LabelledRows:
    """A table and the classes of its rows."""

    table: object
    labels: np.ndarray

    @classmethod
    def of(cls, X, y, role):
        """Read a table and its target."""
        rows = cls(X, check_labels(y))
        check_consistent_length(np.empty(open_container(X, estimator=role).shape[0]), rows.labels)
        return rows

    def of_class(self, label, most, rng):
        """Return at most so many rows of a class, and its number of rows."""
        return self._choose(self.labels == label, most, rng)

    def of_others(self, label, most, rng):
        """Return at most so many rows of the other classes, and their number."""
        return self._choose(self.labels != label, most, rng)

    def _choose(self, mask, most, rng):
        rows = np.flatnonzero(mask)
        chosen = rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))
        return take_rows(self.table, chosen), len(rows)


@dataclass(frozen=True)
class Layout:
    """Names to show for the columns of a table, and whether each is categorical."""

    names: list
    is_categorical: list

    @classmethod
    def of(cls, sampler, X, names=None):
        """Return the layout of the table that a sampler was fitted on. By default, its own names are shown."""
        container = open_container(X)
        names = list(container.names) if names is None else list(names)
        if len(names) != len(container.names):
            raise ValueError(
                f"Expected {len(container.names)} names in `feature_names`, one for each column, got {len(names)}. "
                "Pass the names of all columns."
            )
        return cls(names, choose_categorical(sampler.categorical_features, list(container.columns())))

    def check_columns(self, **tables):
        """Raise if the columns of LabelledRows differ from those of the first."""
        first_rows = {role: take_rows(rows.table, np.arange(min(1, len(rows.labels)))) for role, rows in tables.items()}
        read_tables(self.is_categorical, **first_rows)


@dataclass(frozen=True)
class ClassRows:
    """Rows of one class that a report compares.

    Attributes
    ----------
    label : object
        The class.
    real, synthetic, others : table
        Real rows and synthetic rows of the class, and real rows of the other classes.
    n_real, n_synthetic : int
        Number of real rows of the class in the table, and of synthetic rows sampled for the report.
    layout : Layout
        The columns.
    """

    label: object
    real: object
    synthetic: object
    others: object
    n_real: int
    n_synthetic: int
    layout: Layout

    @cached_property
    def columns(self):
        """The columns of the real and of the synthetic rows, in comparable form and with the names to show."""
        tables = read_tables(self.layout.is_categorical, real=self.real, synthetic=self.synthetic)
        return [
            [replace(column, name=name) for column, name in zip(table, self.layout.names, strict=True)]
            for table in tables
        ]

    @cached_property
    def raw_columns(self):
        """The columns of both tables as the containers hold them."""
        return [list(open_container(table).columns()) for table in (self.real, self.synthetic)]

    @property
    def n_compared(self):
        """The number of real rows that are compared."""
        return len(self.columns[0][0].cells)


def compared_classes(sampler):
    """Return the classes to compare: those with the most rows to generate, or the smallest if there are none."""
    added = sampler.sampling_strategy_
    resampled = sorted((label for label in added if added[label]), key=lambda label: -added[label])
    return resampled[:MOST_CLASSES] or [default_label(sampler)]


def draw_classes(sampler, rows, labels, layout, rng):
    """Return the ClassRows of these classes, with newly sampled synthetic rows."""
    return [_draw_class(sampler, rows, label, layout, rng) for label in labels]


def _draw_class(sampler, rows, label, layout, rng):
    real, n_real = rows.of_class(label, MOST_ROWS, rng)
    n_synthetic = int(np.clip(n_real, FEWEST_SYNTHETIC, MOST_ROWS))
    return ClassRows(
        label=label,
        real=real,
        synthetic=sampler.sample(n_synthetic, y=label),
        others=rows.of_others(label, MOST_OTHERS, rng)[0],
        n_real=n_real,
        n_synthetic=n_synthetic,
        layout=layout,
    )
