"""Metrics of fidelity and memorization for synthetic tables."""

from sklearn_gan.metrics._associations import association_difference, associations
from sklearn_gan.metrics._classifiers import classifier_two_sample_test, utility
from sklearn_gan.metrics._columns import kolmogorov_smirnov, total_variation
from sklearn_gan.metrics._energy import energy_distance
from sklearn_gan.metrics._fidelity import FidelityReport, fidelity_report
from sklearn_gan.metrics._fidelity_figures import FidelityFigures
from sklearn_gan.metrics._memorization import (
    Closeness,
    MemorizationFigures,
    MemorizationReport,
    memorization_report,
)
from sklearn_gan.metrics._neighbors import precision_recall_density_coverage

__all__ = [
    "Closeness",
    "FidelityFigures",
    "FidelityReport",
    "MemorizationFigures",
    "MemorizationReport",
    "association_difference",
    "associations",
    "classifier_two_sample_test",
    "energy_distance",
    "fidelity_report",
    "kolmogorov_smirnov",
    "memorization_report",
    "precision_recall_density_coverage",
    "total_variation",
    "utility",
]
