"""Figures that tell how like the real table a synthetic one is."""

from sklearn_gan.metrics._associations import association_difference, associations

__all__ = ["association_difference", "associations"]
