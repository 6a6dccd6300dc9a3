"""Sampling of synthetic rows: generate candidates, select one of each group, decode them."""

from dataclasses import dataclass

import numpy as np
import torch

from sklearn_gan._networks import RowNet, RowsWithParents
from sklearn_gan._synthesis.candidate_selection import CandidateSelector
from sklearn_gan._synthesis.min_distance import MeasuredRows, RealRows, draw_distant
from sklearn_gan._table import Container, TableEncoder

# Limits per call of the net, to bound memory.
ROWS_PER_DRAW = 8_192
CELLS_PER_DRAW = 2**24
EXTRA_CANDIDATES = 2


@dataclass
class RowDrawer:
    """Sample synthetic rows, each selected from several candidates.

    Attributes
    ----------
    net : RowNet
        The trained net that generates the candidates.
    encoder : TableEncoder
        Decodes rows.
    selector : CandidateSelector or None
        Selects among the candidates; None takes the first.
    n_candidates : int
        Number of candidates for each row.
    rng : numpy.random.Generator
        Random number generator for decoding.
    """

    net: RowNet
    encoder: TableEncoder
    selector: CandidateSelector | None
    n_candidates: int
    rng: np.random.Generator

    def draw(self, codes, with_parents=True):
        """Return rows of the classes `codes`: encoded, with or without parents, and as decoded columns."""
        drawn = RowsWithParents.concatenate([self._draw_selected(chunk, with_parents) for chunk in self._split(codes)])
        return drawn, self._decode(drawn, codes)

    def _split(self, codes):
        """Return the chunks of `codes` to sample at a time, so that memory is bounded."""
        n_cells = self._n_drawn * self.encoder.layout_.n_features
        n_rows = min(ROWS_PER_DRAW, max(1, CELLS_PER_DRAW // max(1, n_cells)))
        return np.split(codes, range(n_rows, len(codes), n_rows))

    @property
    def _n_drawn(self):
        """The number of candidates to generate for each row."""
        # Candidates with other spikes are not eligible.
        return self.n_candidates * (EXTRA_CANDIDATES if self.encoder.layout_.gates and self.n_candidates > 1 else 1)

    def _draw_selected(self, codes, with_parents):
        """Return the selected candidate for each class in `codes`, encoded."""
        candidates = self._draw_candidates(codes)
        selected = candidates[self._choose(candidates, codes)]
        return selected.merge_equal_parents() if with_parents else selected.drop_parent_columns()

    def _draw_candidates(self, codes):
        """Return encoded candidates for each class in `codes`, as consecutive groups with one missing pattern each."""
        classes = torch.from_numpy(codes).to(self.net.device)
        strata = self.net.draw_strata(classes) if self._n_drawn > 1 else None
        repeated = (None if part is None else part.repeat_interleave(self._n_drawn) for part in (classes, strata))
        return self.net.draw(*repeated).to("cpu")

    def _choose(self, candidates, codes, eligible=None):
        """Return the position of the selected candidate in each group."""
        starts = np.arange(len(codes)) * self._n_drawn
        if self.selector is None or self._n_drawn == 1:
            return starts
        groups = candidates.rows.unflatten(0, (len(codes), self._n_drawn)).numpy()
        if eligible is None:
            eligible = np.ones(groups.shape[:2], dtype=bool)
        eligible &= _have_one_pattern(groups[..., self.encoder.layout_.pattern], eligible)
        eligible &= eligible.cumsum(axis=1) <= self.n_candidates
        return starts + self.selector.select(groups, codes, eligible)

    def _decode(self, drawn, codes):
        """Return the decoded columns of encoded rows."""
        return self.encoder.decode(drawn.rows.numpy(), codes, self.rng)


def are_set(pattern):
    """Return which spikes and missing-value flags are set; a generated 1 may be off by a rounding error."""
    return pattern > 0.5


def _have_one_pattern(patterns, eligible):
    """Return which candidates have the pattern of the first eligible one in their group.

    Selection among them leaves the shares of the patterns as they are.

    Parameters
    ----------
    patterns : ndarray of shape (n_groups, n_candidates, n_features)
        The spikes and missing-value flags of each candidate.
    eligible : ndarray of shape (n_groups, n_candidates), dtype bool
        Candidates that may be selected, at least one per group.
    """
    patterns = are_set(patterns)
    first = patterns[np.arange(len(patterns)), eligible.argmax(axis=1)]
    return (patterns == first[:, None]).all(axis=2)


@dataclass
class DistantRowDrawer(RowDrawer):
    """Sample synthetic rows at a minimum distance from every real row.

    Attributes
    ----------
    real_rows : RealRows
        The rows of the fitted table.
    min_distance : float
        Minimum distance from every real row.
    container : Container
        Rounds values as the user's container would store them, before distances are measured.
    classes : ndarray of shape (n_classes,)
        The class labels, for errors.
    """

    real_rows: RealRows
    min_distance: float
    container: Container
    classes: np.ndarray

    def draw(self, codes, with_parents=True):
        """Return rows of the classes `codes`, always with parents, and their decoded columns."""
        rows = draw_distant(self._draw_measured, codes, self.min_distance, self.classes)
        return rows.drawn, rows.columns

    def _draw_measured(self, codes):
        """Return MeasuredRows of the classes `codes`, at the minimum distance if possible."""
        return MeasuredRows.concatenate([self._draw_selected_distant(chunk) for chunk in self._split(codes)])

    def _draw_selected_distant(self, codes):
        """Return, for each class in `codes`, a selected candidate at the minimum distance, or else the farthest one."""
        candidates = self._draw_candidates(codes)
        columns = self._decode(candidates, codes.repeat(self._n_drawn))
        distances = self.real_rows.distances(self.encoder.comparable_decoded(self.container.as_built(columns)))
        groups = distances.reshape(-1, self._n_drawn)
        # Without a candidate at the minimum distance, only the farthest is eligible.
        required = np.minimum(self.min_distance, groups.max(axis=1, keepdims=True))
        rows = MeasuredRows(candidates.drop_features(), columns, distances)
        return rows[self._choose(candidates, codes, groups >= required)].merge_equal_parents()
