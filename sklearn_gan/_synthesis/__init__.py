"""Synthetic rows from trained networks: sampling, candidate selection, minimum distance from real rows."""

from sklearn_gan._synthesis.candidate_selection import CandidateSelector
from sklearn_gan._synthesis.many_rows import MANY_ROWS, ManyRowDrawer
from sklearn_gan._synthesis.min_distance import RealRows
from sklearn_gan._synthesis.sampling import DistantRowDrawer, RowDrawer

__all__ = ["MANY_ROWS", "CandidateSelector", "DistantRowDrawer", "ManyRowDrawer", "RealRows", "RowDrawer"]
