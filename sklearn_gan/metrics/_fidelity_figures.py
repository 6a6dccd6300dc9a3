"""Figures of fidelity of one table: synthetic rows, or a baseline."""

from dataclasses import dataclass

import numpy as np

from sklearn_gan._runtime.warnings import warn_caller
from sklearn_gan.metrics._associations import mean_difference, signed_associations
from sklearn_gan.metrics._chance import ASSOCIATION_LIMITS, association_chance
from sklearn_gan.metrics._classifiers import run_two_sample_test
from sklearn_gan.metrics._energy import energy_estimate
from sklearn_gan.metrics._neighbors import NeighborMetrics, neighbor_estimates
from sklearn_gan.metrics._report import HIGHER, NEARER, NOT_DEFINED, compare_with, write_count, write_p

COPIED = 0.4  # a significantly smaller AUROC indicates copies of real rows
SIGNIFICANT = 0.05
NAMES = {"holdout": "held-out rows", "smote": "SMOTE"}  # of the baselines


@dataclass(frozen=True)
class FidelityFigures:
    """Figures of one table against the real rows; see :class:`FidelityReport`.

    Attributes
    ----------
    precision, recall, density, coverage, energy_distance, auroc, p_value, association_difference : float
        The figures, NaN if not defined.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan.metrics import fidelity_report
    >>> real, holdout = np.random.default_rng(0).normal(size=(2, 40, 2))
    >>> report = fidelity_report(real, real + 9, holdout=holdout, random_state=0)
    >>> report.holdout.precision > report.precision
    True
    """

    precision: float
    recall: float
    density: float
    coverage: float
    energy_distance: float
    auroc: float
    p_value: float
    association_difference: float


@dataclass(frozen=True)
class Settings:
    """Settings of the figures, for tables of at least `fewest` rows."""

    n_neighbors: int
    n_splits: int
    classifier: object

    def lowered(self, **sizes):
        """Return the settings that tables of these sizes allow, and warn if they differ."""
        fewest = min(sizes.values())
        n_neighbors, n_splits = min(self.n_neighbors, fewest - 1), min(self.n_splits, fewest)
        if fewest > max(self.n_neighbors, self.n_splits - 1):
            return self
        changes = [f"{name}={new}" for name, old, new in self._changes(n_neighbors, n_splits) if new != old]
        effect = f"are computed with {' and '.join(changes)}" if fewest > 1 else "are not defined"
        names = f"Precision, recall, density, coverage{', energy distance' * (sizes['real'] < 2)} and AUROC"
        found = ", ".join(f"{write_count(size, 'row')} in `{role}`" for role, size in sizes.items())
        warn_caller(
            f"Expected more than n_neighbors={self.n_neighbors} and at least n_splits={self.n_splits} rows in each "
            f"table, got {found}. {names} {effect}. Pass more rows for reliable figures.",
            UserWarning,
        )
        return Settings(n_neighbors, n_splits, self.classifier)

    def _changes(self, n_neighbors, n_splits):
        return ("n_neighbors", self.n_neighbors, n_neighbors), ("n_splits", self.n_splits, n_splits)


@dataclass(frozen=True)
class Measured:
    """Figures of one table, with Estimates of those that are compared with baselines."""

    figures: FidelityFigures
    estimates: dict
    chance: object

    @classmethod
    def measure(cls, tables, rows, role, settings, rng):
        """Compare one of several tables with the real one.

        Parameters
        ----------
        tables : dict of {str: list of ComparableColumn}
            The columns of the tables.
        rows : dict of {str: Rows}
            The encoded rows that are compared.
        role : str
            The table.
        settings : Settings
        rng : numpy.random.Generator
            Draws the folds.
        """
        real, rows = rows["real"], rows[role]
        metrics, estimates = NeighborMetrics(*[np.nan] * 4), {}
        test = {"auroc": np.nan, "p_value": np.nan}
        if settings.n_neighbors:
            metrics, estimates = neighbor_estimates(real, rows, settings.n_neighbors)
            test = run_two_sample_test(real, rows, settings.classifier, settings.n_splits, rng)._asdict()
        distance = np.nan
        if len(real) > 1:  # a single row has no standard deviations
            distance, estimates["energy_distance"] = energy_estimate(real, rows)
        associations = [signed_associations(tables[name]) for name in ("real", role)]
        figures = FidelityFigures(
            **metrics._asdict(),
            energy_distance=distance,
            **test,
            association_difference=mean_difference(*associations),
        )
        sizes = (len(tables[name][0].cells) for name in ("real", role))
        return cls(figures, estimates, association_chance(associations[0], *sizes))

    def judge(self, baselines):
        """Return a verdict in words on each figure, given a dict of Measured baselines."""
        names = "precision", "recall", "density", "coverage", "energy_distance"
        of_associations = self.chance.describe(self.figures.association_difference, ASSOCIATION_LIMITS)
        return {
            **{name: self._compare(name, baselines) for name in names},
            "auroc": self._judge_test(baselines),
            "association_difference": f"{of_associations} ({self.chance.mean:.3f})",
        }

    def _compare(self, name, baselines):
        if name not in self.estimates:
            return NOT_DEFINED
        found = {NAMES[role]: self.estimates[name].compare(other.estimates[name]) for role, other in baselines.items()}
        return compare_with(found, NEARER if name == "energy_distance" else HIGHER) or "no baseline"

    def _judge_test(self, baselines):
        auroc, p_value = self.figures.auroc, self.figures.p_value
        if np.isnan(auroc):
            return NOT_DEFINED
        others = "".join(f"; {NAMES[role]} p {write_p(other.figures.p_value)}" for role, other in baselines.items())
        found = f"(p {write_p(p_value)}{others})"
        if p_value < SIGNIFICANT:
            return f"the tables differ {found}"
        if auroc < COPIED and p_value > 1 - SIGNIFICANT:
            return f"misled, possibly by copies of real rows {found}"
        return f"no difference found {found}"
