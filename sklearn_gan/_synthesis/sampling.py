"""The way from classes to generated rows: candidates of each, the best of them, and their cells."""

from dataclasses import dataclass

import numpy as np
import torch

from sklearn_gan._networks import RowNet, RowsWithParents
from sklearn_gan._synthesis.candidate_selection import CandidateSelector
from sklearn_gan._synthesis.min_distance import MeasuredRows, RealRows, draw_apart
from sklearn_gan._table import Container, TableEncoder

ROWS_PER_DRAW = 8_192
CELLS_PER_DRAW = 2**24


@dataclass
class RowDrawer:
    """Draw rows from trained networks, each the best of some candidates.

    Attributes
    ----------
    net : RowNet
        The trained net, which draws the candidates.
    encoder : TableEncoder
        Decodes rows.
    selector : CandidateSelector or None
        Chooses among the candidates; None takes the first.
    n_candidates : int
        How many are drawn for each row.
    rng : numpy.random.Generator
        Draws what decoding leaves open.
    """

    net: RowNet
    encoder: TableEncoder
    selector: CandidateSelector | None
    n_candidates: int
    rng: np.random.Generator

    def draw(self, codes, with_parents=True):
        """Return a row for each class in `codes`: encoded, with or without its parents, and as columns."""
        drawn = RowsWithParents.concatenate([self._draw_best(chunk, with_parents) for chunk in self._split(codes)])
        return drawn, self._decode(drawn, codes)

    def _split(self, codes):
        """Return the parts of `codes` that are drawn at a time, so that memory is bounded."""
        n_cells = self.n_candidates * self.encoder.layout_.n_features
        n_rows = min(ROWS_PER_DRAW, max(1, CELLS_PER_DRAW // max(1, n_cells)))
        return np.split(codes, range(n_rows, len(codes), n_rows))

    def _draw_best(self, codes, with_parents):
        """Return one encoded row for each class in `codes`, the best of its candidates."""
        candidates = self._draw_candidates(codes)
        best = candidates[self._choose(candidates, codes)]
        return best.merge_equal_parents() if with_parents else best.drop_parent_columns()

    def _draw_candidates(self, codes):
        """Return `n_candidates` encoded rows for each class in `codes`, one group after the other."""
        repeated = torch.from_numpy(codes).to(self.net.device).repeat_interleave(self.n_candidates)
        return self.net.draw(repeated).to("cpu")

    def _choose(self, candidates, codes, eligible=None):
        """Return the positions of the best candidates."""
        starts = np.arange(len(codes)) * self.n_candidates
        if self.selector is None:
            return starts
        groups = candidates.rows.unflatten(0, (len(codes), self.n_candidates)).numpy()
        return starts + self.selector.select(groups, codes, eligible)

    def _decode(self, drawn, codes):
        """Return the columns of encoded rows."""
        return self.encoder.decode(drawn.rows.numpy(), codes, self.rng)


@dataclass
class DistantRowDrawer(RowDrawer):
    """Draw rows that keep a distance from every real one.

    Attributes
    ----------
    real_rows : RealRows
        The rows of the table.
    min_distance : float
        How far is enough.
    container : Container
        Knows the values that a table of the caller's kind holds: these are measured.
    classes : ndarray of shape (n_classes,)
        What errors call the classes.
    """

    real_rows: RealRows
    min_distance: float
    container: Container
    classes: np.ndarray

    def draw(self, codes, with_parents=True):
        """Return a row for each class in `codes`, with its parents in any case."""
        rows = draw_apart(self._draw_measured, codes, self.min_distance, self.classes)
        return rows.drawn, rows.columns

    def _draw_measured(self, codes):
        """Return a row for each class in `codes`, if possible a distant one, as MeasuredRows."""
        return MeasuredRows.concatenate([self._draw_best_distant(chunk) for chunk in self._split(codes)])

    def _draw_best_distant(self, codes):
        """Return for each class in `codes` the best of its candidates that are far enough, else the farthest."""
        candidates = self._draw_candidates(codes)
        columns = self._decode(candidates, codes.repeat(self.n_candidates))
        distances = self.real_rows.distances(self.encoder.comparable_decoded(self.container.as_built(columns)))
        groups = distances.reshape(-1, self.n_candidates)
        enough = np.minimum(self.min_distance, groups.max(axis=1, keepdims=True))
        rows = MeasuredRows(candidates, columns, distances)
        return rows[self._choose(candidates, codes, groups >= enough)].merge_equal_parents()
